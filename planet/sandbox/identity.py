"""The sandbox as a login service: who may log in, and tokens that are signed, expire, and can be revoked."""

import base64
import hashlib
import hmac
import secrets
import string
from typing import Any

import attrs

from .clock import Clock

__all__ = ["Denied", "DeviceCode", "Identity", "Login"]

_CODE_SECONDS, _DEVICE_SECONDS = 60.0, 600.0
_LETTERS = "".join(letter for letter in string.ascii_uppercase if letter not in "AEIOU")


class Denied(Exception):
    """A login that is refused, in OAuth's words."""

    def __init__(self, code: str, text: str = "", status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status


@attrs.define(eq=False)
class Login:
    """Somebody who is logged in.

    Attributes:
        subject: who: `user`, or the id of a service account.
        client_id: with which program.
        scope: what was allowed.
        is_revoked: whether it has been ended.
    """

    subject: str
    client_id: str
    scope: str
    is_revoked: bool = False


@attrs.define(eq=False)
class DeviceCode:
    """A login on another device that has begun."""

    client_id: str
    scope: str
    expires: float
    status: str = "pending"
    polled: float = 0.0


@attrs.define(eq=False)
class _PageCode:
    login: Login
    redirect_uri: str
    challenge: str
    expires: float


class Identity:
    """The login service.

    Args:
        clock: what it goes by.
        before: one whose place it takes, and whose key.

    Attributes:
        lifetime: how long access tokens are good for, in seconds.
        interval: how often a device may ask whether it was allowed, in seconds.
        rotates: whether a renewal hands out a new refresh token, and takes the old one back.
    """

    def __init__(self, clock: Clock, before: "Identity | None" = None) -> None:
        self.lifetime = 3600.0
        self.interval = 1.0
        self.rotates = True
        self._clock = clock
        self._key: Any = None if before is None else before._key  # making one takes a while
        self._devices: dict[str, DeviceCode] = {}
        self._pages: dict[str, _PageCode] = {}
        self._refresh: dict[str, Login] = {}
        self._access: dict[str, Login] = {}  # by the id of the token

    # -- what tests and people do ----------------------------------------------------------------------------

    def approve(self, user_code: str) -> None:
        """Allow the login of a device, as the user does on the page."""
        self.device(user_code).status = "approved"

    def deny(self, user_code: str) -> None:
        """Refuse the login of a device."""
        self.device(user_code).status = "denied"

    def revoke_all(self) -> None:
        """End every login: neither its access tokens nor its refresh tokens are taken any more."""
        for login in [*self._refresh.values(), *self._access.values()]:
            login.is_revoked = True

    def forget_access_tokens(self) -> None:
        """Take no access token any more that was handed out so far; refresh tokens are good for new ones."""
        self._access.clear()

    # -- devices ---------------------------------------------------------------------------------------------

    def start_device(self, client_id: str, scope: str) -> tuple[str, str]:
        """A device begins to log in: the code that it keeps, and the one that the user types in."""
        if not client_id:
            raise Denied("invalid_client", "client_id is required", 401)
        user_code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
        self._devices[user_code] = DeviceCode(client_id, scope, self._clock.time() + _DEVICE_SECONDS)
        return f"{user_code}.{secrets.token_urlsafe(24)}", user_code

    def device(self, user_code: str) -> DeviceCode:
        """The login that a code belongs to.

        Raises:
            Denied: there is none.
        """
        found = self._devices.get(user_code.strip().upper())
        if found is None:
            raise Denied("invalid_grant", "There is no such code.")
        return found

    def by_device(self, device_code: str) -> dict[str, Any]:
        """The tokens of a device, if it was allowed."""
        device = self.device(device_code.partition(".")[0])
        now = self._clock.time()
        if now > device.expires:
            raise Denied("expired_token", "The code has expired.")
        early, device.polled = now - device.polled < self.interval * 0.5, now
        if early:
            raise Denied("slow_down", "Ask less often.")
        if device.status == "denied":
            raise Denied("access_denied", "The user has refused.", 403)
        if device.status == "pending":
            raise Denied("authorization_pending", "The user has not decided yet.")
        del self._devices[device_code.partition(".")[0]]
        return self._tokens(Login("user", device.client_id, device.scope))

    # -- pages -----------------------------------------------------------------------------------------------

    def code_for(self, client_id: str, scope: str, redirect_uri: str, challenge: str) -> str:
        """The code that a page leads back with."""
        code = secrets.token_urlsafe(24)
        login = Login("user", client_id, scope)
        self._pages[code] = _PageCode(login, redirect_uri, challenge, self._clock.time() + _CODE_SECONDS)
        return code

    def by_code(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """The tokens for a code; it is good once."""
        page = self._pages.pop(code, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if page is None or self._clock.time() > page.expires or page.redirect_uri != redirect_uri:
            raise Denied("invalid_grant", "The code is not valid.")
        if not hmac.compare_digest(digest, page.challenge):
            raise Denied("invalid_grant", "The code verifier is wrong.")
        return self._tokens(page.login)

    # -- the other grants ------------------------------------------------------------------------------------

    def by_client(self, client_id: str, secret: str, scope: str) -> dict[str, Any]:
        """The token of a service account; any secret will do but `wrong`."""
        if not client_id or secret in ("", "wrong"):
            raise Denied("invalid_client", "Invalid client or invalid client credentials.", 401)
        tokens = self._tokens(Login(client_id, client_id, scope))
        self._refresh.pop(tokens.pop("refresh_token", ""), None)
        return tokens

    def by_refresh(self, token: str, client_id: str) -> dict[str, Any]:
        """New tokens for a refresh token."""
        login = self._refresh.get(token)
        if login is None or login.is_revoked or login.client_id != client_id:
            raise Denied("invalid_grant", "Unknown or invalid refresh token.")
        tokens = self._tokens(login)
        if self.rotates:
            del self._refresh[token]
        else:
            self._refresh.pop(tokens.pop("refresh_token", ""), None)
        return tokens

    def revoke(self, token: str) -> None:
        """End the login that a token belongs to; it is no error if there is none."""
        login = self._refresh.get(token) or self._login_of(token)
        if login is not None:
            login.is_revoked = True

    def subject_of(self, token: str) -> str | None:
        """Whose access token it is; None if it is none that is good."""
        login = self._login_of(token)
        return None if login is None or login.is_revoked else login.subject

    def _login_of(self, token: str) -> Login | None:
        import jwt

        try:
            options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}  # by the sandbox's own clock
            claims = jwt.decode(token, self._signer().public_key(), algorithms=["RS256"], options=options)
        except jwt.PyJWTError:
            return None
        return self._access.get(claims["jti"]) if claims["exp"] > self._clock.time() else None

    # -- tokens ----------------------------------------------------------------------------------------------

    def _tokens(self, login: Login) -> dict[str, Any]:
        import jwt

        now, name = self._clock.time(), secrets.token_hex(8)
        claims = {
            "iss": "sandbox", "sub": login.subject, "client_id": login.client_id, "scope": login.scope,
            "aud": ["https://api.planet.com/"], "iat": now, "exp": now + self.lifetime, "jti": name,
        }  # fmt: skip
        self._access[name] = login
        tokens: dict[str, Any] = {
            "access_token": jwt.encode(claims, self._signer(), algorithm="RS256", headers={"kid": "sandbox"}),
            "token_type": "Bearer",
            "expires_in": max(int(self.lifetime), 1),
            "scope": login.scope,
        }
        if "offline_access" in login.scope.split():
            tokens["refresh_token"] = secrets.token_urlsafe(24)
            self._refresh[tokens["refresh_token"]] = login
        return tokens

    def keys(self) -> dict[str, Any]:
        """What tokens are verified with: a JSON Web Key Set."""
        from jwt.algorithms import RSAAlgorithm

        key = RSAAlgorithm.to_jwk(self._signer().public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "sandbox", "use": "sig", "alg": "RS256"}]}

    def _signer(self) -> Any:
        """The key, made when it is first needed: that takes a while."""
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric import rsa

            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key

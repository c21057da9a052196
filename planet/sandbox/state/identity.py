"""The login service of the sandbox: OAuth grants, and signed tokens that expire and can be revoked."""

import base64
import hashlib
import hmac
import secrets
import string
from typing import Any

import attrs

from ..catalog.clock import Clock

__all__ = ["DeviceCode", "Identity", "Login", "OAuthError", "email_of"]


_CODE_SECONDS, _DEVICE_SECONDS = 60.0, 600.0
_LETTERS = "".join(letter for letter in string.ascii_uppercase if letter not in "AEIOU")


def email_of(subject: str) -> str:
    """The address of a user."""
    return f"{subject}@example.com"


class OAuthError(Exception):
    """An error response of an OAuth endpoint.

    Attributes:
        code: the OAuth error code.
        text: the description.
        status: the HTTP status.
    """

    def __init__(self, code: str, text: str = "", status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status


@attrs.define(eq=False)
class Login:
    """A login.

    Attributes:
        subject: `user`, or the id of a service account.
        client_id: the id of the OAuth client.
        scope: the granted scopes.
        nonce: what the client has sent with its request; the id token repeats it.
        is_revoked: whether it has been revoked.
    """

    subject: str
    client_id: str
    scope: str
    nonce: str = ""
    is_revoked: bool = False


@attrs.define(eq=False)
class DeviceCode:
    """A pending login by the device flow."""

    client_id: str
    scope: str
    expires: float
    status: str = "pending"
    polled: float = 0.0


@attrs.define(eq=False)
class _AuthorizationCode:
    login: Login
    redirect_uri: str
    challenge: str
    expires: float


class Identity:
    """The login service.

    Args:
        clock: the clock of the sandbox.
        previous: the login service that this one replaces; its signing key is reused.

    Attributes:
        lifetime: the lifetime of access tokens in seconds.
        interval: the minimum polling interval of the device flow in seconds.
        rotates: whether a token refresh returns a new refresh token and invalidates the old one.
    """

    __module__ = "planet.sandbox"

    def __init__(self, clock: Clock, previous: "Identity | None" = None) -> None:
        self.lifetime = 3600.0
        self.interval = 1.0
        self.rotates = True
        self._clock = clock
        self._key: Any = None if previous is None else previous._key  # generating one is slow
        self._devices: dict[str, DeviceCode] = {}
        self._codes: dict[str, _AuthorizationCode] = {}
        self._refresh: dict[str, Login] = {}
        self._access: dict[str, Login] = {}  # by token id

    # -- the controls of users and tests ---------------------------------------------------------------------

    def approve(self, user_code: str) -> None:
        """Approve the login of a device, as a user does on the page."""
        self.device(user_code).status = "approved"

    def deny(self, user_code: str) -> None:
        """Deny the login of a device."""
        self.device(user_code).status = "denied"

    def revoke_all(self) -> None:
        """Revoke all logins: their access tokens and refresh tokens are no longer accepted."""
        for login in [*self._refresh.values(), *self._access.values()]:
            login.is_revoked = True

    def forget_access_tokens(self) -> None:
        """Invalidate all access tokens issued so far; refresh tokens stay valid."""
        self._access.clear()

    # -- devices ---------------------------------------------------------------------------------------------

    def start_device(self, client_id: str, scope: str) -> tuple[str, str]:
        """Start the login of a device; returns the device code and the user code."""
        if not client_id:
            raise OAuthError("invalid_client", "client_id is required", 401)
        user_code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
        self._devices[user_code] = DeviceCode(client_id, scope, self._clock.time() + _DEVICE_SECONDS)
        return f"{user_code}.{secrets.token_urlsafe(24)}", user_code

    def device(self, user_code: str) -> DeviceCode:
        """Return the login of a user code.

        Raises:
            OAuthError: there is no such code.
        """
        found = self._devices.get(user_code.strip().upper())
        if found is None:
            raise OAuthError("invalid_grant", "There is no such code.")
        return found

    def tokens_for_device(self, device_code: str, issuer: str) -> dict[str, Any]:
        """Return the tokens of a device, if the login was approved."""
        device = self.device(device_code.partition(".")[0])
        now = self._clock.time()
        if now > device.expires:
            raise OAuthError("expired_token", "The code has expired.")
        early, device.polled = now - device.polled < self.interval * 0.5, now
        if early:
            raise OAuthError("slow_down", "Ask less often.")
        if device.status == "denied":
            raise OAuthError("access_denied", "The user has refused.", 403)
        if device.status == "pending":
            raise OAuthError("authorization_pending", "The user has not decided yet.")
        del self._devices[device_code.partition(".")[0]]
        return self._issue_tokens(Login("user", device.client_id, device.scope), issuer)

    # -- authorization code ----------------------------------------------------------------------------------

    def issue_code(self, client_id: str, scope: str, redirect_uri: str, challenge: str, nonce: str = "") -> str:
        """Issue an authorization code."""
        code = secrets.token_urlsafe(24)
        login = Login("user", client_id, scope, nonce)
        self._codes[code] = _AuthorizationCode(login, redirect_uri, challenge, self._clock.time() + _CODE_SECONDS)
        return code

    def tokens_for_code(self, code: str, redirect_uri: str, verifier: str, issuer: str) -> dict[str, Any]:
        """Return the tokens for an authorization code, which can be used once."""
        issued = self._codes.pop(code, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if issued is None or self._clock.time() > issued.expires or issued.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant", "The code is not valid.")
        if not hmac.compare_digest(digest, issued.challenge):
            raise OAuthError("invalid_grant", "The code verifier is wrong.")
        return self._issue_tokens(issued.login, issuer)

    # -- the other grants ------------------------------------------------------------------------------------

    def tokens_for_client(self, client_id: str, secret: str, scope: str, issuer: str) -> dict[str, Any]:
        """Return the access token of a service account; every secret but `wrong` is accepted."""
        if not client_id or secret in ("", "wrong"):
            raise OAuthError("invalid_client", "Invalid client or invalid client credentials.", 401)
        tokens = self._issue_tokens(Login(client_id, client_id, scope), issuer)
        self._refresh.pop(tokens.pop("refresh_token", ""), None)
        return tokens

    def tokens_for_refresh_token(self, token: str, client_id: str, issuer: str) -> dict[str, Any]:
        """Return new tokens for a refresh token."""
        login = self._refresh.get(token)
        if login is None or login.is_revoked or login.client_id != client_id:
            raise OAuthError("invalid_grant", "Unknown or invalid refresh token.")
        tokens = self._issue_tokens(login, issuer)
        if self.rotates:
            del self._refresh[token]
        else:
            self._refresh.pop(tokens.pop("refresh_token", ""), None)
        return tokens

    def revoke(self, token: str) -> None:
        """Revoke the login of a token; unknown tokens are ignored."""
        login = self._refresh.get(token) or self._login_of(token)
        if login is not None:
            login.is_revoked = True

    def subject_of(self, token: str) -> str | None:
        """Return the subject of an access token; None if the token is not valid."""
        login = self._login_of(token)
        return None if login is None or login.is_revoked else login.subject

    def _login_of(self, token: str) -> Login | None:
        import jwt

        try:
            options: Any = {
                "verify_exp": False,
                "verify_iat": False,
                "verify_aud": False,
            }  # by the sandbox's clock, below
            claims = jwt.decode(token, self._signing_key().public_key(), algorithms=["RS256"], options=options)
        except jwt.PyJWTError:
            return None
        return self._access.get(claims["jti"]) if claims["exp"] > self._clock.time() else None

    # -- tokens ----------------------------------------------------------------------------------------------

    def _issue_tokens(self, login: Login, issuer: str) -> dict[str, Any]:
        now, name = self._clock.time(), secrets.token_hex(8)
        scopes = login.scope.split()
        times = {"iss": issuer, "sub": login.subject, "iat": int(now), "exp": now + self.lifetime}
        access = {
            **times, "aud": ["https://api.planet.com/"], "jti": name,
            "client_id": login.client_id, "scope": login.scope,
        }  # fmt: skip
        self._access[name] = login
        tokens: dict[str, Any] = {
            "access_token": self._signed(access),
            "token_type": "Bearer",
            "expires_in": max(int(self.lifetime), 1),
            "scope": login.scope,
        }
        if "openid" in scopes and login.subject == "user":
            claims = {**times, "aud": login.client_id, "auth_time": int(now)}
            tokens["id_token"] = self._signed(
                claims
                | ({"nonce": login.nonce} if login.nonce else {})
                | ({"email": email_of(login.subject)} if "email" in scopes else {})
            )
        if "offline_access" in scopes:
            tokens["refresh_token"] = secrets.token_urlsafe(24)
            self._refresh[tokens["refresh_token"]] = login
        return tokens

    def _signed(self, claims: dict[str, Any]) -> str:
        import jwt

        return jwt.encode(claims, self._signing_key(), algorithm="RS256", headers={"kid": "sandbox"})

    def keys(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set."""
        from jwt.algorithms import RSAAlgorithm

        key = RSAAlgorithm.to_jwk(self._signing_key().public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "sandbox", "use": "sig", "alg": "RS256"}]}

    def _signing_key(self) -> Any:
        """Return the signing key, generated on first use because that is slow."""
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric import rsa

            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key

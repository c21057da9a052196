"""`Token`: the tokens of a login, and when they expire."""

import datetime
import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["REFRESH_AFTER", "Token", "claims_of"]


REFRESH_AFTER = 0.75  # of the lifetime of a token


class Token(dict[str, Any]):
    """The tokens of a login, as they are saved: the token response, with `_iat` and `_exp` in seconds since 1970.

    The repr does not show them.
    """

    def __repr__(self) -> str:
        until = self.expires_at
        return f"<Token valid until {until.isoformat(timespec='seconds')}>" if until else "<Token>"

    __str__ = __repr__

    @classmethod
    def from_response(cls, response: Mapping[str, Any], before: "Token | None", now: float) -> "Token":
        """Make a token of a token response. A missing refresh token or scope is taken from *before*."""
        token = cls(response)
        for name in ("refresh_token", "scope"):
            if before is not None and not token.get(name) and before.get(name):
                token[name] = before[name]
        claims = claims_of(token.access_token)
        issued, expires = _seconds(claims.get("iat")), _seconds(claims.get("exp"))
        token["_iat"] = int(now if issued is None else issued)
        if expires is None and (lifetime := _seconds(token.get("expires_in"))) is not None:
            expires = now + lifetime
        if expires is not None:
            token["_exp"] = int(expires)
        return token

    def copy(self) -> "Token":
        return Token(self)

    def __or__(self, other: Any) -> Any:
        return Token({**self, **other}) if isinstance(other, Mapping) else NotImplemented

    @property
    def lifetime(self) -> float:
        """For how many seconds it was issued; 0 if unknown."""
        claims = claims_of(self.access_token)
        issued, expires = _seconds(claims.get("iat")), _seconds(claims.get("exp"))
        if issued is not None and expires is not None:
            return expires - issued
        return _seconds(self.get("expires_in")) or 0.0

    @property
    def access_token(self) -> str:
        """The token that is sent with requests; empty if there is none."""
        value = self.get("access_token")
        return value if isinstance(value, str) else ""

    @property
    def refresh_token(self) -> str | None:
        """The token that a new access token is requested with; None if there is none."""
        value = self.get("refresh_token")
        return value if isinstance(value, str) and value else None

    @property
    def scopes(self) -> list[str]:
        """The scopes that were granted."""
        scope = self.get("scope")
        if isinstance(scope, str):
            return scope.split()
        return [str(entry) for entry in scope] if isinstance(scope, Iterable) else []

    @property
    def _validity(self) -> tuple[float, float] | None:
        """When it was issued and when it expires; None if unknown: then it does not expire."""
        claims = claims_of(self.access_token)
        issued, expires = _seconds(claims.get("iat", self.get("_iat"))), _seconds(claims.get("exp", self.get("_exp")))
        if expires is None:
            return None
        return (expires - 3600.0 if issued is None else issued), expires

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When it expires, in UTC; None if unknown or not a valid date."""
        if self._validity is None:
            return None
        try:
            return datetime.datetime.fromtimestamp(self._validity[1], datetime.timezone.utc)
        except (OverflowError, ValueError, OSError):
            return None

    def is_expired(self, now: float) -> bool:
        """Whether it has expired, or there is no access token."""
        return not self.access_token or (self._validity is not None and now >= self._validity[1])

    def is_due(self, now: float) -> bool:
        """Whether it should be refreshed: three quarters of its lifetime are over."""
        if not self.access_token:
            return True
        if self._validity is None:
            return False
        issued, expires = self._validity
        return now >= issued + REFRESH_AFTER * (expires - issued)


def _seconds(value: Any) -> float | None:
    """Parse a number of seconds, which some services send as a string; None if it is not valid."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and abs(seconds) < _MAX_SECONDS else None


_MAX_SECONDS = 1e12  # seconds since 1970, later than any valid date


@functools.lru_cache(maxsize=8)  # every request checks whether its token is due
def claims_of(token: str) -> Mapping[str, Any]:
    """Return the claims of a JWT, without verifying it; empty if it is not a JWT."""
    if token.count(".") != 2:
        return {}
    import jwt

    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except (jwt.PyJWTError, ValueError):
        return {}

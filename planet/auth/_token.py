"""`Token`: what a login service hands out, and how long it is good for."""

import datetime
import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["REFRESH_AFTER", "Token", "claims_of"]


REFRESH_AFTER = 0.75  # of its life


class Token(dict[str, Any]):
    """The tokens of a login, as they are kept: the service's answer, and `_iat` and `_exp` in seconds since 1970.

    Its text shows none of them.
    """

    def __repr__(self) -> str:
        until = self.expires_at
        return f"<Token valid until {until.isoformat(timespec='seconds')}>" if until else "<Token>"

    __str__ = __repr__

    @classmethod
    def of_answer(cls, answer: Mapping[str, Any], before: "Token | None", now: float) -> "Token":
        """The tokens of an answer; what it does not renew stays as it was before."""
        token = cls(answer)
        for name in ("refresh_token", "scope"):
            if before is not None and not token.get(name) and before.get(name):
                token[name] = before[name]
        claims = claims_of(token.access_token)
        issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
        token["_iat"] = int(now if issued is None else issued)
        if expires is None and (life := _moment(token.get("expires_in"))) is not None:
            expires = now + life
        if expires is not None:
            token["_exp"] = int(expires)
        return token

    def copy(self) -> "Token":
        return Token(self)

    def __or__(self, other: Any) -> Any:
        return Token({**self, **other}) if isinstance(other, Mapping) else NotImplemented

    @property
    def lifetime(self) -> float:
        """For how many seconds it was handed out; 0 if it does not say."""
        claims = claims_of(self.access_token)
        issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
        if issued is not None and expires is not None:
            return expires - issued
        return _moment(self.get("expires_in")) or 0.0

    @property
    def access_token(self) -> str:
        """The token that requests carry; empty if there is none."""
        value = self.get("access_token")
        return value if isinstance(value, str) else ""

    @property
    def refresh_token(self) -> str | None:
        """The token that a new one is asked for with; None if there is none."""
        value = self.get("refresh_token")
        return value if isinstance(value, str) and value else None

    @property
    def scopes(self) -> list[str]:
        """What was granted."""
        scope = self.get("scope")
        if isinstance(scope, str):
            return scope.split()
        return [str(entry) for entry in scope] if isinstance(scope, Iterable) else []

    @property
    def _span(self) -> tuple[float, float] | None:
        """When it was issued and when it expires; None: it does not say, and so it never does."""
        claims = claims_of(self.access_token)
        issued, expires = _moment(claims.get("iat", self.get("_iat"))), _moment(claims.get("exp", self.get("_exp")))
        if expires is None:
            return None
        return (expires - 3600.0 if issued is None else issued), expires

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When it expires, in UTC; None: it does not say, or makes no sense."""
        if self._span is None:
            return None
        try:
            return datetime.datetime.fromtimestamp(self._span[1], datetime.timezone.utc)
        except (OverflowError, ValueError, OSError):
            return None

    def is_expired(self, now: float) -> bool:
        """Whether it is of no use any more."""
        return not self.access_token or (self._span is not None and now >= self._span[1])

    def is_due(self, now: float) -> bool:
        """Whether it is time to renew it: three quarters of its life are over."""
        if not self.access_token:
            return True
        if self._span is None:
            return False
        issued, expires = self._span
        return now >= issued + REFRESH_AFTER * (expires - issued)


def _moment(value: Any) -> float | None:
    """A number of seconds, as services write it: also as text; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and abs(seconds) < _LATEST else None


_LATEST = 1e12  # seconds since 1970, beyond every date


@functools.lru_cache(maxsize=8)  # every request looks whether its token is still good
def claims_of(token: str) -> Mapping[str, Any]:
    """What a JWT says of itself, unverified: that is up to whoever it is for. Empty if it is none."""
    if token.count(".") != 2:
        return {}
    import jwt

    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except (jwt.PyJWTError, ValueError):
        return {}

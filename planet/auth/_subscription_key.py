"""`SubscriptionKeyAuth`: a key of the public Planetary Computer."""

from collections.abc import Generator
from pathlib import Path

import httpx

from .._utils.tracebacks import hides_locals
from ..exceptions import ArgumentError, AuthError
from ._base import Auth

__all__ = ["SubscriptionKeyAuth"]


class SubscriptionKeyAuth(Auth):
    """A key that is sent as `Ocp-Apim-Subscription-Key`."""

    __module__ = "planet.geocatalog"

    @hides_locals
    def __init__(self, key: str) -> None:
        if not isinstance(key, str) or not key or not all("!" <= character <= "~" for character in key):
            raise ArgumentError("subscription_key is not valid.", hint="Copy it again.")
        self._key = key

    def __repr__(self) -> str:
        return "<SubscriptionKeyAuth>"

    @property
    def advice(self) -> str | None:
        """What to do when the service refuses the key."""
        return "Check the subscription key: PC_SDK_SUBSCRIPTION_KEY, or what was passed as subscription_key=."

    @property
    def value(self) -> str:
        return self._key

    def is_initialized(self) -> bool:
        return True

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        return None

    def store(self, filename: str | Path | None = None) -> None:
        raise AuthError(f"{self!r} cannot be stored.")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Ocp-Apim-Subscription-Key"] = self._key
        yield request

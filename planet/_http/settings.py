"""The settings of a session: what it needs to know before its first request. Making them does no I/O."""

import functools
import os
import ssl
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from .._redact import redact_url
from .._utils.arguments import not_negative
from ..constants import PLANET_BASE_URL
from ..exceptions import ClientError
from .events import OnEvent
from .limits import Limits
from .retry import RetryPolicy

__all__ = ["Settings", "Timeouts", "resolve_base_url"]


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds, before something counts as failed. None of them bounds a whole download.

    Attributes:
        connect: for a connection.
        read: for the next bytes of an answer.
        write: for the next bytes of a request to be taken.
    """

    __module__ = "planet.http"

    connect: float = 10.0
    read: float = 125.0
    write: float = 10.0

    def __post_init__(self) -> None:
        not_negative(self)


def resolve_base_url(base_url: str | None) -> str:
    """The base URL in force: the argument, else the variable `PL_API_BASE_URL`, else Planet's.

    Raises:
        ClientError: it is no http or https URL.
    """
    url = base_url or os.environ.get("PL_API_BASE_URL") or PLANET_BASE_URL
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        source = "base_url" if base_url else "PL_API_BASE_URL"
        raise ClientError(
            f"{source} is not an http or https URL: {redact_url(url)!r}.", hint=f"For example {PLANET_BASE_URL}."
        )
    return url.rstrip("/")


class Credentials(Protocol):
    """What a session needs of its credentials: `planet.auth.Auth` has it, which is an `httpx.Auth`."""

    @property
    def advice(self) -> str | None:
        """What to do when the service does not take them."""

    def connect_with(self, settings: Any) -> None:
        """Reach login services by these settings."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the credentials to a request."""


@dataclass(kw_only=True, eq=False, repr=False)
class Settings:
    """Everything that two sessions have in common if they behave alike, whatever their colour.

    It has no text of its own: some of it is secret.
    """

    auth: Credentials
    base_url: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limits: Limits = field(default_factory=Limits.default)
    proxy: str | None = None
    verify: bool | str | ssl.SSLContext = True
    cert: Any = None
    trust_env: bool = True
    transport: Any = None
    app: str | None = None
    on_event: OnEvent | None = None

    def ssl_context(self) -> ssl.SSLContext | bool:
        """What to check certificates with, and what to show of our own. Reads files.

        Raises:
            ClientError: one of them cannot be read.
        """
        if self.cert is None:
            if self.verify is True:
                names = ("SSL_CERT_FILE", "SSL_CERT_DIR") if self.trust_env else ()
                return _usual_context(tuple(os.environ.get(name) for name in names))
            if not isinstance(self.verify, str):
                return self.verify
        try:
            context = self._own_context()
            if self.cert is not None:
                context.load_cert_chain(*([self.cert] if isinstance(self.cert, (str, Path)) else self.cert))
        except (OSError, ssl.SSLError, TypeError) as error:
            raise ClientError(
                f"The certificates in verify= or cert= cannot be used: {error}.",
                hint="verify= takes a PEM file or a folder; cert= a PEM file, or (certificate, key, password).",
            ) from None
        return context

    def _own_context(self) -> ssl.SSLContext:
        """A context that no other session shares."""
        if isinstance(self.verify, ssl.SSLContext):
            return self.verify
        if isinstance(self.verify, bool):
            return httpx.create_ssl_context(verify=self.verify, trust_env=self.trust_env)
        path = os.path.expanduser(self.verify)
        if os.path.isdir(path):
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)


@functools.lru_cache(maxsize=4)
def _usual_context(variables: tuple[str | None, ...]) -> ssl.SSLContext:
    """The context that httpx makes by default. It takes long to make, and every session may use the same."""
    try:
        return httpx.create_ssl_context(trust_env=bool(variables))
    except (OSError, ssl.SSLError) as error:
        raise ClientError(
            f"The certificates in SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error}.", hint="Mend the variable."
        ) from None

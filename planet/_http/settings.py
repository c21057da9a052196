"""`Settings`: the configuration of a session. Making them does no I/O."""

import functools
import os
import ssl
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypedDict
from urllib.parse import urlsplit

import httpx

from .._redact import brief, redact_url
from .._utils.arguments import not_negative
from ..constants import PLANET_BASE_URL
from ..exceptions import ArgumentError, ArgumentTypeError, ClientError
from .events import OnEvent
from .limits import Limits
from .retry import RetryPolicy
from .service import PLANET, Service

__all__ = ["SessionOptions", "Settings", "Timeouts", "resolve_base_url"]


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds, before a request counts as failed. None of them bounds the download of a file.

    Attributes:
        connect: for a connection, and for its TLS handshake.
        read: for the next bytes of an answer, also for the first ones.
        write: for the server to take the next bytes of a request.
        head: for all of the head of an answer, from its first byte.
        body: for all of the body of an answer of the API. Files have no such limit.
    """

    __module__ = "planet.http"

    connect: float = 10.0
    read: float = 125.0
    write: float = 10.0
    head: float = 10.0
    body: float = 60.0

    def __post_init__(self) -> None:
        not_negative(self)


def resolve_base_url(base_url: str | None) -> str:
    """The base URL: the argument, else the variable `PL_API_BASE_URL`, else Planet's.

    Raises:
        ArgumentError: it is not an http or https URL.
    """
    if base_url is not None and not isinstance(base_url, str):
        raise ArgumentTypeError(f"base_url must be a str, got {type(base_url).__name__}.")
    url = base_url or os.environ.get("PL_API_BASE_URL") or PLANET_BASE_URL
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        source = "base_url" if base_url else "PL_API_BASE_URL"
        raise ArgumentError(
            # What has no scheme may be a key in the wrong place.
            f"{source} is not an http or https URL{f': {redact_url(url)!r}' if '://' in url else ''}.",
            hint=f"For example: {PLANET_BASE_URL}.",
        )
    return url.rstrip("/")


class SessionOptions(TypedDict, total=False):
    """The keyword arguments of `Session` that `Planet` and `GeoCatalog` pass on."""

    auth: Any
    read_timeout_secs: float | None
    timeouts: Timeouts | None
    retry: RetryPolicy | None
    limits: Limits | None
    proxy: str | None
    verify: bool | str | ssl.SSLContext
    cert: Any
    trust_env: bool
    transport: Any
    app: str | None
    on_event: OnEvent | None
    http_client: str | None


class Credentials(Protocol):
    """The methods of `planet.auth.Auth`, which is an `httpx.Auth`, that a session calls."""

    @property
    def advice(self) -> str | None:
        """What to do when the service does not accept them; None: nothing is known."""

    def connect_with(self, settings: Any) -> None:
        """Use these settings for requests to login services."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the credentials to a request."""


@dataclass(kw_only=True, eq=False, repr=False)
class Settings:
    """The configuration of a session, for its sync and its async variant.

    Its repr shows none of it: some of it is secret.
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
    http_client: str | None = None
    service: Service = PLANET

    def __post_init__(self) -> None:
        for name, kind in (("timeouts", Timeouts), ("retry", RetryPolicy), ("limits", Limits)):
            if not isinstance(getattr(self, name), kind):
                raise ArgumentTypeError(
                    f"{name} must be a planet.http.{kind.__name__}, got {brief(getattr(self, name))}.",
                    hint=f"For example: {name}={kind.__name__}().",
                )
        if self.proxy is not None and not isinstance(self.proxy, str):
            raise ArgumentTypeError(f"proxy must be a URL, got {type(self.proxy).__name__}.")
        if not isinstance(self.verify, (bool, str, os.PathLike, ssl.SSLContext)):
            raise ArgumentTypeError(f"verify must be a bool, a path or an SSLContext, got {brief(self.verify)}.")
        if self.http_client not in (None, "httpx"):
            raise ArgumentError(
                f"http_client must be 'httpx' or None, got {brief(self.http_client)}.",
                hint="Leave it out, unless downloads have to go through httpx.",
            )
        if self.on_event is not None and not callable(self.on_event):
            raise ArgumentTypeError(f"on_event must be a function, got {brief(self.on_event)}.")
        if self.app is not None and not (isinstance(self.app, str) and self.app.isascii() and self.app.isprintable()):
            raise ArgumentError(f"app must be printable ASCII, because it is sent in a header, got {brief(self.app)}.")

    def ssl_context(self) -> ssl.SSLContext | bool:
        """The TLS context of the session. Reads files of certificates.

        Raises:
            ClientError: one of them cannot be read.
        """
        if self.cert is None:
            if self.verify is True:
                names = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE") if self.trust_env else ()
                return _usual_context(tuple(os.environ.get(name) for name in names))
            if not isinstance(self.verify, str):
                return self.verify
        try:
            context = self._own_context()
            if self.cert is not None:
                context.load_cert_chain(*([self.cert] if isinstance(self.cert, (str, Path)) else self.cert))
        except (OSError, ssl.SSLError, TypeError) as error:
            paths = {name: getattr(self, name) for name in ("verify", "cert")}
            named = " and ".join(
                f"{name}={str(path)!r}" for name, path in paths.items() if isinstance(path, (str, Path))
            )
            raise ClientError(
                f"The certificates of {named or 'verify= or cert='} cannot be read: {error}.",
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
    """The default TLS context of httpx. Making it takes long, so sessions share it as long as the variables stay."""
    try:
        return httpx.create_ssl_context(trust_env=bool(variables))
    except (OSError, ssl.SSLError) as error:
        raise ClientError(
            f"The files named by SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE cannot be opened: {error}.",
            hint="Fix the variable.",
        ) from None

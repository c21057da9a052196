"""Events of a session: requests, retries, throttling, tokens, files. Each is logged and passed to `on_event=`.

Events hold no secrets: URLs have no query string.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias

from .._redact import redact_url

__all__ = [
    "Event",
    "FileEvent",
    "OnEvent",
    "RateEvent",
    "RequestEvent",
    "RetryEvent",
    "ThrottleEvent",
    "TokenEvent",
    "emit",
    "request_event",
]


@dataclass(frozen=True, kw_only=True)
class RequestEvent:
    """A request has ended: its answer was read to the end, or it failed. Each attempt and each redirect is one.

    Attributes:
        method: the HTTP method.
        url: the address, without its query string.
        status_code: the HTTP status, or None where no answer came.
        num_bytes: bytes of the body that were received.
        duration: seconds from sending the request to the end of the body.
        attempt: 1 for the first attempt, 2 for the first retry, and so on.
        error: why it failed, or None.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.http"
    level: ClassVar[int] = logging.DEBUG

    method: str
    url: str
    status_code: int | None
    num_bytes: int
    duration: float
    attempt: int
    error: str | None = None

    def __str__(self) -> str:
        status = "no answer" if self.status_code is None else str(self.status_code)
        text = f"{self.method} {self.url}: {status}, {self.num_bytes} bytes in {self.duration:.3f} s"
        if self.attempt > 1:
            text += f", attempt {self.attempt}"
        return f"{text}: {self.error}" if self.error else text


@dataclass(frozen=True, kw_only=True)
class RetryEvent:
    """A request will be sent again.

    Attributes:
        method: the HTTP method.
        url: the address, without its query string.
        attempt: the number of the attempt that failed, from 1.
        reason: why it failed.
        pause: seconds until the next attempt.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.http"
    level: ClassVar[int] = logging.INFO

    method: str
    url: str
    attempt: int
    reason: str
    pause: float

    def __str__(self) -> str:
        return f"Retrying {self.method} {self.url} in {self.pause:.1f} s, after attempt {self.attempt}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class ThrottleEvent:
    """The service has asked to send fewer requests (429).

    Attributes:
        origin: scheme, host and port of the service.
        endpoint: the class of endpoints that is slowed down.
        pause: seconds that the service asked to wait; 0 where it gave no time.
        rate: requests per second from now on; None where limits are switched off.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.limits"
    level: ClassVar[int] = logging.INFO

    origin: str
    endpoint: str
    pause: float
    rate: float | None = None

    def __str__(self) -> str:
        wait = f", and to wait {self.pause:.1f} s" if self.pause else ""
        now = "" if self.rate is None else f"; now {self.rate:.3g} a second"
        return f"{self.origin} asks for fewer requests of the class {self.endpoint!r} (429){wait}{now}"


@dataclass(frozen=True, kw_only=True)
class RateEvent:
    """Requests of a class of endpoint are sent faster, because the service has refused none.

    Attributes:
        origin: scheme, host and port of the service.
        endpoint: the class of endpoints.
        rate: requests per second from now on.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.limits"
    level: ClassVar[int] = logging.DEBUG

    origin: str
    endpoint: str
    rate: float

    def __str__(self) -> str:
        return f"{self.origin} takes the class {self.endpoint!r} faster; now {self.rate:.3g} a second"


@dataclass(frozen=True, kw_only=True)
class TokenEvent:
    """A token of a login was refreshed, or could not be.

    Attributes:
        profile: the profile that the token belongs to.
        duration: seconds that it took.
        error: why it failed, or None.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.auth"

    profile: str
    duration: float
    error: str | None = None

    @property
    def level(self) -> int:
        return logging.INFO if self.error is None else logging.WARNING

    def __str__(self) -> str:
        if self.error is not None:
            return f"The token of {self.profile} could not be refreshed: {self.error}"
        return f"The token of {self.profile} was refreshed in {self.duration:.1f} s"


@dataclass(frozen=True, kw_only=True)
class FileEvent:
    """A file of a download is complete, or has failed.

    Attributes:
        path: the file.
        outcome: `fetched`, `kept` (it existed, and matches), `unpacked` (from an archive) or `failed`.
        size: its length in bytes, where that is known.
        duration: seconds that it took.
        error: why it failed, or None.
    """

    __module__ = "planet.http"

    logger: ClassVar[str] = "planet.download"
    # Also of a file that failed: its error is raised as well, so that a warning would say it twice.
    level: ClassVar[int] = logging.INFO

    path: Path
    outcome: str
    size: int | None
    duration: float
    error: str | None = None

    def __str__(self) -> str:
        if self.outcome == "failed":
            return f"{self.path} could not be downloaded: {self.error}"
        if self.outcome == "kept":
            return f"{self.path} was skipped: it exists and matches"
        if self.outcome == "unpacked":
            return f"{self.path} is unpacked"
        return f"{self.path} was downloaded: {self.size} bytes in {self.duration:.1f} s"


Event: TypeAlias = RequestEvent | RetryEvent | ThrottleEvent | RateEvent | TokenEvent | FileEvent
OnEvent: TypeAlias = Callable[[Event], object]


def emit(event: Event, on_event: OnEvent | None) -> None:
    """Log an event, and pass it to the hook. An error of the hook is logged, and has no other effect."""
    logger = logging.getLogger(event.logger)
    if logger.isEnabledFor(event.level):
        logger.log(event.level, "%s", event)
    if on_event is None:
        return
    try:
        on_event(event)
    except Exception:  # an error of a hook must not end a download
        logging.getLogger("planet.http").exception("on_event failed for %s", type(event).__name__)


def request_event(
    method: str, url: object, status: int | None, size: int, duration: float, attempt: int, error: str | None
) -> RequestEvent:
    """The event of a request, with its URL redacted."""
    return RequestEvent(
        method=method,
        url=redact_url(url),
        status_code=status,
        num_bytes=size,
        duration=duration,
        attempt=attempt,
        error=error,
    )

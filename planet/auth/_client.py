"""`LoginClient`: performs the flows of logins, with the proxy, certificates and transport of the session."""

import contextlib
import socket
import threading
import time
import zlib
from typing import Any

import httpx

from .._http.errors import error_from_httpx, parse_retry_after
from .._http.events import OnEvent, emit, request_event
from .._redact import guard_logs, own_request, printable, redact_url
from .._runtime.cancellation import sleep
from .._version import __version__
from ..exceptions import InvalidAnswer, NetworkError, PlanetError
from ._flow import BlockingCall, Flow, LoginResponse, Sleep, Step

__all__ = ["MAX_RETRY_AFTER", "LoginClient", "make_client"]


MAX_RETRY_AFTER = 60.0  # seconds that are waited in total if the login service asks for it
_MAX_BODY = 1024 * 1024  # bytes, decoded
_TOTAL_TIMEOUT = 60.0  # seconds for a request and its response, however slowly it arrives


class LoginClient:
    """Performs flows, blocking. Every flow gets connections of its own.

    Attributes:
        settings: those of the session that the login is for; None: the defaults.
    """

    def __init__(self, settings: Any = None) -> None:
        self.settings = settings

    @property
    def on_event(self) -> OnEvent | None:
        """The hook of the session."""
        return None if self.settings is None else self.settings.on_event

    def run(self, flow: Flow, *, max_wait: float = 0.0) -> Any:
        """Perform the steps of a flow one after the other, and return what the flow returns.

        Errors of this package are raised inside the flow, at the step that failed.

        Args:
            flow: the flow.
            max_wait: how many seconds to wait for each request, if the login service asks for it with `Retry-After`.
        """
        result: Any = None
        failure: PlanetError | None = None
        with make_client(self.settings) as client, contextlib.closing(flow):
            while True:
                try:
                    step = flow.throw(failure) if failure is not None else flow.send(result)
                except StopIteration as end:
                    return end.value
                result = failure = None
                try:
                    result = self._perform(step, client, max_wait)
                except PlanetError as error:
                    failure = error

    def _perform(self, step: Step, client: httpx.Client, max_wait: float) -> Any:
        if isinstance(step, Sleep):
            return sleep(step.seconds)
        if isinstance(step, BlockingCall):
            return step.function(*step.args)
        while True:
            response = self._send(step, client)
            if response.retry_after is None or response.retry_after > max_wait:
                return response
            max_wait -= response.retry_after
            sleep(response.retry_after)

    def _send(self, request: httpx.Request, client: httpx.Client) -> LoginResponse:
        started = time.monotonic()
        response: httpx.Response | None = None
        reason: str | None = None
        deadline = _Deadline(_TOTAL_TIMEOUT)
        try:
            with own_request(), deadline:
                request = _prepared(request, client, deadline)
                with contextlib.closing(client.send(request, stream=True, auth=None)) as response:
                    return _read(response, deadline)
        except httpx.HTTPError as error:
            failure = error_from_httpx(error, request.method, request.url)
            if deadline.is_over:
                failure = deadline.error(request)
            reason = failure.message
        except BaseException as error:
            reason = error.message if isinstance(error, PlanetError) else type(error).__name__
            raise
        finally:
            status, size = (None, 0) if response is None else (response.status_code, response.num_bytes_downloaded)
            duration = time.monotonic() - started
            emit(request_event(request.method, request.url, status, size, duration, 1, reason), self.on_event)
        raise failure  # outside of the except: httpx's error holds the request, and with it the secret


class _Deadline:
    """Ends a request when its time is over, by shutting its connection down.

    The timeouts of httpx start anew with every byte that arrives.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._connection: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        with contextlib.suppress(RuntimeError):  # Python is shutting down and starts no more threads
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Note the connection of the request. httpcore calls it as the `trace` extension of the request."""
        if event.endswith("connect_tcp.complete"):
            self._connection = info["return_value"].get_extra_info("socket")

    def _expire(self) -> None:
        self.is_over = True
        if self._connection is not None:
            with contextlib.suppress(OSError):  # it is closed already
                self._connection.shutdown(socket.SHUT_RDWR)

    def check(self, request: httpx.Request) -> None:
        """Raise the error if the time is over: a transport of the program has no connection that ends."""
        if self.is_over or time.monotonic() > self._end:
            raise self.error(request)

    def error(self, request: httpx.Request) -> NetworkError:
        """Return the error for a request whose time is over."""
        return NetworkError(
            f"The login service {request.url.host} has not sent a complete response after {self._seconds:g} seconds.",
            method=request.method,
            url=redact_url(request.url),
        )


def _prepared(request: httpx.Request, client: httpx.Client, deadline: _Deadline) -> httpx.Request:
    """Complete a request of a flow. `httpx.Client.request` would take its body apart, which may be secret."""
    for name, value in client.headers.items():
        request.headers.setdefault(name, value)
    request.extensions = {**request.extensions, "trace": deadline.trace, "timeout": client.timeout.as_dict()}
    return request


def _read(response: httpx.Response, deadline: _Deadline) -> LoginResponse:
    """Read a response to its end, decoded. No more than the longest valid body is held in memory.

    Raises:
        NetworkError: it takes too long.
        InvalidAnswer: it is too long, or cannot be decoded.
    """
    body = bytearray()
    if response.is_stream_consumed:  # by a transport of the program
        body += response.content[: _MAX_BODY + 1]
    else:
        decoder = _decoder(response.headers.get("content-encoding", ""))
        for chunk in response.iter_raw():
            try:
                body += chunk if decoder is None else decoder.decompress(chunk, _MAX_BODY + 1 - len(body))
            except zlib.error:
                raise InvalidAnswer("Invalid response of the login service: it cannot be decompressed.") from None
            deadline.check(response.request)
            if len(body) > _MAX_BODY:
                break
    deadline.check(response.request)
    if len(body) > _MAX_BODY:
        raise InvalidAnswer(f"Invalid response of the login service: it is longer than {_MAX_BODY} bytes.")
    pause = parse_retry_after(response.headers.get("retry-after")) if response.status_code in (429, 503) else None
    return LoginResponse(response.status_code, bytes(body), None if pause is None else max(pause, _MIN_RETRY_AFTER))


_MIN_RETRY_AFTER = 1.0  # seconds, so that a service that says 0 is not asked again and again


def _decoder(encoding: str) -> Any:
    """Return a decoder for a content encoding. None is requested, but some proxies and gateways compress regardless."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either header
    raise InvalidAnswer(
        f"Invalid response of the login service: its content encoding {printable(encoding[:50])!r} was not requested."
    )


def make_client(settings: Any = None) -> httpx.Client:
    """Make a client for requests to login services.

    Args:
        settings: those of a session; None: the defaults.
    """
    guard_logs()
    timeout = httpx.Timeout(connect=10.0, read=30.0, write=10.0, pool=10.0)
    headers = {"User-Agent": f"planet-client-python/{__version__}", "Accept-Encoding": "identity"}
    if settings is None:
        return httpx.Client(timeout=timeout, headers=headers)
    return httpx.Client(
        timeout=timeout,
        headers=headers,
        proxy=settings.proxy,
        verify=settings.ssl_context(),
        trust_env=settings.trust_env,
        transport=_SharedTransport(settings.transport) if isinstance(settings.transport, httpx.BaseTransport) else None,
    )


class _SharedTransport(httpx.BaseTransport):
    """The transport of a session, which is not closed with the client: the session still uses it."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)

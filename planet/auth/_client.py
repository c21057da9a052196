"""`LoginClient`: performs the flows of logins, with the proxy, certificates and transport of the session."""

import contextlib
import time
from typing import Any

import httpx

from .._http.errors import error_from_httpx
from .._http.events import OnEvent, emit, request_event
from .._redact import guard_logs, own_request
from .._runtime.cancellation import sleep
from .._version import __version__
from ..exceptions import InvalidAnswer, PlanetError
from ._flow import BlockingCall, Flow, LoginResponse, Sleep, Step

__all__ = ["LoginClient", "make_client"]


_MAX_BODY = 1024 * 1024  # bytes
_BODY_TIMEOUT = 60.0  # seconds


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

    def run(self, flow: Flow) -> Any:
        """Perform the steps of a flow one after the other, and return what the flow returns.

        Errors of this package are raised inside the flow, at the step that failed.
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
                    result = self._perform(step, client)
                except PlanetError as error:
                    failure = error

    def _perform(self, step: Step, client: httpx.Client) -> Any:
        if isinstance(step, Sleep):
            return sleep(step.seconds)
        if isinstance(step, BlockingCall):
            return step.function(*step.args)
        return self._send(step, client)

    def _send(self, request: httpx.Request, client: httpx.Client) -> LoginResponse:
        started = time.monotonic()
        response: httpx.Response | None = None
        reason: str | None = None
        try:
            with (
                own_request(),
                contextlib.closing(client.send(_prepared(request, client), stream=True, auth=None)) as response,
            ):
                return _read(response)
        except httpx.HTTPError as error:
            failure = error_from_httpx(error, request.method, request.url)
            reason = failure.message
        except BaseException as error:
            reason = error.message if isinstance(error, PlanetError) else type(error).__name__
            raise
        finally:
            status, size = (None, 0) if response is None else (response.status_code, response.num_bytes_downloaded)
            duration = time.monotonic() - started
            emit(request_event(request.method, request.url, status, size, duration, 1, reason), self.on_event)
        raise failure  # outside of the except: httpx's error holds the request, and with it the secret


def _prepared(request: httpx.Request, client: httpx.Client) -> httpx.Request:
    """Complete a request of a flow with the headers of the client. It is sent as it is: its body may be secret."""
    for name, value in client.headers.items():
        request.headers.setdefault(name, value)
    return request


def _read(response: httpx.Response) -> LoginResponse:
    """Read a response to its end.

    Raises:
        InvalidAnswer: it is too long, or takes too long.
    """
    body, end = bytearray(), time.monotonic() + _BODY_TIMEOUT
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MAX_BODY:
            raise InvalidAnswer(f"Invalid response of the login service: it is longer than {_MAX_BODY} bytes.")
        if time.monotonic() > end:
            raise InvalidAnswer(
                f"Invalid response of the login service: it is not complete after {_BODY_TIMEOUT:g} seconds."
            )
    return LoginResponse(response.status_code, bytes(body))


def make_client(settings: Any = None) -> httpx.Client:
    """Make a client for requests to login services.

    Args:
        settings: those of a session; None: the defaults.
    """
    guard_logs()
    timeout = httpx.Timeout(connect=10.0, read=30.0, write=10.0, pool=10.0)
    headers = {"User-Agent": f"planet-client-python/{__version__}"}
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

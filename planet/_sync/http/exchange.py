# Generated from planet/_async/http/exchange.py by tools/unasync.py. Edit that file and run the tool again.

"""One request and its answer, over httpx or the file transport: measure it, log it, and translate its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

from ..._http.call import Call
from ..._http.errors import MAX_ERROR_BODY, error_from_httpx, error_from_status, never_sent
from ..._http.events import OnEvent, emit, request_event
from ..._http.service import Service
from ..._redact import own_request, redact, redact_url
from ...exceptions import APIError, ClientError, PlanetError
from .streams import read

if TYPE_CHECKING:
    from .pool import Pool

__all__ = ["drain", "exchange", "read_error"]

# The body of a redirect is a line of text. A longer one costs more time than a new connection.
_MAX_DRAINED = 16 * 1024
_DRAIN_SECONDS = 1.0


@contextmanager
def exchange(pool: Pool, call: Call, auth: Any, *, attempt: int, on_event: OnEvent | None) -> Iterator[Any]:
    """Send a request, and yield its answer when the head has come. Redirects are not followed.

    Args:
        pool: the connections to use.
        call: the request.
        auth: the credentials to send; None: none, as to other servers and with signed links.
        attempt: the number of the attempt, for the event.
        on_event: called with the event when the request has ended.

    Raises:
        NetworkError: no answer came, or its body was cut inside of the `with`.
        ClientError: the request cannot be sent.
    """
    started = monotonic()
    response: Any = None
    failure: PlanetError | None = None
    reason: str | None = None
    try:
        with own_request():
            response = _send(pool, call, auth)
        try:
            yield response
        finally:
            response.close()
    except PlanetError as error:  # first: some of them are errors of httpx, too
        reason = error.message
        raise
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as error:
        failure = error_from_httpx(error, call.method, call.url)
        failure._retry.not_sent = response is None and never_sent(error)
        reason = failure.message
    except BaseException as error:
        reason = type(error).__name__
        raise
    finally:
        status, size = (None, 0) if response is None else (response.status_code, response.num_bytes_downloaded)
        emit(request_event(call.method, call.url, status, size, monotonic() - started, attempt, reason), on_event)
    if failure is not None:
        raise failure  # outside of the except block: httpx's error holds the request, and with it the key


def _send(pool: Pool, call: Call, auth: Any) -> Any:
    """Send the request over httpx or, for a file, over the file transport."""
    try:
        files = pool.transport_for(call.url) if call.is_file else None
        if files is None:
            request = pool.client.build_request(
                call.method,
                call.url,
                json=call.json,
                files=call.files,
                params=call.params,
                headers=call.headers,
                timeout=httpx.USE_CLIENT_DEFAULT if call.timeout is None else call.timeout,
            )
    except (TypeError, ValueError, httpx.InvalidURL) as error:
        raise ClientError(
            f"The request cannot be sent: {redact(str(error))}.", method=call.method, url=redact_url(call.url)
        ) from None
    if files is not None:
        return files.get(call.url, call.headers, auth)
    return pool.client.send(request, stream=True, auth=auth)


def drain(response: Any) -> None:
    """Read the short body of an answer that nobody needs, so that its connection serves the next request."""
    with suppress(httpx.HTTPError, httpx.StreamError):  # the head has said all
        read(response, _MAX_DRAINED, _DRAIN_SECONDS, cut=True)


def read_error(response: Any, method: str, seconds: float, service: Service) -> APIError:
    """The error for an answer with an error status. The beginning of its body is read, for at most *seconds*."""
    try:
        body = read(response, MAX_ERROR_BODY, seconds, cut=True)
    except (httpx.HTTPError, httpx.StreamError):
        body = b""  # the status is known
    return error_from_status(response.status_code, response.headers, body, method, response.url, service)

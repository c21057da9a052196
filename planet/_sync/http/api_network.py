# Generated from planet/_async/http/api_network.py by tools/unasync.py. Edit that file and run the tool again.

"""The network below httpcore's pools: it closes connections on which bytes come that nobody asked for."""

from __future__ import annotations

import ssl
from time import monotonic
from typing import Any

import h11
import httpcore

from ..._http.framing import Framing
from ..._runtime._sync import is_quiet, network
from .tls import TlsStream

__all__ = ["ApiNetwork", "ApiStream"]


# httpcore asks for 64 KiB. A page of results comes in fewer pieces so, each of which waits for its turn in the loop.
_BLOCK = 1 << 18


class ApiStream(httpcore.NetworkStream):
    """A connection that httpcore sends one request after the other on.

    httpcore takes whatever has come after one answer for the beginning of the next. Here such a connection is not used
    again.

    Attributes:
        deadline: the monotonic time at which the answer to the current request must have come; None: any.
    """

    def __init__(self, stream: httpcore.NetworkStream, head_timeout: float) -> None:
        self._stream = stream
        self._head_timeout = head_timeout
        self._framing = Framing()
        self._head_deadline: float | None = None
        self.deadline: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline, reason = self.deadline, "the answer was not complete in time"
        if self._framing.in_head and self._head_deadline is not None:
            deadline, reason = self._head_deadline, "the head of the answer was not complete in time"
        data = read_until(self._stream, max(max_bytes, _BLOCK), timeout, deadline, reason)
        was_in_head = self._framing.in_head
        try:
            self._framing.received(data)
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        if self._framing.in_head and not was_in_head:
            self._head_deadline = monotonic() + self._head_timeout
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._framing.is_between:
            self.deadline = None
            if self._framing.has_excess or not is_quiet(self._stream):
                raise httpcore.ConnectionNotAvailable  # the pool takes another one
        self._framing.sent(buffer)
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = TlsStream.connect(self._stream, ssl_context, server_hostname, timeout)
        return ApiStream(secured, self._head_timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._framing.has_excess:
            return True
        return self._stream.get_extra_info(info)


def read_until(
    stream: httpcore.NetworkStream, max_bytes: int, timeout: float | None, deadline: float | None, reason: str
) -> bytes:
    """Read, waiting neither longer than *timeout* seconds nor until after *deadline*.

    Raises:
        httpcore.ReadTimeout: nothing came in time; its text is *reason* where that was the deadline.
    """
    if deadline is None:
        return stream.read(max_bytes, timeout)
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(reason)
    try:
        return stream.read(max_bytes, left if timeout is None else min(timeout, left))
    except httpcore.ReadTimeout:
        if timeout is not None and timeout < left:
            raise
        raise httpcore.ReadTimeout(reason) from None


class ApiNetwork(httpcore.NetworkBackend):
    """Makes such connections.

    Args:
        head_timeout: seconds in which the head of an answer must be complete, once it has begun to come.
    """

    def __init__(self, head_timeout: float) -> None:
        self._network = network()
        self._head_timeout = head_timeout

    def connect_tcp(self, *args: Any, **details: Any) -> httpcore.NetworkStream:
        return ApiStream(self._network.connect_tcp(*args, **details), self._head_timeout)

    def sleep(self, seconds: float) -> None:
        self._network.sleep(seconds)

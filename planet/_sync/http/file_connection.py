# Generated from planet/_async/http/file_connection.py by tools/unasync.py. Edit that file and run the tool again.

"""One connection to a server of files, and the answers that come over it, in plain HTTP/1.1.

Bodies are read in large pieces. Heads that are not of the simple form, and bodies without a length, are read by h11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import h11
import httpcore
import httpx

from ..._http.http11 import END, MAX_HEAD, Head, is_text, parse_head
from ..._http.settings import Timeouts
from ..._runtime._sync import is_quiet, shield
from .api_network import read_until
from .api_transport import HttpxErrors

__all__ = ["CLOSED_BY_SERVER", "AsHttpxErrors", "FileConnection", "FileResponse", "read_answer"]


_READ = 256 * 1024  # bytes that are asked of the network at once
_IDLE_SECONDS = 5.0  # servers close idle connections: one that was idle for longer is not used again

CLOSED_BY_SERVER = (httpcore.NetworkError, httpcore.ProtocolError)
_NETWORK_ERRORS = (*CLOSED_BY_SERVER, httpcore.TimeoutException)


class FileConnection:
    """One connection to a server, for one request after the other.

    Attributes:
        stream: the connection of the network.
        deadline: the monotonic time until which the answer must be complete; None: any.
        idle_since: the monotonic time at which the last answer was complete.
        is_new: whether no request was sent on it before the current one.
    """

    def __init__(self, stream: httpcore.NetworkStream, timeouts: Timeouts) -> None:
        self.stream = stream
        self._timeouts = timeouts
        self._answered = False  # whether a part of the answer to the current request has come
        self.deadline: float | None = None
        self.idle_since = 0.0
        self.is_new = True

    @property
    def is_stale(self) -> bool:
        """Whether the server may have closed it while it was idle: then the request can be sent again."""
        return not self.is_new and not self._answered

    def is_usable(self) -> bool:
        """Whether it can be used again: the server has neither closed it, nor sent what nobody asked for."""
        return monotonic() - self.idle_since < _IDLE_SECONDS and is_quiet(self.stream)

    def read(self) -> bytes:
        reason = "the answer was not complete in time"
        piece = read_until(self.stream, _READ, self._timeouts.read, self.deadline, reason)
        if piece and not self._answered:
            self._answered = True
            self.deadline = monotonic() + self._timeouts.head
        return piece

    def send(self, request: bytes) -> tuple[Head | None, bytes]:
        """Send a request; return the head of its answer, and what has come of the body.

        Where the head is not of the simple form it is None, and all that has come is returned.
        """
        self._answered = False
        self.deadline = None
        self.stream.write(request, self._timeouts.write)
        buffer = b""
        while True:
            piece = self.read()
            buffer = buffer + piece if buffer else piece
            end = buffer.find(END)
            if end >= 0:
                if not is_text(buffer[:end]):
                    raise httpcore.RemoteProtocolError("the answer is not HTTP")
                head = parse_head(buffer[: end + len(END)])
                return (None, buffer) if head is None else (head, buffer[end + len(END) :])
            if not piece or len(buffer) > MAX_HEAD:
                return None, buffer

    def close(self) -> None:
        with shield(), suppress(*_NETWORK_ERRORS):
            self.stream.close()


class FileResponse:
    """An answer of which only the head has been read. It has those attributes of httpx's that downloads use.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; their names in lower case.
        url: the address that answered.
        num_bytes_downloaded: bytes of the body that were received so far.
    """

    def __init__(
        self, url: str, connection: FileConnection, status_code: int, headers: Iterable[tuple[bytes, bytes]]
    ) -> None:
        self._connection = connection
        self.url = url
        self.status_code = status_code
        self.num_bytes_downloaded = 0
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("ascii").lower(), _text(raw_value)
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        connection.deadline = None  # the head has come

    @property
    def deadline(self) -> float | None:
        """The monotonic time until which the body must be complete; None, for files: any."""
        return self._connection.deadline

    @deadline.setter
    def deadline(self, value: float | None) -> None:
        self._connection.deadline = value

    @property
    def has_redirect_location(self) -> bool:
        """Whether it is a redirect."""
        return self.status_code in (301, 302, 303, 307, 308) and "location" in self.headers

    def iter_raw(self) -> Iterator[bytes]:
        """The body in pieces, as they come."""
        raise AttributeError(f"{type(self).__name__} has no body")

    def close(self) -> None:
        """Close it, whether its body has been read or not."""


def _text(value: bytes) -> str:
    """The value of a header. Names of files are UTF-8 more often than latin-1, which the standard says."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


class FixedLengthResponse(FileResponse):
    """An answer whose body has a length. Once it has been read to its end, its connection serves the next request."""

    def __init__(self, url: str, connection: FileConnection, head: Head, rest: bytes, release: Any) -> None:
        super().__init__(url, connection, head.status, head.headers)
        self._release = release
        self._left = head.length - len(rest)
        self._reusable = head.keep_alive and self._left >= 0  # otherwise bytes have come that belong to no answer
        self._rest = rest[: head.length]

    def iter_raw(self) -> Iterator[bytes]:
        if self._rest:
            self.num_bytes_downloaded += len(self._rest)
            yield self._rest
        while self._left > 0:
            with AsHttpxErrors():
                piece = self._connection.read()
                if not piece:
                    raise httpx.RemoteProtocolError("the server closed the connection before the end of the body")
            self._left -= len(piece)
            self.num_bytes_downloaded += len(piece)
            if self._left < 0:
                self._reusable = False
                piece = piece[: self._left]
            yield piece

    def close(self) -> None:
        self._release(self._connection, self._reusable and self._left == 0)


class StreamedResponse(FileResponse):
    """An answer whose body comes in chunks, or ends with the connection, or is missing."""

    def __init__(
        self, url: str, connection: FileConnection, reader: h11.Connection, head: h11.Response, release: Any
    ) -> None:
        super().__init__(url, connection, head.status_code, head.headers)
        self._reader = reader
        self._release = release

    def iter_raw(self) -> Iterator[bytes]:
        while not isinstance(event := _next_event(self._connection, self._reader), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                self.num_bytes_downloaded += len(event.data)
                yield bytes(event.data)

    def close(self) -> None:
        is_read = self._reader.our_state is self._reader.their_state is h11.DONE
        # What has come after the end belongs to no answer.
        self._release(self._connection, is_read and not self._reader.trailing_data[0])


def _next_event(connection: FileConnection, reader: h11.Connection) -> Any:
    with AsHttpxErrors():
        while (event := reader.next_event()) is h11.NEED_DATA:
            reader.receive_data(connection.read())
        if event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            raise httpx.RemoteProtocolError("the answer is not HTTP")
        return event


def read_answer(connection: FileConnection, request: bytes, url: str, release: Any) -> FileResponse:
    """Send a request, and return its answer when the head has come.

    Args:
        connection: to the server.
        request: the bytes of the request.
        url: the address, for the answer.
        release: takes the connection back when the answer is closed, and whether it can be used again.

    Raises:
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException: no answer came.
    """
    head, rest = connection.send(request)
    if head is not None:
        return FixedLengthResponse(url, connection, head, rest, release)
    if not rest:
        raise httpcore.RemoteProtocolError("the server closed the connection without an answer")
    reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
    reader.send(h11.Request(method="GET", target="/", headers=[("Host", "-")]))
    reader.send(h11.EndOfMessage())
    reader.receive_data(rest)
    while isinstance(event := _next_event(connection, reader), h11.InformationalResponse):
        continue
    return StreamedResponse(url, connection, reader, event, release)


class AsHttpxErrors(HttpxErrors):
    """Translate the errors of httpcore and of h11 to httpx's."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, h11.ProtocolError):
            raise httpx.RemoteProtocolError(str(error)) from error
        super().__exit__(kind, error, traceback)

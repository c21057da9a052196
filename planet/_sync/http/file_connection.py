# Generated from planet/_async/http/file_connection.py by tools/unasync.py. Edit that file and run the tool again.

"""Downloads over plain HTTP/1.1, as far as signed links need it: GET, without credentials and without proxies.

httpx spends more time on a small file than the network does, and passes a large one on in small pieces. This reads in
large pieces. Heads that are not of the simple form, and bodies without a length, are read by h11.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import h11
import httpcore
import httpx

from ..._http.http11 import END, MAX_HEAD, Head, build_request, is_text, parse_head, split_url
from ..._http.settings import Timeouts
from ..._http.urls import origin
from ..._runtime._sync import is_quiet, network, shield
from .api_network import read_until
from .api_transport import HttpxErrors
from .tls import TlsStream

__all__ = ["FileResponse", "FileTransport"]


_READ = 256 * 1024  # bytes that are asked of the network at once
_IDLE_SECONDS = 5.0  # servers close idle connections: one that was idle for longer is not used again
_MAX_IDLE = 32

_CLOSED_BY_SERVER = (httpcore.NetworkError, httpcore.ProtocolError)
_NETWORK_ERRORS = (*_CLOSED_BY_SERVER, httpcore.TimeoutException)


class _Connection:
    """One connection to a server, for one request after the other.

    Attributes:
        deadline: the monotonic time until which the answer must be complete; None: any.
        idle_since: the monotonic time at which the last answer was complete.
        is_new: whether no request was sent on it before the current one.
    """

    def __init__(self, stream: httpcore.NetworkStream, timeouts: Timeouts) -> None:
        self._stream = stream
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
        return monotonic() - self.idle_since < _IDLE_SECONDS and is_quiet(self._stream)

    def read(self) -> bytes:
        reason = "the answer was not complete in time"
        piece = read_until(self._stream, _READ, self._timeouts.read, self.deadline, reason)
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
        self._stream.write(request, self._timeouts.write)
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
            self._stream.close()


class FileResponse:
    """An answer of which only the head has been read. It has those attributes of httpx's that downloads use.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; their names in lower case.
        url: the address that answered.
        num_bytes_downloaded: bytes of the body that were received so far.
    """

    def __init__(
        self, url: str, connection: _Connection, status_code: int, headers: Iterable[tuple[bytes, bytes]]
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

    def __init__(
        self, transport: FileTransport, url: str, server: str, connection: _Connection, head: Head, rest: bytes
    ) -> None:
        super().__init__(url, connection, head.status, head.headers)
        self._transport = transport
        self._origin = server
        self._left = head.length - len(rest)
        self._reusable = head.keep_alive and self._left >= 0  # otherwise bytes have come that belong to no answer
        self._rest = rest[: head.length]

    def iter_raw(self) -> Iterator[bytes]:
        if self._rest:
            self.num_bytes_downloaded += len(self._rest)
            yield self._rest
        while self._left > 0:
            with _AsHttpxErrors():
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
        self._transport.release(self._origin, self._connection, self._reusable and self._left == 0)


class StreamedResponse(FileResponse):
    """An answer whose body comes in chunks, or ends with the connection, or is missing. Its connection is closed."""

    def __init__(self, url: str, connection: _Connection, reader: h11.Connection, head: h11.Response) -> None:
        super().__init__(url, connection, head.status_code, head.headers)
        self._reader = reader

    def iter_raw(self) -> Iterator[bytes]:
        while not isinstance(event := _next_event(self._connection, self._reader), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                self.num_bytes_downloaded += len(event.data)
                yield bytes(event.data)

    def close(self) -> None:
        self._connection.close()


def _next_event(connection: _Connection, reader: h11.Connection) -> Any:
    with _AsHttpxErrors():
        while (event := reader.next_event()) is h11.NEED_DATA:
            reader.receive_data(connection.read())
        if event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            raise httpx.RemoteProtocolError("the answer is not HTTP")
        return event


class _AsHttpxErrors(HttpxErrors):
    """Translate the errors of httpcore and of h11 to httpx's."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, h11.ProtocolError):
            raise httpx.RemoteProtocolError(str(error)) from error
        super().__exit__(kind, error, traceback)


class FileTransport:
    """Sends requests for files, and keeps connections for the next ones.

    Args:
        context: the TLS context.
        timeouts: how long to wait.
        headers: sent with every request.
    """

    def __init__(self, context: ssl.SSLContext, timeouts: Timeouts, headers: Mapping[str, str]) -> None:
        self._context = context
        self._timeouts = timeouts
        self._headers = dict(headers)
        self._network = network()
        self._idle: dict[str, list[_Connection]] = {}
        self._closed = False

    def get(self, url: str, headers: Mapping[str, str]) -> FileResponse:
        """Send a GET request, and return the answer, which the caller has to close.

        Raises:
            httpx.HTTPError: no answer came.
        """
        server = origin(url)
        host, target = split_url(url)
        request = build_request(target, {"Host": host, "Accept": "*/*", **self._headers, **headers})
        with _AsHttpxErrors():
            while True:
                connection = self._connection(server)
                try:
                    head, rest = connection.send(request)
                    if head is None and not rest:
                        raise httpcore.RemoteProtocolError("the server closed the connection without an answer")
                    break
                except BaseException as error:
                    connection.close()
                    if not (isinstance(error, _CLOSED_BY_SERVER) and connection.is_stale):
                        raise
            if head is not None:
                return FixedLengthResponse(self, url, server, connection, head, rest)
            try:
                return self._read_with_h11(url, connection, rest)
            except BaseException:
                connection.close()
                raise

    def _read_with_h11(self, url: str, connection: _Connection, received: bytes) -> FileResponse:
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        reader.send(h11.Request(method="GET", target="/", headers=[("Host", "-")]))
        reader.send(h11.EndOfMessage())
        reader.receive_data(received)
        while isinstance(event := _next_event(connection, reader), h11.InformationalResponse):
            continue
        return StreamedResponse(url, connection, reader, event)

    def _connection(self, server: str) -> _Connection:
        idle = self._idle.get(server, [])
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread has been faster
                break
            try:
                usable = connection.is_usable()
            except BaseException:
                connection.close()
                raise
            if usable:
                connection.is_new = False
                return connection
            connection.close()
        address = httpx.URL(server)
        port = address.port or {"http": 80, "https": 443}[address.scheme]
        stream = self._network.connect_tcp(address.host, port, timeout=self._timeouts.connect)
        if address.scheme == "https":
            stream = TlsStream.connect(stream, self._context, address.host, self._timeouts.connect)
        return _Connection(stream, self._timeouts)

    def release(self, server: str, connection: _Connection, reusable: bool) -> None:
        """Take a connection back after an answer: keep it for the next request, or close it."""
        idle = self._idle.setdefault(server, [])
        if not reusable or self._closed or len(idle) >= _MAX_IDLE:
            connection.close()
            return
        connection.idle_since = monotonic()
        idle.append(connection)

    def close(self) -> None:
        """Close the connections that are idle; the others are closed when they are released."""
        self._closed = True
        for idle in list(self._idle.values()):
            while idle:
                idle.pop().close()

# Generated from planet/_async/http/file_connection.py by tools/unasync.py. Edit that file and run the tool again.

"""Files over plain HTTP/1.1: what a signed link needs, and nothing of what an API needs besides.

httpx spends more on a small file than the network does, and hands a large one up in small pieces. This asks for one
thing only, GET, and reads in large pieces. It stands on httpcore's networks, which know both colours and TLS; heads
that are not plain, and bodies without a length, are read by h11.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from time import monotonic
from typing import Any, cast

import h11
import httpcore
import httpx

from ..._http.http11 import END, MAX_HEAD, Head, build_request, is_text, parse_head, split_url
from ..._http.settings import Timeouts
from ..._http.urls import origin
from ..._runtime._sync import network, shield
from .api_transport import HttpxErrors

__all__ = ["FileResponse", "FileTransport"]


_READ = 256 * 1024  # bytes that are asked of the network at once
_READ_COMPRESSED = 8 * 1024
_IDLE_SECONDS = 5.0  # servers close connections that are idle: one is not used again after so long
_SURE_SECONDS = 0.2  # no need to look whether the server has closed it: if it has, the request is sent again
_MOST_IDLE = 32

_HUNG_UP = (httpcore.NetworkError, httpcore.ProtocolError)
_NETWORK_ERRORS = (*_HUNG_UP, httpcore.TimeoutException)


class _Connection:
    """One connection to a server; it serves one request after the other."""

    def __init__(self, stream: httpcore.NetworkStream, timeouts: Timeouts) -> None:
        self._stream = stream
        self._timeouts = timeouts
        self._answered = False  # whether anything has come as an answer to the current request
        self.idle_since = 0.0
        self.is_new = True

    @property
    def is_stale(self) -> bool:
        """Whether the server may have closed it while it was idle: then the request is to be asked again."""
        return not self.is_new and not self._answered

    def usable(self) -> bool:
        """Whether it can be used again: a server that closes it, or talks out of turn, makes it readable."""
        idle = monotonic() - self.idle_since
        if idle < _SURE_SECONDS:
            return True
        return idle < _IDLE_SECONDS and not self._stream.get_extra_info("is_readable")

    def read(self) -> bytes:
        piece = self._stream.read(_READ, self._timeouts.read)
        self._answered = self._answered or bool(piece)
        return piece

    def ask(self, request: bytes) -> tuple[Head | None, bytes]:
        """Send a request: the head of its answer, and what has come of the body.

        Where the head is not a plain one it is None, and all that has come is handed back.
        """
        self._answered = False
        self._stream.write(request, self._timeouts.write)
        buffer = b""
        while True:
            piece = self.read()
            buffer = buffer + piece if buffer else piece
            end = buffer.find(END)
            if end >= 0:
                if not is_text(buffer[:end]):
                    raise httpcore.RemoteProtocolError("the server sent what is no answer")
                head = parse_head(buffer[: end + len(END)])
                return (None, buffer) if head is None else (head, buffer[end + len(END) :])
            if not piece or len(buffer) > MAX_HEAD:
                return None, buffer

    def close(self) -> None:
        with shield(), suppress(*_NETWORK_ERRORS):
            self._stream.close()


class FileResponse:
    """An answer of which nothing but the head has been read. It has what the engine needs of httpx's.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; their names in lower case.
        url: the address that answered.
        num_bytes_downloaded: bytes of the body that were received so far.
    """

    def __init__(self, url: str, status_code: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.url = url
        self.status_code = status_code
        self.num_bytes_downloaded = 0
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("ascii").lower(), _text(raw_value)
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value

    @property
    def has_redirect_location(self) -> bool:
        """Whether it sends somewhere else."""
        return self.status_code in (301, 302, 303, 307, 308) and "location" in self.headers

    def iter_raw(self) -> Iterator[bytes]:
        """The body in pieces, as they come."""
        raise AttributeError(f"{type(self).__name__} has no body")

    def close(self) -> None:
        """Read no more of it."""

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces, decompressed where it is compressed: httpx knows how."""
        if self.headers.get("content-encoding", "identity").lower() == "identity":
            return self.iter_raw()
        return httpx.Response(self.status_code, headers=self.headers, stream=_Stream(self)).iter_bytes()


def _text(value: bytes) -> str:
    """The value of a header. Names of files come as UTF-8 more often than as what the standard says."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


class _Stream(httpx.ByteStream):
    """A compressed body as httpx wants it: in small pieces, because each may unfold to a thousand times its size."""

    def __init__(self, answer: FileResponse) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with closing(cast(Any, self._answer.iter_raw())) as pieces:
            for piece in pieces:
                for start in range(0, len(piece), _READ_COMPRESSED):
                    yield piece[start : start + _READ_COMPRESSED]


class FixedLengthResponse(FileResponse):
    """Its body has a length. What is read to its end leaves a connection for the next request."""

    def __init__(
        self, transport: FileTransport, url: str, place: str, connection: _Connection, head: Head, rest: bytes
    ) -> None:
        super().__init__(url, head.status, head.headers)
        self._transport = transport
        self._origin = place
        self._connection = connection
        self._left = head.length - len(rest)
        self._reusable = head.keep_alive and self._left >= 0  # what is too much belongs to nothing
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
    """Its body comes in chunks, or is as long as the connection lasts, or there is none. h11 knows them all."""

    def __init__(self, url: str, connection: _Connection, reader: h11.Connection, head: h11.Response) -> None:
        super().__init__(url, head.status_code, head.headers)
        self._connection = connection
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
            raise httpx.RemoteProtocolError("the server sent something else than an answer")
        return event


class _AsHttpxErrors(HttpxErrors):
    """Errors of the network and of h11 leave as httpx's."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, h11.ProtocolError):
            raise httpx.RemoteProtocolError(str(error)) from error
        super().__exit__(kind, error, traceback)


class FileTransport:
    """The connections to servers of files.

    Args:
        context: what certificates are checked with.
        timeouts: how long to wait for what.
        headers: go with every request.
    """

    def __init__(self, context: ssl.SSLContext, timeouts: Timeouts, headers: Mapping[str, str]) -> None:
        self._context = context
        self._timeouts = timeouts
        self._headers = dict(headers)
        self._network = network()
        self._idle: dict[str, list[_Connection]] = {}
        self._closed = False

    def get(self, url: str, headers: Mapping[str, str]) -> FileResponse:
        """The answer to a GET of *url*. Close it.

        Raises:
            httpx.HTTPError: there is none.
        """
        place = origin(url)
        host, target = split_url(url)
        request = build_request(target, {"Host": host, "Accept": "*/*", **self._headers, **headers})
        with _AsHttpxErrors():
            while True:
                connection = self._connection(place)
                try:
                    head, rest = connection.ask(request)
                    if head is None and not rest:
                        raise httpcore.RemoteProtocolError("the server closed the connection without an answer")
                    break
                except BaseException as error:
                    connection.close()
                    if not (isinstance(error, _HUNG_UP) and connection.is_stale):
                        raise
            if head is not None:
                return FixedLengthResponse(self, url, place, connection, head, rest)
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

    def _connection(self, place: str) -> _Connection:
        idle = self._idle.get(place, [])
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread has been faster
                break
            if connection.usable():
                connection.is_new = False
                return connection
            connection.close()
        address = httpx.URL(place)
        port = address.port or {"http": 80, "https": 443}[address.scheme]
        stream = self._network.connect_tcp(address.host, port, timeout=self._timeouts.connect)
        connection = _Connection(stream, self._timeouts)
        if address.scheme != "https":
            return connection
        try:
            secured = stream.start_tls(self._context, address.host, self._timeouts.connect)
        except BaseException:
            connection.close()
            raise
        return _Connection(secured, self._timeouts)

    def release(self, place: str, connection: _Connection, reusable: bool) -> None:
        """Take a connection back, for the next request or to close it."""
        idle = self._idle.setdefault(place, [])
        if not reusable or self._closed or len(idle) >= _MOST_IDLE:
            connection.close()
            return
        connection.idle_since = monotonic()
        idle.append(connection)

    def close(self) -> None:
        """Close the connections that are idle; the others close when they are given back."""
        self._closed = True
        for idle in self._idle.values():
            while idle:
                idle.pop().close()

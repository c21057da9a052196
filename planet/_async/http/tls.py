"""TLS over any connection, also over one that has TLS already, as that to a proxy may have."""

from __future__ import annotations

import ssl
from time import monotonic
from typing import Any

import httpcore

from ..._runtime._async import shield

__all__ = ["TlsStream"]


_READ = 64 * 1024


class TlsStream(httpcore.AsyncNetworkStream):
    """A TLS connection.

    A connection that ends without the closing message of TLS (close_notify) is an error here: it may have been cut, and
    a body without a length would look complete (RFC 9112 §9.8). The streams of httpcore take that for a regular end.
    """

    def __init__(
        self,
        stream: httpcore.AsyncNetworkStream,
        context: ssl.SSLContext,
        hostname: str | None,
        resumed: ssl.SSLSession | None = None,
    ) -> None:
        self._stream = stream
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname, session=resumed)

    @classmethod
    async def connect(
        cls,
        stream: httpcore.AsyncNetworkStream,
        context: ssl.SSLContext,
        hostname: str | None,
        timeout: float | None,
        resumed: ssl.SSLSession | None = None,
    ) -> TlsStream:
        """Begin TLS on a connection, which is closed if that fails.

        Args:
            stream: the connection.
            context: the TLS context.
            hostname: the name that the certificate must have.
            timeout: seconds until the handshake must be complete; None: any.
            resumed: the session of an earlier connection to the same server, which makes the handshake shorter.

        Raises:
            httpcore.ConnectError: the handshake failed, or the certificate was refused.
            httpcore.ConnectTimeout: it took longer than *timeout* seconds.
        """
        deadline = None if timeout is None else monotonic() + timeout
        try:
            secured = cls(stream, context, hostname, resumed)
            while True:
                try:
                    secured._ssl.do_handshake()
                except ssl.SSLWantReadError:
                    await secured._flush(_left(deadline))
                    await secured._receive(_left(deadline))
                else:
                    await secured._flush(_left(deadline))
                    return secured
        except BaseException as error:
            with shield():
                await stream.aclose()
            if isinstance(error, httpcore.TimeoutException):
                raise httpcore.ConnectTimeout("the TLS handshake timed out") from error
            if isinstance(error, ssl.SSLEOFError):
                raise httpcore.ConnectError("the connection was closed during the TLS handshake") from error
            if isinstance(error, (ssl.SSLError, httpcore.NetworkError, ValueError)):
                raise httpcore.ConnectError(str(error)) from error
            raise

    @property
    def session(self) -> ssl.SSLSession | None:
        """What a later connection to the same server can resume. With TLS 1.3 it comes after the handshake."""
        return self._ssl.session

    def __str__(self) -> str:
        return f"{self._ssl.version()}{', resumed' if self._ssl.session_reused else ''}"

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # One deadline for all reads below: a record may come byte by byte.
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            try:
                data = self._ssl.read(max_bytes)
                break
            except ssl.SSLWantReadError:
                await self._flush(_left(deadline, httpcore.ReadTimeout))
                await self._receive(_left(deadline, httpcore.ReadTimeout))
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLEOFError as error:
                raise httpcore.ReadError("the connection was cut: it ended without a TLS close_notify") from error
            except ssl.SSLError as error:
                raise httpcore.ReadError(str(error)) from error
        pieces, size = [data], len(data)
        while data and size < max_bytes:  # a record has 16 KB at most, and more of them may have come
            try:
                data = self._ssl.read(max_bytes - size)
            except ssl.SSLError:
                break  # nothing more for now: what is wrong is raised by the next call
            pieces.append(data)
            size += len(data)
        return b"".join(pieces)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        deadline = None if timeout is None else monotonic() + timeout
        while buffer:
            try:
                buffer = buffer[self._ssl.write(buffer) :]
            except ssl.SSLWantReadError:
                await self._flush(_left(deadline, httpcore.WriteTimeout))
                await self._receive(_left(deadline, httpcore.WriteTimeout))
            except ssl.SSLError as error:
                raise httpcore.WriteError(str(error)) from error
        await self._flush(_left(deadline, httpcore.WriteTimeout))

    async def _flush(self, timeout: float | None) -> None:
        if data := self._outgoing.read():
            await self._stream.write(data, timeout)

    async def _receive(self, timeout: float | None) -> None:
        data = await self._stream.read(_READ, timeout)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return await TlsStream.connect(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._ssl
        if info == "is_readable" and (self._ssl.pending() or self._incoming.pending):
            return True
        return self._stream.get_extra_info(info)


def _left(deadline: float | None, late: type[httpcore.TimeoutException] = httpcore.ConnectTimeout) -> float | None:
    """The seconds until a deadline; raises *late* when it has passed."""
    if deadline is None:
        return None
    left = deadline - monotonic()
    if left <= 0:
        raise late("the time for it is used up")
    return left

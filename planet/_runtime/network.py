"""The network of the blocking variant: connections of httpcore whose reads and writes can be cancelled."""

import socket
import ssl
from contextlib import suppress
from typing import Any

import httpcore

from .cancellation import check_cancelled, on_cancel, sleep

__all__ = ["Backend"]


class _Stream(httpcore.NetworkStream):
    """A connection. Cancelling the pool of the worker that waits for it shuts the socket down."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def _shut_down(self) -> None:
        connection = self._stream.get_extra_info("socket")
        with suppress(OSError):  # it is closed already
            connection.shutdown(socket.SHUT_RDWR)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with on_cancel(self._shut_down):
            return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with on_cancel(self._shut_down):
            self._stream.write(buffer, timeout)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with on_cancel(self._shut_down):
            return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Makes such connections."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **details: Any) -> httpcore.NetworkStream:
        check_cancelled()
        return _Stream(self._backend.connect_tcp(*args, **details))

    def connect_unix_socket(self, *args: Any, **details: Any) -> httpcore.NetworkStream:
        return _Stream(self._backend.connect_unix_socket(*args, **details))

    def sleep(self, seconds: float) -> None:
        sleep(seconds)

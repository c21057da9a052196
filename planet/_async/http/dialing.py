"""Open connections to the servers of files: directly, or through an HTTP proxy; with TLS where the address says so."""

from __future__ import annotations

import logging
import ssl
from base64 import b64encode
from time import monotonic
from typing import Any

import attrs
import h11
import httpcore
import httpx

from ..._http.http11 import MAX_HEAD
from ..._http.settings import Timeouts
from ..._redact import printable, redact_url
from ..._runtime._async import network, shield
from .api_network import read_until
from .tls import TlsStream

__all__ = ["Dialer", "Route"]


log = logging.getLogger("planet.connections")

_READ = 4096


@attrs.frozen
class Route:
    """The way to a server.

    Attributes:
        server: its origin, such as https://storage.test:443.
        address: the same, as a URL.
        proxy: the HTTP proxy on the way, or None.
    """

    server: str
    address: httpx.URL = attrs.field(init=False, eq=False, repr=False)
    proxy: httpx.URL | None = attrs.field(default=None, repr=False)  # its URL may hold a password

    @address.default
    def _parse(self) -> httpx.URL:
        return httpx.URL(self.server)

    @property
    def is_relayed(self) -> bool:
        """Whether the proxy reads the requests and passes them on. It opens a tunnel to servers with TLS."""
        return self.proxy is not None and self.server.startswith("http:")

    @property
    def proxy_authorization(self) -> str | None:
        """The header `Proxy-Authorization`."""
        if self.proxy is None or not (self.proxy.username or self.proxy.password):
            return None
        return "Basic " + b64encode(f"{self.proxy.username}:{self.proxy.password}".encode()).decode()


class Dialer:
    """Opens connections, and resumes the TLS sessions of earlier ones.

    Args:
        context: the TLS context.
        timeouts: how long to wait.
    """

    def __init__(self, context: ssl.SSLContext, timeouts: Timeouts) -> None:
        self._context = context
        self._timeouts = timeouts
        self._network = network()
        self._sessions: dict[Route, ssl.SSLSession] = {}

    async def connect(self, route: Route) -> httpcore.AsyncNetworkStream:
        """Open a connection.

        Raises:
            httpcore.ConnectError, httpcore.ConnectTimeout: the server or the proxy cannot be reached.
            httpcore.ProxyError: the proxy does not open a tunnel.
        """
        address, timeout = route.address, self._timeouts.connect
        first = route.proxy or address
        stream: httpcore.AsyncNetworkStream
        stream = await self._network.connect_tcp(_host(first), _port(first), timeout=timeout)
        if first.scheme == "https" and first is route.proxy:
            stream = await TlsStream.connect(stream, self._context, _host(first), timeout)
        if route.proxy is not None and not route.is_relayed:
            try:
                await self._open_tunnel(stream, route)
            except BaseException:
                with shield():
                    await stream.aclose()
                raise
        if address.scheme == "https":
            resumed = self._sessions.get(route)
            stream = await TlsStream.connect(stream, self._context, _host(address), timeout, resumed)
        if log.isEnabledFor(logging.DEBUG):
            kind = f", {stream}" if isinstance(stream, TlsStream) else ""
            way = f" through {redact_url(str(route.proxy))}" if route.proxy else ""
            log.debug("Connected to %s%s%s", route.server, way, kind)
        return stream

    def remember_session(self, route: Route, stream: Any) -> None:
        """Keep the TLS session of a connection that has served a request, for the next ones."""
        if isinstance(stream, TlsStream) and (session := stream.session) is not None:
            self._sessions[route] = session

    async def _open_tunnel(self, stream: httpcore.AsyncNetworkStream, route: Route) -> None:
        target = route.server.partition("://")[2]
        headers = [("Host", target)]
        if authorization := route.proxy_authorization:
            headers.append(("Proxy-Authorization", authorization))
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        request = reader.send(h11.Request(method="CONNECT", target=target, headers=headers)) or b""
        reader.send(h11.EndOfMessage())
        await stream.write(request, self._timeouts.write)
        deadline = monotonic() + self._timeouts.read
        try:
            while not isinstance(event := reader.next_event(), h11.Response):
                if event is h11.NEED_DATA:
                    data = await read_until(stream, _READ, None, deadline, "the proxy did not answer in time")
                    if not data:
                        raise httpcore.ProxyError("it closed the connection without an answer")
                    reader.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise httpcore.ProxyError(str(error)) from error
        if not 200 <= event.status_code < 300:
            raise httpcore.ProxyError(f"{event.status_code} {printable(event.reason.decode('latin-1'))}")
        if reader.trailing_data[0]:
            raise httpcore.ProxyError("it sent more than its answer")


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _port(url: httpx.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]

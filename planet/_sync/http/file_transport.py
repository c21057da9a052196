# Generated from planet/_async/http/file_transport.py by tools/unasync.py. Edit that file and run the tool again.

"""`FileTransport`: requests for files, over plain HTTP/1.1 connections that are kept for the next ones.

httpx spends more time on a small file than the network does, and passes a large one on in small pieces.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx

from ..._http.http11 import build_request, split_url
from ..._http.proxies import parse_proxy, proxy_for
from ..._http.settings import Settings
from ..._http.urls import origin
from .dialing import Dialer, Route
from .file_connection import CLOSED_BY_SERVER, AsHttpxErrors, FileConnection, FileResponse, read_answer

__all__ = ["FileTransport"]


_MAX_IDLE = 32  # connections to one server


class FileTransport:
    """Sends requests for files.

    Args:
        context: the TLS context.
        settings: the timeouts and the proxies.
        headers: sent with every request.
    """

    def __init__(self, context: ssl.SSLContext, settings: Settings, headers: Mapping[str, str]) -> None:
        self._settings = settings
        self._headers = dict(headers)
        self._dialer = Dialer(context, settings.timeouts)
        self._routes: dict[str, Route] = {}  # by origin
        self._idle: dict[Route, list[FileConnection]] = {}
        self._closed = False

    def takes(self, url: str) -> bool:
        """Whether it can send requests to that address: it knows HTTP proxies, but no SOCKS proxies."""
        proxy = self._route(url).proxy
        return proxy is None or not proxy.scheme.startswith("socks")

    def get(self, url: str, headers: Mapping[str, str], auth: Any = None) -> FileResponse:
        """Send a GET request, and return the answer, which the caller has to close.

        Args:
            url: the address.
            headers: sent in addition to those of every request.
            auth: the credentials, an `httpx.Auth`; None: none.

        Raises:
            httpx.HTTPError: no answer came.
            PlanetError: the credentials cannot be had.
        """
        with AsHttpxErrors():
            if auth is None:
                return self._get(url, headers)
            # Without the path: it may hold a token, and takes longer to parse than all the rest.
            flow = auth.sync_auth_flow(httpx.Request("GET", self._route(url).address))
            try:
                request = next(flow)
                while True:
                    credentials = {name: value for name, value in request.headers.items() if name != "host"}
                    answer = self._get(url, {**headers, **credentials})
                    try:
                        request = flow.send(answer)
                    except StopIteration:
                        return answer
                    except BaseException:
                        answer.close()
                        raise
                    answer.close()
            finally:
                flow.close()

    def _get(self, url: str, headers: Mapping[str, str]) -> FileResponse:
        route = self._route(url)
        request = self._request(route, url, headers)

        def release(connection: FileConnection, reusable: bool) -> None:
            self._release(route, connection, reusable)

        while True:
            connection = self._connection(route)
            try:
                return read_answer(connection, request, url, release)
            except BaseException as error:
                connection.close()
                if not (isinstance(error, CLOSED_BY_SERVER) and connection.is_stale):
                    raise

    def _route(self, url: str) -> Route:
        server = origin(url)
        route = self._routes.get(server)
        if route is None:
            settings = self._settings
            proxy = proxy_for(url, settings.proxy, trust_env=settings.trust_env)
            found = None if proxy is None else parse_proxy(proxy, is_argument=settings.proxy is not None)
            route = self._routes.setdefault(server, Route(server, found))
        return route

    def _request(self, route: Route, url: str, headers: Mapping[str, str]) -> bytes:
        host, target = split_url(url)
        more = {}
        if route.is_relayed:
            target = f"http://{host}".encode("ascii") + target
            if authorization := route.proxy_authorization:
                more["Proxy-Authorization"] = authorization
        return build_request(target, {"Host": host, "Accept": "*/*", **self._headers, **headers, **more})

    def _connection(self, route: Route) -> FileConnection:
        """A connection that was kept and is still good, or a new one."""
        idle = self._idle.get(route, [])
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
        return FileConnection(self._dialer.connect(route), self._settings.timeouts)

    def _release(self, route: Route, connection: FileConnection, reusable: bool) -> None:
        """Take a connection back after an answer: keep it for the next request, or close it."""
        self._dialer.remember_session(route, connection.stream)
        idle = self._idle.setdefault(route, [])
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

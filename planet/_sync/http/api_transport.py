# Generated from planet/_async/http/api_transport.py by tools/unasync.py. Edit that file and run the tool again.

"""The transport below httpx for requests to the API: httpcore's pools over the network of this package.

httpx's own transport does not let a program choose the network, and does not say which proxy it uses.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import httpcore
import httpx

from ..._http.mocks import httpx_is_replaced
from ..._http.proxies import parse_proxy, proxy_for
from ..._http.settings import Settings
from .api_network import ApiNetwork

__all__ = ["ApiTransport", "HttpxErrors"]

_KEEPALIVE_SECONDS = 5.0
_MAX_KEEPALIVE = 20


class ApiTransport(httpx.BaseTransport):
    """Sends requests over one pool of connections for each proxy, and one for direct connections.

    Args:
        settings: the proxy, whether the proxies of the environment are used, and the timeouts.
        context: the TLS context.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        self._settings = settings
        self._context = context
        self._pools: dict[str | None, httpcore.ConnectionPool] = {}
        self._replaced: dict[str | None, httpx.HTTPTransport] = {}  # see `_replaced_transport`

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxy_for(str(request.url), self._settings.proxy, trust_env=self._settings.trust_env)
        if httpx_is_replaced():
            return self._replaced_transport(proxy).handle_request(request)
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools.setdefault(proxy, self._make_pool(proxy))
        url = request.url
        with HttpxErrors():
            response = pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=_content_of(request),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response.stream), extensions=response.extensions
        )

    def _replaced_transport(self, proxy: str | None) -> httpx.HTTPTransport:
        """httpx's own transport, for when a test tool has replaced or wrapped it."""
        transport = self._replaced.get(proxy)
        if transport is None:
            made = httpx.HTTPTransport(verify=self._context, proxy=proxy)
            transport = self._replaced.setdefault(proxy, made)
        return transport

    def _make_pool(self, proxy: str | None) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._context,
            proxy=None if proxy is None else self._as_proxy(proxy),
            max_connections=None,
            max_keepalive_connections=max(_MAX_KEEPALIVE, self._settings.limits.max_downloads),
            keepalive_expiry=_KEEPALIVE_SECONDS,
            network_backend=ApiNetwork(self._settings.timeouts.head),
        )

    def _as_proxy(self, proxy: str) -> httpcore.Proxy:
        url = parse_proxy(proxy, is_argument=self._settings.proxy is not None)
        return httpcore.Proxy(
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            auth=(url.username.encode(), url.password.encode()) if url.username or url.password else None,
            ssl_context=self._context if url.scheme == "https" else None,
        )

    def close(self) -> None:
        """Close all connections."""
        for pool in list(self._pools.values()):
            pool.close()
        for transport in list(self._replaced.values()):
            transport.close()


class _Content:
    """The body of a request that is known as a whole.

    The streams of httpx and httpcore are async generators: where a request is cancelled, trio warns of them.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = [content] if content else []

    def __iter__(self) -> Iterator[bytes]:
        return _Content(self._content)  # from the beginning, as httpcore may send a request on another connection

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        return self._left.pop()


def _content_of(request: httpx.Request) -> Any:
    """The body of a request: as a whole where it is known, else as the stream that it is."""
    try:
        return _Content(request.content)
    except httpx.RequestNotRead:
        return request.stream


class _Body(httpx.ByteStream):
    """The body of an answer."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        with HttpxErrors():
            for piece in self._chunks:
                yield piece

    def close(self) -> None:
        try:
            close = self._chunks.close
        except AttributeError:  # a test tool has made it
            return
        close()


class HttpxErrors:
    """Translate the errors of httpcore to httpx's, which have the same names."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if error is not None and type(error).__module__.startswith("httpcore"):
            translated = getattr(httpx, type(error).__name__, httpx.TransportError)
            raise translated(str(error)) from error

"""The transport below httpx for requests to the API: httpcore's pools over the network of this package.

httpx's own transport does not let a program choose the network, and does not say which proxy it uses.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
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


class ApiTransport(httpx.AsyncBaseTransport):
    """Sends requests over one pool of connections for each proxy, and one for direct connections.

    Args:
        settings: the proxy, whether the proxies of the environment are used, and the timeouts.
        context: the TLS context.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        self._settings = settings
        self._context = context
        self._pools: dict[str | None, httpcore.AsyncConnectionPool] = {}
        self._replaced: dict[str | None, httpx.AsyncHTTPTransport] = {}  # see `_replaced_transport`

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxy_for(str(request.url), self._settings.proxy, trust_env=self._settings.trust_env)
        if httpx_is_replaced():
            return await self._replaced_transport(proxy).handle_async_request(request)
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools.setdefault(proxy, self._make_pool(proxy))
        url = request.url
        with HttpxErrors():
            response = await pool.handle_async_request(
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

    def _replaced_transport(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        """httpx's own transport, for when a test tool has replaced or wrapped it."""
        transport = self._replaced.get(proxy)
        if transport is None:
            made = httpx.AsyncHTTPTransport(verify=self._context, proxy=proxy)
            transport = self._replaced.setdefault(proxy, made)
        return transport

    def _make_pool(self, proxy: str | None) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
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

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in list(self._pools.values()):
            await pool.aclose()
        for transport in list(self._replaced.values()):
            await transport.aclose()


class _Content:
    """The body of a request that is known as a whole.

    The streams of httpx and httpcore are async generators: where a request is cancelled, trio warns of them.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = [content] if content else []

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Content(self._content)  # from the beginning, as httpcore may send a request on another connection

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


def _content_of(request: httpx.Request) -> Any:
    """The body of a request: as a whole where it is known, else as the stream that it is."""
    try:
        return _Content(request.content)
    except httpx.RequestNotRead:
        return request.stream


class _Body(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with HttpxErrors():
            async for piece in self._chunks:
                yield piece

    async def aclose(self) -> None:
        try:
            close = self._chunks.aclose
        except AttributeError:  # a test tool has made it
            return
        await close()


class HttpxErrors:
    """Translate the errors of httpcore to httpx's, which have the same names."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if error is not None and type(error).__module__.startswith("httpcore"):
            translated = getattr(httpx, type(error).__name__, httpx.TransportError)
            raise translated(str(error)) from error

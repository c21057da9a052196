"""The transport below httpx for requests to the API: connections of httpcore, whose reads can be cancelled.

httpx's own transport does not let a program choose the network, and does not say which proxy it uses.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpcore
import httpx

from ..._http.mocks import httpx_is_replaced
from ..._http.proxies import proxy_for
from ..._http.settings import Settings
from ..._redact import redact_url
from ..._runtime._async import network
from ...exceptions import ClientError

__all__ = ["ApiTransport", "HttpxErrors"]

_KEEPALIVE_SECONDS = 5.0
_MAX_KEEPALIVE = 20


class ApiTransport(httpx.AsyncBaseTransport):
    """One pool of connections for each proxy that is used, and one for direct connections.

    Args:
        settings: the proxy, and whether the environment's proxies count.
        context: what certificates are checked with.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        self._settings = settings
        self._context = context
        self._pools: dict[str | None, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if httpx_is_replaced():
            return await self._replaced.handle_async_request(request)
        proxy = proxy_for(str(request.url), self._settings.proxy, trust_env=self._settings.trust_env)
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
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response.stream), extensions=response.extensions
        )

    @functools.cached_property
    def _replaced(self) -> httpx.AsyncHTTPTransport:
        """httpx's own transport, for when a test tool has replaced it."""
        return httpx.AsyncHTTPTransport(verify=self._context)

    def _make_pool(self, proxy: str | None) -> httpcore.AsyncConnectionPool:
        try:
            return httpcore.AsyncConnectionPool(
                ssl_context=self._context,
                proxy=None if proxy is None else _as_proxy(httpx.URL(proxy), self._context),
                max_connections=None,
                max_keepalive_connections=max(_MAX_KEEPALIVE, self._settings.limits.max_downloads),
                keepalive_expiry=_KEEPALIVE_SECONDS,
                network_backend=network(),
            )
        except (ImportError, RuntimeError):
            raise ClientError(
                "The proxy speaks SOCKS, and the package for that is missing.",
                hint='Install it: pip install "httpx[socks]".',
            ) from None
        except (ValueError, httpx.InvalidURL):
            # Not the error itself: it may hold the proxy's password.
            raise ClientError(
                f"The proxy {redact_url(proxy)!r} cannot be used: it must be an http, https, socks5 or socks5h URL.",
                hint="Check proxy= and the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY.",
            ) from None

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in list(self._pools.values()):
            await pool.aclose()


def _as_proxy(url: httpx.URL, context: ssl.SSLContext) -> httpcore.Proxy:
    if url.scheme not in ("http", "https", "socks5", "socks5h") or not url.host:
        raise ValueError(url.scheme)
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        auth=(url.username, url.password) if url.username or url.password else None,
        ssl_context=context if url.scheme == "https" else None,
    )


class _Body(httpx.AsyncByteStream):
    """The body of an answer, whose errors leave as httpx's."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with HttpxErrors():
            async for piece in self._chunks:
                yield piece

    async def aclose(self) -> None:
        await self._chunks.aclose()


class HttpxErrors:
    """Errors of httpcore leave as httpx's, which have the same names."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if error is not None and type(error).__module__.startswith("httpcore"):
            translated = getattr(httpx, type(error).__name__, httpx.TransportError)
            raise translated(str(error)) from error

"""The connection of a login: by the settings of the session that it is for, so that proxies and certificates hold."""

from typing import Any

import httpx

from .._version import __version__

__all__ = ["make_client"]


def make_client(settings: Any = None) -> httpx.Client:
    """A client for a few requests; *settings* of a session, or None for the usual ones."""
    timeout = httpx.Timeout(connect=10.0, read=30.0, write=10.0, pool=10.0)
    headers = {"User-Agent": f"planet-client-python/{__version__}"}
    if settings is None:
        return httpx.Client(timeout=timeout, headers=headers)
    return httpx.Client(
        timeout=timeout,
        headers=headers,
        proxy=settings.proxy,
        verify=settings.ssl_context(),
        trust_env=settings.trust_env,
        transport=_Borrowed(settings.transport) if isinstance(settings.transport, httpx.BaseTransport) else None,
    )


class _Borrowed(httpx.BaseTransport):
    """The transport of a session, which goes on using it. One that is asynchronous only is of no use here."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)

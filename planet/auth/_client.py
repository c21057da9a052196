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
        transport=settings.transport if isinstance(settings.transport, httpx.BaseTransport) else None,
    )

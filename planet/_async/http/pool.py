"""`Pool`: the connections of a session, for the API and for files, and the queues for them."""

from __future__ import annotations

import ssl

import httpx

from ..._http.decoding import ACCEPT_ENCODING
from ..._http.mocks import httpcore_is_replaced, httpx_is_replaced
from ..._http.settings import Settings
from ..._runtime._async import AGENT_SUFFIX, APP, Semaphore
from ..._version import __version__
from .api_transport import ApiTransport
from .file_transport import FileTransport

__all__ = ["Pool"]


class Pool:
    """The connections of one event loop or process, and the queues for them.

    Requests wait in these queues, where they cannot time out, and never for a connection of httpx.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext | bool) -> None:
        limits = settings.limits
        self.active = Semaphore(limits.max_active)
        self.downloads = Semaphore(limits.max_downloads)
        headers = {"User-Agent": f"planet-client-python/{__version__}{AGENT_SUFFIX}"}
        if settings.service.is_planet:
            headers["X-Planet-App"] = settings.app or APP
        api_headers = {**headers, "Accept-Encoding": ACCEPT_ENCODING}
        timeouts = settings.timeouts
        checked = httpx.create_ssl_context(verify=context) if isinstance(context, bool) else context
        self.client = httpx.AsyncClient(
            headers=api_headers,
            timeout=httpx.Timeout(connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=None),
            follow_redirects=False,
            trust_env=False,  # the transport knows the proxies, the settings the certificates
            transport=settings.transport or ApiTransport(settings, checked),
        )
        uses_httpx = settings.transport is not None or settings.http_client == "httpx"
        self._files = None if uses_httpx else FileTransport(checked, settings, headers)

    def transport_for(self, url: str) -> FileTransport | None:
        """The file transport, if it can download from that address.

        None behind a SOCKS proxy, with `transport=` and `http_client="httpx"`, and while a test tool has replaced the
        transports of httpx or httpcore.
        """
        if self._files is None or httpx_is_replaced() or httpcore_is_replaced():
            return None
        return self._files if self._files.takes(url) else None

    async def aclose(self) -> None:
        """Close all connections."""
        if self._files is not None:
            await self._files.aclose()
        await self.client.aclose()

"""What a session connects with: httpx for the API, a plain wire for files, and the queues before both."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from .._runtime._async import AGENT_SUFFIX, APP, Slots, make_stoppable
from .._settings import Settings
from .._version import __version__
from ..exceptions import ClientError

__all__ = ["Pool"]


class Pool:
    """The connections of one event loop or process, and the places in their queues.

    Nobody waits for a connection in httpx: that happens in these queues, where it cannot time out.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext | bool) -> None:
        limits = settings.limits
        self.active = Slots(limits.max_active)
        self.downloads = Slots(limits.max_downloads)
        headers = {
            "User-Agent": f"planet-client-python/{__version__}{AGENT_SUFFIX}",
            "X-Planet-App": settings.app or APP,
        }
        self._direct: dict[str, bool] = {}
        try:
            self.client = httpx.AsyncClient(
                headers=headers,
                timeout=httpx.Timeout(
                    connect=settings.timeouts.connect,
                    read=settings.timeouts.read,
                    write=settings.timeouts.write,
                    pool=None,
                ),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=max(20, limits.max_downloads)),
                follow_redirects=False,
                proxy=settings.proxy,
                verify=context,
                trust_env=settings.trust_env,
                transport=settings.transport,
            )
        except (ValueError, OSError, httpx.InvalidURL, ImportError) as error:
            # Not the error itself: it may hold the proxy's password.
            raise ClientError(
                f"The session's settings cannot be used: {type(error).__name__} in proxy= or its variables.",
                hint="Check proxy= and the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY.",
            ) from None
        make_stoppable(self.client)
        # Loading it takes as long as httpx, which is here by now.
        from .wire import Wire

        self._wire = None if settings.transport else Wire(context, settings.timeouts, headers)

    def wire_to(self, url: str, place: str) -> Any:
        """The wire, if files come straight from that address; None where a proxy stands between, or a transport."""
        direct = self._direct.get(place)
        if direct is None:
            # httpx knows the proxies of the environment and who is exempt from them, and does not say so in public.
            direct = self.client._transport_for_url(httpx.URL(url)) is self.client._transport
            self._direct[place] = direct
        return self._wire if direct else None

    async def aclose(self) -> None:
        """Close all connections."""
        if self._wire is not None:
            await self._wire.aclose()
        await self.client.aclose()

"""The signed links to files: what they redirect to, and their renewal when they have expired."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from ..._runtime._async import Semaphore
from ...exceptions import DownloadError, PlanetError

__all__ = ["Links", "Source"]


log = logging.getLogger("planet.download")

_GONE = (401, 403, 404, 410)
_MAX_RENEWALS = 2  # without a byte received in between: such a link has not expired, but is refused


class Source:
    """The address of one file.

    A link redirects to the server that has the file. Further parts of the file are requested from there directly. If
    that is refused, the link itself is requested again, and then a fresh link.

    Args:
        link: the link.
        renew: gets a fresh link, given the one that is refused; None: links cannot be renewed.
        name: what log lines call the file.
    """

    def __init__(self, link: str, renew: Callable[[str], Any] | None = None, name: str = "a file") -> None:
        self._link = link
        self._renew = renew
        self._name = name
        self._renewals = 0
        self._shortcut: str | None = None
        self._lock = Semaphore(1)

    @property
    def address(self) -> str:
        """The address to request next."""
        return self._shortcut or self._link

    def remember_location(self, address: str) -> None:
        """Remember the address that the file, or a part of it, was received from."""
        self._shortcut = address
        self._renewals = 0

    async def ask(self, send: Callable[[str], Any]) -> Any:
        """What *send* returns for the address; after an error, for another address if that helps."""
        while True:
            address = self.address
            try:
                return await send(address)
            except PlanetError as error:
                if not await self.recover(address, error):
                    raise

    async def recover(self, used: str, error: PlanetError) -> bool:
        """Whether to request another address at once, after an error at the one that was *used*."""
        if error.status_code not in _GONE:
            return False
        async with self._lock:  # several segments may fail at the same time
            if used != self.address:
                return True
            if self._shortcut is not None and self._shortcut != self._link:
                self._shortcut = None
                return True
            if self._renew is not None and self._renewals < _MAX_RENEWALS:
                self._renewals += 1
                self._link, self._shortcut = await self._renew(self._link), None
                log.info("The link to %s has expired (%s); it was renewed", self._name, error.status_code)
                if used != self._link:
                    return True
        error._retry.is_link_error = True
        error.hint = "The link has expired or is not valid. Get a fresh one from the order or asset that it belongs to."
        return False


class Links:
    """The links to the files of one order, which are renewed together.

    Args:
        links: the link of each file, by its name.
        look_up: gets fresh links to all files.
    """

    def __init__(self, links: Mapping[str, str], look_up: Callable[[], Any]) -> None:
        self._links = links
        self._look_up = look_up
        self._renewals = 0
        self._lock = Semaphore(1)

    def source(self, name: str) -> Source:
        """The address of a file."""

        async def renew(stale: str) -> str:
            return await self._renewed(name, stale)

        return Source(self._links[name], renew, repr(name))

    def reset_renewals(self) -> None:
        """Allow renewals again, after a file was downloaded: a link that is refused later may have expired."""
        self._renewals = 0

    async def _renewed(self, name: str, stale: str) -> str:
        async with self._lock:
            if self._links.get(name) == stale and self._renewals < _MAX_RENEWALS:
                self._renewals += 1
                self._links = await self._look_up()
        try:
            return self._links[name]
        except KeyError:
            raise DownloadError(f"{name!r} cannot be downloaded: the order no longer lists it.") from None

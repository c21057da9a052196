# Generated from planet/_async/download/links.py by tools/unasync.py. Edit that file and run the tool again.

"""Where a file comes from: a signed link, what it leads to, and a fresh one when it has expired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._runtime._sync import Semaphore
from ...exceptions import DownloadError, PlanetError

__all__ = ["Links", "Source"]


_GONE = (401, 403, 404, 410)
_MOST_RENEWALS = 2  # without anything coming of them: a link that is refused again and again has not expired


class Source:
    """The address of one file.

    A link leads, by a redirect, to the server that has the file. What it has led to is asked directly for further
    parts of the file; where that is refused, the link itself is asked, and then a fresh one.

    Args:
        link: the link.
        renew: hands out a fresh link, given the one that is refused; None: there is no way to get one.
    """

    def __init__(self, link: str, renew: Callable[[str], Any] | None = None) -> None:
        self._link = link
        self._renew = renew
        self._renewals = 0
        self._shortcut: str | None = None
        self._next_batch = Semaphore(1)

    @property
    def address(self) -> str:
        """What to ask now."""
        return self._shortcut or self._link

    def remember_location(self, address: str) -> None:
        """The file, or a part of it, comes from that address."""
        self._shortcut = address
        self._renewals = 0

    def recover(self, used: str, error: PlanetError) -> bool:
        """Whether it makes sense to ask again at once, at another address than the one that was *used*."""
        if error.status_code not in _GONE:
            return False
        with self._next_batch:  # several parts of the file find out at the same time
            if used != self.address:
                return True
            if self._shortcut is not None and self._shortcut != self._link:
                self._shortcut = None
                return True
            if self._renew is not None and self._renewals < _MOST_RENEWALS:
                self._renewals += 1
                self._link, self._shortcut = self._renew(self._link), None
                if used != self._link:
                    return True
        error._retry.is_link_error = True
        error.hint = "The link has expired or is not valid: take a fresh one from the order or asset it belongs to."
        return False


class Links:
    """The links to the files of one order, which are renewed all together.

    Args:
        links: the link of each file, by its name.
        look_up: fetches all of them afresh.
    """

    def __init__(self, links: Mapping[str, str], look_up: Callable[[], Any]) -> None:
        self._links = links
        self._look_up = look_up
        self._renewals = 0
        self._next_batch = Semaphore(1)

    def source(self, name: str) -> Source:
        """The address of a file."""

        def renew(stale: str) -> str:
            return self._renewed(name, stale)

        return Source(self._links[name], renew)

    def reset_renewals(self) -> None:
        """A file has come: what is refused from now on may have expired."""
        self._renewals = 0

    def _renewed(self, name: str, stale: str) -> str:
        with self._next_batch:
            if self._links.get(name) == stale and self._renewals < _MOST_RENEWALS:
                self._renewals += 1
                self._links = self._look_up()
        try:
            return self._links[name]
        except KeyError:
            raise DownloadError(f"The order does not list {name!r} any more.") from None

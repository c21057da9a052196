# Generated from planet/_async/http/pager.py by tools/unasync.py. Edit that file and run the tool again.

"""`Pager`: the results of a listing, page by page."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

from ..._http.paging import Cursor, PageKeys, PageRequest, item_of
from ..._http.response import Response
from ..._runtime._sync import Prefetch, Semaphore, checkpoint, run_blocking
from ...exceptions import ArgumentTypeError, PagingError
from .transport import BaseSession

if TYPE_CHECKING:
    import geopandas

__all__ = ["LIMIT_REACHED", "Pager"]


_BATCH = 25  # items after which other tasks run: the reader may never wait for anything else

LIMIT_REACHED = "limit reached; limit=0 returns all"

_log = logging.getLogger("planet")

T = TypeVar("T")


class Pager(Generic[T]):
    """The results of a listing. Iterate over it; nothing is fetched before the first result is read.

    Each result is returned once: an iteration that was left continues where it stopped, and `again` begins anew. While
    a page is being read, the next one is fetched, unless the limit is reached. If that fails, the results
    before it are returned first, and iterating again tries again.

    Example:
        ```python
        results = pl.data.search(["PSScene"], geometry=aoi, limit=0)
        newest = results.first()
        for item in results:  # the others
            print(item.id)
        ```
    """

    def __init__(
        self,
        session: BaseSession,
        first: Callable[[], Any],
        keys: PageKeys,
        wrap: Callable[[dict[str, Any]], T],
        limit: int,
        listing: str = "",
        order: str | None = "",
        body: Any = None,
        url: str = "",
    ) -> None:
        self._session = session
        self._first = first
        self._keys = keys
        self._wrap = wrap
        self._cursor = Cursor(keys, limit, listing)
        self.order = order  # as requested; None is the order of the service
        self._begun = False
        self._body = body  # of the first request
        self._path = urlsplit(url).path
        self._closed_at: str | None = None
        self._is_exhausted = False
        self._iterations = 0
        self._unread = 0  # items that had been fetched when it was closed
        self._prefetch: Prefetch[Response] | None = None
        self._turns = Semaphore(1)
        # The current page, the next item last. Of a new page only the first item is ready, so that reading only that
        # one does not fetch the next page, and reading an item costs no more than a pop.
        self._ready: list[Any] = []
        self._rest: list[Any] = []

    def __repr__(self) -> str:
        state = "iterate over it, or use planet.collect()"
        if self._begun:
            read = self._cursor.returned(self._unread or len(self._ready) + len(self._rest))
            state = f"{read:,} read" + (f", {LIMIT_REACHED}" if self.limit_reached else "")
            state += "; again() reads them again" if self._is_exhausted else ""
        return f"<{type(self).__name__} of {self._keys.items}: {state}>"

    def _repr_html_(self) -> str:
        from ..._html import ROWS, listing

        at_hand = self._rest + self._ready
        returned = self._cursor.returned(self._unread or len(at_hand)) if self._begun else None
        following = []
        with suppress(PagingError):  # the next read raises it
            following += [self._wrap(item_of(text)) for text in at_hand[: -ROWS - 1 : -1]]
        return listing(self._keys.items, returned, following, note=LIMIT_REACHED if self.limit_reached else "")

    @property
    def limit_reached(self) -> bool:
        """Whether the service has more results than the limit; known when the last page has been fetched."""
        return self._cursor.limit_reached

    @property
    def are_features(self) -> bool:
        """Whether the results are GeoJSON features, of which `planet.collect` makes a `FeatureCollection`."""
        return self._keys.items == "features"

    def __len__(self) -> int:
        raise ArgumentTypeError(
            f"The number of {self._keys.items} is not known before all of them are fetched.",
            hint="Collect them first: len(list(results)); with AsyncPlanet, [result async for result in results].",
        )

    def __bool__(self) -> bool:
        return True  # as every iterator

    def __getitem__(self, index: Any) -> T:
        raise ArgumentTypeError(
            f"The {self._keys.items} of a listing have no index.",
            hint="Call first() for the first result, or collect them: list(results); with AsyncPlanet, "
            "[result async for result in results].",
        )

    def __iter__(self) -> Iterator[T]:
        self._iterations += 1
        # Loops over chunks of the results iterate many times, and end with an empty one: that is no mistake.
        if self._is_exhausted and self._iterations == 2:
            _log.warning("All %s of this listing have been read: again() reads them again", self._keys.items)
        return self

    def again(self) -> Pager[T]:
        """The same listing from its beginning, or from the position at which this one was resumed.

        Example:
            ```python
            results = pl.data.search("PSScene", geometry=aoi, limit=5)
            ids = [item.id for item in results]
            clouds = [item.cloud_cover for item in results.again()]
            ```
        """
        other = copy.copy(self)
        other._cursor = self._cursor.restarted()
        other._begun = other._cursor.following is not None
        other._closed_at, other._is_exhausted, other._iterations, other._unread = None, False, 0, 0
        other._prefetch, other._turns, other._ready, other._rest = None, Semaphore(1), [], []
        return other

    def __next__(self) -> T:
        while self._ready or self._fill():
            try:
                text = self._ready.pop()
            except IndexError:
                continue  # another reader was faster
            return self._wrap(item_of(text))
        self._end()
        raise StopIteration

    def _end(self) -> None:
        if self.limit_reached and not self._is_exhausted:
            _log.info("%s %s (%s)", f"{self._cursor.returned(0):,}", self._keys.items, LIMIT_REACHED)
        self._is_exhausted = self._closed_at is None

    def first(self) -> T | None:
        """The next result, which is the first one at the beginning; None if there is none.

        Example:
            ```python
            newest = pl.data.search(["PSScene"], geometry=aoi, limit=1).first()
            ```
        """
        try:
            return self.__next__()
        except StopIteration:
            return None

    def pages(self) -> Iterator[list[T]]:
        """The results in lists, one for each page of the service.

        Example:
            ```python
            for items in pl.data.search(["PSScene"], geometry=aoi, limit=500).pages():
                print(len(items))
            ```
        """
        while self._fill():
            with self._turns:
                texts, self._ready, self._rest = self._rest + self._ready, [], []
                self._start_prefetch()
            if texts:
                yield [self._wrap(item_of(text)) for text in reversed(texts)]
        self._end()

    def to_geodataframe(self) -> geopandas.GeoDataFrame:
        """All results as a table, with a row for each; see `planet.geo.to_geodataframe`.

        Raises:
            ClientError: `planet[geo]` is not installed.

        Example:
            ```python
            scenes = pl.data.search(["PSScene"], geometry=aoi, limit=10).to_geodataframe()
            print(scenes[["id", "cloud_cover"]])
            ```
        """
        from ..._models.to_geodataframe import to_geodataframe

        return run_blocking(to_geodataframe, [result for result in self], getattr(self._wrap, "_repr_fields", ()))

    @property
    def position(self) -> str | None:
        """The position as text, to be stored: `resume` continues from there, also in another program.

        None is the beginning.

        Example:
            ```python
            results = pl.data.search(["PSScene"], geometry=aoi, limit=0)
            first = results.first()
            position = results.position
            second = pl.data.search(["PSScene"], geometry=aoi, limit=0).resume(position).first()
            ```
        """
        return self._closed_at or self._cursor.position(len(self._ready) + len(self._rest))

    def resume(self, position: str | None) -> Pager[T]:
        """Continue from a stored position of the same listing; None is the beginning.

        All arguments but the limit must be the same; the limit includes the items that were returned before.

        Raises:
            ClientError: it is not a position in this listing, or the iteration has begun already.
        """
        if position is not None:
            self._cursor.seek(position, self._session.trusts, self._path)
            self._begun = True
        return self

    def close(self) -> None:
        """Stop: fetch no more pages."""
        self._closed_at, self._unread = self.position, len(self._ready) + len(self._rest)
        self._ready, self._rest = [], []
        self._cursor.following = None
        self._begun = True
        if self._prefetch is not None:
            prefetch, self._prefetch = self._prefetch, None
            prefetch.close()

    def _fill(self) -> bool:
        """Make the next items ready; False if there are no more. Several readers take turns."""
        with self._turns:
            return bool(self._ready) or self._next_batch()

    def _next_batch(self) -> bool:
        if self._rest:
            self._ready = self._rest[-_BATCH:]
            del self._rest[-_BATCH:]
            self._start_prefetch()
            checkpoint()
            return True
        body = None if self._cursor.following is None else self._cursor.following.body
        if self._prefetch is not None:
            prefetch, self._prefetch = self._prefetch, None
            answer = prefetch.result()
        elif not self._begun:
            answer, body = self._first(), self._body
        elif self._cursor.following is not None:
            answer = self._fetch(self._cursor.following)
        else:
            self._cursor.raise_pending()
            return False
        items = self._cursor.consume(answer.parse(self._keys), PageRequest(answer.url, body))
        self._begun = True
        self._ready, self._rest = items[:1], items[:0:-1]
        return True

    def _start_prefetch(self) -> None:
        if self._prefetch is None and self._cursor.following is not None:
            self._prefetch = self._session.prefetch(self._fetch, self._cursor.following)

    def _fetch(self, page: PageRequest) -> Response:
        return self._session.request(page.method, page.url, page.body, response_type=self._keys, idempotent=True)

# Generated from planet/_async/pager.py by tools/unasync.py: change that one, and run the tool again.

"""`Pager`: the results of a listing, one after the other, however many pages they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from .._paging import Cursor, PageKeys
from .session import SyncSession

__all__ = ["Pager"]

T = TypeVar("T")


class Pager(Generic[T]):
    """The results of a listing. Iterate over it; a page is fetched when its first result is asked for.

    Example:
        ```python
        for order in client.list_orders(state="success"):
            print(order.id)
        ```
    """

    def __init__(
        self,
        session: SyncSession,
        first: Callable[[], Any],
        keys: PageKeys,
        wrap: Callable[[dict[str, Any]], T],
        limit: int,
    ) -> None:
        self._session = session
        self._first = first
        self._wrap = wrap
        self._cursor = Cursor(keys, limit)
        self._items: list[Any] = []  # the rest of the current page, the next one last
        self._begun = False

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        while not self._items:
            self._turn_page()
        return self._wrap(self._items.pop())

    def close(self) -> None:
        """Ask for no more pages."""
        self._items.clear()
        self._cursor.url = None
        self._begun = True

    def _turn_page(self) -> None:
        if not self._begun:
            answer = self._first()
            self._begun = True
        elif self._cursor.url is None:
            raise StopIteration
        else:
            answer = self._session.request("GET", self._cursor.url, expect=dict)
        self._items = self._cursor.take(answer.json(), answer.url)[::-1]

"""`Pager`: the results of a listing, one after the other, however many pages they come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

from .._paging import Cursor, PageKeys
from .session import Session

__all__ = ["Pager"]

T = TypeVar("T")


class Pager(Generic[T]):
    """The results of a listing. Iterate over it; a page is fetched when its first result is asked for.

    Example:
        ```python
        async for order in client.list_orders(state="success"):
            print(order.id)
        ```
    """

    def __init__(
        self,
        session: Session,
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

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._items:
            await self._turn_page()
        return self._wrap(self._items.pop())

    async def aclose(self) -> None:
        """Ask for no more pages."""
        self._items.clear()
        self._cursor.url = None
        self._begun = True

    async def _turn_page(self) -> None:
        if not self._begun:
            answer = await self._first()
            self._begun = True
        elif self._cursor.url is None:
            raise StopAsyncIteration
        else:
            answer = await self._session.request("GET", self._cursor.url, expect=dict)
        self._items = self._cursor.take(answer.json(), answer.url)[::-1]

# Generated from planet/_async/apis/order_lookout.py by tools/unasync.py. Edit that file and run the tool again.

"""`OrderLookout`: the states of many orders that are waited for, from pages of a listing instead of one by one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from ..._http.paging import Cursor, PageKeys, PageRequest, item_of
from ..._models.orders import Order
from ..._redact import redact
from ..._runtime._sync import Semaphore
from ..._utils.periods import as_interval
from ...exceptions import PlanetError
from ..http.transport import BaseSession

__all__ = ["ORDER_PAGES", "OrderLookout", "lookout"]


log = logging.getLogger("planet.orders")

ORDER_PAGES = PageKeys.links("orders", "next")

_HANDFUL = 5  # fewer orders are requested one by one
_PAGE_SIZE = 100
_FRESH = 0.5  # seconds for which the last listing answers
_WORTHWHILE = 2  # a page that answers for fewer orders is the last one: the others are requested one by one

# Seconds for which each order is requested by itself after the listing has failed: for a moment, or permanently, as for
# an account that may read orders and not list them.
_PAUSE, _LONG_PAUSE = 10.0, 300.0


class OrderLookout:
    """Looks at the orders that all waits of one session wait for.

    Args:
        url: the address of the listing.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._waits: dict[int, set[str]] = {}
        self._seen: dict[str, Order] = {}  # by id: what the last listing says
        self._created: dict[str, datetime] = {}  # by id: when the orders that are waited for were created
        self._ended = -_FRESH  # the monotonic time at which the last listing ended
        self._listed: set[str] = set()  # the orders that were waited for then
        self._resumes = 0.0  # the monotonic time before which there is none
        self._turns = Semaphore(1)

    @contextmanager
    def watching(self, order_ids: Iterable[str]) -> Iterator[set[str]]:
        """Within the `with`, these orders are waited for; those that are done are to be removed from the set."""
        wait = set(order_ids)
        self._waits[id(wait)] = wait
        try:
            yield wait
        finally:
            del self._waits[id(wait)]

    def look(self, session: BaseSession, order_id: str, request: Callable[[], Any]) -> Order | None:
        """What a listing of about now says of an order, or else the answer to a request for it.

        Args:
            session: sends the requests for the listing.
            order_id: the order.
            request: requests the order by itself; returns None after a transient error.
        """
        asked = monotonic()
        with self._turns:
            is_fresh = self._ended >= asked - _FRESH and order_id in self._listed
            if not is_fresh and monotonic() >= self._resumes and len(self._wanted()) >= _HANDFUL:
                self._read(session)
                is_fresh = True
            order = self._seen.get(order_id) if is_fresh else None
        if order is None:
            order = request()
        if order is not None and order.created_on is not None:
            self._created[order_id] = order.created_on
        return order

    def _wanted(self) -> set[str]:
        return {order_id for wait in list(self._waits.values()) for order_id in list(wait)}

    def _read(self, session: BaseSession) -> None:
        """Read the listing anew, for all that wait. An error must not end a wait, nor hold it up."""
        self._seen = {}
        try:
            self._list(session)
        except PlanetError as error:
            self._resumes = monotonic() + (_PAUSE if error.is_transient else _LONG_PAUSE)
            log.info("Orders could not be listed, each is requested by itself: %s", redact(error.message))
        finally:
            self._ended = monotonic()

    def _list(self, session: BaseSession) -> None:
        """Read the listing, the newest orders first, as far as it is quicker than to request each order."""
        wanted = self._listed = self._wanted()
        missing = set(wanted)
        cursor = Cursor(ORDER_PAGES, 0)
        # Orders that were created later come first. They are left out as soon as it is known which ones those are.
        self._created = {order_id: moment for order_id, moment in self._created.items() if order_id in wanted}
        params: dict[str, Any] = {"source_type": "all", "page_size": _PAGE_SIZE}
        if len(self._created) == len(wanted):
            newest = max(self._created.values()) + timedelta(seconds=1)
            params["created_on"] = as_interval("created_on", (None, newest))
        answer = session.request("GET", self._url, params=params, response_type=ORDER_PAGES, max_retries=1)
        while True:
            page = cursor.consume(answer.parse(ORDER_PAGES), PageRequest(answer.url))
            orders = [Order(item_of(text)) for text in page]
            found = {order["id"]: order for order in orders if order.get("id") in missing}
            self._seen.update(found)
            missing -= found.keys()
            if not missing or len(found) < _WORTHWHILE or cursor.following is None:
                break
            answer = session.request("GET", cursor.following.url, response_type=ORDER_PAGES, max_retries=1)


def lookout(session: BaseSession, url: str) -> OrderLookout:
    """The one that all waits of a session share, for the listing at an address."""
    return session.shared(url, lambda: OrderLookout(url))

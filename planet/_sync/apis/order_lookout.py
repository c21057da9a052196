# Generated from planet/_async/apis/order_lookout.py by tools/unasync.py. Edit that file and run the tool again.

"""`OrderLookout`: the states of many orders that are waited for, from pages of a listing instead of one by one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from ..._http.paging import Cursor, PageKeys, item_of
from ..._models.orders import Order
from ..._redact import redact
from ..._runtime._sync import Semaphore
from ..._utils.times import as_interval
from ...exceptions import PlanetError
from ..http.transport import BaseSession

__all__ = ["ORDER_PAGES", "OrderLookout", "lookout"]


log = logging.getLogger("planet.orders")

ORDER_PAGES = PageKeys.links("orders", "next")

_HANDFUL = 5  # fewer orders are requested one by one
_PAGE_SIZE = 100
_FRESH = 0.5  # seconds for which the last listing answers
_WORTHWHILE = 2  # a page that answers for fewer orders is the last one: the others are requested one by one


class OrderLookout:
    """Looks at the orders that all waits of one session wait for.

    Args:
        url: the address of the listing.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._waits: dict[int, set[str]] = {}
        self._seen: dict[str, Order] = {}  # by id: what the last listing says
        self._newest: datetime | None = None  # when the newest of the orders was created
        self._ended = -_FRESH  # the monotonic time at which the last listing ended
        self._has_failed = False  # whether that ended with a transient error
        self._is_of_use = True
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

    def look(self, session: BaseSession, order_id: str) -> tuple[bool, Order | None]:
        """Whether a listing of about now answers for an order, and the order; None after a transient error."""
        if not self._is_of_use:
            return False, None
        asked = monotonic()
        with self._turns:
            if self._ended < asked - _FRESH:
                if len(self._wanted()) < _HANDFUL:
                    return False, None
                self._read(session)
            order = self._seen.get(order_id)
            return order is not None or self._has_failed, order

    def _wanted(self) -> set[str]:
        return {order_id for wait in list(self._waits.values()) for order_id in list(wait)}

    def _read(self, session: BaseSession) -> None:
        """Read the listing anew, for all that wait. An error must not end a wait."""
        self._seen, self._has_failed = {}, False
        try:
            self._list(session)
        except PlanetError as error:
            self._has_failed, self._is_of_use = error.is_transient, error.is_transient
            # A permanent one is such as that of an account that may read orders and not list them.
            then = "trying again later" if error.is_transient else "each is requested by itself"
            log.info("Orders could not be listed, %s: %s", then, redact(error.message))
        finally:
            self._ended = monotonic()

    def _list(self, session: BaseSession) -> None:
        """Read the listing, the newest orders first, as far as it is quicker than to request each order."""
        wanted = self._wanted()
        missing = set(wanted)
        cursor = Cursor(ORDER_PAGES, 0)
        # Orders that were created later come first. They are left out as soon as it is known which ones those are.
        created = None if self._newest is None else as_interval("created_on", (None, self._newest))
        params = {"source_type": "all", "page_size": _PAGE_SIZE} | ({} if created is None else {"created_on": created})
        answer = session.request("GET", self._url, params=params, response_type=ORDER_PAGES)
        while True:
            orders = [Order(item_of(text)) for text in cursor.consume(answer.parse(ORDER_PAGES), answer.url)]
            # All are kept: a wait that begins while the listing is fresh needs no request.
            self._seen.update((order["id"], order) for order in orders if isinstance(order.get("id"), str))
            found = missing & self._seen.keys()
            missing -= found
            if not missing or len(found) < _WORTHWHILE or cursor.url is None:
                break
            answer = session.request("GET", cursor.url, response_type=ORDER_PAGES)
        known = [order.created_on for order in map(self._seen.get, wanted) if order and order.created_on is not None]
        if known and not missing:
            self._newest = max(known) + timedelta(seconds=1)


def lookout(session: BaseSession, url: str) -> OrderLookout:
    """The one that all waits of a session share, for the listing at an address."""
    return session.shared(url, lambda: OrderLookout(url))

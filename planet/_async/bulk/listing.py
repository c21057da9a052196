"""The orders of a bulk order, from the list of orders."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..._models.orders import Order
from ..apis.orders import OrdersClient

__all__ = ["own_orders"]


_PAGE_SIZE = 250
_OVERLAP = timedelta(seconds=60)  # of two parts of the list


async def own_orders(orders: OrdersClient, key: str, since: datetime | None = None) -> list[Order]:
    """The orders that have the key of a bulk order in their names; or those that have changed since.

    `GET /orders/v2`; the list forgets orders after about three months.
    """
    changed = None if since is None else (since - _OVERLAP, None)
    found = orders.list_orders(name__contains=key, limit=0, page_size=_PAGE_SIZE, last_modified=changed)
    return [order async for order in found]

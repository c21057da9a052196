"""Finding the order that a request has made whose answer was lost."""

import datetime
import email.utils
import time
from collections.abc import Iterable, Mapping
from typing import Any

from .._models.orders import Order
from ..exceptions import PlanetError

__all__ = ["clock_offset", "matching", "window_start"]


# What the service stores as it was sent, so that it can be compared.
_COMPARED = ("item_ids", "item_type", "product_bundle", "mosaic_name", "quad_ids")


def clock_offset(date_header: str | None) -> float:
    """How many seconds the service's clock is ahead of the local one, from the Date header of an answer."""
    try:
        return email.utils.parsedate_to_datetime(date_header or "").timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def window_start(sent_at: float, offset: float) -> datetime.datetime:
    """The earliest time at which the service can have made the order; its Date header counts whole seconds."""
    return datetime.datetime.fromtimestamp(sent_at + offset - 2.0, datetime.timezone.utc)


def matching(
    request: Mapping[str, Any], orders: Iterable[Order], since: datetime.datetime, known: Iterable[str]
) -> list[Order]:
    """The orders that may be the one that *request* made: same name, same products, made since then, and not known."""
    known = set(known)
    return [
        order
        for order in orders
        if order.get("name") == request.get("name")
        and order.get("id") not in known
        and _is_since(order, since)
        and _essence(order.products) == _essence(request.get("products") or [])
    ]


def _is_since(order: Order, since: datetime.datetime) -> bool:
    try:
        return order.created_on is not None and order.created_on >= since
    except PlanetError:
        return False  # no time: it cannot be told


def _essence(products: Any) -> list[dict[str, Any]]:
    return [
        {key: product[key] for key in _COMPARED if key in product} for product in products if isinstance(product, dict)
    ]

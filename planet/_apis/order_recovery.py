"""Recognize the order that a request has created whose response was lost."""

import datetime
import email.utils
import time
from collections.abc import Iterable, Mapping
from typing import Any

from .._models.orders import Order
from ..exceptions import PlanetError

__all__ = ["clock_offset", "matching", "window_start"]


# The service stores these as they were sent, so they can be compared.
_COMPARED = ("item_ids", "item_type", "product_bundle", "mosaic_name", "quad_ids")


def clock_offset(date_header: str | None) -> float:
    """Return how many seconds the service's clock is ahead of the local one, by the Date header of a response."""
    try:
        return email.utils.parsedate_to_datetime(date_header or "").timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def window_start(sent_at: float, offset: float) -> datetime.datetime:
    """Return the earliest time at which the service can have created the order; its Date header has whole seconds."""
    return datetime.datetime.fromtimestamp(sent_at + offset - 2.0, datetime.timezone.utc)


def matching(
    request: Mapping[str, Any], orders: Iterable[Order], since: datetime.datetime, known: Iterable[str]
) -> list[Order]:
    """Return the orders that *request* may have created: same name and products, created since then, not in *known*."""
    known = set(known)
    return [
        order
        for order in orders
        if order.get("name") == request.get("name")
        and order.get("id") not in known
        and _is_since(order, since)
        and _compared(order.products) == _compared(request.get("products") or [])
    ]


def _is_since(order: Order, since: datetime.datetime) -> bool:
    try:
        return order.created_on is not None and order.created_on >= since
    except PlanetError:
        return False  # without a valid time it cannot be recognized


def _compared(products: Any) -> list[dict[str, Any]]:
    return [
        {key: product[key] for key in _COMPARED if key in product} for product in products if isinstance(product, dict)
    ]

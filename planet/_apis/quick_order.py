"""`pl.order` and `planet order`: the request, its name, and which existing order is the same."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._builders.order_tools import clip_tool
from .._builders.orders import request_for_items
from .._models.items import Item
from .._models.orders import Order
from .._utils.arguments import Json
from ..exceptions import ClientError
from .order_recovery import is_stored_as

__all__ = ["failed_order", "request_of", "reusable"]


def request_of(
    items: Sequence[Item],
    bundle: str,
    *,
    aoi: Any = None,
    tools: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
    name: str | None = None,
) -> Json:
    """Return the request for items, clipped to *aoi* if it is not None.

    Without a name, the order is named after the item type, the dates and a code of the request: the same call makes
    the same name.

    Raises:
        ClientError: there are no items.
        SpecificationException: the item type has no such bundle.
    """
    if not items:
        raise ClientError("No scenes were found.", hint="Try another time or AOI, or a higher cloud cover.")
    clip = [] if aoi is None else [clip_tool(aoi)]
    tools = [tools] if isinstance(tools, Mapping) else tools
    request = request_for_items(name or "", items, bundle, tools=[*clip, *tools] or None)
    return request if name else {**request, "name": _default_name(items, request)}


def _default_name(items: Sequence[Item], request: Mapping[str, Any]) -> str:
    days = sorted(str(item.properties.get("acquired"))[:10] for item in items)
    types = ", ".join(sorted({str(item.properties.get("item_type")) for item in items}))
    code = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()[:8]
    return f"{types} {days[0]}" + (f" to {days[-1]}" if days[-1] != days[0] else "") + f" {code}"


def reusable(request: Mapping[str, Any], orders: Iterable[Order]) -> Order | None:
    """Return the order that the same request has created, name included, if it has not failed; else None."""
    for order in orders:
        if order.state not in ("failed", "cancelled") and is_stored_as(request, order):
            return order
    return None


def failed_order(order: Order, state: str) -> ClientError:
    """Return the error for a failed or cancelled order, with the service's error hints."""
    hints = "; ".join(map(str, order.get("error_hints") or ()))
    verb = "failed" if state == "failed" else f"was {state}"
    return ClientError(f"Order {order.id} {verb}{f': {hints}' if hints else ''}")

"""`pl.order` and `planet order`: the request, its name, and which existing order is the same."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._builders.order_tools import clip_tool
from .._builders.orders import request_for_items
from .._models.items import Item
from .._models.orders import Order
from .._utils.arguments import Json, check_list
from ..exceptions import ArgumentError, ClientError
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
    tools = check_list("tools", [tools] if isinstance(tools, Mapping) else tools or [], "tools", allow_empty=True)
    if aoi is not None and any("clip" in tool for tool in tools):
        raise ArgumentError("tools has a clip tool already.", hint="Pass clip=False, too.")
    clip = [] if aoi is None else [clip_tool(aoi)]
    items = sorted(items, key=lambda item: item.id)  # the same items in another order are the same request
    request = request_for_items(name or "", items, bundle, tools=[*clip, *tools] or None)
    return request if name else {**request, "name": _default_name(items, request)}


def _default_name(items: Sequence[Item], request: Mapping[str, Any]) -> str:
    days = sorted(str(item.properties.get("acquired"))[:10] for item in items)
    types = ", ".join(sorted({str(item.properties.get("item_type")) for item in items}))
    code = _code_of(request)
    return f"{types} {days[0]}" + (f" to {days[-1]}" if days[-1] != days[0] else "") + f" {code}"


def _code_of(request: Mapping[str, Any]) -> str:
    """A code of all of a request but its name."""
    rest = {name: part for name, part in request.items() if name != "name"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, default=str).encode()).hexdigest()[:8]


def reusable(request: Mapping[str, Any], orders: Iterable[Order]) -> Order | None:
    """Return the order that the same request has created, name included, if it has not failed; else None."""
    is_named_by_request = str(request["name"]).endswith(_code_of(request))
    for order in orders:
        # The service may add to the tools that it stores. Where the name does not tell, they must be the same.
        if not is_named_by_request and (order.get("tools") or []) != json.loads(json.dumps(request.get("tools") or [])):
            continue
        if order.state not in ("failed", "cancelled") and is_stored_as(request, order):
            return order
    return None


def failed_order(order: Order, state: str) -> ClientError:
    """Return the error for a failed or cancelled order, with the service's error hints."""
    hints = "; ".join(map(str, order.get("error_hints") or ()))
    verb = "failed" if state == "failed" else f"was {state}"
    return ClientError(f"Order {order.id} {verb}{f': {hints}' if hints else ''}")

# Generated from planet/_async/apis/order_recovery.py by tools/unasync.py. Edit that file and run the tool again.

"""Looking for the order that a request has made although its answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._apis.order_recovery import clock_offset, matching, window_start
from ..._models.orders import Order
from ..._runtime._sync import sleep
from ...exceptions import PlanetError
from ..http.transport import BaseSession

__all__ = ["find_created"]


_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds before each look


def find_created(
    session: BaseSession, url: str, request: Mapping[str, Any], sent_at: float, error: PlanetError
) -> Order:
    """The order that *request* has made; without a clear finding, *error* is raised, and says how to check.

    Args:
        session: what the request went through; the orders that it is known to have created are not the one.
        url: the address of the list of orders.
        request: what was sent.
        sent_at: when it was sent, in seconds since 1970.
        error: why there is no answer.
    """
    name = str(request.get("name", ""))
    check = f"Look for it with list_orders(name={name!r}) before you send it again."
    for pause in _PAUSES:
        sleep(pause)
        try:
            answer = session.request("GET", url, params={"name": name, "source_type": "all"}, response_type=dict)
        except PlanetError:
            continue  # the service is still in trouble; the error that is raised at the end says what to do
        since = window_start(sent_at, clock_offset(answer.headers.get("date")))
        listed = answer.json().get("orders")
        orders = [Order(entry) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        found = matching(request, orders, since, session.created)
        if len(found) == 1:
            return found[0]
        if found:
            check = f"{len(found)} orders may be it: {', '.join(order.id for order in found)}. Compare them."
            break
    error.hint = f"The order may have been created all the same. {check}"
    raise error from None

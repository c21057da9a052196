# Generated from planet/_async/apis/order_recovery.py by tools/unasync.py. Edit that file and run the tool again.

"""Find the order that a request has created whose response was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._apis.order_recovery import clock_offset, matching, window_start
from ..._models.orders import Order
from ..._runtime._sync import sleep
from ...exceptions import PlanetError
from ..http.transport import BaseSession

__all__ = ["find_created"]


_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds before each attempt


def find_created(
    session: BaseSession, url: str, request: Mapping[str, Any], sent_at: float, error: PlanetError
) -> Order:
    """Return the order that *request* has created; if it cannot be identified, raise *error* with a hint.

    Args:
        session: the session that has sent the request; the orders that it is known to have created are excluded.
        url: the URL of the list of orders.
        request: the body of the request.
        sent_at: when the request was sent, in seconds since 1970.
        error: why there is no response.
    """
    name = str(request.get("name", ""))
    check = f"Check with list_orders(name={name!r}) before you send it again."
    for pause in _PAUSES:
        sleep(pause)
        try:
            answer = session.request("GET", url, params={"name": name, "source_type": "all"}, response_type=dict)
        except PlanetError:
            continue  # probably the same outage; *error* is raised at the end
        since = window_start(sent_at, clock_offset(answer.headers.get("date")))
        listed = answer.json().get("orders")
        orders = [Order(entry) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        found = matching(request, orders, since, session.created)
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(order.id for order in found)
            check = f"{len(found)} orders match: {ids}. Compare them with the request."
            break
    error.hint = f"The order may have been created. {check}"
    raise error from None

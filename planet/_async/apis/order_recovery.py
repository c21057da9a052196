"""Create an order once: if the response is lost, find the order."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import monotonic, time
from typing import Any

from ..._apis.interruption import warn_if_interrupted
from ..._apis.order_recovery import clock_offset, in_flight, matching, window_start
from ..._models.orders import Order
from ..._redact import redact
from ..._runtime._async import sleep
from ...exceptions import APIError, OutcomeUnknown, PlanetError
from ..http.transport import BaseSession

__all__ = ["create_once"]

log = logging.getLogger("planet.orders")


_DEADLINE = 30.0  # seconds for the whole look-up
_TIMEOUT = 8.0  # seconds for one request of it
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each request


async def create_once(session: BaseSession, url: str, request: Mapping[str, Any]) -> Order:
    """Send a request for an order. If its response is lost, return the order that it has created.

    Args:
        session: sends the request.
        url: the URL of the list of orders.
        request: the body of the request.

    Raises:
        OutcomeUnknown, APIError: the order may have been created, and could not be identified.
    """
    sent_at = time()
    name = str(request.get("name", ""))
    with warn_if_interrupted(log, f"The order {name!r}", f"list_orders(name={name!r})"):
        try:
            answer = await session.request("POST", url, json=dict(request), response_type=dict)
            order = Order(answer.json())
            if isinstance(order.get("id"), str):
                return order
            raise OutcomeUnknown("The outcome is unknown: the response is not an order.", method="POST")
        except (OutcomeUnknown, APIError) as error:
            if isinstance(error, APIError) and (error.status_code or 0) < 500:
                raise
            reason = redact(error.message)
            log.warning("The response to creating the order was lost, looking for the order: %s", reason)
            return await _find_created(session, url, request, sent_at, error)


async def _find_created(
    session: BaseSession, url: str, request: Mapping[str, Any], sent_at: float, error: PlanetError
) -> Order:
    """Return the order that *request* has created; if it cannot be identified, raise *error* with a hint.

    The order must be stored as the whole request asks for. Orders that this process knows to belong to other requests
    are excluded, and while another call sends the same request at the same time, no order is certain.

    Args:
        session: the session that has sent the request.
        url: the URL of the list of orders.
        request: the body of the request.
        sent_at: when the request was sent, in seconds since 1970.
        error: why there is no response.
    """
    name = str(request.get("name", ""))
    check = f"Check with list_orders(name={name!r}) before you send it again."
    end = monotonic() + _DEADLINE
    for pause in _PAUSES:
        await sleep(min(pause, max(end - monotonic(), 0.0)))
        left = min(end - monotonic(), _TIMEOUT)
        if left <= 0:
            break
        try:
            answer = await session.request(
                "GET",
                url,
                params={"name": name, "source_type": "all"},
                response_type=dict,
                max_retries=0,
                timeout=left,
            )
        except PlanetError:
            continue  # probably the same outage; *error* is raised at the end
        since = window_start(sent_at, clock_offset(answer.headers.get("date")))
        listed = answer.json().get("orders")
        orders = [Order(entry) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        found = matching(request, orders, since, in_flight.owned())
        if len(found) == 1 and in_flight.is_unique(request):
            return found[0]
        if found:
            ids = ", ".join(order.id for order in found)
            check = f"It may be one of these orders, which were created at the same time: {ids}."
            break
    error.hint = f"The order may have been created. {check}"
    raise error from None

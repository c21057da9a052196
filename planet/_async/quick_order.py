"""Search, order, wait, download and verify in one call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._apis.quick_order import failed_order, request_of, reusable
from .._imagery.estimate import Estimate, estimate
from .._runtime._async import collect_items, run_blocking
from ..download_report import DownloadReport
from ..exceptions import ArgumentTypeError, ClientError, NoPermission
from .apis.data import DataClient
from .apis.orders import OrdersClient
from .apis.quota import QuotaClient

__all__ = ["find_or_create", "quick_order"]

log = logging.getLogger("planet.orders")


async def quick_order(
    data: DataClient,
    orders: OrdersClient,
    quota: QuotaClient,
    aoi: Any,
    bundle: str,
    *,
    search: Mapping[str, Any],
    clip: bool,
    tools: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    name: str | None,
    confirm: bool | Callable[[Estimate], Any],
    timeout: float | None,
    directory: Any,
    progress_bar: bool,
) -> DownloadReport:
    """Do what `AsyncPlanet.order` describes; *search* has the arguments of the search."""
    if aoi is None:
        raise ArgumentTypeError("aoi is required, got None.", hint="To order scenes of anywhere, use create_order.")
    items = await collect_items(data.search(geometry=aoi, downloadable=True, **search))
    request = request_of(items, bundle, aoi=aoi if clip else None, tools=tools, name=name)

    async def agree() -> None:
        expected = estimate(request, items, quota=await _products(quota) if confirm else ())
        log.info("Order %r: %s", request["name"], expected)
        if not confirm:
            return
        if not await run_blocking(confirm if callable(confirm) else _ask, expected):
            raise ClientError(f"No order was created: {expected}. It was not confirmed.")

    order_id, _ = await find_or_create(orders, request, agree)
    state = await orders.wait(order_id, timeout=timeout, progress_bar=progress_bar)
    if state not in ("success", "partial"):
        raise failed_order(await orders.get_order(order_id), state)
    return await orders.download_order(order_id, directory, progress_bar=progress_bar)


async def find_or_create(
    orders: OrdersClient, request: Mapping[str, Any], agree: Callable[[], Any]
) -> tuple[str, bool]:
    """Return the id of the order of a request, and whether it is new.

    An order that the same request has created before is used; else one is created, after `agree` has returned.
    """
    existing = await collect_items(orders.list_orders(name=request["name"], limit=0))
    order = reusable(request, existing)
    if order is not None:
        log.info("Order %s has been created by the same request: no other one is created", order.id)
        return order.id, False
    await agree()
    return (await orders.create_order(request)).id, True


async def _products(quota: QuotaClient) -> list[Any]:
    try:
        return await collect_items(quota.list_products())
    except NoPermission:  # not every account may see its quota
        return []


def _ask(expected: Estimate) -> bool:
    return input(f"{expected}. Create this order? [y/N] ").strip().lower() in ("y", "yes")

# Generated from planet/_async/quick_order.py by tools/unasync.py. Edit that file and run the tool again.

"""Search, order, wait, download and verify in one call."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._apis.quick_order import failed_order, request_of, reusable
from .._builders import geojson
from .._builders.orders import MAX_ITEMS
from .._cloud.object_path import as_place
from .._http.polling import PollInterval
from .._imagery.estimate import Estimate, estimate
from .._redact import printable
from .._runtime._sync import collect_items, invoke_callback, run_blocking
from .._utils.arguments import check_int
from ..download_report import DownloadReport
from ..exceptions import ArgumentError, ArgumentTypeError, ClientError, NoPermission
from .apis.data import DataAPI
from .apis.orders import OrdersAPI
from .apis.quota import QuotaAPI

__all__ = ["find_or_create", "quick_order"]

log = logging.getLogger("planet.orders")


def quick_order(
    data: DataAPI,
    orders: OrdersAPI,
    quota: QuotaAPI,
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
    """Do what `Planet.order` describes; *search* has the arguments of the search."""
    if aoi is None:
        raise ArgumentTypeError("aoi is required, got None.", hint="To order scenes of anywhere, use create_order.")
    # Everything is checked before anything is spent.
    if search["limit"] > MAX_ITEMS or check_int("limit", search["limit"]) < 1:
        raise ArgumentError(
            f"limit must be from 1 to {MAX_ITEMS}, got {search['limit']}.", hint="For more, use pl.bulk."
        )
    PollInterval(None, 0, timeout, 0.0)
    folder = as_place("directory", directory)
    if isinstance(folder, Path):
        run_blocking(functools.partial(folder.mkdir, parents=True, exist_ok=True))
    area = geojson.as_geom_or_ref(aoi, max_vertices=None)
    items = collect_items(data.search(geometry=area, downloadable=True, **search))
    request = request_of(items, bundle, aoi=area if clip else None, tools=tools, name=name)

    def agree() -> None:
        expected = estimate(request, items, quota=_products(quota) if confirm else ())
        log.info("Order %r: %s", request["name"], expected)
        if not confirm:
            return
        agreed = invoke_callback(confirm, expected) if callable(confirm) else run_blocking(_ask, expected)
        if not agreed:
            raise ClientError(f"No order was created: {expected}. It was not confirmed.")

    order_id, _ = find_or_create(orders, request, agree)
    state = orders.wait(order_id, timeout=timeout, progress_bar=progress_bar)
    if state not in ("success", "partial"):
        raise failed_order(orders.get_order(order_id), state)
    return orders.download_order(order_id, folder, progress_bar=progress_bar)


def find_or_create(orders: OrdersAPI, request: Mapping[str, Any], agree: Callable[[], Any]) -> tuple[str, bool]:
    """Return the id of the order of a request, and whether it is new.

    An order that the same request has created before is used; else one is created, after `agree` has returned.
    """
    existing = collect_items(orders.list_orders(name=request["name"], limit=0))
    order = reusable(request, existing)
    if order is not None:
        log.info("Order %s has been created by the same request: no other one is created", order.id)
        return order.id, False
    agree()
    return (orders.create_order(request)).id, True


def _products(quota: QuotaAPI) -> list[Any]:
    try:
        return collect_items(quota.list_products())
    except NoPermission:  # not every account may see its quota
        return []


def _ask(expected: Estimate) -> bool:
    try:
        answer = input(printable(f"{expected}. Create this order? [y/N] "))
    except EOFError:
        raise ClientError("No order was created: nobody can be asked.", hint="Pass a function as confirm=.") from None
    return answer.strip().lower() in ("y", "yes")

"""`BulkClient`: plans bulk orders, and opens those that were planned."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs

from ..._builders import geojson as _geojson
from ..._bulk.journal import Journal
from ..._bulk.selection import Best, EveryScene, Selection, best, every_scene
from ..._bulk.splitting import (
    Budget,
    check_archive,
    check_key,
    check_name,
    check_products,
    check_tools,
    differences,
)
from ..._bulk.targets import check_delivery
from ..._bulk.windows import span_of
from ..._cloud.object_path import ObjectPath, as_place
from ..._redact import brief
from ..._runtime._async import run_blocking
from ..._utils.arguments import as_str_list, check_int, check_mapping, plain
from ..._utils.paths import as_path
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError
from ..apis.data import DataClient
from ..apis.orders import OrdersClient
from .order import AsyncBulkOrder
from .planner import Planner, area_of, choose, find_known

__all__ = ["BulkClient"]


log = logging.getLogger("planet.bulk")

_FILTER = "Make it with planet.data_filter."


class BulkClient:
    """Order more scenes than fit into one order: as one order, made of many.

    Example:
        ```python
        from planet import AsyncPlanet, bulk

        async with AsyncPlanet() as pl:
            job = await pl.bulk.plan(
                folder / "june.sqlite",
                item_types=["PSScene"],
                geometry=aoi,
                acquired="2022-06-01/2022-06-15",
                bundle="analytic_udm2",
                target=folder,
                budget=bulk.Budget(scenes=500),
            )
            print(job.summary())
            report = await job.run()
            report.raise_for_failures()
        ```

    Args:
        data: searches.
        orders: creates the orders.
    """

    __module__ = "planet.bulk"

    def __init__(self, data: DataClient, orders: OrdersClient) -> None:
        self._data = data
        self._orders = orders

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._orders!r}>"

    async def plan(
        self,
        path: os.PathLike[str] | str,
        *,
        item_types: Sequence[str],
        geometry: Any,
        acquired: Any,
        bundle: str,
        target: os.PathLike[str] | str | None = None,
        delivery: Mapping[str, Any] | None = None,
        search_filter: Mapping[str, Any] | None = None,
        select: Selection | None = None,
        fallback_bundle: str | None = None,
        tools: Sequence[Mapping[str, Any]] | None = None,
        archive: str | None = None,
        budget: Budget | None = None,
        name: str | None = None,
        key: str | None = None,
        per_order: int = 100,
        permitted: bool = True,
        callback: Callable[[int, int], Any] | None = None,
    ) -> AsyncBulkOrder:
        """Search, select, and split into orders. This spends nothing. Interrupted, it is called again, and goes on.

        `POST /data/v1/stats` once, and `POST /data/v1/quick-search` for each span of time with up to 2000 scenes.

        Args:
            path: the journal, a file on a local disk. It must not be deleted before the bulk order is complete.
            item_types: for example `["PSScene"]`.
            geometry: the AOI, in any form that `planet.geojson` accepts.
            acquired: the start and the end, as `2024-01-01/2025-01-01` or as a pair; the end is not included.
            bundle: the product bundle, for example `analytic_udm2`.
            target: the folder to download to, or a prefix in a bucket, such as `s3://my-bucket/iberia`.
            delivery: a destination that Planet delivers to, from `order_request.destination`. Nothing is downloaded
                then, and `target` is where the delivered files can be read, path prefix included; left out, they are
                not verified.
            search_filter: further conditions, from `planet.data_filter`.
            select: which of the scenes that are found are ordered: `bulk.every_scene()` (the default), `bulk.best(…)`,
                or a function that takes and returns a list of items.
            fallback_bundle: what to order of scenes without the bundle.
            tools: the tools of each order, from `planet.order_request`.
            archive: `item` or `order` packs the files; they are unpacked after the download. That is faster where files
                are small.
            budget: the most that it may spend. It may be another one in a later call.
            name: the beginning of the names of its orders; by default the name of the journal.
            key: of a bulk order whose journal was lost, from the names of its orders. With the same arguments as then,
                its orders are found in the list of orders, and their scenes are not ordered again.
            per_order: the scenes in an order, at most 500.
            permitted: only scenes that this account may download.
            callback: is called with the number of spans that were searched, and of all.

        Raises:
            ArgumentError: an argument is invalid, or differs from that of the bulk order that is in the journal.
            BulkJournalBusy: another program is working on it.

        Example:
            ```python
            from planet import bulk, data_filter, order_request

            job = await pl.bulk.plan(
                folder / "field.sqlite",
                item_types=["PSScene"],
                geometry=aoi,
                acquired="2022-06-01/2022-08-01",
                search_filter=data_filter.range_filter("cloud_cover", lte=0.3),
                select=bulk.best("month", coverage=0.9),
                bundle="analytic_udm2",
                tools=[order_request.clip_tool(aoi)],
                target=folder,
            )
            print(job.summary())
            ```
        """
        file, chosen = as_path("path", path), _selection(select)
        if budget is not None and not isinstance(budget, Budget):
            raise ArgumentTypeError(f"budget must be a bulk.Budget, got {brief(budget)}.")
        span = span_of(acquired)
        spec = {
            "item_types": as_str_list("item_types", item_types) or [],
            "geometry": _geojson.as_geom_or_ref(geometry),
            "acquired": [end.isoformat() for end in span],
            "search_filter": None
            if search_filter is None
            else plain(check_mapping("search_filter", search_filter, _FILTER)),
            "select": _description(chosen),
            "bundle": bundle,
            "fallback_bundle": fallback_bundle,
            "tools": check_tools(tools),
            "target": _target(target, delivery),
            "delivery": check_delivery(delivery),
            "archive": check_archive(archive),
            "budget": attrs.asdict(budget or Budget()),
            "per_order": check_int("per_order", per_order),
            "permitted": bool(permitted),
        }
        check_products(spec)
        area = area_of(spec)
        journal = await run_blocking(self._journal, file, check_name(name or file.stem), spec, check_key(key))
        try:
            with journal.driven():
                if journal.spec["budget"] != spec["budget"]:
                    journal.set_budget(spec["budget"])
                if not journal.is_planned:
                    planner = Planner(self._data, journal, area)
                    if not journal.windows():
                        await planner.add(span, None, journal.snapshot)
                    await planner.find(callback)
                    known = [] if key is None else await find_known(self._orders, journal.key)
                    await run_blocking(choose, journal, chosen, known)
        except BaseException:
            journal.close()
            raise
        return AsyncBulkOrder(self._data, self._orders, journal)

    def open(self, path: os.PathLike[str] | str) -> AsyncBulkOrder:
        """Open a bulk order that was planned, to see its status or to run it. It sends no request.

        Args:
            path: the journal.

        Raises:
            ClientError: there is no journal, or its plan is not complete.

        Example:
            ```python
            job = pl.bulk.open(journal)
            print(job.status())
            ```
        """
        journal = Journal(as_path("path", path))
        if not journal.is_planned:
            journal.close()
            raise ClientError(f"The plan in {journal.path} is not complete.", hint="Plan it again: it goes on.")
        return AsyncBulkOrder(self._data, self._orders, journal)

    def _journal(self, path: Path, name: str, spec: Mapping[str, Any], key: str | None) -> Journal:
        """The journal, new or as an earlier call has left it."""
        if not _exists(path):
            now = datetime.now(timezone.utc).isoformat()
            return Journal.create(path, name, spec, base_url=self._orders._session.base_url, snapshot=now, key=key)
        journal = Journal(path)
        changed = differences(journal.spec, spec) + ([] if key in (None, journal.key) else ["key"])
        if changed and changed != ["budget"]:
            journal.close()
            raise ArgumentError(
                f"{path} has a bulk order with other arguments: {', '.join(changed)}.",
                hint="Open it with pl.bulk.open, or plan the new one in another file.",
            )
        return journal


def _selection(select: Any) -> Selection:
    if select is None:
        return EveryScene()
    if select in (every_scene, best):
        raise ArgumentTypeError(f"select must be bulk.{select.__name__}(), got the function itself.")
    if not callable(select):
        raise ArgumentTypeError(f"select must be bulk.every_scene(), bulk.best() or a function, got {brief(select)}.")
    selection: Selection = select
    return selection


def _description(select: Selection) -> Any:
    """How the journal tells one selection from another."""
    if isinstance(select, (EveryScene, Best)):
        return select.describe()
    return {"select": getattr(select, "__qualname__", type(select).__qualname__)}


def _exists(path: Path) -> bool:
    """Whether there is something under a path.

    Raises:
        ArgumentError: it cannot be a path.
    """
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise ArgumentError(f"path cannot be used: {error}.") from None


def _target(target: Any, delivery: Any) -> str | None:
    """What the journal stores of a target: nothing secret."""
    if target is None:
        if delivery is None:
            raise ArgumentTypeError("There is neither a target to download to nor a delivery by Planet.")
        return None
    place = as_place("target", target)
    return str(place if isinstance(place, ObjectPath) else place.absolute())

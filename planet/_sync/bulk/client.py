# Generated from planet/_async/bulk/client.py by tools/unasync.py. Edit that file and run the tool again.

"""`BulkAPI`: plans bulk orders, and opens those that were planned."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs

from ..._builders import filters
from ..._builders import geojson as _geojson
from ..._bulk.journal import Journal
from ..._bulk.selection import Best, EveryScene, Selection, best, every_scene
from ..._bulk.splitting import (
    Budget,
    check_archive,
    check_name,
    check_products,
    check_tools,
    clip_aoi,
    differences,
    split,
)
from ..._bulk.targets import check_delivery
from ..._bulk.windows import Window, cut, span_of
from ..._cloud.object_path import ObjectPath, as_place
from ..._imagery.coverage import Area
from ..._models.items import Item, item_key
from ..._redact import brief
from ..._runtime._sync import collect_items, invoke_callback, map_bounded, run_blocking
from ..._utils.arguments import as_str_list, check_int, check_mapping, plain
from ..._utils.paths import as_path
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError, InvalidAnswer
from ..apis.data import DataAPI
from ..apis.orders import OrdersAPI
from .order import BulkOrder

__all__ = ["BulkAPI"]


log = logging.getLogger("planet.bulk")

_SEARCHES_AT_ONCE = 4
_FILTER = "Make it with planet.data_filter."
# What the journal keeps of an item: a selection can use it.
_KEPT = (
    "item_type", "acquired", "published", "cloud_cover", "clear_percent", "clear_confidence_percent", "strip_id",
    "satellite_id", "instrument", "gsd", "pixel_resolution", "quality_category", "view_angle", "sun_elevation",
)  # fmt: skip


class BulkAPI:
    """Order more scenes than fit into one order: as one order, made of many.

    Example:
        ```python
        from planet import Planet, bulk

        with Planet() as pl:
            job = pl.bulk.plan(
                folder / "june.sqlite",
                item_types=["PSScene"],
                geometry=aoi,
                acquired="2022-06-01/2022-06-15",
                bundle="analytic_udm2",
                target=folder,
                budget=bulk.Budget(scenes=500),
            )
            print(job.summary())
            report = job.run()
            report.raise_for_failures()
        ```

    Args:
        data: searches.
        orders: creates the orders.
    """

    __module__ = "planet.bulk"

    def __init__(self, data: DataAPI, orders: OrdersAPI) -> None:
        self._data = data
        self._orders = orders

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._orders!r}>"

    def plan(
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
        per_order: int = 100,
        permitted: bool = True,
        callback: Callable[[int, int], Any] | None = None,
    ) -> BulkOrder:
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
            per_order: the scenes in an order, at most 500.
            permitted: only scenes that this account may download.
            callback: is called with the number of spans that were searched, and of all.

        Raises:
            ArgumentError: an argument is invalid, or differs from that of the bulk order that is in the journal.
            BulkJournalBusy: another program is working on it.

        Example:
            ```python
            from planet import bulk, data_filter, order_request

            job = pl.bulk.plan(
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
        area = _area_of(spec)
        journal = run_blocking(self._journal, file, check_name(name or file.stem), spec)
        try:
            with journal.driven():
                if journal.spec["budget"] != spec["budget"]:
                    journal.set_budget(spec["budget"])
                if not journal.is_planned:
                    self._search(journal, span, area, callback)
                    run_blocking(_choose, journal, chosen)
        except BaseException:
            journal.close()
            raise
        return BulkOrder(self._orders, journal)

    def open(self, path: os.PathLike[str] | str) -> BulkOrder:
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
        return BulkOrder(self._orders, journal)

    def _journal(self, path: Path, name: str, spec: Mapping[str, Any]) -> Journal:
        """The journal, new or as an earlier call has left it."""
        if not _exists(path):
            now = datetime.now(timezone.utc).isoformat()
            return Journal.create(path, name, spec, base_url=self._orders._session.base_url, snapshot=now)
        journal = Journal(path)
        changed = differences(journal.spec, spec)
        if changed and changed != ["budget"]:
            journal.close()
            raise ArgumentError(
                f"{path} has a bulk order with other arguments: {', '.join(changed)}.",
                hint="Open it with pl.bulk.open, or plan the new one in another file.",
            )
        return journal

    def _search(
        self, journal: Journal, span: Any, area: tuple[Area, bool] | None, callback: Callable[[int, int], Any] | None
    ) -> None:
        spec = journal.spec
        wanted = [filters.date_range_filter("published", lt=datetime.fromisoformat(journal.snapshot))]
        wanted += [spec["search_filter"]] if spec["search_filter"] else []
        wanted += [filters.permission_filter()] if spec["permitted"] else []

        def count_scenes(condition: filters.Filter) -> list[Window]:
            stats = self._data.get_stats(spec["item_types"], condition, "day", geometry=spec["geometry"])
            return cut(span, stats.get("buckets") or [])

        if not journal.windows():
            windows = count_scenes(filters.and_filter([_acquired(*span), *wanted]))
            run_blocking(journal.add_windows, windows)
        count = len(journal.windows())

        def search(window: tuple[int, str, str, int]) -> None:
            number, *ends, expected = window
            condition = filters.and_filter([_acquired(*map(datetime.fromisoformat, ends)), *wanted])
            for _ in range(3):
                found = self._data.search(
                    spec["item_types"], condition, sort="acquired asc", limit=0, geometry=spec["geometry"]
                )
                rows = {item_key(item): item for item in collect_items(found)}
                if len(rows) != expected:  # what was published or changed since it was counted
                    expected = sum(window.expected for window in count_scenes(condition))
                if len(rows) == expected:
                    break
            else:
                raise InvalidAnswer(
                    f"The search from {ends[0]} to {ends[1]} found {len(rows):,} scenes, and the statistics of the "
                    f"service say {expected:,}.",
                    hint="Plan again later.",
                )
            scenes = run_blocking(_rows, list(rows.values()), area)
            run_blocking(journal.add_scenes, number, scenes)
            if callback is not None:
                invoke_callback(callback, count - len(journal.windows(left=True)), count)

        left = journal.windows(left=True)
        map_bounded(search, left, limit=_SEARCHES_AT_ONCE)
        log.info("Bulk order %s: %d spans of time were searched", journal.name, len(left))


def _acquired(start: datetime, stop: datetime) -> filters.Filter:
    return filters.date_range_filter("acquired", gte=start, lt=stop)


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


def _area_of(spec: Mapping[str, Any]) -> tuple[Area, bool] | None:
    """The AOI that scenes are clipped to, and whether they are; None if areas are not known and not needed."""
    clip = clip_aoi(spec)
    is_clipped = isinstance(clip, dict) and clip.get("type") != "ref"  # the shape of a reference is not known
    try:
        return Area(clip if is_clipped else spec["geometry"]), is_clipped
    except ClientError:
        if spec["budget"]["km2"] is not None:
            raise
        return None


def _rows(items: Sequence[Item], area: tuple[Area, bool] | None) -> list[tuple[str, str, str, float | None, str]]:
    """What the journal stores of items."""
    rows = []
    for item in items:
        kept = {
            "type": "Feature",
            "id": item.id,
            "geometry": item.get("geometry"),
            "properties": {name: item.properties[name] for name in _KEPT if name in item.properties},
        }
        km2 = None if area is None else area[0].km2(item, clipped=area[1])
        text = json.dumps(kept, separators=(",", ":"))
        rows.append((*item_key(item), str(item.properties.get("acquired")), km2, text))
    return rows


def _choose(journal: Journal, select: Any) -> None:
    """Select from the scenes that were found, and split them into orders."""
    if isinstance(select, EveryScene):  # the items of a hundred thousand scenes would take much memory
        journal.choose(None, lambda scenes: split(journal.spec, scenes))
        return
    items = [Item(entry) for entry in journal.found()]
    known = {item_key(item) for item in items}
    picked = select(items, journal.spec["geometry"]) if isinstance(select, Best) else select(items)
    if not isinstance(picked, Iterable):
        raise ArgumentTypeError(f"select must return a list of items, got {brief(picked)}.")
    chosen = list(dict.fromkeys(item_key(item) for item in picked))
    if unknown := [item_id for item_type, item_id in chosen if (item_type, item_id) not in known]:
        raise ArgumentError(f"select returned a scene that was not found: {unknown[0]}.")
    journal.choose(chosen, lambda scenes: split(journal.spec, scenes))
    log.info("Bulk order %s: %d scenes found, %d chosen", journal.name, len(items), len(chosen))

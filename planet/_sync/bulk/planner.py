# Generated from planet/_async/bulk/planner.py by tools/unasync.py. Edit that file and run the tool again.

"""`Planner`: finds the scenes of a bulk order, and chooses from them. It spends nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..._builders import filters
from ..._bulk.journal import Journal
from ..._bulk.selection import Best, EveryScene
from ..._bulk.splitting import clip_aoi, parse_tail, split, tail_of
from ..._bulk.tables import KnownOrder, WindowRow
from ..._bulk.windows import Window, cut
from ..._imagery.coverage import Area
from ..._models.items import Item, item_key
from ..._redact import brief
from ..._runtime._sync import collect_items, invoke_callback, map_bounded, run_blocking
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError, InvalidAnswer
from ..apis.data import DataAPI
from ..apis.orders import OrdersAPI
from .listing import own_orders

__all__ = ["Planner", "area_of", "choose", "find_known"]


log = logging.getLogger("planet.bulk")

_SEARCHES_AT_ONCE = 4
# What the journal keeps of an item: a selection can use it.
_KEPT = (
    "item_type", "acquired", "published", "cloud_cover", "clear_percent", "clear_confidence_percent", "strip_id",
    "satellite_id", "instrument", "gsd", "pixel_resolution", "quality_category", "view_angle", "sun_elevation",
)  # fmt: skip


class Planner:
    """Searches what a journal asks for, window by window. Each is stored when it is complete.

    Args:
        data: searches.
        journal: of the bulk order.
        area: the AOI, as `area_of` returns it.
    """

    def __init__(self, data: DataAPI, journal: Journal, area: tuple[Area, bool] | None) -> None:
        self._data = data
        self._journal = journal
        self._area = area

    def add(self, span: tuple[datetime, datetime], since: str | None, until: str) -> None:
        """Add the windows of a span.

        Args:
            span: of the acquisition.
            since: only scenes published since then; None: all.
            until: only scenes published before then, so that the order of the windows does not matter.
        """
        windows = self._count(span, self._condition(*span, since, until))
        run_blocking(self._journal.add_windows, windows, since, until)

    def find(self, callback: Callable[[int, int], Any] | None) -> None:
        """Search the windows that are left. *callback* is called with the number that are done, and of all."""
        left = self._journal.windows(left=True)
        count = len(self._journal.windows())

        def search(window: WindowRow) -> None:
            self._search(window)
            if callback is not None:
                invoke_callback(callback, count - len(self._journal.windows(left=True)), count)

        map_bounded(search, left, limit=_SEARCHES_AT_ONCE)
        log.info("Bulk order %s: %d spans of time were searched", self._journal.name, len(left))

    def _condition(self, start: datetime, stop: datetime, since: str | None, until: str) -> filters.Filter:
        spec = self._journal.spec
        published = filters.date_range_filter(
            "published", gte=None if since is None else datetime.fromisoformat(since), lt=datetime.fromisoformat(until)
        )
        wanted = [filters.date_range_filter("acquired", gte=start, lt=stop), published]
        wanted += [spec["search_filter"]] if spec["search_filter"] else []
        wanted += [filters.permission_filter()] if spec["permitted"] else []
        return filters.and_filter(wanted)

    def _count(self, span: tuple[datetime, datetime], condition: filters.Filter) -> list[Window]:
        spec = self._journal.spec
        stats = self._data.get_stats(spec["item_types"], condition, "day", geometry=spec["geometry"])
        return cut(span, stats.get("buckets") or [])

    def _search(self, window: WindowRow) -> None:
        spec = self._journal.spec
        span = datetime.fromisoformat(window.start), datetime.fromisoformat(window.stop)
        condition = self._condition(*span, window.since, window.until)
        expected = window.expected
        for _ in range(3):
            found = self._data.search(
                spec["item_types"], condition, sort="acquired asc", limit=0, geometry=spec["geometry"]
            )
            rows = {item_key(item): item for item in collect_items(found)}
            if len(rows) != expected:  # what was published or changed since it was counted
                expected = sum(one.expected for one in self._count(span, condition))
            if len(rows) == expected:
                break
        else:
            raise InvalidAnswer(
                f"The search from {window.start} to {window.stop} found {len(rows):,} scenes, and the statistics of "
                f"the service say {expected:,}.",
                hint="Plan again later.",
            )
        scenes = run_blocking(_rows, list(rows.values()), self._area)
        run_blocking(self._journal.add_scenes, window.n, scenes)


def area_of(spec: Mapping[str, Any]) -> tuple[Area, bool] | None:
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


def find_known(orders: OrdersAPI, key: str) -> list[KnownOrder]:
    """The orders of a bulk order whose journal was lost, by their numbers.

    Raises:
        ClientError: there are none.
    """
    found: dict[int, KnownOrder] = {}
    for order in own_orders(orders, key):
        number = parse_tail(tail_of(order.name or "", key), key)
        if number is None or (number[0] in found and found[number[0]].attempt >= number[1]):
            continue
        scenes = [
            (str(product.get("item_type")), str(item_id))
            for product in order.get("products") or ()
            for item_id in product.get("item_ids") or ()
        ]
        created = order.created_on
        sent_at = 0.0 if created is None else created.timestamp()
        found[number[0]] = KnownOrder(*number, str(order.name), order.id, sent_at, scenes)
    if not found:
        raise ClientError(f"There is no order with the key {key}.", hint="Check the names of the orders in their list.")
    log.info("%d orders of the bulk order %s were found", len(found), key)
    return [found[seq] for seq in sorted(found)]


def choose(journal: Journal, select: Any, orders: Iterable[KnownOrder] = ()) -> None:
    """Select from the scenes that were found, and split them into orders."""
    if isinstance(select, EveryScene):  # the items of a hundred thousand scenes would take much memory
        journal.choose(None, lambda scenes: split(journal.spec, scenes), orders)
        return
    items = [Item(entry) for entry in journal.found()]
    known = {item_key(item) for item in items}
    picked = select(items, journal.spec["geometry"]) if isinstance(select, Best) else select(items)
    if not isinstance(picked, Iterable):
        raise ArgumentTypeError(f"select must return a list of items, got {brief(picked)}.")
    chosen = list(dict.fromkeys(item_key(item) for item in picked))
    if unknown := [item_id for item_type, item_id in chosen if (item_type, item_id) not in known]:
        raise ArgumentError(f"select returned a scene that was not found: {unknown[0]}.")
    journal.choose(chosen, lambda scenes: split(journal.spec, scenes), orders)
    log.info("Bulk order %s: %d scenes found, %d chosen", journal.name, len(items), len(chosen))

"""Searches of the Data API: prepared queries, and a cache of them."""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import attrs

from ..catalog.catalog import Catalog
from ..catalog.filters import Predicate, compile_filter, search_window
from ..catalog.scene import Scene
from ..catalog.scene_index import SceneIndex
from ..state.records import SearchRecord

__all__ = ["QueryCache", "SearchQuery"]


_MAX_CACHED_ROWS = 2_000_000  # of all cached queries


@attrs.frozen
class SearchQuery:
    """A prepared search: its sorted rows, and the predicate that scenes must match."""

    rows: SceneIndex
    matches: Predicate

    def after(self, start: int) -> Iterator[tuple[int, Scene]]:
        """Yield (row, scene) of the matching scenes from a row on."""
        for index in range(start, len(self.rows)):
            scene = self.rows.scene(index)
            if self.matches(scene):
                yield index, scene

    def page(self, start: int, size: int, base: str) -> tuple[list[dict[str, Any]], int | None]:
        """Return a page of items and the first row of the next page, or None."""
        items: list[dict[str, Any]] = []
        for index, scene in self.after(start):
            if len(items) == size:
                return items, index
            items.append(scene.item(base))
        return items, None


class QueryCache:
    """Prepares queries, and caches them between requests for their pages."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._queries: OrderedDict[tuple[str, str, str], SearchQuery] = OrderedDict()
        self._lock = threading.Lock()

    def query(self, record: SearchRecord, sort: str, until: datetime.datetime) -> SearchQuery:
        """Return the prepared query of a search, from the cache if possible."""
        key = (record.id, f"{sort} {record.updated}", str(until))
        with self._lock:  # threads read pages concurrently
            query = self._queries.get(key) or self.prepare(record.resolved, until, sort)
            self._queries[key] = query
            while len(self._queries) > 1 and sum(len(each.rows) for each in self._queries.values()) > _MAX_CACHED_ROWS:
                self._queries.popitem(last=False)
        return query

    def prepare(self, body: dict[str, Any], until: datetime.datetime, sort: str) -> SearchQuery:
        """Prepare a search: find the candidates, sort them, compile the filter."""
        parts = [body["filter"], *([_area(body["geometry"])] if body.get("geometry") is not None else [])]
        whole = {"type": "AndFilter", "config": parts}
        rows = self._catalog.find(body["item_types"], search_window(whole), until)
        return SearchQuery(rows.sorted(sort), compile_filter(whole))


def _area(geometry: Any) -> dict[str, Any]:
    return {"type": "GeometryFilter", "field_name": "geometry", "config": geometry}

"""Which of the scenes that were found are ordered."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from .._models.items import Item
from .._utils.optional import require
from ..exceptions import ArgumentError

__all__ = ["PERIODS", "Best", "EveryScene", "Selection", "best", "every_scene", "selection_of"]


_CELLS = 1000  # of an AOI, about

Selection = Callable[[Sequence[Item]], Iterable[Item]]

# {period: what tells one from another}
PERIODS: dict[str, Callable[[Any], Any]] = {
    "day": lambda time: time.date(),
    "week": lambda time: time.isocalendar()[:2],
    "month": lambda time: (time.year, time.month),
    "quarter": lambda time: (time.year, (time.month - 1) // 3),
    "year": lambda time: time.year,
    "all": lambda time: 0,
}


@attrs.frozen
class EveryScene:
    """Every scene is ordered."""

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        return items

    def describe(self) -> dict[str, Any]:
        """How the journal stores it."""
        return {"select": "every_scene"}


@attrs.frozen
class Best:
    """The clearest scenes of each period that cover the AOI together."""

    period: str
    coverage: float
    by: str

    def describe(self) -> dict[str, Any]:
        """How the journal stores it."""
        return {"select": "best", **attrs.asdict(self)}

    def __call__(self, items: Sequence[Item], geometry: Any = None) -> list[Item]:
        periods: dict[Any, list[Item]] = {}
        for item in items:
            if item.acquired is not None:
                periods.setdefault(PERIODS[self.period](item.acquired), []).append(item)
        cells = _Cells(geometry)
        return [item for key in sorted(periods) for item in self._of(periods[key], cells)]

    def _of(self, items: list[Item], cells: "_Cells") -> list[Item]:
        wanted = math.ceil(self.coverage * len(cells) - 1e-9)
        covered: set[int] = set()
        chosen = []
        for item in sorted(items, key=self._rank):
            if len(covered) >= wanted:
                break
            own = cells.under(item)
            if own - covered:
                covered |= own
                chosen.append(item)
        return chosen

    def _rank(self, item: Item) -> tuple[float, str, str]:
        value = item.properties.get(self.by)
        number = float(value) if isinstance(value, (int, float)) else -math.inf
        return (number if self.by == "cloud_cover" and number >= 0 else -number, str(item.acquired), item.id)


def selection_of(description: Mapping[str, Any]) -> "Best | EveryScene | None":
    """The selection that a journal describes; None: it was a function, which is not in the journal."""
    details = dict(description)
    kind = details.pop("select")
    return Best(**details) if kind == "best" else EveryScene() if kind == "every_scene" else None


class _Cells:
    """The points of a grid that lie in an AOI."""

    def __init__(self, geometry: Any) -> None:
        require("geo", "bulk.best", "shapely")
        import shapely
        import shapely.geometry

        if geometry is None or geometry.get("type") == "ref":
            raise ArgumentError("bulk.best needs the geometry of the AOI.", hint="Pass geometry= as GeoJSON.")
        self._shapely = shapely
        aoi = shapely.geometry.shape(geometry)
        west, south, east, north = aoi.bounds
        size = math.sqrt(max((east - west) * (north - south), 1e-12) / _CELLS)
        points = [
            shapely.Point(west + (column + 0.5) * size, south + (row + 0.5) * size)
            for row in range(math.ceil((north - south) / size))
            for column in range(math.ceil((east - west) / size))
        ]
        shapely.prepare(aoi)
        self._points = [point for point in points if aoi.contains(point)] or [aoi.representative_point()]
        self._tree = shapely.STRtree(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def under(self, item: Item) -> set[int]:
        """The numbers of the points that a footprint covers."""
        try:
            footprint = self._shapely.geometry.shape(item.geometry)
        except (AttributeError, KeyError, TypeError, ValueError):
            return set()  # an invalid footprint covers nothing
        return {int(number) for number in self._tree.query(footprint, predicate="contains")}


def every_scene() -> EveryScene:
    """Order every scene that is found."""
    return EveryScene()


def best(period: str = "month", coverage: float = 0.98, by: str = "clear_percent") -> Best:
    """Order the clearest scenes of each period, as many as it takes to cover the AOI. Needs `planet[geo]`.

    Args:
        period: `day`, `week`, `month`, `quarter`, `year` or `all`, in UTC.
        coverage: the share of the AOI to cover, from 0 to 1.
        by: what is best: the property of the items; `clear_percent` or another where more is better, or `cloud_cover`.

    Raises:
        ArgumentError: there is no such period, or the share is not one.

    Example:
        ```python
        from planet import bulk

        monthly = bulk.best("month", coverage=0.9)
        ```
    """
    if period not in PERIODS:
        raise ArgumentError(f"period must be one of {', '.join(PERIODS)}, got {period!r}.")
    if isinstance(coverage, bool) or not isinstance(coverage, (int, float)) or not 0 < coverage <= 1:
        raise ArgumentError(f"coverage must be a number above 0, up to 1, got {coverage!r}.")
    return Best(period, float(coverage), by)

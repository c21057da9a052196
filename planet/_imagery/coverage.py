"""How much of an AOI items cover: the functions of `planet.coverage`."""

import datetime
import math
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from .._builders.area_files import in_degrees
from .._builders.geojson import geom_from_geojson
from .._models.features import Feature
from .._models.items import Item, as_document
from .._redact import brief
from .._utils.iterables import each_item, is_table
from .._utils.optional import require
from ..exceptions import ArgumentError, ArgumentTypeError, ClientError

if TYPE_CHECKING:
    import shapely

__all__ = ["Area", "Group", "by_day", "by_strip", "covering", "share"]


# The scenes of a strip are acquired within minutes, so a strip without a new scene for this long is complete.
_STRIP_GAP = datetime.timedelta(hours=1)
_KM2 = (math.pi / 180 * 6371.0088) ** 2  # of a unit of the projection
_FULL_SHARE = 1 - 1e-9  # shares from here on count as 1, because coordinates are rounded


@attrs.frozen
class Group:
    """Items of one day or strip, and the share of the AOI that they cover together.

    Attributes:
        key: the day as a `datetime.date`, or the id of the strip.
        items: the items, in the order of the input.
        share: the share of the AOI that the items cover, from 0 to 1.
    """

    __module__ = "planet.coverage"

    key: Any
    items: list[Item]
    share: float


def share(items: Any, aoi: Any) -> float:
    """Compute the share of an AOI that items cover together, from 0 to 1.

    Args:
        items: one or more items, or other objects with a geometry. Items without a valid geometry cover nothing.
        aoi: the AOI, a polygon in any form that `planet.geojson` accepts, except references.

    Raises:
        GeoJSONError: the AOI is not valid.
        ClientError: the AOI is a reference or has no extent, or shapely is not installed.

    Example:
        ```python
        from planet import coverage

        item = pl.data.search(["PSScene"], geometry=aoi, limit=1).first()
        print(f"{coverage.share(item, aoi):.0%}")
        ```
    """
    if callable(getattr(type(items), "to_crs", None)) and not is_table(items):  # a GeoSeries
        items = list(in_degrees(items))
    several = is_table(items) or (
        isinstance(items, Iterable) and not isinstance(items, (Mapping, str)) and not _has_shape(items)
    )
    return Area(aoi).share(*(each_item(items) if several or isinstance(items, Mapping) else [items]))


def covering(items: Any, aoi: Any, at_least: float = 1.0) -> Any:
    """Select the items that each cover at least a given share of an AOI.

    Args:
        items: the results of a search, sync or async, a table of them, or any other items.
        aoi: the AOI, as in `share`.
        at_least: the minimum share, from 0 to 1.

    Returns:
        An iterator of items, which reads *items* as it goes; an async iterator if *items* is async.

    Raises:
        ClientError, GeoJSONError: as in `share`.

    Example:
        ```python
        from planet import coverage

        results = pl.data.search(["PSScene"], geometry=aoi, limit=50)
        for item in coverage.covering(results, aoi, at_least=0.9):
            print(item.id)
        ```
    """
    area = Area(aoi)
    enough = _check_share("at_least", at_least)
    return _apply(items, lambda item: [item] if area.share(item) >= enough else [], list)


def by_day(items: Any, aoi: Any, at_least: float = 0.0) -> Any:
    """Group items by the day of their acquisition.

    Days are in local solar time at the AOI, not in UTC: they change at solar midnight.

    Args:
        items: the results of a search sorted by `acquired`, sync or async, or other items sorted that way.
        aoi: the AOI, as in `share`.
        at_least: skip days on which the items cover less of the AOI, from 0 to 1.

    Returns:
        An iterator of `Group`; an async iterator if *items* is async. A group is yielded as soon as an item of the
        next day is read.

    Raises:
        ClientError, GeoJSONError: the items are not sorted by acquisition time; or as in `share`.

    Example:
        ```python
        from planet import coverage

        results = pl.data.search(["PSScene"], geometry=aoi, sort="acquired desc", limit=50)
        for day in coverage.by_day(results, aoi, at_least=0.95):
            print(day.key, f"{day.share:.0%}", [item.id for item in day.items])
        ```
    """
    area = Area(aoi)
    offset = datetime.timedelta(hours=area.longitude / 15)

    def day_of(item: Item) -> datetime.date:
        return (_acquired(item) + offset).date()

    return _grouped(items, area, day_of, datetime.timedelta(0), _check_share("at_least", at_least))


def by_strip(items: Any, aoi: Any, at_least: float = 0.0) -> Any:
    """Group items by strip: the scenes that a satellite acquired in one pass.

    The arguments, the results and the errors are those of `by_day`. A group is yielded when an item is read that was
    acquired an hour or more away from the last item of the strip.

    Example:
        ```python
        from planet import coverage

        results = pl.data.search(["PSScene"], geometry=aoi, sort="acquired desc", limit=50)
        for strip in coverage.by_strip(results, aoi):
            print(strip.key, f"{strip.share:.0%}")
        ```
    """

    def strip_of(item: Item) -> str:
        if item.strip_id is None:
            raise ClientError(f"Item {item.get('id')} has no strip_id.", hint="Use by_day instead.")
        return item.strip_id

    return _grouped(items, Area(aoi), strip_of, _STRIP_GAP, _check_share("at_least", at_least))


class Area:
    """An AOI in an equal-area projection."""

    def __init__(self, aoi: Any) -> None:
        if (isinstance(aoi, str) and aoi.lstrip().startswith("pl:")) or (
            isinstance(aoi, dict) and aoi.get("type") == "ref"
        ):
            raise ArgumentError(
                "aoi must be a geometry, got a reference: its shape is not known here.", hint="Pass the geometry."
            )
        geometry = geom_from_geojson(dict(aoi) if isinstance(aoi, Feature) else aoi, max_vertices=None)
        self._shapely = _shapely()
        self.longitude = _mean_longitude(geometry["coordinates"])
        self._shape = self._project(geometry)
        if not self._shape.area:
            raise ArgumentError(f"aoi must have an area, got a {geometry['type']} without one.", hint="Pass a polygon.")
        self._within_antimeridian = _within_antimeridian(self._shape)
        self._shapely.prepare(self._shape)

    def share(self, *items: Any) -> float:
        """The share of the AOI that items cover together."""
        shapes = [shape for item in items for shape in self._shapes(_footprint(item))]
        covered = self._shapely.intersection(self._shape, self._shapely.union_all(shapes))
        return min(float(covered.area / self._shape.area), 1.0)

    def km2(self, item: Any, *, clipped: bool) -> float | None:
        """The area of a footprint in square kilometres, or of the part of it in the AOI; None if it is not valid."""
        shapes = self._shapes(_footprint(item))
        if not shapes:
            return None
        if clipped:
            return float(self._shapely.intersection(self._shape, self._shapely.union_all(shapes)).area) * _KM2
        return float(shapes[0].area) * _KM2

    def _shapes(self, geometry: Any) -> "list[shapely.Geometry]":
        """A footprint in the projection; if it or the AOI crosses the antimeridian, with copies 360 degrees away."""
        try:
            shape = self._project(geometry)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, self._shapely.errors.ShapelyError):
            return []  # an invalid footprint covers nothing
        if self._within_antimeridian and _within_antimeridian(shape):
            return [shape]
        return [self._shapely.affinity.translate(shape, turn) for turn in (-360, 0, 360)]

    def _project(self, geometry: dict[str, Any]) -> "shapely.Geometry":
        """A shape in the cylindrical equal-area projection: the sine of the latitude replaces the latitude."""

        def equal_area(points: Any) -> Any:
            points[:, 1] = [math.degrees(math.sin(math.radians(latitude))) for latitude in points[:, 1]]
            return points

        shape = self._shapely.transform(self._shapely.geometry.shape(geometry), equal_area)
        return shape if self._shapely.is_valid(shape) else self._shapely.make_valid(shape)


def _within_antimeridian(shape: Any) -> bool:
    return shape.is_empty or bool(shape.bounds[0] >= -180 and shape.bounds[2] <= 180)


def _has_shape(thing: Any) -> bool:
    return hasattr(thing, "__geo_interface__")


def _footprint(item: Any) -> Any:
    """The geometry of an item or of an object with a `__geo_interface__`; None if it is missing."""
    if not isinstance(item, Mapping) and _has_shape(item):
        item = item.__geo_interface__
    if not isinstance(item, Mapping):
        raise ArgumentTypeError(
            f"items must be GeoJSON features, got {brief(item)}.", hint="Pass the results of a search."
        )
    return item if "coordinates" in item else (as_document(item) or item).get("geometry")


def _shapely() -> Any:
    require("geo", "Coverage", "shapely")
    import shapely.affinity
    import shapely.geometry

    return shapely


def _mean_longitude(coordinates: Any) -> float:
    """The circular mean of the longitudes of a shape, which is also right at the antimeridian."""
    east = north = 0.0
    parts = [coordinates]
    while parts:
        part = parts.pop()
        if isinstance(part[0], (int, float)):
            east += math.cos(math.radians(part[0]))
            north += math.sin(math.radians(part[0]))
        else:
            parts += part
    return math.degrees(math.atan2(north, east))


class _Groups:
    """Collects sorted items into groups. A group is complete once items *gap* away from its last item are read."""

    def __init__(self, area: Area, key: Callable[[Item], Any], gap: datetime.timedelta, at_least: float) -> None:
        self._area = area
        self._key = key
        self._gap = gap
        self._at_least = at_least
        self._open: dict[Any, list[Item]] = {}
        self._closed: set[Any] = set()

    def add(self, item: Item) -> list[Group]:
        """Add an item, and return the groups that are complete now."""
        key, moment = self._key(item), _acquired(item)
        if key in self._closed:
            raise ClientError(
                f"Items are not sorted by acquisition time: item {item.get('id')} is of {key}, which was complete.",
                hint="Search with sort='acquired desc'.",
            )
        complete = [
            other
            for other, items in self._open.items()
            if other != key and abs(moment - _acquired(items[-1])) >= self._gap
        ]
        self._open.setdefault(key, []).append(item)
        return [group for other in complete for group in self._close(other)]

    def finish(self) -> list[Group]:
        """Return the remaining groups, after the last item."""
        return [group for key in list(self._open) for group in self._close(key)]

    def _close(self, key: Any) -> list[Group]:
        self._closed.add(key)
        items = self._open.pop(key)
        group = Group(key, items, self._area.share(*items))
        return [group] if group.share >= self._at_least else []


def _grouped(items: Any, area: Area, key: Callable[[Item], Any], gap: datetime.timedelta, at_least: float) -> Any:
    order = getattr(items, "order", "acquired")  # only search results have it
    if not str(order).startswith("acquired"):
        raise ArgumentError(
            "items must be sorted by acquisition time, got results in another order.",
            hint="Search with sort='acquired desc'.",
        )
    groups = _Groups(area, key, gap, at_least)
    return _apply(items, groups.add, groups.finish)


def _apply(items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]) -> Any:
    """Yield the results of *each* for every item, and of *end* after the last; async if the items are async."""
    items = each_item(items)
    return _apply_async(items, each, end) if hasattr(items, "__aiter__") else _apply_sync(items, each, end)


def _apply_sync(items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]) -> Iterator[Any]:
    for item in items:
        yield from each(_as_item(item))
    yield from end()


async def _apply_async(
    items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]
) -> AsyncIterator[Any]:
    async for item in items:
        for result in each(_as_item(item)):
            yield result
    for result in end():
        yield result


def _as_item(item: Any) -> Item:
    if not isinstance(item, Mapping):
        raise ArgumentTypeError(
            f"items must be GeoJSON features, got {brief(item)}.", hint="Pass the results of a search."
        )
    return item if isinstance(item, Item) else Item(as_document(item) or item)


def _acquired(item: Item) -> datetime.datetime:
    if item.acquired is None:
        raise ClientError(f"Item {item.get('id')} has no acquisition time.", hint="Pass the results of a search.")
    return item.acquired


def _check_share(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ArgumentError(f"{name} must be a number from 0 to 1, got {brief(value)}")
    return min(float(value), _FULL_SHARE)

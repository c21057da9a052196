"""How much of an area scenes cover."""

import datetime
import math
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from .._builders.geojson import geom_from_geojson
from .._models.features import Feature
from .._models.items import Item
from .._redact import brief
from .._utils.iterables import each_item
from .._utils.optional import require
from ..exceptions import ClientError

if TYPE_CHECKING:
    import shapely

__all__ = ["Group", "by_day", "by_strip", "covering", "share"]


# Scenes of a strip are taken within minutes; a strip that was not added to for so long is complete.
_STRIP_ENDS = datetime.timedelta(hours=1)
_ALL = 1 - 1e-9  # what counts as all of an area: coordinates are rounded


@attrs.frozen
class Group:
    """Items that belong together, and how much of the area they cover together.

    Attributes:
        key: the day as a `datetime.date`, or the id of the strip.
        items: the items, in the order in which they came.
        share: from 0 to 1.
    """

    __module__ = "planet.coverage"

    key: Any
    items: list[Item]
    share: float


def share(items: Any, aoi: Any) -> float:
    """How much of an area some items cover together, from 0 to 1.

    Args:
        items: an item or several, or anything else that has a geometry; one that has no usable one covers nothing.
        aoi: the area, a polygon in any form that `planet.geojson` takes, but for references: they hold no shape.

    Raises:
        GeoJSONError: the area is not valid.
        ClientError: the area is a reference or has no extent, or shapely is missing.

    Example:
        ```python
        from planet import coverage

        item = pl.data.search(["PSScene"], geometry=aoi, limit=1).first()
        print(f"{coverage.share(item, aoi):.0%}")
        ```
    """
    several = isinstance(items, Iterable) and not isinstance(items, (Mapping, str)) and not _has_shape(items)
    return _Area(aoi).share(*(each_item(items) if several or isinstance(items, Mapping) else [items]))


def covering(items: Any, aoi: Any, at_least: float = 1.0) -> Any:
    """Of the items of a search those that cover so much of an area, one after the other as they come.

    Args:
        items: what a search returns, of either colour, or any other items.
        aoi: the area, as in `share`.
        at_least: from 0 to 1; 1 is all of it.

    Returns:
        An iterator of items; an asynchronous one where *items* is asynchronous.

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
    area = _Area(aoi)
    enough = _share_of("at_least", at_least)
    return _sifted(items, lambda item: [item] if area.share(item) >= enough else [], list)


def by_day(items: Any, aoi: Any, at_least: float = 0.0) -> Any:
    """The items of a search day by day, with how much of an area those of a day cover together.

    A day is one where the area lies: it changes when the sun is lowest there, not when it is midnight in UTC.

    Args:
        items: the results of a search that is sorted by `acquired`, of either colour; or any other items so sorted.
        aoi: the area, as in `share`.
        at_least: only days on which so much of it is covered, from 0 to 1.

    Returns:
        An iterator of `Group`; an asynchronous one where *items* is asynchronous. A day is there as soon as an item of
        the next one comes.

    Raises:
        ClientError: the items are not sorted by the time they were acquired; and as in `share`.

    Example:
        ```python
        from planet import coverage

        results = pl.data.search(["PSScene"], geometry=aoi, sort="acquired desc", limit=50)
        for day in coverage.by_day(results, aoi, at_least=0.95):
            print(day.key, f"{day.share:.0%}", [item.id for item in day.items])
        ```
    """
    area = _Area(aoi)
    offset = datetime.timedelta(hours=area.longitude / 15)

    def day_of(item: Item) -> datetime.date:
        return (_acquired(item) + offset).date()

    return _grouped(items, area, day_of, datetime.timedelta(0), _share_of("at_least", at_least))


def by_strip(items: Any, aoi: Any, at_least: float = 0.0) -> Any:
    """The items of a search strip by strip: what a satellite took in one go.

    Arguments and results are those of `by_day`; a strip is there an hour of acquisitions after its last item.

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
            raise ClientError(f"Item {item.get('id')} has no strip_id.", hint="Group by day instead.")
        return item.strip_id

    return _grouped(items, _Area(aoi), strip_of, _STRIP_ENDS, _share_of("at_least", at_least))


class _Area:
    """An area, on a plane on which areas are as they are on the sphere."""

    def __init__(self, aoi: Any) -> None:
        if isinstance(aoi, str) or (isinstance(aoi, dict) and aoi.get("type") == "ref"):
            raise ClientError(
                "The area is a reference, of which only the service knows the shape.", hint="Give its geometry."
            )
        geometry = geom_from_geojson(dict(aoi) if isinstance(aoi, Feature) else aoi)
        self._shapely = _shapely()
        self.longitude = _middle(geometry["coordinates"])
        self._shape = self._flat(geometry)
        if not self._shape.area:
            raise ClientError(f"The area is a {geometry['type']}, which covers nothing.", hint="Give a polygon.")
        self._in_one_world = _in_one_world(self._shape)
        self._shapely.prepare(self._shape)

    def share(self, *items: Any) -> float:
        """How much of it some items cover together."""
        shapes = [shape for item in items for shape in self._around(_footprint(item))]
        covered = self._shapely.intersection(self._shape, self._shapely.union_all(shapes))
        return min(float(covered.area / self._shape.area), 1.0)

    def _around(self, geometry: Any) -> "list[shapely.Geometry]":
        """A footprint, and where it or the area goes beyond the date line, also once around the world."""
        try:
            shape = self._flat(geometry)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, self._shapely.errors.ShapelyError):
            return []  # nothing that could cover anything
        if self._in_one_world and _in_one_world(shape):
            return [shape]
        return [self._shapely.affinity.translate(shape, turn) for turn in (-360, 0, 360)]

    def _flat(self, geometry: dict[str, Any]) -> "shapely.Geometry":
        """A shape in which areas are as on the sphere: the sine of the latitude takes its place."""

        def project(points: Any) -> Any:
            points[:, 1] = [math.degrees(math.sin(math.radians(latitude))) for latitude in points[:, 1]]
            return points

        shape = self._shapely.transform(self._shapely.geometry.shape(geometry), project)
        return shape if self._shapely.is_valid(shape) else self._shapely.make_valid(shape)


def _in_one_world(shape: Any) -> bool:
    return shape.is_empty or bool(shape.bounds[0] >= -180 and shape.bounds[2] <= 180)


def _has_shape(thing: Any) -> bool:
    return hasattr(thing, "__geo_interface__")


def _footprint(item: Any) -> Any:
    """The geometry of an item, or of anything else that has one; None if it has none."""
    if not isinstance(item, Mapping) and _has_shape(item):
        item = item.__geo_interface__
    if not isinstance(item, Mapping):
        raise ClientError(f"{brief(item)} is no item.", hint="Give what a search returns.")
    return item if "coordinates" in item else item.get("geometry")


def _shapely() -> Any:
    require("geo", "Coverage", "shapely")
    import shapely.affinity
    import shapely.geometry

    return shapely


def _middle(coordinates: Any) -> float:
    """The middle of the longitudes of a shape, also if it lies at the date line."""
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
    """Items into groups: each as soon as nothing can be added to it any more."""

    def __init__(self, area: _Area, key: Callable[[Item], Any], ends: datetime.timedelta, at_least: float) -> None:
        self._area = area
        self._key = key
        self._ends = ends
        self._at_least = at_least
        self._open: dict[Any, list[Item]] = {}
        self._done: set[Any] = set()

    def add(self, item: Item) -> list[Group]:
        """The groups that are complete now that this item has come."""
        key, moment = self._key(item), _acquired(item)
        if key in self._done:
            raise ClientError(
                f"Item {item.get('id')} belongs to {key}, which seemed to be complete.",
                hint="Sort the search by when items were acquired: sort='acquired desc'.",
            )
        over = [
            other
            for other, items in self._open.items()
            if other != key and abs(moment - _acquired(items[-1])) >= self._ends
        ]
        self._open.setdefault(key, []).append(item)
        return [group for other in over for group in self._close(other)]

    def end(self) -> list[Group]:
        """The groups that are left when there are no more items."""
        return [group for key in list(self._open) for group in self._close(key)]

    def _close(self, key: Any) -> list[Group]:
        self._done.add(key)
        items = self._open.pop(key)
        group = Group(key, items, self._area.share(*items))
        return [group] if group.share >= self._at_least else []


def _grouped(items: Any, area: _Area, key: Callable[[Item], Any], ends: datetime.timedelta, at_least: float) -> Any:
    order = getattr(items, "order", "acquired")  # of results that know it
    if not str(order).startswith("acquired"):
        raise ClientError(
            "The results are not sorted by when items were acquired.", hint="Search with sort='acquired desc'."
        )
    groups = _Groups(area, key, ends, at_least)
    return _sifted(items, groups.add, groups.end)


def _sifted(items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]) -> Any:
    """What becomes of every item, and of the end, in the colour of the items."""
    items = each_item(items)
    return _sift_async(items, each, end) if hasattr(items, "__aiter__") else _sift(items, each, end)


def _sift(items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]) -> Iterator[Any]:
    for item in items:
        yield from each(_as_item(item))
    yield from end()


async def _sift_async(
    items: Any, each: Callable[[Item], list[Any]], end: Callable[[], list[Any]]
) -> AsyncIterator[Any]:
    async for item in items:
        for result in each(_as_item(item)):
            yield result
    for result in end():
        yield result


def _as_item(item: Any) -> Item:
    if not isinstance(item, Mapping):
        raise ClientError(f"{brief(item)} is no item.", hint="Give what a search returns.")
    return item if isinstance(item, Item) else Item(item)


def _acquired(item: Item) -> datetime.datetime:
    if item.acquired is None:
        raise ClientError(f"Item {item.get('id')} does not say when it was acquired.", hint="Is it an item?")
    return item.acquired


def _share_of(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ClientError(f"{name} is {value!r}.", hint="It is a share: a number from 0 to 1.")
    return min(float(value), _ALL)

"""Items and features as a GeoDataFrame."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._redact import brief
from .._utils.iterables import at_hand
from .._utils.optional import require
from ..exceptions import ClientError

if TYPE_CHECKING:
    import geopandas

__all__ = ["to_geodataframe"]


# What people compute with as times, of all the kinds of things.
_TIMES = frozenset(
    {
        "acquired", "published", "updated", "created", "completed", "created_on", "last_modified", "created_at",
        "start_time", "end_time", "first_acquired", "last_acquired", "item_datetime",
    }
)  # fmt: skip

_LEFT_OUT = frozenset({"geometry", "properties", "location", "_links"})  # links may hold tokens


def to_geodataframe(things: Iterable[Any], columns: Iterable[str] = ()) -> "geopandas.GeoDataFrame":
    """Items, features, orders, quads, mosaics, or results of subscriptions as a GeoDataFrame in EPSG:4326.

    Of what is a GeoJSON feature, each of its properties is a column; of anything else, each of its fields that is a
    text, a number or a list of those. Times are pandas' own, in UTC. The geometry is the footprint of an item, the
    area of a quad or a mosaic, and what an order is clipped to; where there is none, it is None. Links, which may hold
    tokens, and permissions are left out.

    Args:
        things: what a listing of the blocking client returns, a list, or a FeatureCollection. Those of an asynchronous
            listing are collected first: `await collect(results)`.
        columns: those that a table without rows has.

    Raises:
        ClientError: `planet[geo]` is not installed, or there is something that is no dictionary among them, or whose
            geometry makes no sense.

    Example:
        ```python
        from planet.geo import to_geodataframe

        scenes = to_geodataframe(pl.data.search(["PSScene"], geometry=aoi, limit=10))
        print(scenes.sort_values("acquired")[["id", "acquired", "cloud_cover"]])
        orders = to_geodataframe(pl.orders.list_orders())
        ```
    """
    require("geo", "A GeoDataFrame", "geopandas", "shapely")
    import geopandas
    import pandas

    rows = [_row(thing) for thing in at_hand(things)]
    outlines = [_shape(row.pop("geometry"), row) for row in rows]
    names = dict.fromkeys([*(() if rows else columns), *(name for row in rows for name in row)])
    table = {name: [row.get(name) for row in rows] for name in names}
    for name in _TIMES & table.keys():
        with contextlib.suppress(ValueError, TypeError):  # people call other things so, too: those stay as they are
            table[name] = pandas.to_datetime(table[name], utc=True, format="ISO8601")
    return geopandas.GeoDataFrame(table, geometry=outlines, crs="EPSG:4326")


def _row(thing: Any) -> dict[str, Any]:
    if not isinstance(thing, Mapping):
        raise ClientError(f"A row of a table cannot be made of {brief(thing)}.", hint="It takes what clients return.")
    outline = getattr(thing, "_geometry", lambda: thing.get("geometry"))()
    properties = thing.get("properties")
    fields = {name: value for name, value in thing.items() if _is_column(name, value)}
    if thing.get("type") == "Feature":
        del fields["type"]
    if isinstance(properties, Mapping):
        fields = {**{name: value for name, value in properties.items() if name not in _LEFT_OUT}, **fields}
        fields = {name: fields[name] for name in dict.fromkeys(["id", *fields]) if name in fields}
    return {**fields, "geometry": outline}


def _is_column(name: str, value: Any) -> bool:
    if name.startswith("_") or name in _LEFT_OUT:
        return False
    simple = (str, int, float, bool, type(None))
    return isinstance(value, simple) or (isinstance(value, list) and all(isinstance(part, simple) for part in value))


def _shape(outline: Any, row: Mapping[str, Any]) -> Any:
    import shapely.errors
    import shapely.geometry

    if not isinstance(outline, Mapping) or not (outline.get("coordinates") or outline.get("geometries")):
        return None  # nothing, or a reference: it holds no shape
    try:
        return shapely.geometry.shape(outline)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        raise ClientError(
            f"The geometry of {brief(row.get('id'))} makes no sense.", hint="planet.geojson says what is wrong with it."
        ) from None

"""Conversion of items and features to a GeoDataFrame. geopandas is imported when it is used."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._redact import brief
from .._utils.iterables import at_hand
from .._utils.optional import require
from ..exceptions import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    import geopandas

__all__ = ["to_geodataframe"]


# The columns with times, of all kinds of documents.
_TIMES = frozenset(
    {
        "acquired", "published", "updated", "created", "completed", "created_on", "last_modified", "created_at",
        "start_time", "end_time", "first_acquired", "last_acquired", "item_datetime",
    }
)  # fmt: skip

_EXCLUDED = frozenset({"geometry", "properties", "location", "_links"})  # links may contain tokens


def to_geodataframe(things: Iterable[Any], columns: Iterable[str] = ()) -> "geopandas.GeoDataFrame":
    """Convert items, features, orders, quads, mosaics or subscription results to a GeoDataFrame in EPSG:4326.

    The columns of a GeoJSON feature are its properties; those of other documents are their fields with text, a number
    or a list of these. Times are pandas timestamps in UTC. The geometry is the footprint of an item, the extent of a
    quad or a mosaic, the AOI that an order is clipped to, or None. Links, which may contain tokens, and permissions
    are left out.

    Args:
        things: results of a sync client, a list, or a FeatureCollection. Collect the results of an async client first:
            `await collect(results)`.
        columns: the columns of the table if there are no rows.

    Raises:
        ClientError: `planet[geo]` is not installed, or one of *things* is not a dictionary or has an invalid geometry.

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
    geometries = [_shape(row.pop("geometry"), row) for row in rows]
    names = dict.fromkeys([*(() if rows else columns), *(name for row in rows for name in row)])
    table = {name: [row.get(name) for row in rows] for name in names}
    for name in _TIMES & table.keys():
        with contextlib.suppress(ValueError, TypeError):  # other values under the same name stay as they are
            table[name] = pandas.to_datetime(table[name], utc=True, format="ISO8601")
    return geopandas.GeoDataFrame(table, geometry=geometries, crs="EPSG:4326")


def _row(thing: Any) -> dict[str, Any]:
    if not isinstance(thing, Mapping):
        raise ArgumentTypeError(f"things must be dictionaries, got {brief(thing)}.", hint="Pass results of a client.")
    geometry = getattr(thing, "_geometry", lambda: thing.get("geometry"))()
    properties = thing.get("properties")
    fields = {name: value for name, value in thing.items() if _is_column(name, value)}
    if thing.get("type") == "Feature":
        del fields["type"]
    if isinstance(properties, Mapping):
        fields = {**{name: value for name, value in properties.items() if name not in _EXCLUDED}, **fields}
        fields = {name: fields[name] for name in dict.fromkeys(["id", *fields]) if name in fields}
    return {**fields, "geometry": geometry}


def _is_column(name: str, value: Any) -> bool:
    if name.startswith("_") or name in _EXCLUDED:
        return False
    simple = (str, int, float, bool, type(None))
    return isinstance(value, simple) or (isinstance(value, list) and all(isinstance(part, simple) for part in value))


def _shape(geometry: Any, row: Mapping[str, Any]) -> Any:
    import shapely.errors
    import shapely.geometry

    if not isinstance(geometry, Mapping) or not (geometry.get("coordinates") or geometry.get("geometries")):
        return None  # a reference has no coordinates
    try:
        return shapely.geometry.shape(geometry)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        raise ArgumentError(
            f"The geometry of {brief(row.get('id'))} is invalid.", hint="Use planet.geojson to find the error in it."
        ) from None

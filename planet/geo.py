"""Results as tables for GeoPandas: a row for each, its outline in the column `geometry`, in degrees (EPSG:4326).

It comes with `pip install "planet[geo]"`, and asks the service for nothing.

    scenes = collect(pl.data.search(["PSScene"], geometry=aoi)).to_geodataframe()
    scenes[scenes.cloud_cover < 0.1].plot()
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._extras import require
from ._redact import brief
from .exceptions import ClientError

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


def to_geodataframe(things: Iterable[Any]) -> "geopandas.GeoDataFrame":
    """Items, features, orders, quads, mosaics, or results of subscriptions as a GeoDataFrame in EPSG:4326.

    Of what is a GeoJSON feature, each of its properties is a column; of anything else, each of its fields that is a
    text, a number or a list of those. Times are pandas' own, in UTC. The geometry is the footprint of an item, the
    area of a quad or a mosaic, and what an order is clipped to; where there is none, it is None. Links, which may hold
    tokens, and permissions are left out.

    Args:
        things: what a listing of the blocking client returns, a list, or a FeatureCollection. Those of an asynchronous
            listing are collected first: `await collect(results)`.

    Raises:
        ClientError: `planet[geo]` is not installed, or there is something that is no dictionary among them.

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

    if hasattr(things, "__aiter__"):
        raise ClientError(
            "These are results of an asynchronous client.", hint="Collect them first: await collect(results)."
        )
    if isinstance(things, Mapping):
        things = things["features"] if isinstance(things.get("features"), list) else [things]
    rows = [_row(thing) for thing in things]
    outlines = [_shape(row.pop("geometry")) for row in rows]
    columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}
    for name in _TIMES & columns.keys():
        columns[name] = pandas.to_datetime(columns[name], utc=True, format="ISO8601", errors="coerce")
    return geopandas.GeoDataFrame(columns, geometry=outlines, crs="EPSG:4326")


def _row(thing: Any) -> dict[str, Any]:
    if not isinstance(thing, Mapping):
        raise ClientError(f"A row of a table cannot be made of {brief(thing)}.", hint="It takes what clients return.")
    outline = getattr(thing, "_outline", lambda: thing.get("geometry"))()
    properties = thing.get("properties")
    fields = {name: value for name, value in thing.items() if _is_column(name, value)}
    if thing.get("type") == "Feature":
        del fields["type"]
    if isinstance(properties, Mapping):
        fields |= {name: value for name, value in properties.items() if name not in ("geometry", "_links")}
    return {**fields, "geometry": outline}


def _is_column(name: str, value: Any) -> bool:
    if name.startswith("_") or name in ("geometry", "properties"):
        return False
    simple = (str, int, float, bool, type(None))
    return isinstance(value, simple) or (isinstance(value, list) and all(isinstance(part, simple) for part in value))


def _shape(outline: Any) -> Any:
    import shapely.geometry

    if not isinstance(outline, Mapping) or not (outline.get("coordinates") or outline.get("geometries")):
        return None  # nothing, or a reference: it holds no shape
    return shapely.geometry.shape(outline)

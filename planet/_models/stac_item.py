"""Conversion of items of the catalogue to STAC Items. It imports pystac, which `to_stac` checks for."""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pystac
from pystac.extensions.eo import Band

from .._redact import brief, redact_url
from ..exceptions import ArgumentTypeError, ClientError
from .bands import COMMON_NAMES, bands_of, is_mask
from .fields import as_time

__all__ = ["MULTIHASH", "add_extension", "convert_item", "create_asset", "create_item", "name_bands"]


# The prefixes of multihashes: the code of the algorithm and the length of the digest.
MULTIHASH = {"sha256": "1220", "md5": "d50110"}
_MAPPED = frozenset(
    {
        "acquired", "cloud_cover", "cloud_percent", "gsd", "provider", "published", "satellite_id", "instrument",
        "satellite_azimuth", "sun_azimuth", "sun_elevation", "updated", "view_angle", "epsg_code", "rows", "columns",
        "origin_x", "origin_y",
    }
)  # fmt: skip


def convert_item(item: Mapping[str, Any], assets: Mapping[str, Mapping[str, Any]] | None = None) -> pystac.Item:
    """Convert an item and its assets; without *assets*, with the asset types that the item lists."""
    for name, value in (("item", item), ("assets", {} if assets is None else assets)):
        if not isinstance(value, Mapping):
            raise ArgumentTypeError(
                f"{name} must be a mapping, got {brief(value)}.", hint="Pass what get_item and list_item_assets return."
            )
    stac_item = create_item(item.get("id"), (item,))
    add_extension(stac_item, "proj", _grid(item))
    links = item.get("_links")
    links = links if isinstance(links, Mapping) else {}
    for name in assets if assets is not None else item.get("assets") or ():
        own = (assets or {}).get(name, {}).get("_links") or {}
        if href := own.get("_self"):
            stac_item.add_asset(name, create_asset(redact_url(str(href)), name))
        elif listing := links.get("assets"):
            stac_item.add_asset(name, create_asset(f"{redact_url(str(listing))}#{quote(name)}", name))
        else:
            continue
        name_bands(stac_item.assets[name], name, len(bands_of(name)))
    if isinstance(links.get("thumbnail"), str):
        href = redact_url(links["thumbnail"])
        stac_item.add_asset("thumbnail", pystac.Asset(href, media_type=pystac.MediaType.PNG, roles=["thumbnail"]))
    return stac_item


def create_item(id: Any, items: tuple[Mapping[str, Any], ...]) -> pystac.Item:
    """Create a STAC Item without assets from one item, or from what several merged items have in common."""
    times = sorted(time for item in items if (time := _time(item, "acquired")))
    if not id or not times:
        raise ClientError(
            f"{brief(id or items[0])} cannot be converted to a STAC Item: it has no id or no acquisition time.",
            hint="Pass items of the Data API.",
        )
    one = len(times) == 1
    polygons = [polygon for item in items for polygon in _polygons(item.get("geometry"))]
    stac_item = pystac.Item(
        str(id), _merge_polygons(polygons), _bbox(polygons), times[0] if one else None, dict(_common(items)),
        **({} if one else {"start_datetime": times[0], "end_datetime": times[-1]}),
    )  # fmt: skip
    add_extension(stac_item, "eo", {"cloud_cover": _mean(_cloud_percent(item) for item in items)})
    angles = {
        "off_nadir": _mean(abs(angle) for item in items if (angle := _number(item, "view_angle")) is not None),
        "sun_elevation": _mean(_number(item, "sun_elevation") for item in items),
    }
    if len(items) == 1:  # azimuths cannot be averaged
        angles["azimuth"] = _azimuth(items[0], "satellite_azimuth")
        angles["sun_azimuth"] = _azimuth(items[0], "sun_azimuth")
    add_extension(stac_item, "view", angles)
    add_extension(stac_item, "timestamps", {"published": _time(items[0], "published") if len(items) == 1 else None})
    return stac_item


def add_extension(target: pystac.Item | pystac.Asset, extension: str, fields: Mapping[str, Any]) -> None:
    """Set fields of a STAC extension, without those that are None."""
    given = {name: value for name, value in fields.items() if value is not None}
    if given:
        target.ext.add(extension)
        getattr(target.ext, extension).apply(**given)


def _common(items: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[str, Any]]:
    """The properties that all items have in common, under their STAC names."""
    first = _properties(items[0])
    same = {
        name: value
        for name, value in first.items()
        if value is not None and all(_properties(item).get(name) == value for item in items[1:])
    }
    for name, key in (("provider", "constellation"), ("satellite_id", "platform"), ("gsd", "gsd")):
        if name in same:
            yield key, same[name]
    if "instrument" in same:
        yield "instruments", [same["instrument"]]
    if "updated" in same:
        yield "updated", same["updated"]
    yield from ((f"pl:{name}", value) for name, value in same.items() if name not in _MAPPED)


def _properties(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return item.get("properties") or {}


def _time(item: Mapping[str, Any], name: str) -> datetime.datetime | None:
    return as_time(_properties(item).get(name))


def _cloud_percent(item: Mapping[str, Any]) -> float | None:
    share = _number(item, "cloud_cover")
    return None if share is None else min(max(round(100 * share, 6), 0), 100)


def _azimuth(item: Mapping[str, Any], name: str) -> float | None:
    angle = _number(item, name)
    return None if angle is None else angle % 360


def _number(item: Mapping[str, Any], name: str) -> float | None:
    value = _properties(item).get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


def _polygons(geometry: Any) -> Iterator[Any]:
    """The polygons of a footprint. Lines and points, which clipping may leave, are skipped."""
    if not isinstance(geometry, Mapping):
        return
    parts = geometry.get("geometries" if geometry.get("type") == "GeometryCollection" else "coordinates")
    if not isinstance(parts, list) or not parts:
        return
    if geometry["type"] == "GeometryCollection":
        for part in parts:
            yield from _polygons(part)
    elif geometry["type"] == "Polygon":
        yield parts
    elif geometry["type"] == "MultiPolygon":
        yield from parts


def _merge_polygons(polygons: list[Any]) -> dict[str, Any] | None:
    if len(polygons) < 2:
        return {"type": "Polygon", "coordinates": polygons[0]} if polygons else None
    return {"type": "MultiPolygon", "coordinates": polygons}


def _bbox(polygons: list[Any]) -> list[float] | None:
    """West, south, east, north. If the footprint crosses the antimeridian, west is greater than east, as in GeoJSON."""
    positions = [position for polygon in polygons for ring in polygon for position in ring]
    if not positions:
        return None
    longitudes, latitudes = [position[0] for position in positions], [position[1] for position in positions]
    west, east = min(longitudes), max(longitudes)
    if (west, east) == (-180, 180) and len(polygons) > 1:
        west = min(longitude for longitude in longitudes if longitude > 0)
        east = max(longitude for longitude in longitudes if longitude < 0)
    return [west, min(latitudes), east, max(latitudes)]


def _grid(item: Mapping[str, Any]) -> dict[str, Any]:
    """The grid of an item's images, if the catalogue has it. All assets of a tile share it."""
    properties = _properties(item)
    names = ("epsg_code", "rows", "columns", "origin_x", "origin_y", "pixel_resolution")
    epsg, rows, columns, left, top, size = (properties.get(name) for name in names)
    if epsg is None:
        return {}
    grid: dict[str, Any] = {"code": f"EPSG:{epsg}"}
    if rows and columns:
        grid["shape"] = [rows, columns]
    if size and left is not None and top is not None:
        grid["transform"] = [size, 0.0, left, 0.0, -size, top]
    return grid


def create_asset(href: str, asset_type: str, media_type: str | None = None) -> pystac.Asset:
    words = asset_type.split("_")
    kind, role = pystac.MediaType.COG, "data"
    if words[-1] == "xml":
        kind, role = pystac.MediaType.XML, "metadata"
    elif words[-1] in ("rpc", "txt"):
        kind, role = pystac.MediaType.TEXT, "metadata"
    elif words[-1] == "json":
        kind, role = pystac.MediaType.JSON, "metadata"
    elif words[-1] in ("hdf5", "h5"):
        kind = pystac.MediaType.HDF5
    elif words[0] == "basic":
        kind = pystac.MediaType.TIFF  # not orthorectified
    if is_mask(asset_type):
        role = "data-mask"
    elif "visual" in words:
        role = "visual"
    return pystac.Asset(href, title=asset_type, media_type=media_type or kind, roles=[role])


def name_bands(
    asset: pystac.Asset, asset_type: str, count: int, data_type: str | None = None, nodata: float | None = None
) -> None:
    """Add the bands to an asset that has as many bands as its type: as `bands`, which STAC 1.1 has, and as `eo:bands`.

    Masks have no entry in `eo:bands`.

    Args:
        asset: the asset.
        asset_type: which determines the names of the bands.
        count: the number of bands of the image.
        data_type: that of the image, such as `uint16`; None: unknown.
        nodata: the value of pixels without data; None: there is none.
    """
    names = bands_of(asset_type)
    if not names or count != len(names):
        return
    facts = {name: value for name, value in (("data_type", data_type), ("nodata", nodata)) if value is not None}
    common = {} if is_mask(asset_type) else COMMON_NAMES
    asset.extra_fields["bands"] = [
        {"name": name, **({"eo:common_name": common[name]} if name in common else {}), **facts} for name in names
    ]
    if not is_mask(asset_type):
        asset.ext.add("eo")
        asset.ext.eo.apply([Band.create(name, COMMON_NAMES.get(name)) for name in names])

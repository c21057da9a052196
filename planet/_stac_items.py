"""STAC Items, made of items and of the scenes of an order. It needs pystac; `planet.stac` says if it is missing."""

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pystac
from pystac.extensions.eo import Band

from ._bands import COMMON_NAMES, bands_of, is_mask
from ._geotiff import open_image
from ._order_folder import ScenePart, is_tiff, read_order
from ._redact import brief, redact_url
from .exceptions import ClientError
from .models import Item

__all__ = ["of_item", "of_order"]

# What a multihash says of its digest: which kind it is, and how many bytes it has.
_MULTIHASH = {"sha256": "1220", "md5": "d50110"}
_TAKEN = frozenset(
    {
        "acquired", "cloud_cover", "cloud_percent", "gsd", "provider", "published", "satellite_id", "instrument",
        "satellite_azimuth", "sun_azimuth", "sun_elevation", "updated", "view_angle", "epsg_code", "rows", "columns",
        "origin_x", "origin_y",
    }
)  # fmt: skip


def of_item(item: Mapping[str, Any], assets: Mapping[str, Mapping[str, Any]] | None = None) -> pystac.Item:
    """An item of the catalogue, with its assets as they are listed, or as it names them itself."""
    for name, value in (("item", item), ("assets", {} if assets is None else assets)):
        if not isinstance(value, Mapping):
            raise ClientError(f"{name} is {brief(value)}.", hint="It is what get_item and list_item_assets return.")
    item = Item(item)
    made = _item(item.get("id"), (item,))
    _extend(made, "proj", _grid_of(item))
    links = item.get("_links")
    links = links if isinstance(links, Mapping) else {}
    for name in assets if assets is not None else item.assets:
        own = (assets or {}).get(name, {}).get("_links") or {}
        if href := own.get("_self"):
            made.add_asset(name, _asset(redact_url(str(href)), name))
        elif listing := links.get("assets"):
            made.add_asset(name, _asset(f"{redact_url(str(listing))}#{quote(name)}", name))
        else:
            continue
        _name_bands(made.assets[name], name, len(bands_of(name)))
    if isinstance(links.get("thumbnail"), str):
        href = redact_url(links["thumbnail"])
        made.add_asset("thumbnail", pystac.Asset(href, media_type=pystac.MediaType.PNG, roles=["thumbnail"]))
    return made


def of_order(folder: Path, root: str) -> list[pystac.Item]:
    """The scenes of a downloaded order; *root* is what the addresses of its files begin with."""
    made = [_of_part(part, folder, root) for part in read_order(folder) if any(item.acquired for item in part.items)]
    if not made:
        raise ClientError(f"The order in {folder} has no scenes.", hint="Basemaps have no STAC items here.")
    return made


def _of_part(part: ScenePart, folder: Path, root: str) -> pystac.Item:
    made = _item(part.id, part.items)
    for entry in part.files:
        name = entry.asset_type or Path(entry.path).stem
        # Of tiles, and of what two bundles have, there are several of a type.
        key = name if name not in made.assets else entry.path
        image = _image_of(folder / entry.path)
        asset = _asset(_address(root, entry.path), name, image.media_type if image else entry.media_type)
        made.add_asset(key, asset)
        digest = next((kind + entry.digests[name] for name, kind in _MULTIHASH.items() if name in entry.digests), None)
        asset.ext.add("file")
        asset.ext.file.apply(checksum=digest, size=entry.size)
        if image is not None:
            _name_bands(asset, entry.asset_type or "", image.bands)
            _extend(asset, "proj", image.grid)
    return made


def _address(root: str, path: str) -> str:
    """Where a file is: a path as it is, or an address, which has no blanks in it."""
    joined = f"{root.rstrip('/')}/{path}" if root else path
    scheme, colon, rest = joined.partition("://")
    return f"{scheme}{colon}{quote(rest)}" if colon else joined


def _item(id: Any, items: tuple[Item, ...]) -> pystac.Item:
    """A STAC Item of one item, or of several that were joined: what they have in common."""
    times = sorted(item.acquired for item in items if item.acquired)
    if not id or not times:
        raise ClientError(
            f"No STAC item can be made of {brief(id or items[0])}: it has no id or no time.", hint="It takes items."
        )
    one = len(times) == 1
    polygons = [polygon for item in items for polygon in _polygons(item.get("geometry"))]
    made = pystac.Item(
        str(id), _joined(polygons), _bbox(polygons), times[0] if one else None, dict(_common(items)),
        **({} if one else {"start_datetime": times[0], "end_datetime": times[-1]}),
    )  # fmt: skip
    _extend(made, "eo", {"cloud_cover": _mean(_percent_of_clouds(item) for item in items)})
    angles = {
        "off_nadir": _mean(abs(angle) for item in items if (angle := _number(item, "view_angle")) is not None),
        "sun_elevation": _mean(_number(item, "sun_elevation") for item in items),
    }
    if len(items) == 1:  # directions have no mean
        angles["azimuth"] = _direction(items[0], "satellite_azimuth")
        angles["sun_azimuth"] = _direction(items[0], "sun_azimuth")
    _extend(made, "view", angles)
    _extend(made, "timestamps", {"published": items[0].published if len(items) == 1 else None})
    return made


def _extend(made: pystac.Item | pystac.Asset, extension: str, fields: Mapping[str, Any]) -> None:
    given = {name: value for name, value in fields.items() if value is not None}
    if given:
        made.ext.add(extension)
        getattr(made.ext, extension).apply(**given)


def _common(items: tuple[Item, ...]) -> Iterator[tuple[str, Any]]:
    """The properties that all of them have in common."""
    first = items[0].properties
    same = {
        name: value
        for name, value in first.items()
        if value is not None and all(item.properties.get(name) == value for item in items[1:])
    }
    for name, key in (("provider", "constellation"), ("satellite_id", "platform"), ("gsd", "gsd")):
        if name in same:
            yield key, same[name]
    if "instrument" in same:
        yield "instruments", [same["instrument"]]
    if "updated" in same:
        yield "updated", same["updated"]
    yield from ((f"pl:{name}", value) for name, value in same.items() if name not in _TAKEN)


def _percent_of_clouds(item: Item) -> float | None:
    share = _number(item, "cloud_cover")
    return None if share is None else min(max(round(100 * share, 6), 0), 100)


def _direction(item: Item, name: str) -> float | None:
    angle = _number(item, name)
    return None if angle is None else angle % 360


def _number(item: Item, name: str) -> float | None:
    value = item.properties.get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


def _polygons(geometry: Any) -> Iterator[Any]:
    """The polygons of a footprint. Clipping may leave lines and points beside them, which cover nothing."""
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


def _joined(polygons: list[Any]) -> dict[str, Any] | None:
    if len(polygons) < 2:
        return {"type": "Polygon", "coordinates": polygons[0]} if polygons else None
    return {"type": "MultiPolygon", "coordinates": polygons}


def _bbox(polygons: list[Any]) -> list[float] | None:
    """West, south, east, north. What was cut apart at the date line has its west in the east, as GeoJSON has it."""
    places = [place for polygon in polygons for ring in polygon for place in ring]
    if not places:
        return None
    longitudes, latitudes = [place[0] for place in places], [place[1] for place in places]
    west, east = min(longitudes), max(longitudes)
    if (west, east) == (-180, 180) and len(polygons) > 1:
        west = min(longitude for longitude in longitudes if longitude > 0)
        east = max(longitude for longitude in longitudes if longitude < 0)
    return [west, min(latitudes), east, max(latitudes)]


def _grid_of(item: Item) -> dict[str, Any]:
    """The grid of an item's images, where the catalogue says it: that of tiles is the same for all their assets."""
    properties = item.properties
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


class _Image(NamedTuple):
    """What the header of an image says."""

    media_type: str
    bands: int
    grid: dict[str, Any]


def _image_of(path: Path) -> _Image | None:
    """The header of a GeoTIFF; None of what is none, or is not there."""
    if not is_tiff(path.name) or not path.is_file():
        return None
    with open_image(path) as image:
        is_cog = image.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG"
        kind = pystac.MediaType.COG if is_cog else pystac.MediaType.GEOTIFF
        if image.crs is None:
            return _Image(kind, image.count, {})  # it is not rectified: it has no grid on the ground
        epsg = image.crs.to_epsg()
        grid = {
            "code": f"EPSG:{epsg}" if epsg else None,
            "wkt2": None if epsg else image.crs.to_wkt(version="WKT2_2019"),
            "shape": [image.height, image.width],
            "transform": [float(number) for number in tuple(image.transform)[:6]],
            "bbox": [float(number) for number in image.bounds],
        }
        return _Image(kind, image.count, grid)


def _asset(href: str, asset_type: str, media_type: str | None = None) -> pystac.Asset:
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
        kind = pystac.MediaType.TIFF  # not rectified
    if is_mask(asset_type):
        role = "data-mask"
    elif "visual" in words:
        role = "visual"
    return pystac.Asset(href, title=asset_type, media_type=media_type or kind, roles=[role])


def _name_bands(asset: pystac.Asset, asset_type: str, count: int) -> None:
    """Name the bands of an image, if it has those of its type: a tool may have computed others. Masks have no light."""
    names = bands_of(asset_type)
    if names and count == len(names) and not is_mask(asset_type):
        asset.ext.add("eo")
        asset.ext.eo.apply([Band.create(name, COMMON_NAMES.get(name)) for name in names])

"""STAC Items, made of items and of the scenes of an order. It needs pystac; `planet.stac` says if it is missing."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pystac
import rasterio
import rasterio.errors
from pystac.extensions.eo import Band

from ._bands import COMMON_NAMES, bands_of
from ._order_folder import ScenePart, read_order
from ._redact import brief, redact_url
from .exceptions import ClientError
from .manifest import ManifestEntry
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


def of_item(item: Item, assets: Mapping[str, Mapping[str, Any]] | None) -> pystac.Item:
    """An item of the catalogue, with its assets as they are listed, or as it names them itself."""
    made = _item(item.get("id"), (item,), _grid_of(item))
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
        _describe(made.assets[name], name)
    if isinstance(links.get("thumbnail"), str):
        made.add_asset(
            "thumbnail",
            pystac.Asset(redact_url(links["thumbnail"]), media_type=pystac.MediaType.PNG, roles=["thumbnail"]),
        )
    return made


def of_order(folder: Path, start: str) -> list[pystac.Item]:
    """The scenes of a downloaded order; *start* is what the addresses of its files begin with."""
    made = [_of_part(part, folder, start) for part in read_order(folder) if _is_dated(part)]
    if not made:
        raise ClientError(f"The order in {folder} has no scenes.", hint="Basemaps have no STAC items here.")
    return made


def _is_dated(part: ScenePart) -> bool:
    return any(item.acquired for item in part.items)


def _of_part(part: ScenePart, folder: Path, start: str) -> pystac.Item:
    made = _item(part.id, part.items, {})
    for entry in part.files:
        name = _key(entry, made.assets)
        asset = _asset(f"{start}/{quote(entry.path)}", entry.asset_type or Path(entry.path).stem, entry.media_type)
        made.add_asset(name, asset)
        _describe(asset, entry.asset_type or "")
        asset.ext.add("file")
        digest = next((kind + entry.digests[name] for name, kind in _MULTIHASH.items() if name in entry.digests), None)
        asset.ext.file.apply(checksum=digest, size=entry.size)
        if grid := _grid_of_file(folder / entry.path):
            asset.ext.add("proj")
            asset.ext.proj.apply(**grid)
    return made


def _key(entry: ManifestEntry, taken: Mapping[str, Any]) -> str:
    """The asset type; of files that have none, or that share it, the name."""
    name = entry.asset_type or Path(entry.path).stem
    return name if name not in taken else Path(entry.path).name


def _item(id: Any, items: tuple[Item, ...], grid: Mapping[str, Any]) -> pystac.Item:
    """A STAC Item of one item, or of several that were joined: what they have in common."""
    times = sorted(item.acquired for item in items if item.acquired)
    if not id or not times:
        raise ClientError(
            f"No STAC item can be made of {brief(id or items[0])}: it has no id or no time.", hint="It takes items."
        )
    one = len(times) == 1
    geometry = _geometry(items)
    made = pystac.Item(
        str(id), geometry, _bbox(geometry), times[0] if one else None, dict(_common(items)),
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
    _extend(made, "proj", grid)
    _extend(made, "timestamps", {"published": items[0].published if len(items) == 1 else None})
    return made


def _extend(made: pystac.Item, extension: str, fields: Mapping[str, Any]) -> None:
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
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


def _geometry(items: tuple[Item, ...]) -> dict[str, Any] | None:
    outlines = [item.geometry for item in items if item.geometry]
    if len(outlines) < 2:
        return outlines[0] if outlines else None
    polygons: list[Any] = []
    for outline in outlines:
        polygons += [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _bbox(geometry: Mapping[str, Any] | None) -> list[float] | None:
    if geometry is None:
        return None
    places = list(_places(geometry["coordinates"]))
    longitudes, latitudes = [place[0] for place in places], [place[1] for place in places]
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


def _places(value: Any) -> Iterator[Any]:
    if value and isinstance(value[0], (int, float)):
        yield value
        return
    for part in value:
        yield from _places(part)


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


def _grid_of_file(path: Path) -> dict[str, Any]:
    """The grid of an image; nothing of what is none, or is not there."""
    if path.suffix.lower() not in (".tif", ".tiff") or not path.is_file():
        return {}
    try:
        with rasterio.open(path) as image:
            epsg = image.crs.to_epsg() if image.crs else None
            if epsg is None:
                return {}  # an image that is not rectified has no grid on the ground
            return {
                "code": f"EPSG:{epsg}",
                "shape": [image.height, image.width],
                "transform": [float(number) for number in tuple(image.transform)[:6]],
                "bbox": [float(number) for number in image.bounds],
            }
    except rasterio.errors.RasterioIOError as error:
        raise ClientError(
            f"The image {path} cannot be read: {error}.",
            hint="planet.checksum.validate_checksum tells whether it is whole.",
        ) from None


def _asset(href: str, asset_type: str, media_type: str | None = None) -> pystac.Asset:
    words = asset_type.split("_")
    kind, role = pystac.MediaType.COG, "data"
    if words[-1] == "xml":
        kind, role = pystac.MediaType.XML, "metadata"
    elif words[-1] in ("rpc", "txt"):
        kind, role = pystac.MediaType.TEXT, "metadata"
    elif words[-1] == "json":
        kind, role = pystac.MediaType.JSON, "metadata"
    elif "udm" in words or "udm2" in words:
        role = "data-mask"
    elif "visual" in words:
        role = "visual"
    if media_type is not None and media_type != "image/tiff":
        kind = media_type
    return pystac.Asset(href, title=asset_type, media_type=kind, roles=[role])


def _describe(asset: pystac.Asset, asset_type: str) -> None:
    """Name the bands of an image; those of masks are no bands of light."""
    bands = bands_of(asset_type)
    if bands and not {"udm", "udm2"} & set(asset_type.split("_")):
        asset.ext.add("eo")
        asset.ext.eo.apply([Band.create(name, COMMON_NAMES.get(name)) for name in bands])

"""The paths of tiles and crops, and what their arguments may be."""

import re
from collections.abc import Mapping
from typing import Any

from ..._builders.geocatalog.search import as_bbox
from ..._builders.geojson import geom_from_geojson
from ..._redact import brief
from ..._utils.arguments import check_int
from ...exceptions import ArgumentError

__all__ = ["check_scale", "crop_path", "ending", "feature_of", "point_path", "tile_path"]


def tile_path(z: int, x: int, y: int, tms: str | None) -> str:
    """`/tiles/{tms}/{z}/{x}/{y}`; without *tms*, the path without it.

    Raises:
        ArgumentError, ArgumentTypeError: a number is not a whole one, or negative.
    """
    numbers = (check_int(name, value, 0) for name, value in (("z", z), ("x", x), ("y", y)))
    return "/".join(["/tiles", *([tms] if tms else []), *map(str, numbers)])


def ending(scale: int | None, format: str | None) -> str:
    """The end of the path of a tile: `@2x.png`.

    Raises:
        ArgumentError, ArgumentTypeError: *scale* is not a positive whole number, or *format* not a word.
    """
    if format is not None and not (isinstance(format, str) and re.fullmatch("[a-zA-Z0-9]+", format)):
        raise ArgumentError(f"format must be a word such as png, got {brief(format)}.")
    return ("" if scale is None else f"@{check_scale(scale)}x") + ("" if format is None else f".{format}")


def check_scale(scale: int) -> int:
    """Return the scale of a tile: 1 is 256 pixels.

    Raises:
        ArgumentError, ArgumentTypeError: it is not a positive whole number.
    """
    return check_int("scale", scale)


def point_path(lon: float, lat: float) -> str:
    """`/point/{lon},{lat}`.

    Raises:
        ArgumentError: a number is not valid.
    """
    west, south, _, _ = as_bbox([lon, lat, lon, lat])
    return f"/point/{west},{south}"


def crop_path(bbox: Any, feature: Any, width: int | None, height: int | None, format: str | None) -> str:
    """The path of a crop, below that of its source.

    Raises:
        ArgumentError: both or neither of *bbox* and *feature* are given, *width* without *height*, or no format where
            one is required.
    """
    if (bbox is None) == (feature is None):
        raise ArgumentError("Exactly one of bbox and feature is required.")
    if (width is None) != (height is None):
        raise ArgumentError("width and height are required together.", hint="Or pass max_size, which keeps the shape.")
    if format is None and (bbox is not None or width is not None):
        raise ArgumentError("format is required, except for a feature without width and height.")
    size = "" if width is None else f"/{check_int('width', width)}x{check_int('height', height)}"
    place = "/feature" if bbox is None else f"/bbox/{','.join(map(str, as_bbox(bbox)))}"
    return f"{place}{size}{ending(None, format)}"


def feature_of(value: Any) -> dict[str, Any]:
    """An area as a GeoJSON Feature.

    Raises:
        GeoJSONError: it is not a valid geometry.
    """
    is_feature = isinstance(value, Mapping) and value.get("type") == "Feature"
    properties = dict(value.get("properties") or {}) if is_feature else {}
    return {"type": "Feature", "properties": properties, "geometry": geom_from_geojson(value, max_vertices=None)}

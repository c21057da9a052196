"""Basemaps: mosaics on a fixed grid of quads."""

import itertools
import math
import re
from typing import Any

import numpy as np
import rasterio.crs
import rasterio.transform
import rasterio.warp

from .assets import Asset
from .imagery import Array, Raster, landscape

__all__ = ["mosaic_day", "quad_asset", "quads_over"]

LEVEL, QUAD_PIXELS = 15, 4096
QUADS: int = 2**LEVEL * 256 // QUAD_PIXELS  # columns and rows
_HALF = math.pi * 6378137.0
_NAME = re.compile(r"global_monthly_(\d{4})_(\d{2})_mosaic$")
_QUAD = re.compile(r"(\d{1,4})-(\d{1,4})$")


def mosaic_day(name: object) -> int | None:
    """The day of the year that a mosaic shows; None if there is no such mosaic."""
    match = _NAME.match(name) if isinstance(name, str) else None
    if match is None or not 2016 <= int(match[1]) <= 2100 or not 1 <= int(match[2]) <= 12:
        return None
    return int(match[2]) * 30 - 15


def quads_over(geometry: dict[str, Any]) -> list[str]:
    """The ids of the quads that a geometry touches."""
    import shapely
    import shapely.geometry

    shape = shapely.geometry.shape(geometry)
    west, south, east, north = shape.bounds
    grid = itertools.product(range(_column(west), _column(east) + 1), range(_row(south), _row(north) + 1))
    return [f"{x}-{y}" for x, y in grid if shapely.intersects(shape, shapely.box(*_bbox(x, y)))]


def quad_asset(mosaic: str, quad_id: str, pixels: int) -> Asset | None:
    """The image of a quad; None if there is no such quad."""
    match = _QUAD.match(quad_id)
    day = mosaic_day(mosaic)
    if match is None or day is None or max(int(match[1]), int(match[2])) >= QUADS:
        return None
    x, y = int(match[1]), int(match[2])
    size = 2 * _HALF / QUADS
    step = size / pixels
    west, north = -_HALF + x * size, -_HALF + (y + 1) * size
    columns, rows = np.meshgrid(np.arange(pixels) + 0.5, np.arange(pixels) + 0.5)
    lons, lats = rasterio.warp.transform(
        "EPSG:3857", "EPSG:4326", (west + columns * step).ravel(), (north - rows * step).ravel()
    )
    shape = (pixels, pixels)
    ground = landscape(np.reshape(lons, shape), np.reshape(lats, shape), day)
    transform = rasterio.transform.from_origin(west, north, step, step)
    raster = Raster(_look(ground), transform, rasterio.crs.CRS.from_epsg(3857), ("red", "green", "blue", "alpha"), None)
    return Asset("basemap", f"L{LEVEL}-{x:04d}E-{y:04d}N.tif", "image/tiff", raster=raster)


def _look(ground: Array) -> Array:
    bands = np.clip(ground[[5, 3, 1]] / 0.30, 0, 1) ** (1 / 1.7) * 255
    opaque = np.full((1, *ground.shape[1:]), 255.0)
    pixels: Array = np.concatenate([np.round(bands), opaque]).astype(np.uint8)
    return pixels


def _column(lon: float) -> int:
    return min(int((lon + 180) / 360 * QUADS), QUADS - 1)


def _row(lat: float) -> int:
    lat = max(min(lat, 85.0), -85.0)
    return int((0.5 + math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * QUADS)


def _bbox(x: int, y: int) -> tuple[float, float, float, float]:
    def lat(row: float) -> float:
        return math.degrees(math.atan(math.sinh((row / QUADS - 0.5) * 2 * math.pi)))

    return x / QUADS * 360 - 180, lat(y), (x + 1) / QUADS * 360 - 180, lat(y + 1)

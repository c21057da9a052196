"""Synthetic imagery: a procedural landscape with seasons and clouds.

The landscape is a function of position and date, so that neighbouring scenes match and nothing has to be stored.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import rasterio.crs
import rasterio.features
import rasterio.transform
import rasterio.warp
from numpy.typing import NDArray

from ..._models.bands import EIGHT as BANDS
from ..catalog.scene import Scene

__all__ = ["BANDS", "Raster", "clear_percent", "landscape", "render"]


Array = NDArray[Any]

# Reflectance of land cover types in each of the eight bands.
_WATER = (0.06, 0.06, 0.05, 0.05, 0.035, 0.025, 0.02, 0.012)
_FOREST = (0.025, 0.03, 0.045, 0.05, 0.04, 0.03, 0.12, 0.30)
_CROP = (0.035, 0.04, 0.07, 0.08, 0.065, 0.045, 0.18, 0.42)
_SOIL = (0.08, 0.09, 0.12, 0.13, 0.17, 0.19, 0.22, 0.27)
_TOWN = (0.15, 0.16, 0.17, 0.18, 0.19, 0.20, 0.21, 0.23)
_ROCK = (0.13, 0.14, 0.16, 0.17, 0.19, 0.20, 0.22, 0.24)
_SNOW = (0.82, 0.83, 0.83, 0.82, 0.81, 0.80, 0.78, 0.72)
_CLOUD = (0.78, 0.78, 0.77, 0.77, 0.76, 0.76, 0.75, 0.74)


@attrs.define
class Raster:
    """An image in memory.

    Attributes:
        pixels: (bands, rows, columns).
        transform: the affine transform from columns and rows to coordinates.
        crs: the coordinate reference system.
        names: the names of the bands.
        nodata: the nodata value, or None.
        gcps: whether the image is not rectified; its corners are written as ground control points.
    """

    pixels: Array
    transform: Any
    crs: Any
    names: tuple[str, ...]
    nodata: float | None = 0
    gcps: bool = False


@attrs.frozen(slots=False)
class View:
    """A rendered scene: reflectance, and masks of valid pixels, clouds and shadows."""

    valid: Array
    cloud: Array
    shadow: Array
    transform: Any
    crs: Any
    _paint: Callable[[], Array]

    @functools.cached_property
    def reflectance(self) -> Array:
        """(8, rows, columns), computed on first access: it takes most of the time, and masks do not need it."""
        return self._paint()


@functools.lru_cache(maxsize=4)
def render(scene: Scene, pixels: int) -> View:
    """Render a scene on a UTM grid, *pixels* wide. Cached, as consecutive orders often have the same scenes."""
    zone = int((scene.lon + 180) // 6) % 60 + 1
    crs = rasterio.crs.CRS.from_epsg((32600 if scene.lat >= 0 else 32700) + zone)
    outline = rasterio.warp.transform_geom("EPSG:4326", crs, scene.geometry)
    xs, ys = zip(*outline["coordinates"][0], strict=True)
    size = (max(xs) - min(xs)) / pixels
    rows = max(math.ceil((max(ys) - min(ys)) / size), 1)
    transform = rasterio.transform.from_origin(min(xs), max(ys), size, size)
    columns, lines = np.meshgrid(np.arange(pixels) + 0.5, np.arange(rows) + 0.5)
    lons, lats = rasterio.warp.transform(
        crs, "EPSG:4326", (min(xs) + columns * size).ravel(), (max(ys) - lines * size).ravel()
    )
    lon, lat = np.reshape(lons, columns.shape), np.reshape(lats, columns.shape)
    valid = rasterio.features.geometry_mask([outline], columns.shape, transform, invert=True)
    cloud, shadow = _clouds(*_metres(lon, lat), scene, valid)

    def paint() -> Array:
        ground = landscape(lon, lat, scene.acquired.timetuple().tm_yday)
        ground *= 1 - 0.55 * shadow * (1 - cloud)
        ground += (np.array(_CLOUD)[:, None, None] - ground) * cloud
        return ground

    return View(valid, cloud > 0.4, (shadow > 0.4) & (cloud <= 0.4), transform, crs, paint)


def clear_percent(scene: Scene, area: dict[str, Any], band: str) -> int:
    """Return the percentage of an area that is clear (or `cloud`, `shadow`) in a scene."""
    view = render(scene, 256)
    shape = rasterio.warp.transform_geom("EPSG:4326", view.crs, area)
    inside = rasterio.features.geometry_mask([shape], view.valid.shape, view.transform, invert=True)
    masks = {"clear": view.valid & ~view.cloud & ~view.shadow, "cloud": view.cloud, "shadow": view.shadow}
    counted = int((inside & view.valid & masks[band]).sum())
    return round(100 * counted / max(int(inside.sum()), 1))


def landscape(lon: Array, lat: Array, day: int) -> Array:
    """Return the reflectance of the ground (8, …) at coordinates, on a day of the year."""
    x, y = _metres(lon, lat)
    height = _fractal(x / 24_000, y / 24_000, 1, 6)
    moisture = _fractal(x / 9_000, y / 9_000, 2, 5)
    grain = _noise(x / 90, y / 90, 3)
    summer = 0.5 + 0.5 * np.cos(2 * np.pi * (day - 196) / 365) * np.where(lat >= 0, 1, -1)

    # Fields: a tilted grid, each with its own crop; roads and hedges between them.
    u, v = (0.94 * x + 0.34 * y) / 820, (-0.34 * x + 0.94 * y) / 540
    u = u + 0.25 * _noise(x / 4000, y / 4000, 4)
    crop = _hash(np.floor(u), np.floor(v), 5)
    edge = np.minimum(np.abs(u - np.round(u)) * 820, np.abs(v - np.round(v)) * 540) < 22
    green = np.clip(0.15 + 1.1 * summer * crop + 0.25 * (grain - 0.5), 0, 1)

    ground = _mix(_SOIL, _CROP, green) * (0.7 + 0.6 * _hash(np.floor(u), np.floor(v), 8))
    ground = _blend(ground, _ROCK, edge * 0.45)
    ground = _blend(ground, _FOREST, np.clip((moisture - 0.53) * 14, 0, 1))
    town = _fractal(x / 3_500, y / 3_500, 6, 3)
    ground = _blend(ground, _TOWN, np.clip((town - 0.70) * 12, 0, 1) * (0.5 + 0.5 * (grain > 0.45)))
    ground = _blend(ground, _ROCK, np.clip((height - 0.66) * 10, 0, 1))
    ground = _blend(ground, _SNOW, np.clip((height - 0.80 + 0.06 * (1 - summer)) * 12, 0, 1))
    river = np.abs(_fractal(x / 15_000, y / 15_000, 7, 4) - 0.5) < 0.006
    ground = _blend(ground, _WATER, np.maximum(river & (height < 0.6), np.clip((0.36 - height) * 40, 0, 1)))

    slope = (
        np.gradient(height, axis=-1) - np.gradient(height, axis=-2) if height.ndim == 2 and min(height.shape) > 1 else 0
    )
    return np.asarray(ground * (0.88 + 0.24 * grain) * np.clip(1 + 14 * slope, 0.6, 1.4))


def _clouds(x: Array, y: Array, scene: Scene, valid: Array) -> tuple[Array, Array]:
    if scene.cloud_cover <= 0 or not valid.any():
        return np.zeros(x.shape), np.zeros(x.shape)
    field = _fractal(x / 7_000, y / 7_000, scene.seed & 0xFFFF, 5)
    # The cloud cover of the image matches the property of the item.
    threshold = np.quantile(field[valid], 1 - scene.cloud_cover)
    cloud = np.clip((field - threshold) / 0.05 + 0.5, 0, 1)
    by = max(x.shape[1] // 40, 1)
    return cloud, np.roll(cloud, (by, -by), axis=(0, 1))


def _metres(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Convert degrees to Web Mercator metres."""
    x = 6378137.0 * np.radians(lon)
    y = 6378137.0 * np.arcsinh(np.tan(np.radians(np.clip(lat, -85.0, 85.0))))
    return x, y


def _hash(x: Array, y: Array, seed: int) -> Array:
    """Return a pseudo-random number from 0 to 1 for each integer position."""
    h = x.astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    h ^= y.astype(np.int64).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    h ^= np.uint64(seed * 0x165667B19E3779F9 & 0xFFFFFFFFFFFFFFFF)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    return np.asarray((h >> np.uint64(40)).astype(np.float64) / float(1 << 24))


def _noise(x: Array, y: Array, seed: int) -> Array:
    """Return smooth noise from 0 to 1 with features of size one."""
    x0, y0 = np.floor(x), np.floor(y)
    u, v = x - x0, y - y0
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    low = _hash(x0, y0, seed) * (1 - u) + _hash(x0 + 1, y0, seed) * u
    high = _hash(x0, y0 + 1, seed) * (1 - u) + _hash(x0 + 1, y0 + 1, seed) * u
    return np.asarray(low * (1 - v) + high * v)


def _fractal(x: Array, y: Array, seed: int, octaves: int) -> Array:
    """Return fractal noise: the sum of several octaves."""
    total, weight = np.zeros(x.shape), 0.0
    for octave in range(octaves):
        share = 0.5**octave
        total += share * _noise(x * 2**octave, y * 2**octave, seed + 101 * octave)
        weight += share
    return np.asarray((total / weight - 0.5) * 1.5 + 0.5)


def _mix(a: tuple[float, ...], b: tuple[float, ...], share: Array) -> Array:
    low, high = np.array(a), np.array(b)
    return np.asarray(low[:, None, None] + (high - low)[:, None, None] * share)


def _blend(ground: Array, cover: tuple[float, ...], share: Array) -> Array:
    return np.asarray(ground + (np.array(cover)[:, None, None] - ground) * share)

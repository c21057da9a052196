"""Synthetic imagery: a procedural landscape with seasons and clouds.

The landscape is a function of position and date, so that neighbouring scenes match and nothing has to be stored.
"""

import functools
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ..._models.bands import EIGHT as BANDS
from ..catalog.scene import Scene
from .grid import Grid, NoOverlap, area_grid, scene_grid

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
_SHADOW = -900.0  # metres from a cloud to its shadow, in each direction
_MEASURED = 65_536  # pixels of an area whose clouds are measured
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
    grid: Grid
    _paint: Callable[[], Array]

    @functools.cached_property
    def reflectance(self) -> Array:
        """(8, rows, columns), computed on first access: it takes most of the time, and masks do not need it."""
        return self._paint()


@functools.lru_cache(maxsize=2)
def render(scene: Scene, grid: Grid) -> View:
    """Render a scene, or a part of it. Cached, as its assets are often ordered one after the other."""
    lon, lat = grid.coordinates()
    valid = grid.mask(scene.geometry)
    cloud, shadow = _clouds(*_metres(lon, lat), scene)

    def paint() -> Array:
        ground = landscape(lon, lat, scene.acquired.timetuple().tm_yday, grid.size)
        ground *= 1 - 0.55 * shadow * (1 - cloud)
        ground += (np.array(_CLOUD)[:, None, None] - ground) * cloud
        return ground

    return View(valid, cloud > 0.4, (shadow > 0.4) & (cloud <= 0.4), grid, paint)


def clear_percent(scene: Scene, area: dict[str, Any], band: str) -> int:
    """Return the percentage of an area that is clear (or `cloud`, `shadow`) in a scene."""
    try:
        view = render(scene, area_grid(scene, area, _MEASURED))
    except NoOverlap:
        return 0
    inside = view.grid.mask(area) & view.valid
    masks = {"clear": ~view.cloud & ~view.shadow, "cloud": view.cloud, "shadow": view.shadow}
    return round(100 * int((inside & masks[band]).sum()) / max(int(inside.sum()), 1))


def landscape(lon: Array, lat: Array, day: int, size: float = 80.0) -> Array:
    """Return the reflectance of the ground (8, …) at coordinates, on a day of the year, in pixels of *size* metres."""
    x, y = _metres(lon, lat)
    height = _fractal(x / 24_000, y / 24_000, 1, 6)
    moisture = _fractal(x / 9_000, y / 9_000, 2, 5)
    grain = _noise(x / 90, y / 90, 3)
    for octave, step in enumerate((22, 7)):
        if size < step:
            grain = grain + (_noise(x / step, y / step, 31 + octave) - 0.5) * 0.45
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

    slope: Any = 0
    if height.ndim == 2 and min(height.shape) > 1:
        slope = (np.gradient(height, axis=-1) - np.gradient(height, axis=-2)) * (80.0 / size)
    return np.asarray(ground * (0.88 + 0.24 * grain) * np.clip(1 + 14 * slope, 0.6, 1.4))


def _clouds(x: Array, y: Array, scene: Scene) -> tuple[Array, Array]:
    """How much of the light of each pixel comes from clouds, and how much their shadows take."""
    if scene.cloud_cover <= 0:
        return np.zeros(x.shape), np.zeros(x.shape)

    def cover(x: Array, y: Array) -> Array:
        return np.clip((_cloud_field(x, y, scene) - _cloud_threshold(scene)) / 0.05 + 0.5, 0, 1)

    return cover(x, y), cover(x + _SHADOW, y + _SHADOW)


def _cloud_field(x: Array, y: Array, scene: Scene) -> Array:
    return _fractal(x / 7_000, y / 7_000, scene.seed & 0xFFFF, 5)


@functools.lru_cache(maxsize=64)
def _cloud_threshold(scene: Scene) -> float:
    """The value above which the field is cloud, so that the cover of the whole scene is that of the item."""
    grid = scene_grid(scene, 128)
    field = _cloud_field(*_metres(*grid.coordinates()), scene)[grid.mask(scene.geometry)]
    return float(np.quantile(field, 1 - scene.cloud_cover))


def _metres(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Convert degrees to Web Mercator metres."""
    x = 6378137.0 * np.radians(lon)
    y = 6378137.0 * np.arcsinh(np.tan(np.radians(np.clip(lat, -85.0, 85.0))))
    return x, y


def _hash(x: Array, y: Array, seed: int) -> Array:
    """Return a pseudo-random number from 0 to 1 for each integer position."""
    h = x.astype(np.int64).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    h ^= y.astype(np.int64).view(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
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
    column, row = x0.astype(np.int64), y0.astype(np.int64)
    left, top = int(column.min()), int(row.min())
    width, height = int(column.max()) - left + 2, int(row.max()) - top + 2
    if width * height > 4 * x.size:  # the points are sparse
        corners = [_hash(column + i, row + j, seed) for j in (0, 1) for i in (0, 1)]
    else:  # most points share their corners with others
        lattice = _hash(*np.meshgrid(np.arange(left, left + width), np.arange(top, top + height)), seed).ravel()
        index = (row - top) * width + (column - left)
        corners = [lattice[index + offset] for offset in (0, 1, width, width + 1)]
    low = corners[0] + (corners[1] - corners[0]) * u
    high = corners[2] + (corners[3] - corners[2]) * u
    return np.asarray(low + (high - low) * v)


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

"""Rendered scenes: the landscape, and the sky above it."""

import functools
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from ..._models.bands import EIGHT as BANDS
from ..catalog.noise import Array
from ..catalog.scene import Scene
from .grid import Grid, NoOverlap, area_grid
from .landscape import landscape
from .sky import COVERS, SHADOW, Sky

__all__ = ["BANDS", "Raster", "View", "clear_percent", "render"]


_CLOUD = (0.78, 0.78, 0.77, 0.77, 0.76, 0.76, 0.75, 0.74)
_MEASURED = 65_536  # pixels of an area whose clouds are measured


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
        coefficients: what each band is multiplied by for reflectance; empty if that makes no sense.
        tags: the TIFF tags that are written with it.
    """

    pixels: Array
    transform: Any
    crs: Any
    names: tuple[str, ...]
    nodata: float | None = 0
    gcps: bool = False
    coefficients: tuple[float, ...] = ()
    tags: dict[str, str] = attrs.field(factory=dict)


@attrs.frozen(slots=False)
class View:
    """A rendered scene, or a part of it: reflectance, and what covers each pixel.

    Attributes:
        valid: whether the pixel belongs to the scene.
        cover: what covers it: one of `CLEAR`, `SNOW`, `SHADOW`, `LIGHT_HAZE`, `HEAVY_HAZE` and `CLOUD`.
        grid: the pixels.
    """

    valid: Array
    cover: Array
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
    sky = Sky(scene, lon, lat)
    cover = sky.cover()

    def paint() -> Array:
        ground = landscape(lon, lat, scene.day, grid.size)
        ground *= np.float32(1) - np.float32(0.55) * (cover == SHADOW)
        ground += (np.array(_CLOUD, np.float32)[:, None, None] - ground) * np.float32(sky.opacity())
        return ground

    return View(grid.mask(scene.geometry), cover, grid, paint)


def clear_percent(scene: Scene, area: dict[str, Any], band: str) -> int:
    """Return the percentage of an area that is clear, or covered by what `band` names, in a scene."""
    try:
        view = render(scene, area_grid(scene, area, _MEASURED))
    except NoOverlap:
        return 0
    inside = view.grid.mask(area) & view.valid
    return round(100 * int((inside & (view.cover == COVERS[band])).sum()) / max(int(inside.sum()), 1))

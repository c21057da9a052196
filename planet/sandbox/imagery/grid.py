"""The pixels of an image: which part of the ground they show, and how large they are."""

import math
from typing import Any

import attrs
import numpy as np
import rasterio.crs
import rasterio.features
import rasterio.transform
import rasterio.warp
from numpy.typing import NDArray

from ..catalog.noise import stretched
from ..catalog.scene import Scene

__all__ = ["Grid", "NoOverlap", "area_grid", "scene_grid"]


_MESH = 16  # points in each direction; between them, coordinates are interpolated: UTM is smooth


class NoOverlap(Exception):
    """The area and the image do not overlap."""


@attrs.frozen
class Grid:
    """A rectangle of square pixels in a UTM zone.

    Attributes:
        epsg: the UTM zone.
        west: metres of the left edge.
        north: metres of the upper edge.
        size: metres of a pixel.
        columns: the width in pixels.
        rows: the height in pixels.
    """

    epsg: int
    west: float
    north: float
    size: float
    columns: int
    rows: int

    @property
    def crs(self) -> Any:
        """The coordinate reference system."""
        return rasterio.crs.CRS.from_epsg(self.epsg)

    @property
    def transform(self) -> Any:
        """The affine transform from columns and rows to metres."""
        return rasterio.transform.from_origin(self.west, self.north, self.size, self.size)

    def coordinates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude and latitude of the centres of the pixels, in degrees."""
        across, down = np.linspace(0, self.columns, _MESH), np.linspace(0, self.rows, _MESH)
        xs, ys = np.meshgrid(self.west + across * self.size, self.north - down * self.size)
        flat = rasterio.warp.transform(self.crs, "EPSG:4326", xs.ravel(), ys.ravel())
        lons, lats = (np.reshape(values, xs.shape) for values in flat)
        columns, rows = ((np.arange(count) + 0.5) / count * (_MESH - 1) for count in (self.columns, self.rows))
        return stretched(np.unwrap(lons, period=360.0), columns, rows), stretched(lats, columns, rows)

    def mask(self, shape: dict[str, Any]) -> NDArray[np.bool_]:
        """The pixels whose centres lie inside of a shape in degrees."""
        inside = rasterio.warp.transform_geom("EPSG:4326", self.crs, shape)
        return np.asarray(
            rasterio.features.geometry_mask([inside], (self.rows, self.columns), self.transform, invert=True)
        )


def scene_grid(scene: Scene, pixels: int) -> Grid:
    """A whole scene, *pixels* wide."""
    west, south, east, north = _bounds(scene, scene.geometry)
    size = (east - west) / pixels
    return Grid(_epsg(scene), west, north, size, pixels, max(math.ceil((north - south) / size), 1))


def area_grid(scene: Scene, area: dict[str, Any], most: int) -> Grid:
    """The part of a scene with an area: at the true resolution, or coarser if it had more than *most* pixels.

    Raises:
        NoOverlap: the bounds of scene and area do not overlap.
    """
    ours, theirs = _bounds(scene, scene.geometry), _bounds(scene, area)
    west, south, east, north = (*map(max, ours[:2], theirs[:2]), *map(min, ours[2:], theirs[2:]))
    if west >= east or south >= north:
        raise NoOverlap
    true = scene.kind.pixel_size
    size = true * max(math.ceil(math.sqrt((east - west) * (north - south) / true**2 / most)), 1)
    left, top = math.floor(west / size), math.ceil(north / size)
    columns, rows = math.ceil(east / size) - left, top - math.floor(south / size)
    return Grid(_epsg(scene), left * size, top * size, size, columns, rows)


def _epsg(scene: Scene) -> int:
    return (32600 if scene.lat >= 0 else 32700) + int((scene.lon + 180) // 6) % 60 + 1


def _bounds(scene: Scene, shape: dict[str, Any]) -> tuple[float, float, float, float]:
    projected = rasterio.warp.transform_geom("EPSG:4326", f"EPSG:{_epsg(scene)}", shape)
    bounds: tuple[float, float, float, float] = rasterio.features.bounds(projected)
    return bounds

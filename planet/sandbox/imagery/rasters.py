"""Operations on images: encode, clip, reproject, tile, merge."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
import rasterio
import rasterio.control
import rasterio.features
import rasterio.io
import rasterio.merge
import rasterio.shutil
import rasterio.transform
import rasterio.warp
import rasterio.windows
from rasterio.enums import ColorInterp

from .grid import NoOverlap
from .images import Raster

__all__ = ["MOST_PIXELS", "TooLarge", "clip", "merge", "reproject", "tiles", "write"]


MOST_PIXELS = 8_000_000  # of an image that a tool makes


_COLOURS = {
    "red": ColorInterp.red, "green": ColorInterp.green, "blue": ColorInterp.blue, "alpha": ColorInterp.alpha,
}  # fmt: skip


class TooLarge(Exception):
    """A tool would make an image that is too large for the sandbox."""


_KERNELS = {
    name: name for name in ("bilinear", "cubic", "lanczos", "average", "mode", "min", "max", "med", "q1", "q3")
} | {
    "near": "nearest",
    "cubicspline": "cubic_spline",
}


def write(raster: Raster, driver: str = "COG") -> bytes:
    """Encode an image as a cloud-optimised GeoTIFF, or as NITF."""
    bands, rows, columns = raster.pixels.shape
    profile: dict[str, Any] = {
        "driver": "GTiff", "count": bands, "height": rows, "width": columns, "dtype": raster.pixels.dtype,
        "nodata": raster.nodata,
    }  # fmt: skip
    if raster.gcps:
        # An unrectified image has only the coordinates of its corners.
        profile |= {"crs": raster.crs, "gcps": _corners(raster)}
    else:
        profile |= {"crs": raster.crs, "transform": raster.transform}
    with rasterio.io.MemoryFile() as memory:
        with memory.open(**profile) as image:
            image.write(raster.pixels)
            image.update_tags(**raster.tags)
            for number, name in enumerate(raster.names, 1):
                image.set_band_description(number, name)
            if len(raster.names) > 1 and {"red", "green", "blue"} <= set(raster.names):
                image.colorinterp = [_COLOURS.get(name, ColorInterp.undefined) for name in raster.names]
        if raster.gcps:
            return bytes(memory.read())
        options = {"compress": "deflate", "level": 1, "blocksize": 256} if driver == "COG" else {}
        with rasterio.io.MemoryFile(ext=".tif") as target, memory.open() as image:
            rasterio.shutil.copy(image, target.name, driver=driver, **options)
            return bytes(target.read())


def _corners(raster: Raster) -> list[Any]:
    _, rows, columns = raster.pixels.shape
    return [
        rasterio.control.GroundControlPoint(row, column, *(raster.transform * (column, row)))
        for row, column in ((0, 0), (0, columns), (rows, columns), (rows, 0))
    ]


def clip(raster: Raster, aoi: dict[str, Any]) -> Raster:
    """Clip an image to a geometry in longitude and latitude.

    Raises:
        NoOverlap: the geometry and the image do not overlap.
    """
    shape = rasterio.warp.transform_geom("EPSG:4326", raster.crs, aoi)
    try:
        window = rasterio.features.geometry_window(_Grid(raster), [shape])
    except rasterio.errors.WindowError:
        raise NoOverlap from None
    row, column = int(window.row_off), int(window.col_off)
    pixels = raster.pixels[:, row : row + int(window.height), column : column + int(window.width)]
    transform = rasterio.windows.transform(window, raster.transform)
    inside = rasterio.features.geometry_mask([shape], pixels.shape[1:], transform, all_touched=True, invert=True)
    pixels = np.where(inside, pixels, raster.nodata or 0).astype(raster.pixels.dtype)
    if not inside.any() or (raster.nodata is not None and not (pixels != raster.nodata).any()):
        raise NoOverlap
    return attrs.evolve(raster, pixels=pixels, transform=transform)


class _Grid:
    """The attributes of a dataset that `rasterio.features.geometry_window` needs."""

    def __init__(self, raster: Raster) -> None:
        self.transform = raster.transform
        self.height, self.width = raster.pixels.shape[1:]
        self.shape = (self.height, self.width)
        self.bounds = rasterio.transform.array_bounds(self.height, self.width, self.transform)


def reproject(raster: Raster, projection: str, resolution: float | None, kernel: str | None) -> Raster:
    """Reproject an image."""
    name = str(projection)
    crs = rasterio.crs.CRS.from_string("EPSG:4326" if name.upper() == "WGS84" else name)
    bands, rows, columns = raster.pixels.shape
    bounds = rasterio.transform.array_bounds(rows, columns, raster.transform)
    transform, width, height = rasterio.warp.calculate_default_transform(
        raster.crs, crs, columns, rows, *bounds, resolution=resolution
    )
    _check_size("reproject", width, height)
    pixels = np.full((bands, height, width), raster.nodata or 0, raster.pixels.dtype)
    rasterio.warp.reproject(
        raster.pixels, pixels, src_transform=raster.transform, src_crs=raster.crs, dst_transform=transform, dst_crs=crs,
        src_nodata=raster.nodata, dst_nodata=raster.nodata,
        resampling=rasterio.enums.Resampling[_KERNELS[kernel or "near"]],
    )  # fmt: skip
    return attrs.evolve(raster, pixels=pixels, transform=transform, crs=crs, gcps=False)


def merge(rasters: Sequence[Raster], tool: str) -> Raster:
    """Merge images into one, the first on top, in the projection of the first."""
    first = rasters[0]
    west, south, east, north = zip(*(_bounds_in(first.crs, raster) for raster in rasters), strict=True)
    size = first.transform.a
    _check_size(tool, round((max(east) - min(west)) / size), round((max(north) - min(south)) / size))
    same = [first, *(r if r.crs == first.crs else reproject(r, first.crs.to_string(), None, None) for r in rasters[1:])]
    with _open_datasets(same) as images:
        pixels, transform = rasterio.merge.merge(images)
    return attrs.evolve(first, pixels=pixels, transform=transform)


def _bounds_in(crs: Any, raster: Raster) -> tuple[float, float, float, float]:
    _, rows, columns = raster.pixels.shape
    bounds = rasterio.transform.array_bounds(rows, columns, raster.transform)
    found: tuple[float, float, float, float] = rasterio.warp.transform_bounds(raster.crs, crs, *bounds)
    return found


def _check_size(tool: str, width: int, height: int) -> None:
    """Refuse images that would take hundreds of megabytes and minutes.

    Raises:
        TooLarge: the image has too many pixels.
    """
    if width * height > MOST_PIXELS:
        raise TooLarge(
            f"{tool}: the result would have {width} x {height} pixels, and the sandbox makes images of up to "
            f"{MOST_PIXELS / 1e6:g} million; the area is too large, or the resolution too fine"
        )


class _open_datasets:
    """A context manager that opens in-memory images as rasterio datasets."""

    def __init__(self, rasters: Sequence[Raster]) -> None:
        self._rasters = rasters
        self._files: list[Any] = []

    def __enter__(self) -> list[Any]:
        images = []
        for raster in self._rasters:
            file = rasterio.io.MemoryFile(write(raster))
            image = file.open()
            self._files += [image, file]
            images.append(image)
        return images

    def __exit__(self, *exc_info: object) -> None:
        for file in self._files:
            file.close()


def tiles(raster: Raster, size: int, parameters: dict[str, Any]) -> Iterator[tuple[int, int, Raster]]:
    """Cut an image into the tiles of a grid: yields (tilex, tiley, image) without empty tiles."""
    pixel_x = parameters.get("pixel_size") or raster.transform.a
    pixel_y = parameters.get("pixel_size") or -raster.transform.e
    left, top = parameters.get("origin_x") or 0.0, parameters.get("origin_y") or 0.0
    _, rows, columns = raster.pixels.shape
    west, south, east, north = rasterio.transform.array_bounds(rows, columns, raster.transform)
    step_x, step_y = size * pixel_x, size * pixel_y
    for x in range(int((west - left) // step_x), int((east - left) // step_x) + 1):
        for y in range(int((south - top) // step_y), int((north - top) // step_y) + 1):
            transform = rasterio.transform.from_origin(left + x * step_x, top + (y + 1) * step_y, pixel_x, pixel_y)
            pixels = np.full((raster.pixels.shape[0], size, size), raster.nodata or 0, raster.pixels.dtype)
            rasterio.warp.reproject(
                raster.pixels, pixels, src_transform=raster.transform, src_crs=raster.crs, dst_transform=transform,
                dst_crs=raster.crs, src_nodata=raster.nodata, dst_nodata=raster.nodata,
            )  # fmt: skip
            if raster.nodata is None or (pixels != raster.nodata).any():
                yield x, y, attrs.evolve(raster, pixels=pixels, transform=transform, gcps=False)

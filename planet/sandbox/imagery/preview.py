"""Previews: scenes and GeoTIFFs as PNG images."""

import warnings
from pathlib import Path

import numpy as np
import rasterio
import rasterio.errors
import rasterio.io

from ..catalog.noise import Array
from ..catalog.scene import Scene
from .assets import make
from .basemaps import Mosaic, tile_pixels
from .grid import scene_grid
from .images import render

__all__ = ["thumbnail", "tile_png", "write_preview"]


_MAX_WIDTH = 1024


def thumbnail(scene: Scene, width: int = 256) -> bytes:
    """Return a thumbnail of a scene as a PNG, *width* pixels wide."""
    raster = make(scene, "ortho_visual", render(scene, scene_grid(scene, width))).raster
    assert raster is not None
    return _png(np.concatenate([raster.pixels, raster.pixels.any(axis=0, keepdims=True) * 255]).astype(np.uint8))


def tile_png(mosaic: Mosaic, zoom: int, column: int, row: int) -> bytes:
    """Return an XYZ tile of a mosaic as a PNG. Row 0 is in the north."""
    return _png(tile_pixels(mosaic, zoom, column, row))


def _png(pixels: Array) -> bytes:
    """Encode an RGBA image (4, rows, columns) as a PNG."""
    profile = {"driver": "PNG", "count": 4, "height": pixels.shape[1], "width": pixels.shape[2], "dtype": "uint8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.io.MemoryFile() as memory:
            with memory.open(**profile) as picture:
                picture.write(pixels)
            return bytes(memory.read())


def write_preview(image: Path, target: Path) -> Path:
    """Write the RGB bands of an image as a PNG with a contrast stretch; returns *target*."""
    with rasterio.open(image) as source:
        names = [str(name) for name in source.descriptions]
        wanted = [names.index(name) + 1 for name in ("red", "green", "blue") if name in names]
        bands = source.read(wanted if len(wanted) == 3 else list(range(1, min(source.count, 3) + 1))).astype(float)
        valid = source.dataset_mask() > 0
    if len(bands) < 3:
        bands = np.repeat(bands[:1], 3, axis=0)
    low, high = np.percentile(bands[:, valid], (1, 97)) if valid.any() else (0.0, 1.0)
    bands = np.clip((bands - low) / max(high - low, 1e-9), 0, 1) ** (1 / 1.4)
    factor = max(_MAX_WIDTH // max(bands.shape[1:]), 1)
    pixels = np.concatenate([np.round(bands * 255), valid[None] * 255.0]).astype(np.uint8)
    pixels = pixels.repeat(factor, axis=1).repeat(factor, axis=2)
    profile = {"driver": "PNG", "count": 4, "height": pixels.shape[1], "width": pixels.shape[2], "dtype": "uint8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)  # expected for a PNG
        with rasterio.open(target, "w", **profile) as picture:
            picture.write(pixels)
    target.with_name(f"{target.name}.aux.xml").unlink(missing_ok=True)
    return target

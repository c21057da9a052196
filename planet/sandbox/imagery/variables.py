"""Planetary Variables of the sandbox: synthetic, reproducible values for every day and location."""

import datetime
import math
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import rasterio.crs
import rasterio.features
import rasterio.transform
import shapely.geometry

from ..catalog.noise import Array
from ..catalog.random_numbers import unit
from . import rasters
from .images import Raster
from .landscape import landscape

__all__ = ["VARIABLES", "Variable", "measure", "source_type", "write_values"]


@attrs.frozen
class Variable:
    """A Planetary Variable.

    Attributes:
        name: the short name, as in the columns of the CSV.
        prefix: the prefix of its source ids.
        dry: its value over bare and dry ground.
        wet: its value over green and wet ground.
    """

    name: str
    prefix: str
    dry: float
    wet: float


VARIABLES = {
    "soil_water_content": Variable("swc", "SWC-", 0.05, 0.45),
    "biomass_proxy": Variable("bp", "BIOMASS-PROXY_", 0.0, 1.0),
    "land_surface_temperature": Variable("lst", "LST-", 310.0, 285.0),
    "vegetation_optical_depth": Variable("vod", "VOD-", 0.1, 1.2),
}
_MAX_CELLS = 32  # columns or rows
_MIN_CELL_SIZE = 0.001  # degrees


def source_type(source_id: Any) -> str | None:
    """Return the source type that a source id belongs to; None if there is none."""
    kinds = (kind for kind, variable in VARIABLES.items() if str(source_id).upper().startswith(variable.prefix))
    return next(kinds, None)


def measure(kind: str, area: dict[str, Any], day: datetime.datetime) -> dict[str, float]:
    """Return the columns of the CSV: the mean over an area, and the percentage of valid pixels."""
    raster = _raster(kind, area, day)
    name = VARIABLES[kind].name
    values = raster.pixels[0][raster.pixels[0] != raster.nodata]
    return {f"{name}.band-1.mean": round(float(values.mean()), 4), f"{name}.band-1.valid_percent": 100.0}


def write_values(folder: Path, kind: str, area: dict[str, Any], day: datetime.datetime) -> str:
    """Write the values of a day to a GeoTIFF; returns its name."""
    name = f"{VARIABLES[kind].name}_{day.date().isoformat()}.tif"
    (folder / name).write_bytes(rasters.write(_raster(kind, area, day)))
    return name


def _raster(kind: str, area: dict[str, Any], day: datetime.datetime) -> Raster:
    variable = VARIABLES[kind]
    shape = shapely.geometry.shape(area)
    west, south, east, north = shape.bounds
    cell = max(_MIN_CELL_SIZE, (east - west) / _MAX_CELLS, (north - south) / _MAX_CELLS)
    columns, rows = max(math.ceil((east - west) / cell), 1), max(math.ceil((north - south) / cell), 1)
    lons, lats = np.meshgrid(west + (np.arange(columns) + 0.5) * cell, north - (np.arange(rows) + 0.5) * cell)
    values = variable.dry + (variable.wet - variable.dry) * _green(lons, lats, day.timetuple().tm_yday)
    transform = rasterio.transform.from_origin(west, north, cell, cell)
    inside = rasterio.features.geometry_mask([shape], (rows, columns), transform, all_touched=True, invert=True)
    pixels = np.where(inside, values, -9999.0).astype(np.float32)[None]
    return Raster(pixels, transform, rasterio.crs.CRS.from_epsg(4326), (variable.name,), -9999.0)


def _green(lons: Array, lats: Array, day: int) -> Array:
    """Return a vegetation index, 0 to 1."""
    ground = landscape(lons, lats, day)
    red, infrared = ground[5], ground[7]
    weather = 0.85 + 0.3 * unit(day, 0)
    green: Array = np.clip(weather * (infrared - red) / (infrared + red), 0, 1)
    return green

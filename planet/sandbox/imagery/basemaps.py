"""Basemaps of the sandbox: series of mosaics, and the images of their quads and tiles."""

import calendar
import datetime
import re
import uuid
from collections.abc import Iterator

import attrs
import numpy as np
import rasterio.crs
import rasterio.transform
import rasterio.warp

from ..catalog.noise import Array
from . import quad_grid
from .assets import Asset
from .images import Raster
from .landscape import landscape

__all__ = ["SERIES", "Mosaic", "Series", "find_mosaic", "mosaics", "quad_asset", "tile_pixels"]


TILE = 256  # pixels
_SMOOTH_ABOVE = 300.0  # metres: larger pixels would alias
_NAMESPACE = uuid.UUID("3f1d8f4c-7a52-4d0b-9a3e-5b1f5f1c2a10")  # the UUID namespace of all ids
_WORLD = (-180.0, -85.0, 180.0, 85.0)


@attrs.frozen
class Series:
    """A series of mosaics.

    Attributes:
        name: its name.
        pattern: the names of its mosaics, with `{year}`, `{month}` and `{quarter}` in it.
        months: the number of months that each mosaic covers.
        interval: the same in the notation of the service.
        first: the first year.
        last: the last year; None: no end.
        analytic: whether pixels are reflectances (16 bits, four bands) instead of visual RGB.
        bbox: the extent.
    """

    name: str
    pattern: str
    months: int
    interval: str
    first: int
    last: int | None = None
    analytic: bool = False
    bbox: tuple[float, float, float, float] = _WORLD

    @property
    def id(self) -> str:
        """Its id."""
        return str(uuid.uuid5(_NAMESPACE, f"series {self.name}"))

    def mosaic(self, year: int, month: int) -> "Mosaic":
        """Return the mosaic that begins in a month."""
        name = self.pattern.format(year=year, month=f"{month:02d}", quarter=(month + 2) // 3)
        begin = datetime.date(year, month, 1)
        final = month + self.months - 1
        end = datetime.date(year, final, calendar.monthrange(year, final)[1]) + datetime.timedelta(days=1)
        return Mosaic(name, begin, end, self.bbox, self.analytic, series=self)


@attrs.frozen
class Mosaic:
    """A mosaic.

    Attributes:
        name: its name.
        begin: the first day.
        end: the day after the last day.
        bbox: the extent.
        analytic: whether pixels are reflectances instead of visual RGB.
        series: its series, or None.
        quad_download: whether its quads may be downloaded.
    """

    name: str
    begin: datetime.date
    end: datetime.date
    bbox: tuple[float, float, float, float] = _WORLD
    analytic: bool = False
    series: Series | None = None
    quad_download: bool = True

    @property
    def id(self) -> str:
        """Its id."""
        return str(uuid.uuid5(_NAMESPACE, self.name))

    @property
    def day(self) -> int:
        """The day of the year in the middle of its interval."""
        return (self.begin + (self.end - self.begin) / 2).timetuple().tm_yday


SERIES = (
    Series("Global Monthly", "global_monthly_{year}_{month}_mosaic", 1, "1 mon", 2016),
    Series("Global Quarterly", "global_quarterly_{year}q{quarter}_mosaic", 3, "3 mons", 2016),
    Series(
        "PS Monthly Normalized Analytic SR",
        "ps_monthly_normalized_analytic_sr_{year}_{month}_mosaic",
        1,
        "1 mon",
        2021,
        2023,
        analytic=True,
        bbox=(-125.0, 40.0, -110.0, 50.0),
    ),
)
# A mosaic without a series, whose quads may not be downloaded.
_SINGLE_MOSAIC = Mosaic(
    "annecy_summer_2022_mosaic",
    datetime.date(2022, 6, 1),
    datetime.date(2022, 9, 1),
    (6.0, 45.7, 6.6, 46.0),
    quad_download=False,
)


def mosaics(until: datetime.date) -> Iterator[Mosaic]:
    """Yield all mosaics that are finished by a day, series by series."""
    for series in SERIES:
        for year in range(series.first, (series.last or until.year) + 1):
            for month in range(1, 13, series.months):
                mosaic = series.mosaic(year, month)
                if mosaic.end <= until:
                    yield mosaic
    yield _SINGLE_MOSAIC


def find_mosaic(name: object) -> Mosaic | None:
    """Return the mosaic with a name, also a future one; None if there is no such mosaic."""
    if name == _SINGLE_MOSAIC.name:
        return _SINGLE_MOSAIC
    for series in SERIES:
        form = series.pattern.format(year=r"(?P<year>\d{4})", month=r"(?P<month>\d\d)", quarter=r"(?P<quarter>[1-4])")
        if isinstance(name, str) and (match := re.fullmatch(form, name)):
            numbers = {key: int(value) for key, value in match.groupdict().items()}
            month = numbers["month"] if "month" in numbers else numbers["quarter"] * 3 - 2
            if series.first <= numbers["year"] <= (series.last or 2100) and 1 <= month <= 12:
                return series.mosaic(numbers["year"], month)
    return None


def quad_asset(mosaic: Mosaic, quad_id: str, pixels: int) -> Asset | None:
    """Create the image of a quad; None if there is no such quad."""
    cell = quad_grid.parse_quad_id(quad_id)
    if cell is None:
        return None
    west, _, east, north = quad_grid.metres(*cell)
    step = (east - west) / pixels
    bands, names = _render(mosaic, west, north, step, pixels)
    transform = rasterio.transform.from_origin(west, north, step, step)
    raster = Raster(bands, transform, rasterio.crs.CRS.from_epsg(3857), names, None)
    x, y = cell
    return Asset("basemap", f"L{quad_grid.LEVEL}-{x:04d}E-{y:04d}N.tif", "image/tiff", raster=raster)


def tile_pixels(mosaic: Mosaic, zoom: int, column: int, row: int) -> Array:
    """Return an XYZ tile as (4, 256, 256): red, green, blue and alpha. Row 0 is in the north."""
    size = 2 * quad_grid.HALF / 2**zoom
    visual = attrs.evolve(mosaic, analytic=False)
    pixels, _ = _render(visual, -quad_grid.HALF + column * size, quad_grid.HALF - row * size, size / TILE, TILE)
    return _smooth(pixels) if size / TILE > _SMOOTH_ABOVE else pixels


def _smooth(pixels: Array) -> Array:
    """Blur an image to avoid aliasing at low zoom levels."""
    for axis in (1, 2):
        pixels = np.mean([np.roll(pixels, by, axis) for by in range(-4, 5)], axis=0)
    return pixels.astype(np.uint8)


def _render(mosaic: Mosaic, west: float, north: float, step: float, pixels: int) -> tuple[Array, tuple[str, ...]]:
    """Render a square of a mosaic in Web Mercator metres: its bands, the last one alpha, and their names."""
    columns, rows = np.meshgrid(np.arange(pixels) + 0.5, np.arange(pixels) + 0.5)
    flat = rasterio.warp.transform(
        "EPSG:3857", "EPSG:4326", (west + columns * step).ravel(), (north - rows * step).ravel()
    )
    lons, lats = (np.reshape(values, (pixels, pixels)) for values in flat)
    ground = landscape(lons, lats, mosaic.day, step)
    left, bottom, right, top = mosaic.bbox
    inside = ((lons >= left) & (lons <= right) & (lats >= bottom) & (lats <= top))[None]
    if mosaic.analytic:
        bands: Array = np.clip(np.round(ground[[1, 3, 5, 7]] * 10_000), 1, 65535) * inside
        return np.concatenate([bands, inside * 65535]).astype(np.uint16), ("blue", "green", "red", "nir", "alpha")
    bands = np.round(np.clip(ground[[5, 3, 1]] / 0.30, 0, 1) ** (1 / 1.7) * 255) * inside
    return np.concatenate([bands, inside * 255]).astype(np.uint8), ("red", "green", "blue", "alpha")

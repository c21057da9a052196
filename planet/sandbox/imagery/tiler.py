"""Draw images of a catalogue: tiles, crops and previews, and their values and statistics."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import rasterio
import rasterio.features
import rasterio.io
import rasterio.transform
import rasterio.warp
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT

from ..catalog.noise import Array
from .bandmath import BandMathError, evaluate

__all__ = ["DrawError", "Window", "draw", "information", "native_window", "sample", "statistics", "tile_window"]


_EARTH = math.pi * 6378137.0
_FORMATS = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "jpeg": ("JPEG", "image/jpeg"),
    "tif": ("GTiff", "image/tiff; application=geotiff"),
}
# Five colours of each colour map, from the lowest value to the highest.
_COLOUR_MAPS = {
    "gray": [(0, 0, 0), (64, 64, 64), (128, 128, 128), (191, 191, 191), (255, 255, 255)],
    "viridis": [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)],
    "rdylgn": [(165, 0, 38), (253, 174, 97), (255, 255, 191), (166, 217, 106), (0, 104, 55)],
    "greens": [(247, 252, 245), (199, 233, 192), (116, 196, 118), (35, 139, 69), (0, 68, 27)],
    "blues": [(247, 251, 255), (198, 219, 239), (107, 174, 214), (33, 113, 181), (8, 48, 107)],
}


class DrawError(ValueError):
    """An image cannot be drawn as asked: (status, message)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message


class Window(NamedTuple):
    """What is drawn: bounds in a CRS, in pixels."""

    crs: str
    bounds: tuple[float, float, float, float]
    width: int
    height: int


def tile_window(z: int, x: int, y: int, scale: int) -> Window:
    """The window of a tile of Web Mercator.

    Raises:
        DrawError: there is no such tile.
    """
    if not 0 <= z <= 30 or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise DrawError(404, f"Tile {z}/{x}/{y} does not exist")
    size = 2 * _EARTH / 2**z
    west, north = x * size - _EARTH, _EARTH - y * size
    return Window("EPSG:3857", (west, north - size, west + size, north), 256 * scale, 256 * scale)


def native_window(path: str, bounds: Sequence[float] | None, crs: str, max_size: int) -> Window:
    """A window with the resolution of an image, at most *max_size* pixels long.

    Args:
        path: the image.
        bounds: in *crs*; None: all of the image, in its own CRS.
        crs: of the bounds, and of the result.
        max_size: the longer side in pixels.
    """
    with rasterio.open(path) as image:
        if bounds is None:
            target, box = image.crs.to_string(), tuple(image.bounds)
        else:
            target, box = crs, tuple(bounds)
        there = rasterio.warp.transform_bounds(target, image.crs, *box)
        width = max((there[2] - there[0]) / image.res[0], 1)
        height = max((there[3] - there[1]) / image.res[1], 1)
    factor = min(1.0, max_size / max(width, height))
    return Window(target, box, max(round(width * factor), 1), max(round(height * factor), 1))


class _Bands(NamedTuple):
    """The bands of an image by name, and where they have data."""

    bands: dict[str, Array]
    mask: Array


def _read(files: Mapping[str, str], window: Window, options: Mapping[str, Any]) -> _Bands | None:
    """Read the bands of some assets; None where the image does not touch the window."""
    bands: dict[str, Array] = {}
    mask: Array | None = None
    transform = rasterio.transform.from_bounds(*window.bounds, window.width, window.height)
    for key, path in files.items():
        with rasterio.open(path) as image:
            nodata = image.nodata if options.get("nodata") is None else float(options["nodata"])
            grid = {"crs": window.crs, "transform": transform, "width": window.width, "height": window.height}
            kernel = Resampling[options.get("resampling", "nearest")]
            # Where an image has no value for "no data", the mask comes from an alpha band that warping adds.
            alpha = nodata is None and ColorInterp.alpha not in image.colorinterp
            with WarpedVRT(image, src_nodata=nodata, nodata=nodata, resampling=kernel, add_alpha=alpha, **grid) as vrt:
                indexes = (
                    options.get("asset_bidx", {}).get(key) or options.get("bidx") or list(range(1, image.count + 1))
                )
                if not set(indexes) <= set(range(1, image.count + 1)):
                    raise DrawError(422, f"asset {key} has no band {max(indexes)}")
                pixels, valid = vrt.read(indexes), vrt.dataset_mask() > 0
        names = [f"{key}_b{index}" for index in indexes]
        if options.get("asset_as_band"):
            names = [key, *names[1:]]
        for name, band in zip(names, pixels, strict=True):
            while name in bands:  # a band that is drawn twice
                name += "_"
            bands[name] = band
        mask = valid if mask is None else mask & valid
    if mask is None or not mask.any():
        return None
    return _Bands(bands, mask)


def _computed(found: _Bands, options: Mapping[str, Any]) -> _Bands:
    """The bands of an expression, where there is one."""
    expression = options.get("expression")
    if not expression:
        return found
    names = {name: band.astype(float) for name, band in found.bands.items()}
    try:
        bands = {part: np.asarray(evaluate(part, names)) for part in expression.split(";")}
    except BandMathError as error:
        raise DrawError(400, str(error)) from None
    shape = found.mask.shape
    return _Bands({part: np.broadcast_to(band, shape) for part, band in bands.items()}, found.mask)


def draw(
    sources: Sequence[Mapping[str, str]],
    window: Window,
    options: Mapping[str, Any],
    shape: Mapping[str, Any] | None = None,
) -> tuple[bytes, str] | None:
    """Draw images over each other, the first on top; None where none of them has data.

    Args:
        sources: the files of each item by asset.
        window: what is drawn.
        options: `asset_bidx` {asset: bands}, `expression`, `rescale`, `colormap_name`, `format`, …
        shape: a geometry in the CRS of the window; what is outside of it is left out.

    Returns:
        The image, and its media type.

    Raises:
        DrawError: the options are not valid.
    """
    drawn: _Bands | None = None
    for files in sources:
        found = _read(files, window, options)
        if found is None:
            continue
        found = _computed(found, options)
        if drawn is None:
            drawn = _Bands({name: band.copy() for name, band in found.bands.items()}, found.mask.copy())
        else:
            missing = found.mask & ~drawn.mask
            for name, band in found.bands.items():
                if name in drawn.bands:
                    drawn.bands[name][missing] = band[missing]
            drawn.mask[missing] = True
        if drawn.mask.all():
            break
    if drawn is None:
        return None
    if shape is not None:
        transform = rasterio.transform.from_bounds(*window.bounds, window.width, window.height)
        drawn = drawn._replace(
            mask=drawn.mask & rasterio.features.geometry_mask([shape], drawn.mask.shape, transform, invert=True)
        )
    return _encode(drawn, window, options)


def _inside(shape: Mapping[str, Any] | None, window: Window) -> Array:
    """Where the pixels of a window are inside of a geometry."""
    size = (window.height, window.width)
    if shape is None:
        return np.ones(size, bool)
    transform = rasterio.transform.from_bounds(*window.bounds, window.width, window.height)
    return np.asarray(rasterio.features.geometry_mask([shape], size, transform, invert=True))


def _encode(drawn: _Bands, window: Window, options: Mapping[str, Any]) -> tuple[bytes, str]:
    pixels = np.stack(list(drawn.bands.values()))
    ranges = options.get("rescale")
    if ranges:
        low, high = (np.array([pair[side] for pair in ranges], float) for side in (0, 1))
        span = np.where(high == low, 1, high - low)
        if len(low) not in (1, len(pixels)):
            raise DrawError(422, "rescale must have one pair, or one for each band")
        scaled = (pixels.astype(float) - low[:, None, None]) / span[:, None, None]
        pixels = np.nan_to_num(np.clip(scaled, 0, 1) * 255).astype(np.uint8)
    if name := options.get("colormap_name"):
        if name not in _COLOUR_MAPS:
            raise DrawError(422, f"colormap_name {name} is not one of {', '.join(_COLOUR_MAPS)}")
        anchors = np.array(_COLOUR_MAPS[name], float)
        values = pixels[0].astype(float) / 255 * 4
        pixels = np.stack([np.interp(values, range(5), anchors[:, c]) for c in range(3)]).astype(np.uint8)
    kind = options.get("format") or ("png" if not drawn.mask.all() else "jpeg")
    if kind not in _FORMATS:
        raise DrawError(422, f"format {kind} is not one of {', '.join(_FORMATS)}")
    driver, media_type = _FORMATS[kind]
    if driver != "GTiff":
        if len(pixels) > 3:
            raise DrawError(500, f"{driver} takes at most three bands, and has {len(pixels)}: choose some of them")
        if len(pixels) == 2:
            pixels = pixels[:1]
        if pixels.dtype not in (np.uint8, np.uint16) or (driver == "JPEG" and pixels.dtype != np.uint8):
            pixels = np.clip(np.nan_to_num(pixels), 0, 255).astype(np.uint8)
    if driver != "JPEG" and str(options.get("return_mask", "true")).lower() != "false":
        alpha = drawn.mask.astype(pixels.dtype) * (65535 if pixels.dtype == np.uint16 else 255)
        pixels = np.concatenate([pixels, alpha[None].astype(pixels.dtype)])
    profile: dict[str, Any] = {
        "driver": driver, "count": len(pixels), "height": window.height, "width": window.width, "dtype": pixels.dtype,
    }  # fmt: skip
    if driver == "GTiff":
        transform = rasterio.transform.from_bounds(*window.bounds, window.width, window.height)
        profile |= {"crs": window.crs, "transform": transform, "compress": "deflate"}
    with rasterio.io.MemoryFile() as memory:
        with memory.open(**profile) as image:
            image.write(pixels)
        return bytes(memory.read()), media_type


def sample(
    files: Mapping[str, str], lon: float, lat: float, crs: str, options: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The values at a point; None outside of the image."""
    (x,), (y,) = rasterio.warp.transform(crs, "EPSG:3857", [lon], [lat])
    found = _read(files, Window("EPSG:3857", (x - 1, y - 1, x + 1, y + 1), 1, 1), options)
    if found is None:
        return None
    found = _computed(found, options)
    return {
        "coordinates": [lon, lat],
        "values": [_number(band[0, 0]) for band in found.bands.values()],
        "band_names": list(found.bands),
    }


def statistics(
    files: Mapping[str, str], window: Window, options: Mapping[str, Any], shape: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The statistics of each band."""
    found = _read(files, window, options)
    if found is None:
        raise DrawError(404, "The image has no data there")
    found = _computed(found, options)
    mask = found.mask & _inside(shape, window)
    percentiles = options.get("p") or [2, 98]
    bins = int(options.get("histogram_bins") or 10)
    return {name: _statistics(band, mask, percentiles, bins) for name, band in found.bands.items()}


def _statistics(band: Array, mask: Array, percentiles: Sequence[float], bins: int) -> dict[str, Any]:
    values = band[mask].astype(float)
    values = values[np.isfinite(values)]
    if not values.size:
        raise DrawError(404, "The image has no data there")
    kinds, counts = np.unique(values, return_counts=True)
    heights, edges = np.histogram(values, bins=bins)
    return {
        "min": _number(values.min()),
        "max": _number(values.max()),
        "mean": _number(values.mean()),
        "count": float(values.size),
        "sum": _number(values.sum()),
        "std": _number(values.std()),
        "median": _number(np.median(values)),
        "majority": _number(kinds[np.argmax(counts)]),
        "minority": _number(kinds[np.argmin(counts)]),
        "unique": float(kinds.size),
        "histogram": [heights.tolist(), edges.tolist()],
        "valid_percent": round(100 * values.size / mask.size, 2),
        "masked_pixels": float(mask.size - values.size),
        "valid_pixels": float(values.size),
        **{f"percentile_{number:g}": _number(np.percentile(values, number)) for number in percentiles},
    }


def information(path: str) -> dict[str, Any]:
    """What is known of an image."""
    with rasterio.open(path) as image:
        return {
            "bounds": list(image.bounds),
            "crs": image.crs.to_string(),
            "band_metadata": [[f"b{index}", {}] for index in image.indexes],
            "band_descriptions": [[f"b{index}", image.descriptions[index - 1] or ""] for index in image.indexes],
            "dtype": image.dtypes[0],
            "nodata_type": "None" if image.nodata is None else "Nodata",
            "colorinterp": [kind.name for kind in image.colorinterp],
            "driver": image.driver,
            "count": image.count,
            "width": image.width,
            "height": image.height,
            "overviews": image.overviews(1),
        }


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None

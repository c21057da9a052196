"""The scenes of an order as an xarray Dataset. It imports rioxarray, which `planet.raster` checks for."""

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import rasterio.crs
import rasterio.errors
import rasterio.transform
import rioxarray
import xarray
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT

from .._models.bands import bands_of, is_mask
from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError, ClientError
from .cf_attributes import ITEM_ID, TIME, band_attributes, dataset_attributes
from .geotiff import open_image, unreadable
from .order_folder import OrderScene, asset_type_of, read_order, tiff_files

__all__ = ["stack"]


_UNRECTIFIED = "basic_"  # the prefix of asset types that are not orthorectified
# GDAL does not support Gauss for warping.
_RESAMPLING = {method.name: method for method in Resampling if method is not Resampling.gauss}
_HALF_WORLD = {True: 180.0, False: 1.5e7}  # {crs.is_geographic: degrees or metres}


@attrs.frozen
class Image:
    """The header of an image of an order.

    Attributes:
        path: the path of the file.
        asset_type: the asset type, for example `ortho_analytic_4b`.
        scene: the acquisition time and the id of the scene.
        names: the names of the bands.
        nodata: the nodata value, or None.
        has_alpha: whether the last band is an alpha band.
        crs: the coordinate reference system.
        transform: the affine transform from columns and rows to coordinates.
        bounds: the bounds in the coordinate reference system.
    """

    path: Path
    asset_type: str
    scene: tuple[datetime.datetime | None, str]
    names: tuple[str, ...]
    nodata: float | None
    has_alpha: bool
    crs: Any
    transform: Any
    bounds: Any


def stack(
    folder: Path,
    asset_types: Iterable[str] | str | None,
    crs: Any,
    resolution: float | None,
    resampling: str,
    *,
    masked: bool,
    chunks: Any,
) -> xarray.Dataset:
    """Open an order as a dataset; see `planet.raster.open_order`."""
    if resampling not in _RESAMPLING:
        choices = ", ".join(map(repr, _RESAMPLING))
        raise ArgumentError(f"resampling must be one of {choices}, got {brief(resampling)}")
    folder = folder.resolve()  # the current directory may change before pixels are read
    images = _images(read_order(folder), folder, asset_types)
    grid = Grid.over(images, crs, resolution)
    reader = Reader(grid, _RESAMPLING[resampling], masked, chunks, _nodata_of(images), _names_of(images))
    tiles: dict[tuple[Any, str], dict[str, list[Image]]] = {}
    for image in images:
        tiles.setdefault(image.scene, {}).setdefault(image.asset_type, []).append(image)
    ordered = sorted(tiles, key=lambda scene: (scene[0] is None, scene[0] or datetime.datetime.min, scene[1]))
    scenes = _with_all_bands([reader.scene(tiles[scene]) for scene in ordered])
    # All scenes have the same grid, so xarray need not compare or join coordinates.
    times = xarray.Variable("time", np.array([time for time, _ in ordered], dtype="datetime64[ns]"), TIME)
    dataset = xarray.concat(scenes, dim=times, data_vars="all", coords="minimal", compat="override", join="override")
    dataset = dataset.assign_coords(item_id=("time", [item_id for _, item_id in ordered], ITEM_ID))
    dataset = dataset.rio.write_crs(grid.crs).rio.write_coordinate_system()
    dataset.attrs = dataset_attributes(folder)
    dataset.set_close(reader.close)
    return dataset


def _images(order_scenes: list[OrderScene], folder: Path, asset_types: Iterable[str] | str | None) -> list[Image]:
    wanted = _check_asset_types(asset_types)
    found, types = [], set()
    for scene in order_scenes:
        times = [item.acquired for item in scene.items if item.acquired]
        time = min(times).astimezone(datetime.timezone.utc).replace(tzinfo=None) if times else None
        for entry in tiff_files(scene.files):
            asset_type = asset_type_of(entry)
            types.add(asset_type)
            if (wanted is None or asset_type in wanted) and not asset_type.startswith(_UNRECTIFIED):
                found.append(_read_header(folder / entry.path, asset_type, (time, scene.id)))
    if not found:
        available = f"It has {', '.join(sorted(types))}." if types else "It has no GeoTIFFs."
        hint = f"{available} Asset types that begin with basic_ are not orthorectified and cannot be opened."
        raise ClientError(f"The order in {folder} has no image of these asset types.", hint=hint)
    return found


def _check_asset_types(asset_types: Any) -> set[str] | None:
    if asset_types is None:
        return None
    names = (
        [asset_types] if isinstance(asset_types, str) or not isinstance(asset_types, Iterable) else list(asset_types)
    )
    if not all(isinstance(name, str) for name in names):
        raise ArgumentTypeError(
            f"asset_types must be a str or a list of str, got {brief(asset_types)}.", hint="For example 'ortho_udm2'."
        )
    return set(names)


def _read_header(path: Path, asset_type: str, scene: tuple[Any, str]) -> Image:
    if not path.is_file():
        raise ClientError(f"{path} is missing.", hint="Download the order again: existing files are skipped.")
    with open_image(path) as image:
        if image.crs is None:
            raise ClientError(f"The image {path} has no coordinate reference system.", hint="Exclude its asset type.")
        alpha = image.count > 1 and image.colorinterp[-1] is ColorInterp.alpha
        names = _band_names(asset_type, image.descriptions, alpha)
        return Image(path, asset_type, scene, names, image.nodata, alpha, image.crs, image.transform, image.bounds)


def _band_names(asset_type: str, descriptions: tuple[str | None, ...], alpha: bool) -> tuple[str, ...]:
    """The band names from the file; without them, those of the asset type; without those, numbers."""
    described = [text.strip().replace(" ", "_") if text else "" for text in descriptions]
    if all(described) and len(set(described)) == len(described):
        return tuple(described)
    known = (*bands_of(asset_type), *(["alpha"] if alpha else []))
    if len(known) == len(descriptions):
        return known
    return tuple(f"band_{number}" for number in range(1, len(descriptions) + 1))


def _names_of(images: list[Image]) -> dict[tuple[str, str], str]:
    """{(asset type, band): the name of the variable}."""
    bands = {(image.asset_type, name) for image in images for name in image.names}
    counts = Counter(name for _, name in bands)
    return {(kind, name): name if counts[name] == 1 else f"{kind}_{name}" for kind, name in bands}


def _nodata_of(images: list[Image]) -> dict[str, float | None]:
    """{asset type: the nodata value}, one for all scenes; None if no file has one."""
    values: dict[str, float | None] = {}
    for image in images:
        if values.get(image.asset_type) is None:
            values[image.asset_type] = image.nodata
    return values


@attrs.frozen
class Grid:
    """The grid that all scenes are resampled to."""

    crs: Any
    transform: Any
    width: int
    height: int

    @classmethod
    def over(cls, images: list[Image], crs: Any, resolution: float | None) -> "Grid":
        """Create the grid of the first image, extended to the bounds of all images."""
        if resolution is not None and not (_is_number(resolution) and 0 < resolution < math.inf):
            raise ArgumentError(f"resolution must be a number greater than 0, got {brief(resolution)}")
        try:
            crs = images[0].crs if crs is None else rasterio.crs.CRS.from_user_input(crs)
        except rasterio.errors.CRSError:
            raise ArgumentError(
                f"crs must be a coordinate reference system, got {brief(crs)}.", hint="For example 'EPSG:32611'."
            ) from None
        located = [_locate(image, crs) for image in images]
        boxes = [box for _, box in located]
        origin = located[0][0]
        size = resolution or origin.a
        west = _floor((min(box[0] for box in boxes) - origin.c) / size)
        east = -_floor((origin.c - max(box[2] for box in boxes)) / size)
        north = _floor((origin.f - max(box[3] for box in boxes)) / size)
        south = -_floor((min(box[1] for box in boxes) - origin.f) / size)
        transform = rasterio.transform.from_origin(origin.c + west * size, origin.f - north * size, size, size)
        return cls(crs, transform, max(east - west, 1), max(south - north, 1))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _locate(image: Image, crs: Any) -> tuple[Any, Any]:
    """The transform and the bounds of an image in a coordinate reference system."""
    if image.crs == crs:
        return image.transform, image.bounds
    with open_image(image.path) as source, WarpedVRT(source, crs=crs) as warped:
        transform, bounds = warped.transform, warped.bounds
    if bounds.right - bounds.left > _HALF_WORLD[bool(crs.is_geographic)]:
        raise ClientError(
            f"The image {image.path} crosses the antimeridian and cannot be reprojected to {crs}.",
            hint=f"Omit crs to use that of the images, {image.crs}.",
        )
    return transform, bounds


def _floor(number: float) -> int:
    """Round down, with a tolerance, so that rounding errors do not extend the grid by a pixel."""
    near = round(number)
    return near if abs(number - near) < 1e-6 else math.floor(number)


class Reader:
    """Reads images on a common grid, pixels on demand."""

    def __init__(
        self,
        grid: Grid,
        resampling: Resampling,
        masked: bool,
        chunks: Any,
        nodata: Mapping[str, float | None],
        names: Mapping[tuple[str, str], str],
    ) -> None:
        self._target = {"crs": grid.crs, "transform": grid.transform, "width": grid.width, "height": grid.height}
        self._resampling = resampling
        self._masked = masked
        self._chunks = chunks
        self._nodata = nodata
        self._names = names
        self._opened: list[Any] = []

    def scene(self, images: Mapping[str, list[Image]]) -> xarray.Dataset:
        """Open the bands of a scene, with its tiles merged."""
        bands: dict[str, xarray.DataArray] = {}
        for asset_type, tiles in images.items():
            for tile in tiles:
                for name, band in self._bands(tile):
                    bands[name] = self._mosaic(bands[name], band, asset_type) if name in bands else band
        return xarray.Dataset(bands)

    def close(self) -> None:
        """Close the files. Reading pixels later opens them again."""
        for array in self._opened:
            array.close()

    def _mosaic(self, first: xarray.DataArray, second: xarray.DataArray, asset_type: str) -> xarray.DataArray:
        """The first image where it has data, the second elsewhere."""
        if first.dtype.kind == "f" and self._is_masked(asset_type):
            return first.fillna(second).assign_attrs(first.attrs)
        return first.where(first != (self._nodata[asset_type] or 0), second).assign_attrs(first.attrs)

    def _is_masked(self, asset_type: str) -> bool:
        return self._masked and not is_mask(asset_type)

    def _bands(self, image: Image) -> Iterable[tuple[str, xarray.DataArray]]:
        nodata = self._nodata[image.asset_type]
        masked = self._is_masked(image.asset_type)
        array = self._array(image, with_nan=masked and nodata is None and not image.has_alpha)
        valid = array.isel(band=-1, drop=True) > 0 if image.has_alpha else None
        for number, name in enumerate(image.names):
            band = array.isel(band=number, drop=True).rename(name)
            if masked:
                band = band.where(_valid_pixels(band, nodata) if valid is None else valid)
            band.attrs = band_attributes(image.asset_type, name)
            if not masked and nodata is not None and not is_mask(image.asset_type):  # 0 is a class there
                band.attrs["_FillValue"] = band.dtype.type(nodata)
            yield self._names[image.asset_type, name], band

    def _array(self, image: Image, *, with_nan: bool) -> xarray.DataArray:
        # The classes of a mask cannot be interpolated. A file without a nodata value is not given one, because GDAL
        # would then change its zeros.
        options: dict[str, Any] = {"resampling": Resampling.nearest if is_mask(image.asset_type) else self._resampling}
        nodata = self._nodata[image.asset_type]
        if nodata is not None and not image.has_alpha and not is_mask(image.asset_type):
            options |= {"src_nodata": image.nodata, "nodata": nodata}
        elif with_nan:
            options |= {"dtype": "float32", "nodata": math.nan}
        try:
            with open_image(image.path) as source, WarpedVRT(source, **self._target, **options) as warped:
                # rioxarray reopens the file to read pixels, one thread at a time.
                array: Any = rioxarray.open_rasterio(warped, chunks=self._chunks)
                if self._chunks is None:
                    array.load()
        except rasterio.errors.RasterioIOError as error:
            raise unreadable(image.path, error) from None
        except (TypeError, ValueError, ZeroDivisionError):
            raise ArgumentError(
                f"chunks must be a number of pixels, 'auto' or None, got {brief(self._chunks)}"
            ) from None
        self._opened.append(array)
        return array


def _valid_pixels(band: xarray.DataArray, nodata: float | None) -> Any:
    return band.notnull() if nodata is None or math.isnan(nodata) else band != nodata


def _with_all_bands(scenes: list[xarray.Dataset]) -> list[xarray.Dataset]:
    """Add to each scene the bands that only other scenes have, without data."""
    bands = {name: band for scene in scenes for name, band in scene.data_vars.items()}
    return [
        scene.assign({name: _empty_band(band) for name, band in bands.items() if name not in scene})
        if len(scene.data_vars) < len(bands)
        else scene
        for scene in scenes
    ]


def _empty_band(band: xarray.DataArray) -> xarray.DataArray:
    without = np.nan if band.dtype.kind == "f" else 0
    return xarray.full_like(band, band.attrs.get("_FillValue", without))

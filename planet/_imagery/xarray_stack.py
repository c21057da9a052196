"""The scenes of an order as one xarray Dataset. It needs rioxarray; `planet.raster` says if it is missing."""

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
from ..exceptions import ClientError
from .geotiff import open_image, unreadable
from .order_folder import ScenePart, read_order, tiff_files, type_of

__all__ = ["stack"]


_NOT_RECTIFIED = "basic_"  # what the asset types begin with whose images lie on no grid
# GDAL does not warp by Gauss.
_METHODS = {method.name: method for method in Resampling if method is not Resampling.gauss}
_HALF_THE_WORLD = {True: 180.0, False: 1.5e7}  # degrees, or metres


@attrs.frozen
class Image:
    """An image of an order, as its header has it.

    Attributes:
        path: where it is.
        asset_type: for example `ortho_analytic_4b`.
        scene: what it is of: (when that was taken, its id).
        names: what it calls its bands.
        nodata: the value of pixels without image, or None.
        has_alpha: whether its last band says where there is an image.
        crs: its projection.
        transform: from columns and rows to coordinates.
        bounds: what it covers.
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
    """What `planet.raster.open_order` returns."""
    if resampling not in _METHODS:
        raise ClientError(f"resampling is {brief(resampling)}.", hint=f"There are {', '.join(_METHODS)}.")
    folder = folder.resolve()  # pixels are read later, whatever the current folder is then
    images = _images(read_order(folder), folder, asset_types)
    grid = Grid.over(images, crs, resolution)
    reader = Reader(grid, _METHODS[resampling], masked, chunks, _nodata_of(images), _names_of(images))
    tiles: dict[tuple[Any, str], dict[str, list[Image]]] = {}
    for image in images:
        tiles.setdefault(image.scene, {}).setdefault(image.asset_type, []).append(image)
    ordered = sorted(tiles, key=lambda scene: (scene[0] is None, scene[0] or datetime.datetime.min, scene[1]))
    scenes = _with_all_bands([reader.scene(tiles[scene]) for scene in ordered])
    # All lie on one grid by now: nothing has to be compared or joined.
    times = xarray.Variable("time", np.array([time for time, _ in ordered], dtype="datetime64[ns]"))
    dataset = xarray.concat(scenes, dim=times, data_vars="all", coords="minimal", compat="override", join="override")
    dataset = dataset.assign_coords(item_id=("time", [item_id for _, item_id in ordered])).rio.write_crs(grid.crs)
    dataset.set_close(reader.close)
    return dataset


def _images(parts: list[ScenePart], folder: Path, asset_types: Iterable[str] | str | None) -> list[Image]:
    wanted = _wanted(asset_types)
    found, types = [], set()
    for part in parts:
        times = [item.acquired for item in part.items if item.acquired]
        time = min(times).astimezone(datetime.timezone.utc).replace(tzinfo=None) if times else None
        for entry in tiff_files(part.files):
            asset_type = type_of(entry)
            types.add(asset_type)
            if (wanted is None or asset_type in wanted) and not asset_type.startswith(_NOT_RECTIFIED):
                found.append(_look(folder / entry.path, asset_type, (time, part.id)))
    if not found:
        there = f"There are {', '.join(sorted(types))}." if types else "There are no GeoTIFFs at all."
        hint = f"{there} Those that begin with basic_ are not rectified, and lie on no grid."
        raise ClientError(f"The order in {folder} has no image of these asset types.", hint=hint)
    return found


def _wanted(asset_types: Any) -> set[str] | None:
    if asset_types is None:
        return None
    names = (
        [asset_types] if isinstance(asset_types, str) or not isinstance(asset_types, Iterable) else list(asset_types)
    )
    if not all(isinstance(name, str) for name in names):
        raise ClientError(f"asset_types is {brief(asset_types)}.", hint="It is a name like 'ortho_udm2', or several.")
    return set(names)


def _look(path: Path, asset_type: str, scene: tuple[Any, str]) -> Image:
    if not path.is_file():
        raise ClientError(f"{path} is missing.", hint="Download the order again: only what is missing is fetched.")
    with open_image(path) as image:
        if image.crs is None:
            raise ClientError(f"The image {path} does not say where it lies.", hint="Leave its asset type out.")
        alpha = image.count > 1 and image.colorinterp[-1] is ColorInterp.alpha
        names = _band_names(asset_type, image.descriptions, alpha)
        return Image(path, asset_type, scene, names, image.nodata, alpha, image.crs, image.transform, image.bounds)


def _band_names(asset_type: str, descriptions: tuple[str | None, ...], alpha: bool) -> tuple[str, ...]:
    """What the file calls its bands; else what they are by the asset type; else their numbers."""
    described = [text.strip().replace(" ", "_") if text else "" for text in descriptions]
    if all(described) and len(set(described)) == len(described):
        return tuple(described)
    known = (*bands_of(asset_type), *(["alpha"] if alpha else []))
    if len(known) == len(descriptions):
        return known
    return tuple(f"band_{number}" for number in range(1, len(descriptions) + 1))


def _names_of(images: list[Image]) -> dict[tuple[str, str], str]:
    """{(asset type, band): what it is called in the dataset}."""
    bands = {(image.asset_type, name) for image in images for name in image.names}
    often = Counter(name for _, name in bands)
    return {(kind, name): name if often[name] == 1 else f"{kind}_{name}" for kind, name in bands}


def _nodata_of(images: list[Image]) -> dict[str, float | None]:
    """{asset type: the value of what has no image}, one for all scenes; None where no file says."""
    values: dict[str, float | None] = {}
    for image in images:
        if values.get(image.asset_type) is None:
            values[image.asset_type] = image.nodata
    return values


@attrs.frozen
class Grid:
    """What all scenes are brought to."""

    crs: Any
    transform: Any
    width: int
    height: int

    @classmethod
    def over(cls, images: list[Image], crs: Any, resolution: float | None) -> "Grid":
        """The grid of the first image, continued over the extent of all."""
        if resolution is not None and not (_is_number(resolution) and 0 < resolution < math.inf):
            raise ClientError(f"resolution is {brief(resolution)}.", hint="It is a length in units of the projection.")
        try:
            crs = images[0].crs if crs is None else rasterio.crs.CRS.from_user_input(crs)
        except rasterio.errors.CRSError:
            raise ClientError(f"crs is {brief(crs)}.", hint="Write it like EPSG:32611.") from None
        placed = [_placed(image, crs) for image in images]
        boxes = [box for _, box in placed]
        origin = placed[0][0]
        size = resolution or origin.a
        west = _floor((min(box[0] for box in boxes) - origin.c) / size)
        east = -_floor((origin.c - max(box[2] for box in boxes)) / size)
        north = _floor((origin.f - max(box[3] for box in boxes)) / size)
        south = -_floor((min(box[1] for box in boxes) - origin.f) / size)
        transform = rasterio.transform.from_origin(origin.c + west * size, origin.f - north * size, size, size)
        return cls(crs, transform, max(east - west, 1), max(south - north, 1))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _placed(image: Image, crs: Any) -> tuple[Any, Any]:
    """Where an image lies in a projection: its transform, and its bounds."""
    if image.crs == crs:
        return image.transform, image.bounds
    with open_image(image.path) as source, WarpedVRT(source, crs=crs) as warped:
        transform, bounds = warped.transform, warped.bounds
    if bounds.right - bounds.left > _HALF_THE_WORLD[bool(crs.is_geographic)]:
        raise ClientError(
            f"The image {image.path} lies on both sides of the date line, which this projection tears apart.",
            hint=f"Leave crs out: the images have {image.crs}.",
        )
    return transform, bounds


def _floor(number: float) -> int:
    """Rounded down, but for what is a whole number up to rounding: a grid that fits must not grow by a pixel."""
    near = round(number)
    return near if abs(number - near) < 1e-6 else math.floor(number)


class Reader:
    """Reads images on a common grid; their pixels when they are wanted."""

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
        """The bands of a scene; those of its tiles put together."""
        bands: dict[str, xarray.DataArray] = {}
        for asset_type, tiles in images.items():
            for tile in tiles:
                for name, band in self._bands(tile):
                    bands[name] = self._over(bands[name], band, asset_type) if name in bands else band
        return xarray.Dataset(bands)

    def close(self) -> None:
        """Close the files; who reads pixels after that opens them again."""
        for array in self._opened:
            array.close()

    def _over(self, first: xarray.DataArray, second: xarray.DataArray, asset_type: str) -> xarray.DataArray:
        """The first where it has an image, the second elsewhere."""
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
                band = band.where(_known(band, nodata) if valid is None else valid)
            band.attrs = {"asset_type": image.asset_type}
            if not masked and nodata is not None:
                band.attrs["_FillValue"] = band.dtype.type(nodata)
            yield self._names[image.asset_type, name], band

    def _array(self, image: Image, *, with_nan: bool) -> xarray.DataArray:
        # Between the classes of a mask there is nothing. And a file that has no value for "no image" is given none:
        # GDAL would push its own zeros aside for it.
        how: dict[str, Any] = {"resampling": Resampling.nearest if is_mask(image.asset_type) else self._resampling}
        nodata = self._nodata[image.asset_type]
        if nodata is not None and not image.has_alpha and not is_mask(image.asset_type):
            how |= {"src_nodata": image.nodata, "nodata": nodata}
        elif with_nan:
            how |= {"dtype": "float32", "nodata": math.nan}
        try:
            with open_image(image.path) as source, WarpedVRT(source, **self._target, **how) as warped:
                # It is opened again where its pixels are read, by one thread at a time.
                array: Any = rioxarray.open_rasterio(warped, chunks=self._chunks)
                if self._chunks is None:
                    array.load()
        except rasterio.errors.RasterioIOError as error:
            raise unreadable(image.path, error) from None
        except (TypeError, ValueError, ZeroDivisionError):
            raise ClientError(
                f"chunks is {brief(self._chunks)}.", hint="It is a number of pixels, 'auto', or None."
            ) from None
        self._opened.append(array)
        return array


def _known(band: xarray.DataArray, nodata: float | None) -> Any:
    return band.notnull() if nodata is None or math.isnan(nodata) else band != nodata


def _with_all_bands(scenes: list[xarray.Dataset]) -> list[xarray.Dataset]:
    """The scenes, each with every band: one that a scene lacks has no value anywhere."""
    bands = {name: band for scene in scenes for name, band in scene.data_vars.items()}
    return [
        scene.assign({name: _blank(band) for name, band in bands.items() if name not in scene})
        if len(scene.data_vars) < len(bands)
        else scene
        for scene in scenes
    ]


def _blank(band: xarray.DataArray) -> xarray.DataArray:
    without = np.nan if band.dtype.kind == "f" else 0
    return xarray.full_like(band, band.attrs.get("_FillValue", without))

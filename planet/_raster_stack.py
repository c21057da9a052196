"""The scenes of an order as one xarray Dataset. It needs rioxarray; `planet.raster` says if it is missing."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import rasterio
import rasterio.crs
import rasterio.errors
import rasterio.transform
import rasterio.warp
import rioxarray
import xarray
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from ._bands import bands_of
from ._order_folder import ScenePart, read_order, tiff_files
from .exceptions import ClientError
from .manifest import ManifestEntry

__all__ = ["stack"]

_NOT_RECTIFIED = "basic_"  # what the asset types begin with whose images lie on no grid


def stack(
    folder: Path,
    asset_types: Iterable[str] | None,
    crs: Any,
    resolution: float | None,
    resampling: str,
    *,
    masked: bool,
    chunks: Any,
) -> xarray.Dataset:
    """What `planet.raster.open_order` returns."""
    images = _images(read_order(folder), folder, asset_types)
    grid = _Grid.over([image.path for image in images], crs, resolution, _resampling(resampling))
    names = _names(images)
    scenes: dict[tuple[Any, str], list[Any]] = {}
    for image in images:
        scenes.setdefault((image.time, image.item_id), []).extend(_bands(image, grid, names, masked, chunks))
    ordered = sorted(scenes, key=lambda scene: (scene[0] is None, scene[0] or datetime.datetime.min, scene[1]))
    single = _with_all_bands([xarray.Dataset({band.name: band for band in scenes[scene]}) for scene in ordered])
    # All lie on one grid by now: nothing has to be compared or joined.
    times = _time_axis([time for time, _ in ordered])
    dataset = xarray.concat(single, dim=times, data_vars="all", coords="minimal", compat="override", join="override")
    dataset = dataset.assign_coords(item_id=("time", [item_id for _, item_id in ordered]))
    return dataset.rio.write_crs(grid.crs)


@attrs.frozen
class _Image:
    """An image of an order: where it is, and what it is of."""

    path: Path
    asset_type: str
    item_id: str
    time: datetime.datetime | None


def _images(parts: list[ScenePart], folder: Path, asset_types: Iterable[str] | None) -> list[_Image]:
    wanted = None if asset_types is None else {asset_types} if isinstance(asset_types, str) else set(asset_types)
    found, types = [], set()
    for part in parts:
        times = [item.acquired for item in part.items if item.acquired]
        time = min(times).astimezone(datetime.timezone.utc).replace(tzinfo=None) if times else None
        for entry in tiff_files(part.files):
            types.add(_type_of(entry))
            if (wanted is None or _type_of(entry) in wanted) and not _type_of(entry).startswith(_NOT_RECTIFIED):
                found.append(_Image(folder / entry.path, _type_of(entry), part.id, time))
    if not found:
        there = f"There are {', '.join(sorted(types))}." if types else "There are no images at all."
        hint = f"{there} Those that begin with basic_ are not rectified, and lie on no grid."
        raise ClientError(f"The order in {folder} has no image of these asset types.", hint=hint)
    if missing := [image.path for image in found if not image.path.is_file()]:
        raise ClientError(
            f"{missing[0]} is missing.", hint="Download the order again: only what is missing is fetched."
        )
    return found


def _type_of(entry: ManifestEntry) -> str:
    """The asset type; of joined images, which have none, whether it is the image or its mask."""
    if entry.asset_type:
        return entry.asset_type
    return "udm" if Path(entry.path).stem.endswith(("_udm", "_udm2")) else "image"


@attrs.frozen
class _Grid:
    """What all scenes are brought to."""

    crs: Any
    transform: Any
    width: int
    height: int
    resampling: Any

    @classmethod
    def over(cls, paths: list[Path], crs: Any, resolution: float | None, resampling: Any) -> "_Grid":
        """The grid of the first image, continued over the extent of all."""
        with _open(paths[0]) as first:
            crs = rasterio.crs.CRS.from_user_input(crs or first.crs)
        placed = [_placed(path, crs) for path in paths]
        first_transform, _ = placed[0]
        left, top, size = first_transform.c, first_transform.f, resolution or first_transform.a
        boxes = [box for _, box in placed]
        west = _floor((min(box.left for box in boxes) - left) / size)
        east = -_floor((left - max(box.right for box in boxes)) / size)
        north = _floor((top - max(box.top for box in boxes)) / size)
        south = -_floor((min(box.bottom for box in boxes) - top) / size)
        transform = rasterio.transform.from_origin(left + west * size, top - north * size, size, size)
        return cls(crs, transform, max(east - west, 1), max(south - north, 1), resampling)


def _placed(path: Path, crs: Any) -> tuple[Any, Any]:
    """Where an image lies in a projection: its transform, and its bounds."""
    with _open(path) as image, WarpedVRT(image, crs=crs) as warped:
        return warped.transform, warped.bounds


def _floor(number: float) -> int:
    """Rounded down, but for what is a whole number up to rounding: a grid that fits must not grow by a pixel."""
    near = round(number)
    return near if abs(number - near) < 1e-6 else int(number // 1)


def _open(path: Path) -> Any:
    try:
        return rasterio.open(path)
    except rasterio.errors.RasterioIOError as error:
        raise ClientError(
            f"The image {path} cannot be read: {error}.",
            hint="planet.checksum.validate_checksum tells whether it is whole.",
        ) from None


def _names(images: list[_Image]) -> dict[str, list[str]]:
    """{asset type: what its bands are called in the dataset}."""
    own: dict[str, list[str]] = {}
    for image in images:
        if image.asset_type not in own:
            with _open(image.path) as opened:
                own[image.asset_type] = _band_names(image.asset_type, opened)
    often = Counter(name for names in own.values() for name in names)
    return {
        asset_type: [name if often[name] == 1 else f"{asset_type}_{name}" for name in names]
        for asset_type, names in own.items()
    }


def _band_names(asset_type: str, opened: Any) -> list[str]:
    """What the file calls its bands; else what they are by the asset type; else their numbers."""
    described = [text.strip().replace(" ", "_") if text else "" for text in opened.descriptions]
    if all(described) and len(set(described)) == len(described):
        return described
    known = [*bands_of(asset_type), "alpha"][: opened.count]
    return known if len(known) == opened.count else [f"band_{number}" for number in range(1, opened.count + 1)]


def _bands(image: _Image, grid: _Grid, names: Mapping[str, list[str]], masked: bool, chunks: Any) -> list[Any]:
    """The bands of an image on the common grid; its pixels are read when they are wanted."""
    masked = masked and "udm" not in image.asset_type
    with _open(image.path) as source:
        nodata = 0 if source.nodata is None else source.nodata
        target = {"crs": grid.crs, "transform": grid.transform, "width": grid.width, "height": grid.height}
        with WarpedVRT(source, **target, resampling=grid.resampling, nodata=nodata) as warped:
            # It is opened again where its pixels are read, by one thread at a time.
            array = rioxarray.open_rasterio(warped, chunks=chunks, masked=masked)
            if chunks is None:
                array.load()
    bands = []
    for number, name in enumerate(names[image.asset_type]):
        band = array.isel(band=number, drop=True).rename(name)
        band.attrs = {"asset_type": image.asset_type}
        if not masked:
            band.attrs["_FillValue"] = band.dtype.type(nodata)
        bands.append(band)
    return bands


def _with_all_bands(scenes: list[xarray.Dataset]) -> list[xarray.Dataset]:
    """The scenes, each with every band: one that a scene lacks has no value anywhere."""
    bands = {name: _blank(band) for scene in scenes for name, band in scene.data_vars.items()}
    return [scene.assign({name: band for name, band in bands.items() if name not in scene}) for scene in scenes]


def _blank(band: xarray.DataArray) -> xarray.DataArray:
    return xarray.full_like(band, np.nan if band.dtype.kind == "f" else band.attrs.get("_FillValue", 0))


def _time_axis(times: list[datetime.datetime | None]) -> Any:
    return xarray.Variable("time", np.array(times, dtype="datetime64[ns]"))


def _resampling(name: str) -> Any:
    try:
        return Resampling[name]
    except KeyError:
        known = ", ".join(method.name for method in Resampling)
        raise ClientError(f"resampling is {name!r}.", hint=f"There are {known}.") from None

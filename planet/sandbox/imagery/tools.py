"""The tools of orders, applied to the assets of items."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import attrs
import numpy as np

from . import rasters
from .assets import Asset
from .bandmath import evaluate
from .images import Raster

__all__ = ["PER_ASSET", "apply"]


_TYPES: dict[str, Any] = {"8U": np.uint8, "16U": np.uint16, "16S": np.int16, "32R": np.float32}


def apply(assets: list[Asset], tool: str, parameters: dict[str, Any]) -> list[Asset]:
    """Apply a tool to the assets of an item."""
    return [result for asset in assets for result in PER_ASSET[tool](asset, parameters)]


def _renamed(asset: Asset, suffix: str, **changes: Any) -> Asset:
    """Return the asset with a suffix added to its name, as each tool adds one."""
    path = PurePosixPath(asset.name)
    return attrs.evolve(asset, name=str(path.with_name(f"{path.stem}{suffix}{path.suffix}")), **changes)


def _clip(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is not None:
        return [_renamed(asset, "_clip", raster=rasters.clip(asset.raster, parameters["aoi"]))]
    return [_renamed(asset, "_clip") if asset.name.endswith(".xml") else asset]


def _reproject(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None:
        return [asset]
    kernel = "near" if asset.is_mask else parameters.get("kernel")
    raster = rasters.reproject(asset.raster, parameters["projection"], parameters.get("resolution"), kernel)
    return [_renamed(asset, "_reproject", raster=raster)]


def _toar(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None or not asset.raster.coefficients:
        return [asset]
    scale = parameters.get("scale_factor", 10000)
    values = asset.raster.pixels * np.array(asset.raster.coefficients)[:, None, None] * scale
    pixels = np.where(asset.raster.pixels == 0, 0, np.clip(np.round(values), 1, 65535)).astype(np.uint16)
    return [_renamed(asset, "_toar", raster=attrs.evolve(asset.raster, pixels=pixels, coefficients=()))]


def _harmonize(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None or asset.is_mask or asset.raster.pixels.dtype != np.uint16:
        return [asset]
    values = np.round(asset.raster.pixels * 0.98 + 12.0)
    pixels = np.where(asset.raster.pixels == 0, 0, np.clip(values, 1, 65535)).astype(np.uint16)
    return [_renamed(asset, "_harmonize", raster=attrs.evolve(asset.raster, pixels=pixels))]


def _coregister(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    # The scenes of the sandbox are aligned already.
    return [asset if asset.raster is None else _renamed(asset, "_coreg")]


def _bandmath(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None or asset.is_mask:
        return [asset]
    bands = {f"b{number}": band.astype(np.float64) for number, band in enumerate(asset.raster.pixels, 1)}
    names = sorted((name for name in parameters if name != "pixel_type"), key=lambda name: int(name[1:]))
    shape = asset.raster.pixels.shape[1:]
    values = np.stack([np.broadcast_to(evaluate(parameters[name], bands), shape) for name in names])
    valid = (asset.raster.pixels != 0).any(axis=0)
    kind = _TYPES.get(parameters.get("pixel_type", "Auto"), np.float32)
    if kind is not np.float32:
        limits = np.iinfo(kind)
        values = np.clip(np.round(np.nan_to_num(values)), limits.min, limits.max)
    pixels = np.where(valid, values, 0).astype(kind)
    return [
        _renamed(
            asset, "_bandmath", raster=attrs.evolve(asset.raster, pixels=pixels, names=tuple(names), coefficients=())
        )
    ]


def _tile(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None:
        return [asset]
    template = parameters.get("name_template") or "{tilex}_{tiley}"
    if not PurePosixPath(template).suffix:
        template += PurePosixPath(asset.name).suffix
    folder = PurePosixPath(asset.name).with_suffix("")
    return [
        attrs.evolve(asset, name=f"{folder}/{template.format(tilex=x, tiley=y)}", raster=tile)
        for x, y, tile in rasters.tiles(asset.raster, parameters["tile_size"], parameters)
    ]


def _file_format(asset: Asset, parameters: dict[str, Any]) -> list[Asset]:
    if asset.raster is None:
        return [asset]
    if parameters["format"] == "PL_NITF":
        content = rasters.write(_for_nitf(asset.raster), "NITF")
        path = PurePosixPath(asset.name)
        name = str(path.with_name(f"{path.stem}_file_format.ntf"))
        return [attrs.evolve(asset, name=name, media_type="application/vnd.nitf", raster=None, content=content)]
    return [_renamed(asset, "_file_format")]


def _for_nitf(raster: Raster) -> Raster:
    """Convert an image for NITF, which has geographic coordinates and no nodata value."""
    return attrs.evolve(rasters.reproject(raster, "EPSG:4326", None, None), nodata=None)


PER_ASSET: dict[str, Callable[[Asset, dict[str, Any]], list[Asset]]] = {
    "bandmath": _bandmath,
    "clip": _clip,
    "coregister": _coregister,
    "file_format": _file_format,
    "harmonize": _harmonize,
    "reproject": _reproject,
    "tile": _tile,
    "toar": _toar,
}

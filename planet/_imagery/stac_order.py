"""Conversion of the scenes of a downloaded order to STAC Items."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pystac

from .._cloud.object_path import ObjectPath, Place
from .._models.bands import bands_of
from .._models.stac_item import MULTIHASH, add_extension, create_asset, create_item, name_bands
from .._runtime._sync import map_bounded
from ..exceptions import ClientError
from .geotiff import open_image
from .order_folder import OrderScene, is_tiff, read_order

__all__ = ["convert_order", "convert_orders"]


_READ_AT_ONCE = 8  # orders in a bucket


def convert_orders(folders: Sequence[Place]) -> pystac.ItemCollection:
    """Convert the scenes of several orders; those in a bucket are read side by side."""
    limit = _READ_AT_ONCE if any(isinstance(folder, ObjectPath) for folder in folders) else 1
    found = map_bounded(lambda folder: convert_order(folder, folder.as_posix()), folders, limit=limit)
    return pystac.ItemCollection([item for items in found for item in items], clone_items=False)


def convert_order(folder: Place, root: str) -> list[pystac.Item]:
    """Convert the scenes of a downloaded order; *root* is the prefix of the addresses of its files."""
    stac_items = [
        _convert_scene(scene, folder, root)
        for scene in read_order(folder)
        if any(item.acquired for item in scene.items)
    ]
    if not stac_items:
        raise ClientError(f"The order in {folder} has no scenes.", hint="Orders of basemaps cannot be converted.")
    return stac_items


def _convert_scene(scene: OrderScene, folder: Place, root: str) -> pystac.Item:
    stac_item = create_item(scene.id, scene.items)
    for entry in scene.files:
        name = entry.asset_type or Path(entry.path).stem
        # Tiles, and bundles with a common asset type, have several files of a type.
        key = name if name not in stac_item.assets else entry.path
        image = _read_image(folder / entry.path)
        asset = create_asset(_address(root, entry.path), name, image.media_type if image else entry.media_type)
        stac_item.add_asset(key, asset)
        digest = next((kind + entry.digests[name] for name, kind in MULTIHASH.items() if name in entry.digests), None)
        asset.ext.add("file")
        asset.ext.file.apply(checksum=digest, size=entry.size)
        if image is not None:
            name_bands(asset, entry.asset_type or "", image.bands, image.data_type, image.nodata)
            add_extension(asset, "proj", image.grid)
        elif is_tiff(entry.path) and "bandmath" not in entry.path:  # it is elsewhere; its type says which bands it has
            name_bands(asset, entry.asset_type or "", len(bands_of(entry.asset_type or "")))
    return stac_item


def _address(root: str, path: str) -> str:
    """The path of a file below *root*, percent-encoded if *root* is a URL."""
    joined = f"{root.rstrip('/')}/{path}" if root else path
    scheme, colon, rest = joined.partition("://")
    host, slash, name = rest.partition("/")
    return f"{scheme}{colon}{host}{slash}{quote(name)}" if colon else joined


class _Image(NamedTuple):
    """The header of an image."""

    media_type: str
    bands: int
    data_type: str
    nodata: float | None
    grid: dict[str, Any]


def _read_image(path: Place) -> _Image | None:
    """The header of a GeoTIFF; None if the file is not a GeoTIFF or is missing."""
    if not is_tiff(path.name) or not path.is_file():
        return None
    with open_image(path) as image:
        is_cog = image.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG"
        kind = pystac.MediaType.COG if is_cog else pystac.MediaType.GEOTIFF
        if image.crs is None:
            return _Image(kind, image.count, image.dtypes[0], image.nodata, {})  # not orthorectified
        epsg = image.crs.to_epsg()
        grid = {
            "code": f"EPSG:{epsg}" if epsg else None,
            "wkt2": None if epsg else image.crs.to_wkt(version="WKT2_2019"),
            "shape": [image.height, image.width],
            "transform": [float(number) for number in tuple(image.transform)[:6]],
            "bbox": [float(number) for number in image.bounds],
        }
        return _Image(kind, image.count, image.dtypes[0], image.nodata, grid)

"""The scenes of a downloaded order as STAC Items."""

from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pystac

from .._models.stac_item import MULTIHASH, add_extension, asset_of, item_of, name_bands
from ..exceptions import ClientError
from .geotiff import open_image
from .order_folder import ScenePart, is_tiff, read_order

__all__ = ["of_order"]


def of_order(folder: Path, root: str) -> list[pystac.Item]:
    """The scenes of a downloaded order; *root* is what the addresses of its files begin with."""
    made = [_of_part(part, folder, root) for part in read_order(folder) if any(item.acquired for item in part.items)]
    if not made:
        raise ClientError(f"The order in {folder} has no scenes.", hint="Basemaps have no STAC items here.")
    return made


def _of_part(part: ScenePart, folder: Path, root: str) -> pystac.Item:
    made = item_of(part.id, part.items)
    for entry in part.files:
        name = entry.asset_type or Path(entry.path).stem
        # Of tiles, and of what two bundles have, there are several of a type.
        key = name if name not in made.assets else entry.path
        image = _image_of(folder / entry.path)
        asset = asset_of(_address(root, entry.path), name, image.media_type if image else entry.media_type)
        made.add_asset(key, asset)
        digest = next((kind + entry.digests[name] for name, kind in MULTIHASH.items() if name in entry.digests), None)
        asset.ext.add("file")
        asset.ext.file.apply(checksum=digest, size=entry.size)
        if image is not None:
            name_bands(asset, entry.asset_type or "", image.bands)
            add_extension(asset, "proj", image.grid)
    return made


def _address(root: str, path: str) -> str:
    """Where a file is: a path as it is, or an address, which has no blanks in it."""
    joined = f"{root.rstrip('/')}/{path}" if root else path
    scheme, colon, rest = joined.partition("://")
    return f"{scheme}{colon}{quote(rest)}" if colon else joined


class _Image(NamedTuple):
    """What the header of an image says."""

    media_type: str
    bands: int
    grid: dict[str, Any]


def _image_of(path: Path) -> _Image | None:
    """The header of a GeoTIFF; None of what is none, or is not there."""
    if not is_tiff(path.name) or not path.is_file():
        return None
    with open_image(path) as image:
        is_cog = image.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG"
        kind = pystac.MediaType.COG if is_cog else pystac.MediaType.GEOTIFF
        if image.crs is None:
            return _Image(kind, image.count, {})  # it is not rectified: it has no grid on the ground
        epsg = image.crs.to_epsg()
        grid = {
            "code": f"EPSG:{epsg}" if epsg else None,
            "wkt2": None if epsg else image.crs.to_wkt(version="WKT2_2019"),
            "shape": [image.height, image.width],
            "transform": [float(number) for number in tuple(image.transform)[:6]],
            "bbox": [float(number) for number in image.bounds],
        }
        return _Image(kind, image.count, grid)

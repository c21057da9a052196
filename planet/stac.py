"""Convert items and downloaded orders to STAC: to pystac Items and ItemCollections, with their assets by asset type.

The functions need `pip install "planet[stac]"` and send no requests.

    stac.from_order("downloads/<order id>").save_object("downloads/<order id>/stac.json")
    stac.to_item_collection(pl.data.search(["PSScene"], geometry=aoi))

The cloud cover is in `eo`, angles in `view`, the grids of images in `proj`, sizes and digests in `file`. Properties
that STAC does not define have the prefix `pl:`, as in the STAC metadata that Planet delivers.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._cloud.object_path import ObjectPath, as_place
from ._models.to_stac import to_item, to_item_collection
from ._utils.optional import require
from ._utils.tracebacks import hides_locals

if TYPE_CHECKING:
    import pystac

    from ._models.orders import Order
    from .download_report import DownloadReport

__all__ = ["from_order", "to_item", "to_item_collection"]


@hides_locals
def from_order(
    folder: "Path | ObjectPath | str | DownloadReport | Order",
    *,
    root: Path | str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> "pystac.ItemCollection":
    """Convert a downloaded order to a STAC ItemCollection, with an Item for each scene or composite.

    The grids are read from the files, because tools such as clipping change them. Sizes and digests come from the
    manifest; use `planet.checksum` to compare them with the files.

    Args:
        folder: the folder of the order, which contains `manifest.json`; its prefix in a bucket; the report of its
            download; or an `Order`, whose folder is in the current directory.
        root: the prefix of the addresses of the files, for example `.` or `s3://bucket/orders/1`; defaults to the
            absolute path of the folder, or the address in the bucket.
        storage_options: for a bucket, see `planet.cloud`.

    Raises:
        ClientError: `planet[stac]` is not installed, the folder is not an order of scenes, or its files are still
            in archives.

    Example:
        ```python
        from planet import stac

        scenes = stac.from_order(folder / order_id)
        for item in scenes:
            print(item.datetime, item.assets["ortho_analytic_4b"].href)
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    import pystac

    from ._imagery.order_folder import folder_of
    from ._imagery.stac_order import convert_order

    place = as_place("folder", folder_of(folder), storage_options)
    folder = place if isinstance(place, ObjectPath) else place.resolve()
    stac_items = convert_order(folder, folder.as_posix() if root is None else str(root))
    return pystac.ItemCollection(stac_items, clone_items=False)

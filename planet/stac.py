"""Items, and orders on disk, as STAC: pystac's Items and ItemCollections, with assets keyed by their asset types.

It comes with `pip install "planet[stac]"`, and asks the service for nothing.

    stac.from_order("downloads/<order id>").save_object("downloads/<order id>/stac.json")
    stac.to_item_collection(pl.data.search(["PSScene"], geometry=aoi))

Clouds are in `eo`, angles in `view`, the grids of images in `proj`, lengths and digests in `file`; what STAC has no
word for stands under `pl:`, as in the STAC that Planet itself delivers.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from ._models.to_stac import to_item, to_item_collection
from ._utils.optional import require

if TYPE_CHECKING:
    import pystac

__all__ = ["from_order", "to_item", "to_item_collection"]


def from_order(folder: Path | str, *, root: Path | str | None = None) -> "pystac.ItemCollection":
    """A downloaded order as a STAC ItemCollection: an Item for each scene, or for each image of joined scenes.

    The grids are those of the files, which are read where they are: clipping and reprojecting have changed them. The
    lengths and digests are those of the manifest; `planet.checksum` compares them with the files.

    Args:
        folder: the folder of the order, the one with `manifest.json`.
        root: what the addresses of the files begin with, for example `.` or `s3://bucket/orders/1`; left out: the
            folder's own path in full.

    Raises:
        ClientError: `planet[stac]` is not installed, the folder is none of an order of scenes, or its files are still
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

    from ._imagery.stac_order import of_order

    folder = Path(folder).resolve()
    return pystac.ItemCollection(of_order(folder, folder.as_posix() if root is None else str(root)), clone_items=False)

"""Items, and orders on disk, as STAC: pystac's Items and ItemCollections, with assets keyed by their asset types.

It comes with `pip install "planet[stac]"`, and asks the service for nothing.

    stac.from_order("downloads/<order id>").save_object("downloads/<order id>/stac.json")
    stac.to_item_collection(pl.data.search(["PSScene"], geometry=aoi))

Clouds are in `eo`, angles in `view`, the grids of images in `proj`, lengths and digests in `file`; what STAC has no
word for stands under `pl:`, as in the STAC that Planet itself delivers.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._data import at_hand
from ._extras import require

if TYPE_CHECKING:
    import pystac

__all__ = ["from_order", "to_item", "to_item_collection"]


def to_item(item: Mapping[str, Any], assets: Mapping[str, Mapping[str, Any]] | None = None) -> "pystac.Item":
    """An item of the catalogue as a STAC Item.

    Its assets lead to the API, which hands out links for a limited time to those who ask with credentials: a link that
    is good for a day and holds a token has no place in a catalogue.

    Args:
        item: from a search or `get_item`.
        assets: of the item, from `list_item_assets`; left out: the types that the item itself names.

    Raises:
        ClientError: `planet[stac]` is not installed, or it is no item with a time.

    Example:
        ```python
        from planet import stac

        item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
        print(stac.to_item(item).ext.eo.cloud_cover)
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    from ._stac_items import of_item

    return of_item(item, assets)


def to_item_collection(items: Iterable[Any]) -> "pystac.ItemCollection":
    """Items of the catalogue as a STAC ItemCollection.

    Args:
        items: a search of the blocking client, a list, or a FeatureCollection; those of an asynchronous search are
            collected first: `await collect(results)`.

    Raises:
        ClientError: `planet[stac]` is not installed, or there is something else than items among them.

    Example:
        ```python
        from planet import stac

        scenes = stac.to_item_collection(pl.data.search(["PSScene"], geometry=aoi, limit=10))
        scenes.save_object(folder / "scenes.json")
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    import pystac

    from ._stac_items import of_item

    return pystac.ItemCollection(map(of_item, at_hand(items)), clone_items=False)


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

    from ._stac_items import of_order

    folder = Path(folder).resolve()
    return pystac.ItemCollection(of_order(folder, folder.as_posix() if root is None else str(root)), clone_items=False)

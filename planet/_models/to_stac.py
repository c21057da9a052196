"""Conversion of items of the catalogue to STAC. pystac is imported when it is used, with `stac_item`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._utils.iterables import at_hand
from .._utils.optional import require

if TYPE_CHECKING:
    import pystac

__all__ = ["to_item", "to_item_collection"]


def to_item(item: Mapping[str, Any], assets: Mapping[str, Mapping[str, Any]] | None = None) -> "pystac.Item":
    """Convert an item of the catalogue to a STAC Item.

    The assets have the addresses of the Data API, which requires credentials. Download links, which contain a token and
    expire, are not included.

    Args:
        item: an item, from a search or `get_item`.
        assets: the assets of the item, from `list_item_assets`; defaults to the asset types that the item lists.

    Raises:
        ClientError: `planet[stac]` is not installed, or the item has no id or acquisition time.

    Example:
        ```python
        from planet import stac

        item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
        print(stac.to_item(item).ext.eo.cloud_cover)
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    from .stac_item import convert_item

    return convert_item(item, assets)


def to_item_collection(items: Iterable[Any]) -> "pystac.ItemCollection":
    """Convert items of the catalogue to a STAC ItemCollection.

    Args:
        items: results of a sync client, a list, or a FeatureCollection. Collect the results of an async client first:
            `await collect(results)`.

    Raises:
        ClientError: `planet[stac]` is not installed, or one of *items* is not an item.

    Example:
        ```python
        from planet import stac

        scenes = stac.to_item_collection(pl.data.search(["PSScene"], geometry=aoi, limit=10))
        scenes.save_object(folder / "scenes.json")
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    import pystac

    from .stac_item import convert_item

    return pystac.ItemCollection(map(convert_item, at_hand(items)), clone_items=False)

"""Items of the catalogue as STAC. Loads pystac when it is called; `stac_item` does the work."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._utils.iterables import at_hand
from .._utils.optional import require

if TYPE_CHECKING:
    import pystac

__all__ = ["to_item", "to_item_collection"]


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
    from .stac_item import of_item

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

    from .stac_item import of_item

    return pystac.ItemCollection(map(of_item, at_hand(items)), clone_items=False)

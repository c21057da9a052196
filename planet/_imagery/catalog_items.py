"""The items of a downloaded order as a catalogue takes them."""

from pathlib import Path
from typing import Any

from .._utils.optional import require

__all__ = ["items_from_order"]


def items_from_order(folder: Path | str, root: str, collection_id: str) -> list[dict[str, Any]]:
    """Convert a downloaded order to STAC Items for a catalogue, one for each scene or composite.

    The manifest and the metadata are enough; where the images are there as well, the items have their grids.

    Args:
        folder: the folder of the order, which contains `manifest.json`.
        root: where the files are, as the catalogue reads them: the address of that folder.
        collection_id: the collection that the items are for.

    Returns:
        STAC Items of version 1.0.0, without links. Their assets are named by asset type.

    Raises:
        ClientError: `planet[stac]` is not installed, or the folder is not an order of scenes.

    Example:
        ```python
        from planet.geocatalog import items_from_order

        root = f"https://account.blob.core.windows.net/container/{order_id}"
        for item in items_from_order(folder / order_id, root, "planet-psscene"):
            print(item["id"], list(item["assets"]))
        ```
    """
    require("stac", "STAC", "pystac", "rasterio")
    from .stac_order import convert_order

    return [_fit(item, collection_id) for item in convert_order(Path(folder), root)]


def _fit(item: Any, collection_id: str) -> dict[str, Any]:
    """What catalogues of STAC 1.0 take: their keys of assets have no dots or slashes."""
    document: dict[str, Any] = item.to_dict(include_self_link=False, transform_hrefs=False)
    assets: dict[str, Any] = {}
    for name, asset in document["assets"].items():
        key = name.replace("/", "_").replace(".", "_")
        while key in assets:
            key += "_"
        assets[key] = _with_epsg(asset)
    properties = _with_epsg(document["properties"])
    changed = {"stac_version": "1.0.0", "links": [], "collection": collection_id}
    return {**document, **changed, "assets": assets, "properties": properties}


def _with_epsg(fields: dict[str, Any]) -> dict[str, Any]:
    """`proj:epsg`, which older programs read, beside `proj:code`."""
    code = fields.get("proj:code")
    if isinstance(code, str) and code.startswith("EPSG:") and code[5:].isdigit():
        return {**fields, "proj:epsg": int(code[5:])}
    return fields

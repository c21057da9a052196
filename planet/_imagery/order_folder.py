"""The scenes of an order on disk, with their files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from .._cloud.object_path import Place
from .._files.manifest import Manifest
from .._files.manifest_entry import ManifestEntry
from .._models.items import Item, bare_item
from .._models.orders import Order
from ..download_report import DownloadReport
from ..exceptions import ArgumentTypeError, ClientError, PlanetError

__all__ = ["OrderScene", "asset_type_of", "folder_of", "is_tiff", "read_order", "tiff_files"]


_MASK = ("_udm", "_udm2")  # the suffixes of the masks of composites


@attrs.frozen
class OrderScene:
    """A scene of an order, or a composite: merged scenes of an order or a strip, or merged quads of a mosaic.

    Attributes:
        id: the id of the item, or the name of the composite.
        items: the item from the metadata of the order; several for a composite of scenes, none for one of quads.
        files: the files except the metadata. An image that was cut into tiles has one file for each tile.
    """

    id: str
    items: tuple[Item, ...]
    files: tuple[ManifestEntry, ...]


def folder_of(order: Any) -> Any:
    """Return the folder of an order, given that, the report of its download, or the order itself.

    The folder of an `Order` is the one with its id in the current directory.

    Raises:
        ArgumentTypeError: the report is not one of an order.
    """
    if isinstance(order, DownloadReport):
        if order.folder is None:
            raise ArgumentTypeError("The report has no folder.", hint="Pass the folder of the order.")
        return order.folder
    return order.id if isinstance(order, Order) else order


def read_order(folder: Place) -> list[OrderScene]:
    """Read the scenes of a downloaded order, in the order of its manifest.

    Raises:
        ClientError: there is no manifest, its files are still in archives, or the metadata of a scene cannot be read.
    """
    manifest = Manifest.read(folder)
    if manifest.files and all(entry.path.endswith(".zip") for entry in manifest):
        raise ClientError(
            f"The files of the order in {folder} are still in archives.",
            hint="Download it again with unzip=True: existing archives are kept and unpacked.",
        )
    items: dict[str, Item] = {}
    files: dict[str, list[ManifestEntry]] = {}
    composites: dict[str, list[ManifestEntry]] = {}
    for entry in manifest:
        named = (entry.item_id, entry.item_type, entry.asset_type)
        if not all(isinstance(value, (str, type(None))) for value in named):
            raise ClientError(f"The manifest of the order in {folder} is invalid: see the entry of {entry.path}.")
        if entry.item_id is None:
            composites.setdefault(_composite_name(entry), []).append(entry)
        elif entry.asset_type is None and entry.media_type == "application/json":
            items[entry.item_id] = _metadata(folder / entry.path)
        else:
            files.setdefault(entry.item_id, []).append(entry)
    if not composites:
        return [_scene(item_id, entries, items) for item_id, entries in files.items()]
    return [_composite(name, entries, items, files) for name, entries in composites.items()]


def is_tiff(name: str) -> bool:
    """Whether the name of a file is that of a GeoTIFF."""
    return name.lower().endswith((".tif", ".tiff"))


def tiff_files(entries: Sequence[ManifestEntry]) -> list[ManifestEntry]:
    """The files that are GeoTIFFs."""
    return [entry for entry in entries if is_tiff(entry.path)]


def asset_type_of(entry: ManifestEntry) -> str:
    """The asset type of a file; of a composite, which has none, `image` or `udm`."""
    return entry.asset_type or ("udm" if _base_name(entry).endswith(_MASK) else "image")


def _base_name(entry: ManifestEntry) -> str:
    """The name without suffix: `composite_udm` of `composite_udm.tif`, and of its tile `composite_udm/22_248.tif`."""
    return Path(entry.path.partition("/")[0]).stem


def _composite_name(entry: ManifestEntry) -> str:
    """The name that an image and its mask share: `composite` of `composite_udm.tif`."""
    name = _base_name(entry)
    for ending in _MASK:
        name = name.removesuffix(ending)
    return name


def _scene(item_id: str, entries: list[ManifestEntry], items: dict[str, Item]) -> OrderScene:
    item = items.get(item_id) or bare_item(entries[0].item_type, item_id)
    return OrderScene(item_id, (item,), tuple(entries))


def _composite(
    name: str, entries: list[ManifestEntry], items: dict[str, Item], files: dict[str, list[ManifestEntry]]
) -> OrderScene:
    """A composite of a strip, whose name begins with the id of the strip, has its scenes; others have all scenes."""
    in_strip = {key: item for key, item in items.items() if item.strip_id and name.startswith(f"{item.strip_id}_")}
    members = in_strip or items
    others = [entry for key in members for entry in files.get(key, [])]
    return OrderScene(name, tuple(members.values()), (*entries, *others))


def _metadata(path: Place) -> Item:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not valid JSON"
        raise ClientError(
            f"The metadata {path} cannot be read: {why}.", hint="Download the order again: existing files are skipped."
        ) from None
    try:
        item = Item(value)
        if item["type"] != "Feature" or not isinstance(item.get("properties") or {}, dict):
            raise TypeError
        _ = item.id, item.acquired  # raises if one is invalid
    except (PlanetError, KeyError, TypeError, ValueError):
        raise ClientError(
            f"The metadata {path} is not a valid item.", hint="Download the order again into a new folder."
        ) from None
    return item

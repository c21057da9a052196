"""An order on disk: which scenes it consists of, and which files each of them has."""

import json
from collections.abc import Sequence
from pathlib import Path

import attrs

from .._files.manifest import Manifest
from .._files.manifest_entry import ManifestEntry
from .._models.items import Item, bare_item
from ..exceptions import ClientError, PlanetError

__all__ = ["ScenePart", "is_tiff", "read_order", "tiff_files", "type_of"]


_MASK = ("_udm", "_udm2")  # what the names of joined masks end with


@attrs.frozen
class ScenePart:
    """What an order has of a scene, or of what was joined: scenes of an order or of a strip, quads of a mosaic.

    Attributes:
        id: the id of the item, or the name of what was joined.
        items: the item as the order's metadata has it; several where they were joined, none of a mosaic.
        files: its files, but for that metadata. Of an image that was cut into tiles, each of them.
    """

    id: str
    items: tuple[Item, ...]
    files: tuple[ManifestEntry, ...]


def read_order(folder: Path) -> list[ScenePart]:
    """The scenes of a downloaded order, in the order of its manifest.

    Raises:
        ClientError: there is no manifest, its files are still in archives, or the metadata of a scene cannot be read.
    """
    manifest = Manifest.read(folder)
    if manifest.files and all(entry.path.endswith(".zip") for entry in manifest):
        raise ClientError(
            f"The files of the order in {folder} are still in archives.",
            hint="Download it with unzip=True: what is there is not fetched again.",
        )
    items: dict[str, Item] = {}
    files: dict[str, list[ManifestEntry]] = {}
    joined: dict[str, list[ManifestEntry]] = {}
    for entry in manifest:
        named = (entry.item_id, entry.item_type, entry.asset_type)
        if not all(isinstance(value, (str, type(None))) for value in named):
            raise ClientError(f"The manifest of the order in {folder} makes no sense: see its entry for {entry.path}.")
        if entry.item_id is None:
            joined.setdefault(_joined_name(entry), []).append(entry)
        elif entry.asset_type is None and entry.media_type == "application/json":
            items[entry.item_id] = _metadata(folder / entry.path)
        else:
            files.setdefault(entry.item_id, []).append(entry)
    if not joined:
        return [_scene(item_id, entries, items) for item_id, entries in files.items()]
    return [_composite(name, entries, items, files) for name, entries in joined.items()]


def is_tiff(name: str) -> bool:
    """Whether a file is a GeoTIFF, by its name."""
    return name.lower().endswith((".tif", ".tiff"))


def tiff_files(entries: Sequence[ManifestEntry]) -> list[ManifestEntry]:
    """Those of the files that are GeoTIFFs."""
    return [entry for entry in entries if is_tiff(entry.path)]


def type_of(entry: ManifestEntry) -> str:
    """The asset type; of joined images, which have none, whether it is the image or its mask."""
    return entry.asset_type or ("udm" if _head(entry).endswith(_MASK) else "image")


def _head(entry: ManifestEntry) -> str:
    """`composite_udm` of `composite_udm.tif`, and of `composite_udm/22_248.tif`, one of its tiles."""
    return Path(entry.path.partition("/")[0]).stem


def _joined_name(entry: ManifestEntry) -> str:
    """Images and their masks belong together: `composite` of `composite_udm.tif`."""
    name = _head(entry)
    for ending in _MASK:
        name = name.removesuffix(ending)
    return name


def _scene(item_id: str, entries: list[ManifestEntry], items: dict[str, Item]) -> ScenePart:
    item = items.get(item_id) or bare_item(entries[0].item_type, item_id)
    return ScenePart(item_id, (item,), tuple(entries))


def _composite(
    name: str, entries: list[ManifestEntry], items: dict[str, Item], files: dict[str, list[ManifestEntry]]
) -> ScenePart:
    """What was joined strip by strip bears the number of the strip; anything else has all scenes in it."""
    of_strip = {key: item for key, item in items.items() if item.strip_id and name.startswith(f"{item.strip_id}_")}
    members = of_strip or items
    others = [entry for key in members for entry in files.get(key, [])]
    return ScenePart(name, tuple(members.values()), (*entries, *others))


def _metadata(path: Path) -> Item:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise ClientError(
            f"The metadata {path} cannot be read: {why}.", hint="Download the order again: only this file is fetched."
        ) from None
    try:
        item = Item(value)
        if item["type"] != "Feature" or not isinstance(item.get("properties") or {}, dict):
            raise TypeError
        _ = item.id, item.acquired  # both can be read
    except (PlanetError, KeyError, TypeError, ValueError):
        raise ClientError(
            f"The metadata {path} is no item.", hint="Download the order again into a new folder."
        ) from None
    return item

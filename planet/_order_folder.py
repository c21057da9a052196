"""An order on disk: which scenes it consists of, and which files each of them has."""

import json
from pathlib import Path

import attrs

from .exceptions import ClientError
from .manifest import Manifest, ManifestEntry
from .models import Item

__all__ = ["ScenePart", "read_order", "tiff_files"]


@attrs.frozen
class ScenePart:
    """What an order has of a scene, or of scenes that were joined.

    Attributes:
        id: the id of the item, or the name of what was joined.
        items: the item as the order's metadata has it; several where they were joined.
        files: its files, but for that metadata.
    """

    id: str
    items: tuple[Item, ...]
    files: tuple[ManifestEntry, ...]


def read_order(folder: Path | str) -> list[ScenePart]:
    """The scenes of a downloaded order, in the order of its manifest.

    Raises:
        ClientError: there is no manifest, its files are still in archives, or the metadata of a scene cannot be read.
    """
    folder = Path(folder)
    manifest = Manifest.read(folder)
    if manifest.files and all(entry.path.endswith(".zip") for entry in manifest):
        raise ClientError(
            f"The files of the order in {folder} are still in archives.",
            hint="Download it with unzip=True: what is there is not fetched again.",
        )
    items: dict[str, Item] = {}
    files: dict[str, list[ManifestEntry]] = {}
    joined: list[ManifestEntry] = []
    for entry in manifest:
        if entry.item_id is None:
            joined.append(entry)
        elif entry.asset_type is None and entry.media_type == "application/json":
            items[entry.item_id] = _metadata(folder / entry.path)
        else:
            files.setdefault(entry.item_id, []).append(entry)
    parts = [
        ScenePart(id, (items.get(id) or _only_id(entries[0]),), tuple(entries))
        for id, entries in files.items()
        if tiff_files(entries) or not joined
    ]
    return parts + [_composite(stem, entries, items) for stem, entries in _by_stem(joined).items()]


def tiff_files(entries: list[ManifestEntry] | tuple[ManifestEntry, ...]) -> list[ManifestEntry]:
    """Those of the files that are images."""
    return [entry for entry in entries if entry.path.lower().endswith((".tif", ".tiff"))]


def _by_stem(entries: list[ManifestEntry]) -> dict[str, list[ManifestEntry]]:
    """Joined images with the masks that belong to them: `composite.tif` and `composite_udm.tif`."""
    stems: dict[str, list[ManifestEntry]] = {}
    for entry in entries:
        stem = Path(entry.path).stem
        for ending in ("_udm2", "_udm"):
            stem = stem.removesuffix(ending)
        stems.setdefault(stem, []).append(entry)
    return stems


def _composite(stem: str, entries: list[ManifestEntry], items: dict[str, Item]) -> ScenePart:
    """What was joined strip by strip bears the number of the strip; anything else has all scenes in it."""
    of_strip = [item for item in items.values() if item.strip_id and stem.startswith(str(item.strip_id))]
    return ScenePart(stem, tuple(of_strip or items.values()), tuple(entries))


def _metadata(path: Path) -> Item:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise ClientError(
            f"The metadata {path} cannot be read: {why}.", hint="Download the order again: only this file is fetched."
        ) from None
    if not isinstance(value, dict) or value.get("type") != "Feature" or "id" not in value:
        raise ClientError(f"The metadata {path} is no item.", hint="Download the order again into a new folder.")
    return Item(value)


def _only_id(entry: ManifestEntry) -> Item:
    return Item(type="Feature", id=entry.item_id, geometry=None, properties={"item_type": entry.item_type})

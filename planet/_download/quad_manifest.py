"""What is known of the quads in a folder: by a `manifest.json` such as orders have, which their download leaves there.

The service gives no digests of quads, and quads of all mosaics have the same names. The manifest holds what each file
was when it came, and which mosaic it is of: without it, one month could pass for another.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from .._files.hashing import hash_file
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME, ManifestEntry
from ..exceptions import ClientError, DownloadError
from .on_exists import OVERWRITE
from .store import store_bytes

__all__ = ["QuadFolder", "mosaic_of"]


_MOSAIC_ID, _MOSAIC_NAME = "planet/mosaic_id", "planet/mosaic_name"


def mosaic_of(quad: Mapping[str, Any]) -> str | None:
    """The id of the mosaic that a quad is of, as its links say; None if they do not."""
    links = quad.get("_links")
    found = re.search(r"/mosaics/([^/?#]+)/quads/", str(links.get("_self"))) if isinstance(links, Mapping) else None
    return found[1] if found else None


class QuadFolder:
    """A folder with quads. Reading and writing its manifest blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: dict[str, ManifestEntry] = {}
        try:
            self._known = {entry.path: entry for entry in Manifest.read(folder)}
        except ClientError:
            self._known = {}  # there is none, or it is something else

    def expected(self, name: str, mosaic_id: str | None) -> ManifestEntry | None:
        """What a file of that name must be, if it was downloaded before; None: nothing is known of it.

        Raises:
            DownloadError: it is a quad of another mosaic.
        """
        entry = self._known.get(name)
        if entry is None or not (self._folder / name).exists():
            return None
        other = entry.annotations.get(_MOSAIC_ID)
        if other is not None and mosaic_id is not None and other != mosaic_id:
            mosaic = entry.annotations.get(_MOSAIC_NAME) or other
            raise DownloadError(
                f"{self._folder / name} is there already, and is a quad of {mosaic}.",
                hint="It was left as it is. Download each mosaic to a folder of its own.",
            )
        return entry

    def add(self, path: Path, mosaic_id: str | None, mosaic_name: str | None) -> None:
        """A file has come: note what it is. Reads it."""
        annotations = {_MOSAIC_ID: mosaic_id, _MOSAIC_NAME: mosaic_name}
        self._new[path.name] = ManifestEntry(
            path.name,
            path.stat().st_size,
            {"sha256": hash_file(path, "sha256")},
            "image/tiff",
            {key: value for key, value in annotations.items() if value is not None},
        )

    def save(self) -> None:
        """Write the manifest, unless there is one of something else."""
        if not self._new:
            return
        place = self._folder / MANIFEST_NAME
        try:
            known = Manifest.read(place).files if place.exists() else ()
        except ClientError:
            return
        if not _is_ours(known):
            return
        entries = {entry.path: entry for entry in known} | self._new
        content = attrs.evolve(Manifest(()), files=tuple(entries[name] for name in sorted(entries))).to_bytes()
        store_bytes(place, content, on_exists=OVERWRITE)


def _is_ours(entries: Iterable[ManifestEntry]) -> bool:
    """Whether a manifest is one of quads, and not of an order."""
    return all(_MOSAIC_ID in entry.annotations for entry in entries)

"""`QuadFolder`: the manifest of downloaded quads, which has the format of the manifest of an order.

The service gives no digests of quads, and quads of different mosaics have the same names. The manifest has the digest
of each file and the mosaic that it belongs to, so that a quad of one month is not taken for that of another.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from .._files.hashing import hash_file
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME, ManifestEntry
from .._redact import printable
from ..exceptions import ClientError, DownloadError
from .on_exists import OVERWRITE
from .store import store_bytes

__all__ = ["QuadFolder", "mosaic_of"]


_MOSAIC_ID, _MOSAIC_NAME = "planet/mosaic_id", "planet/mosaic_name"


def mosaic_of(quad: Mapping[str, Any]) -> str | None:
    """The id of the mosaic that a quad belongs to, from its links; None if they do not tell."""
    links = quad.get("_links")
    found = re.search(r"/mosaics/([^/?#]+)/quads/", str(links.get("_self"))) if isinstance(links, Mapping) else None
    return found[1] if found else None


class QuadFolder:
    """A folder with quads, and its manifest. Its methods block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: dict[str, ManifestEntry] = {}
        try:
            self._known = {entry.path: entry for entry in Manifest.read(folder)}
        except ClientError:
            self._known = {}  # no manifest, or not a valid one

    def expected(self, name: str, mosaic_id: str | None) -> ManifestEntry | None:
        """The manifest entry of an existing file; None if the file does not exist or is not listed.

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
                f"{self._folder / name} already exists and is a quad of {printable(str(mosaic))}.",
                hint="It was left as it is. Download each mosaic to its own folder.",
            )
        return entry

    def add(self, path: Path, mosaic_id: str | None, mosaic_name: str | None) -> None:
        """Add the entry of a file that was downloaded. Reads the file."""
        annotations = {_MOSAIC_ID: mosaic_id, _MOSAIC_NAME: mosaic_name}
        self._new[path.name] = ManifestEntry(
            path.name,
            path.stat().st_size,
            {"sha256": hash_file(path, "sha256")},
            "image/tiff",
            {key: value for key, value in annotations.items() if value is not None},
        )

    def save(self) -> None:
        """Write the manifest, unless another one exists, such as that of an order."""
        if not self._new:
            return
        path = self._folder / MANIFEST_NAME
        try:
            known = Manifest.read(path).files if path.exists() else ()
        except ClientError:
            return
        if not _has_quads_only(known):
            return
        entries = {entry.path: entry for entry in known} | self._new
        content = attrs.evolve(Manifest(()), files=tuple(entries[name] for name in sorted(entries))).to_bytes()
        store_bytes(path, content, OVERWRITE, self._folder)


def _has_quads_only(entries: Iterable[ManifestEntry]) -> bool:
    """Whether all entries of a manifest are quads, and not files of an order."""
    return all(_MOSAIC_ID in entry.annotations for entry in entries)

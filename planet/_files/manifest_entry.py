"""`ManifestEntry`: one file in a manifest."""

import json
from collections.abc import Mapping
from typing import Any

import attrs

from ..exceptions import ClientError, DownloadError
from .names import safe_relative

__all__ = ["MANIFEST_NAME", "MAX_MANIFEST", "ManifestEntry", "as_json", "parse_entries"]


MANIFEST_NAME = "manifest.json"
MAX_MANIFEST = 64 * 1024 * 1024  # bytes; an order of 500 items needs less than a hundredth

_DIGEST_LENGTHS = {"md5": 32, "sha256": 64}


@attrs.frozen
class ManifestEntry:
    """One file of an order.

    Attributes:
        path: relative to the manifest, with forward slashes; never outside its directory.
        size: in bytes; None if the manifest does not have it.
        digests: {"md5": …, "sha256": …} in lower-case hex, as far as the manifest has them.
        media_type: for example `image/tiff`.
        annotations: facts about the file, such as `planet/item_id`.
        files: for an unpacked archive, the paths of the files from it.
    """

    __module__ = "planet.manifest"

    path: str
    size: int | None = None
    digests: Mapping[str, str] = attrs.field(factory=dict)
    media_type: str | None = None
    annotations: Mapping[str, Any] = attrs.field(factory=dict)
    files: tuple[str, ...] = ()

    @property
    def item_id(self) -> str | None:
        """The id of the item, or None."""
        return self.annotations.get("planet/item_id")

    @property
    def item_type(self) -> str | None:
        """The type of the item, or None."""
        return self.annotations.get("planet/item_type")

    @property
    def asset_type(self) -> str | None:
        """The asset type of the file; None for an item's metadata and for composites."""
        return self.annotations.get("planet/asset_type")

    @property
    def bundle_type(self) -> str | None:
        """The product bundle of the file; None for an item's metadata."""
        return self.annotations.get("planet/bundle_type")


def as_json(entry: ManifestEntry) -> dict[str, Any]:
    """Return the entry as a JSON object of a manifest."""
    known = {"path": entry.path, "media_type": entry.media_type, "size": entry.size, "digests": dict(entry.digests)}
    known["annotations"] = dict(entry.annotations)
    return {name: value for name, value in known.items() if value is not None}


def parse_entries(content: bytes, source: str) -> tuple[tuple[ManifestEntry, ...], tuple[ManifestEntry, ...]]:
    """Parse a manifest; return its files, and the archives that `download_order` unpacked them from.

    Args:
        content: the content of `manifest.json`.
        source: the name of the manifest in error messages.

    Raises:
        ClientError: it is not a valid manifest, or has the path of a file outside its directory.
    """
    try:
        document = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ClientError(f"{source} is not a valid manifest: it is not JSON") from None
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, list):
        raise ClientError(f"{source} is not a valid manifest: it has no list 'files'")
    entries = tuple(_entry(f"files.{number}", file, source) for number, file in enumerate(files))
    if len({entry.path for entry in entries}) != len(entries):
        raise ClientError(f"{source} is not a valid manifest: it has a path twice")
    archives = document.get("archives")
    if not isinstance(archives, list):
        archives = []
    return entries, tuple(_entry(f"archives.{number}", file, source) for number, file in enumerate(archives))


def _entry(where: str, file: Any, source: str) -> ManifestEntry:
    where = f"{source} is not a valid manifest: {where}"
    if not isinstance(file, dict):
        raise ClientError(f"{where} is not an object")
    try:
        path = "/".join(safe_relative(file.get("path")))
    except DownloadError as error:
        raise ClientError(f"{where}.path: {error.message}", hint=error.hint) from None
    size = file.get("size")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise ClientError(f"{where}.size must be a number of bytes, got {size!r}")
    digests, annotations = ({} if file.get(key) is None else file[key] for key in ("digests", "annotations"))
    if not isinstance(digests, dict) or not isinstance(annotations, dict):
        raise ClientError(f"{where}: digests and annotations must be objects")
    known = {}
    for kind, length in _DIGEST_LENGTHS.items():
        digest = digests.get(kind)
        if digest is None:
            continue
        if not isinstance(digest, str) or len(digest) != length or set(digest.lower()) - set("0123456789abcdef"):
            raise ClientError(f"{where}.digests.{kind} is not a {kind} digest")
        known[kind] = digest.lower()
    inner = file.get("files")
    names = tuple(name for name in inner if isinstance(name, str)) if isinstance(inner, list) else ()
    return ManifestEntry(path, size, known, file.get("media_type"), annotations, names)

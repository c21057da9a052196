"""`ManifestEntry`: one file in a manifest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ..exceptions import ClientError, DownloadError
from .names import local_paths, safe_relative

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
        original_path: the path as the service gives it, if it has characters that some system cannot hold: in *path*,
            they are replaced. Otherwise None.
    """

    __module__ = "planet.manifest"

    path: str
    size: int | None = None
    digests: Mapping[str, str] = attrs.field(factory=dict)
    media_type: str | None = None
    annotations: Mapping[str, Any] = attrs.field(factory=dict)
    files: tuple[str, ...] = ()
    original_path: str | None = None

    @property
    def service_path(self) -> str:
        """The path as the service gives it."""
        return self.original_path or self.path

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
    known["original_path"] = entry.original_path
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
    entries = _entries("files", files, source)
    if len({entry.path for entry in entries}) != len(entries):
        raise ClientError(f"{source} is not a valid manifest: it has a path twice")
    archives = document.get("archives")
    return entries, _entries("archives", archives if isinstance(archives, list) else [], source)


def _entries(key: str, files: Sequence[Any], source: str) -> tuple[ManifestEntry, ...]:
    where = f"{source} is not a valid manifest: {key}"
    for number, file in enumerate(files):
        if not isinstance(file, dict):
            raise ClientError(f"{where}.{number} is not an object")
        try:
            safe_relative(file.get("path"))
        except DownloadError as error:
            raise ClientError(f"{where}.{number}.path: {error.message}", hint=error.hint) from None
    paths = local_paths(file["path"] for file in files)
    return tuple(_entry(f"{where}.{number}", file, paths[file["path"]]) for number, file in enumerate(files))


def _entry(where: str, file: dict[str, Any], path: str) -> ManifestEntry:
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
    original = file.get("original_path") if path == file["path"] else file["path"]
    if not isinstance(original, str) or not original:
        original = None
    return ManifestEntry(path, size, known, file.get("media_type"), annotations, names, original)

"""What an order consists of: its `manifest.json`, read and queried.

The manifest is the truth about an order: which files there are, where they lie relative to it, how large they are
and which digests they have. File names are no substitute, they may change over time.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ._paths import safe_relative
from .exceptions import ClientError, DownloadError

if TYPE_CHECKING:
    from .checksum import FolderDiff

__all__ = ["MANIFEST_NAME", "MAX_MANIFEST", "Manifest", "ManifestEntry"]

MANIFEST_NAME = "manifest.json"
MAX_MANIFEST = 64 * 1024 * 1024  # bytes; an order of 500 items stays well below one hundredth of it

_DIGEST_LENGTHS = {"md5": 32, "sha256": 64}


@attrs.frozen
class ManifestEntry:
    """One file of an order.

    Attributes:
        path: where it lies relative to the manifest, with forward slashes; checked to stay below it.
        size: its length in bytes, or None where the manifest does not say.
        digests: {"md5": …, "sha256": …} in lower-case hex, those of them that the manifest gives.
        media_type: for example `image/tiff`.
        annotations: what the service says about the file, `planet/item_id` and the like.
        files: of an archive that has been unpacked, the paths of the files that were in it.
    """

    path: str
    size: int | None = None
    digests: Mapping[str, str] = attrs.field(factory=dict)
    media_type: str | None = None
    annotations: Mapping[str, Any] = attrs.field(factory=dict)
    files: tuple[str, ...] = ()

    @property
    def item_id(self) -> str | None:
        """The item that the file belongs to, or None."""
        return self.annotations.get("planet/item_id")

    @property
    def item_type(self) -> str | None:
        """The type of that item, or None."""
        return self.annotations.get("planet/item_type")

    @property
    def asset_type(self) -> str | None:
        """The asset type of the file; None for an item's metadata and for composites."""
        return self.annotations.get("planet/asset_type")

    @property
    def bundle_type(self) -> str | None:
        """The product bundle of the file; None for an item's metadata."""
        return self.annotations.get("planet/bundle_type")


@attrs.frozen
class Manifest:
    """The files of an order, in the order of the manifest.

    Example:
        ```python
        from planet.manifest import Manifest

        manifest = Manifest.read(folder)
        for entry in manifest.find(asset_type="ortho_analytic_4b"):
            print(entry.path, entry.size)
        print(manifest.diff(folder).missing)
        ```

    Attributes:
        files: the files of the order.
        archives: the archives that they came in, where `download_order` has unpacked them.
    """

    files: tuple[ManifestEntry, ...]
    archives: tuple[ManifestEntry, ...] = ()

    def __iter__(self) -> Iterator[ManifestEntry]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def _repr_html_(self) -> str:
        from ._display import as_size, figure, table

        rows = ([entry.path, entry.asset_type, as_size(entry.size)] for entry in self.files)
        total = as_size(sum(entry.size or 0 for entry in self.files))
        return figure(f"Manifest: {len(self):,} files, {total}", table(["path", "asset type", "size"], rows, len(self)))

    def get(self, path: str) -> ManifestEntry | None:
        """The entry of a path relative to the manifest, or None."""
        return next((entry for entry in self.files if entry.path == path), None)

    def find(
        self, *, item_id: str | None = None, asset_type: str | None = None, bundle_type: str | None = None
    ) -> list[ManifestEntry]:
        """The entries that match every argument given."""
        return [
            entry
            for entry in self.files
            if item_id in (None, entry.item_id)
            and asset_type in (None, entry.asset_type)
            and bundle_type in (None, entry.bundle_type)
        ]

    def diff(self, directory: Path | str, checksum: str | None = None) -> "FolderDiff":
        """What a folder and this manifest do not agree on: files that are missing, wrong, or not listed.

        Args:
            directory: the folder that the paths are relative to.
            checksum: `md5` or `sha256`, to compare the contents too; left out: lengths only, which is quick.

        Raises:
            ClientError: the manifest lacks that digest for some file.
        """
        from .checksum import compare

        return compare(self, directory, checksum)

    def to_bytes(self) -> bytes:
        """The manifest as the file that it is."""
        document = {"name": "", "files": [_as_json(entry) for entry in self.files]}
        if self.archives:
            document["archives"] = [{**_as_json(entry), "files": list(entry.files)} for entry in self.archives]
        return json.dumps(document, indent=1).encode()

    @classmethod
    def read(cls, path: Path | str) -> "Manifest":
        """The manifest of a downloaded order: its file, or the folder that holds it.

        Raises:
            ClientError: there is none, or it is no manifest.
        """
        file = Path(path)
        if file.is_dir():
            file = file / MANIFEST_NAME
        try:
            if file.stat().st_size > MAX_MANIFEST:
                raise ClientError(f"{file} is no manifest: it is larger than {MAX_MANIFEST} bytes.")
            content = file.read_bytes()
        except OSError as error:
            raise ClientError(
                f"The manifest {file} cannot be read: {error.strerror}.",
                hint="Name the folder of the order, the one that holds manifest.json.",
            ) from None
        return cls.parse(content, str(file))

    @classmethod
    def parse(cls, content: bytes, source: str = "the manifest") -> "Manifest":
        """A manifest from its bytes; *source* is what messages call it.

        Raises:
            ClientError: it is not JSON, not of the shape of a manifest, or names a file that would lie elsewhere.
        """
        try:
            document = json.loads(content.decode("utf-8"))
        except (ValueError, RecursionError):
            raise ClientError(f"{source} is no manifest: it is not JSON.") from None
        files = document.get("files") if isinstance(document, dict) else None
        if not isinstance(files, list):
            raise ClientError(f"{source} is no manifest: it has no list 'files'.")
        entries = tuple(_entry(f"files.{number}", file, source) for number, file in enumerate(files))
        if len({entry.path for entry in entries}) != len(entries):
            raise ClientError(f"{source} is no manifest: it names a file twice.")
        archives = document.get("archives")
        if not isinstance(archives, list):
            return cls(entries)
        return cls(entries, tuple(_entry(f"archives.{number}", file, source) for number, file in enumerate(archives)))


def _as_json(entry: ManifestEntry) -> dict[str, Any]:
    known = {"path": entry.path, "media_type": entry.media_type, "size": entry.size, "digests": dict(entry.digests)}
    known["annotations"] = dict(entry.annotations)
    return {name: value for name, value in known.items() if value is not None}


def _entry(where: str, file: Any, source: str) -> ManifestEntry:
    where = f"{source} is no manifest: {where}"
    if not isinstance(file, dict):
        raise ClientError(f"{where} is no object.")
    try:
        path = "/".join(safe_relative(file.get("path")))
    except DownloadError as error:
        raise ClientError(f"{where}.path: {error.message}", hint=error.hint) from None
    size = file.get("size")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise ClientError(f"{where}.size is {size!r}, no number of bytes.")
    digests, annotations = ({} if file.get(key) is None else file[key] for key in ("digests", "annotations"))
    if not isinstance(digests, dict) or not isinstance(annotations, dict):
        raise ClientError(f"{where}: digests and annotations are objects.")
    known = {}
    for kind, length in _DIGEST_LENGTHS.items():
        digest = digests.get(kind)
        if digest is None:
            continue
        if not isinstance(digest, str) or len(digest) != length or set(digest.lower()) - set("0123456789abcdef"):
            raise ClientError(f"{where}.digests.{kind} is no {kind} digest.")
        known[kind] = digest.lower()
    inner = file.get("files")
    names = tuple(name for name in inner if isinstance(name, str)) if isinstance(inner, list) else ()
    return ManifestEntry(path, size, known, file.get("media_type"), annotations, names)

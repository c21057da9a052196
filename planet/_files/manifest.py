"""`Manifest`: the files of an order."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from .._cloud.object_path import ObjectPath, as_place
from ..exceptions import ClientError
from .manifest_entry import MANIFEST_NAME, MAX_MANIFEST, ManifestEntry, as_json, parse_entries

if TYPE_CHECKING:
    from .comparison import FolderDiff

__all__ = ["Manifest"]


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
        archives: the archives that `download_order` unpacked them from.
    """

    __module__ = "planet.manifest"

    files: tuple[ManifestEntry, ...]
    archives: tuple[ManifestEntry, ...] = ()

    def __iter__(self) -> Iterator[ManifestEntry]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def _repr_html_(self) -> str:
        from .._html import as_size, figure, table

        rows = ([entry.path, entry.asset_type, as_size(entry.size)] for entry in self.files)
        total = as_size(sum(entry.size or 0 for entry in self.files))
        return figure(f"Manifest: {len(self):,} files, {total}", table(["path", "asset type", "size"], rows, len(self)))

    def get(self, path: str) -> ManifestEntry | None:
        """Return the entry of a path relative to the manifest, stored or original, or None."""
        return next((entry for entry in self.files if path in (entry.path, entry.original_path)), None)

    def find(
        self, *, item_id: str | None = None, asset_type: str | None = None, bundle_type: str | None = None
    ) -> list[ManifestEntry]:
        """Return the entries that match all given arguments."""
        return [
            entry
            for entry in self.files
            if item_id in (None, entry.item_id)
            and asset_type in (None, entry.asset_type)
            and bundle_type in (None, entry.bundle_type)
        ]

    def diff(self, directory: Path | str, checksum: str | None = None) -> "FolderDiff":
        """Compare a directory with this manifest: files that are missing, wrong, or not listed.

        Args:
            directory: the directory that the paths are relative to.
            checksum: `md5` or `sha256`, to compare the contents; None: only sizes, which is fast.

        Raises:
            ClientError: the manifest has no such digest for some file.
        """
        from .comparison import compare

        return compare(self.files, directory, checksum)

    def to_bytes(self) -> bytes:
        """Return the content of `manifest.json`."""
        document = {"name": "", "files": [as_json(entry) for entry in self.files]}
        if self.archives:
            document["archives"] = [{**as_json(entry), "files": list(entry.files)} for entry in self.archives]
        return json.dumps(document, indent=1).encode()

    @classmethod
    def read(cls, path: Path | ObjectPath | str) -> "Manifest":
        """Read the manifest of a downloaded order.

        Args:
            path: the `manifest.json`, or the directory that contains it; also in a bucket.

        Raises:
            ClientError: the file cannot be read, or is not a valid manifest.
        """
        file = as_place("path", path)
        # Of a bucket the name tells: to look would be two requests.
        if file.suffix != ".json" if isinstance(file, ObjectPath) else file.is_dir():
            file = file / MANIFEST_NAME
        try:
            if file.stat().st_size > MAX_MANIFEST:
                raise ClientError(f"{file} is not a valid manifest: it is larger than {MAX_MANIFEST} bytes")
            content = file.read_bytes()
        except OSError as error:
            raise ClientError(
                f"The manifest {file} cannot be read: {error.strerror or error}",
                hint="Pass the directory of the order, which contains manifest.json.",
            ) from None
        return cls.parse(content, str(file))

    @classmethod
    def parse(cls, content: bytes, source: str = "the manifest") -> "Manifest":
        """Parse a manifest.

        Args:
            content: the content of `manifest.json`.
            source: the name of the manifest in error messages.

        Raises:
            ClientError: it is not a valid manifest, or has the path of a file outside its directory.
        """
        return cls(*parse_entries(content, source))

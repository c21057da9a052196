"""`Manifest`: the files that an order consists of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

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
        archives: the archives that they came in, where `download_order` has unpacked them.
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
        """The entry of a path relative to the manifest, as the file is stored or as the service gives it; or None."""
        return next((entry for entry in self.files if path in (entry.path, entry.original_path)), None)

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
        from .comparison import compare

        return compare(self.files, directory, checksum)

    def to_bytes(self) -> bytes:
        """The manifest as the file that it is."""
        document = {"name": "", "files": [as_json(entry) for entry in self.files]}
        if self.archives:
            document["archives"] = [{**as_json(entry), "files": list(entry.files)} for entry in self.archives]
        return json.dumps(document, indent=1).encode()

    @classmethod
    def read(cls, path: Path | str) -> "Manifest":
        """The manifest of a downloaded order: its file, or the folder that holds it.

        Raises:
            ClientError: there is none, or it is not a valid manifest.
        """
        file = Path(path)
        if file.is_dir():
            file = file / MANIFEST_NAME
        try:
            if file.stat().st_size > MAX_MANIFEST:
                raise ClientError(f"{file} is not a valid manifest: it is larger than {MAX_MANIFEST} bytes.")
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
        return cls(*parse_entries(content, source))

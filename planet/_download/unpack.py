"""Archives of an order into the layout that the order would have without them."""

from collections.abc import Sequence
from pathlib import Path

import attrs

from .._files.archive import Archive
from .._files.hashing import best_digest, hash_file
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME, ManifestEntry
from .._files.names import SafeDirectory
from ..exceptions import ClientError, DownloadError
from .order_files import FileToFetch
from .store import store

__all__ = ["Unpacking", "is_unpacked"]


def is_unpacked(folder: Path) -> bool:
    """Whether an earlier run has unpacked the order that is there."""
    return bool(_known(folder).archives)


def _known(folder: Path) -> Manifest:
    """What an earlier run has written."""
    try:
        return Manifest.read(folder / MANIFEST_NAME)
    except ClientError:
        return Manifest(())


class Unpacking:
    """The unpacking of an order's archives into its folder.

    Each file in them is checked as a download is, and takes its name only when it is whole. When all are there, the
    manifest takes its name: it lists the files, and the archives that they came in, so that a second run knows that
    those need not be fetched again. Then the archives go.

    Args:
        folder: the folder of the order.
        manifest: the order's manifest, as the service gives it.
        on_exists: what to do about files that exist.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, on_exists: str) -> None:
        self._folder = folder
        self._outer = manifest
        self._by_path = {entry.path: entry for entry in manifest}
        self._on_exists = on_exists
        self._contents: dict[str, tuple[ManifestEntry, ...]] = {}  # of each archive

    def done(self, files: Sequence[FileToFetch]) -> list[FileToFetch]:
        """Those of the archives that need not be fetched: all files that were in them are there, and right."""
        known = _known(self._folder)
        archives = {one.path: one for one in known.archives}
        by_path = {one.path: one for one in known}
        done = []
        for file in files:
            entry = self._entry(file.target)
            archive = archives.get(entry.path)
            if archive is None or best_digest(archive.digests) != best_digest(entry.digests) or not entry.digests:
                continue
            contents = tuple(by_path[name] for name in archive.files if name in by_path)
            if len(contents) == len(archive.files) and all(self._stands(one) for one in contents):
                self._contents[entry.path] = contents
                done.append(file)
        return done

    def _stands(self, entry: ManifestEntry) -> bool:
        path = SafeDirectory(self._folder).resolve(entry.path)
        if path.is_symlink() or not path.is_file() or entry.size not in (None, path.stat().st_size):
            return False
        digest = best_digest(entry.digests)
        return digest is None or hash_file(path, digest[0]) == digest[1]

    def _entry(self, archive: Path) -> ManifestEntry:
        path = archive.relative_to(self._folder).as_posix()
        return self._by_path.get(path) or ManifestEntry(path)

    def unpack(self, path: Path) -> None:
        """Unpack an archive that has been fetched.

        Raises:
            DownloadError: it is hostile or corrupt, or other files are in the place of its own.
        """
        entry = self._entry(path)
        with Archive(path) as archive:
            archive.check_space(self._folder)
            directory = SafeDirectory(self._folder)
            others = {one.path: one for files in self._contents.values() for one in files}
            others |= self._by_path
            for member in archive.files:
                _refuse_conflict(entry, member, others.get(member.path))
                target = directory.resolve(member.path)
                pieces = archive.read(member)
                store(
                    target,
                    pieces,
                    size=member.size,
                    digests=member.digests,
                    on_exists=self._on_exists,
                    root=self._folder,
                )
            self._contents[entry.path] = archive.files

    def manifest(self) -> Manifest:
        """The manifest of the unpacked order."""
        files: dict[str, ManifestEntry] = {}
        archives = []
        for entry in self._outer:
            if entry.path in self._contents:
                contents = self._contents[entry.path]
                archives.append(attrs.evolve(entry, files=tuple(one.path for one in contents)))
                files |= {one.path: one for one in contents}
            else:
                files[entry.path] = entry
        return Manifest(tuple(files.values()), tuple(archives))

    def owns_manifest(self, served: bytes) -> bool:
        """Whether the manifest that is there is the order's, as the service gives it or as an earlier run wrote it."""
        path = self._folder / MANIFEST_NAME
        if not path.is_file() or path.is_symlink():
            return False
        if path.stat().st_size == len(served) and path.read_bytes() == served:
            return True
        archives = _known(self._folder).archives
        return bool(archives) and all(one.path in self._by_path for one in archives)

    def clean(self, files: Sequence[FileToFetch]) -> None:
        """Remove the archives: all that was in them is there."""
        for file in files:
            if file.target.is_file() and not file.target.is_symlink() and self._stands(self._entry(file.target)):
                file.target.unlink()


def _refuse_conflict(archive: ManifestEntry, member: ManifestEntry, other: ManifestEntry | None) -> None:
    """Two archives may hold the same file, but not two files of one name; nor one that is the order's own."""
    same = other is None or (other.size, other.digests) == (member.size, member.digests)
    if not same or member.path == MANIFEST_NAME:
        raise DownloadError(
            f"{archive.path} holds {member.path!r}, which is the name of another file of the order.",
            hint="Download it without unzip=True.",
        )

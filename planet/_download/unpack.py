"""Unpack the archives of an order into the layout that the order has without them."""

import logging
from collections.abc import Iterable, Mapping, Sequence

import attrs

from .._cloud.object_path import ObjectPath, Place, relative_path
from .._files.archive import Archive
from .._files.directory import Directory
from .._files.hashing import best_digest
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME, ManifestEntry
from .._files.names import SafeDirectory, casefold_key, parent_keys, safe_relative, with_digest
from ..download_report import FileOutcome
from ..exceptions import ClientError, DownloadError, PlanetError
from .expected import ExpectedContent
from .order_files import FileToFetch
from .outcomes import is_fatal_for_batch
from .store import store

__all__ = ["Unpacking", "is_unpacked"]


log = logging.getLogger("planet.download")


def is_unpacked(folder: Place) -> bool:
    """Whether an earlier run has unpacked the order in a folder."""
    return bool(_previous(folder).archives)


def _previous(folder: Place) -> Manifest:
    """The manifest that an earlier run has written; an empty one if there is none."""
    try:
        return Manifest.read(folder / MANIFEST_NAME)
    except ClientError:
        return Manifest(())


class Unpacking:
    """The unpacking of an order's archives into its folder.

    Each file in them is verified as a download is, and gets its name only when it is complete. When all files are
    unpacked, the manifest is written: it lists the files, and the archives that they were in, so that a second run
    knows which archives need not be downloaded again. Then the archives are removed.

    Args:
        folder: the folder of the order, or its prefix in a bucket.
        manifest: the order's manifest, as the service gives it.
        on_exists: what to do about files that exist.
        root: the folder that the user has named; no symbolic link is followed below it. Left out: *folder*.
        archives: the folder that the archives are downloaded to. Left out: *folder*.
    """

    def __init__(
        self,
        folder: Place,
        manifest: Manifest,
        *,
        on_exists: str,
        root: Place | None = None,
        archives: Place | None = None,
    ) -> None:
        self._folder = folder
        self._archives = archives or folder
        self._root = root or folder
        self._served = manifest
        self._by_path = {entry.path: entry for entry in manifest}
        self._on_exists = on_exists
        self._contents: dict[str, tuple[ManifestEntry, ...]] = {}  # of each archive that was unpacked completely
        self._written: dict[str, list[ManifestEntry]] = {}  # of each archive, also of one that failed
        self._outcomes: dict[str, list[FileOutcome]] = {}  # of the files in each archive

    def done(self, files: Sequence[FileToFetch]) -> list[FileToFetch]:
        """Those of the archives that need not be downloaded: all files that were in them exist, and are right."""
        previous = _previous(self._folder)
        archives = {entry.path: entry for entry in previous.archives}
        by_path = {entry.path: entry for entry in previous}
        done = []
        for file in files:
            entry = self._entry(file.target)
            archive = archives.get(entry.path)
            if archive is None or best_digest(archive.digests) != best_digest(entry.digests) or not entry.digests:
                continue
            contents = tuple(by_path[name] for name in archive.files if name in by_path)
            if len(contents) == len(archive.files) and all(self._is_right(one) for one in contents):
                log.info("%s is not downloaded: all %d files in it exist and are right", file.target, len(contents))
                self._contents[entry.path] = contents
                self._outcomes[entry.path] = [self._outcome(one) for one in contents]
                done.append(file)
            else:
                log.info("%s is downloaded again: not all files in it exist and are right", file.target)
        return done

    def _is_right(self, entry: ManifestEntry) -> bool:
        path = SafeDirectory(self._folder).resolve(entry.path)
        if path.is_symlink() or not path.is_file():
            return False
        return ExpectedContent(entry.size, best_digest(entry.digests)).problem_with(path) is None

    def _entry(self, archive: Place) -> ManifestEntry:
        path = relative_path(archive, self._archives)
        return self._by_path.get(path) or ManifestEntry(path)

    def _outcome(self, member: ManifestEntry, error: Exception | None = None) -> FileOutcome:
        outcome = "unpacked" if error is None else "failed"
        name = f"{self._folder.name}/{member.service_path}"
        return FileOutcome(name, self._folder / member.path, outcome, member.size, error)

    def outcomes(self, archive: Place) -> list[FileOutcome]:
        """The outcome of each file in an archive."""
        return self._outcomes.get(self._entry(archive).path, [])

    def unpack(self, path: Place) -> None:
        """Unpack an archive that was downloaded. A file that fails does not keep the others from being unpacked.

        Raises:
            DownloadError: the archive is hostile or corrupt, or other files have the names of its files.
            OSError: the disk is full, or the like.
        """
        archive_entry = self._entry(path)
        with Archive(path) as archive:
            if not isinstance(self._folder, ObjectPath):
                archive.check_space(self._folder)
            directory = SafeDirectory(self._folder)
            outcomes: list[FileOutcome] = []
            self._outcomes[archive_entry.path] = outcomes
            taken = {casefold_key(one.path): one for one in self._other_files(archive_entry.path)}
            folders = parent_keys(casefold_key(member.path) for member in archive.files)
            contents = self._written[archive_entry.path] = []
            failure: Exception | None = None
            for member in archive.files:
                try:
                    member = _placed(path.name, member, taken, folders)
                    store(
                        directory.resolve(member.path),
                        archive.read(member),
                        size=member.size,
                        digests=member.digests,
                        on_exists=self._on_exists,
                        root=self._root,
                    )
                except (PlanetError, OSError) as error:
                    if is_fatal_for_batch(error):
                        raise
                    failure = failure or error
                    outcomes.append(self._outcome(member, error))
                else:
                    contents.append(member)
                    outcomes.append(self._outcome(member))
            if failure is not None:
                raise failure
        self._contents[archive_entry.path] = tuple(contents)
        log.info("%s was unpacked: %d files", path, len(contents))

    def _other_files(self, archive: str) -> Iterable[ManifestEntry]:
        """The files of the order that are not in this archive."""
        for name, contents in {**self._contents, **self._written}.items():
            if name != archive:
                yield from contents
        yield from self._served

    def manifest(self) -> Manifest:
        """The manifest of the unpacked order."""
        files: dict[str, ManifestEntry] = {}
        archives = []
        for entry in self._served:
            if entry.path in self._contents:
                contents = self._contents[entry.path]
                archives.append(attrs.evolve(entry, files=tuple(one.path for one in contents)))
                files |= {one.path: one for one in contents}
            else:
                files[entry.path] = entry
        return Manifest(tuple(files.values()), tuple(archives))

    def owns_manifest(self, served: bytes) -> bool:
        """Whether the manifest that exists is the order's, as the service gives it or as an earlier run wrote it."""
        path = self._folder / MANIFEST_NAME
        if not path.is_file() or path.is_symlink():
            return False
        if path.stat().st_size == len(served) and path.read_bytes() == served:
            return True
        archives = _previous(self._folder).archives
        return bool(archives) and all(one.path in self._by_path for one in archives)

    def clean(self, files: Sequence[FileToFetch]) -> None:
        """Remove the archives, whose files are all unpacked."""
        for file in files:
            # An archive of another folder is not the user's, who has not asked for it.
            is_own = self._archives == self._folder and file.target.is_file() and not file.target.is_symlink()
            if is_own and self._is_right(self._entry(file.target)):
                directory = Directory(file.target.parent, self._root)
                try:
                    directory.unlink(file.target.name)
                finally:
                    directory.close()
                log.info("%s was removed: its files are unpacked", file.target)


def _placed(
    archive: str, member: ManifestEntry, taken: Mapping[str, ManifestEntry], folders: set[str]
) -> ManifestEntry:
    """A file in an archive, with a path that no other file of the order has.

    Two archives may hold the same file, but not two files of one name.

    Args:
        archive: the name of the archive.
        member: the file.
        taken: the other files of the order, by the keys of their paths.
        folders: the keys of the folders in the archive.

    Raises:
        DownloadError: its name is that of another file or folder.
    """
    if member.original_path is not None and not _is_free(member, taken):
        # The name was changed, and is now that of a file in another archive.
        base = safe_relative(member.original_path)
        member = attrs.evolve(member, path=with_digest("/".join(base), member.original_path))
    key = casefold_key(member.path)
    if not _is_free(member, taken) or key == MANIFEST_NAME:
        problem = "it is the name of another file of the order"
    elif key in folders:
        problem = "it is the name of a folder, too"
    elif parent_keys([key]) & taken.keys():
        problem = "a folder of its path is the name of another file of the order"
    else:
        return member
    raise DownloadError(
        f"{member.path!r} in {archive} cannot be unpacked: {problem}.", hint="Download the order without unzip=True."
    )


def _is_free(member: ManifestEntry, taken: Mapping[str, ManifestEntry]) -> bool:
    """Whether no other file of the order, or only the same one, has the path of a file."""
    other = taken.get(casefold_key(member.path))
    return other is None or (other.path, other.size, other.digests) == (member.path, member.size, member.digests)

"""`Archive`: a zip archive, validated before it is read."""

import errno
import hashlib
import lzma
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import attrs

from .._runtime.cancellation import check_cancelled
from ..exceptions import ChecksumError, ClientError, DownloadError
from .hashing import best_digest
from .manifest_entry import MANIFEST_NAME, MAX_MANIFEST, ManifestEntry, parse_entries
from .names import SafeDirectory, casefold_key, local_paths

__all__ = ["Archive", "is_archive"]


_CHUNK = 1024 * 1024
_MAX_MEMBERS = 100_000
# Files that no manifest lists may have at most this many times the size of the archive.
_MAX_RATIO = 100
_ALWAYS_ALLOWED = 100 * 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError)


def is_archive(name: str) -> bool:
    """Whether a file of an order is an archive, according to its name.

    >>> is_archive("output.zip")
    True
    """
    return name.lower().endswith(".zip")


def _is_disk_error(error: Exception) -> bool:
    """Whether the disk failed, as opposed to the archive: reading a corrupt one seeks to invalid positions (EINVAL)."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)  # errors of bz2 have no errno


class Archive:
    """A zip archive of an order, open for reading. Opening it validates its directory.

    Args:
        path: the archive.

    Raises:
        ChecksumError: the file is not a zip archive, or its files do not match its manifest.
        DownloadError: the archive is unsafe.

    Example:
        ```python
        from planet.archive import Archive

        with Archive(zip_path) as archive:
            for entry in archive.files:
                print(entry.path, entry.size)
            archive.check("sha256")
        ```
    """

    __module__ = "planet.archive"

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        try:
            self._zip = zipfile.ZipFile(self.path)
        except (*_UNREADABLE, OSError) as error:
            if _is_disk_error(error):
                raise
            raise ChecksumError(f"{self.path.name} is not a valid zip archive: {error}") from None
        try:
            self._members = self._list_members()
            self.files = self._all_files()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()

    def _list_members(self) -> dict[str, zipfile.ZipInfo]:
        """Return the files in the archive, {original name: info}."""
        infos = self._zip.infolist()
        if len(infos) > _MAX_MEMBERS:
            raise self._unsafe(f"it has {len(infos)} files")
        inside = SafeDirectory(self.path.parent)
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.orig_filename.rstrip("/") if info.is_dir() else info.orig_filename
            inside.resolve(name)
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise self._unsafe(f"{name!r} is not a regular file")
            if "\0" in name:  # other programs cut the name there
                raise self._unsafe(f"{name!r} is not a valid name")
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                raise self._unsafe(f"{name!r} is encrypted")
            if name in members:
                raise self._unsafe(f"it has {name!r} twice")
            members[name] = info
        if not members:
            raise ChecksumError(f"{self.path.name} is empty")
        return members

    def _local_paths(self) -> dict[str, str]:
        """Return the paths that the files are stored under, {original name: path}."""
        paths = local_paths(self._members)
        seen = set()
        for name, path in paths.items():
            key = casefold_key(path)
            if key in seen:
                raise self._unsafe(f"it has {name!r} twice")
            seen.add(key)
        return paths

    def _all_files(self) -> tuple[ManifestEntry, ...]:
        """Return the files of the archive's manifest, then other files, without digests."""
        paths = self._local_paths()
        info = self._members.pop(MANIFEST_NAME, None)
        listed = () if info is None else self._listed_files(info, paths)
        known = {entry.service_path for entry in listed}
        others = {name: info for name, info in self._members.items() if name not in known}
        size, total = os.stat(self.path).st_size, sum(info.file_size for info in others.values())
        if total > max(_MAX_RATIO * size, _ALWAYS_ALLOWED):
            raise self._unsafe(f"its {size} bytes expand to {total}, and no manifest lists them")
        unlisted = (
            ManifestEntry(paths[name], info.file_size, original_path=None if paths[name] == name else name)
            for name, info in others.items()
        )
        return (*listed, *unlisted)

    def _listed_files(self, info: zipfile.ZipInfo, paths: dict[str, str]) -> tuple[ManifestEntry, ...]:
        """Return the files of the archive's manifest."""
        if info.file_size > MAX_MANIFEST:
            raise self._unsafe(f"its manifest has {info.file_size} bytes, more than {MAX_MANIFEST}")
        content = b"".join(self._chunks(MANIFEST_NAME, info))
        try:
            files, _ = parse_entries(content, f"the manifest in {self.path.name}")
        except ClientError as error:
            raise ChecksumError(error.message) from None
        for entry in files:
            member = self._members.get(entry.service_path)
            if member is None:
                raise ChecksumError(f"{entry.path} is missing in {self.path.name}")
            if entry.size not in (None, member.file_size):
                raise ChecksumError(
                    f"{entry.path} in {self.path.name} has {member.file_size} bytes, expected {entry.size}"
                )
        return tuple(attrs.evolve(entry, path=paths[entry.service_path]) for entry in files)

    def _unsafe(self, what: str) -> DownloadError:
        return DownloadError(
            f"{self.path.name} was not unpacked, it is unsafe: {what}",
            hint="Report this to Planet support.",
        )

    def _chunks(self, name: str, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the content of a file in chunks; zipfile yields no more than the directory says."""
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (*_UNREADABLE, OSError) as error:
            if _is_disk_error(error):
                raise
            raise ChecksumError(f"{name} in {self.path.name} cannot be read: {error}") from None

    def read(self, entry: ManifestEntry) -> Iterator[bytes]:
        """Yield the content of a file in chunks.

        Raises:
            ChecksumError: the file is corrupt.
        """
        return self._chunks(entry.path, self._members[entry.service_path])

    def check(self, algorithm: str | None = None) -> None:
        """Read every file, and compare its digest with the archive's manifest.

        Args:
            algorithm: `md5` or `sha256`; None: the fastest of those in the manifest.

        Raises:
            ChecksumError: a file is corrupt.
        """
        for entry in self.files:
            digests = entry.digests if algorithm is None else {algorithm: entry.digests.get(algorithm)}
            best = best_digest(digests)
            digest = hashlib.new(best[0] if best else "sha256", usedforsecurity=False)
            for chunk in self.read(entry):  # reading to the end checks the CRC as well
                digest.update(chunk)
                check_cancelled()
            if best and digest.hexdigest() != best[1]:
                raise ChecksumError(
                    f"{entry.path} in {self.path.name} is corrupt: its {best[0]} differs from the manifest"
                )

    def check_space(self, directory: Path) -> None:
        """Check that the disk has room for the files.

        Raises:
            DownloadError: it does not.
        """
        needed = sum(
            entry.size or 0
            for entry in self.files
            if not ((target := directory / entry.path).is_file() and target.stat().st_size == entry.size)
        )
        free = shutil.disk_usage(directory).free
        if needed > free:
            raise DownloadError(
                f"{self.path.name} was not unpacked: its files need {needed / 1e9:.2f} GB, and the disk of {directory} "
                f"has {free / 1e9:.2f} GB left",
                hint="Free disk space, or choose a directory on another disk.",
            )

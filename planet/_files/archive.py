"""`Archive`: a zip archive read with care."""

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

from .._runtime.cancellation import check_cancelled
from ..exceptions import ChecksumError, ClientError, DownloadError
from .hashing import best_digest
from .manifest_entry import MANIFEST_NAME, MAX_MANIFEST, ManifestEntry, parse_entries
from .names import SafeDirectory, casefold_key

__all__ = ["Archive", "is_archive"]


_PIECE = 1024 * 1024
_MOST_MEMBERS = 100_000
# Of an archive that does not say itself how large its files are, no more than so many times its own size is taken.
_MOST_RATIO = 100
_ALWAYS_ALLOWED = 100 * 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError)


def is_archive(name: str) -> bool:
    """Whether a file of an order is an archive, by its name.

    >>> is_archive("output.zip")
    True
    """
    return name.lower().endswith(".zip")


def _is_disk_error(error: Exception) -> bool:
    """Whether it is the disk that failed, and not the archive: one that is corrupt seeks to impossible places."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)  # bz2's own errors have no number


class Archive:
    """A zip archive of an order, open for reading. Opening it checks everything that its directory tells.

    Args:
        path: the archive.

    Raises:
        ChecksumError: it is no archive, or not what its own manifest promises.
        DownloadError: it is hostile.

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
            raise ChecksumError(f"{self.path.name} is no zip archive: {error}.") from None
        try:
            self._members = self._listed()
            self.files = self._promised_files()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()

    def _listed(self) -> dict[str, zipfile.ZipInfo]:
        """The files in it by their paths."""
        infos = self._zip.infolist()
        if len(infos) > _MOST_MEMBERS:
            raise self._hostile(f"it holds {len(infos)} files")
        inside = SafeDirectory(self.path.parent)
        members: dict[str, zipfile.ZipInfo] = {}
        seen = set()
        for info in infos:
            name = info.filename.rstrip("/") if info.is_dir() else info.filename
            inside.resolve(info.orig_filename.rstrip("/") if info.is_dir() else info.orig_filename)
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise self._hostile(f"{name!r} in it is no ordinary file")
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                raise self._hostile(f"{name!r} in it is encrypted")
            key = casefold_key(name)
            if key in seen:
                raise self._hostile(f"it holds {name!r} twice")
            seen.add(key)
            members[name] = info
        if not members:
            raise ChecksumError(f"{self.path.name} holds no files.")
        return members

    def _promised_files(self) -> tuple[ManifestEntry, ...]:
        """What the archive says that it holds; where it does not say, what its directory lists, without digests."""
        info = self._members.pop(MANIFEST_NAME, None)
        size = os.stat(self.path).st_size
        if info is None:
            total = sum(info.file_size for info in self._members.values())
            if total > max(_MOST_RATIO * size, _ALWAYS_ALLOWED):
                raise self._hostile(f"its {size} bytes unfold to {total}, and nothing says that this is meant")
            return tuple(ManifestEntry(name, info.file_size) for name, info in self._members.items())
        if info.file_size > MAX_MANIFEST:
            raise self._hostile("its manifest is larger than any manifest is")
        content = b"".join(self._pieces(MANIFEST_NAME, info))
        try:
            files, _ = parse_entries(content, f"the manifest in {self.path.name}")
        except ClientError as error:
            raise ChecksumError(error.message) from None
        for entry in files:
            member = self._members.get(entry.path)
            if member is None:
                raise ChecksumError(f"{entry.path} is missing in {self.path.name}.")
            if entry.size not in (None, member.file_size):
                raise ChecksumError(
                    f"{entry.path} in {self.path.name} has {member.file_size} bytes instead of {entry.size}."
                )
        return files

    def _hostile(self, what: str) -> DownloadError:
        return DownloadError(
            f"{self.path.name} was not unpacked: {what}.",
            hint="Report this to Planet's support: an order's archive is not like that.",
        )

    def _pieces(self, name: str, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of a file in it, a piece at a time; never more of it than its directory says."""
        try:
            with self._zip.open(info) as file:
                while piece := file.read(_PIECE):
                    yield piece
        except (*_UNREADABLE, OSError) as error:
            if _is_disk_error(error):
                raise
            raise ChecksumError(f"{name} in {self.path.name} cannot be read: {error}.") from None

    def read(self, entry: ManifestEntry) -> Iterator[bytes]:
        """The content of one of its files, a piece at a time.

        Raises:
            ChecksumError: the archive is corrupt there.
        """
        return self._pieces(entry.path, self._members[entry.path])

    def check(self, algorithm: str | None = None) -> None:
        """Read every file in it, and compare its digest with the archive's own manifest.

        Args:
            algorithm: `md5` or `sha256`; left out: the one that is checked fastest.

        Raises:
            ChecksumError: it is corrupt.
        """
        for entry in self.files:
            digests = entry.digests if algorithm is None else {algorithm: entry.digests.get(algorithm)}
            best = best_digest(digests)
            digest = hashlib.new(best[0] if best else "sha256", usedforsecurity=False)
            for piece in self.read(entry):  # its end is compared with the archive's own check sum
                digest.update(piece)
                check_cancelled()
            if best and digest.hexdigest() != best[1]:
                raise ChecksumError(
                    f"{entry.path} in {self.path.name} is corrupt: its {best[0]} is not the manifest's."
                )

    def check_space(self, directory: Path) -> None:
        """See that the disk has room for its files.

        Raises:
            DownloadError: it has not.
        """
        needed = sum(
            info.file_size
            for name, info in self._members.items()
            if not ((place := directory / name).is_file() and place.stat().st_size == info.file_size)
        )
        free = shutil.disk_usage(directory).free
        if needed > free:
            raise DownloadError(
                f"The files in {self.path.name} need {needed / 1e9:.2f} GB, and the disk of {directory} has "
                f"{free / 1e9:.2f} GB left.",
                hint="Nothing of it was unpacked. Make room, or choose a folder on another disk.",
            )

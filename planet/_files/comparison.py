"""Comparison of a directory with a list of files."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from .._cloud.object_path import ObjectPath, Place, as_place
from .._runtime._sync import map_bounded
from ..exceptions import ArgumentError, ClientError, DownloadError
from .archive import Archive, is_archive
from .hashing import ALGORITHMS, hash_file
from .manifest_entry import MANIFEST_NAME, ManifestEntry
from .names import SafeDirectory, is_part

__all__ = ["FolderDiff", "as_algorithm", "compare", "verify_files"]


_BUCKET_READS = 8  # objects that are read at the same time


@attrs.frozen
class FolderDiff:
    """The differences between a directory and a manifest. It is true if there are any.

    Attributes:
        missing: the files that do not exist, {path: problem}.
        wrong_size: the files of another size, {path: problem}.
        corrupt: the files with another digest, and archives that do not match their own manifest, {path: problem}.
        unlisted: the paths of files that are not in the manifest.
    """

    __module__ = "planet.checksum"

    missing: Mapping[str, str] = attrs.field(factory=dict)
    wrong_size: Mapping[str, str] = attrs.field(factory=dict)
    corrupt: Mapping[str, str] = attrs.field(factory=dict)
    unlisted: tuple[str, ...] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """All files that do not match the manifest, {path: problem}."""
        return {**self.missing, **self.wrong_size, **self.corrupt}

    def __bool__(self) -> bool:
        return bool(self.wrong or self.unlisted)


def compare(
    files: Iterable[ManifestEntry], directory: Path | ObjectPath | str, checksum: str | None = None
) -> FolderDiff:
    """Compare a directory with the files of a manifest; see `Manifest.diff`."""
    folder, files = as_place("directory", directory), tuple(files)
    diff = verify_files(folder, files, None if checksum is None else as_algorithm(checksum))
    return attrs.evolve(diff, unlisted=_unlisted(folder, files))


def as_algorithm(checksum: object) -> str:
    """Return the name of a digest algorithm in lower case.

    Raises:
        ArgumentError: manifests have no such digest.
    """
    algorithm = str(checksum).lower()
    if algorithm not in ALGORITHMS:
        raise ArgumentError(f"checksum: {checksum!r} is not one of 'md5', 'sha256'")
    return algorithm


def verify_files(folder: Place, files: Sequence[ManifestEntry], algorithm: str | None) -> FolderDiff:
    """Check the files that the manifest lists, and ignore others."""
    if algorithm and (lacking := [entry.path for entry in files if algorithm not in entry.digests]):
        other = "sha256" if algorithm == "md5" else "md5"
        raise ClientError(f"The manifest has no {algorithm} for {_listing(lacking)}", hint=f"Try {other!r}.")
    inside = SafeDirectory(folder)

    def check(entry: ManifestEntry) -> tuple[str, str] | None:
        return _check(inside.resolve(entry.path), entry, algorithm)

    # Largest first, so that no core is left with a large file at the end.
    largest_first = sorted(files, key=lambda entry: entry.size or 0, reverse=True)
    limit = _BUCKET_READS if isinstance(folder, ObjectPath) else os.cpu_count() or 1
    outcomes = map_bounded(check, largest_first, limit=limit)
    found: dict[str, dict[str, str]] = {"missing": {}, "wrong_size": {}, "corrupt": {}}
    by_path = {entry.path: outcome for entry, outcome in zip(largest_first, outcomes, strict=True)}
    for entry in files:
        if outcome := by_path[entry.path]:
            kind, text = outcome
            found[kind][entry.path] = text
    return FolderDiff(found["missing"], found["wrong_size"], found["corrupt"])


def _check(path: Place, entry: ManifestEntry, algorithm: str | None) -> tuple[str, str] | None:
    """Check a file; return the kind of problem and its text, or None."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except FileNotFoundError:
        size = None
    if size is None:
        return "missing", f"{entry.path} is missing"
    if entry.size is not None and size != entry.size:
        return "wrong_size", f"{entry.path} has {size} bytes, expected {entry.size}"
    if algorithm is None:
        return None
    if hash_file(path, algorithm) != entry.digests[algorithm]:
        return "corrupt", f"{entry.path} is corrupt: its {algorithm} differs from the manifest"
    if not is_archive(entry.path) or isinstance(path, ObjectPath):
        return None
    try:
        with Archive(path) as archive:
            archive.check(algorithm)
    except DownloadError as error:
        return "corrupt", f"{entry.path}: {error.message.rstrip('.')}"
    return None


def _unlisted(folder: Place, files: Iterable[ManifestEntry]) -> tuple[str, ...]:
    listed = {entry.path for entry in files} | {MANIFEST_NAME}
    existing: Iterable[str]
    if isinstance(folder, ObjectPath):
        existing = folder.sizes()
    else:
        existing = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in existing if name not in listed and not is_part(name.rpartition("/")[2])))


def _listing(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

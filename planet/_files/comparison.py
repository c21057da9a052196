"""Compare a folder or an archive with a list of files."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from .._runtime._sync import map_bounded
from ..exceptions import ClientError, DownloadError
from .archive import Archive, is_archive
from .hashing import ALGORITHMS, hash_file
from .manifest_entry import MANIFEST_NAME, ManifestEntry
from .names import SafeDirectory, is_part

__all__ = ["FolderDiff", "as_algorithm", "compare", "verify_files"]


@attrs.frozen
class FolderDiff:
    """What a folder and a manifest do not agree on. It is true if there is anything.

    Attributes:
        missing: the files that are not there, {path: what is wrong}.
        wrong_size: those of another length.
        corrupt: those whose digest differs, and archives that do not hold what their own manifest promises.
        unlisted: paths of files that are there and not in the manifest.
    """

    __module__ = "planet.checksum"

    missing: Mapping[str, str] = attrs.field(factory=dict)
    wrong_size: Mapping[str, str] = attrs.field(factory=dict)
    corrupt: Mapping[str, str] = attrs.field(factory=dict)
    unlisted: tuple[str, ...] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """Everything that is not as the manifest promises, {path: what is wrong}."""
        return {**self.missing, **self.wrong_size, **self.corrupt}

    def __bool__(self) -> bool:
        return bool(self.wrong or self.unlisted)


def compare(files: Iterable[ManifestEntry], directory: Path | str, checksum: str | None = None) -> FolderDiff:
    """What a folder and the files of a manifest do not agree on; see `Manifest.diff`."""
    folder, files = Path(directory), tuple(files)
    diff = verify_files(folder, files, None if checksum is None else as_algorithm(checksum))
    return attrs.evolve(diff, unlisted=_unlisted(folder, files))


def as_algorithm(checksum: object) -> str:
    """The name of a digest that manifests have, in lower case."""
    algorithm = str(checksum).lower()
    if algorithm not in ALGORITHMS:
        raise ClientError(f"checksum is {checksum!r}.", hint="It is 'md5' or 'sha256'.")
    return algorithm


def verify_files(folder: Path, files: Sequence[ManifestEntry], algorithm: str | None) -> FolderDiff:
    """What is wrong with the files that the manifest lists; others are not looked for."""
    if algorithm and (lacking := [entry.path for entry in files if algorithm not in entry.digests]):
        other = "sha256" if algorithm == "md5" else "md5"
        raise ClientError(f"The manifest gives no {algorithm} for {_listing(lacking)}.", hint=f"Try {other!r}.")
    inside = SafeDirectory(folder)

    def check(entry: ManifestEntry) -> tuple[str, str] | None:
        return _check(inside.resolve(entry.path), entry, algorithm)

    # The largest first: at the end, no core waits for another one's large file.
    largest_first = sorted(files, key=lambda entry: entry.size or 0, reverse=True)
    outcomes = map_bounded(check, largest_first, limit=os.cpu_count() or 1)
    found: dict[str, dict[str, str]] = {"missing": {}, "wrong_size": {}, "corrupt": {}}
    by_path = {entry.path: outcome for entry, outcome in zip(largest_first, outcomes, strict=True)}
    for entry in files:
        if outcome := by_path[entry.path]:
            kind, text = outcome
            found[kind][entry.path] = text
    return FolderDiff(found["missing"], found["wrong_size"], found["corrupt"])


def _check(path: Path, entry: ManifestEntry, algorithm: str | None) -> tuple[str, str] | None:
    """What is wrong with a file: the kind of it, and the words."""
    if not path.is_file():
        return "missing", f"{entry.path} is missing"
    size = path.stat().st_size
    if entry.size is not None and size != entry.size:
        return "wrong_size", f"{entry.path} has {size} bytes instead of {entry.size}"
    if algorithm is None:
        return None
    if hash_file(path, algorithm) != entry.digests[algorithm]:
        return "corrupt", f"{entry.path} is corrupt: its {algorithm} is not the manifest's"
    if not is_archive(entry.path):
        return None
    try:
        with Archive(path) as archive:
            archive.check(algorithm)
    except DownloadError as error:
        return "corrupt", f"{entry.path}: {error.message.rstrip('.')}"
    return None


def _unlisted(folder: Path, files: Iterable[ManifestEntry]) -> tuple[str, ...]:
    listed = {entry.path for entry in files} | {MANIFEST_NAME}
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in there if name not in listed and not is_part(name.rpartition("/")[2])))


def _listing(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

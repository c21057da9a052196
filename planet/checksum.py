"""Is what lies on disk what was promised? Files and whole orders are checked offline, with no client.

Files are read in pieces, so that memory does not grow with them, and several at once: hashing uses all cores.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from ._part import is_part
from ._paths import Inside
from ._runtime._sync import map_bounded
from .archive import Archive, is_archive
from .exceptions import ChecksumError, ClientError, DownloadError
from .hashing import ALGORITHMS, hash_file
from .manifest import MANIFEST_NAME, Manifest, ManifestEntry

__all__ = ["ALGORITHMS", "FolderDiff", "compare", "hash_file", "validate_checksum", "validate_file"]


@attrs.frozen
class FolderDiff:
    """What a folder and a manifest do not agree on. It is true if there is anything.

    Attributes:
        missing: the files that are not there, {path: what is wrong}.
        wrong_size: those of another length.
        corrupt: those whose digest differs, and archives that do not hold what their own manifest promises.
        unlisted: paths of files that are there and not in the manifest.
    """

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


def validate_file(path: Path, digest: str, algorithm: str = "md5") -> None:
    """Check one file against a digest.

    Raises:
        ChecksumError: it is missing, or it is not what the digest promises.
    """
    if not path.is_file():
        raise ChecksumError(f"{path} is not there.", hint="Download it again.")
    found = hash_file(path, algorithm)
    if found != digest.lower():
        raise ChecksumError(
            f"{path} is not what was promised: its {algorithm} is {found}, not {digest.lower()}.",
            hint="Download it again, with overwrite=True.",
        )


def validate_checksum(directory: Path | str, checksum: str) -> None:
    """Check every file of a downloaded order against its manifest; of an archive, every file in it.

    Args:
        directory: the folder of the order, the one that holds `manifest.json`.
        checksum: `md5` or `sha256`, in any case.

    Raises:
        ChecksumError: files are missing, of the wrong size or corrupt; its text and `failures` name all of them.
        ClientError: *checksum* is neither, or there is no proper manifest, or it lacks that digest for some file.

    Example:
        ```python
        from planet.checksum import validate_checksum

        validate_checksum(folder, "sha256")
        ```
    """
    algorithm = _algorithm(checksum)
    folder = Path(directory)
    manifest = Manifest.read(folder)
    wrong = _compare(folder, manifest, algorithm).wrong
    if wrong:
        reasons = "; ".join(list(wrong.values())[:20])
        more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise ChecksumError(
            f"{len(wrong)} of {len(manifest)} files in {folder} are not right: {reasons}{more}.",
            hint="Remove the wrong files and download the order again: what is right is not fetched twice.",
            failures={path: ChecksumError(f"{text}.") for path, text in wrong.items()},
        )


def compare(manifest: Manifest, directory: Path | str, checksum: str | None = None) -> FolderDiff:
    """What a folder and a manifest do not agree on; see `Manifest.diff`."""
    folder = Path(directory)
    diff = _compare(folder, manifest, None if checksum is None else _algorithm(checksum))
    return attrs.evolve(diff, unlisted=_unlisted(folder, manifest))


def _algorithm(checksum: object) -> str:
    algorithm = str(checksum).lower()
    if algorithm not in ALGORITHMS:
        raise ClientError(f"checksum is {checksum!r}.", hint="It is 'md5' or 'sha256'.")
    return algorithm


def _compare(folder: Path, manifest: Manifest, algorithm: str | None) -> FolderDiff:
    """What is wrong with the files that the manifest lists; others are not looked for."""
    if algorithm and (lacking := [entry.path for entry in manifest if algorithm not in entry.digests]):
        other = "sha256" if algorithm == "md5" else "md5"
        raise ClientError(f"The manifest gives no {algorithm} for {_listing(lacking)}.", hint=f"Try {other!r}.")
    inside = Inside(folder)

    def check(entry: ManifestEntry) -> tuple[str, str] | None:
        return _check(inside.place(entry.path), entry, algorithm)

    # The largest first: at the end, no core waits for another one's large file.
    files = sorted(manifest.files, key=lambda entry: entry.size or 0, reverse=True)
    outcomes = map_bounded(check, files, limit=os.cpu_count() or 1)
    found: dict[str, dict[str, str]] = {"missing": {}, "wrong_size": {}, "corrupt": {}}
    by_path = {entry.path: outcome for entry, outcome in zip(files, outcomes, strict=True)}
    for entry in manifest:
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


def _unlisted(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    listed = {entry.path for entry in manifest} | {MANIFEST_NAME}
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in there if name not in listed and not is_part(name.rpartition("/")[2])))


def _listing(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

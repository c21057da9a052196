"""Is what lies on disk what was promised? Files and whole orders are checked offline, with no client.

Files are read in pieces, so that memory does not grow with them, and several at once: hashing uses all cores.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ._paths import within
from ._runtime._sync import check_stop, map_bounded
from .exceptions import ChecksumError, ClientError
from .manifest import Manifest, ManifestEntry

__all__ = ["ALGORITHMS", "best_digest", "hash_file", "validate_checksum", "validate_file"]

# The fastest first: on today's processors SHA-256 has instructions of its own and MD5 has none.
ALGORITHMS = ("sha256", "md5")

_PIECE = 1024 * 1024


def hash_file(path: Path, algorithm: str) -> str:
    """The digest of a file, in lower-case hex; *algorithm* is `md5` or `sha256`."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            check_stop()
            digest.update(piece)
    return digest.hexdigest()


def best_digest(digests: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The digest that is checked fastest, as (algorithm, value); None if there is none."""
    for algorithm in ALGORITHMS:
        if value := digests.get(algorithm):
            return algorithm, value.lower()
    return None


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
    """Check every file of a downloaded order against its manifest.

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
    algorithm = str(checksum).lower()
    if algorithm not in ALGORITHMS:
        raise ClientError(f"checksum is {checksum!r}.", hint="It is 'md5' or 'sha256'.")
    folder = Path(directory)
    manifest = Manifest.read(folder)
    if lacking := [entry.path for entry in manifest if algorithm not in entry.digests]:
        other = "sha256" if algorithm == "md5" else "md5"
        raise ClientError(f"The manifest gives no {algorithm} for {_listing(lacking)}.", hint=f"Try {other!r}.")

    def check(entry: ManifestEntry) -> ChecksumError | None:
        try:
            _check_entry(folder, entry, algorithm)
        except ChecksumError as error:
            return error
        return None

    outcomes = map_bounded(check, manifest.files, limit=os.cpu_count() or 1)
    failures = {entry.path: error for entry, error in zip(manifest, outcomes, strict=True) if error}
    if failures:
        reasons = "; ".join(error.message.rstrip(".") for error in list(failures.values())[:20])
        more = f"; and {len(failures) - 20} more" if len(failures) > 20 else ""
        raise ChecksumError(
            f"{len(failures)} of {len(manifest)} files in {folder} are not right: {reasons}{more}.",
            hint="Remove the wrong files and download the order again: what is right is not fetched twice.",
            failures=failures,
        )


def _check_entry(folder: Path, entry: ManifestEntry, algorithm: str) -> None:
    path = within(folder, entry.path)
    if not path.is_file():
        raise ChecksumError(f"{entry.path} is missing.")
    size = path.stat().st_size
    if entry.size is not None and size != entry.size:
        raise ChecksumError(f"{entry.path} has {size} bytes instead of {entry.size}.")
    if hash_file(path, algorithm) != entry.digests[algorithm]:
        raise ChecksumError(f"{entry.path} is corrupt: its {algorithm} is not the manifest's.")


def _listing(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

"""Verification of a file or a downloaded order."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._cloud.object_path import ObjectPath, as_place
from .._utils.tracebacks import hides_locals
from ..exceptions import ChecksumError
from .comparison import as_algorithm, verify_files
from .hashing import hash_file
from .manifest import Manifest

__all__ = ["validate_checksum", "validate_file"]


def validate_file(path: Path, digest: str, algorithm: str = "md5") -> None:
    """Check one file against a digest.

    Raises:
        ChecksumError: the file is missing, or its digest differs.
    """
    if not path.is_file():
        raise ChecksumError(f"{path} does not exist", hint="Download it again.")
    found = hash_file(path, algorithm)
    if found != digest.lower():
        raise ChecksumError(
            f"{path} is corrupt: its {algorithm} is {found}, expected {digest.lower()}",
            hint="Download it again with overwrite=True.",
        )


@hides_locals
def validate_checksum(
    directory: Path | ObjectPath | str, checksum: str, *, storage_options: Mapping[str, Any] | None = None
) -> None:
    """Check every file of a downloaded order, and every file in its archives, against the manifest.

    Args:
        directory: the directory of the order, which contains `manifest.json`; also in a bucket, `s3://bucket/prefix`.
        checksum: `md5` or `sha256`, in any case.
        storage_options: for a bucket, see `planet.cloud`.

    Raises:
        ChecksumError: files are missing, have the wrong size or are corrupt; the message and `failures` name them.
        ArgumentError: *checksum* is neither.
        ClientError: there is no valid manifest, or it has no such digest for some file.

    Example:
        ```python
        from planet.checksum import validate_checksum

        validate_checksum(folder, "sha256")
        ```
    """
    algorithm = as_algorithm(checksum)
    folder = as_place("directory", directory, storage_options)
    manifest = Manifest.read(folder)
    wrong = verify_files(folder, manifest.files, algorithm).wrong
    if wrong:
        reasons = "; ".join(list(wrong.values())[:20])
        more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise ChecksumError(
            f"{len(wrong)} of {len(manifest)} files in {folder} do not match the manifest: {reasons}{more}",
            hint="Remove these files and download the order again; files that match the manifest are skipped.",
            failures={path: ChecksumError(f"{text}.") for path, text in wrong.items()},
        )

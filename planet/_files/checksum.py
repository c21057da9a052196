"""Verify a file or a downloaded order against its manifest."""

from pathlib import Path

from ..exceptions import ChecksumError
from .comparison import as_algorithm, verify_files
from .hashing import hash_file
from .manifest import Manifest

__all__ = ["validate_checksum", "validate_file"]


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
    algorithm = as_algorithm(checksum)
    folder = Path(directory)
    manifest = Manifest.read(folder)
    wrong = verify_files(folder, manifest.files, algorithm).wrong
    if wrong:
        reasons = "; ".join(list(wrong.values())[:20])
        more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise ChecksumError(
            f"{len(wrong)} of {len(manifest)} files in {folder} are not right: {reasons}{more}.",
            hint="Remove the wrong files and download the order again: what is right is not fetched twice.",
            failures={path: ChecksumError(f"{text}.") for path, text in wrong.items()},
        )

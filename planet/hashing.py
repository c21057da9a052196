"""Digests of files."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ._runtime._sync import check_stop

__all__ = ["ALGORITHMS", "best_digest", "find_file", "hash_file"]

# The fastest first: on today's processors SHA-256 has instructions of its own and MD5 has none.
ALGORITHMS = ("sha256", "md5")

_PIECE = 1024 * 1024


def hash_file(path: Path, algorithm: str) -> str:
    """The digest of a file, in lower-case hex; *algorithm* is `md5` or `sha256`."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):  # a tenth faster than to read into one buffer again and again
            digest.update(piece)
            check_stop()
    return digest.hexdigest()


def find_file(folder: Path, prefix: str, md5: str) -> Path | None:
    """The file in a folder whose name begins in a certain way and whose content is that; None if there is none."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.startswith(prefix))
    except FileNotFoundError:
        return None
    for path in (folder / name for name in names):
        if path.is_file() and hash_file(path, "md5") == md5.lower():
            return path
    return None


def best_digest(digests: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The digest that is checked fastest, as (algorithm, value); None if there is none."""
    for algorithm in ALGORITHMS:
        if value := digests.get(algorithm):
            return algorithm, value.lower()
    return None

"""Digests of files."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from .._runtime.cancellation import check_cancelled

__all__ = ["ALGORITHMS", "best_digest", "hash_file"]


# The fastest first: on today's processors SHA-256 has instructions of its own and MD5 has none.
ALGORITHMS = ("sha256", "md5")

_PIECE = 1024 * 1024


def hash_file(path: Path, algorithm: str) -> str:
    """The digest of a file, in lower-case hex; *algorithm* is `md5` or `sha256`."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):  # a tenth faster than to read into one buffer again and again
            digest.update(piece)
            check_cancelled()
    return digest.hexdigest()


def best_digest(digests: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The digest that is checked fastest, as (algorithm, value); None if there is none."""
    for algorithm in ALGORITHMS:
        if value := digests.get(algorithm):
            return algorithm, value.lower()
    return None

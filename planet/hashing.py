"""Digests of files."""

from ._files.hashing import ALGORITHMS, best_digest, hash_file

__all__ = ["ALGORITHMS", "best_digest", "hash_file"]

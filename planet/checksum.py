"""Verify downloaded files and orders against their digests, offline and without a client.

Files are read in chunks, so that memory use does not depend on their size, and hashed on all cores.
"""

from ._files.checksum import validate_checksum, validate_file
from ._files.comparison import FolderDiff, compare
from ._files.hashing import ALGORITHMS, hash_file

__all__ = ["ALGORITHMS", "FolderDiff", "compare", "hash_file", "validate_checksum", "validate_file"]

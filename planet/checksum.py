"""Is what lies on disk what was promised? Files and whole orders are checked offline, with no client.

Files are read in pieces, so that memory does not grow with them, and several at once: hashing uses all cores.
"""

from ._files.checksum import validate_checksum, validate_file
from ._files.comparison import FolderDiff, compare
from ._files.hashing import ALGORITHMS, hash_file

__all__ = ["ALGORITHMS", "FolderDiff", "compare", "hash_file", "validate_checksum", "validate_file"]

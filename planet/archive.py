"""Read and verify the zip archives of orders without trusting them.

An archive may be corrupt inside although its own digest is right. It may also be unsafe: it may have names that lead
out of the directory, links, duplicate names, or a few kilobytes that expand to more than the disk holds.
"""

from ._files.archive import Archive, is_archive

__all__ = ["Archive", "is_archive"]

"""Zip archives of orders: checked without unpacking them, and unpacked without trusting them.

An archive may be corrupt inside although its own digest is right, and it may be hostile: names that lead out of the
folder, links, two files of one name, a few kilobytes that unfold to more than the disk holds.
"""

from ._files.archive import Archive, is_archive

__all__ = ["Archive", "is_archive"]

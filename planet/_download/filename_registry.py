"""`FilenameRegistry`: assigns file names, where they are only known when the answers come."""

import bisect
import os

from .._cloud.object_path import ObjectPath, Place
from .._files.names import casefold_key
from ..exceptions import DownloadError
from .expected import ExpectedContent

__all__ = ["FilenameRegistry"]


class FilenameRegistry:
    """The file names of one folder or prefix, each with its owner. No two owners get the same name.

    The folder is listed once, when the registry is made.
    """

    def __init__(self, folder: Place) -> None:
        self._folder = folder
        self._names = sorted(_names_in(folder))
        self._claimed: dict[str, str] = {}

    def claim(self, path: Place, owner: str) -> None:
        """Assign a file name to *owner*.

        Raises:
            DownloadError: another owner has it.
        """
        # setdefault is atomic: of two threads that claim a name at the same time, one is the owner.
        if self._claimed.setdefault(casefold_key(path.name), owner) != owner:
            raise DownloadError(
                f"{owner} cannot be stored: another file of this download has the name {path.name!r}, too.",
                hint="Download them to different folders.",
            )

    def find(self, prefix: str, md5: str, owner: str) -> Place | None:
        """Claim an existing file whose name has this prefix and whose content has this MD5; None if there is none."""
        start = bisect.bisect_left(self._names, prefix)
        for name in self._names[start:]:
            if not name.startswith(prefix):
                break
            path = self._folder / name
            if name[len(prefix) : len(prefix) + 1].isalnum() or not path.is_file():
                continue
            is_right = ExpectedContent(digest=("md5", md5.lower())).problem_with(path) is None
            if is_right and self._claimed.setdefault(casefold_key(name), owner) == owner:
                return path
        return None


def _names_in(folder: Place) -> list[str]:
    if isinstance(folder, ObjectPath):
        return [path for path in folder.sizes() if "/" not in path]
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []

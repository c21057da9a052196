"""Which file of a folder is whose, where the names are only known when the files come."""

import bisect
import os
from pathlib import Path

from .._files.hashing import hash_file
from .._files.names import casefold_key
from ..exceptions import DownloadError

__all__ = ["FilenameRegistry"]


class FilenameRegistry:
    """The files of one folder, and what they were claimed for: no two things get the same one.

    The folder is listed once, at the beginning.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._names = sorted(os.listdir(folder))
        except FileNotFoundError:
            self._names = []
        self._claimed: dict[str, str] = {}

    def claim(self, path: Path, owner: str) -> None:
        """Take a file for *owner*.

        Raises:
            DownloadError: it is somebody else's already.
        """
        # setdefault is atomic: of two threads that come at once, one is the owner.
        if self._claimed.setdefault(casefold_key(path.name), owner) != owner:
            raise DownloadError(
                f"The service calls two files {path.name!r}.", hint="Download them to different folders, one by one."
            )

    def find(self, prefix: str, md5: str, owner: str) -> Path | None:
        """A file whose name begins in a certain way and whose content is that, now claimed; None if there is none."""
        start = bisect.bisect_left(self._names, prefix)
        for name in self._names[start:]:
            if not name.startswith(prefix):
                break
            path = self._folder / name
            if name[len(prefix) : len(prefix) + 1].isalnum() or not path.is_file():
                continue
            if hash_file(path, "md5") == md5.lower() and self._claimed.setdefault(casefold_key(name), owner) == owner:
                return path
        return None

"""`Directory`: an open folder, in which files are made, renamed and removed although others swap folders for links.

Paths are resolved anew at each call, so that somebody who may write to a shared folder can swap a part of it for a
symbolic link in between. A handle stays with the folder that was opened. Where the system has no such handles
(Windows), paths are used.
"""

import contextlib
import errno
import os
import stat
from pathlib import Path

from ..exceptions import DownloadError

__all__ = ["Directory"]

_HANDLES = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
# O_PATH needs no permission to list the folder.
_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


class Directory:
    """A folder that is open.

    Args:
        path: the folder; made if it does not exist.
        root: the folder that the user has named, which may be a symbolic link. What lies between it and *path* must
            not be one. Left out: *path* itself.

    Raises:
        DownloadError: a folder on the way is a symbolic link or a file.
    """

    def __init__(self, path: Path, root: Path | None = None) -> None:
        self._path = path
        self._fd: int | None = None
        root = path if root is None or not path.is_relative_to(root) else root
        if not _HANDLES:
            path.mkdir(parents=True, exist_ok=True)
            return
        try:
            fd = os.open(root, _FLAGS)
        except FileNotFoundError:
            root.mkdir(parents=True, exist_ok=True)
            fd = os.open(root, _FLAGS)
        try:
            for part in path.relative_to(root).parts:
                below = _enter(fd, part, path)
                os.close(fd)
                fd = below
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd

    def close(self) -> None:
        """Close the handle."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def open(self, name: str, flags: int) -> int:
        """The descriptor of a file; links are not followed."""
        flags |= _NO_FOLLOW | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        return os.open(self._name(name), flags, 0o666, dir_fd=self._fd)

    def stat(self, name: str) -> os.stat_result:
        """What is known of a file, without following a link."""
        return os.stat(self._name(name), dir_fd=self._fd, follow_symlinks=False)

    def exists(self, name: str) -> bool:
        """Whether there is anything of that name."""
        try:
            self.stat(name)
        except FileNotFoundError:
            return False
        return True

    def replace(self, name: str, target: str) -> None:
        """Give a file another name, atomically. A file of that name is replaced."""
        os.replace(self._name(name), self._name(target), src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def unlink(self, name: str) -> None:
        """Remove a file."""
        os.unlink(self._name(name), dir_fd=self._fd)

    def _name(self, name: str) -> str:
        return name if self._fd is not None else os.path.join(self._path, name)


def _enter(fd: int, name: str, path: Path) -> int:
    """The handle of a folder in another one; made if it does not exist."""
    try:
        try:
            return os.open(name, _FLAGS | _NO_FOLLOW, dir_fd=fd)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):  # another thread may be faster
                os.mkdir(name, dir_fd=fd)
            return os.open(name, _FLAGS | _NO_FOLLOW, dir_fd=fd)
    except OSError as error:
        if error.errno == errno.ELOOP or (error.errno == errno.ENOTDIR and _is_link(fd, name)):
            raise DownloadError(
                f"{path} leads out of the folder of the download, through the symbolic link {name!r}.",
                hint="Remove the link, or choose another folder.",
            ) from None
        error.filename = error.filename and os.fspath(path)
        raise


def _is_link(fd: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
    except OSError:
        return False

"""The part file of a download, and its resume state: what survives a broken connection, a kill and a restart.

Both are hidden files in the folder of the target. The part file is locked, so that no second process writes to it.
The resume state holds the version of the content that the part file belongs to. For a file that is downloaded in
several segments at once it also holds the progress of each. Otherwise the length of the part file is the progress.
"""

import contextlib
import errno
import functools
import hashlib
import json
import logging
import os
import stat
from pathlib import Path
from typing import Any

import attrs

from .._files.directory import Directory

__all__ = ["CAN_SPLIT", "Busy", "PartFile", "ResumeState"]


try:
    import fcntl
except ImportError:  # Windows: the second process fails to open the part file, which lock() turns into Busy
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("planet.download")

# Whether a file can be written at several offsets at once.
CAN_SPLIT = hasattr(os, "pwrite")

# What file systems answer that have no locks, or cannot flush a file: some network and FUSE mounts.
_UNSUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)
_LINE = 21  # bytes: twenty digits and the end of the line


class Busy(Exception):
    """Another process is downloading the same file: try again a little later."""


@attrs.frozen
class ResumeState:
    """What is known of a part file.

    Attributes:
        etag: the version of the content that it belongs to.
        size: the length of the whole file, where it is downloaded in segments.
        base: where the first segment ends.
        piece: the length of each of the other segments but the last; 0: there is only one segment.
        progress: the offset that each of the other segments has reached.
    """

    etag: str
    size: int = 0
    base: int = 0
    piece: int = 0
    progress: tuple[int, ...] = ()


class PartFile:
    """The part file of one target.

    Args:
        target: the file that it becomes.
        root: the folder that the user has named; see `Directory`.
    """

    can_split = CAN_SPLIT

    def __init__(self, target: Path, root: Path | None = None) -> None:
        # A short name of its own for each target: 255-byte names must work, and two targets must not collide.
        stem = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:20]
        self._target = target
        self._root = root
        self._name = f".planet-{stem}.part"
        self._state_name = f".planet-{stem}.json"
        self._directory: Directory | None = None
        self._fd = -1
        self._state_fd = -1
        self._head = 0  # bytes of the state before the lines of its progress
        self._has_state = False

    @property
    def is_open(self) -> bool:
        """Whether it is open and locked."""
        return self._fd >= 0

    def allocated_size(self) -> int:
        """The bytes that it takes up on disk now; it need not be open."""
        try:
            status = os.stat(self._target.parent / self._name, follow_symlinks=False)
        except OSError:
            return 0
        blocks: int | None = getattr(status, "st_blocks", None)  # a file with gaps takes up less than its length
        return status.st_size if blocks is None else min(status.st_size, blocks * 512)

    @property
    def _folder(self) -> Directory:
        if self._directory is None:
            self._directory = Directory(self._target.parent, self._root)
        return self._directory

    def lock(self) -> int:
        """Open and lock it: its length in bytes.

        Raises:
            Busy: another process has it.
        """
        while True:
            try:
                self._fd = self._open_own(self._name)
                if fcntl is not None:
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if self._fd >= 0 and error.errno in _UNSUPPORTED:
                    _warn_once("has no locks. Do not download to it from two programs at once", self._target.parent)
                    return os.fstat(self._fd).st_size
                exists = os.name == "nt" and self._folder.exists(self._name)
                self.close()
                if error.errno == errno.EWOULDBLOCK or exists:
                    raise Busy from None
                raise
            mine = os.fstat(self._fd)
            with contextlib.suppress(FileNotFoundError):
                if mine.st_ino == self._folder.stat(self._name).st_ino:
                    return mine.st_size
            self.close()  # between opening and locking, another process has given the file its final name

    def _open_own(self, name: str) -> int:
        """Open a file that nothing but this package writes to.

        Somebody else may have put a link of that name into a shared folder, to have another file overwritten. What is
        not a plain file with one name is removed, and a new one made.
        """
        try:
            fd = self._folder.open(name, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):
                raise
            fd = -1
        if fd >= 0:
            status = os.fstat(fd)
            if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1 and _is_own(status):
                return fd
            os.close(fd)
            if status.st_nlink == 0:  # another process has just given it its final name, or removed it
                return self._open_own(name)
        log.warning("%s is a link, not a regular file, or another user's; it is removed", self._target.parent / name)
        self._folder.unlink(name)
        return self._folder.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)

    # -- the bytes -------------------------------------------------------------------------------------------

    def write(self, chunk: bytes | memoryview, offset: int) -> None:
        """Write bytes at an offset."""
        view = memoryview(chunk)
        if not CAN_SPLIT:
            os.lseek(self._fd, offset, os.SEEK_SET)
        while view:
            count = os.pwrite(self._fd, view, offset) if CAN_SPLIT else os.write(self._fd, view)
            offset += count
            view = view[count:]

    def read(self, offset: int, count: int) -> bytes:
        """Read bytes from an offset."""
        if CAN_SPLIT:
            return os.pread(self._fd, count, offset)
        os.lseek(self._fd, offset, os.SEEK_SET)
        return os.read(self._fd, count)

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._fd).st_size

    def truncate(self) -> None:
        """Remove all bytes, and the resume state."""
        os.ftruncate(self._fd, 0)
        self.delete_state()

    # -- the resume state ------------------------------------------------------------------------------------

    @property
    def has_state(self) -> bool:
        """Whether there is a resume state."""
        return self._has_state

    def load_state(self) -> ResumeState | None:
        """The resume state; None if there is none, or a broken one: then the version of the part is unknown."""
        try:
            fd = self._folder.open(self._state_name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with open(fd, "rb") as file:
                if not stat.S_ISREG(os.fstat(fd).st_mode):  # a pipe would be waited for
                    return None
                head, *lines = file.read().split(b"\n")
            state = ResumeState(**json.loads(head), progress=tuple(int(line) for line in lines if line))
        except (OSError, ValueError, TypeError):
            return None
        numbers = (state.size, state.base, state.piece)
        if not isinstance(state.etag, str) or not (state.etag.isascii() and state.etag.isprintable()):
            return None
        if not all(isinstance(n, int) and n >= 0 for n in numbers):
            return None
        self._has_state, self._head = True, len(head) + 1
        if state.piece:
            self._state_fd = self._open_own(self._state_name)
        return state

    def save_state(self, state: ResumeState) -> None:
        """Write the resume state."""
        self._close_state()
        known: dict[str, Any] = attrs.asdict(state)
        known.pop("progress")
        head = json.dumps(known if state.piece else {"etag": state.etag}).encode() + b"\n"
        self._state_fd = self._open_own(self._state_name)
        self._head = len(head)
        os.ftruncate(self._state_fd, 0)
        os.write(self._state_fd, head + b"".join(b"%020d\n" % offset for offset in state.progress))
        self._has_state = True

    def advance(self, index: int, offset: int, *, safely: bool) -> None:
        """Save the progress of a segment; *safely*: not before its bytes are on disk."""
        if safely:
            self._flush()
        os.pwrite(self._state_fd, b"%020d\n" % offset, self._head + _LINE * index)

    def delete_state(self) -> None:
        """Remove the resume state."""
        self._close_state()
        with contextlib.suppress(FileNotFoundError):
            self._folder.unlink(self._state_name)
        self._has_state = False

    # -- the end ---------------------------------------------------------------------------------------------

    def target_exists(self) -> bool:
        """Whether there is a file under the final name."""
        return self._folder.exists(self._target.name)

    def commit(self) -> None:
        """Flush it to disk, and give it its final name."""
        self._flush()
        if os.name == "nt":  # an open file cannot be renamed there
            self._close_file()
        self._folder.replace(self._name, self._target.name)
        if self._has_state:
            self.delete_state()
        self.close()

    def discard(self) -> None:
        """Remove it and the resume state."""
        try:
            self.delete_state()
            if os.name == "nt":
                self._close_file()
            with contextlib.suppress(FileNotFoundError):
                self._folder.unlink(self._name)
        finally:
            self.close()

    def close(self) -> None:
        """Close it. The bytes and the resume state stay for the next time."""
        self._close_state()
        self._close_file()
        self._has_state = False
        if self._directory is not None:
            self._directory.close()
            self._directory = None

    def _flush(self) -> None:
        try:
            os.fsync(self._fd)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
            _warn_once("cannot flush files to disk. After a power failure, verify them", self._target.parent)

    def _close_file(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _close_state(self) -> None:
        if self._state_fd >= 0:
            os.close(self._state_fd)
            self._state_fd = -1


def _is_own(status: os.stat_result) -> bool:
    """Whether a file belongs to this user. Its owner could go on writing to it after it was verified."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


@functools.lru_cache(maxsize=64)
def _warn_once(what: str, folder: Path) -> None:
    log.warning("The file system of %s %s.", folder, what)

"""The part file of a download, and its resume state: what survives a broken connection, a kill and a restart.

Both are hidden files in the folder of the target. The part file is locked, so that no second process writes to it.
The resume state holds the version of the content that the part file belongs to. For a file that is downloaded in
several segments at once it also holds the progress of each. Otherwise the length of the part file is the progress.
"""

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import attrs

__all__ = ["CAN_SPLIT", "Busy", "PartFile", "ResumeState"]


try:
    import fcntl
except ImportError:  # Windows: the second process fails to open the part file, which lock() turns into Busy
    fcntl = None  # type: ignore[assignment]

# Whether a file can be written at several places at once.
CAN_SPLIT = hasattr(os, "pwrite")

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_LINE = 21  # bytes: twenty digits and the line's end


class Busy(Exception):
    """Another process is fetching the same file just now: look again a little later."""


@attrs.frozen
class ResumeState:
    """What is known of a part.

    Attributes:
        etag: the version of the content that it belongs to.
        size: the length of the whole file, where it comes in stretches.
        base: where the first stretch ends.
        piece: how long each of the others is, the last one apart; 0: there is one only.
        progress: up to where each of the others is here.
    """

    etag: str
    size: int = 0
    base: int = 0
    piece: int = 0
    progress: tuple[int, ...] = ()


class PartFile:
    """The part file of one target."""

    def __init__(self, target: Path) -> None:
        # A short name of its own for each target: 255-byte names must work, and two targets must not collide.
        stem = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:20]
        folder = os.fspath(target.parent)
        self._path = os.path.join(folder, f".planet-{stem}.part")
        self._state_path = os.path.join(folder, f".planet-{stem}.json")
        self._folder = target.parent
        self._fd = -1
        self._state_fd = -1
        self._head = 0  # bytes of the state before the lines of its progress
        self._has_state = False

    @property
    def is_open(self) -> bool:
        """Whether it is in hand."""
        return self._fd >= 0

    def allocated_size(self) -> int:
        """The bytes that it takes up on disk now; it need not be open."""
        try:
            status = os.stat(self._path)
        except OSError:
            return 0
        blocks: int | None = getattr(status, "st_blocks", None)  # a file with gaps takes up less than its length
        return status.st_size if blocks is None else min(status.st_size, blocks * 512)

    def lock(self) -> int:
        """Open it and lock it: its length in bytes.

        Raises:
            Busy: another process has it.
        """
        while True:
            try:
                self._fd = self._open(self._path)
                if fcntl is not None:
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if self._fd >= 0 and error.errno in _NO_LOCKS:  # some network file systems have none: go on without
                    return os.fstat(self._fd).st_size
                self.close()
                if error.errno == errno.EWOULDBLOCK or (os.name == "nt" and os.path.exists(self._path)):
                    raise Busy from None
                raise
            mine = os.fstat(self._fd)
            try:
                if mine.st_ino == os.stat(self._path).st_ino:
                    return mine.st_size
            except FileNotFoundError:
                pass  # so it is gone
            self.close()  # between opening and locking, another process has given the file its final name

    def _open(self, path: str) -> int:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            return os.open(path, flags, 0o666)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o666)

    # -- the bytes -------------------------------------------------------------------------------------------

    def write(self, piece: bytes | memoryview, at: int) -> None:
        """Write bytes at a place."""
        view = memoryview(piece)
        if not CAN_SPLIT:
            os.lseek(self._fd, at, os.SEEK_SET)
        while view:
            count = os.pwrite(self._fd, view, at) if CAN_SPLIT else os.write(self._fd, view)
            at += count
            view = view[count:]

    def read(self, at: int, count: int) -> bytes:
        """Bytes from a place."""
        if CAN_SPLIT:
            return os.pread(self._fd, count, at)
        os.lseek(self._fd, at, os.SEEK_SET)
        return os.read(self._fd, count)

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._fd).st_size

    def truncate(self) -> None:
        """Nothing is left of it, nor of the state."""
        os.ftruncate(self._fd, 0)
        self.delete_state()

    # -- the state --------------------------------------------------------------------------------------------

    def load_state(self) -> ResumeState | None:
        """What was noted; None if there is no state, or half of one: then the part is of no known version."""
        try:
            with open(self._state_path, "rb") as file:
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
            self._state_fd = self._open(self._state_path)
        return state

    def save_state(self, state: ResumeState) -> None:
        """ResumeState it."""
        self._close_state()
        known: dict[str, Any] = attrs.asdict(state)
        known.pop("progress")
        head = json.dumps(known if state.piece else {"etag": state.etag}).encode() + b"\n"
        self._state_fd = self._open(self._state_path)
        self._head = len(head)
        os.ftruncate(self._state_fd, 0)
        os.write(self._state_fd, head + b"".join(b"%020d\n" % at for at in state.progress))
        self._has_state = True

    @property
    def has_state(self) -> bool:
        """Whether there is a state."""
        return self._has_state

    def advance(self, index: int, at: int, *, safely: bool) -> None:
        """ResumeState how far a stretch is; *safely*: not before its bytes are on disk."""
        if safely:
            os.fsync(self._fd)
        os.pwrite(self._state_fd, b"%020d\n" % at, self._head + _LINE * index)

    def delete_state(self) -> None:
        """Remove the state."""
        self._close_state()
        if self._has_state or os.path.lexists(self._state_path):
            os.unlink(self._state_path)
        self._has_state = False

    # -- the end ---------------------------------------------------------------------------------------------

    def commit(self, target: Path) -> None:
        """Make sure that it is on disk, and give it its final name."""
        os.fsync(self._fd)
        if os.name == "nt":  # an open file cannot be renamed there
            self._close_file()
        os.replace(self._path, target)
        if self._has_state:
            self.delete_state()
        self.close()

    def discard(self) -> None:
        """Remove it and the state."""
        self.delete_state()
        if os.name == "nt":
            self._close_file()
        os.unlink(self._path)
        self.close()

    def close(self) -> None:
        """Let go of it; what it holds stays for the next time."""
        self._close_state()
        self._close_file()
        self._has_state = False

    def _close_file(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _close_state(self) -> None:
        if self._state_fd >= 0:
            os.close(self._state_fd)
            self._state_fd = -1

"""One file on its way from a server to its place: a state machine that decides and never waits.

    open()    look at what is there; say which headers to send, or that nothing needs to be fetched
    start()   look at the answer's status and headers; take it up, or refuse it
    write()   a piece of the body
    finish()  size and digest are checked, the file is flushed and takes its final name
    failed()  after an error: try again, after how long, or give up

The bytes gather in a hidden part file in the target's own folder, locked against a second process, with a small
side file that remembers the version of the content they belong to. The final name appears by one atomic rename,
when the file is whole and verified.
"""

import errno
import hashlib
import json
import os
import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ._retry import Attempt, RetryPolicy, is_transient
from .checksum import best_digest, hash_file
from .exceptions import ChecksumError, DownloadError, InvalidAnswer, NetworkError, PlanetError

try:
    import fcntl
except ImportError:  # Windows: the second process fails to open the part file, which open() turns into Busy
    fcntl = None  # type: ignore[assignment]

__all__ = ["Busy", "Transfer", "length_of", "store"]

_PIECE = 1024 * 1024
_MAX_MISMATCHES = 3
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)$")


class Busy(Exception):
    """Another process is fetching the same file just now: look again a little later."""


class Transfer:
    """The transfer of one file.

    Args:
        target: the final path.
        size: how long it must be in bytes, where that is known beforehand.
        digests: what it must hash to, {"sha256": …, "md5": …}, where that is known beforehand.
        overwrite: whether a file that is there already is to be replaced.
        retry: how failures of the body are retried.
    """

    def __init__(
        self,
        target: Path,
        *,
        size: int | None = None,
        digests: Mapping[str, str | None] | None = None,
        overwrite: bool = False,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.target = target
        self.overwrite = overwrite
        self.received = 0  # bytes in the part file
        self.expected = size  # bytes of the whole file, as far as is known
        self._size = size
        self._digest = best_digest(digests or {})
        self._retry = retry or RetryPolicy()
        self._attempt: Attempt | None = None
        self._mismatches = 0
        self._high_water = 0
        # A short name of its own for each target: 255-byte names must work, and two targets must not collide.
        stem = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:20]
        self._part = target.parent / f".planet-{stem}.part"
        self._side = target.parent / f".planet-{stem}.json"
        self._fd = -1
        self._hash: Any = None
        self._etag: str | None = None

    # -- what is there ---------------------------------------------------------------------------------------

    def open(self) -> dict[str, str] | None:
        """The headers to ask with, or None: the file is there and right, nothing needs to be fetched.

        Raises:
            Busy: another process has it in hand.
            DownloadError: another file is there, and it is not to be overwritten.
        """
        self.close()
        if not self.overwrite and self._stands():
            return None
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._lock()
        if not self.overwrite and self._stands():  # another process has just finished it
            self._discard()
            return None
        self._etag = self._read_etag()
        self.received = os.fstat(self._fd).st_size
        if self.received and (self._etag is None or (self._size is not None and self.received > self._size)):
            self._truncate()
        else:
            self._rehash()
        if self.received and self.received == self._size and self._finished():
            return None
        headers = {"Accept-Encoding": "identity"}
        if self.received and self._etag is not None:
            headers |= {"Range": f"bytes={self.received}-", "If-Range": self._etag}
        return headers

    def _finished(self) -> bool:
        """Whether the part file, which has its full length, is right; then only the final name was missing."""
        try:
            self.finish()
        except ChecksumError:
            return False
        return True

    def _stands(self) -> bool:
        """Whether the right file is there already; a wrong one is an error, it is not ours to destroy."""
        if not os.path.lexists(self.target):
            return False
        if not self.target.is_file():
            raise DownloadError(f"{self.target} is there and is no file.", hint="Choose another folder.")
        wrong = None
        if self._size is not None and (size := self.target.stat().st_size) != self._size:
            wrong = f"it has {size} bytes instead of {self._size}"
        elif self._digest is not None and hash_file(self.target, self._digest[0]) != self._digest[1]:
            wrong = f"its {self._digest[0]} differs"
        if wrong:
            raise DownloadError(
                f"{self.target} is there already and is not the file that was asked for: {wrong}.",
                hint="It was left as it is. Pass overwrite=True to replace it.",
            )
        self.received = self.target.stat().st_size
        self.expected = self.received
        return True

    def _lock(self) -> None:
        """Open the part file and lock it, so that no other process writes to it."""
        while True:
            try:
                self._fd = os.open(self._part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
                if fcntl is not None:
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in _NO_LOCKS:  # some network file systems have none: go on without
                    return
                self.close()
                if error.errno == errno.EWOULDBLOCK or (os.name == "nt" and self._part.exists()):
                    raise Busy from None
                raise
            try:
                same = os.fstat(self._fd).st_ino == os.stat(self._part).st_ino
            except FileNotFoundError:
                same = False
            if same:
                return
            self.close()  # between opening and locking, another process has given the file its final name

    def _read_etag(self) -> str | None:
        try:
            etag = json.loads(self._side.read_text(encoding="utf-8"))["etag"]
        except (OSError, ValueError, KeyError, TypeError):
            return None  # no side file, or half of one: the part is of no known version, and is begun again
        return etag if isinstance(etag, str) else None

    def _rehash(self) -> None:
        self._hash = None if self._digest is None else hashlib.new(self._digest[0], usedforsecurity=False)
        if self._hash is None:
            return
        os.lseek(self._fd, 0, os.SEEK_SET)
        while piece := os.read(self._fd, _PIECE):
            self._hash.update(piece)

    def _truncate(self) -> None:
        os.ftruncate(self._fd, 0)
        self.received = 0
        self._side.unlink(missing_ok=True)
        self._etag = None
        self._rehash()

    # -- the answer ------------------------------------------------------------------------------------------

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Take up an answer, at the place where it begins.

        Raises:
            NetworkError: it cannot be used; `failed` says what comes next.
        """
        encoded = headers.get("content-encoding", "identity").lower() != "identity"
        if status == 206:
            match = _CONTENT_RANGE.match(headers.get("content-range", ""))
            other = headers.get("etag", self._etag) != self._etag  # another version, whatever If-Range asked for
            if encoded or other or not match or int(match[1]) != self.received:
                self._truncate()
                raise InvalidAnswer("The server sent another part of the file than was asked for.")
            total = None if match[3] == "*" else int(match[3])
        elif status == 200:
            if self.received:
                self._truncate()  # the content has changed, or the server does not do ranges
            total = None if encoded else length_of(headers)
        else:
            self._truncate()
            raise InvalidAnswer(f"The server answered {status} to a download.", status_code=status)
        if self._digest is None and "text/html" in headers.get("content-type", "") and not self._is_page():
            raise InvalidAnswer("The server sent a web page instead of the file.")
        if self._size is not None and total is not None and total != self._size:
            raise self._mismatch(f"the server offers {total} bytes instead of {self._size}")
        self.expected = self._size if self._size is not None else total
        self._remember(None if encoded else headers.get("etag"))
        os.lseek(self._fd, self.received, os.SEEK_SET)

    def _is_page(self) -> bool:
        return self.target.suffix.lower() in (".html", ".htm")

    def _remember(self, etag: str | None) -> None:
        """Note the version of the content, if the server names one that can be relied on."""
        if etag == self._etag:
            return
        self._etag = etag if etag and not etag.startswith("W/") else None
        if self._etag is None:
            self._side.unlink(missing_ok=True)
        else:
            self._side.write_text(json.dumps({"etag": self._etag}), encoding="utf-8")

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write pieces of the body, and hash them on the way.

        Raises:
            ChecksumError: the body is longer than was promised.
            OSError: the disk is full, or the like.
        """
        for piece in pieces:
            self.received += len(piece)
            if self.expected is not None and self.received > self.expected:
                raise self._mismatch(f"the server sends more than {self.expected} bytes")
            view = memoryview(piece)
            while view:
                view = view[os.write(self._fd, view) :]
            if self._hash is not None:
                self._hash.update(piece)

    def finish(self) -> None:
        """Check the file, make sure that it is on disk, and give it its final name.

        Raises:
            NetworkError: the body broke off; what there is of it is kept.
            ChecksumError: the content is wrong; nothing of it is kept.
        """
        if self.expected is not None and self.received < self.expected:
            raise NetworkError(
                f"The download of {self.target.name} broke off at {self.received} of {self.expected} bytes."
            )
        if self._digest is not None and self._hash.hexdigest() != self._digest[1]:
            raise self._mismatch(f"its {self._digest[0]} differs")
        os.fsync(self._fd)
        if os.name == "nt":  # an open file cannot be renamed there
            self.close()
        os.replace(self._part, self.target)
        self._side.unlink(missing_ok=True)
        self.expected = self.received
        self.close()

    # -- when something goes wrong ---------------------------------------------------------------------------

    def failed(self, error: PlanetError, now: float) -> float:
        """The seconds after which to try again; raises the error if there is no sense in it.

        Attempts count only while there is no progress: a slow and shaky link gets there in the end.
        """
        if isinstance(error, ChecksumError):
            self._mismatches += 1
            if self._mismatches >= _MAX_MISMATCHES:
                raise error
            return 0.0
        if error.settled or not is_transient(error):
            raise error  # the session has already tried as often as made sense
        if self.received > self._high_water:
            self._high_water = self.received
            self._attempt = None
            return random.uniform(0, self._retry.base)
        self._attempt = self._attempt or Attempt(self._retry, "GET", None)
        return self._attempt.judge(error, now=now)

    def _mismatch(self, what: str) -> ChecksumError:
        self._truncate()
        return ChecksumError(
            f"{self.target.name} is not what was promised: {what}.",
            hint="Nothing was kept of it. Try again; if it stays so, report it to Planet's support.",
        )

    def close(self) -> None:
        """Let go of the part file; what it holds stays for the next time."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def abandon(self, error: BaseException) -> None:
        """The end without the file. What there is of it stays for the next time if there is a use for it."""
        if self._fd < 0:
            return
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or self._etag is None or not self.received:
            self._discard()
        else:
            self.close()

    def _discard(self) -> None:
        self._side.unlink(missing_ok=True)
        if os.name == "nt":
            self.close()
        self._part.unlink(missing_ok=True)
        self.close()


def length_of(headers: Mapping[str, str]) -> int | None:
    """The length that an answer announces, or None."""
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None


def store(target: Path, content: bytes, overwrite: bool = False) -> None:
    """Put bytes that are at hand in their place, by the same rules as a file that is fetched."""
    digest = hashlib.sha256(content, usedforsecurity=False).hexdigest()
    transfer = Transfer(target, size=len(content), digests={"sha256": digest}, overwrite=overwrite)
    try:
        if transfer.open() is not None:
            transfer.start(200, {})
            transfer.write([content])
            transfer.finish()
    except BaseException as error:
        transfer.abandon(error)
        raise

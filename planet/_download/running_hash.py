"""`RunningHash`: the digest of a file while it is downloaded, hashed from memory where that is possible."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from typing import Any

from .._runtime.cancellation import check_cancelled
from .segments import Segment

__all__ = ["RunningHash"]


_READ = 1024 * 1024


class RunningHash:
    """The digest of the received bytes, from the beginning up to the first gap.

    Several threads may call it at the same time. None of them waits: if another thread is hashing, the work is left to
    that thread, or to a later `catch_up`.

    Args:
        algorithm: the name of the algorithm; None: nothing is hashed.
    """

    def __init__(self, algorithm: str | None) -> None:
        self._hash: Any = None if algorithm is None else hashlib.new(algorithm, usedforsecurity=False)
        self._hashed = 0
        self._lock = threading.Lock()

    def take(self, chunk: bytes | memoryview, offset: int) -> None:
        """Hash a chunk that was written at an offset, if it follows what was hashed before."""
        if self._hash is None or not self._lock.acquire(blocking=False):
            return
        if self._hashed == offset:
            self._hash.update(chunk)
            self._hashed += len(chunk)
        self._lock.release()

    def catch_up(self, segments: Iterable[Segment], read: Callable[[int, int], bytes]) -> None:
        """Hash received bytes that were not hashed yet, up to the first gap; *read* takes an offset and a count."""
        if self._hash is None or not self._lock.acquire(blocking=False):
            return
        try:
            for segment in segments:
                while segment.start <= self._hashed < segment.offset:
                    chunk = read(self._hashed, min(_READ, segment.offset - self._hashed))
                    if not chunk:
                        return  # the part file is shorter than its resume state says: the digest will differ
                    self._hash.update(chunk)
                    self._hashed += len(chunk)
                    check_cancelled()
        finally:
            self._lock.release()

    def hexdigest(self) -> str:
        """The digest, in lower-case hex."""
        digest: str = self._hash.hexdigest()
        return digest

"""The digest of a file while it comes, in several stretches at once: hashed from memory where that is possible."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from typing import Any

from .._runtime.cancellation import check_cancelled
from .segments import Segment

__all__ = ["RunningHash"]


_READ = 1024 * 1024


class RunningHash:
    """The digest of what is here, from the beginning up to the first gap.

    Several threads may call it at once. None of them waits: who finds another one hashing leaves the work to that one,
    or to a later `catch_up`.

    Args:
        algorithm: which; None: nothing is hashed.
    """

    def __init__(self, algorithm: str | None) -> None:
        self._hash: Any = None if algorithm is None else hashlib.new(algorithm, usedforsecurity=False)
        self._upto = 0
        self._lock = threading.Lock()

    def take(self, piece: bytes | memoryview, at: int) -> None:
        """A piece that has been written at that place."""
        if self._hash is None or not self._lock.acquire(blocking=False):
            return
        if self._upto == at:
            self._hash.update(piece)
            self._upto += len(piece)
        self._lock.release()

    def catch_up(self, segments: Iterable[Segment], read: Callable[[int, int], bytes]) -> None:
        """Hash what is here and has not been hashed, as far as there is no gap; *read* gives bytes from a place."""
        if self._hash is None or not self._lock.acquire(blocking=False):
            return
        try:
            for segment in segments:
                while segment.start <= self._upto < segment.offset:
                    piece = read(self._upto, min(_READ, segment.offset - self._upto))
                    if not piece:
                        return  # shorter than was noted: the digest will tell
                    self._hash.update(piece)
                    self._upto += len(piece)
                    check_cancelled()
        finally:
            self._lock.release()

    def hexdigest(self) -> str:
        """The digest, in lower-case hex."""
        digest: str = self._hash.hexdigest()
        return digest

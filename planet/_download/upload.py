"""`Upload`: what a download to a bucket is written to, as a `PartFile` is for one to a folder.

Nothing appears in the bucket before the file is complete and verified. A file of a few megabytes is kept in memory and
stored by one request. A larger one is sent in parts as it arrives; the storage makes an object of them at the end.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import suppress

from .._cloud.bucket import PART, Aborted
from .._cloud.object_path import ObjectPath
from .._runtime.cancellation import check_cancelled
from .._runtime.threads import run_in_thread
from .part_file import ResumeState

__all__ = ["Upload"]


_WAIT = 0.2  # seconds between two checks whether the download is cancelled
_PATIENCE = 2.0  # seconds to wait for the storage to clean up after an upload that is given up


class Upload:
    """The upload of one object. Its bytes are written in their order.

    Args:
        target: the object.
        digest: (algorithm, hex) that the content will have; it is stored with the object.
    """

    can_split = False  # its bytes are sent in their order
    has_state = False  # another process cannot resume it

    def __init__(self, target: ObjectPath, digest: tuple[str, str] | None) -> None:
        self._target = target
        self._metadata = dict([digest]) if digest else {}
        self.is_open = False
        self.size = 0  # bytes written
        self._buffer = bytearray()
        self._stream: _Stream | None = None

    def lock(self) -> int:
        """Begin: nothing was written before."""
        self.is_open = True
        return 0

    def write(self, chunk: bytes | memoryview, offset: int) -> None:
        """Write the next bytes.

        Raises:
            StorageError: the storage refuses them.
        """
        assert offset == self.size, "an upload is written in order"
        self._buffer += chunk
        self.size += len(chunk)
        if len(self._buffer) >= PART:
            if self._stream is None:
                self._stream = _Stream(self._target, self._metadata)
            self._stream.send(bytes(self._buffer))
            self._buffer.clear()

    def read(self, offset: int, count: int) -> bytes:
        """Bytes that were written, of a file that is small enough to be in memory still; otherwise none."""
        return b"" if self._stream else bytes(self._buffer[offset : offset + count])

    def truncate(self) -> None:
        """Remove all bytes."""
        if self._stream is not None:
            self._stream.abort()
            self._stream = None
        self._buffer.clear()
        self.size = 0

    def target_exists(self) -> bool:
        """Whether there is an object under the final name."""
        return self._target.exists()

    def commit(self) -> None:
        """Make the object."""
        if self._stream is None:
            self._target.put(bytes(self._buffer), self._metadata)
        else:
            if self._buffer:
                self._stream.send(bytes(self._buffer))
            self._stream.complete()
            self._stream = None
        self.close()

    def discard(self) -> None:
        """End without an object."""
        self.close()

    def close(self) -> None:
        """End; without a `commit` before it, there is no object."""
        self.truncate()
        self.is_open = False

    def load_state(self) -> ResumeState | None:
        """None: see `has_state`."""
        return None

    def save_state(self, state: ResumeState) -> None:
        """Do nothing: see `has_state`."""

    def advance(self, index: int, offset: int, *, safely: bool) -> None:
        """Do nothing: an upload has one segment."""


class _Stream:
    """Sends the parts of one object in a thread of its own."""

    def __init__(self, target: ObjectPath, metadata: dict[str, str]) -> None:
        self._target = target
        self._metadata = metadata
        self._parts: queue.Queue[bytes | None] = queue.Queue(1)  # None: the end
        self._is_aborted = False
        self._end: Future[None] = Future()
        run_in_thread(self._run)

    def _run(self) -> None:
        try:
            self._target.put(self._content(), self._metadata)
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that writes
            self._end.set_exception(error)
        else:
            self._end.set_result(None)

    def _content(self) -> Iterator[bytes]:
        while True:
            if self._is_aborted:
                raise Aborted
            try:
                part = self._parts.get(timeout=_WAIT)
            except queue.Empty:
                continue
            if part is None:
                return
            yield part

    def send(self, part: bytes | None) -> None:
        """Send a part, once there is room for it; None: the end."""
        while not self._end.done():
            check_cancelled()
            with suppress(queue.Full):
                self._parts.put(part, timeout=_WAIT)
                return
        self._end.result()

    def complete(self) -> None:
        """Wait until the storage has made the object."""
        self.send(None)
        while not wait([self._end], _WAIT).done:
            check_cancelled()
        self._end.result()

    def abort(self) -> None:
        """End without an object."""
        self._is_aborted = True
        wait([self._end], _PATIENCE)

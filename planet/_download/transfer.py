"""`Transfer`: the download of one file as a state machine that decides, writes and verifies, and never waits.

    open()             compare what exists; say whether anything has to be downloaded
    pending()          the segments that are missing, each with a request of its own
    headers()          the headers to request a segment with
    accept_response()  check the head of an answer
    compare_existing() compare a file that exists with what the answer says, where nothing was known before
    write()            write a part of the body
    finish()           verify size and digest, flush, and give the file its final name
    retry_delay()      after an error: when to request the rest of a segment; raises if that is of no use
    restart_delay()    after corrupt or changed content: when to start again; raises if that is of no use

A file starts as one segment. A large file whose server takes ranges and names the version of the content is split, and
its segments are downloaded at the same time. The bytes are collected in a hidden part file (`part_file`); the final
name appears by one atomic rename, when the file is complete and verified.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Mapping

from .._cloud.object_path import ObjectPath, Place
from .._files.hashing import best_digest
from .._http.retry import RetryPolicy
from .._redact import printable
from ..exceptions import ChecksumError, DownloadError, InvalidAnswer, NetworkError, PlanetError
from .attempts import Attempts
from .existing import ExistingTarget
from .expected import ContentCheck, ExpectedContent
from .on_exists import ERROR, OVERWRITE
from .part_file import Busy, PartFile, ResumeState
from .response_check import Changed, ResponseHead, parse_response
from .running_hash import RunningHash
from .segments import PROBE, SPLIT_FROM, Segment, is_consistent, plan, segments_of
from .upload import Upload

__all__ = ["BUSY_PAUSE", "Busy", "Changed", "Transfer"]

log = logging.getLogger("planet.download")

BUSY_PAUSE = 0.2  # seconds between two checks whether another process is done with a file


class Transfer:
    """The transfer of one file.

    Args:
        target: the final path, or the object in a bucket.
        size: its length in bytes, where that is known beforehand.
        digests: its digests, {"sha256": …, "md5": …}, where they are known beforehand.
        on_exists: what to do about a file that exists: `error`, `skip` or `overwrite`.
        retry: how failures of the body are retried.
        single_response: whether the one answer that there is holds the whole file: nothing is resumed or split then.
        check: finds out what is wrong with the content, where there is no digest.
        root: the folder that the user has named: no symbolic link is followed below it.
    """

    def __init__(
        self,
        target: Place,
        *,
        size: int | None = None,
        digests: Mapping[str, str | None] | None = None,
        on_exists: str = ERROR,
        retry: RetryPolicy | None = None,
        single_response: bool = False,
        check: ContentCheck | None = None,
        root: Place | None = None,
    ) -> None:
        self.target = target
        self.expected = size  # bytes of the whole file, as far as is known
        self.is_finished = False
        self.is_kept = False  # whether the file existed and was left as it is
        self.segments: list[Segment] = []
        self._content = ExpectedContent(size, best_digest(digests or {}), check)
        self._on_exists = on_exists
        self._attempts = Attempts(retry or RetryPolicy())
        self._part = _part_of(target, root, self._content)
        self._etag: str | None = None
        self._single_response = single_response
        self._is_unsplittable = single_response or not self._part.can_split
        self._is_corrupt = False  # whether what was received is known to be wrong: restart_delay() is called next
        self._is_stale = False  # whether an answer from the beginning replaces what was received before
        self._existing = ExistingTarget(target, self._content, on_exists)
        self._hash = RunningHash(None)

    @property
    def is_open(self) -> bool:
        """Whether the part file is open."""
        return self._part.is_open

    @property
    def received(self) -> int:
        """The bytes that were received so far."""
        return sum(segment.offset - segment.start for segment in self.segments)

    # -- what exists -----------------------------------------------------------------------------------------

    def open(self) -> bool:
        """Whether anything has to be downloaded. If not, the file exists and is the right one.

        Raises:
            Busy: another process is downloading it.
            DownloadError: another file exists under its name.
        """
        if not self._part.is_open:
            if self._existing.is_right_at_first():
                self._keep()
                return False
            size = self._part.lock()
            try:
                if self._existing.is_right_after_waiting():
                    self._part.discard()
                    self._keep()
                    return False
                self._resume(size)
            except DownloadError:
                self._part.discard()
                raise
            except BaseException:
                self._part.close()
                raise
        if self._is_corrupt:
            self._is_corrupt = False
            self._start_over()
        return True

    def _keep(self) -> None:
        """Leave the existing file as it is: it is the right one."""
        self.expected = int(self.target.stat().st_size)
        self.segments = [Segment(0, self.expected, self.expected)]
        self.is_finished = self.is_kept = True

    @property
    def needs_comparison(self) -> bool:
        """Whether `compare_existing` is to be called, now that there is an answer."""
        return self._existing.needs_comparison

    def compare_existing(self) -> None:
        """Compare the existing file with what the answer says of it. Reads the file.

        Raises:
            DownloadError: it is not the right one, or nothing tells.
        """
        self._existing.compare_with_answer()
        self._part.discard()
        self._keep()

    # -- the part file ---------------------------------------------------------------------------------------

    def _resume(self, size: int) -> None:
        """Continue with the part file of an earlier attempt, which has so many bytes."""
        if not size:
            self._plan_segments()
            return
        state = self._part.load_state()
        if self._single_response or state is None or not self._matches(state, size):
            if not self._single_response:
                log.info("%s starts again: its part file has no version that could be resumed", self.target)
            self._start_over()
            return
        self._etag = state.etag
        self._hash = RunningHash(self._content.algorithm)
        if state.piece:
            self.expected = state.size
            self.segments = segments_of(state)
        else:
            self.segments = [Segment(0, size, self._content.size)]
            if self._content.size is not None and self._is_worth_splitting(self._content.size - size):
                self.segments[0].stop = size
                self._split()
        log.info("%s is resumed: %d bytes were received before", self.target, self.received)
        self._hash.catch_up(self.segments, self._part.read)

    def _matches(self, state: ResumeState, size: int) -> bool:
        """Whether the state can belong to a part file of so many bytes, and to this file."""
        if not state.piece:
            return self._content.size is None or size <= self._content.size
        return self._part.can_split and self._content.size in (None, state.size) and is_consistent(state, size)

    def _start_over(self) -> None:
        """Discard what was received."""
        self._is_stale = False
        self._part.truncate()
        self._plan_segments()

    def _plan_segments(self) -> None:
        """Plan the segments of a file of which nothing was received: one, which is short if the file is large."""
        size = self._content.size
        self._etag = None
        self.expected = size
        self._hash = RunningHash(self._content.algorithm)
        if size is not None and self._is_worth_splitting(size):
            self.segments = [Segment(0, 0, PROBE, has_range_end=True)]
        else:
            self.segments = [Segment(0, 0, size)]

    def _is_worth_splitting(self, rest: int) -> bool:
        return rest >= SPLIT_FROM and not self._is_unsplittable

    def _split(self) -> None:
        """Plan the other segments, now that the first one is complete."""
        assert self.expected is not None and self._etag is not None
        state = plan(self._etag, self.segments[0].offset, self.expected)
        self._part.save_state(state)
        self.segments = segments_of(state)

    def pending(self) -> list[Segment]:
        """The segments that are not complete, the first one first."""
        return [] if self.is_finished else [segment for segment in self.segments if not segment.is_done]

    # -- the answer ------------------------------------------------------------------------------------------

    def headers(self, segment: Segment) -> dict[str, str]:
        """The headers to request a segment with."""
        headers = {"Accept-Encoding": "identity"}
        if segment.has_range_end and segment.stop is not None:
            headers["Range"] = f"bytes={segment.offset}-{segment.stop - 1}"
        elif segment.offset and self._etag is not None:  # without a version, two parts may not belong together
            headers["Range"] = f"bytes={segment.offset}-"
        if "Range" in headers and self._etag is not None:
            headers["If-Range"] = self._etag
        return headers

    def accept_response(self, segment: Segment, status: int, headers: Mapping[str, str]) -> None:
        """Check the head of an answer, and prepare for its body. Touches no file.

        Raises:
            NetworkError: it cannot be used; `retry_delay` and `restart_delay` say what to do.
        """
        head = parse_response(status, headers)
        total = self._accept_part(segment, head) if head.is_part else self._accept_whole(segment, head)
        if head.is_html and self._content.digest is None and self.target.suffix.lower() not in (".html", ".htm"):
            raise InvalidAnswer(f"{self.target.name} cannot be downloaded: the server sent a web page instead.")
        if self._content.size is not None and total is not None and total != self._content.size:
            raise self._mismatch(f"the server offers {total} bytes instead of {self._content.size}")
        self.expected = self._content.size if self._content.size is not None else total
        if not head.is_part or head.has_etag:
            self._etag = None if head.is_encoded else head.etag
        if self._existing.needs_comparison:
            self._existing.learn(head, headers)

    def _accept_part(self, segment: Segment, head: ResponseHead) -> int | None:
        """The length of the whole file, from an answer that holds a part of it."""
        same_version = self._etag is None or not head.has_etag or head.etag == self._etag
        if head.start != segment.offset or not same_version:
            raise Changed("The server sent another part of the file than was requested.")
        if head.total is not None and segment.offset and self.expected not in (None, head.total):
            raise Changed("The server sent a part of a file of another length than before.")
        segment.stop_early = False
        if not segment.has_range_end:
            segment.stop = self.expected if head.total is None else head.total
        elif (head.etag if head.has_etag else self._etag) is None or head.total is None:
            self._is_unsplittable = True  # nothing would tell that two parts belong together
            raise Changed("The server does not name the version of the file.")
        return head.total

    def _accept_whole(self, segment: Segment, head: ResponseHead) -> int | None:
        """The length of the file, from an answer that holds all of it."""
        if len(self.segments) > 1:
            self._is_unsplittable = True
            raise Changed("The server sent the whole file where a part of it was requested.")
        if segment.offset:  # the content has changed, or the server does not do ranges
            log.info("%s starts again at byte 0: the server sent the whole file", self.target)
            segment.offset = 0
            self._is_stale = True
        was_range, segment.has_range_end, segment.stop_early = segment.has_range_end, False, False
        segment.stop = head.total if self._content.size is None else self._content.size
        if (
            head.total is not None
            and self._is_worth_splitting(head.total)
            and head.etag is not None
            and not was_range
            and head.takes_ranges
        ):
            segment.stop, segment.stop_early = PROBE, True
        return head.total

    # -- the body --------------------------------------------------------------------------------------------

    def write(self, segment: Segment, chunks: Iterable[bytes], last: bool = False) -> None:
        """Write chunks of the body, and hash them; *last*: the body has ended with them.

        Raises:
            NetworkError: the body is shorter than announced; what was received is kept.
            ChecksumError: the body is longer than announced, or wrong.
            OSError: the disk is full, or the like.
        """
        if self._is_corrupt:
            return  # another segment or an earlier chunk has shown that the file has to start again
        try:
            self._discard_stale()
            for chunk in chunks:
                self._write_chunk(segment, chunk)
            if len(self.segments) > 1 or not (last or segment.is_done):
                self._save_progress(segment)
            if last:
                self._end_segment(segment)
        except OSError as error:
            error.filename = error.filename or str(self.target)
            raise

    def _discard_stale(self) -> None:
        """Remove what an answer from the beginning replaces."""
        if self._is_stale:
            self._is_stale = False
            self._part.truncate()
            self._hash = RunningHash(self._content.algorithm)

    def _write_chunk(self, segment: Segment, chunk: bytes | memoryview) -> None:
        offset = segment.offset
        if segment.stop is not None and offset + len(chunk) > segment.stop:
            if not segment.stop_early:
                raise self._mismatch(f"the server sends more than {segment.stop - segment.start} bytes")
            chunk = memoryview(chunk)[: segment.stop - offset]
        self._part.write(chunk, offset)
        self._hash.take(chunk, offset)
        segment.offset = offset + len(chunk)

    def _save_progress(self, segment: Segment) -> None:
        if self._etag is None:
            return
        if len(self.segments) == 1:
            if not self._part.has_state:
                self._part.save_state(ResumeState(self._etag))
        elif self._content.digest is not None:
            self._part.advance(self.segments.index(segment) - 1, segment.offset, safely=False)
        elif segment.is_done:  # without a digest, nothing tells later whether the bytes have reached the disk
            self._part.advance(self.segments.index(segment) - 1, segment.offset, safely=True)

    def _end_segment(self, segment: Segment) -> None:
        """The body for a segment has ended."""
        if segment.stop is None:
            segment.stop = self.expected = segment.offset  # no length was announced: the end of the body is the end
        if not segment.is_done:
            raise NetworkError(
                f"The download of {self.target.name} broke off at {self.received} of {self.expected} bytes."
            )
        if len(self.segments) > 1:
            self._hash.catch_up(self.segments, self._part.read)
        elif self.expected is not None and segment.stop < self.expected:
            self._split()
        else:
            self.finish()

    # -- the end ---------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Verify the file, flush it to disk, and give it its final name.

        Raises:
            ChecksumError: the content is wrong.
            DownloadError: another file has appeared under its name.
        """
        self._discard_stale()
        self._hash.catch_up(self.segments, self._part.read)
        if self._content.size not in (None, self.received) or self._part.size != self.received:
            raise self._mismatch(f"it has {self._part.size} bytes")
        if self._content.digest is not None and self._hash.hexdigest() != self._content.digest[1]:
            raise self._mismatch(f"its {self._content.digest[0]} differs")
        if self._content.check is not None and (problem := self._content.check(self._part.read, self.received)):
            raise self._mismatch(problem)
        if self._on_exists != OVERWRITE and self._part.target_exists():
            self._existing.compare_with_bytes(self._part.read, self.received)
            self._part.discard()
            self._keep()
            return
        self._part.commit()
        self.expected = self.received
        self.is_finished = True

    # -- errors ----------------------------------------------------------------------------------------------

    def retry_delay(self, segment: Segment, error: PlanetError, now: float) -> float:
        """The seconds until the rest of a segment is requested. Raises the error if that is of no use."""
        pause = self._attempts.resume_delay(segment, error, now)
        if segment.stop_early:  # only the rest of the first segment is requested
            segment.stop_early, segment.has_range_end = False, True
        log.info("%s is resumed at byte %d in %.1f s: %s", self.target, segment.offset, pause, error.message)
        return pause

    def restart_delay(self, error: PlanetError, now: float) -> float:
        """The seconds until the whole file is requested again. Raises the error if that is of no use."""
        self._is_corrupt = True
        pause = self._attempts.restart_delay(error, self.received, now)
        log.warning("%s is downloaded again in %.1f s: %s", self.target, pause, error.message)
        return pause

    def _mismatch(self, problem: str) -> ChecksumError:
        self._is_corrupt = True
        return ChecksumError(
            f"{self.target.name} is not the file that was promised: {problem}.",
            hint="Nothing of it was kept. Try again; if it happens again, report it to Planet's support.",
        )

    def abandon(self, error: BaseException) -> None:
        """End without the file. What was received is kept for the next time if it can be resumed."""
        if not self._part.is_open:
            return
        disk_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        # A DownloadError says that the file belongs to somebody else.
        is_useless = disk_full or self._is_corrupt or type(error) is DownloadError
        try:
            if is_useless or self._etag is None or not self.received:
                self._part.discard()
            elif not self._part.has_state:
                self._part.save_state(ResumeState(self._etag))
        except OSError as problem:
            log.warning("%s cannot be resumed later: %s", printable(str(self.target)), problem)
        finally:
            self._part.close()

    def close(self) -> None:
        """Close the part file, and leave it as it is."""
        self._part.close()


def _part_of(target: Place, root: Place | None, content: ExpectedContent) -> PartFile | Upload:
    """What the bytes are written to until they are verified."""
    if isinstance(target, ObjectPath):
        return Upload(target, content.digest)
    return PartFile(target, root)

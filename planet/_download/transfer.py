"""One file on its way from a server to its place: a state machine that decides and never waits.

    open()     look at what is there; say whether anything needs to be fetched
    pending()     the stretches of the file that are still to be fetched, each with a request of its own
    headers()  what to ask for a stretch with
    start()    look at an answer's status and headers; take it up, or refuse it
    write()    some of its body
    finish()   size and digest are checked, the file is flushed and takes its final name
    failed()   after an error: try again, after how long, or give up
    again()    after an error that spoils what is here: begin again, after how long, or give up

A file is one stretch, to begin with. Where it is large, its size is known, and the server gives parts of it and names
its version, the rest is split into stretches that can come at the same time, in any order. The bytes gather in a hidden
part file (`planet._part`); the final name appears by one atomic rename, when the file is whole and verified.
"""

import errno
import os
import random
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .._files.hashing import best_digest, hash_file
from .._http.retry import Attempt, RetryPolicy
from ..exceptions import ChecksumError, DownloadError, InvalidAnswer, NetworkError, PlanetError
from .part_file import CAN_SPLIT, Busy, PartFile, ResumeState
from .running_hash import RunningHash
from .segments import PROBE, SPLIT_FROM, Segment, is_consistent, plan, segments_of

__all__ = ["BUSY_PAUSE", "Busy", "Changed", "Transfer", "length_of"]


BUSY_PAUSE = 0.2  # seconds until it is looked again whether another process is done with a file
_MAX_MISMATCHES = 3
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$")


class Changed(InvalidAnswer):
    """What the server sends does not go with what is here."""


class Transfer:
    """The transfer of one file.

    Args:
        target: the final path.
        size: how long it must be in bytes, where that is known beforehand.
        digests: what it must hash to, {"sha256": …, "md5": …}, where that is known beforehand.
        overwrite: whether a file that is there already is to be replaced.
        retry: how failures of the body are retried.
        in_one_go: whether the one answer that there is holds the whole file: nothing is resumed or split then.
        check: says what is wrong with the content, where there is no digest: given how to read it, (place, count) to
            bytes, and its length; None is nothing.
    """

    def __init__(
        self,
        target: Path,
        *,
        size: int | None = None,
        digests: Mapping[str, str | None] | None = None,
        overwrite: bool = False,
        retry: RetryPolicy | None = None,
        in_one_go: bool = False,
        check: Callable[[Callable[[int, int], bytes], int], str | None] | None = None,
    ) -> None:
        self.target = target
        self.overwrite = overwrite
        self.expected = size  # bytes of the whole file, as far as is known
        self.is_finished = False
        self.segments: list[Segment] = []
        self._size = size
        self._digest = best_digest(digests or {})
        self._check = check
        self._retry = retry or RetryPolicy()
        self._part = PartFile(target)
        self._etag: str | None = None
        self._in_one_go = in_one_go
        self._is_unsplittable = in_one_go or not CAN_SPLIT  # however large it is
        self._corrupt = False  # whether it has turned out that what is here is wrong: again() is to be called
        self._restarted = False  # whether an answer from the beginning takes the place of what is here
        self._attempt: Attempt | None = None  # of the beginnings
        self._mismatches = 0
        self._high_water = 0
        self._hash = RunningHash(None)

    @property
    def is_open(self) -> bool:
        """Whether the part file is in hand."""
        return self._part.is_open

    @property
    def received(self) -> int:
        """The bytes that are here."""
        return sum(segment.offset - segment.start for segment in self.segments)

    # -- what is there ---------------------------------------------------------------------------------------

    def open(self) -> bool:
        """Whether anything is to be fetched. If not, the file is there and right.

        Raises:
            Busy: another process has it in hand.
            DownloadError: another file is there, and it is not to be overwritten.
        """
        if not self._part.is_open:
            if not self.overwrite and self._target_is_valid():
                return False
            size = self._part.lock()
            try:
                if not self.overwrite and self._target_is_valid():  # another process has just finished it
                    self._part.discard()
                    return False
                self._resume(size)
            except DownloadError:
                self._part.discard()
                raise
            except BaseException:
                self._part.close()
                raise
        if self._corrupt:
            self._corrupt = False
            self._start_over()
        return True

    def _target_is_valid(self) -> bool:
        """Whether the right file is there already; a wrong one is an error, it is not ours to destroy."""
        try:
            os.lstat(self.target)
        except (FileNotFoundError, NotADirectoryError):
            return False
        if not self.target.is_file():
            raise DownloadError(f"{self.target} is there and is no file.", hint="Choose another folder.")
        wrong = None
        size = self.target.stat().st_size
        if self._size is not None and size != self._size:
            wrong = f"it has {size} bytes instead of {self._size}"
        elif self._digest is not None and hash_file(self.target, self._digest[0]) != self._digest[1]:
            wrong = f"its {self._digest[0]} differs"
        elif self._check is not None:
            wrong = self._wrong_with_target(size)
        if wrong:
            raise DownloadError(
                f"{self.target} is there already and is not the file that was asked for: {wrong}.",
                hint="It was left as it is. Remove it and try again, or pass overwrite=True to replace what is there.",
            )
        self.expected = size
        self.segments = [Segment(0, size, size)]
        self.is_finished = True
        return True

    def _wrong_with_target(self, size: int) -> str | None:
        assert self._check is not None
        with self.target.open("rb") as file:

            def read(at: int, count: int) -> bytes:
                file.seek(at)
                return file.read(count)

            return self._check(read, size)

    def _resume(self, size: int) -> None:
        """Take up what an earlier attempt has left: a part file of so many bytes."""
        if not size:
            self._plan_segments()
            return
        state = self._part.load_state()
        if self._in_one_go or state is None or not self._matches(state, size):
            self._start_over()
            return
        self._etag = state.etag
        self._hash = RunningHash(self._digest and self._digest[0])
        if state.piece:
            self.expected = state.size
            self.segments = segments_of(state)
        else:
            self.segments = [Segment(0, size, self._size)]
            if self._size is not None and self._is_worth_splitting(self._size - size):
                self.segments[0].stop = size
                self._split()
        self._hash.catch_up(self.segments, self._part.read)

    def _matches(self, state: ResumeState, size: int) -> bool:
        """Whether a part of so many bytes can be what the state says, and a part of this file."""
        if not state.piece:
            return self._size is None or size <= self._size
        return CAN_SPLIT and self._size in (None, state.size) and is_consistent(state, size)

    def _start_over(self) -> None:
        """What is here is of no use."""
        self._restarted = False
        self._part.truncate()
        self._plan_segments()

    def _plan_segments(self) -> None:
        """Nothing is here: the first stretch, and all of the file if it is not large."""
        self._etag = None
        self.expected = self._size
        self._hash = RunningHash(self._digest and self._digest[0])
        if self._size is not None and self._is_worth_splitting(self._size):
            self.segments = [Segment(0, 0, PROBE, has_range_end=True)]
        else:
            self.segments = [Segment(0, 0, self._size)]

    def _is_worth_splitting(self, rest: int) -> bool:
        return rest >= SPLIT_FROM and not self._is_unsplittable

    def _split(self) -> None:
        """The first stretch is here: lay out the others."""
        assert self.expected is not None and self._etag is not None
        state = plan(self._etag, self.segments[0].offset, self.expected)
        self._part.save_state(state)
        self.segments = segments_of(state)

    def pending(self) -> list[Segment]:
        """The stretches that are still to be fetched, the first one first."""
        return [] if self.is_finished else [segment for segment in self.segments if not segment.is_done]

    # -- the answer ------------------------------------------------------------------------------------------

    def headers(self, segment: Segment) -> dict[str, str]:
        """The headers to ask for a stretch with."""
        headers = {"Accept-Encoding": "identity"}
        if segment.has_range_end and segment.stop is not None:
            headers["Range"] = f"bytes={segment.offset}-{segment.stop - 1}"
        elif (
            segment.offset and self._etag is not None
        ):  # otherwise nothing would tell that both parts are of one version
            headers["Range"] = f"bytes={segment.offset}-"
        if "Range" in headers and self._etag is not None:
            headers["If-Range"] = self._etag
        return headers

    def accept_response(self, segment: Segment, status: int, headers: Mapping[str, str]) -> None:
        """Take up the answer for a stretch. Touches no file.

        Raises:
            NetworkError: it cannot be used; `failed` says what comes next.
        """
        encoded = headers.get("content-encoding", "identity").lower() != "identity"
        if "," in headers.get("content-encoding", ""):  # a kilobyte could unfold to a gigabyte
            raise InvalidAnswer("The server sent the file compressed more than once.")
        if status == 206:
            total = self._accept_part(segment, headers, encoded)
        elif status == 200:
            total = self._accept_whole(segment, headers, encoded)
        else:
            raise Changed(f"The server answered {status} to a download.", status_code=status)
        if self._digest is None and "text/html" in headers.get("content-type", "") and not self._is_page():
            raise InvalidAnswer("The server sent a web page instead of the file.")
        if self._size is not None and total is not None and total != self._size:
            raise self._mismatch(f"the server offers {total} bytes instead of {self._size}")
        self.expected = self._size if self._size is not None else total
        if status == 200 or "etag" in headers:
            self._etag = None if encoded else _strong(headers.get("etag"))

    def _accept_part(self, segment: Segment, headers: Mapping[str, str], encoded: bool) -> int | None:
        """An answer that holds a part of the file: the length of the whole."""
        match = _CONTENT_RANGE.match(headers.get("content-range", ""))
        etag = headers.get("etag", self._etag)
        known = self._etag is None or etag == self._etag  # another version, whatever If-Range asked for
        if encoded or not match or int(match[1]) != segment.offset or not known:
            raise Changed("The server sent another part of the file than was asked for.")
        total = None if match[3] == "*" else int(match[3])
        if total is not None and segment.offset and self.expected not in (None, total):
            raise Changed("The server sent a part of another file than before.")
        segment.stop_early = False
        if not segment.has_range_end:
            segment.stop = self.expected if total is None else total
        elif _strong(etag) is None or total is None:
            self._is_unsplittable = True  # nothing would tell that two parts belong together
            raise Changed("The server does not name the version of the file.")
        return total

    def _accept_whole(self, segment: Segment, headers: Mapping[str, str], encoded: bool) -> int | None:
        """An answer that holds all of the file: its length."""
        if len(self.segments) > 1:
            self._is_unsplittable = True
            raise Changed("The server sent the whole file where a part of it was asked for.")
        if segment.offset:  # the content has changed, or the server does not do ranges
            segment.offset = 0
            self._restarted = True
        asked_for_a_part, segment.has_range_end, segment.stop_early = segment.has_range_end, False, False
        total = None if encoded else length_of(headers)
        segment.stop = total if self._size is None else self._size
        if (
            total is not None
            and self._is_worth_splitting(total)
            and _strong(headers.get("etag")) is not None
            and not asked_for_a_part
            and headers.get("accept-ranges", "").lower() == "bytes"
        ):
            segment.stop, segment.stop_early = PROBE, True
        return total

    def _is_page(self) -> bool:
        return self.target.suffix.lower() in (".html", ".htm")

    def write(self, segment: Segment, pieces: Iterable[bytes], last: bool = False) -> None:
        """Write pieces of the body, and hash them on the way; *last*: the body has ended with them.

        Raises:
            NetworkError: the body broke off; what there is of it is kept.
            ChecksumError: the body is longer than was promised, or wrong.
            OSError: the disk is full, or the like.
        """
        if self._corrupt:
            return  # by another stretch, or an earlier piece: there is no use in more of it
        try:
            self._discard_stale()
            for piece in pieces:
                self._write_piece(segment, piece)
            if len(self.segments) > 1 or not (last or segment.is_done):
                self._save_progress(segment)
            if last:
                self._end_segment(segment)
        except OSError as error:
            error.filename = error.filename or os.fspath(self.target)
            raise

    def _discard_stale(self) -> None:
        """Remove what an answer that begins at the beginning takes the place of."""
        if self._restarted:
            self._restarted = False
            self._part.truncate()
            self._hash = RunningHash(self._digest and self._digest[0])

    def _write_piece(self, segment: Segment, piece: bytes | memoryview) -> None:
        at = segment.offset
        if segment.stop is not None and at + len(piece) > segment.stop:
            if not segment.stop_early:
                raise self._mismatch(f"the server sends more than {segment.stop - segment.start} bytes")
            piece = memoryview(piece)[: segment.stop - at]
        self._part.write(piece, at)
        self._hash.take(piece, at)
        segment.offset = at + len(piece)

    def _save_progress(self, segment: Segment) -> None:
        if self._etag is None:
            return
        if len(self.segments) == 1:
            if not self._part.has_state:
                self._part.save_state(ResumeState(self._etag))
        elif self._digest is not None:
            self._part.advance(self.segments.index(segment) - 1, segment.offset, safely=False)
        elif segment.is_done:  # nothing but the disk says later whether the bytes are there
            self._part.advance(self.segments.index(segment) - 1, segment.offset, safely=True)

    def _end_segment(self, segment: Segment) -> None:
        """The body for a stretch has ended."""
        if segment.stop is None:
            segment.stop = self.expected = segment.offset  # nobody said how long it is: HTTP itself vouches for the end
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

    def finish(self) -> None:
        """Check the file, make sure that it is on disk, and give it its final name.

        Raises:
            ChecksumError: the content is wrong.
        """
        self._discard_stale()
        self._hash.catch_up(self.segments, self._part.read)
        if self._size not in (None, self.received) or self._part.size != self.received:
            raise self._mismatch(f"it has {self._part.size} bytes")
        if self._digest is not None and self._hash.hexdigest() != self._digest[1]:
            raise self._mismatch(f"its {self._digest[0]} differs")
        if self._check is not None and (wrong := self._check(self._part.read, self.received)):
            raise self._mismatch(wrong)
        self._part.commit(self.target)
        self.expected = self.received
        self.is_finished = True

    # -- when something goes wrong ---------------------------------------------------------------------------

    def retry_delay(self, segment: Segment, error: PlanetError, now: float) -> float:
        """The seconds after which to ask for the rest of a stretch; raises the error if there is no sense in it.

        Attempts count only while there is no progress: a slow and shaky link gets there in the end.
        """
        if isinstance(error, (ChecksumError, Changed)):
            raise error  # up to again()
        if error._retry.retries_exhausted or not error.is_transient:
            raise error  # the session has already tried as often as made sense
        if segment.stop_early:  # of the first stretch, only the rest of it is asked for
            segment.stop_early, segment.has_range_end = False, True
        if segment.offset > segment.high_water:
            segment.high_water = segment.offset
            segment.attempt = None
            return random.uniform(0, self._retry.base)
        segment.attempt = segment.attempt or Attempt(self._retry, "GET", None)
        return segment.attempt.next_delay(error, now=now)

    def restart_delay(self, error: PlanetError, now: float) -> float:
        """The seconds after which to begin the whole file again; raises the error if there is no sense in it."""
        self._corrupt = True
        if isinstance(error, ChecksumError):
            self._mismatches += 1
            if self._mismatches >= _MAX_MISMATCHES:
                raise error
            return 0.0
        if self.received > self._high_water:
            self._high_water = self.received
            self._attempt = None
        self._attempt = self._attempt or Attempt(self._retry, "GET", None)
        return self._attempt.next_delay(error, now=now)

    def _mismatch(self, what: str) -> ChecksumError:
        self._corrupt = True
        return ChecksumError(
            f"{self.target.name} is not what was promised: {what}.",
            hint="Nothing was kept of it. Try again; if it stays so, report it to Planet's support.",
        )

    def abandon(self, error: BaseException) -> None:
        """The end without the file. What there is of it stays for the next time if there is a use for it."""
        if not self._part.is_open:
            return
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or self._corrupt or self._etag is None or not self.received:
            self._part.discard()
            return
        if not self._part.has_state:
            self._part.save_state(ResumeState(self._etag))
        self._part.close()

    def close(self) -> None:
        """Let go of the part file as it is."""
        self._part.close()


def _strong(etag: str | None) -> str | None:
    """The version of the content, if it can be relied on, and sent back."""
    usable = etag and not etag.startswith("W/") and etag.isascii() and etag.isprintable()
    return etag if usable else None


def length_of(headers: Mapping[str, str]) -> int | None:
    """The length that an answer announces, or None."""
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None

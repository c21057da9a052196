"""The segments of a large file, which are downloaded at the same time, and the progress of each."""

from .._http.retry import Attempt
from .part_file import ResumeState

__all__ = ["MAX_SEGMENTS_IN_FLIGHT", "PROBE", "SPLIT_FROM", "Segment", "is_consistent", "plan", "segments_of"]


MAX_SEGMENTS_IN_FLIGHT = 16  # segments of one file at the same time
SPLIT_FROM = 32 * 1024 * 1024  # bytes: smaller files are not split
PROBE = 1024 * 1024  # bytes of the first segment of a large file: its answer tells whether the file can be split
_PIECE = 8 * 1024 * 1024  # bytes of each of the others, or more
_MAX_SEGMENTS = 128


class Segment:
    """A part of the file that is requested separately.

    Attributes:
        start: the offset of its first byte.
        offset: the offset of the next byte to receive.
        stop: the offset of its end; None: the end of the body.
        has_range_end: whether the request gives the end.
        stop_early: whether the body is longer than the segment; the rest of it is not read.
        high_water: the largest offset that was reached.
        attempt: the retries since then, or None.
    """

    __slots__ = ("attempt", "has_range_end", "high_water", "offset", "start", "stop", "stop_early")

    def __init__(self, start: int, offset: int, stop: int | None, *, has_range_end: bool = False) -> None:
        self.start = start
        self.offset = offset
        self.stop = stop
        self.has_range_end = has_range_end
        self.stop_early = False
        self.attempt: Attempt | None = None
        self.high_water = offset

    @property
    def is_done(self) -> bool:
        """Whether all of it was received."""
        return self.stop is not None and self.offset >= self.stop


def plan(etag: str, base: int, size: int) -> ResumeState:
    """Divide what follows *base* into segments: a multiple of the number that is downloaded at the same time."""
    rest = size - base
    count = min(-(-max(rest // _PIECE, 1) // MAX_SEGMENTS_IN_FLIGHT) * MAX_SEGMENTS_IN_FLIGHT, _MAX_SEGMENTS)
    piece = -(-rest // count)
    return ResumeState(etag, size, base, piece, tuple(range(base, size, piece)))


def is_consistent(state: ResumeState, size: int) -> bool:
    """Whether a resume state fits a part file of so many bytes; a killed process may have written half of it."""
    if not state.piece > 0 or not 0 < state.base < state.size or state.base > size:
        return False
    starts = range(state.base, state.size, state.piece)
    return len(starts) == len(state.progress) <= _MAX_SEGMENTS and all(
        start <= offset <= min(start + state.piece, state.size) and (offset == start or offset <= size)
        for start, offset in zip(starts, state.progress, strict=True)
    )


def segments_of(state: ResumeState) -> list[Segment]:
    """The segments that a resume state describes, including the first one."""
    segments = [Segment(0, state.base, state.base)]
    for start, offset in zip(range(state.base, state.size, state.piece), state.progress, strict=True):
        segments.append(Segment(start, offset, min(start + state.piece, state.size), has_range_end=True))
    return segments

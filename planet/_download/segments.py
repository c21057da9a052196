"""The stretches of a large file that come at the same time: how many there are, and how far each of them is."""

from .._http.retry import Attempt
from .part_file import ResumeState

__all__ = ["MAX_SEGMENTS_IN_FLIGHT", "PROBE", "SPLIT_FROM", "Segment", "is_consistent", "plan", "segments_of"]


MAX_SEGMENTS_IN_FLIGHT = 16  # stretches of one file at once
SPLIT_FROM = 32 * 1024 * 1024  # bytes: smaller files come in one go
PROBE = 1024 * 1024  # bytes of the first stretch of a large file: its answer tells whether there are to be more
_PIECE = 8 * 1024 * 1024  # bytes of each of the others, or more
_MAX_SEGMENTS = 128


class Segment:
    """A stretch of the file that one request brings.

    Attributes:
        start: where it begins.
        offset: up to where it is here.
        stop: where it ends; None: where the body does.
        has_range_end: whether the request says where it ends.
        stop_early: whether the body goes on after its end, and is left unread there.
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
        """Whether all of it is here."""
        return self.stop is not None and self.offset >= self.stop


def plan(etag: str, base: int, size: int) -> ResumeState:
    """How to divide what follows *base*: into as many stretches as keep all lanes busy to the end."""
    rest = size - base
    count = min(-(-max(rest // _PIECE, 1) // MAX_SEGMENTS_IN_FLIGHT) * MAX_SEGMENTS_IN_FLIGHT, _MAX_SEGMENTS)
    piece = -(-rest // count)
    return ResumeState(etag, size, base, piece, tuple(range(base, size, piece)))


def is_consistent(state: ResumeState, size: int) -> bool:
    """Whether a state makes sense for a part file of so many bytes; a kill may have left half of one."""
    if not state.piece > 0 or not 0 < state.base < state.size or state.base > size:
        return False
    starts = range(state.base, state.size, state.piece)
    return len(starts) == len(state.progress) <= _MAX_SEGMENTS and all(
        start <= at <= min(start + state.piece, state.size) and (at == start or at <= size)
        for start, at in zip(starts, state.progress, strict=True)
    )


def segments_of(state: ResumeState) -> list[Segment]:
    """The stretches that a state speaks of, the first one included."""
    segments = [Segment(0, state.base, state.base)]
    for start, at in zip(range(state.base, state.size, state.piece), state.progress, strict=True):
        segments.append(Segment(start, at, min(start + state.piece, state.size), has_range_end=True))
    return segments

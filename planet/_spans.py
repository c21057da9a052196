"""The stretches of a large file that come at the same time: how many there are, and how far each of them is."""

from ._part import Note
from ._retry import Attempt

__all__ = ["LANES", "PROBE", "SPLIT_FROM", "Span", "is_sound", "lay_out", "plan"]

LANES = 16  # stretches of one file at once
SPLIT_FROM = 32 * 1024 * 1024  # bytes: smaller files come in one go
PROBE = 1024 * 1024  # bytes of the first stretch of a large file: its answer tells whether there are to be more
_PIECE = 8 * 1024 * 1024  # bytes of each of the others, or more
_MOST_PIECES = 128


class Span:
    """A stretch of the file that one request brings.

    Attributes:
        start: where it begins.
        at: up to where it is here.
        stop: where it ends; None: where the body does.
        bounded: whether the request says where it ends.
        cut: whether the body goes on after its end, and is left unread there.
    """

    __slots__ = ("at", "attempt", "bounded", "cut", "high_water", "start", "stop")

    def __init__(self, start: int, at: int, stop: int | None, *, bounded: bool = False) -> None:
        self.start = start
        self.at = at
        self.stop = stop
        self.bounded = bounded
        self.cut = False
        self.attempt: Attempt | None = None
        self.high_water = at

    @property
    def is_done(self) -> bool:
        """Whether all of it is here."""
        return self.stop is not None and self.at >= self.stop


def plan(etag: str, base: int, size: int) -> Note:
    """How to divide what follows *base*: into as many stretches as keep all lanes busy to the end."""
    rest = size - base
    count = min(-(-max(rest // _PIECE, 1) // LANES) * LANES, _MOST_PIECES)
    piece = -(-rest // count)
    return Note(etag, size, base, piece, tuple(range(base, size, piece)))


def is_sound(note: Note, size: int) -> bool:
    """Whether a note makes sense for a part file of so many bytes; a kill may have left half of one."""
    if not note.piece > 0 or not 0 < note.base < note.size or note.base > size:
        return False
    starts = range(note.base, note.size, note.piece)
    return len(starts) == len(note.progress) <= _MOST_PIECES and all(
        start <= at <= min(start + note.piece, note.size) and (at == start or at <= size)
        for start, at in zip(starts, note.progress, strict=True)
    )


def lay_out(note: Note) -> list[Span]:
    """The stretches that a note speaks of, the first one included."""
    spans = [Span(0, note.base, note.base)]
    for start, at in zip(range(note.base, note.size, note.piece), note.progress, strict=True):
        spans.append(Span(start, at, min(start + note.piece, note.size), bounded=True))
    return spans

"""Whether a file is a whole GeoTIFF, told by its header: without decoding an image, and without a library for that.

What comes without a digest can still be checked for what it is: the header says where every strip and tile of the image
lies, and where its own longer values do; all of them must lie in the file.
"""

import struct
from collections.abc import Callable
from typing import Any

__all__ = ["wrong_with_tiff"]


Read = Callable[[int, int], bytes]

_WIDTH, _HEIGHT, _GEO_KEYS = 256, 257, 34735
_STRIPS, _TILES = (273, 279), (324, 325)  # where they lie, and how long they are
_FORMATS = {3: "H", 4: "I", 16: "Q"}  # of whole numbers, by their TIFF type
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}  # bytes
_MOST_IMAGES, _MOST_PIECES = 64, 16_000_000


class _Unreadable(Exception):
    """What is wrong with a header."""


def wrong_with_tiff(read: Read, size: int) -> str | None:
    """What is wrong with a file of so many bytes; None if it is a whole GeoTIFF.

    Args:
        read: (place, count) to bytes.
        size: the length of the file in bytes.
    """
    try:
        _check(read, size)
    except _Unreadable as problem:
        return str(problem)
    except struct.error:
        return "its TIFF header breaks off"
    return None


def _check(read: Read, size: int) -> None:
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    version = struct.unpack(f"{order}H", head[2:4])[0] if order and len(head) == 16 else None
    if order is None or version not in (42, 43):
        raise _Unreadable("it is no TIFF")
    layout = _Layout(read, size, order, big=version == 43)
    place = layout.first(head)
    seen: set[int] = set()
    is_georeferenced = False
    while place:
        if place in seen or len(seen) == _MOST_IMAGES:
            raise _Unreadable("its TIFF header makes no sense")
        seen.add(place)
        tags, place = layout.directory(place)
        is_georeferenced = is_georeferenced or _GEO_KEYS in tags
        _check_image(layout, tags)
    if not seen:
        raise _Unreadable("its TIFF header has no image")
    if not is_georeferenced:
        raise _Unreadable("it is a TIFF that does not say where it lies")


def _check_image(layout: "_Layout", tags: dict[int, tuple[int, int, bytes]]) -> None:
    """Refuse an image that is not all in the file."""
    offsets, counts = _TILES if _TILES[0] in tags else _STRIPS
    if not {_WIDTH, _HEIGHT, offsets, counts} <= tags.keys():
        raise _Unreadable("its TIFF header has no image")
    starts, lengths = layout.numbers(tags[offsets]), layout.numbers(tags[counts])
    if len(starts) != len(lengths) or not starts:
        raise _Unreadable("its TIFF header makes no sense")
    layout.must_reach(max(map(int.__add__, starts, lengths)), "its image")


class _Layout:
    """How numbers are laid out: classic TIFF or BigTIFF, in one byte order or the other."""

    def __init__(self, read: Read, size: int, order: str, *, big: bool) -> None:
        self._read = read
        self._size = size
        self._order = order
        self._number = f"{order}{'Q' if big else 'I'}"
        self._count = f"{order}{'Q' if big else 'H'}"
        self._entry = struct.Struct(f"{order}HH{'Q8s' if big else 'I4s'}")
        self._big = big

    def must_reach(self, end: int, what: str) -> None:
        """Refuse a place beyond the end of the file."""
        if end > self._size:
            raise _Unreadable(f"{what} goes on to byte {end}, and it has {self._size}")

    def first(self, head: bytes) -> int:
        """The place of the first directory."""
        return self._one(self._number, head[8:] if self._big else head[4:])

    def directory(self, place: int) -> tuple[dict[int, tuple[int, int, bytes]], int]:
        """The entries of a directory, {tag: (type, count, value)}, and the place of the next one."""
        start = place + struct.calcsize(self._count)
        self.must_reach(start, "its TIFF header")
        count = self._one(self._count, self._read(place, 8))
        if count > 65535:
            raise _Unreadable("its TIFF header makes no sense")
        length = count * self._entry.size
        end = start + length + struct.calcsize(self._number)
        self.must_reach(end, "its TIFF header")
        content = self._read(start, end - start)
        tags = {tag: (kind, number, value) for tag, kind, number, value in self._entry.iter_unpack(content[:length])}
        for kind, number, value in tags.values():
            if _SIZES.get(kind, 0) * number > len(value):
                self.must_reach(self._one(self._number, value) + _SIZES[kind] * number, "its TIFF header")
        return tags, self._one(self._number, content[length:])

    def numbers(self, entry: tuple[int, int, bytes]) -> tuple[Any, ...]:
        """The numbers that an entry holds, or points to."""
        kind, count, value = entry
        if kind not in _FORMATS or count > _MOST_PIECES:
            raise _Unreadable("its TIFF header makes no sense")
        form = struct.Struct(f"{self._order}{count}{_FORMATS[kind]}")
        if form.size > len(value):
            value = self._read(self._one(self._number, value), form.size)
        return form.unpack(value[: form.size])

    @staticmethod
    def _one(form: str, content: bytes) -> int:
        number: int = struct.unpack(form, content[: struct.calcsize(form)])[0]
        return number

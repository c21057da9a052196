"""Whether a file is a whole GeoTIFF, told by its header: without decoding an image, and without a library for that.

What comes without a digest can still be checked for what it is: the header says where every strip and tile of the image
lies, and all of them must lie in the file.
"""

import struct
from collections.abc import Callable
from typing import Any

__all__ = ["wrong_with_tiff"]

Read = Callable[[int, int], bytes]

_WIDTH, _HEIGHT, _GEO_KEYS = 256, 257, 34735
_STRIPS, _TILES = (273, 279), (324, 325)  # where they lie, and how long they are
_FORMATS = {3: "H", 4: "I", 16: "Q"}  # of numbers, by their TIFF type
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
    except (struct.error, IndexError, OverflowError, MemoryError):
        return "its TIFF header breaks off"
    return None


def _check(read: Read, size: int) -> None:
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    version = struct.unpack(f"{order}H", head[2:4])[0] if order and len(head) == 16 else None
    if order is None or version not in (42, 43):
        raise _Unreadable("it is no TIFF")
    layout = _Layout(order, big=version == 43)
    place = layout.first(head)
    seen: set[int] = set()
    is_georeferenced = False
    while place:
        if place in seen or len(seen) == _MOST_IMAGES:
            raise _Unreadable("its TIFF header makes no sense")
        seen.add(place)
        tags, place = layout.directory(read, place)
        if _WIDTH not in tags or _HEIGHT not in tags:
            raise _Unreadable("its TIFF header has no image")
        is_georeferenced = is_georeferenced or _GEO_KEYS in tags
        for offsets, counts in (_STRIPS, _TILES):
            if offsets in tags:
                starts = layout.numbers(read, tags[offsets])
                lengths = layout.numbers(read, tags[counts]) if counts in tags else ()
                if len(starts) != len(lengths):
                    raise _Unreadable("its TIFF header makes no sense")
                end = max(map(int.__add__, starts, lengths), default=0)
                if end > size:
                    raise _Unreadable(f"its image goes on to byte {end}, and it has {size}")
    if not seen:
        raise _Unreadable("its TIFF header has no image")
    if not is_georeferenced:
        raise _Unreadable("it is a TIFF that does not say where it lies")


class _Layout:
    """How numbers are laid out: classic TIFF or BigTIFF, in one byte order or the other."""

    def __init__(self, order: str, *, big: bool) -> None:
        self._order = order
        self._number = f"{order}{'Q' if big else 'I'}"
        self._count = f"{order}{'Q' if big else 'H'}"
        self._entry = struct.Struct(f"{order}HH{'Q8s' if big else 'I4s'}")
        self._big = big

    def first(self, head: bytes) -> int:
        """The place of the first directory."""
        return self._one(self._number, head[8:] if self._big else head[4:])

    def directory(self, read: Read, place: int) -> tuple[dict[int, tuple[int, int, bytes]], int]:
        """The entries of a directory, {tag: (type, count, value)}, and the place of the next one."""
        start = place + struct.calcsize(self._count)
        count = self._one(self._count, read(place, 8))
        if count > 65535:
            raise _Unreadable("its TIFF header makes no sense")
        length = count * self._entry.size
        content = read(start, length + struct.calcsize(self._number))
        entries = self._entry.iter_unpack(content[:length])
        return {tag: (kind, number, value) for tag, kind, number, value in entries}, self._one(
            self._number, content[length:]
        )

    def numbers(self, read: Read, entry: tuple[int, int, bytes]) -> tuple[Any, ...]:
        """The numbers that an entry holds, or points to."""
        kind, count, value = entry
        if kind not in _FORMATS or count > _MOST_PIECES:
            raise _Unreadable("its TIFF header makes no sense")
        form = struct.Struct(f"{self._order}{count}{_FORMATS[kind]}")
        if form.size > len(value):
            value = read(self._one(self._number, value), form.size)
        return form.unpack(value[: form.size])

    @staticmethod
    def _one(form: str, content: bytes) -> int:
        number: int = struct.unpack(form, content[: struct.calcsize(form)])[0]
        return number

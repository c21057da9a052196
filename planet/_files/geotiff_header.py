"""Check that a file is a complete GeoTIFF by its header, without decoding the image or an imaging library.

This is for files without a digest. The header has the offset and size of every strip and tile, and of its own longer
values: all of them must lie within the file.
"""

import struct
from collections.abc import Callable
from typing import Any

__all__ = ["find_tiff_problem"]


Read = Callable[[int, int], bytes]

_WIDTH, _HEIGHT, _GEO_KEYS = 256, 257, 34735
_STRIPS, _TILES = (273, 279), (324, 325)  # (offsets, byte counts)
_FORMATS = {3: "H", 4: "I", 16: "Q"}  # {TIFF type of integers: struct format}
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
}  # {TIFF type: bytes}
_MAX_IMAGES, _MAX_SEGMENTS = 64, 16_000_000


class _Invalid(Exception):
    """The problem of a header."""


def find_tiff_problem(read: Read, size: int) -> str | None:
    """Return the problem of a file; None if it is a complete GeoTIFF.

    Args:
        read: a function (offset, count) -> bytes.
        size: the size of the file in bytes.
    """
    try:
        _check(read, size)
    except _Invalid as problem:
        return str(problem)
    except struct.error:
        return "its TIFF header is truncated"
    return None


def _check(read: Read, size: int) -> None:
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    version = struct.unpack(f"{order}H", head[2:4])[0] if order and len(head) == 16 else None
    if order is None or version not in (42, 43):
        raise _Invalid("it is not a TIFF")
    layout = _Layout(read, size, order, big=version == 43)
    offset = layout.first(head)
    seen: set[int] = set()
    is_georeferenced = False
    while offset:
        if offset in seen or len(seen) == _MAX_IMAGES:
            raise _Invalid("its TIFF header is invalid")
        seen.add(offset)
        tags, offset = layout.directory(offset)
        is_georeferenced = is_georeferenced or _GEO_KEYS in tags
        _check_image(layout, tags)
    if not seen:
        raise _Invalid("its TIFF header has no image")
    if not is_georeferenced:
        raise _Invalid("it is a TIFF without georeferencing")


def _check_image(layout: "_Layout", tags: dict[int, tuple[int, int, bytes]]) -> None:
    """Check that all segments of an image lie within the file."""
    offsets, counts = _TILES if _TILES[0] in tags else _STRIPS
    if not {_WIDTH, _HEIGHT, offsets, counts} <= tags.keys():
        raise _Invalid("its TIFF header has no image")
    starts, lengths = layout.numbers(tags[offsets]), layout.numbers(tags[counts])
    if len(starts) != len(lengths) or not starts:
        raise _Invalid("its TIFF header is invalid")
    layout.check_end(max(map(int.__add__, starts, lengths)), "its image")


class _Layout:
    """Reads the numbers of a classic TIFF or BigTIFF, in either byte order."""

    def __init__(self, read: Read, size: int, order: str, *, big: bool) -> None:
        self._read = read
        self._size = size
        self._order = order
        self._number = f"{order}{'Q' if big else 'I'}"
        self._count = f"{order}{'Q' if big else 'H'}"
        self._entry = struct.Struct(f"{order}HH{'Q8s' if big else 'I4s'}")
        self._big = big

    def check_end(self, end: int, what: str) -> None:
        """Check that *end* is not beyond the end of the file."""
        if end > self._size:
            raise _Invalid(f"{what} extends to byte {end}, but the file has {self._size}")

    def first(self, head: bytes) -> int:
        """Return the offset of the first directory."""
        return self._one(self._number, head[8:] if self._big else head[4:])

    def directory(self, offset: int) -> tuple[dict[int, tuple[int, int, bytes]], int]:
        """Return the entries of a directory, {tag: (type, count, value)}, and the offset of the next one."""
        start = offset + struct.calcsize(self._count)
        self.check_end(start, "its TIFF header")
        count = self._one(self._count, self._read(offset, 8))
        if count > 65535:
            raise _Invalid("its TIFF header is invalid")
        length = count * self._entry.size
        end = start + length + struct.calcsize(self._number)
        self.check_end(end, "its TIFF header")
        content = self._read(start, end - start)
        tags = {tag: (kind, number, value) for tag, kind, number, value in self._entry.iter_unpack(content[:length])}
        for kind, number, value in tags.values():
            if _SIZES.get(kind, 0) * number > len(value):
                self.check_end(self._one(self._number, value) + _SIZES[kind] * number, "its TIFF header")
        return tags, self._one(self._number, content[length:])

    def numbers(self, entry: tuple[int, int, bytes]) -> tuple[Any, ...]:
        """Return the numbers of an entry, which contains them or their offset."""
        kind, count, value = entry
        if kind not in _FORMATS or count > _MAX_SEGMENTS:
            raise _Invalid("its TIFF header is invalid")
        form = struct.Struct(f"{self._order}{count}{_FORMATS[kind]}")
        if form.size > len(value):
            value = self._read(self._one(self._number, value), form.size)
        return form.unpack(value[: form.size])

    @staticmethod
    def _one(form: str, content: bytes) -> int:
        number: int = struct.unpack(form, content[: struct.calcsize(form)])[0]
        return number

"""The quad grid of all mosaics: squares in Web Mercator, counted from the lower left corner."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import shapely.geometry

__all__ = ["HALF", "LEVEL", "PIXELS", "QUADS", "QuadRange", "bounds", "metres", "parse_quad_id", "quads_intersecting"]


LEVEL, PIXELS = 15, 4096
QUADS: int = 2**LEVEL * 256 // PIXELS  # the number of columns and of rows
HALF = math.pi * 6378137.0  # metres from the centre of the plane to its edge

_BATCH_SIZE = 10_000

Box = tuple[float, float, float, float]


class QuadRange(Sequence[str]):
    """The ids of the quads that a box touches, west to east and south to north, created lazily.

    Args:
        boxes: boxes in degrees; the quads touch all of them.
    """

    def __init__(self, *boxes: Box) -> None:
        west, south = (max(box[side] for box in boxes) for side in (0, 1))
        east, north = (min(box[side] for box in boxes) for side in (2, 3))
        empty = west > east or south > north
        self._columns = range(0) if empty else range(_column(west), _column(east) + 1)
        self._rows = range(0) if empty else range(_row(south), _row(north) + 1)

    def __len__(self) -> int:
        return len(self._columns) * len(self._rows)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, slice):
            return [self[number] for number in range(*which.indices(len(self)))]
        row, column = divmod(range(len(self))[which], len(self._columns))
        return f"{self._columns[column]}-{self._rows[row]}"


def quads_intersecting(geometry: dict[str, Any], box: Box = (-180.0, -85.0, 180.0, 85.0)) -> list[str]:
    """Return the ids of the quads that a geometry touches, limited to a box."""
    shape = shapely.geometry.shape(geometry)
    shapely.prepare(shape)
    found = []
    grid = QuadRange(shape.bounds, box)
    for start in range(0, len(grid), _BATCH_SIZE):
        ids = grid[start : start + _BATCH_SIZE]
        boxes = np.array([bounds(*map(int, name.split("-"))) for name in ids])
        touched = shapely.intersects(shape, shapely.box(*boxes.T))
        found += [name for name, touches in zip(ids, touched, strict=True) if touches]
    return found


def parse_quad_id(quad_id: str) -> tuple[int, int] | None:
    """Return column and row of a quad; None if there is no such quad."""
    match = re.fullmatch(r"(\d{1,4})-(\d{1,4})", quad_id)
    if match is None or max(int(match[1]), int(match[2])) >= QUADS:
        return None
    return int(match[1]), int(match[2])


def bounds(x: int, y: int) -> Box:
    """Return the bounds of a quad in degrees: west, south, east, north."""

    def lat(row: float) -> float:
        return math.degrees(math.atan(math.sinh((row / QUADS - 0.5) * 2 * math.pi)))

    return x / QUADS * 360 - 180, lat(y), (x + 1) / QUADS * 360 - 180, lat(y + 1)


def metres(x: int, y: int) -> Box:
    """Return the bounds of a quad in Web Mercator metres: west, south, east, north."""
    size = 2 * HALF / QUADS
    return -HALF + x * size, -HALF + y * size, -HALF + (x + 1) * size, -HALF + (y + 1) * size


def _column(lon: float) -> int:
    return min(int((lon + 180) / 360 * QUADS), QUADS - 1)


def _row(lat: float) -> int:
    lat = max(min(lat, 85.0), -85.0)
    return int((0.5 + math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * QUADS)

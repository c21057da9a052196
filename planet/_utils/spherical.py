"""Areas on a sphere."""

import itertools
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["square_kilometres"]

_EARTH_RADIUS_KM = 6371.0088


def square_kilometres(geometry: Mapping[str, Any]) -> float:
    """Return the area of a valid GeoJSON polygon or multipolygon; 0 for another geometry.

    >>> round(square_kilometres({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}))
    12364
    """

    def ring_area(ring: list[list[float]]) -> float:
        total = 0.0
        for (x1, y1, *_), (x2, y2, *_) in itertools.pairwise(ring):
            total += math.radians(x2 - x1) * (2 + math.sin(math.radians(y1)) + math.sin(math.radians(y2)))
        return abs(total) * _EARTH_RADIUS_KM**2 / 2

    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")), [])
    return sum(ring_area(rings[0]) - sum(ring_area(hole) for hole in rings[1:]) for rings in polygons or () if rings)

"""Boxes: west, south, east, north, in degrees of longitude and latitude."""

from typing import Any

__all__ = ["box_of", "rectangle"]


def box_of(value: Any) -> list[float] | None:
    """A box as four numbers; None if it is none."""
    try:
        numbers = [float(number) for number in value]
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == 4 else None


def rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A box as a GeoJSON polygon, as it is; `geojson.box` checks it."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}

"""Bounding boxes: west, south, east, north, in degrees of longitude and latitude."""

from typing import Any

__all__ = ["box_of", "rectangle"]


def box_of(value: Any) -> list[float] | None:
    """Return a bounding box as a list of four numbers; None if *value* is not one."""
    try:
        numbers = [float(number) for number in value]
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == 4 else None


def rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a bounding box as a GeoJSON polygon, without checking it; `geojson.box` does."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}

"""The plain words of a search, `datetime=`, `bbox=`, `cloud_cover=` and `downloadable=`, as filters and areas."""

from collections.abc import Mapping
from typing import Any

from .._redact import brief
from .._utils.arguments import as_number
from .._utils.periods import TIMES, as_period
from ..exceptions import ArgumentError
from . import geojson
from .filters import and_filter, date_range_filter, permission_filter, range_filter

__all__ = ["area_of", "combined_filter"]


def combined_filter(
    search_filter: Mapping[str, Any] | None, *, datetime: Any = None, cloud_cover: Any = None, downloadable: Any = False
) -> Mapping[str, Any] | None:
    """Return a filter together with those that the plain words of a search mean.

    Args:
        search_filter: the filter, or None.
        datetime: when the items were acquired, in any form that `as_period` takes.
        cloud_cover: the maximum cloud cover, from 0 to 1, or the minimum and the maximum.
        downloadable: only items of which the account may download an asset.

    Raises:
        ArgumentError, ArgumentTypeError: a word is not valid.
    """
    filters: list[Mapping[str, Any]] = [search_filter] if search_filter else []
    if datetime is not None:
        filters.append(_acquired(datetime))
    if cloud_cover is not None:
        filters.append(_cloud_cover(cloud_cover))
    if downloadable:
        filters.append(permission_filter())
    if not filters:
        return search_filter
    return filters[0] if len(filters) == 1 else and_filter(filters)


def _acquired(value: Any) -> Mapping[str, Any]:
    begin, end = as_period("datetime", value)
    if begin is end and begin is not None and begin.start == begin.end:
        raise ArgumentError(f"datetime is one instant, {brief(value)}: pass a day or two times.", hint=TIMES)
    bounds: dict[str, Any] = {}
    if begin is not None:
        bounds["gte"] = begin.start.replace(tzinfo=None)
    if end is not None and end.end is not None:
        bounds["lte" if end.start == end.end else "lt"] = end.end.replace(tzinfo=None)
    elif end is not None:  # an age: until that time
        bounds["lte"] = end.start.replace(tzinfo=None)
    return date_range_filter("acquired", **bounds)


def _cloud_cover(value: Any) -> Mapping[str, Any]:
    least, most = value if isinstance(value, (list, tuple)) and len(value) == 2 else (None, value)
    for number in (least, most):
        plain = None if number is None else as_number(number)
        if number is not None and (plain is None or not 0 <= plain <= 1):
            raise ArgumentError(
                f"cloud_cover must be the maximum from 0 to 1, or a minimum and a maximum, got {brief(value)}.",
                hint="10 percent is 0.1.",
            )
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        raise ArgumentError(f"cloud_cover must be a minimum and a greater maximum, got {brief(value)}.")
    return range_filter("cloud_cover", gte=least, lte=most)


def area_of(geometry: Any, bbox: Any) -> Any:
    """Return the area of a search: its geometry, or its bounding box as one.

    Raises:
        ArgumentError: both are given.
        GeoJSONError: the bounding box is not valid.
    """
    if bbox is None:
        return geometry
    if geometry is not None:
        raise ArgumentError("geometry and bbox cannot be combined.", hint="Pass one of them.")
    return geojson.geom_from_geojson(bbox)

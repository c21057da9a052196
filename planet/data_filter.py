"""Filters for searches of the catalogue: functions that return the dictionaries that the service takes."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from . import geojson
from .exceptions import ClientError, PlanetError
from .io import rfc3339

__all__ = [
    "and_filter",
    "asset_filter",
    "date_range_filter",
    "empty_filter",
    "geometry_filter",
    "not_filter",
    "number_in_filter",
    "or_filter",
    "permission_filter",
    "range_filter",
    "std_quality_filter",
    "string_in_filter",
    "update_filter",
]

Json = dict[str, Any]

RELATIONS = ("intersects", "contains", "within", "disjoint")


def empty_filter() -> Json:
    """Everything."""
    return and_filter([])


def and_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Json:
    """What passes all of them."""
    return {"type": "AndFilter", "config": list(nested_filters)}


def or_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Json:
    """What passes any of them."""
    return {"type": "OrFilter", "config": list(nested_filters)}


def not_filter(nested_filter: Mapping[str, Any]) -> Json:
    """What does not pass it."""
    return {"type": "NotFilter", "config": nested_filter}


def date_range_filter(
    field_name: str,
    gt: datetime.datetime | None = None,
    lt: datetime.datetime | None = None,
    gte: datetime.datetime | None = None,
    lte: datetime.datetime | None = None,
) -> Json:
    """A time within bounds.

    Args:
        field_name: `acquired`, `published` or `updated`.
        gt, lt, gte, lte: the bounds, at least one; a time without a zone is taken as UTC.

    Raises:
        PlanetError: there is no bound.

    Example:
        ```python
        from datetime import datetime

        from planet import data_filter

        june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))
        ```
    """
    bounds = _bounds(gt=gt, lt=lt, gte=gte, lte=lte)
    return {
        "type": "DateRangeFilter",
        "field_name": field_name,
        "config": {name: _time(name, bound) for name, bound in bounds.items()},
    }


def range_filter(
    field_name: str,
    gt: float | None = None,
    lt: float | None = None,
    gte: float | None = None,
    lte: float | None = None,
) -> Json:
    """A number within bounds; `cloud_cover` runs from 0 to 1.

    Raises:
        PlanetError: there is no bound.
    """
    return {"type": "RangeFilter", "field_name": field_name, "config": _bounds(gt=gt, lt=lt, gte=gte, lte=lte)}


def update_filter(
    field_name: str,
    gt: datetime.datetime | None = None,
    lt: datetime.datetime | None = None,
    gte: datetime.datetime | None = None,
    lte: datetime.datetime | None = None,
) -> Json:
    """Items whose field has changed since *gt* or *gte*; the service knows no upper bound here.

    Raises:
        PlanetError: there is no lower bound.
    """
    bounds = _bounds(gt=gt, gte=gte)
    return {
        "type": "UpdateFilter",
        "field_name": field_name,
        "config": {name: _time(name, bound) for name, bound in bounds.items()},
    }


def geometry_filter(geom: Any, relation: str | None = None) -> Json:
    """Items by where they lie.

    Args:
        geom: in any form that `planet.geojson` takes.
        relation: what the footprint does to it: `intersects` (the service's default), `contains`, `within`, `disjoint`.

    Raises:
        GeoJSONError, FeatureError: the geometry is not valid.
        ClientError: the relation is none that there is.
    """
    config: Json = {"type": "GeometryFilter", "field_name": "geometry", "config": geojson.as_geom_or_ref(geom)}
    if relation is not None:
        if relation not in RELATIONS:
            raise ClientError(f"relation is {relation!r}.", hint=f"It is one of {', '.join(RELATIONS)}.")
        config["relation"] = relation
    return config


def number_in_filter(field_name: str, values: Sequence[float]) -> Json:
    """A number that is one of these."""
    return {"type": "NumberInFilter", "field_name": field_name, "config": list(values)}


def string_in_filter(field_name: str, values: Sequence[str]) -> Json:
    """A text that is one of these, whole and in the same case."""
    return {"type": "StringInFilter", "field_name": field_name, "config": list(values)}


def asset_filter(asset_types: Sequence[str]) -> Json:
    """Items that have any of these assets."""
    return {"type": "AssetFilter", "config": list(asset_types)}


def permission_filter() -> Json:
    """Items of which this account may download something."""
    return {"type": "PermissionFilter", "config": ["assets:download"]}


def std_quality_filter() -> Json:
    """Items of standard quality."""
    return string_in_filter("quality_category", ["standard"])


def _bounds(**bounds: Any) -> Json:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if not given:
        raise PlanetError("The filter has no bound.", hint=f"Give at least one of {', '.join(bounds)}.")
    return given


def _time(name: str, bound: Any) -> str:
    if not isinstance(bound, datetime.datetime):
        raise ClientError(f"{name} is {bound!r}.", hint="It is a datetime, such as datetime(2024, 6, 1).")
    return rfc3339(bound)

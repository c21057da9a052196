"""Search filters."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from .._models.json_object import JsonObject
from .._redact import brief
from .._utils.times import rfc3339
from ..exceptions import ClientError
from . import geojson
from .filter_validation import RELATIONS

__all__ = [
    "Filter",
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


class Filter(JsonObject):
    """A filter: a dictionary that is sent as it is, and that can be composed with others, plain ones included.

    Example:
        ```python
        from datetime import datetime

        from planet import data_filter

        june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))
        clear = data_filter.range_filter("cloud_cover", lt=0.1)
        items = list(pl.data.search(["PSScene"], june & clear, geometry=aoi, limit=5))
        ```
    """

    __module__ = "planet.data_filter"

    def __and__(self, other: Mapping[str, Any]) -> "Filter":
        return _joined("AndFilter", self, other)

    def __rand__(self, other: Mapping[str, Any]) -> "Filter":
        return _joined("AndFilter", other, self)

    def __or__(self, other: Mapping[str, Any]) -> "Filter":  # type: ignore[override]  # a union of dictionaries has no sense here
        return _joined("OrFilter", self, other)

    def __ror__(self, other: Mapping[str, Any]) -> "Filter":  # type: ignore[override]
        return _joined("OrFilter", other, self)

    __ior__ = __or__  # type: ignore[assignment]  # `a |= b` makes a new filter: others may hold the old one

    def __invert__(self) -> "Filter":
        return not_filter(self)


def _joined(kind: str, *filters: Any) -> Filter:
    """Filters joined; those of the same kind already are taken apart, so that long chains stay flat."""
    config: list[Any] = []
    for node in filters:
        if not isinstance(node, Mapping):
            raise ClientError(f"{brief(node)} is no filter.", hint="Make one with planet.data_filter.")
        config += node["config"] if node.get("type") == kind and isinstance(node.get("config"), list) else [node]
    return Filter(type=kind, config=config)


def empty_filter() -> Filter:
    """Everything."""
    return and_filter([])


def and_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Filter:
    """What passes all of them; of none: everything."""
    return Filter(type="AndFilter", config=list(nested_filters))


def or_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Filter:
    """What passes any of them; of none: nothing."""
    return Filter(type="OrFilter", config=list(nested_filters))


def not_filter(nested_filter: Mapping[str, Any]) -> Filter:
    """What does not pass it."""
    return Filter(type="NotFilter", config=nested_filter)


def date_range_filter(
    field_name: str,
    gt: datetime.datetime | None = None,
    lt: datetime.datetime | None = None,
    gte: datetime.datetime | None = None,
    lte: datetime.datetime | None = None,
) -> Filter:
    """A time within bounds.

    Args:
        field_name: `acquired`, `published` or `updated`.
        gt: later than this; a time without a zone is taken as UTC.
        lt: earlier than this.
        gte: this or later.
        lte: this or earlier.

    Raises:
        PlanetError: there is no bound.

    Example:
        ```python
        from datetime import datetime

        from planet import data_filter

        june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))
        ```
    """
    return _field("DateRangeFilter", field_name, _times(gt=gt, lt=lt, gte=gte, lte=lte))


def range_filter(
    field_name: str,
    gt: float | None = None,
    lt: float | None = None,
    gte: float | None = None,
    lte: float | None = None,
) -> Filter:
    """A number within bounds; `cloud_cover` runs from 0 to 1, the fields that end in `_percent` from 0 to 100.

    Raises:
        PlanetError: there is no bound.
    """
    return _field("RangeFilter", field_name, _bounds(gt=gt, lt=lt, gte=gte, lte=lte))


def update_filter(
    field_name: str,
    gt: datetime.datetime | None = None,
    lt: datetime.datetime | None = None,
    gte: datetime.datetime | None = None,
    lte: datetime.datetime | None = None,
) -> Filter:
    """Items whose field has changed since *gt* or *gte*; the service knows no upper bound here.

    Raises:
        PlanetError: there is no lower bound.
    """
    return _field("UpdateFilter", field_name, _times(gt=gt, gte=gte))


def geometry_filter(geom: Any, relation: str | None = None) -> Filter:
    """Items by where they lie.

    Args:
        geom: in any form that `planet.geojson` takes, a reference to a feature among them.
        relation: what the footprint does to it: `intersects` (the service's default), `contains`, `within`, `disjoint`.

    Raises:
        GeoJSONError, FeatureError: the geometry is not valid.
        ClientError: the relation is none that there is.
    """
    config = _field("GeometryFilter", "geometry", geojson.as_geom_or_ref(geom))
    if relation is not None:
        if relation not in RELATIONS:
            raise _NoRelation(f"relation is {relation!r}.", hint=f"It is one of {', '.join(RELATIONS)}.")
        config["relation"] = relation
    return config


class _NoRelation(ClientError, ValueError):
    """A relation that there is not; scripts may look for a ValueError."""


def number_in_filter(field_name: str, values: Sequence[float]) -> Filter:
    """A number that is one of these."""
    return _field("NumberInFilter", field_name, list(values))


def string_in_filter(field_name: str, values: Sequence[str]) -> Filter:
    """A text that is one of these, whole and in the same case.

    Raises:
        ClientError: *values* is a single text: a list of its characters is hardly what is meant.
    """
    return _field("StringInFilter", field_name, _several("values", values))


def asset_filter(asset_types: Sequence[str]) -> Filter:
    """Items that have any of these assets; for all of them, join several with `&`.

    Raises:
        ClientError: *asset_types* is a single text.
    """
    return Filter(type="AssetFilter", config=_several("asset_types", asset_types))


def permission_filter() -> Filter:
    """Items of which this account may download something."""
    return Filter(type="PermissionFilter", config=["assets:download"])


def std_quality_filter() -> Filter:
    """Items of standard quality."""
    return string_in_filter("quality_category", ["standard"])


def _field(kind: str, field_name: str, config: Any) -> Filter:
    return Filter(type=kind, field_name=field_name, config=config)


def _several(name: str, values: Sequence[str]) -> list[str]:
    if isinstance(values, str):
        raise ClientError(f"{name} is a single text, {values!r}.", hint=f"It is a list, such as [{values!r}].")
    return list(values)


def _bounds(**bounds: Any) -> dict[str, Any]:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if not given:
        raise ClientError("The filter has no bound.", hint=f"Give at least one of {', '.join(bounds)}.")
    return given


def _times(**bounds: Any) -> dict[str, Any]:
    return {name: _time(name, bound) for name, bound in _bounds(**bounds).items()}


def _time(name: str, bound: Any) -> str:
    if not isinstance(bound, datetime.datetime):
        raise ClientError(f"{name} is {bound!r}.", hint="It is a datetime, such as datetime(2024, 6, 1).")
    return rfc3339(bound)

"""Builders of search filters."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._models.json_object import JsonObject
from .._redact import brief
from .._utils.arguments import as_number, plain
from .._utils.periods import as_bound
from .._utils.times import rfc3339
from ..exceptions import ArgumentError, ArgumentTypeError
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
    """A search filter: a dict that is sent as it is. `&`, `|` and `~` combine it with other filters and plain dicts.

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

    def __or__(self, other: Mapping[str, Any]) -> "Filter":  # type: ignore[override]  # a union of dictionaries would not be a filter
        return _joined("OrFilter", self, other)

    def __ror__(self, other: Mapping[str, Any]) -> "Filter":  # type: ignore[override]
        return _joined("OrFilter", other, self)

    __ior__ = __or__  # type: ignore[assignment]  # `a |= b` creates a new filter: the old one may be shared

    def __invert__(self) -> "Filter":
        return not_filter(self)


def _joined(kind: str, *filters: Any) -> Filter:
    """Combine filters. Operands of the same kind are flattened, so that long chains stay flat."""
    config: list[Any] = []
    for node in filters:
        if not isinstance(node, Mapping):
            raise ArgumentTypeError(
                f"A filter must be a dict, got {brief(node)}", hint="Build filters with planet.data_filter."
            )
        config += node["config"] if node.get("type") == kind and isinstance(node.get("config"), list) else [node]
    return Filter(type=kind, config=config)


def empty_filter() -> Filter:
    """Select everything."""
    return and_filter([])


def and_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Filter:
    """Select items that match all filters; an empty list selects everything."""
    return Filter(type="AndFilter", config=_as_list("nested_filters", nested_filters))


def or_filter(nested_filters: Sequence[Mapping[str, Any]]) -> Filter:
    """Select items that match any of the filters; an empty list selects nothing."""
    return Filter(type="OrFilter", config=_as_list("nested_filters", nested_filters))


def not_filter(nested_filter: Mapping[str, Any]) -> Filter:
    """Select items that do not match a filter."""
    return Filter(type="NotFilter", config=nested_filter)


def date_range_filter(
    field_name: str,
    gt: datetime.date | str | None = None,
    lt: datetime.date | str | None = None,
    gte: datetime.date | str | None = None,
    lte: datetime.date | str | None = None,
) -> Filter:
    """Select items by a time field.

    Args:
        field_name: `acquired`, `published` or `updated`.
        gt: later than this: a datetime, a date, or text such as `2024-06-01` or `7d`. A time without a zone is UTC, a
            date is its midnight, and `7d` is seven days ago.
        lt: earlier than this.
        gte: this or later.
        lte: this or earlier.

    Raises:
        ArgumentError: no bound is given.
        ArgumentError, ArgumentTypeError: a bound is not a time.

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
    """Select items by a number field; `cloud_cover` ranges from 0 to 1, fields that end in `_percent` from 0 to 100.

    Raises:
        ArgumentError: no bound is given.
    """
    return _field("RangeFilter", field_name, _numbers(gt=gt, lt=lt, gte=gte, lte=lte))


def update_filter(
    field_name: str,
    gt: datetime.date | str | None = None,
    lt: datetime.date | str | None = None,
    gte: datetime.date | str | None = None,
    lte: datetime.date | str | None = None,
) -> Filter:
    """Select items whose field has changed since *gt* or *gte*; the service supports no upper bound here.

    Raises:
        ArgumentError: no lower bound is given.
        ArgumentError, ArgumentTypeError: a bound is not a time.
    """
    return _field("UpdateFilter", field_name, _times(gt=gt, gte=gte))


def geometry_filter(geom: Any, relation: str | None = None) -> Filter:
    """Select items by their footprint.

    Args:
        geom: in any form that `planet.geojson` accepts, such as a feature reference.
        relation: of the footprint to the geometry: `intersects` (the service's default), `contains`, `within` or
            `disjoint`.

    Raises:
        GeoJSONError, FeatureError: the geometry is not valid.
        ArgumentError: the relation is not one of those.
    """
    config = _field("GeometryFilter", "geometry", geojson.as_geom_or_ref(geom, max_vertices=None))
    if relation is not None:
        if relation not in RELATIONS:
            raise ArgumentError(f"relation: {relation!r} is not one of {', '.join(map(repr, RELATIONS))}")
        config["relation"] = relation
    return config


def number_in_filter(field_name: str, values: Sequence[float]) -> Filter:
    """Select items whose number field is one of *values*."""
    return _field("NumberInFilter", field_name, _as_list("values", values))


def string_in_filter(field_name: str, values: Sequence[str]) -> Filter:
    """Select items whose string field equals one of *values*; case matters.

    Raises:
        ArgumentTypeError: *values* is a single str.
    """
    return _field("StringInFilter", field_name, _as_list("values", values))


def asset_filter(asset_types: Sequence[str]) -> Filter:
    """Select items that have any of these assets; to require several, combine filters with `&`.

    Raises:
        ArgumentTypeError: *asset_types* is a single str.
    """
    return Filter(type="AssetFilter", config=_as_list("asset_types", asset_types))


def permission_filter() -> Filter:
    """Select items of which this account may download at least one asset."""
    return Filter(type="PermissionFilter", config=["assets:download"])


def std_quality_filter() -> Filter:
    """Select items of standard quality."""
    return string_in_filter("quality_category", ["standard"])


def _field(kind: str, field_name: str, config: Any) -> Filter:
    return Filter(type=kind, field_name=field_name, config=config)


def _as_list(name: str, values: Any) -> list[Any]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} must be a list, got {brief(values)}", hint=f"Pass [{brief(values)}].")
    return [plain(value) for value in values]


def _bounds(**bounds: Any) -> dict[str, Any]:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if not given:
        raise ArgumentError(f"At least one of {', '.join(bounds)} is required")
    return given


def _numbers(**bounds: Any) -> dict[str, Any]:
    return {name: _number(bound) for name, bound in _bounds(**bounds).items()}


def _number(bound: Any) -> Any:
    """Return a number of any library as one of Python; the check of the filter reports what is not a number."""
    number = as_number(bound)
    return bound if number is None else number


def _times(**bounds: Any) -> dict[str, Any]:
    return {name: _time(name, bound) for name, bound in _bounds(**bounds).items()}


def _time(name: str, bound: Any) -> str:
    return rfc3339(as_bound(name, bound))

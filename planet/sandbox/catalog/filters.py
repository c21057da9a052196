"""Search filters: validated as the service does, and evaluated against scenes."""

import datetime
import functools
import math
from collections.abc import Callable
from typing import Any

import shapely
import shapely.geometry

from ..._utils.times import str_to_datetime
from ...exceptions import PlanetError
from .scene import Scene
from .window import Window

__all__ = ["FilterError", "as_shape", "compile_filter", "search_window", "validate_filter"]


_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "intersects": shapely.intersects,
    "contains": shapely.contains,
    "within": shapely.within,
    "disjoint": shapely.disjoint,
}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}
_FIELD_FILTERS = (
    "DateRangeFilter",
    "RangeFilter",
    "UpdateFilter",
    "NumberInFilter",
    "StringInFilter",
    "GeometryFilter",
)
_OTHER_FILTERS = ("AndFilter", "OrFilter", "NotFilter", "AssetFilter", "PermissionFilter")
_MAX_DEPTH = 100
_DATES = ("acquired", "published", "updated")


class FilterError(Exception):
    """A filter that the service rejects.

    Attributes:
        path: the dotted path of the wrong part.
        message: what is wrong.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def validate_filter(node: Any, path: str = "filter") -> None:
    """Validate a filter.

    Raises:
        FilterError: the service would reject the filter.
    """
    if path.count(".config") > _MAX_DEPTH:
        raise FilterError("filter", "is nested too deeply")
    if not isinstance(node, dict):
        raise FilterError(path, f"{node!r} is not of type 'object'")
    for key in ("type", "config"):
        if key not in node:
            raise FilterError(f"{path}.{key}", f"'{key}' is a required property")
    kind, config = node["type"], node["config"]
    if kind not in _FIELD_FILTERS + _OTHER_FILTERS:
        raise FilterError(f"{path}.type", f"{kind!r} is not a valid filter type")
    if kind in _FIELD_FILTERS and not isinstance(node.get("field_name"), str):
        raise FilterError(f"{path}.field_name", "'field_name' is a required property")
    where = f"{path}.config"
    if kind in ("AndFilter", "OrFilter"):
        _expect(config, list, where)
        for number, nested in enumerate(config):
            validate_filter(nested, f"{where}.{number}")
    elif kind == "NotFilter":
        for nested in config if isinstance(config, list) else [config]:
            validate_filter(nested, where)
    elif kind in ("DateRangeFilter", "UpdateFilter", "RangeFilter"):
        _expect(config, dict, where)
        allowed = ("gt", "gte") if kind == "UpdateFilter" else tuple(_OPERATORS)
        if not config or set(config) - set(allowed):
            raise FilterError(where, f"only {', '.join(allowed)} are allowed, and at least one is required")
        for name, bound in config.items():
            _check_bound(kind, bound, f"{where}.{name}")
    elif kind == "GeometryFilter":
        relation = node.get("relation", "intersects")
        if not isinstance(relation, str) or relation not in _RELATIONS:
            raise FilterError(f"{path}.relation", f"{node['relation']!r} is not a valid relation")
        as_shape(config, where)
    else:
        _expect(config, list, where)
        number = kind == "NumberInFilter"
        if not all(isinstance(value, (int, float) if number else str) for value in config):
            raise FilterError(where, f"is not a list of {'numbers' if number else 'strings'}")


def _expect(config: Any, kind: type, path: str) -> None:
    if not isinstance(config, kind):
        raise FilterError(path, f"{config!r} is not of type '{'array' if kind is list else 'object'}'")


def _check_bound(kind: str, bound: Any, path: str) -> None:
    if kind == "RangeFilter":
        if isinstance(bound, bool) or not isinstance(bound, (int, float)):
            raise FilterError(path, f"{bound!r} is not a number")
        return
    try:
        str_to_datetime(bound)
    except PlanetError:
        raise FilterError(path, f"{bound!r} is not an RFC 3339 timestamp") from None


def as_shape(geometry: Any, path: str) -> Any:
    """Convert a geometry of a request to a shapely geometry.

    Raises:
        FilterError: the geometry is not valid.
    """
    if isinstance(geometry, dict) and geometry.get("type") == "ref":
        raise FilterError(path, f"feature {geometry.get('content')} does not exist")
    try:
        shape = shapely.geometry.shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError, shapely.errors.ShapelyError):
        raise FilterError(path, "is not a valid GeoJSON geometry") from None
    if shape.is_empty:
        raise FilterError(path, "is an empty geometry")
    if shape.has_z:
        raise FilterError(path, "has positions with altitudes; they must have two numbers")
    west, south, east, north = shape.bounds
    if not all(map(math.isfinite, shape.bounds)) or west < -180 or east > 180 or south < -90 or north > 90:
        raise FilterError(path, "does not lie on the Earth")
    return shape if shape.is_valid else shapely.make_valid(shape)


Predicate = Callable[[Scene], bool]


def compile_filter(node: dict[str, Any]) -> Predicate:
    """Compile a validated filter to a predicate of scenes."""
    kind, config = node["type"], node["config"]
    if kind in ("AndFilter", "OrFilter", "NotFilter"):
        tests = [compile_filter(nested) for nested in (config if isinstance(config, list) else [config])]
        if kind == "AndFilter":
            return lambda scene: all(test(scene) for test in tests)
        if kind == "OrFilter":
            return lambda scene: any(test(scene) for test in tests)
        return lambda scene: not any(test(scene) for test in tests)
    if kind == "AssetFilter":
        return lambda scene: not set(config).isdisjoint(scene.assets)
    if kind == "PermissionFilter":
        return lambda scene: not set(config).isdisjoint(_granted(scene))
    if kind == "GeometryFilter":
        relation, shape = _RELATIONS[node.get("relation", "intersects")], as_shape(config, "")
        shapely.prepare(shape)
        return lambda scene: bool(relation(shapely.Polygon(scene.footprint), shape))
    name, passes = node["field_name"], _value_predicate(kind, config)
    if kind == "UpdateFilter":  # the sandbox knows only when an item changed, not which field
        return lambda scene: name in (properties := scene.properties()) and passes(properties["updated"])

    def test(scene: Scene) -> bool:
        value = scene.id if name == "id" else scene.properties().get(name)
        return value is not None and passes(value)

    return test


def _granted(scene: Scene) -> set[str]:
    permitted = scene.permitted
    return {"assets:download", *(f"assets.{asset}:download" for asset in permitted)} if permitted else set()


def _value_predicate(kind: str, config: Any) -> Callable[[Any], bool]:
    """Return a predicate of field values; values of another type never match."""
    if kind == "StringInFilter":
        return lambda value: (str(value).lower() if isinstance(value, bool) else value) in config
    if kind == "NumberInFilter":
        return lambda value: _is_number(value) and value in config
    if kind == "RangeFilter":
        return lambda value: _is_number(value) and all(_OPERATORS[name](value, bound) for name, bound in config.items())
    bounds = [(_OPERATORS[name], str_to_datetime(bound)) for name, bound in config.items()]

    def test(value: Any) -> bool:
        try:
            moment = str_to_datetime(value)
        except PlanetError:
            return False  # the field is not a time
        return all(compare(moment, bound) for compare, bound in bounds)

    return test


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def search_window(node: dict[str, Any]) -> Window:
    """Return the necessary conditions of a filter: boxes, days and ids of the scenes that match."""
    kind, config, field = node["type"], node["config"], node.get("field_name")
    if kind == "AndFilter":
        return functools.reduce(Window.intersection, map(search_window, config), Window())
    if kind == "OrFilter" and config:
        return functools.reduce(Window.union, map(search_window, config))
    window = Window()
    if kind == "GeometryFilter" and node.get("relation", "intersects") != "disjoint":
        shape = as_shape(config, "")
        window.boxes = [part.bounds for part in getattr(shape, "geoms", [shape])]
    elif kind == "StringInFilter" and field == "id":
        window.ids = set(config)
    elif kind == "DateRangeFilter" and field in _DATES:
        for name, bound in config.items():
            day = _utc_day(str_to_datetime(bound))
            if name in ("gt", "gte"):
                # Scenes are published on the day of their acquisition or the day after.
                first = day - datetime.timedelta(days=1) if day > datetime.date.min else day
                window.first = max(window.first or first, first)
            else:
                window.last = min(window.last or day, day)
    return window


def _utc_day(moment: datetime.datetime) -> datetime.date:
    try:
        return moment.astimezone(datetime.timezone.utc).date()
    except OverflowError:  # within hours of the first or last representable day
        return moment.date()

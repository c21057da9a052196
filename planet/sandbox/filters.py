"""Filters of searches: checked as the service checks them, and evaluated for real."""

import datetime
from collections.abc import Callable
from typing import Any

import shapely
import shapely.geometry

from ..exceptions import PlanetError
from ..io import str_to_datetime
from .scene import Scene

__all__ = ["FilterError", "check", "search_window", "selects"]

_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "intersects": shapely.intersects,
    "contains": shapely.contains,
    "within": shapely.within,
    "disjoint": shapely.disjoint,
}
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
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
_OTHERS = ("AndFilter", "OrFilter", "NotFilter", "AssetFilter", "PermissionFilter")
_DATES = ("acquired", "published", "updated")


class FilterError(Exception):
    """A filter that the service does not take: the dotted path, and what is wrong there."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def check(node: Any, path: str = "filter") -> None:
    """Refuse a filter that makes no sense."""
    if not isinstance(node, dict):
        raise FilterError(path, f"{node!r} is not of type 'object'")
    for key in ("type", "config"):
        if key not in node:
            raise FilterError(f"{path}.{key}", f"'{key}' is a required property")
    kind, config = node["type"], node["config"]
    if kind not in _FIELD_FILTERS + _OTHERS:
        raise FilterError(f"{path}.type", f"{kind!r} is not a valid filter type")
    if kind in _FIELD_FILTERS and not isinstance(node.get("field_name"), str):
        raise FilterError(f"{path}.field_name", "'field_name' is a required property")
    where = f"{path}.config"
    if kind in ("AndFilter", "OrFilter"):
        _expect(config, list, where)
        for number, nested in enumerate(config):
            check(nested, f"{where}.{number}")
    elif kind == "NotFilter":
        for nested in config if isinstance(config, list) else [config]:
            check(nested, where)
    elif kind in ("DateRangeFilter", "UpdateFilter", "RangeFilter"):
        _expect(config, dict, where)
        allowed = ("gt", "gte") if kind == "UpdateFilter" else tuple(_BOUNDS)
        if not config or set(config) - set(allowed):
            raise FilterError(where, f"only {', '.join(allowed)} are allowed, and at least one is required")
        for name, bound in config.items():
            _check_bound(kind, bound, f"{where}.{name}")
    elif kind == "GeometryFilter":
        if node.get("relation", "intersects") not in _RELATIONS:
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
    """A geometry of a request as shapely's."""
    try:
        shape = shapely.geometry.shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        raise FilterError(path, "is not a valid GeoJSON geometry") from None
    return shape if shape.is_valid else shapely.make_valid(shape)


def selects(node: dict[str, Any], scene: Scene) -> bool:
    """Whether a filter, already checked, lets a scene pass."""
    kind, config = node["type"], node["config"]
    if kind == "AndFilter":
        return all(selects(nested, scene) for nested in config)
    if kind == "OrFilter":
        return any(selects(nested, scene) for nested in config)
    if kind == "NotFilter":
        return not any(selects(nested, scene) for nested in (config if isinstance(config, list) else [config]))
    if kind == "AssetFilter":
        return bool(set(config) & set(scene.assets))
    if kind == "PermissionFilter":
        granted = {"assets:download", *(f"assets.{asset}:download" for asset in scene.assets)}
        return bool(set(config) & granted)
    if kind == "GeometryFilter":
        relation = _RELATIONS[node.get("relation", "intersects")]
        return bool(relation(shapely.Polygon(scene.footprint), as_shape(config, "")))
    value = scene.properties().get(node["field_name"])
    if value is None:
        return False
    if kind == "StringInFilter":
        return (str(value).lower() if isinstance(value, bool) else value) in config
    if kind == "NumberInFilter":
        return value in config
    if kind in ("DateRangeFilter", "UpdateFilter"):
        moment = str_to_datetime(value)
        return all(_BOUNDS[name](moment, str_to_datetime(bound)) for name, bound in config.items())
    return isinstance(value, (int, float)) and all(_BOUNDS[name](value, bound) for name, bound in config.items())


def search_window(node: dict[str, Any]) -> tuple[Any, datetime.date | None, datetime.date | None]:
    """What a filter says for certain of where and when: the bounds of its geometry, its first and last day.

    The scenes that pass the filter lie within; not all that lie within pass.
    """
    bounds, first, last = None, None, None
    nodes = [node]
    while nodes:
        node = nodes.pop()
        kind, config = node["type"], node["config"]
        if kind == "AndFilter":
            nodes += config
        elif kind == "GeometryFilter" and node.get("relation", "intersects") != "disjoint":
            bounds = as_shape(config, "").bounds
        elif kind == "DateRangeFilter" and node["field_name"] in _DATES:
            for name, bound in config.items():
                day = str_to_datetime(bound).astimezone(datetime.timezone.utc).date()
                if name in ("gt", "gte"):
                    # What is published on a day was taken that day or the one before.
                    first = max(filter(None, [first, day - datetime.timedelta(days=1)]))
                else:
                    last = min(filter(None, [last, day]))
    return bounds, first, last

"""Validation of search filters before they are sent; problems have the dotted paths that the service uses as well."""

import difflib
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .._redact import brief
from .._utils.arguments import as_number, plain
from .._utils.times import str_to_datetime
from ..exceptions import ArgumentError, PlanetError
from .geojson import as_geom_or_ref

__all__ = ["RELATIONS", "check_filter", "sendable"]


_TIME, _NUMBER, _TEXT, _FLAG = "a time", "a number", "a string", "a boolean"

# The known item fields and their types. An unknown field is sent as it is, unless it looks like a misspelled known one.
_FIELDS = {
    **dict.fromkeys(("acquired", "published", "updated"), _TIME),
    **dict.fromkeys(
        (
            "anomalous_pixels", "black_fill", "clear_confidence_percent", "clear_percent", "cloud_cover",
            "cloud_percent", "columns", "epsg_code", "ground_control_ratio", "gsd", "heavy_haze_percent",
            "light_haze_percent", "origin_x", "origin_y", "pixel_resolution", "rows", "satellite_azimuth",
            "shadow_percent", "snow_ice_percent", "sun_azimuth", "sun_elevation", "usable_data", "view_angle",
            "visible_confidence_percent", "visible_percent",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(
        (
            "camera_id", "catalog_id", "grid_cell", "id", "instrument", "item_type", "provider", "publishing_stage",
            "quality_category", "satellite_id", "strip_id",
        ),
        _TEXT,
    ),
    "ground_control": _FLAG,
}  # fmt: skip
_FIELD_TYPES = {  # {filter type: the field types that it applies to}
    "DateRangeFilter": (_TIME,),
    "RangeFilter": (_NUMBER,),
    "NumberInFilter": (_NUMBER,),
    "StringInFilter": (_TEXT, _FLAG),
}
_RIGHT_FILTER = {
    _TIME: "date_range_filter",
    _NUMBER: "range_filter",
    _TEXT: "string_in_filter",
    _FLAG: 'string_in_filter with "true" or "false"',
}
_SHARES = ("cloud_cover", "black_fill", "usable_data", "ground_control_ratio")  # from 0 to 1
_OPERATORS = {
    "DateRangeFilter": ("gt", "gte", "lt", "lte"),
    "RangeFilter": ("gt", "gte", "lt", "lte"),
    "UpdateFilter": ("gt", "gte"),
}
RELATIONS = ("intersects", "contains", "within", "disjoint")

Problem = tuple[str, str]


def check_filter(search_filter: Any) -> None:
    """Check a filter for errors that the service would reject, and for likely mistakes.

    Raises:
        ArgumentError: the filter is invalid; `field_errors` maps paths such as `filter.config.1.field_name` to the
            problems.
    """
    try:
        problems = list(_validate(search_filter, "filter"))
    except RecursionError:
        problems = [("filter", "is nested too deeply")]
    if problems:
        raise ArgumentError(
            "The filter is invalid",
            hint="It was not sent. To send it without this check, pass validate=False.",
            field_errors={path: [text for where, text in problems if where == path] for path, _ in problems},
        )


def sendable(search_filter: Any) -> Any:
    """Return a filter as JSON data, with its geometries in the form that the service accepts.

    Raises:
        GeoJSONError, FeatureError: a geometry is invalid.
    """
    if isinstance(search_filter, (list, tuple)):
        parts = [sendable(part) for part in search_filter]
        return search_filter if all(new is old for new, old in zip(parts, search_filter, strict=True)) else parts
    if not isinstance(search_filter, Mapping) or "config" not in search_filter:
        return plain(search_filter)
    config = search_filter["config"]
    if search_filter.get("type") == "GeometryFilter":
        config = as_geom_or_ref(config, max_vertices=None)
    else:
        config = sendable(config)
    return search_filter if config is search_filter["config"] else {**search_filter, "config": config}


def _warn(text: str) -> None:
    """Warn about a possible mistake; the warning points to the line that called this package."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "planet":
        level, frame = level + 1, frame.f_back
    warnings.warn(
        f"{text}. The filter is sent as it is; validate=False skips this check.", UserWarning, stacklevel=level
    )


def _validate(node: Any, path: str) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        combine = "; combine filters with & or and_filter" if isinstance(node, (list, tuple)) else ""
        yield path, f"must be a dict, got {type(node).__name__}{combine}"
        return
    kind = node.get("type")
    validate = _VALIDATORS.get(kind) if isinstance(kind, str) else None
    if validate is None:
        hint = "; build filters with planet.data_filter" if kind is None else _nearest(kind, _VALIDATORS)
        yield f"{path}.type", f"{brief(kind)} is not a filter type{hint}"
    elif "config" not in node:
        yield f"{path}.config", "is missing"
    else:
        yield from validate(node, path)


def _validate_list(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    config = node["config"]
    if not isinstance(config, (list, tuple)):
        yield f"{path}.config", f"must be a list of filters, got {brief(config)}"
        return
    for number, nested in enumerate(config):
        yield from _validate(nested, f"{path}.config.{number}")


def _validate_not(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    config = node["config"]
    if isinstance(config, (list, tuple)):  # the legacy form
        yield from _validate_list(node, path)
    else:
        yield from _validate(config, f"{path}.config")


def _validate_range(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    yield from _validate_field(node, path)
    config, allowed = node["config"], _OPERATORS[node["type"]]
    if not isinstance(config, Mapping) or not config:
        yield f"{path}.config", f"must have at least one of {', '.join(allowed)}"
        return
    for operator, bound in config.items():
        where = f"{path}.config.{operator}"
        if operator not in allowed:
            yield where, f"is not one of the operators {', '.join(allowed)}"
        elif node["type"] == "RangeFilter":
            if not _is_number(bound):
                yield where, f"must be a number, got {brief(bound)}"
            elif node.get("field_name") in _SHARES and bound > 1:
                _warn(f"{where}: {node['field_name']} ranges from 0 to 1, got {bound}")
        elif not _is_time(bound):
            yield where, f"must be an RFC 3339 time such as 2024-06-01T00:00:00Z, got {brief(bound)}"


def _validate_values(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if "field_name" in node or node["type"] in _FIELD_TYPES:
        yield from _validate_field(node, path)
    config = node["config"]
    wanted: Callable[[Any], bool] = _is_number if node["type"] == "NumberInFilter" else _is_text
    if not isinstance(config, (list, tuple)):
        yield f"{path}.config", f"must be a list, got {brief(config)}"
    elif wrong := [value for value in config if not wanted(value)]:
        yield (
            f"{path}.config",
            f"must hold {'numbers' if wanted is _is_number else 'strings'} only, got {brief(wrong[0])}",
        )


def _validate_geometry(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if node.get("field_name") != "geometry":
        yield f"{path}.field_name", f"must be 'geometry', got {node.get('field_name')!r}"
    relation = node.get("relation", "intersects")
    if relation not in RELATIONS:
        yield f"{path}.relation", f"{relation!r} is not one of {', '.join(map(repr, RELATIONS))}"
    config = node["config"]
    if not isinstance(config, Mapping) or config.get("type") in ("Feature", "FeatureCollection"):
        yield f"{path}.config", "must be a geometry or a reference; data_filter.geometry_filter converts other forms"
        return
    try:
        as_geom_or_ref(config, max_vertices=None)
    except PlanetError as error:
        yield f"{path}.config", error.message.rstrip(".")


def _validate_field(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    name = node.get("field_name")
    if not isinstance(name, str) or not name:
        yield f"{path}.field_name", "must be the name of a field" if "field_name" in node else "is missing"
        return
    known = _FIELDS.get(name)
    if known is None:
        meant = next((field for field in _FIELDS if _is_typo(name, field)), None)
        if meant is not None:
            yield f"{path}.field_name", f"{name!r} is not a known field; did you mean {meant!r}"
        else:
            near = difflib.get_close_matches(name, _FIELDS, 3, 0.5)
            _warn(
                f"{path}.field_name: {name!r} is not a known field" + (f"; similar: {', '.join(near)}" if near else "")
            )
    elif known not in _FIELD_TYPES.get(node["type"], (known,)):
        yield path, f"{node['type']} does not apply to {name}, which is {known}; use {_RIGHT_FILTER[known]}"


def _nearest(value: Any, known: Mapping[str, Any]) -> str:
    matches = difflib.get_close_matches(value, known, 1, 0.8) if isinstance(value, str) else []
    return f"; did you mean {matches[0]!r}" if matches else ""


def _is_typo(word: str, known: str) -> bool:
    """Whether a word differs from a known one only in spelling style or by one letter."""
    plain = word.rpartition(".")[2].replace("_", "").lower()
    return plain == known.replace("_", "") or _differs_by_one_letter(word, known)


def _differs_by_one_letter(word: str, known: str) -> bool:
    """Whether two words differ by one letter that is missing, added, replaced, or swapped with the next.

    An added s or digit at the end does not count: that may well be another field.
    """
    short, long = sorted((word, known), key=len)
    if len(short) == len(long):
        wrong = [index for index in range(len(word)) if word[index] != known[index]]
        swapped = len(wrong) == 2 and word[wrong[0]] + word[wrong[1]] == known[wrong[1]] + known[wrong[0]]
        return len(wrong) == 1 or (swapped and wrong[1] == wrong[0] + 1)
    if len(long) - len(short) != 1 or (long[:-1] == short and long[-1] in "s0123456789"):
        return False
    return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))


def _is_number(value: Any) -> bool:
    return as_number(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    try:
        str_to_datetime(value)
    except PlanetError:
        return False
    return True


_VALIDATORS: dict[str, Callable[[Mapping[str, Any], str], Iterator[Problem]]] = {
    "AndFilter": _validate_list,
    "OrFilter": _validate_list,
    "NotFilter": _validate_not,
    "DateRangeFilter": _validate_range,
    "RangeFilter": _validate_range,
    "UpdateFilter": _validate_range,
    "NumberInFilter": _validate_values,
    "StringInFilter": _validate_values,
    "AssetFilter": _validate_values,
    "PermissionFilter": _validate_values,
    "GeometryFilter": _validate_geometry,
}

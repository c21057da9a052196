"""What is wrong with a search filter, told before it is sent, by the dotted paths that the service uses as well."""

import difflib
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .._redact import brief
from .._utils.times import str_to_datetime
from ..exceptions import ClientError, PlanetError
from .geojson import as_geom_or_ref

__all__ = ["RELATIONS", "check_filter"]


_TIME, _NUMBER, _TEXT, _FLAG = "a time", "a number", "a text", "true or false"

# What is known of the fields of items. A field that is not here is sent as it is, unless it looks like one that is.
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
_ON = {  # what the fields are that a type of filter is for
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
    """Refuse a filter that the service would refuse, or that cannot mean what it says.

    Raises:
        ClientError: `field_errors` has what is wrong, by its path: `filter.config.1.field_name`.
    """
    try:
        problems = list(_look(search_filter, "filter"))
    except RecursionError:
        problems = [("filter", "is nested too deeply")]
    if problems:
        raise ClientError(
            "The filter makes no sense.",
            hint="It was not sent. If the service knows more than this check, skip it with validate=False.",
            field_errors={path: [text for where, text in problems if where == path] for path, _ in problems},
        )


def _warn(text: str) -> None:
    """Say what may be a mistake and is none for sure, as a warning about the line that called this package."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "planet":
        level, frame = level + 1, frame.f_back
    warnings.warn(f"{text}. It is sent as it is; validate=False skips this check.", UserWarning, stacklevel=level)


def _look(node: Any, path: str) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        several = "; join filters with & or and_filter" if isinstance(node, (list, tuple)) else ""
        yield path, f"a filter is a dictionary, not a {type(node).__name__}{several}"
        return
    kind = node.get("type")
    look = _LOOKS.get(kind) if isinstance(kind, str) else None
    if look is None:
        made = "; make filters with planet.data_filter" if kind is None else _nearest(kind, _LOOKS)
        yield f"{path}.type", f"there is no filter {brief(kind)}{made}"
    elif "config" not in node:
        yield f"{path}.config", "is missing"
    else:
        yield from look(node, path)


def _validate_list(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    config = node["config"]
    if not isinstance(config, (list, tuple)):
        yield f"{path}.config", f"is a list of filters, not {brief(config)}"
        return
    for number, nested in enumerate(config):
        yield from _look(nested, f"{path}.config.{number}")


def _validate_not(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    config = node["config"]
    if isinstance(config, (list, tuple)):  # how it was written years ago
        yield from _validate_list(node, path)
    else:
        yield from _look(config, f"{path}.config")


def _validate_range(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    yield from _validate_field(node, path)
    config, allowed = node["config"], _OPERATORS[node["type"]]
    if not isinstance(config, Mapping) or not config:
        yield f"{path}.config", f"holds at least one of {', '.join(allowed)}"
        return
    for operator, bound in config.items():
        where = f"{path}.config.{operator}"
        if operator not in allowed:
            yield where, f"there is no such operator; there are {', '.join(allowed)}"
        elif node["type"] == "RangeFilter":
            if not _is_number(bound):
                yield where, f"{brief(bound)} is no number"
            elif node.get("field_name") in _SHARES and bound > 1:
                _warn(f"{where}: {node['field_name']} runs from 0 to 1, not to 100: {bound} is beyond it")
        elif not _is_time(bound):
            yield where, f"{brief(bound)} is no time as the service reads it, such as 2024-06-01T00:00:00Z"


def _validate_values(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if "field_name" in node or node["type"] in _ON:
        yield from _validate_field(node, path)
    config = node["config"]
    wanted: Callable[[Any], bool] = _is_number if node["type"] == "NumberInFilter" else _is_text
    if not isinstance(config, (list, tuple)):
        yield f"{path}.config", f"is a list, not {brief(config)}"
    elif wrong := [value for value in config if not wanted(value)]:
        yield f"{path}.config", f"{brief(wrong[0])} is no {'number' if wanted is _is_number else 'text'}"


def _validate_geometry(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if node.get("field_name") != "geometry":
        yield f"{path}.field_name", f"is 'geometry', not {node.get('field_name')!r}"
    relation = node.get("relation", "intersects")
    if relation not in RELATIONS:
        yield f"{path}.relation", f"there is no relation {relation!r}; there are {', '.join(RELATIONS)}"
    config = node["config"]
    if not isinstance(config, Mapping) or config.get("type") in ("Feature", "FeatureCollection"):
        yield f"{path}.config", "is a bare geometry or a reference; data_filter.geometry_filter makes it of other forms"
        return
    try:
        as_geom_or_ref(config)
    except PlanetError as error:
        yield f"{path}.config", error.message.rstrip(".")


def _validate_field(node: Mapping[str, Any], path: str) -> Iterator[Problem]:
    name = node.get("field_name")
    if not isinstance(name, str) or not name:
        yield f"{path}.field_name", "names no field" if "field_name" in node else "is missing"
        return
    known = _FIELDS.get(name)
    if known is None:
        meant = next((field for field in _FIELDS if _is_typo(name, field)), None)
        if meant is not None:
            yield f"{path}.field_name", f"no field {name!r} is known; did you mean {meant!r}"
        else:
            near = difflib.get_close_matches(name, _FIELDS, 3, 0.5)
            _warn(
                f"{path}.field_name: no field {name!r} is known here" + (f"; near: {', '.join(near)}" if near else "")
            )
    elif known not in _ON.get(node["type"], (known,)):
        yield path, f"{name} is {known}: a {node['type']} cannot select by it; use {_RIGHT_FILTER[known]}"


def _nearest(value: Any, known: Mapping[str, Any]) -> str:
    matches = difflib.get_close_matches(value, known, 1, 0.8) if isinstance(value, str) else []
    return f"; did you mean {matches[0]!r}" if matches else ""


def _is_typo(word: str, known: str) -> bool:
    """Whether a word is another one, but for how it is written or one letter."""
    plain = word.rpartition(".")[2].replace("_", "").lower()
    return plain == known.replace("_", "") or _one_slip(word, known)


def _one_slip(word: str, known: str) -> bool:
    """Whether a word differs from another one by one letter that is missing, too much, wrong, or swapped with the next.

    What only adds an s or a digit at the end may well be another field.
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
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    try:
        str_to_datetime(value)
    except PlanetError:
        return False
    return True


_LOOKS: dict[str, Callable[[Mapping[str, Any], str], Iterator[Problem]]] = {
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

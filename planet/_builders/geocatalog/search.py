"""Build searches of the STAC API: times, areas, filters and sort orders in the forms that people have."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._redact import brief
from ..._utils.arguments import as_number, as_str_list, omit_none, plain
from ..._utils.optional import require
from ..._utils.periods import Period, as_period
from ...exceptions import ArgumentError, ArgumentTypeError
from ..geojson import geom_from_geojson

__all__ = ["as_bbox", "as_search_interval", "build_search", "sort_text"]


def build_search(
    *,
    collections: Any = None,
    ids: Any = None,
    bbox: Any = None,
    intersects: Any = None,
    datetime: Any = None,
    query: Any = None,
    filter: Any = None,
    filter_lang: str | None = None,
    filter_crs: str | None = None,
    sortby: Any = None,
    fields: Any = None,
) -> dict[str, Any]:
    """Return the body of a search, without its limit.

    Raises:
        ArgumentError, ArgumentTypeError: an argument is invalid.
        ClientError: *filter* is text, and `cql2` is not installed.
    """
    if bbox is not None and intersects is not None:
        raise ArgumentError("bbox and intersects cannot be combined.", hint="Pass one of them.")
    condition, language = _filter(filter, filter_lang)
    return {
        **omit_none(
            collections=as_str_list("collections", collections),
            ids=as_str_list("ids", ids),
            bbox=None if bbox is None else as_bbox(bbox),
            intersects=None if intersects is None else geom_from_geojson(intersects, max_vertices=None),
            datetime=as_search_interval(datetime),
            query=_mapping("query", query),
            filter=condition,
            sortby=_sort_fields(sortby),
            fields=_fields(fields),
        ),
        **({"filter-lang": language} if language else {}),
        **({"filter-crs": filter_crs} if filter_crs else {}),
    }


# -- times ---------------------------------------------------------------------------------------------------


def as_search_interval(value: Any) -> str | None:
    """Return a time or an interval as STAC APIs require it: a full time, or two of them.

    >>> as_search_interval("2024-06")
    '2024-06-01T00:00:00Z/2024-06-30T23:59:59Z'
    >>> as_search_interval("2024-06-01/..")
    '2024-06-01T00:00:00Z/..'

    Args:
        value: a date or a time as text, `datetime` or `date`; a year, month or day means all of it, `7d` the last
            seven days; two of them, joined by a slash or as a pair, of which one may be `..` or None. A time without
            a zone is in UTC.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    if value is None:
        return None
    begin, end = as_period("datetime", value)
    if begin is end and begin is not None and begin.start == begin.end:
        return _text(begin.start)
    return f"{_text(begin.start) if begin else '..'}/{_text(_last(end)) if end else '..'}"


def _last(period: Period) -> datetime.datetime:
    """Return the last second of a period: the STAC API counts the end of an interval as part of it."""
    if period.end is None or period.start == period.end:
        return period.start
    return period.end - datetime.timedelta(seconds=1)


def _text(time: datetime.datetime) -> str:
    return time.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


# -- areas ---------------------------------------------------------------------------------------------------


def as_bbox(value: Any) -> list[float]:
    """Return a bounding box as four numbers, or six with heights.

    Raises:
        ArgumentError: it is something else, or south is greater than north. West is greater than east where the box
            crosses the antimeridian.
    """
    parts = value.split(",") if isinstance(value, str) else plain(value)
    if not isinstance(parts, (list, tuple)) or len(parts) not in (4, 6):
        raise ArgumentError(f"bbox must be [west, south, east, north], got {brief(value)}.")
    numbers = [_number(part, value) for part in parts]
    if numbers[1] > numbers[len(numbers) // 2 + 1]:
        raise ArgumentError(f"bbox has south > north: {brief(value)}.", hint="The order is west, south, east, north.")
    return numbers


def _number(part: Any, box: Any) -> float:
    try:
        number = float(part) if isinstance(part, str) else as_number(part)
    except ValueError:
        number = None
    if number is None or number != number or abs(number) == float("inf"):
        raise ArgumentError(f"bbox must have numbers only, got {brief(box)}.")
    return number


# -- filters, order, fields ----------------------------------------------------------------------------------


def _filter(condition: Any, language: str | None) -> tuple[Any, str | None]:
    if condition is None:
        if language:
            raise ArgumentError("filter_lang is given without filter.", hint="Pass filter=, or leave it out.")
        return None, None
    if isinstance(condition, str):
        require("geocatalog", "A filter as text", "cql2")
        import cql2

        try:
            condition = cql2.parse_text(condition).to_json()
        except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
            where = re.search(r"--> \d+:(\d+)", str(error))
            place = f" at character {where[1]}" if where else ""
            raise ArgumentError(
                f"filter is not valid CQL2 text{place}: {brief(condition)}.", hint="For example: eo:cloud_cover < 20."
            ) from None
        return condition, "cql2-json"
    if not isinstance(condition, Mapping):
        raise ArgumentTypeError(f"filter must be CQL2 JSON (a dictionary) or CQL2 text, got {brief(condition)}.")
    if "op" not in condition:
        raise ArgumentError(
            f"filter has no 'op': {brief(condition)}.",
            hint="CQL2 JSON looks like {'op': '<', 'args': [{'property': 'eo:cloud_cover'}, 20]}. Filters of "
            "planet.data_filter are for the Data API.",
        )
    return plain(condition), language or "cql2-json"


def _mapping(name: str, value: Any) -> Any:
    if value is not None and not isinstance(value, Mapping):
        raise ArgumentTypeError(f"{name} must be a dictionary, got {brief(value)}.")
    return plain(value)


def _sort_fields(value: Any) -> list[dict[str, str]] | None:
    """`"-datetime,+id"`, or a list of such words or of {field, direction}."""
    if value is None:
        return None
    parts = value.split(",") if isinstance(value, str) else [value] if isinstance(value, Mapping) else value
    if not isinstance(parts, Iterable):
        raise ArgumentTypeError(f"sortby must be text such as '-datetime', got {brief(value)}.")
    return [_sort_field(part) for part in parts]


def _sort_field(part: Any) -> dict[str, str]:
    if isinstance(part, str) and part.strip(" +-"):
        text = part.strip()
        return {"field": text.lstrip("+-"), "direction": "desc" if text.startswith("-") else "asc"}
    if isinstance(part, Mapping) and part.get("field") and part.get("direction", "asc") in ("asc", "desc"):
        return {"field": str(part["field"]), "direction": str(part.get("direction", "asc"))}
    raise ArgumentError(
        f"sortby has an invalid entry: {brief(part)}.",
        hint="Write '-datetime' for descending and 'datetime' for ascending order.",
    )


def sort_text(value: Any) -> str | None:
    """The sort order as text, which the tiler takes: `-datetime,+id`."""
    fields = _sort_fields(value)
    if fields is None:
        return None
    return ",".join(("-" if entry["direction"] == "desc" else "") + entry["field"] for entry in fields)


def _fields(value: Any) -> dict[str, Sequence[str]] | None:
    """`["id", "-links"]`, or {include, exclude}."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        unknown = set(value) - {"include", "exclude"}
        if unknown:
            raise ArgumentError(f"fields has an unknown key {sorted(unknown)[0]!r}.", hint="Use include and exclude.")
        return {name: as_str_list(name, names) or [] for name, names in value.items()}
    names = as_str_list("fields", value.split(",") if isinstance(value, str) else value) or []
    wanted = [name.lstrip("+") for name in names if not name.startswith("-")]
    unwanted = [name[1:] for name in names if name.startswith("-")]
    return {**({"include": wanted} if wanted else {}), **({"exclude": unwanted} if unwanted else {})}

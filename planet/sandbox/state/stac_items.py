"""Find items: the conditions, the order and the pages of a search in a catalogue."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import box, shape

from ..._utils.times import str_to_datetime
from ...exceptions import PlanetError

__all__ = ["QueryError", "select"]


class QueryError(ValueError):
    """A search is not valid."""


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda value, options: value in options,
    "startsWith": lambda value, text: str(value).startswith(text),
    "endsWith": lambda value, text: str(value).endswith(text),
    "contains": lambda value, text: text in value,
}
Item = Mapping[str, Any]


def select(items: Iterable[Item], query: Mapping[str, Any]) -> list[Item]:
    """Return the items that a search finds, in its order.

    Raises:
        QueryError: the search is not valid.
    """
    conditions = list(_conditions(query))
    found = [item for item in items if all(condition(item) for condition in conditions)]
    for entry in reversed(query.get("sortby") or [{"field": "datetime", "direction": "desc"}]):
        name = str(entry.get("field", "")).removeprefix("properties.")
        known = [item for item in found if _value(item, name) is not None]
        known.sort(key=lambda item: _comparable(_value(item, name)), reverse=entry.get("direction") == "desc")
        found = known + [item for item in found if _value(item, name) is None]
    return found


def _conditions(query: Mapping[str, Any]) -> Iterable[Callable[[Item], bool]]:
    if collections := query.get("collections"):
        yield lambda item: item["collection"] in collections
    if ids := query.get("ids"):
        yield lambda item: item["id"] in ids
    if query.get("bbox"):
        yield _in_area(_boxes(query["bbox"]))
    if query.get("intersects"):
        try:
            area = shape(query["intersects"])
        except (ValueError, AttributeError, KeyError, TypeError, shapely.errors.ShapelyError):
            raise QueryError("intersects is not a valid geometry") from None
        yield _in_area(area)
    if query.get("datetime"):
        yield _in_time(str(query["datetime"]))
    for name, tests in (query.get("query") or {}).items():
        yield _passes(name, tests)
    if query.get("filter") is not None:
        yield _cql(query["filter"])


def _boxes(numbers: Sequence[float]) -> Any:
    if len(numbers) not in (4, 6):
        raise QueryError("bbox must have four or six numbers")
    west, south, east, north = numbers[0], numbers[1], numbers[len(numbers) // 2], numbers[len(numbers) // 2 + 1]
    if west <= east:
        return box(west, south, east, north)
    return shapely.union(box(west, south, 180, north), box(-180, south, east, north))


def _in_area(area: Any) -> Callable[[Item], bool]:
    shapely.prepare(area)
    return lambda item: bool(item.get("geometry")) and bool(area.intersects(shape(item["geometry"])))


def _in_time(text: str) -> Callable[[Item], bool]:
    begin, slash, end = text.partition("/")
    try:
        first = None if begin in ("", "..") else _moment(begin)
        last = first if not slash else None if end in ("", "..") else _moment(end)
    except PlanetError:
        raise QueryError(f"datetime is not valid: {text}") from None

    def matches(item: Item) -> bool:
        properties = item["properties"]
        start = properties.get("start_datetime") or properties.get("datetime")
        stop = properties.get("end_datetime") or properties.get("datetime")
        if not start or not stop:
            return False
        return (last is None or str_to_datetime(start) <= last) and (first is None or str_to_datetime(stop) >= first)

    return matches


def _moment(text: str) -> Any:
    if "T" not in text:
        raise PlanetError("a full time is required")
    return str_to_datetime(text)


def _passes(name: str, tests: Any) -> Callable[[Item], bool]:
    if not isinstance(tests, Mapping) or not set(tests) <= set(_OPERATORS):
        raise QueryError(f"query of {name} is not valid: known are {', '.join(_OPERATORS)}")

    def matches(item: Item) -> bool:
        value = _value(item, name)
        try:
            return value is not None and all(_OPERATORS[each](value, wanted) for each, wanted in tests.items())
        except TypeError:
            return False

    return matches


def _cql(condition: Any) -> Callable[[Item], bool]:
    import cql2

    if not isinstance(condition, Mapping):
        raise QueryError("filter must be CQL2 JSON")
    try:
        expression = cql2.Expr(dict(condition))
        expression.validate()
    except Exception as error:  # noqa: BLE001  # cql2 raises errors of its own and of Rust
        raise QueryError(f"filter is not valid CQL2: {error}") from None

    def matches(item: Item) -> bool:
        try:
            return bool(expression.matches(dict(item)))
        except Exception:  # noqa: BLE001  # a property is missing or of another type
            return False

    return matches


def _value(item: Item, name: str) -> Any:
    name = name.removeprefix("properties.")
    return item.get(name) if name in ("id", "collection") else item["properties"].get(name)


def _comparable(value: Any) -> Any:
    return (0, value, "") if isinstance(value, (int, float)) else (1, 0, str(value))

"""Checks and conversions of arguments, shared by the builders of requests and the clients."""

import datetime
import numbers
import operator
import os
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError
from .iterables import is_table, with_id_column
from .times import as_instant, is_datetime64

__all__ = [
    "Json",
    "as_id_list",
    "as_list",
    "as_number",
    "as_str_list",
    "check_id",
    "check_int",
    "check_list",
    "check_mapping",
    "check_not_negative",
    "check_page_size",
    "check_uuid",
    "destination_ref_of",
    "id_of",
    "not_negative",
    "omit_none",
    "one_of",
    "plain",
    "ref_of",
    "split_ids",
]


Json = dict[str, Any]


_SEPARATORS = re.compile(r"[\s,;]+")
_FILE_SUFFIXES = (".txt", ".csv", ".tsv", ".json", ".geojson", ".ndjson", ".parquet", ".xlsx")


def omit_none(**values: Any) -> Json:
    """Return the keyword arguments whose value is not None, as JSON data."""
    return {name: plain(value) for name, value in values.items() if value is not None}


def plain(value: Any) -> Any:
    """Return a value as JSON data: numbers, arrays, times and ids of other libraries as numbers, lists and strings.

    A value that is JSON data already is returned itself, not copied.

    >>> plain({"values": (number for number in (1, 2)), "id": uuid.UUID(int=0)})
    {'values': [1, 2], 'id': '00000000-0000-0000-0000-000000000000'}
    """
    if value is None or isinstance(value, (str, bytes, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        entries = {str(name): plain(part) for name, part in value.items()}
        return value if isinstance(value, dict) and _same(entries.values(), value.values()) else entries
    if isinstance(value, (list, tuple)):
        parts = [plain(part) for part in value]
        return value if _same(parts, value) else parts
    if isinstance(value, datetime.date) or (is_datetime64(value) and not value.ndim):
        return as_instant("A time", value)
    if isinstance(value, uuid.UUID):
        return str(value)
    converted = value if is_datetime64(value) else _converted(value)
    if converted is not value:
        return plain(converted)
    if isinstance(value, Iterable) and not isinstance(value, os.PathLike):
        return [plain(part) for part in value]
    number = as_number(value)
    return value if number is None else number


def _same(parts: Iterable[Any], others: Iterable[Any]) -> bool:
    return all(part is other for part, other in zip(parts, others, strict=True))


def _converted(value: Any) -> Any:
    """Return the scalar or array of another library (numpy, pandas, torch, …) as a Python value."""
    for method in ("tolist", "item"):
        if callable(convert := getattr(value, method, None)):
            converted = convert()
            if isinstance(converted, (bool, int, float, str, list)):  # a mock has every method, and returns mocks
                return converted
    return value


def as_number(value: Any) -> int | float | None:
    """Return a number, also one of another library or a Decimal, as an int or a float; None if it is not a number."""
    value = _converted(value)
    if isinstance(value, (int, float)):
        return None if isinstance(value, bool) else value
    try:
        if hasattr(type(value), "__index__"):
            return operator.index(value)
        return float(value) if hasattr(type(value), "__float__") else None
    except (TypeError, ValueError, OverflowError):
        return None


def one_of(name: str, value: str | None, choices: Sequence[str], default: str | None = None) -> str | None:
    """Return *value* in lower case; None for the default, which need not be sent.

    Raises:
        ArgumentError: the value is not one of *choices*.
    """
    if value is None and default is not None:
        return None
    if not isinstance(value, str) or value.lower() not in choices:
        raise ArgumentError(f"{name} must be one of {', '.join(map(repr, choices))}, got {brief(value)}.")
    return None if value.lower() == default else value.lower()


def as_str_list(name: str, value: Any) -> list[str] | None:
    """Return a string or an iterable of strings as a list; None stays None.

    Raises:
        ArgumentTypeError: the value is of another type, or contains something that is not a string.
    """
    if value is None:
        return None
    entries = list(value) if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)) else [value]
    for entry in entries:
        if not isinstance(entry, str):
            raise ArgumentTypeError(f"{name} must be a string or a list of strings, got {brief(entry)}.")
    return [str(entry).strip() for entry in entries]


def as_list(name: str, values: str | Iterable[str]) -> list[str]:
    """Return a string or a non-empty iterable of strings as a list without duplicates.

    Raises:
        ArgumentError, ArgumentTypeError: there is no string, an empty one, or something that is not a string.
    """
    texts = as_str_list(name, values)
    if not texts or "" in texts:
        raise ArgumentError(f"{name} must be a string or a non-empty list of strings, got {brief(values)}.")
    return list(dict.fromkeys(texts))


def check_list(name: str, values: Any, what: str, *, allow_empty: bool = False) -> list[Any]:
    """Return an iterable of several things, such as a series or a generator, as a list; *what* describes a valid one.

    A single string or mapping is iterable, too, but almost certainly a mistake.

    Raises:
        ArgumentError, ArgumentTypeError: it is empty, a single value, or not iterable.
    """
    if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} must be a list of {what}, got {brief(values)}.")
    entries = list(values)
    if not allow_empty and not entries:
        raise ArgumentError(f"{name} must be a non-empty list of {what}, got {brief(values)}.")
    return entries


def check_mapping(name: str, value: Any, hint: str, *, allow_empty: bool = False) -> Mapping[str, Any]:
    """Return *value* if it is a mapping with at least one entry.

    Raises:
        ArgumentError, ArgumentTypeError: it is of another type, or empty.
    """
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(f"{name} must be a dict, got {brief(value)}.", hint=hint)
    if not value and not allow_empty:
        raise ArgumentError(f"{name} must not be empty.", hint=hint)
    return value


def id_of(value: Any) -> Any:
    """Return the id of an object: the `id` of a mapping, such as a model, or an attribute `id`; others as they are."""
    if isinstance(value, Mapping):
        return value.get("id")
    return value if isinstance(value, (str, uuid.UUID)) else getattr(value, "id", value)


def check_id(name: str, value: Any) -> str:
    """Return an id as a string without whitespace around it, given the id, a UUID, or an object that has the id.

    Raises:
        ArgumentError, ArgumentTypeError: it is empty, contains several ids, or is of another type.
    """
    value = id_of(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a string, got {brief(value)}.")
    text = str(value).strip()
    if not text:
        raise ArgumentError(f"{name} must not be empty.")
    if any(not character.isprintable() for character in text):
        raise ArgumentError(f"{name} must be one id without line breaks, got {brief(value)}.")
    return text


def check_uuid(name: str, value: Any) -> str:
    """Return an id that must be a UUID, given the id or an object that has it.

    Raises:
        ArgumentError: it is not a UUID.
    """
    value = id_of(value)
    text = str(value).strip()
    try:
        if not isinstance(value, (str, uuid.UUID)):
            raise ValueError(value)
        uuid.UUID(hex=text)
    except ValueError:
        raise ArgumentError(f"{name} must be a UUID, got {brief(value)}.") from None
    return text


def split_ids(text: str) -> list[str]:
    """Return the ids in a text, which whitespace, line breaks, commas or semicolons separate.

    >>> split_ids("20220304_093300_37_2430\\n20220305_093440_25_2429\\n")
    ['20220304_093300_37_2430', '20220305_093440_25_2429']
    """
    return [part for part in _SEPARATORS.split(text) if part]


def as_id_list(
    name: str, values: Any, check: Callable[[str, Any], str] = check_id, *, allow_empty: bool = False
) -> list[str]:
    """Return ids as a list of strings.

    Args:
        name: the name of the argument, for messages.
        values: one or more ids, UUIDs or objects that have an id: a list, a series, a generator, a FeatureCollection;
            or a text with many ids, such as the content of a file.
        check: checks and returns one id, given the name of the argument and the id.
        allow_empty: whether a list may be empty; a text must have an id.

    Raises:
        ArgumentError, ArgumentTypeError: there is no id, or an entry is not an id.
    """
    if isinstance(values, Mapping) and isinstance(values.get("features"), (list, tuple)):
        values = values["features"]
    if is_table(values):
        values = with_id_column(values)
        if "id" not in values:
            raise ArgumentError(f"{name}: the table has no column 'id'.", hint="Pass the column that has the ids.")
        values = values["id"]
    single = isinstance(values, (str, uuid.UUID, Mapping, os.PathLike)) or not isinstance(values, Iterable)
    ids = [found for entry in ([values] if single else values) for found in _ids_in(name, entry, check)]
    if not ids and (single or not allow_empty):
        raise ArgumentError(f"{name} must be a list of at least one id, got {brief(values)}.")
    return ids


def _ids_in(name: str, entry: Any, check: Callable[[str, Any], str]) -> list[str]:
    if isinstance(entry, str) and (entry.strip() or "\n" in entry):  # the last line of a file may be blank
        parts: list[Any] = list(split_ids(entry))
    else:
        parts = [entry]
    for part in parts:
        if isinstance(part, os.PathLike) or (isinstance(part, str) and part.lower().endswith(_FILE_SUFFIXES)):
            raise ArgumentError(
                f"{name} must be ids, got the name of a file: {brief(part)}.",
                hint="Pass the content of the file: Path(…).read_text().",
            )
    return [check(name, part) for part in parts]


def check_not_negative(name: str, value: Any) -> None:
    """Check that a setting is a number that is not negative.

    Raises:
        ArgumentError, ArgumentTypeError: it is negative, or not a number.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ArgumentTypeError(f"{name} must be a number, 0 or greater, got {brief(value)}.")
    if not float(value) >= 0:
        raise ArgumentError(f"{name} must be 0 or greater, got {brief(value)}.")


def not_negative(settings: Any) -> None:
    """Check that every field of a dataclass is a number that is not negative.

    Raises:
        ArgumentError, ArgumentTypeError: a field is not; the message names it.
    """
    for field in fields(settings):
        check_not_negative(field.name, getattr(settings, field.name))


def check_page_size(page_size: Any) -> int:
    """Return how many items to request per page.

    Raises:
        ArgumentError, ArgumentTypeError: it is not an integer, or less than 1.
    """
    return check_int("page_size", page_size)


def check_int(name: str, value: Any, least: int = 1) -> int:
    """Return an integer, also one of another library.

    Raises:
        ArgumentError, ArgumentTypeError: it is not an integer, or less than *least*.
    """
    number = as_number(value)
    if not isinstance(number, int):
        raise ArgumentTypeError(f"{name} must be an int, got {brief(value)}.")
    if number < least:
        raise ArgumentError(f"{name} must be {least} or greater, got {brief(value)}.")
    return number


_DESTINATIONS = "pl:destinations/"


def destination_ref_of(value: Any) -> str:
    """Return the reference of a destination, given the reference, the id, or the destination as an object or a dict.

    >>> destination_ref_of("my-bucket-4wr3wrz")
    'pl:destinations/my-bucket-4wr3wrz'

    Raises:
        ArgumentError: it is none of these.
    """
    ref = (value.get("pl:ref") or value.get("id")) if isinstance(value, Mapping) else getattr(value, "ref", value)
    text = str(ref).strip() if isinstance(ref, (str, uuid.UUID)) else ""
    name = text.removeprefix(_DESTINATIONS)
    if not name or not name.isprintable() or any(mark in name for mark in ":/ "):
        raise ArgumentError(f"destination_ref must be 'pl:destinations/<id>' or a Destination, got {brief(value)}")
    return _DESTINATIONS + name


def ref_of(value: Any) -> str | None:
    """Return the reference of a feature or destination: its attribute `ref`, or the value itself if it is a string.

    Raises:
        ArgumentTypeError: it is neither.
    """
    ref = getattr(value, "ref", value)
    if isinstance(ref, Mapping):
        properties = ref.get("properties")
        ref = (ref.get("content") if ref.get("type") == "ref" else None) or (
            properties.get("pl:ref") if isinstance(properties, Mapping) else None
        )
    if ref is not None and not isinstance(ref, str):
        raise ArgumentTypeError(
            f"A reference must be a string, got {brief(value)}.",
            hint="Pass a feature, a destination, or a string such as pl:features/… or pl:destinations/….",
        )
    return ref

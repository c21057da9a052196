"""Checks and conversions of arguments, shared by the builders of requests and the clients."""

import operator
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = [
    "Json",
    "as_list",
    "as_str_list",
    "check_id",
    "check_list",
    "check_mapping",
    "check_not_negative",
    "check_page_size",
    "check_uuid",
    "id_of",
    "not_negative",
    "omit_none",
    "one_of",
    "ref_of",
]


Json = dict[str, Any]


def omit_none(**values: Any) -> Json:
    """Return the keyword arguments whose value is not None."""
    return {name: value for name, value in values.items() if value is not None}


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
    entries = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    for entry in entries:
        if not isinstance(entry, str):
            raise ArgumentTypeError(f"{name} must be a string or a list of strings, got {brief(entry)}.")
    return entries


def as_list(name: str, values: str | Iterable[str]) -> list[str]:
    """Return a string or a non-empty iterable of strings as a list without duplicates.

    Raises:
        ArgumentError, ArgumentTypeError: there is no string, an empty one, or something that is not a string.
    """
    texts = as_str_list(name, values)
    if not texts or "" in texts:
        raise ArgumentError(f"{name} must be a string or a non-empty list of strings, got {brief(values)}.")
    return list(dict.fromkeys(texts))


def check_list(name: str, values: Any, what: str, *, allow_empty: bool = False) -> Any:
    """Return *values* if it is an iterable of several things; *what* describes a valid one.

    A single string or mapping is iterable, too, but almost certainly a mistake.

    Raises:
        ArgumentError, ArgumentTypeError: it is empty, a single value, or not iterable.
    """
    if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} must be a list of {what}, got {brief(values)}.")
    if not allow_empty and not values:
        raise ArgumentError(f"{name} must be a non-empty list of {what}, got {brief(values)}.")
    return values


def check_mapping(name: str, value: Any, hint: str) -> Mapping[str, Any]:
    """Return *value* if it is a mapping with at least one entry.

    Raises:
        ArgumentError, ArgumentTypeError: it is of another type, or empty.
    """
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(f"{name} must be a dict, got {brief(value)}.", hint=hint)
    if not value:
        raise ArgumentError(f"{name} must not be empty.", hint=hint)
    return value


def id_of(value: Any) -> Any:
    """Return the `id` of a mapping, such as a model; any other value as it is."""
    return value.get("id") if isinstance(value, Mapping) else value


def check_id(name: str, value: Any) -> str:
    """Return an id as a string.

    Raises:
        ArgumentError, ArgumentTypeError: it is empty, or neither a string nor a UUID.
    """
    if isinstance(value, uuid.UUID):
        return str(value)
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a string, got {brief(value)}.")
    if not value:
        raise ArgumentError(f"{name} must not be empty.")
    return value


def check_uuid(name: str, value: Any) -> str:
    """Return an id that must be a UUID.

    Raises:
        ArgumentError: it is not a UUID.
    """
    try:
        uuid.UUID(hex=str(value) if isinstance(value, uuid.UUID) else value)
    except (ValueError, AttributeError, TypeError):
        raise ArgumentError(f"{name} must be a UUID, got {brief(value)}.") from None
    return str(value)


def check_not_negative(name: str, value: Any) -> None:
    """Check that a setting is a number that is not negative.

    Raises:
        ArgumentError, ArgumentTypeError: it is negative, or not a number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ArgumentTypeError(f"{name} must be a number, 0 or greater, got {brief(value)}.")
    if not value >= 0:
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
    if isinstance(page_size, bool) or not hasattr(page_size, "__index__"):
        raise ArgumentTypeError(f"page_size must be an int, got {brief(page_size)}.")
    if page_size < 1:
        raise ArgumentError(f"page_size must be 1 or greater, got {brief(page_size)}.")
    return operator.index(page_size)


def ref_of(value: Any) -> str | None:
    """Return the reference of a feature or destination: its attribute `ref`, or the value itself if it is a string.

    Raises:
        ArgumentTypeError: it is neither.
    """
    ref = getattr(value, "ref", value)
    if ref is not None and not isinstance(ref, str):
        raise ArgumentTypeError(
            f"A reference must be a string, got {brief(value)}.",
            hint="Pass a feature, a destination, or a string such as pl:features/… or pl:destinations/….",
        )
    return ref

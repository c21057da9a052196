"""What the builders of requests have in common."""

import operator
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from .._redact import brief
from ..exceptions import ClientError

__all__ = [
    "Json",
    "as_list",
    "as_str_list",
    "check_id",
    "check_page_size",
    "not_negative",
    "omit_none",
    "one_of",
    "ref_of",
]


Json = dict[str, Any]


def omit_none(**values: Any) -> Json:
    """The values that were given: everything but None."""
    return {name: value for name, value in values.items() if value is not None}


def one_of(name: str, value: str | None, choices: Sequence[str], default: str | None = None) -> str | None:
    """A value in lower case that must be one of several; None for the default, which need not be sent.

    Raises:
        ClientError: it is none of them.
    """
    if value is None and default is not None:
        return None
    if not isinstance(value, str) or value.lower() not in choices:
        raise ClientError(f"{name} is {brief(value)}.", hint=f"It is one of {', '.join(map(repr, choices))}.")
    return None if value.lower() == default else value.lower()


def as_list(name: str, values: str | Iterable[str]) -> list[str]:
    """One text or several, as a list."""
    texts = [values] if isinstance(values, str) else list(values) if isinstance(values, Iterable) else []
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise ClientError(f"{name} is {brief(values)}.", hint="It must be a text, or a list with at least one.")
    return list(dict.fromkeys(texts))


def check_id(name: str, value: Any) -> str:
    """An id, checked.

    Raises:
        ClientError: it is none.
    """
    if isinstance(value, uuid.UUID):
        return str(value)
    if not isinstance(value, str) or not value:
        raise ClientError(f"{name} is {brief(value)}.", hint="It is text, and not empty.")
    return value


def not_negative(settings: Any) -> None:
    """Refuse settings with a number below zero: no bound and no time is.

    Raises:
        ClientError: one of them is; the text names it.
    """
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise ClientError(f"{field.name} is {value!r}.", hint=f"{field.name} is a number, 0 or more.")


def check_page_size(page_size: Any) -> int:
    """How many items to ask for at a time, checked.

    Raises:
        ClientError: it is no number of items.
    """
    if isinstance(page_size, bool) or not hasattr(page_size, "__index__") or page_size < 1:
        raise ClientError(f"page_size is {brief(page_size)}.", hint="It must be a whole number, 1 or more.")
    return operator.index(page_size)


def as_str_list(name: str, value: Any) -> list[str] | None:
    """A list of texts, also where it is one text alone."""
    if value is None:
        return None
    entries = [value] if isinstance(value, str) else list(value) if hasattr(value, "__iter__") else [value]
    for entry in entries:
        if not isinstance(entry, str):
            raise ClientError(f"{name} holds {brief(entry)}.", hint="It is a list of texts.")
    return entries


def ref_of(value: Any) -> str | None:
    """The reference to a feature or destination: from that, or from itself."""
    ref = getattr(value, "ref", value)
    if ref is not None and not isinstance(ref, str):
        raise ClientError(f"{brief(value)} is no reference.", hint="It looks like pl:features/… or pl:destinations/….")
    return ref

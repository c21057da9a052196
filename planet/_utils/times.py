"""Conversion between RFC 3339 strings and datetimes."""

import datetime
from typing import Any

from .._redact import brief
from ..exceptions import ArgumentTypeError, PlanetError

__all__ = ["RFC3339_FORMAT", "as_instant", "as_time", "is_datetime64", "rfc3339", "str_to_datetime"]


RFC3339_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def str_to_datetime(string: str) -> datetime.datetime:
    """Parse an RFC 3339 string to an aware datetime; a time without an offset is UTC.

    >>> str_to_datetime("2024-08-22T01:53:19.755Z").isoformat()
    '2024-08-22T01:53:19.755000+00:00'

    Raises:
        PlanetError: the string is not a valid time.
    """
    try:
        time = datetime.datetime.fromisoformat(_normal(string.strip()))
    except (ValueError, AttributeError):
        raise PlanetError(
            f"{string!r} is not a valid time.", hint="Write it as 2024-06-01 or 2024-06-01T12:00:00Z."
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


def _normal(text: str) -> str:
    """Return the string in the form that Python 3.10 parses: no Z, and six digits of a fraction."""
    if text[-1:] in "Zz":
        text = f"{text[:-1]}+00:00"
    head, dot, rest = text.partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        text = f"{head}.{rest[:digits][:6]:0<6}{rest[digits:]}"
    return text


def rfc3339(time: datetime.datetime) -> str:
    """Return a datetime in RFC 3339 form; a naive one is UTC."""
    return time.isoformat() + ("" if time.tzinfo else "Z")


def is_datetime64(value: Any) -> bool:
    """Whether a value is a numpy.datetime64, or an array or series of these."""
    return getattr(getattr(value, "dtype", None), "kind", None) == "M"


def as_time(value: Any) -> datetime.datetime | None:
    """Return a datetime, a date (its midnight) or a numpy.datetime64 as a datetime; None if it is none of these.

    >>> as_time(datetime.date(2024, 6, 1))
    datetime.datetime(2024, 6, 1, 0, 0)
    """
    if is_datetime64(value) and not value.ndim:
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime.datetime):
        return value if value == value else None  # pandas.NaT is a datetime that differs from itself
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time())
    return None


def as_instant(name: str, value: Any) -> str | None:
    """Return a string, date or datetime in RFC 3339 form; None and the empty string are None.

    Raises:
        ArgumentTypeError: the value is of another type.
    """
    if value is None or isinstance(value, str):
        return value or None
    if type(value) is datetime.date:
        return value.isoformat()
    time = as_time(value)
    if time is None:
        raise ArgumentTypeError(
            f"{name} must be a datetime or a string such as 2024-06-01T12:00:00Z, got {brief(value)}."
        )
    return rfc3339(time)

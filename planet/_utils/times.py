"""Times as RFC 3339 text and as datetimes."""

import datetime
from typing import Any

from .._redact import brief
from ..exceptions import ClientError, PlanetError

__all__ = ["RFC3339_FORMAT", "as_instant", "as_interval", "rfc3339", "str_to_datetime"]


RFC3339_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def str_to_datetime(text: str) -> datetime.datetime:
    """A time from its RFC 3339 text, always aware; without a zone it is taken as UTC.

    >>> str_to_datetime("2024-08-22T01:53:19.755Z").isoformat()
    '2024-08-22T01:53:19.755000+00:00'

    Raises:
        PlanetError: it is no time.
    """
    try:
        time = datetime.datetime.fromisoformat(_normal(text.strip()))
    except (ValueError, AttributeError):
        raise PlanetError(f"{text!r} is no time.", hint="Write it like 2024-06-01 or 2024-06-01T12:00:00Z.") from None
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


def _normal(text: str) -> str:
    """The text as Python 3.10 reads it: no Z, and six digits of a second where there are any."""
    if text[-1:] in "Zz":
        text = f"{text[:-1]}+00:00"
    head, dot, rest = text.partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        text = f"{head}.{rest[:digits][:6]:0<6}{rest[digits:]}"
    return text


def rfc3339(time: datetime.datetime) -> str:
    """A time as the service reads it; without a zone it is taken as UTC."""
    return time.isoformat() + ("" if time.tzinfo else "Z")


def as_instant(name: str, value: Any) -> str | None:
    """A time as the service reads it, from its text or a datetime; None stays that.

    Raises:
        ClientError: it is neither.
    """
    if isinstance(value, datetime.datetime):
        return rfc3339(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value or None
    raise ClientError(f"{name} is {brief(value)}.", hint="It is a datetime, or text like 2024-06-01T12:00:00Z.")


def as_interval(name: str, value: Any) -> str | None:
    """A time or an interval as the service reads it: its text, a datetime, or a pair of times; None stays that.

    >>> as_interval("created", (datetime.datetime(2024, 6, 1), None))
    '2024-06-01T00:00:00Z/..'

    Raises:
        ClientError: it is none of them.
    """
    if not isinstance(value, (tuple, list)):
        return as_instant(name, value)
    if len(value) != 2 or value[0] is value[1] is None:
        raise ClientError(f"{name} is {brief(value)}.", hint="An interval is a pair of times; one of them may be None.")
    return "/".join(as_instant(name, end) or ".." for end in value)

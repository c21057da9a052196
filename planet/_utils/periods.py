"""Times as people write them: 2024-06-01, 2024-06, 7d, and the periods that these mean."""

import calendar
import datetime
import re
from typing import Any, NamedTuple

from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError, PlanetError
from .times import as_instant, as_time, is_datetime64, rfc3339, str_to_datetime

__all__ = [
    "TIMES",
    "Period",
    "as_bound",
    "as_interval",
    "as_period",
    "as_time_text",
    "is_open",
    "now",
    "period_of",
    "time_ago",
]


TIMES = "Write it as 2024-06, 2024-06-01/2024-06-15, 2024-06-01T12:00:00Z/.. or 7d; a pair of datetimes is taken too."

_AGO = re.compile(r"(\d+)\s*([hdwmy])$")
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?[Zz]?")
_DATE_WITH_Z = re.compile(r"^(\d{4}-\d\d-\d\d)[Zz]$")
_UTC = datetime.timezone.utc


class Period(NamedTuple):
    """A period in UTC. The end of a year, month or day is not part of it; one instant is its own start and end.

    A period until now, such as the last seven days, has the end None.
    """

    start: datetime.datetime
    end: datetime.datetime | None


def time_ago(text: str) -> datetime.datetime | None:
    """Return the time that an age means: `12h`, `7d`, `2w`, `3m` of 30 days, `1y` of 365 days, or `now`.

    None, if the text is not an age.

    Raises:
        ArgumentError: it is too long ago.
    """
    match = _AGO.match("0d" if text.strip() == "now" else text.strip())
    if match is None:
        return None
    try:
        age = datetime.timedelta(days=int(match[1]) * _DAYS[match[2]])
        return now() - age
    except OverflowError:
        raise ArgumentError(f"{brief(text)} is too long ago.") from None


def now() -> datetime.datetime:
    """Return the present time in UTC, in whole seconds."""
    return datetime.datetime.now(_UTC).replace(microsecond=0)


def as_bound(name: str, value: Any) -> datetime.datetime:
    """Return a time: a datetime, a date (its midnight), or text such as `2024-06-01` or `7d`.

    Text without an offset, and an age, give a naive datetime, which is in UTC.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    if isinstance(value, str):
        ago = time_ago(value)
        if ago is not None:
            return ago.replace(tzinfo=None)
        try:
            # Without an offset, the builders write a time with a Z, as scripts expect it.
            return str_to_datetime(_DATE_WITH_Z.sub(r"\1", value.strip())).astimezone(_UTC).replace(tzinfo=None)
        except OverflowError:
            raise ArgumentError(f"{name}: {brief(value)} is not a valid time.") from None
        except PlanetError as error:
            raise ArgumentError(f"{name}: {error.message}", hint=error.hint) from None
    time = as_time(value)
    if time is None:
        raise ArgumentTypeError(
            f"{name} must be a datetime, a date, or text such as '2024-06-01' or '7d', got {brief(value)}"
        )
    return time


def period_of(name: str, value: Any) -> Period:
    """Return the period that one value means: a year, month or day all of it; an age the time since then.

    >>> [str(end.date()) for end in period_of("acquired", "2024-02")]
    ['2024-02-01', '2024-03-01']

    Raises:
        ArgumentError, ArgumentTypeError: it is not a time.
    """
    try:
        return _period_of(name, value)
    except OverflowError:  # at the ends of the calendar
        raise ArgumentError(f"{name}: {brief(value)} is not a valid date or time.", hint=TIMES) from None


def _period_of(name: str, value: Any) -> Period:
    if isinstance(value, str):
        if (ago := time_ago(value)) is not None:
            return Period(ago, None)
        match = _DATE.fullmatch(value.strip())
        try:
            if match is not None:
                return _whole(*(None if part is None else int(part) for part in match.groups()))
            if not re.search(r"[T :]", value.strip()):  # newer Pythons read more forms of dates than older ones
                raise ValueError(value)
            time = str_to_datetime(value)
        except (PlanetError, ValueError):
            raise ArgumentError(f"{name}: {brief(value)} is not a valid date or time.", hint=TIMES) from None
        return Period(time.astimezone(_UTC), time.astimezone(_UTC))
    if type(value) is datetime.date:
        return _whole(value.year, value.month, value.day)
    if is_datetime64(value) and not value.ndim and _DATE.fullmatch(str(value)):  # numpy knows a day from a midnight
        return period_of(name, str(value))
    moment = as_time(value)
    if moment is None:
        raise ArgumentTypeError(f"{name} must be text or a datetime, got {brief(value)}.", hint=TIMES)
    moment = moment.astimezone(_UTC) if moment.tzinfo else moment.replace(tzinfo=_UTC)
    return Period(moment, moment)


def _whole(year: int | None, month: int | None, day: int | None) -> Period:
    first = datetime.date(year or 0, 1 if month is None else month, 1 if day is None else day)
    last_month = 12 if month is None else month
    last_day = calendar.monthrange(first.year, last_month)[1] if day is None else day
    after = datetime.date(first.year, last_month, last_day) + datetime.timedelta(days=1)
    return Period(_midnight(first), _midnight(after))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), _UTC)


def as_period(name: str, value: Any) -> tuple[Period | None, Period | None]:
    """Return the periods of the two ends of `a/b` or of a pair, or twice that of a single value; None is open.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these, has no end at all, or ends before it begins.
    """
    if isinstance(value, str) and "/" in value:
        value = value.split("/")
    if not isinstance(value, (list, tuple)):
        whole = period_of(name, value)
        return whole, None if whole.end is None else whole
    if len(value) != 2:
        raise ArgumentError(f"{name} must be a time or a pair of times, got {brief(value)}.", hint=TIMES)
    if all(is_open(end) for end in value):
        raise ArgumentError(f"{name} has neither a beginning nor an end.", hint=TIMES)
    begin, end = (None if is_open(part) else period_of(name, part) for part in value)
    if begin and end and (begin.start > end.start and (end.end is None or begin.start >= end.end)):
        raise ArgumentError(f"{name} ends before it begins: {brief(value)}.", hint=TIMES)
    return begin, end


def is_open(end: Any) -> bool:
    """Whether an end of an interval is open: None, the empty string, or `..`."""
    return end is None or (isinstance(end, str) and end.strip() in ("", ".."))


def as_interval(name: str, value: Any) -> str | None:
    """Return a time or an interval in the form of the APIs; None and the empty string are None.

    >>> as_interval("created", (datetime.datetime(2024, 6, 1), None))
    '2024-06-01T00:00:00Z/..'
    >>> as_interval("created", "2024-06-01")
    '2024-06-01T00:00:00Z/2024-06-01T23:59:59.999999Z'

    Args:
        name: the name of the argument, for messages.
        value: a datetime; a date, or a year, month or day as text: all of it; an age, `7d`: the time since then; two
            of them, joined by a slash or as a pair, of which one may be None. Other text is returned as it is.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    if isinstance(value, str):
        if "/" in value:
            return "/".join(as_time_text(name, end) or "" for end in value.split("/"))
        if not _DATE.fullmatch(value.strip()) and time_ago(value) is None:
            return value or None
    elif isinstance(value, (tuple, list)):
        if len(value) != 2 or value[0] is value[1] is None:
            raise ArgumentError(f"{name} must be a pair of times, of which one may be None, got {brief(value)}.")
        return "/".join(as_time_text(name, end) or ".." for end in value)
    elif type(value) is not datetime.date and not (is_datetime64(value) and _DATE.fullmatch(str(value))):
        return as_instant(name, value)
    start, end = period_of(name, value)
    return f"{_utc_text(start)}/{'..' if end is None else _utc_text(end - datetime.timedelta(microseconds=1))}"


def as_time_text(name: str, value: Any) -> str | None:
    """Return a datetime, a date or an age in RFC 3339 form; other text as it is; None and the empty string as None.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    ago = time_ago(value) if isinstance(value, str) else None
    if ago is not None:
        return _utc_text(ago)
    return as_instant(name, _DATE_WITH_Z.sub(r"\1", value) if isinstance(value, str) else value)


def _utc_text(time: datetime.datetime) -> str:
    return rfc3339(time.replace(tzinfo=None))

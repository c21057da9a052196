"""Cut a span of time into windows that are searched one by one."""

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from .._utils.periods import as_bound
from .._utils.times import str_to_datetime
from ..exceptions import ArgumentError, InvalidAnswer, PlanetError

__all__ = ["Window", "cut", "span_of"]


_MOST = 2000  # scenes in a window, as far as whole days allow it


class Window(NamedTuple):
    """The scenes that were acquired at *start* or later and before *stop*.

    A scene has one time of acquisition, so that no scene is in two windows or between them.
    """

    start: datetime
    stop: datetime
    expected: int  # scenes


def span_of(acquired: Any) -> tuple[datetime, datetime]:
    """The two ends of `a/b` or of a pair of times, in UTC.

    >>> [str(end.date()) for end in span_of("2024-01-01/2025-01-01")]
    ['2024-01-01', '2025-01-01']

    Raises:
        ArgumentError: it is not a span with two ends, the first one earlier.
    """
    ends = acquired.split("/") if isinstance(acquired, str) else acquired
    if not isinstance(ends, (list, tuple)) or len(ends) != 2 or not all(ends) or ".." in ends:
        raise ArgumentError(
            "acquired must be a start and an end.", hint="Write it as 2024-01-01/2025-01-01; the end is not included."
        )
    try:
        start, stop = (_in_utc(as_bound("acquired", end)) for end in ends)
    except PlanetError as error:
        raise ArgumentError(f"acquired is not valid: {error.message}", hint=error.hint) from None
    if start >= stop:
        raise ArgumentError("acquired must start before it ends.")
    return start, stop


def cut(span: tuple[datetime, datetime], buckets: Iterable[Any], most: int = _MOST) -> list[Window]:
    """Cut a span into windows of about equal numbers of scenes.

    Args:
        span: its two ends.
        buckets: the daily counts of the service, `{"start_time", "count"}` each.
        most: the scenes in a window; a day is not cut.

    Raises:
        InvalidAnswer: a bucket is not valid.
    """
    try:
        counts = sorted((_in_utc(str_to_datetime(bucket["start_time"])), int(bucket["count"])) for bucket in buckets)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidAnswer(f"The statistics of the search are invalid: {type(error).__name__}.") from None
    windows, start, inside = [], span[0], 0
    for day, count in counts:
        if inside and inside + count > most and start < day < span[1]:
            windows.append(Window(start, day, inside))
            start, inside = day, 0
        inside += count
    return [*windows, Window(start, span[1], inside)]


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)

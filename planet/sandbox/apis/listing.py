"""Time intervals and sort orders of list endpoints."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..._utils.times import str_to_datetime

__all__ = ["sorted_by", "within"]


T = TypeVar("T")


def within(moment: datetime.datetime | None, interval: str | None) -> bool:
    """Whether a time equals an instant or lies in an interval (`a/b`, `a/..`, `../b`), whose end is excluded.

    Without an interval, the result is True; without a time, it is False.

    Raises:
        PlanetError: the interval is not valid.
    """
    if interval is None:
        return True
    start, slash, end = interval.partition("/")
    first = None if slash and start in ("", "..") else str_to_datetime(start)
    last = None if end in ("", "..") else str_to_datetime(end)
    if moment is None:
        return False
    if not slash:
        return moment == first
    return (first is None or first <= moment) and (last is None or moment < last)


def sorted_by(entries: list[T], sort_by: str, keys: Mapping[str, Callable[[T], Any]]) -> list[T]:
    """Sort entries, for example by `name ASC, created DESC`.

    Raises:
        ValueError: the sort order is not valid.
    """
    for entry in reversed(sort_by.split(",")):
        name, _, direction = entry.strip().partition(" ")
        if name not in keys or direction.upper() not in ("", "ASC", "DESC"):
            raise ValueError(f"sort_by {entry!r} is not one of {', '.join(keys)}, each with ASC or DESC")
        entries = sorted(entries, key=keys[name], reverse=direction.upper() == "DESC")
    return entries

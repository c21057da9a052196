"""Typed, documented attributes of models: each reads one key of the document."""

import datetime
from typing import Any, Generic, NoReturn, TypeVar, overload

from .._utils.bbox import box_of
from .._utils.times import str_to_datetime

__all__ = [
    "BboxField",
    "DictField",
    "Field",
    "FlagField",
    "IntField",
    "ListField",
    "NumberField",
    "TextField",
    "TimeField",
    "as_time",
]


T = TypeVar("T")


class Field(Generic[T]):
    """A read-only attribute that returns the value of a key, None if it is missing.

    On the class, it is the field itself, whose `__doc__` is the text.

    Args:
        doc: the docstring of the attribute.
        key: the key in the document; defaults to the name of the attribute.
        within: the attribute whose mapping has the key; defaults to the document itself.
        required: raise `KeyError` if the key is missing.
    """

    def __init__(self, doc: str, *, key: str = "", within: str = "", required: bool = False) -> None:
        self.__doc__ = doc
        self._key = key
        self._within = within
        self._required = required

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name
        self._key = self._key or name

    @overload
    def __get__(self, instance: None, owner: type) -> "Field[T]": ...
    @overload
    def __get__(self, instance: dict[str, Any], owner: type | None = None) -> T: ...

    def __get__(self, instance: dict[str, Any] | None, owner: type | None = None) -> "Field[T] | T":
        if instance is None:
            return self
        mapping = getattr(instance, self._within) if self._within else instance
        return self._convert(mapping[self._key] if self._required else mapping.get(self._key))

    # With a setter, the value is looked up here and not in the `__dict__` of the document, as for a property.
    def __set__(self, instance: dict[str, Any], value: NoReturn) -> NoReturn:
        raise AttributeError(f"{type(instance).__name__}.{self.__name__} cannot be set: it is read-only")

    def _convert(self, value: Any) -> T:
        """The value of the attribute, from the value in the document."""
        result: T = value
        return result


class TextField(Field[str]):
    """A `str`, whatever the type of the value in the document."""

    def _convert(self, value: Any) -> str:
        return str(value)


class IntField(Field[int]):
    """An `int`, also where the document has text."""

    def _convert(self, value: Any) -> int:
        return int(value)


class NumberField(Field[float | None]):
    """A `float`, also where the document has text; None if the value is not a number."""

    def _convert(self, value: Any) -> float | None:
        try:
            return float(value) if isinstance(value, (int, float, str)) else None
        except ValueError:
            return None


class FlagField(Field[bool]):
    """A `bool`, False if the key is missing."""

    def _convert(self, value: Any) -> bool:
        return bool(value)


class TimeField(Field[datetime.datetime | None]):
    """A time with its time zone; None if the value is not text.

    Raises:
        PlanetError: the text cannot be parsed.
    """

    def _convert(self, value: Any) -> datetime.datetime | None:
        return as_time(value)


class ListField(Field[list[T]]):
    """A copy of a list, empty if the key is missing."""

    def _convert(self, value: Any) -> list[T]:
        return list(value or [])


class DictField(Field[dict[str, Any]]):
    """A dictionary, empty if the key is missing or its value is not a dictionary."""

    def _convert(self, value: Any) -> dict[str, Any]:
        return value if isinstance(value, dict) else {}


class BboxField(Field[list[float] | None]):
    """Four numbers: west, south, east, north; None if the value is anything else."""

    def _convert(self, value: Any) -> list[float] | None:
        return box_of(value)


def as_time(value: Any) -> datetime.datetime | None:
    """A time parsed from its RFC 3339 text; None if it is not text.

    Raises:
        PlanetError: the text cannot be parsed.
    """
    return str_to_datetime(value) if isinstance(value, str) else None

"""`Document`: what the models of everything that the service sends have in common."""

import datetime
from collections.abc import Callable
from typing import Any, ClassVar

from .._utils.times import str_to_datetime
from ..exceptions import PlanetError

__all__ = ["Document", "as_time"]


class Document(dict[str, Any]):
    """A dictionary from the service. A notebook shows it as a small table, with its outline where it has one."""

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name")  # the attributes that stand in the table

    def _time(self, key: str) -> datetime.datetime | None:
        return as_time(self.get(key))

    def _geometry(self) -> Any:
        """Where it lies, as GeoJSON; None where that makes no sense."""
        return self.get("geometry")

    def _fields(self) -> dict[str, Any]:
        """What a notebook shows of it."""
        return {name: _or_none(getattr, self, name) for name in self._repr_fields}

    def _repr_images(self) -> list[str]:
        """What a notebook shows beside that."""
        from .._html import footprints

        return [footprints([self._geometry()])]

    def _repr_html_(self) -> str:
        from .._html import record

        title = (_or_none(repr, self) or f"<{type(self).__name__}>")[1:-1]
        return record(title, _or_none(self._fields) or {}, *(_or_none(self._repr_images) or []))


def _or_none(function: Callable[..., Any], *args: Any) -> Any:
    """What can be shown of what the service has sent. What it left out or garbled cannot: whoever asks for that gets
    the error."""
    try:
        return function(*args)
    except (PlanetError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def as_time(value: Any) -> datetime.datetime | None:
    return str_to_datetime(value) if isinstance(value, str) else None

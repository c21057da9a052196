"""`Document`: the base class of the models."""

from collections.abc import Callable
from typing import Any, ClassVar

from ..exceptions import PlanetError
from .json_object import JsonObject

__all__ = ["Document"]


class Document(JsonObject):
    """A JSON object from the service. A notebook shows it as a small table, with its geometry if it has one."""

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name")

    def _geometry(self) -> Any:
        """The geometry as GeoJSON, None if the document has none."""
        return self.get("geometry")

    def _fields(self) -> dict[str, Any]:
        """The rows of the table."""
        return {name: _value_or_none(getattr, self, name) for name in self._repr_fields}

    def _repr_images(self) -> list[str]:
        """The HTML of the drawings beside the table."""
        from .._html import footprints

        return [footprints([self._geometry()])]

    def _summary(self) -> str:
        """The document on one short line."""
        return f"<{type(self).__name__}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(_value_or_none(self._summary) or Document._summary(self))

    def _repr_html_(self) -> str:
        from .._html import record

        title = (_value_or_none(self._summary) or Document._summary(self))[1:-1]
        return record(title, _value_or_none(self._fields) or {}, *(_value_or_none(self._repr_images) or []))


def _value_or_none(function: Callable[..., Any], *args: Any) -> Any:
    """The result of a function, None if a value that it needs is missing or invalid."""
    try:
        return function(*args)
    except (PlanetError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None

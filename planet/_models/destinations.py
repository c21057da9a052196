"""The model of the Destinations API. Part of `planet.models`."""

import datetime
from typing import ClassVar

from .document import Document

__all__ = ["Destination"]


class Destination(Document):
    """A place that the service delivers to."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "type", "ref", "is_default", "archived", "created")

    @property
    def id(self) -> str:
        """The id of the destination."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """The name that it was given."""
        return self.get("name")

    @property
    def type(self) -> str | None:
        """For example `amazon_s3`."""
        return self.get("type")

    @property
    def ref(self) -> str | None:
        """The reference to it, for orders and subscriptions: `pl:destinations/<id>`."""
        return self.get("pl:ref")

    @property
    def is_default(self) -> bool:
        """Whether it is the default of the account."""
        return bool(self.get("default"))

    @property
    def archived(self) -> datetime.datetime | None:
        """When it was archived, in UTC; None if it was not."""
        return self._time("archived")

    @property
    def created(self) -> datetime.datetime | None:
        """When it was made, in UTC."""
        return self._time("created")

    def __repr__(self) -> str:
        return f"<Destination {self.get('id')} {self.type}>"

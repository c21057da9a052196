"""The model of the Destinations API. Part of `planet.models`."""

from typing import ClassVar

from .document import Document
from .fields import Field, FlagField, TextField, TimeField

__all__ = ["Destination"]


class Destination(Document):
    """A cloud storage location that orders and subscriptions are delivered to."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "type", "ref", "is_default", "archived", "created")

    id = TextField("The id of the destination.", required=True)
    name = Field[str | None]("The name of the destination.")
    type = Field[str | None]("The type of the storage, for example `amazon_s3`.")
    ref = Field[str | None](
        "The reference to the destination, for orders and subscriptions: `pl:destinations/<id>`.", key="pl:ref"
    )
    is_default = FlagField("Whether this is the default destination of the account.", key="default")
    archived = TimeField("When the destination was archived, in UTC; None if it is not archived.")
    created = TimeField("When the destination was created, in UTC.")

    def _summary(self) -> str:
        return f"<Destination {self.get('id')} {self.type}>"

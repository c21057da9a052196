"""Models of the Quota API. Part of `planet.models`."""

from typing import ClassVar

from .document import Document
from .fields import Field, FlagField, IntField, NumberField, TextField, TimeField

__all__ = ["Job", "Product", "Reservation"]


_FINAL = frozenset({"completed", "complete", "failed", "cancelled"})


class Product(Document):
    """A product for which the account has quota."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "quota_used",
        "quota_total",
        "quota_units",
        "supports_reservation",
    )

    id = IntField("The id of the product.", required=True)
    name = Field[str | None]("The name of the product.")
    supports_reservation = FlagField("Whether quota of the product can be reserved for AOIs.")
    quota_total = NumberField("The total quota, in `quota_units`.")
    quota_used = NumberField("The used quota, in `quota_units`.")
    quota_units = Field[str | None]("The unit of the quota, for example `sqm`: square metres.")

    def _summary(self) -> str:
        return f"<Product {self.get('id')} {self.name!r}>"


class Reservation(Document):
    """Quota that is reserved for an AOI."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "aoi_ref", "amount", "state", "created_at")

    id = IntField("The id of the reservation.", required=True)
    aoi_ref = Field[str | None]("The reference to the AOI.")
    amount = NumberField("The reserved quota, in the units of the product.")
    state = Field[str | None]("The state of the reservation, for example `reserved`.")
    created_at = TimeField("When the reservation was created, in UTC.")

    def _summary(self) -> str:
        return f"<Reservation {self.get('id')} {self.aoi_ref} {self.state}>"


class Job(Document):
    """A bulk reservation: a job of the service that reserves quota for many AOIs."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "status", "percentage")

    status = TextField("The status of the job, for example `pending` or `completed`.")
    percentage = NumberField("The progress of the job, from 0 to 100.")

    @property
    def id(self) -> str:
        """The id of the job."""
        return str(self.get("id", self.get("job_id")))

    @property
    def is_final(self) -> bool:
        """Whether the job has reached a final status: `completed`, `failed` or `cancelled`."""
        return self.status in _FINAL

    def _summary(self) -> str:
        return f"<Job {self.id} {self.status}>"

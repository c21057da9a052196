"""Models of the Quota API. Part of `planet.models`."""

import datetime
from typing import ClassVar

from .document import Document

__all__ = ["Job", "Product", "Reservation"]


_FINAL = frozenset({"completed", "complete", "failed", "cancelled"})


class Product(Document):
    """A product that the account has quota of."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "quota_used",
        "quota_total",
        "quota_units",
        "supports_reservation",
    )

    @property
    def id(self) -> int:
        """The id of the product."""
        return int(self["id"])

    @property
    def name(self) -> str | None:
        """The name of the product."""
        return self.get("name")

    @property
    def supports_reservation(self) -> bool:
        """Whether areas are reserved for it beforehand."""
        return bool(self.get("supports_reservation"))

    @property
    def quota_total(self) -> float | None:
        """How much there is, in `quota_units`."""
        return _number(self.get("quota_total"))

    @property
    def quota_used(self) -> float | None:
        """How much of it is used, in `quota_units`."""
        return _number(self.get("quota_used"))

    @property
    def quota_units(self) -> str | None:
        """What quota is counted in, for example `sqm`: square metres."""
        return self.get("quota_units")

    def __repr__(self) -> str:
        return f"<Product {self.get('id')} {self.name!r}>"


class Reservation(Document):
    """An area for which quota is set aside."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "aoi_ref", "amount", "state", "created_at")

    @property
    def id(self) -> int:
        """The id of the reservation."""
        return int(self["id"])

    @property
    def aoi_ref(self) -> str | None:
        """The reference to the area."""
        return self.get("aoi_ref")

    @property
    def amount(self) -> float | None:
        """How much is set aside, in the units of the product."""
        return _number(self.get("amount"))

    @property
    def state(self) -> str | None:
        """For example `reserved`."""
        return self.get("state")

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it was made, in UTC."""
        return self._time("created_at")

    def __repr__(self) -> str:
        return f"<Reservation {self.get('id')} {self.aoi_ref} {self.state}>"


class Job(Document):
    """A reservation of many areas, which the service works on."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "status", "percentage")

    @property
    def id(self) -> str:
        """The id of the job."""
        return str(self.get("id", self.get("job_id")))

    @property
    def status(self) -> str:
        """`pending`, `completed`, …"""
        return str(self.get("status"))

    @property
    def is_final(self) -> bool:
        """Whether the status will not change any more."""
        return self.status in _FINAL

    @property
    def percentage(self) -> float | None:
        """How much of it is done, 0 to 100."""
        return _number(self.get("percentage"))

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.status}>"


def _number(value: object) -> float | None:
    """A number, which the service sometimes sends as text."""
    try:
        return float(value) if isinstance(value, (int, float, str)) else None
    except ValueError:
        return None

"""Models of the Subscriptions API. Part of `planet.models`."""

import datetime
from typing import Any, ClassVar

from .document import Document, as_time

__all__ = ["Subscription", "SubscriptionResult"]


_FINAL = frozenset({"completed", "cancelled", "failed", "invalid"})
_DONE = frozenset({"success", "failed", "cancelled"})


class Subscription(Document):
    """A subscription: what is delivered of a source, and where to, as it comes in."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "status", "start_time", "end_time", "created", "updated")

    @property
    def id(self) -> str:
        """The id of the subscription."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """What it is called."""
        return self.get("name")

    @property
    def status(self) -> str:
        """`preparing`, `pending`, `running`, `suspended`, `completed`, `cancelled`, `failed` or `invalid`."""
        return str(self.get("status"))

    @property
    def is_final(self) -> bool:
        """Whether nothing will be delivered any more."""
        return self.status in _FINAL

    @property
    def created(self) -> datetime.datetime | None:
        """When it was created, in UTC."""
        return self._time("created")

    @property
    def updated(self) -> datetime.datetime | None:
        """When it changed last, in UTC."""
        return self._time("updated")

    @property
    def source(self) -> dict[str, Any]:
        """What is delivered: `type` and `parameters`."""
        source = self.get("source")
        return source if isinstance(source, dict) else {}

    @property
    def delivery(self) -> dict[str, Any]:
        """Where it is delivered to, with its credentials cut out; empty if nowhere."""
        delivery = self.get("delivery")
        return delivery if isinstance(delivery, dict) else {}

    @property
    def start_time(self) -> datetime.datetime | None:
        """Where the time range of its source begins."""
        return as_time(self._source.get("start_time"))

    @property
    def end_time(self) -> datetime.datetime | None:
        """Where that ends; None: never."""
        return as_time(self._source.get("end_time"))

    @property
    def _source(self) -> dict[str, Any]:
        parameters = self.source.get("parameters")
        return parameters if isinstance(parameters, dict) else {}

    def __repr__(self) -> str:
        return f"<Subscription {self.get('id')} {self.name!r} {self.status}>"


class SubscriptionResult(Document):
    """One result of a subscription: a scene, and what became of it."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "item_id", "status", "created", "completed", "outputs", "errors")

    @property
    def id(self) -> str:
        """The id of the result."""
        return str(self["id"])

    @property
    def status(self) -> str:
        """`created`, `queued`, `processing`, `success`, `failed` or `cancelled`; in any case as small letters."""
        return str(self.get("status")).lower()

    @property
    def is_final(self) -> bool:
        """Whether it will not change any more."""
        return self.status in _DONE

    @property
    def item_id(self) -> str | None:
        """The scene that it is of."""
        return self.properties.get("item_id")

    @property
    def created(self) -> datetime.datetime | None:
        """When the scene was found, in UTC."""
        return self._time("created")

    @property
    def updated(self) -> datetime.datetime | None:
        """When it changed last, in UTC."""
        return self._time("updated")

    @property
    def completed(self) -> datetime.datetime | None:
        """When it was done with, in UTC; None: it is not yet."""
        return self._time("completed")

    @property
    def errors(self) -> dict[str, Any]:
        """What went wrong; empty if nothing did."""
        errors = self.get("errors")
        return errors if isinstance(errors, dict) else {}

    @property
    def properties(self) -> dict[str, Any]:
        """What the service says of it: the scene, or the values of a Planetary Variable."""
        properties = self.get("properties")
        return properties if isinstance(properties, dict) else {}

    @property
    def outputs(self) -> list[str]:
        """The files that were delivered: their paths below the bucket and the path prefix."""
        outputs = self.get("outputs")
        return list(outputs) if isinstance(outputs, list) else []

    def __repr__(self) -> str:
        return f"<SubscriptionResult {self.item_id or self.get('id')} {self.status}>"

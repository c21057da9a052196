"""Models of the Subscriptions API. Part of `planet.models`."""

from typing import ClassVar

from .document import Document
from .fields import DictField, Field, TextField, TimeField

__all__ = ["Subscription", "SubscriptionResult"]


_FINAL = frozenset({"completed", "cancelled", "failed", "invalid"})
_FINAL_RESULT = frozenset({"success", "failed", "cancelled"})


class Subscription(Document):
    """A subscription: the continuous delivery of new items of a source."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "status", "start_time", "end_time", "created", "updated")

    id = TextField("The id of the subscription.", required=True)
    name = Field[str | None]("The name of the subscription.")
    status = TextField(
        "`preparing`, `pending`, `running`, `suspended`, `completed`, `cancelled`, `failed` or `invalid`."
    )
    created = TimeField("When the subscription was created, in UTC.")
    updated = TimeField("When the subscription last changed, in UTC.")
    source = DictField("The source of the data: `type` and `parameters`.")
    delivery = DictField("The destination of the files, without its credentials; empty if there is no delivery.")
    start_time = TimeField("The start of the time range of the source.", within="_parameters")
    end_time = TimeField("The end of the time range of the source; None if it is open.", within="_parameters")
    _parameters = DictField("The parameters of the source.", key="parameters", within="source")

    @property
    def is_final(self) -> bool:
        """Whether the subscription has ended: `completed`, `cancelled`, `failed` or `invalid`."""
        return self.status in _FINAL

    def _summary(self) -> str:
        return f"<Subscription {self.get('id')} {self.name!r} {self.status}>"


class SubscriptionResult(Document):
    """A result of a subscription: the delivery of one item."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "item_id", "status", "created", "completed", "outputs", "errors")

    id = TextField("The id of the result.", required=True)
    item_id = Field[str | None]("The id of the item.", within="properties")
    created = TimeField("When the result was created, in UTC.")
    updated = TimeField("When the result last changed, in UTC.")
    completed = TimeField("When the delivery ended, in UTC; None if it has not ended.")
    errors = DictField("The errors of the delivery; empty if there were none.")
    properties = DictField("The metadata of the item, or the values of a Planetary Variable.")

    @property
    def status(self) -> str:
        """`created`, `queued`, `processing`, `success`, `failed` or `cancelled`, always in lower case."""
        return str(self.get("status")).lower()

    @property
    def is_final(self) -> bool:
        """Whether the result has reached a final status: `success`, `failed` or `cancelled`."""
        return self.status in _FINAL_RESULT

    @property
    def outputs(self) -> list[str]:
        """The delivered files: their paths in the bucket, below the path prefix."""
        outputs = self.get("outputs")
        return list(outputs) if isinstance(outputs, list) else []

    def _summary(self) -> str:
        return f"<SubscriptionResult {self.item_id or self.get('id')} {self.status}>"

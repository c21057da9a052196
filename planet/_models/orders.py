"""Models of the Orders API. Part of `planet.models`."""

from typing import Any, ClassVar

from .document import Document
from .fields import Field, ListField, TextField, TimeField

__all__ = ["FINAL_ORDER_STATES", "Order", "OrderResult"]


FINAL_ORDER_STATES = frozenset({"failed", "success", "partial", "cancelled"})


class OrderResult(Document):
    """A file of an order: an entry of `order.results`."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("name", "delivery", "expires_at")

    name = Field[str | None]("The path of the file: `<order id>/<path in the order>`.")
    location = Field[str | None]("The download link, valid for a limited time; None for deliveries to cloud storage.")
    delivery = Field[str | None]("The state of the delivery: `pending`, `success` or `failed`.")
    expires_at = TimeField("When `location` expires, in UTC. To renew it, get the order again.")

    def _summary(self) -> str:
        return f"<OrderResult {self.name!r}>"


class Order(Document):
    """An order.

    Example:
        ```python
        order = pl.orders.get_order(order_id)
        print(order.state, order["name"], [result.name for result in order.results])
        ```
    """

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "state",
        "created_on",
        "last_modified",
        "last_message",
        "error_hints",
    )

    id = TextField("The id of the order, a UUID.", required=True)
    name = Field[str | None]("The name of the order.")
    state = TextField(
        "`queued`, `running`, `success`, `partial`, `failed` or `cancelled`; the service may add other states."
    )
    created_on = TimeField("When the order was created, in UTC.")
    last_modified = TimeField("When the order last changed, in UTC.")
    last_message = Field[str | None](
        "The last message of the service about the order. It is for display: the wording may change."
    )
    error_hints = ListField[str]("The reasons why the order failed. They are for display: the wording may change.")
    products = ListField[dict[str, Any]]("The products of the request: item type, item ids and product bundle of each.")

    @property
    def is_final(self) -> bool:
        """Whether the order has reached a final state: `success`, `partial`, `failed` or `cancelled`."""
        return self.state in FINAL_ORDER_STATES

    @property
    def results(self) -> list[OrderResult]:
        """The files of the order, with their download links; empty until the order runs."""
        links = self.get("_links")
        results = links.get("results") if isinstance(links, dict) else None
        return [OrderResult(entry) for entry in results or [] if isinstance(entry, dict) and entry]

    @property
    def aoi(self) -> dict[str, Any] | None:
        """The AOI that the order is clipped to, as GeoJSON or a reference; None if it is not clipped."""
        for tool in self.get("tools") or []:
            clip = tool.get("clip") if isinstance(tool, dict) else None
            if isinstance(clip, dict) and isinstance(clip.get("aoi"), dict):
                return dict(clip["aoi"])
        return None

    def _geometry(self) -> Any:
        return self.aoi

    def _fields(self) -> dict[str, Any]:
        return {
            **super()._fields(),
            "products": [_product_summary(product) for product in self.products if isinstance(product, dict)],
            "tools": [name for tool in self.get("tools") or [] if isinstance(tool, dict) for name in tool],
            "files": len(self.results) or None,
        }

    def _summary(self) -> str:
        return f"<Order {self.get('id')} {self.name!r} {self.state}>"


def _product_summary(product: dict[str, Any]) -> str:
    """A product of an order in a few words: `2 PSScene as analytic_udm2`."""
    count = len(product.get("item_ids") or product.get("quad_ids") or [])
    bundle = product.get("product_bundle")
    words = [str(count or ""), str(product.get("item_type") or product.get("mosaic_name") or "")]
    return " ".join(filter(None, [*words, f"as {bundle}" if bundle else ""]))

"""`Order` and its results."""

import datetime
from typing import Any, ClassVar

from .document import Document

__all__ = ["FINAL_ORDER_STATES", "Order", "OrderResult"]


FINAL_ORDER_STATES = frozenset({"failed", "success", "partial", "cancelled"})


class OrderResult(Document):
    """One output of an order: an entry of `order.results`."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("name", "delivery", "expires_at")

    @property
    def name(self) -> str | None:
        """Where it belongs: `<order id>/<path in the layout>`."""
        return self.get("name")

    @property
    def location(self) -> str | None:
        """The link to download it by, good for a limited time; None for cloud deliveries."""
        return self.get("location")

    @property
    def delivery(self) -> str | None:
        """`pending`, `success` or `failed`."""
        return self.get("delivery")

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When `location` ends to work; getting the order again makes new links."""
        return self._time("expires_at")

    def __repr__(self) -> str:
        return f"<OrderResult {self.name!r}>"  # never the location, which holds a token


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

    @property
    def id(self) -> str:
        """The id of the order, a UUID."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """The name that it was given."""
        return self.get("name")

    @property
    def state(self) -> str:
        """`queued`, `running`, `success`, `partial`, `failed` or `cancelled`; perhaps others one day."""
        return str(self.get("state"))

    @property
    def is_final(self) -> bool:
        """Whether the state will not change any more."""
        return self.state in FINAL_ORDER_STATES

    @property
    def created_on(self) -> datetime.datetime | None:
        """When it was created, in UTC."""
        return self._time("created_on")

    @property
    def last_modified(self) -> datetime.datetime | None:
        """When something about it last changed, in UTC."""
        return self._time("last_modified")

    @property
    def last_message(self) -> str | None:
        """What the service last said about it, for people: the wording may change."""
        return self.get("last_message")

    @property
    def error_hints(self) -> list[str]:
        """Why it failed, for people: the wording may change."""
        return list(self.get("error_hints") or [])

    @property
    def products(self) -> list[dict[str, Any]]:
        """What was ordered."""
        return list(self.get("products") or [])

    @property
    def results(self) -> list[OrderResult]:
        """The outputs, with the links to download them; empty until the order runs."""
        links = self.get("_links")
        results = links.get("results") if isinstance(links, dict) else None
        return [OrderResult(entry) for entry in results or [] if isinstance(entry, dict) and entry]

    @property
    def aoi(self) -> dict[str, Any] | None:
        """The area that it is clipped to, as GeoJSON or a reference; None if it is not clipped."""
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
            "products": [_product_text(product) for product in self.products if isinstance(product, dict)],
            "tools": [name for tool in self.get("tools") or [] if isinstance(tool, dict) for name in tool],
            "files": len(self.results) or None,
        }

    def __repr__(self) -> str:
        return f"<Order {self.get('id')} {self.name!r} {self.state}>"


def _product_text(product: dict[str, Any]) -> str:
    """A product of an order in a few words: `2 PSScene as analytic_udm2`."""
    count = len(product.get("item_ids") or product.get("quad_ids") or [])
    bundle = product.get("product_bundle")
    words = [str(count or ""), str(product.get("item_type") or product.get("mosaic_name") or "")]
    return " ".join(filter(None, [*words, f"as {bundle}" if bundle else ""]))

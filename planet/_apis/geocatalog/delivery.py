"""Where the files of an order are that was delivered to Azure, and what the catalogue gets of it."""

import datetime
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from ..._models.geocatalog.ingestion import IngestionSource
from ..._models.orders import Order
from ..._redact import brief
from ..._utils.times import str_to_datetime
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError, PlanetError

__all__ = ["checked_collection", "collection_of", "container_of_order", "folder_of_order", "has_newer_access"]


_SANDBOX = "PLANET_SANDBOX_CONTAINERS"  # set by the sandbox, whose containers are on this computer
_HINT = "Order with delivery=order_request.azure_blob_storage(...), or pass container_url=."


def container_of_order(order: Any, container_url: str | None) -> str:
    """The address of the container that an order was delivered to, without a slash at the end.

    Raises:
        ArgumentTypeError: *order* is not an order.
        ClientError: it has not ended well, or was delivered elsewhere.
    """
    if not isinstance(order, Mapping) or not order.get("id"):
        raise ArgumentTypeError(f"order must be an order, got {brief(order)}.", hint="Pass what get_order returns.")
    order = Order(order)
    if order.state not in ("success", "partial"):
        raise ClientError(
            f"The order {order.id} cannot be ingested: it is {order.state!r}.",
            hint="Wait for its end, and get it again." if not order.is_final else "Create a new order.",
        )
    if container_url is not None:
        if not isinstance(container_url, str):
            raise ArgumentTypeError(f"container_url must be a str, got {type(container_url).__name__}.")
        return container_url.partition("?")[0].rstrip("/")
    blob = _azure(order)
    if not blob:
        raise ClientError(f"The order {order.id} was not delivered to Azure Blob Storage.", hint=_HINT)
    if sandbox := os.environ.get(_SANDBOX):
        return f"{sandbox}/{blob.get('container')}"
    suffix = blob.get("storage_endpoint_suffix") or "core.windows.net"
    return f"https://{blob.get('account')}.blob.{suffix}/{blob.get('container')}"


def folder_of_order(order: Mapping[str, Any]) -> str:
    """The path of the files of an order in its container: the prefix as it is, and the id."""
    return f"{_azure(order).get('path_prefix') or ''}{order['id']}"


def _azure(order: Mapping[str, Any]) -> Mapping[str, Any]:
    delivery = order.get("delivery")
    blob = delivery.get("azure_blob_storage") if isinstance(delivery, Mapping) else None
    return blob if isinstance(blob, Mapping) else {}


def checked_collection(collection_id: str, collection: Any) -> Any:
    """Return a collection that is to be created, if it is the one that items are for.

    Raises:
        ArgumentError: it has another id.
    """
    found = collection.get("id") if isinstance(collection, Mapping) else getattr(collection, "id", None)
    if found != collection_id:
        raise ArgumentError(
            f"collection has the id {brief(found)}, but the order is for {brief(collection_id)}.",
            hint="Pass the same id twice.",
        )
    return collection


def has_newer_access(source: IngestionSource, sas_token: str, now: datetime.datetime) -> bool:
    """Whether a signature is to replace that of a source for the same container: because that ends earlier."""
    if source.kind != "SasToken":
        return False
    match = re.search(r"(?:^|&)se=([^&]+)", sas_token)
    try:
        end = str_to_datetime(unquote(match[1])) if match else now
        old = source.expires_at
    except PlanetError:
        return True
    return old is None or old < end


def collection_of(collection_id: str, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A collection for items: its extent and its kinds of assets are theirs."""
    items = list(items)
    boxes = [item["bbox"] for item in items if item.get("bbox")] or [[-180.0, -90.0, 180.0, 90.0]]
    times = sorted(
        time
        for item in items
        for name in ("datetime", "start_datetime", "end_datetime")
        if (time := item["properties"].get(name))
    )
    assets: dict[str, dict[str, Any]] = {}
    for item in items:
        for key, asset in item["assets"].items():
            about = {name: asset[name] for name in ("title", "type", "roles") if asset.get(name)}
            assets.setdefault(key, about)
    return {
        "id": collection_id,
        "type": "Collection",
        "stac_version": "1.0.0",
        "stac_extensions": ["https://stac-extensions.github.io/item-assets/v1.0.0/schema.json"],
        "title": collection_id,
        "description": "Imagery of Planet",
        "license": "proprietary",
        "links": [],
        "providers": [{"name": "Planet", "roles": ["producer", "licensor"], "url": "https://www.planet.com"}],
        "extent": {
            "spatial": {
                "bbox": [
                    [
                        min(box[0] for box in boxes),
                        min(box[1] for box in boxes),
                        max(box[2] for box in boxes),
                        max(box[3] for box in boxes),
                    ]
                ]
            },
            "temporal": {"interval": [[times[0], times[-1]] if times else [None, None]]},
        },
        "item_assets": assets,
    }

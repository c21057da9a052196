"""The models that clients return: dictionaries as the service sent them, with typed attributes.

`json.dumps` serialises them unchanged.
"""

from typing import TYPE_CHECKING, Any

from ._http.response import Response
from ._models.destinations import Destination
from ._models.feature_collection import FeatureCollection
from ._models.features import Collection, Feature, GeoInterface, GeojsonLike
from ._models.items import Asset, Item, Search
from ._models.mosaics import Mosaic, Quad, Series
from ._models.orders import Order, OrderResult
from ._models.quota import Job, Product, Reservation
from ._models.subscriptions import Subscription, SubscriptionResult

if TYPE_CHECKING:
    from ._async.download.streaming_body import StreamingBody
    from ._async.http.pager import Pager as Paged
    from ._async.http.streams import StreamingResponse

__all__ = [
    "Asset",
    "Collection",
    "Destination",
    "Feature",
    "FeatureCollection",
    "GeoInterface",
    "GeojsonLike",
    "Item",
    "Job",
    "Mosaic",
    "Order",
    "OrderResult",
    "Paged",
    "Product",
    "Quad",
    "Reservation",
    "Response",
    "Search",
    "Series",
    "StreamingBody",
    "StreamingResponse",
    "Subscription",
    "SubscriptionResult",
]


def __getattr__(name: str) -> Any:
    # These classes are loaded on first use, because they import httpx.
    if name == "Paged":
        from ._async.http.pager import Pager

        return Pager
    if name == "StreamingResponse":
        from ._async.http.streams import StreamingResponse

        return StreamingResponse
    if name == "StreamingBody":
        from ._async.download.streaming_body import StreamingBody

        return StreamingBody
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

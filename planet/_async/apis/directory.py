"""The client classes, by the name of their API."""

from .base import _BaseClient
from .data import DataClient
from .destinations import DestinationsClient
from .features import FeaturesClient
from .mosaics import MosaicsClient
from .orders import OrdersClient
from .quota import QuotaClient
from .subscriptions import SubscriptionsClient

__all__ = ["CLIENTS"]


CLIENTS: dict[str, type[_BaseClient]] = {
    "data": DataClient,
    "destinations": DestinationsClient,
    "features": FeaturesClient,
    "mosaics": MosaicsClient,
    "orders": OrdersClient,
    "quota": QuotaClient,
    "subscriptions": SubscriptionsClient,
}

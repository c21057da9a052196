"""The async clients, under their public names."""

from .data import DataClient
from .destinations import DestinationsClient
from .features import FeaturesClient
from .mosaics import MosaicsClient
from .orders import OrdersClient
from .quota import QuotaClient
from .subscriptions import SubscriptionsClient

__all__ = [
    "DataClient",
    "DestinationsClient",
    "FeaturesClient",
    "MosaicsClient",
    "OrdersClient",
    "QuotaClient",
    "SubscriptionsClient",
]

# By the names that `Session.client` accepts.
_client_directory = {
    "data": DataClient,
    "destinations": DestinationsClient,
    "features": FeaturesClient,
    "mosaics": MosaicsClient,
    "orders": OrdersClient,
    "quota": QuotaClient,
    "subscriptions": SubscriptionsClient,
}

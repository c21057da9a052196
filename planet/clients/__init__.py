"""The asynchronous clients, under their public names."""

from .data import DataClient
from .destinations import DestinationsClient
from .features import FeaturesClient
from .orders import OrdersClient
from .quota import QuotaClient

__all__ = ["DataClient", "DestinationsClient", "FeaturesClient", "OrdersClient", "QuotaClient"]

"""The asynchronous clients, under their public names."""

from .data import DataClient
from .features import FeaturesClient
from .orders import OrdersClient
from .quota import QuotaClient

__all__ = ["DataClient", "FeaturesClient", "OrdersClient", "QuotaClient"]

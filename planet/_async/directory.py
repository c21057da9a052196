"""The clients by the names of their APIs."""

from .base import _BaseClient
from .data import DataClient
from .destinations import DestinationsClient
from .features import FeaturesClient
from .orders import OrdersClient
from .quota import QuotaClient

__all__ = ["CLIENTS"]

CLIENTS: dict[str, type[_BaseClient]] = {
    "data": DataClient,
    "destinations": DestinationsClient,
    "features": FeaturesClient,
    "orders": OrdersClient,
    "quota": QuotaClient,
}

# Generated from planet/_async/apis/directory.py by tools/unasync.py. Edit that file and run the tool again.

"""The client classes, by the name of their API."""

from .base import _BaseAPI
from .data import DataAPI
from .destinations import DestinationsAPI
from .features import FeaturesAPI
from .mosaics import MosaicsAPI
from .orders import OrdersAPI
from .quota import QuotaAPI
from .subscriptions import SubscriptionsAPI

__all__ = ["CLIENTS"]


CLIENTS: dict[str, type[_BaseAPI]] = {
    "data": DataAPI,
    "destinations": DestinationsAPI,
    "features": FeaturesAPI,
    "mosaics": MosaicsAPI,
    "orders": OrdersAPI,
    "quota": QuotaAPI,
    "subscriptions": SubscriptionsAPI,
}

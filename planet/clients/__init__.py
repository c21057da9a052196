"""The asynchronous clients, under their public names."""

from .data import DataClient
from .orders import OrdersClient

__all__ = ["DataClient", "OrdersClient"]

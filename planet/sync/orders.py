"""The sync client of the Orders API."""

from .._sync.apis.orders import OrdersAPI

__all__ = ["OrdersAPI"]

"""The blocking client of the Orders API."""

from .._sync.orders import OrdersAPI

__all__ = ["OrdersAPI"]

"""The asynchronous client of the Orders API."""

from .._async.orders import BULK_PATH, ORDER_STATE_SEQUENCE, ORDERS_PATH, STATS_PATH, OrdersClient, OrderStates

__all__ = ["BULK_PATH", "ORDERS_PATH", "ORDER_STATE_SEQUENCE", "STATS_PATH", "OrderStates", "OrdersClient"]

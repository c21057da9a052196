"""The async client of the Orders API."""

from .._async.apis.order_downloads import ORDERS_PATH
from .._async.apis.orders import BULK_PATH, ORDER_STATE_SEQUENCE, STATS_PATH, OrdersClient, OrderStates
from .._async.http.pager import Pager as Orders
from ..constants import PLANET_BASE_URL

__all__ = [
    "BASE_URL",
    "BULK_PATH",
    "ORDERS_PATH",
    "ORDER_STATE_SEQUENCE",
    "STATS_PATH",
    "OrderStates",
    "Orders",
    "OrdersClient",
]


BASE_URL = f"{PLANET_BASE_URL}/compute/ops"

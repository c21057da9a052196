"""The async client of the Data API."""

from .._apis.data import (
    LIST_SEARCH_TYPE,
    LIST_SEARCH_TYPE_DEFAULT,
    LIST_SORT_DEFAULT,
    LIST_SORT_ORDER,
    SEARCH_SORT,
    SEARCH_SORT_DEFAULT,
    STATS_INTERVAL,
)
from .._async.apis.data import DataClient
from .._async.http.pager import Pager as Items
from .._async.http.pager import Pager as Searches
from ..constants import PLANET_BASE_URL

__all__ = [
    "BASE_URL",
    "LIST_SEARCH_TYPE",
    "LIST_SEARCH_TYPE_DEFAULT",
    "LIST_SORT_DEFAULT",
    "LIST_SORT_ORDER",
    "SEARCHES_PATH",
    "SEARCH_SORT",
    "SEARCH_SORT_DEFAULT",
    "STATS_INTERVAL",
    "STATS_PATH",
    "WAIT_DELAY",
    "WAIT_MAX_ATTEMPTS",
    "DataClient",
    "Items",
    "Searches",
]


BASE_URL = f"{PLANET_BASE_URL}/data/v1/"
SEARCHES_PATH = "/searches"
STATS_PATH = "/stats"
# For scripts that pass these to wait_asset; its own defaults adapt.
WAIT_DELAY = 5
WAIT_MAX_ATTEMPTS = 200

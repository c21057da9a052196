"""The asynchronous client of the Data API."""

from .._async.data import SEARCH_SORT, SEARCH_SORT_DEFAULT, DataClient
from .._async.pager import Pager as Items
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "SEARCH_SORT", "SEARCH_SORT_DEFAULT", "DataClient", "Items"]

BASE_URL = f"{PLANET_BASE_URL}/data/v1"

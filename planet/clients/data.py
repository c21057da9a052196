"""The asynchronous client of the Data API."""

from .._async.data import SEARCH_SORT, SEARCH_SORT_DEFAULT, DataClient

__all__ = ["SEARCH_SORT", "SEARCH_SORT_DEFAULT", "DataClient"]

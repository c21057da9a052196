"""The sync client of the Destinations API."""

from .._sync.apis.destinations import DestinationsAPI

__all__ = ["DestinationsAPI"]

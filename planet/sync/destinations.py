"""The blocking client of the Destinations API."""

from .._sync.destinations import DestinationsAPI

__all__ = ["DestinationsAPI"]

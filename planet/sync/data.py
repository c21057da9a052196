"""The sync client of the Data API."""

from .._sync.apis.data import DataAPI

__all__ = ["DataAPI"]

"""The blocking client of the Data API."""

from .._sync.data import DataAPI

__all__ = ["DataAPI"]

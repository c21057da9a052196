"""The blocking client of the Quota API."""

from .._sync.quota import QuotaAPI

__all__ = ["QuotaAPI"]

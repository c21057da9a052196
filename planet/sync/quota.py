"""The sync client of the Quota API."""

from .._sync.apis.quota import QuotaAPI

__all__ = ["QuotaAPI"]

"""The sync client of the Subscriptions API."""

from .._sync.apis.subscriptions import SubscriptionsAPI

__all__ = ["SubscriptionsAPI"]

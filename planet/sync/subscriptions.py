"""The blocking client of the Subscriptions API."""

from .._sync.subscriptions import SubscriptionsAPI

__all__ = ["SubscriptionsAPI"]

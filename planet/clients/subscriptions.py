"""The async client of the Subscriptions API."""

from .._async.apis.subscriptions import SubscriptionsClient
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "SubscriptionsClient"]


BASE_URL = f"{PLANET_BASE_URL}/subscriptions/v1/"

"""The async client of the Quota API."""

from .._async.apis.quota import QuotaClient
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "QuotaClient"]


BASE_URL = f"{PLANET_BASE_URL}/account/v1"

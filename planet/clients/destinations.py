"""The async client of the Destinations API."""

from .._async.apis.destinations import DestinationsClient
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "DEFAULT_DESTINATION_REF", "DestinationsClient"]


BASE_URL = f"{PLANET_BASE_URL}/destinations/v1/"
DEFAULT_DESTINATION_REF = "pl:destinations/default"

"""The async client of the Features API."""

from .._async.apis.features import FeaturesClient
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "FeaturesClient"]


BASE_URL = f"{PLANET_BASE_URL}/features/v1/ogc/my/"

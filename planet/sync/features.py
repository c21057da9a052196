"""The sync client of the Features API."""

from .._sync.apis.features import FeaturesAPI

__all__ = ["FeaturesAPI"]

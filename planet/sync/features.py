"""The blocking client of the Features API."""

from .._sync.features import FeaturesAPI

__all__ = ["FeaturesAPI"]

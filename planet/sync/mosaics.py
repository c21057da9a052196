"""The blocking client of the Basemaps API."""

from .._sync.mosaics import MosaicsAPI

__all__ = ["MosaicsAPI"]

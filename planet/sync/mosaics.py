"""The sync client of the Basemaps API."""

from .._sync.apis.mosaics import MosaicsAPI

__all__ = ["MosaicsAPI"]

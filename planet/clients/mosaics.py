"""The async client of the Basemaps API."""

from collections.abc import Sequence
from typing import TypeAlias

from .._async.apis.mosaics import MosaicsClient
from ..constants import PLANET_BASE_URL

__all__ = ["BASE_URL", "BBox", "MosaicsClient", "Number"]


BASE_URL = f"{PLANET_BASE_URL}/basemaps/v1"

Number: TypeAlias = int | float
BBox: TypeAlias = Sequence[Number]  # west, south, east, north

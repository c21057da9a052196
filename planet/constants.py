"""Paths, URLs and facts about the service that several modules need."""

import os
from pathlib import Path

__all__ = ["DATA_DIR", "PLANET_BASE_URL", "SECRET_FILE_PATH", "TILES_URL", "_SUBSCRIPTION_TOOL_WEIGHT", "home"]


DATA_DIR = Path(__file__).parent / "data"
PLANET_BASE_URL = "https://api.planet.com"
TILES_URL = "https://tiles.planet.com"  # thumbnails and tiles of the scenes


def home() -> Path:
    """Return the home folder. For users without one, as in some containers, the path does not exist."""
    return Path(os.path.expanduser("~"))


SECRET_FILE_PATH = home() / ".planet.json"

# The order of the tools of a subscription: their weights must not decrease.
# A clip is inserted before the first tool listed after it here.
_SUBSCRIPTION_TOOL_WEIGHT = {
    "harmonize": 1,
    "toar": 2,
    "clip": 3,
    "reproject": 3,
    "bandmath": 3,
    "cloud_filter": 4,
    "file_format": 4,
}

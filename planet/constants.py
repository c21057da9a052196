"""Where things are, and facts of the service that more than one module needs."""

import os
from pathlib import Path

__all__ = ["DATA_DIR", "PLANET_BASE_URL", "SECRET_FILE_PATH", "TILES_URL", "_SUBSCRIPTION_TOOL_WEIGHT", "home"]


DATA_DIR = Path(__file__).parent / "data"
PLANET_BASE_URL = "https://api.planet.com"
TILES_URL = "https://tiles.planet.com"  # where the pictures are that PLANET_BASE_URL knows the scenes of


def home() -> Path:
    """The home folder; for users who have none, as in some containers, a path at which nothing is."""
    return Path(os.path.expanduser("~"))


SECRET_FILE_PATH = home() / ".planet.json"

# The tools of subscriptions: none may stand after one that weighs more. A clip goes before what follows it here.
_SUBSCRIPTION_TOOL_WEIGHT = {
    "harmonize": 1,
    "toar": 2,
    "clip": 3,
    "reproject": 3,
    "bandmath": 3,
    "cloud_filter": 4,
    "file_format": 4,
}

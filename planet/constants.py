"""Paths, URLs and facts about the service that several modules need."""

import os
from pathlib import Path

__all__ = [
    "DATA_DIR",
    "PLANET_BASE_URL",
    "SECRET_FILE_PATH",
    "TILES_URL",
    "_SUBSCRIPTION_TOOL_WEIGHT",
    "has_home",
    "home",
]


DATA_DIR = Path(__file__).parent / "data"
PLANET_BASE_URL = "https://api.planet.com"
TILES_URL = "https://tiles.planet.com"  # thumbnails and tiles of the scenes


def home() -> Path:
    """Return the home folder. For users without one, as in some containers, it is a path that cannot exist."""
    return Path(os.path.expanduser("~")) if has_home() else _NO_HOME


def has_home() -> bool:
    """Whether there is a home folder: an absolute path, from `HOME` or the entry of the user in the system."""
    variable = os.environ.get("HOME")
    if os.name != "nt" and variable is not None and not os.path.isabs(variable):
        return False  # the working directory is not a place for secrets
    return os.path.isabs(os.path.expanduser("~"))


_NO_HOME = Path(os.devnull, "HOME-is-not-set")


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

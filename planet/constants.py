"""Where things are, and facts of the service that more than one module needs."""

import os
from pathlib import Path

__all__ = ["DATA_DIR", "PLANET_BASE_URL", "SECRET_FILE_PATH", "_SUBSCRIPTION_TOOL_WEIGHT"]

DATA_DIR = Path(__file__).parent / "data"
PLANET_BASE_URL = "https://api.planet.com"
# Users without an entry in the system's list, as in some containers, have no home: what is kept there is not there.
SECRET_FILE_PATH = Path(os.path.expanduser("~")) / ".planet.json"

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

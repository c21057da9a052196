"""Where things are."""

from pathlib import Path

__all__ = ["DATA_DIR", "PLANET_BASE_URL", "SECRET_FILE_PATH"]

DATA_DIR = Path(__file__).parent / "data"
PLANET_BASE_URL = "https://api.planet.com"
SECRET_FILE_PATH = Path.home() / ".planet.json"

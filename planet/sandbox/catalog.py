"""The sandbox's catalogue: scenes over the whole world, made up on demand and always the same.

The world is a grid of cells. On most days a satellite takes a scene of a cell, and the id of that scene encodes the
cell, so that nothing has to be kept. Ids that the catalogue has not made up itself (those of documents and of real
orders) stand for scenes as well: at the place that is known for them, or where they are first needed, or somewhere.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator

from .scene import Scene

__all__ = ["Catalog"]

_CELL = 0.25  # degrees
_COLUMNS, _ROWS = 1440, 720
_FIRST_DAY = datetime.date(2016, 1, 1)
_LOCAL_HOUR = 10.0  # the satellites come by at this local time
_FORM = re.compile(r"(\d{8})_(\d{6})_[0-9A-Za-z][0-9A-Za-z_-]*$")
_OURS = re.compile(r"\d{8}_\d{6}_(\d{2})_([0-9a-f]{4})$")

# Where the scenes lie that the guides name.
_PLACES = {
    "20200909_182525_1014": (-117.505, 45.265),
    "20200909_182524_1014": (-117.505, 45.275),
    "20220304_093300_37_2430": (6.3355, 45.8222),
    "20220305_093440_25_2429": (6.3300, 45.8150),
    "20220304_093257_90_2430": (6.3355, 45.9000),
}

# Searches without a geometry look at this many cells: enough to be many, few enough to be quick.
_WORLDWIDE_EVERY = 20011


class Catalog:
    """Finds scenes by id, and by place and time."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[float, float]] = dict(_PLACES)

    def get(self, item_type: str, item_id: str) -> Scene | None:
        """The scene of an id; None if the id is not well-formed."""
        acquired = _acquired(item_id)
        if acquired is None:
            return None
        if (scene := self._made_up(item_type, item_id, acquired.date())) is not None:
            return scene
        lon, lat = self._places.get(item_id) or _somewhere(item_id, acquired)
        return Scene(item_type, item_id, lon, lat, acquired)

    def place(self, item_type: str, item_id: str, lon: float, lat: float) -> None:
        """Say where a scene lies that the catalogue does not know; one that it knows stays where it is."""
        acquired = _acquired(item_id)
        if acquired is not None and self._made_up(item_type, item_id, acquired.date()) is None:
            self._places.setdefault(item_id, (lon, lat))

    def scenes(
        self,
        item_type: str,
        bounds: tuple[float, float, float, float] | None,
        first: datetime.date,
        last: datetime.date,
    ) -> Iterator[Scene]:
        """The scenes of a type whose cells touch *bounds* (west, south, east, north), the latest day first."""
        cells = list(_cells(bounds))
        first = max(first, _FIRST_DAY)
        day = last
        while day >= first:
            for cell in cells:
                if (scene := _scene(item_type, cell, day)) is not None:
                    yield scene
            for item_id, (lon, lat) in self._places.items():
                acquired = _acquired(item_id)
                if item_type == "PSScene" and acquired is not None and acquired.date() == day:
                    yield Scene(item_type, item_id, lon, lat, acquired)
            day -= datetime.timedelta(days=1)

    @staticmethod
    def _made_up(item_type: str, item_id: str, day: datetime.date) -> Scene | None:
        if match := _OURS.match(item_id):
            cell = int(match[1]) % 16 << 16 | int(match[2], 16)
            scene = _scene(item_type, cell, day) if cell < _COLUMNS * _ROWS else None
            if scene is not None and scene.id == item_id:
                return scene
        return None


def _acquired(item_id: str) -> datetime.datetime | None:
    if match := _FORM.match(item_id):
        try:
            moment = datetime.datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
        except ValueError:
            return None
        micros = int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:3], "big") % 1_000_000
        return moment.replace(microsecond=micros, tzinfo=datetime.timezone.utc)
    return None


def _scene(item_type: str, cell: int, day: datetime.date) -> Scene | None:
    """The scene of a cell on a day; on four days of ten there is none."""
    digest = hashlib.sha256(f"{item_type}/{cell}/{day.toordinal()}".encode()).digest()
    if digest[0] < 102:
        return None
    row, column = divmod(cell, _COLUMNS)
    lon = -180 + (column + 0.5) * _CELL + (digest[1] / 255 - 0.5) * 0.03
    lat = -90 + (row + 0.5) * _CELL + (digest[2] / 255 - 0.5) * 0.03
    seconds = int((_LOCAL_HOUR - lon / 15) * 3600 + int.from_bytes(digest[3:5], "big") % 2400) % 86400
    moment = datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc) + datetime.timedelta(
        seconds=seconds
    )
    hundredths = (cell >> 16) + 16 * (digest[5] % 6)
    item_id = f"{moment:%Y%m%d_%H%M%S}_{hundredths:02d}_{cell & 0xFFFF:04x}"
    acquired = _acquired(item_id)
    assert acquired is not None
    return Scene(item_type, item_id, lon, lat, acquired)


def _cells(bounds: tuple[float, float, float, float] | None) -> Iterator[int]:
    if bounds is None:
        yield from range(_COLUMNS * 200, _COLUMNS * 620, _WORLDWIDE_EVERY)
        return
    west, south, east, north = bounds
    # A scene reaches into the cells next to its own.
    columns = range(int((west + 180) / _CELL) - 2, int((east + 180) / _CELL) + 3)
    rows = range(max(int((south + 90) / _CELL) - 1, 0), min(int((north + 90) / _CELL) + 2, _ROWS))
    for row in rows:
        for column in columns:
            yield row * _COLUMNS + column % _COLUMNS


def _somewhere(item_id: str, acquired: datetime.datetime) -> tuple[float, float]:
    """A place at which it was morning when the scene was taken."""
    digest = hashlib.sha256(item_id.encode()).digest()
    hours = acquired.hour + acquired.minute / 60
    lon = ((_LOCAL_HOUR - hours) * 15 + 180) % 360 - 180
    return round(max(min(lon, 179.0), -179.0), 4), round((digest[0] / 255 - 0.5) * 110, 4)

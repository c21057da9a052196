"""A coarse climate of the earth: where land is, how warm, how dry and how cloudy it is.

The land is that of Natural Earth at 1:110 million, which is in the public domain, in squares of half a degree.
"""

import functools
import importlib.resources
import math
import zlib
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Place", "dryness", "land_share", "place_at", "season", "temperature"]


Array = NDArray[Any]

_COLUMNS, _ROWS = 720, 360

# Deserts: longitude and latitude of the centre, and how far they extend to each side, in degrees.
_DESERTS = (
    (5, 23, 25, 8), (30, 24, 10, 8), (47, 23, 11, 9), (62, 30, 10, 5), (60, 41, 8, 4), (84, 39, 8, 3), (103, 42, 10, 4),
    (128, -25, 14, 7), (15, -22, 4, 7), (22, -25, 4, 4), (-69.5, -22, 2.5, 8), (-69, -44, 3, 6), (-113, 34, 6, 5),
    (-117, 40, 3, 3),
)  # fmt: skip


# Green land in deserts, and coasts where a warm sea makes winters mild, in the same form.
_OASES = ((31, 30.9, 1.1, 0.8), (45, 32.5, 3, 2), (68.5, 26.5, 2, 3))
_MILD = ((-2, 53, 12, 13), (-124, 46, 6, 11), (140, 34, 4, 4))
_WARMER = 8  # degrees, in the middle of such a coast and of winter


@functools.cache
def _land() -> Array:
    data = importlib.resources.files(__package__).joinpath("land.bin").read_bytes()
    bits = np.frombuffer(zlib.decompress(data), np.uint8)
    return np.unpackbits(bits).reshape(_ROWS, _COLUMNS).astype(np.float32)


def land_share(lon: Any, lat: Any) -> Array:
    """How much of the surroundings is land, 0 to 1; the coast is at a half."""
    land = _land()
    x, y = (np.asarray(lon) + 180) * 2 - 0.5, (90 - np.asarray(lat)) * 2 - 0.5
    column, row = np.floor(x).astype(np.int64), np.clip(np.floor(y), 0, _ROWS - 2).astype(np.int64)
    u, v = x - column, np.clip(y - row, 0, 1)
    left, right = column % _COLUMNS, (column + 1) % _COLUMNS
    high = land[row, left] * (1 - u) + land[row, right] * u
    low = land[row + 1, left] * (1 - u) + land[row + 1, right] * u
    return np.asarray(high * (1 - v) + low * v)


def season(lat: Any, day: int) -> Array:
    """How far summer has come on a day of the year: 1 in its middle, -1 in that of winter."""
    return np.asarray(np.cos(2 * np.pi * (day - 201) / 365.25) * np.where(np.asarray(lat) >= 0, 1, -1))


def temperature(lon: Any, lat: Any, day: int) -> Array:
    """The mean temperature of a day at the height of the sea, in degrees Celsius."""
    lat = np.asarray(lat)
    return np.asarray(_temperature(lat, land_share(lon, lat), _within(_MILD, lon, lat) * _WARMER, season(lat, day)))


def _temperature(lat: Any, land: Any, mildness: Any, summer: Any) -> Any:
    swing = np.abs(lat) * np.where(land > 0.5, 0.28, 0.12)
    return 28 - 0.0078 * lat**2 + swing * summer + mildness * np.maximum(-summer, 0)


def dryness(lon: Any, lat: Any) -> Array:
    """How much of a desert a place is, 0 to 1."""
    return np.asarray(_within(_DESERTS, lon, lat) * (1 - _within(_OASES, lon, lat)))


def _within(regions: tuple[tuple[float, float, float, float], ...], lon: Any, lat: Any) -> Array:
    """How far a place lies within one of some regions: 1 in its middle, 0 far outside."""
    lon, lat = np.asarray(lon), np.asarray(lat)
    inside = np.zeros(np.broadcast(lon, lat).shape)
    for x, y, width, height in regions:
        inside = np.maximum(inside, np.exp(-((((lon - x) / width) ** 2 + ((lat - y) / height) ** 2) ** 2)))
    return inside


@attrs.frozen
class Place:
    """The climate of a place, for scenes, of which there are thousands in a search.

    Attributes:
        lat: its latitude in degrees.
        land: how much of its surroundings is land.
        dryness: how much of a desert it is.
        mildness: by how many degrees the sea warms the middle of its winter.
    """

    lat: float
    land: float
    dryness: float
    mildness: float

    def temperature(self, day: int) -> float:
        """The mean temperature of a day at the height of the sea, in degrees Celsius."""
        return float(_temperature(self.lat, self.land, self.mildness, season(self.lat, day)))

    def cloudiness(self, day: int) -> float:
        """The share of the sky that clouds cover on average, 0 to 1."""
        summer, north = float(season(self.lat, day)), float(season(1.0, day))
        tropics = 0.5 * math.exp(-(((self.lat - 7 * north) / 11) ** 2))  # the tropical rains follow the sun
        storms = 0.45 * math.exp(-(((abs(self.lat) - 58) / 17) ** 2))
        cloudy = 0.14 + tropics + storms
        if 28 < abs(self.lat) < 47:  # dry summers
            cloudy *= 1 - 0.4 * max(summer, 0.0)
        cloudy *= 1 - 0.8 * self.dryness
        if self.land < 0.3:
            cloudy += 0.15
        return min(max(cloudy, 0.03), 0.85)


def place_at(lon: float, lat: float) -> Place:
    """The climate around a place, the same within a square of a quarter of a degree."""
    return _place(round(lon * 4) / 4, round(lat * 4) / 4)


@functools.lru_cache(maxsize=65_536)
def _place(lon: float, lat: float) -> Place:
    land, dry = float(land_share(lon, lat)), float(dryness(lon, lat))
    return Place(lat, land, dry, float(_within(_MILD, lon, lat)) * _WARMER)

"""What a scene sees: the shares of clouds, haze, shadow and snow. Items name them, and UDM2 masks show them."""

import functools

import attrs
import numpy as np

from .climate import place_at
from .noise import Array, fractal, metres
from .random_numbers import unit

__all__ = ["Conditions", "conditions_at", "relief", "snow_margin"]


_SNOW_BELOW = 14.0  # degrees Celsius at the height of the sea: where it is warmer, no mountain has snow
_POINTS = 12  # in each direction, where snow is looked for
_KILOMETRE = 6.5  # degrees that it gets colder


@attrs.frozen
class Conditions:
    """The percentages of a scene that are covered. What is left is clear; they add up to 100."""

    cloud: int = 0
    heavy_haze: int = 0
    light_haze: int = 0
    shadow: int = 0
    snow: int = 0

    @property
    def clear(self) -> int:
        """The percentage that is clear."""
        return 100 - self.cloud - self.heavy_haze - self.light_haze - self.shadow - self.snow


def relief(x: Array, y: Array) -> Array:
    """How high the ground lies at positions in metres: 0 in valleys, 1 on the highest mountains."""
    return fractal(x / 24_000, y / 24_000, 1, 6)


def snow_margin(warm: Array, dry: Array, high: Array) -> Array:
    """By how many degrees it is cold enough for snow; negative where there is none.

    Args:
        warm: the temperature at the height of the sea.
        dry: how much of a desert it is.
        high: the height, as `relief` has it.
    """
    kilometres = np.maximum(high - 0.45, 0.0) * 6
    return np.asarray(-3.0 - warm + _KILOMETRE * kilometres - 12 * dry)


@functools.lru_cache(maxsize=4096)
def conditions_at(lon: float, lat: float, half_size: float, day: int, seed: int) -> Conditions:
    """The conditions of a scene.

    Args:
        lon: longitude of its centre in degrees.
        lat: latitude of its centre in degrees.
        half_size: half its side length in degrees.
        day: the day of the year.
        seed: its seed.
    """
    cover = place_at(lon, lat).cloudiness(day)
    share, chance = unit(seed, 0), min(max(1 - cover / 0.62, 0.08), 0.95)  # how often there is hardly a cloud
    many = share >= chance
    cloud = round(100 * (0.25 + 0.75 * ((share - chance) / (1 - chance))) if many else 6 * (share / chance) ** 3)
    left = 100 - cloud
    heavy = min(round(unit(seed, 11) ** 3 * 12), left) if cloud else 0
    left -= heavy
    light = min(round(unit(seed, 12) ** 2 * 15), left) if cloud or unit(seed, 13) < 0.2 else 0
    left -= light
    shadow = min(round(cloud * (0.1 + 0.15 * unit(seed, 14))), left)
    left -= shadow
    return Conditions(cloud, heavy, light, shadow, round(left * _snow(lon, lat, half_size, day)))


def _snow(lon: float, lat: float, half_size: float, day: int) -> float:
    """The share of the ground of a scene that is under snow."""
    place = place_at(lon, lat)
    warm = place.temperature(day)
    if warm > _SNOW_BELOW:
        return 0.0
    heights = _heights(round(lon * 4) / 4, round(lat * 4) / 4, half_size)
    return float((snow_margin(np.float64(warm), np.float64(place.dryness), heights) > 0).mean())


@functools.lru_cache(maxsize=8192)
def _heights(lon: float, lat: float, half_size: float) -> Array:
    """The heights of some points of a scene."""
    steps = (np.arange(_POINTS) + 0.5) / _POINTS * 2 - 1
    wide = half_size / max(float(np.cos(np.radians(lat))), 0.2)
    return relief(*metres(*np.meshgrid(lon + steps * wide, lat + steps * half_size)))

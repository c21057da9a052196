"""A made-up landscape: what grows, lies or flows at a place on a day of the year.

It is a function of position and day alone, so that neighbouring scenes match and nothing has to be stored. Coasts,
deserts, snow and seasons are roughly those of the earth.
"""

from typing import Any

import numpy as np

from ..catalog.climate import dryness, land_share, season, temperature
from ..catalog.conditions import relief, snow_margin
from ..catalog.noise import Array, fractal, interpolated, metres, noise, spread

__all__ = ["landscape"]


# Reflectance of land cover types in each of the eight bands.
_WATER = (0.045, 0.042, 0.036, 0.034, 0.024, 0.018, 0.014, 0.009)
_FOREST = (0.025, 0.03, 0.045, 0.05, 0.04, 0.03, 0.12, 0.30)
_CROP = (0.035, 0.04, 0.07, 0.08, 0.065, 0.045, 0.18, 0.42)
_SOIL = (0.08, 0.09, 0.12, 0.13, 0.17, 0.19, 0.22, 0.27)
_TOWN = (0.15, 0.16, 0.17, 0.18, 0.19, 0.20, 0.21, 0.23)
_ROCK = (0.09, 0.10, 0.115, 0.12, 0.135, 0.145, 0.165, 0.185)
_SNOW = (0.82, 0.83, 0.83, 0.82, 0.81, 0.80, 0.78, 0.72)
_DRY = 0.02  # less of a desert has no dunes
_INLAND = 0.72  # where more of the surroundings is land, there is no sea
_SAND = (0.10, 0.11, 0.15, 0.17, 0.21, 0.245, 0.29, 0.34)


def landscape(lon: Array, lat: Array, day: int, size: float = 80.0) -> Array:
    """Return the reflectance of the ground (8, …) at coordinates, on a day of the year, in pixels of *size* metres."""
    x, y = metres(lon, lat)
    high = relief(x, y)
    moisture = fractal(x / 9_000, y / 9_000, 2, 5)
    grain = noise(x / 90, y / 90, 3)
    for octave, step in enumerate((22, 7)):
        if size < step:
            grain = grain + (noise(x / step, y / step, 31 + octave) - 0.5) * 0.45
    summer = 0.5 + 0.5 * season(lat, day)
    warm = interpolated(temperature, lon, lat, day)
    dry = interpolated(dryness, lon, lat)
    grows = np.clip((warm - 4) / 14, 0, 1) * (1 - dry)  # in winter, and in deserts, nothing does

    # Fields: a tilted grid, each with its own crop; roads and hedges between them.
    u, v = (0.94 * x + 0.34 * y) / 820, (-0.34 * x + 0.94 * y) / 540
    u = u + 0.25 * noise(x / 4000, y / 4000, 4)
    crop = spread(np.floor(u), np.floor(v), 5)
    edge = np.minimum(np.abs(u - np.round(u)) * 820, np.abs(v - np.round(v)) * 540) < 22
    green = np.clip(0.1 + 1.1 * grows * (0.35 + 0.65 * summer) * crop + 0.25 * (grain - 0.5), 0, 1) * (1 - dry)

    ground = _mix(_SOIL, _CROP, green) * np.asarray(0.7 + 0.6 * spread(np.floor(u), np.floor(v), 8), np.float32)
    ground = _blend(ground, _ROCK, edge * 0.45)
    wet = np.clip((np.abs(lat) < 12) * 0.25 + np.clip(np.abs(lat) - 48, 0, 12) / 60 - 0.6 * dry, -1, 0.3)
    ground = _blend(ground, _FOREST, np.clip((moisture - 0.53 + wet) * 14, 0, 1))
    town = fractal(x / 3_500, y / 3_500, 6, 3)
    ground = _blend(ground, _TOWN, np.clip((town - 0.76 - 0.2 * dry) * 12, 0, 1) * (0.75 + 0.25 * (grain > 0.45)))
    if dry.max() > _DRY:
        dunes = 1 + (0.2 * fractal(x / 1_800, y / 700, 9, 3) - 0.1) * dry
        ground = _blend(ground, _SAND, np.clip((dry - 0.45) * 4, 0, 1)) * np.asarray(dunes, np.float32)
    ground = _blend(ground, _ROCK, np.clip((high - 0.66) * 10, 0, 1))
    ground = _blend(ground, _SNOW, np.clip(snow_margin(warm, dry, high) / 1.5 + 0.5, 0, 1))
    river = np.abs(fractal(x / 15_000, y / 15_000, 7, 4) - 0.5) < 0.006 * (1 - dry)
    lake = np.clip((0.30 - high) * 40, 0, 1) * (1 - dry)
    ground = _blend(ground, _WATER, np.maximum(np.maximum(river & (high < 0.6), lake), _sea(x, y, lon, lat)))

    slope: Any = 0
    if high.ndim == 2 and min(high.shape) > 1:
        slope = (np.gradient(high, axis=-1) - np.gradient(high, axis=-2)) * (80.0 / size)
    light = (0.88 + 0.24 * grain) * np.clip(1 + 14 * slope, 0.6, 1.4)
    return np.asarray(ground * np.asarray(light, np.float32))


def _sea(x: Array, y: Array, lon: Array, lat: Array) -> Array:
    """How much of each pixel is sea, 0 to 1."""
    land = interpolated(land_share, lon, lat)
    if land.min() > _INLAND:
        return np.zeros(x.shape, np.float32)
    coast = (land - 0.5) * 2 + 0.5 * (fractal(x / 20_000, y / 20_000, 10, 5) - 0.5)
    return np.clip(0.5 - coast * 60, 0, 1)


def _mix(a: tuple[float, ...], b: tuple[float, ...], share: Array) -> Array:
    low, high = np.array(a, np.float32), np.array(b, np.float32)
    return np.asarray(low[:, None, None] + (high - low)[:, None, None] * np.asarray(share, np.float32))


def _blend(ground: Array, cover: tuple[float, ...], share: Array) -> Array:
    if not np.any(share):
        return ground
    return np.asarray(ground + (np.array(cover, np.float32)[:, None, None] - ground) * np.asarray(share, np.float32))

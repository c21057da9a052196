"""Clouds, haze and shadows of a scene, as much of them as its item says."""

import functools
import math
from typing import Any

import attrs
import numpy as np

from ..catalog.climate import dryness, temperature
from ..catalog.conditions import relief, snow_margin
from ..catalog.noise import Array, fractal, interpolated, metres
from ..catalog.scene import Scene
from .grid import scene_grid

__all__ = ["CLEAR", "CLOUD", "COVERS", "HEAVY_HAZE", "LIGHT_HAZE", "SHADOW", "SNOW", "Sky"]


CLEAR, SNOW, SHADOW, LIGHT_HAZE, HEAVY_HAZE, CLOUD = range(6)
COVERS = {
    "clear": CLEAR,
    "snow_ice": SNOW,
    "shadow": SHADOW,
    "light_haze": LIGHT_HAZE,
    "heavy_haze": HEAVY_HAZE,
    "cloud": CLOUD,
}

_CLOUD_SIZE, _CLOUD_HEIGHT, _FARTHEST = 7_000, 1_200, 5_000  # metres; how far a shadow may fall
_SAMPLED = 128  # columns of the image by which the thresholds are found


@attrs.frozen
class _Thresholds:
    """Above which values of the fields below a pixel is covered."""

    cloud: float = math.inf
    heavy_haze: float = math.inf
    light_haze: float = math.inf
    shadow: float = math.inf
    snow: float = math.inf


class Sky:
    """What lies between a satellite and the ground of some pixels, and what the clouds leave dark.

    Args:
        scene: the scene.
        lon: longitudes of the pixels in degrees.
        lat: latitudes of the pixels in degrees.
    """

    def __init__(self, scene: Scene, lon: Array, lat: Array) -> None:
        self._scene, self._lon, self._lat = scene, lon, lat
        self._at = _thresholds(scene)

    @functools.cached_property
    def _density(self) -> Array:
        return _clouds(self._scene, self._lon, self._lat)

    def cover(self) -> Array:
        """What covers each pixel: one of `COVERS`."""
        at, lon, lat = self._at, self._lon, self._lat
        cover = np.full(lon.shape, CLEAR, np.uint8)
        if at.snow < math.inf:
            cover[_snow(self._scene, lon, lat) > at.snow] = SNOW
        if at.shadow < math.inf:
            cover[_clouds(self._scene, lon, lat, shadow=True) > at.shadow] = SHADOW
        if at.light_haze < math.inf:
            for value, threshold in ((LIGHT_HAZE, at.light_haze), (HEAVY_HAZE, at.heavy_haze), (CLOUD, at.cloud)):
                cover[self._density > threshold] = value
        return cover

    def opacity(self) -> Any:
        """How much of the light of each pixel comes from clouds and haze, 0 to 1."""
        at = self._at
        if at.light_haze == math.inf:
            return 0.0
        knots = np.maximum.accumulate([at.light_haze - 0.05, at.light_haze, at.heavy_haze, at.cloud, at.cloud + 0.04])
        finite, opacities = np.isfinite(knots), np.array([0.0, 0.1, 0.3, 0.55, 1.0])
        if not finite.any():  # one kind of cover lies over all of the scene
            return float(opacities[knots < 0].max(initial=0.0))
        return np.interp(self._density, knots[finite], opacities[finite])


def _clouds(scene: Scene, lon: Array, lat: Array, *, shadow: bool = False) -> Array:
    """How dense the clouds are; or those whose shadow falls on each position."""
    x, y = metres(lon, lat)
    if shadow:
        elevation, azimuth = scene.sun
        far = min(_CLOUD_HEIGHT / math.tan(math.radians(max(elevation, 5.0))), _FARTHEST)
        x, y = x + far * math.sin(math.radians(azimuth)), y + far * math.cos(math.radians(azimuth))
    return fractal(x / _CLOUD_SIZE, y / _CLOUD_SIZE, scene.seed & 0xFFFF, 5)


def _snow(scene: Scene, lon: Array, lat: Array) -> Array:
    warm, dry = interpolated(temperature, lon, lat, scene.day), interpolated(dryness, lon, lat)
    return snow_margin(warm, dry, relief(*metres(lon, lat)))


@functools.lru_cache(maxsize=64)
def _thresholds(scene: Scene) -> _Thresholds:
    """The thresholds by which the shares of the whole scene are those of its item."""
    grid, shares = scene_grid(scene, _SAMPLED), scene.conditions
    lon, lat = (values[grid.mask(scene.geometry)] for values in grid.coordinates())
    whole = len(lon)
    found = {}

    def split(name: str, values: Array, percent: int) -> Array:
        """Set the threshold above which *percent* of the whole scene lie; returns which positions are below."""
        if percent <= 0 or not len(values):
            return np.ones(len(values), np.bool_)
        count = min(round(percent / 100 * whole), len(values))
        threshold = -math.inf if count == len(values) else float(np.partition(values, -count - 1)[-count - 1])
        found[name] = threshold
        return np.asarray(values <= threshold)

    if shares.cloud + shares.heavy_haze + shares.light_haze:
        density = _clouds(scene, lon, lat)
        for name in ("cloud", "heavy_haze", "light_haze"):
            below = split(name, density, getattr(shares, name))
            lon, lat, density = lon[below], lat[below], density[below]
        # Haze lies around clouds: a pixel above a higher threshold is above the lower ones, too.
        found.setdefault("heavy_haze", found.get("cloud", math.inf))
        found.setdefault("light_haze", found["heavy_haze"])
    if shares.shadow:
        below = split("shadow", _clouds(scene, lon, lat, shadow=True), shares.shadow)
        lon, lat = lon[below], lat[below]
    if shares.snow:
        split("snow", _snow(scene, lon, lat), shares.snow)
    return _Thresholds(**found)

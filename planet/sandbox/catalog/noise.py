"""Noise that is a function of position: clouds, mountains and fields of the sandbox come from it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "fractal", "interpolated", "metres", "noise", "spread", "stretched"]


Array = NDArray[Any]

_STEP = 8  # pixels


def metres(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Convert degrees to Web Mercator metres, the plane that all noise is a function of."""
    x = 6378137.0 * np.radians(lon)
    y = 6378137.0 * np.arcsinh(np.tan(np.radians(np.clip(lat, -85.0, 85.0))))
    return x, y


def spread(x: Array, y: Array, seed: int) -> Array:
    """Return a pseudo-random number from 0 to 1 for each integer position."""
    h = x.astype(np.int64).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    h ^= y.astype(np.int64).view(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    h ^= np.uint64(seed * 0x165667B19E3779F9 & 0xFFFFFFFFFFFFFFFF)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    return np.asarray((h >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24))


def noise(x: Array, y: Array, seed: int) -> Array:
    """Return smooth noise from 0 to 1 with features of size one."""
    if x.ndim != 2 or min(x.shape) < 2:
        return _noise(x, y, seed)
    pixels = 1 / max(abs(x[0, 1] - x[0, 0]), abs(y[1, 0] - y[0, 0]))  # how many of them a feature has
    step = _STEP if pixels > 4 * _STEP else _STEP // 2 if pixels > 2 * _STEP else 0
    return interpolated(_noise, x, y, seed, step=step) if step else _noise(x, y, seed)


def _noise(x: Array, y: Array, seed: int) -> Array:
    x0, y0 = np.floor(x), np.floor(y)
    u, v = (x - x0).astype(np.float32), (y - y0).astype(np.float32)
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    column, row = x0.astype(np.int64), y0.astype(np.int64)
    left, top = int(np.min(column)), int(np.min(row))
    width, height = int(np.max(column)) - left + 2, int(np.max(row)) - top + 2
    if width * height > 4 * x.size:  # the points are sparse
        corners = [spread(column + i, row + j, seed) for j in (0, 1) for i in (0, 1)]
    else:  # most points share their corners with others
        lattice = spread(*np.meshgrid(np.arange(left, left + width), np.arange(top, top + height)), seed).ravel()
        index = (row - top) * width + (column - left)
        corners = [lattice[index + offset] for offset in (0, 1, width, width + 1)]
    low = corners[0] + (corners[1] - corners[0]) * u
    high = corners[2] + (corners[3] - corners[2]) * u
    return np.asarray(low + (high - low) * v)


def fractal(x: Array, y: Array, seed: int, octaves: int) -> Array:
    """Return fractal noise: the sum of several octaves."""
    total, weight = np.zeros(x.shape, np.float32), 0.0
    for octave in range(octaves):
        share = 0.5**octave
        total += np.float32(share) * noise(x * 2**octave, y * 2**octave, seed + 101 * octave)
        weight += share
    return np.asarray((total / np.float32(weight) - np.float32(0.5)) * np.float32(1.5) + np.float32(0.5))


def interpolated(function: Callable[..., Array], lon: Array, lat: Array, *args: Any, step: int = _STEP) -> Array:
    """The values of a function that changes slowly: of an image, it is called for one pixel in *step* only."""
    if lon.ndim != 2 or min(lon.shape) < 4 * step:
        return function(lon, lat, *args)
    rows, columns = (np.append(np.arange(0, count - 1, step), count - 1) for count in lon.shape)
    known = function(lon[np.ix_(rows, columns)], lat[np.ix_(rows, columns)], *args).astype(np.float32)
    height, width = lon.shape
    return stretched(
        known,
        np.interp(np.arange(width), columns, np.arange(len(columns))),
        np.interp(np.arange(height), rows, np.arange(len(rows))),
    )


def stretched(known: Array, columns: Array, rows: Array) -> Array:
    """The values of a mesh at columns and rows that may lie between its own."""
    wide = np.stack([np.interp(columns, np.arange(known.shape[1]), line) for line in known]).astype(known.dtype)
    below = np.minimum(rows.astype(np.int64), known.shape[0] - 2)
    share = (rows - below).astype(known.dtype)[:, None]
    return np.asarray(wide[below] * (1 - share) + wide[below + 1] * share)

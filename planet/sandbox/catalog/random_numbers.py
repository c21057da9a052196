"""Deterministic pseudo-random numbers, for single integers and for NumPy arrays."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["mix", "unit"]


Numbers = TypeVar("Numbers", int, NDArray[np.uint64])

_64 = 0xFFFFFFFFFFFFFFFF


def mix(number: Numbers) -> Numbers:
    """Hash an integer to 64 pseudo-random bits (splitmix64)."""
    x: Any = (number + 0x9E3779B97F4A7C15) & _64
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _64
    mixed: Numbers = x ^ (x >> 31)
    return mixed


def unit(seed: int, index: int) -> float:
    """Return the pseudo-random number from 0 to 1 with a given index for a seed."""
    return mix(seed + index * 0xD1342543DE82EF95 & _64) / 2**64

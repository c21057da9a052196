"""Import `Timing` from `planet.sandbox`; this module keeps the earlier import path working."""

from .state.world import Timing

__all__ = ["Timing"]

"""The sync clients, under their public names."""

from .client import Planet

__all__ = ["Planet"]

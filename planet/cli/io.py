"""The function that scripts know: the others are in `output`."""

from .output import echo_json

__all__ = ["echo_json"]

"""Legacy import path of `echo_json`."""

from .output import echo_json

__all__ = ["echo_json"]

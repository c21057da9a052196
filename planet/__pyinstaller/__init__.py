"""Hooks for PyInstaller, found by the entry point `pyinstaller40`: modules that load on first use, and data files."""

import os

__all__ = ["get_hook_dirs"]


def get_hook_dirs() -> list[str]:
    """Return the folders that have hooks."""
    return [os.path.dirname(__file__)]

"""Collect the groups of the command, which load when they are used. The sandbox is left out: it needs many packages."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("planet.cli")
excludedimports = ["planet.sandbox"]

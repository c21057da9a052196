"""Collect the modules that `planet` loads on first use, and its data files.

The command and the sandbox are left out: programs that use them import them, and the sandbox needs many packages.
"""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_LEFT_OUT = ("cli", "sandbox", "__main__", "__pyinstaller")

datas = collect_data_files("planet")
hiddenimports = [
    *collect_submodules("planet", filter=lambda name: f"{name}.".split(".")[1] not in _LEFT_OUT),
    "anyio._backends._asyncio",
]

"""Text from files and stdin, in the encodings that programs write."""

import os
from pathlib import Path
from typing import Any

import click

from .._cloud.object_path import as_place
from .._utils.text import to_text
from ..exceptions import PlanetError

__all__ = ["LocalPath", "Target", "read_bytes", "read_text"]


def read_bytes(name: str) -> bytes:
    """Return the content of a file, or of stdin for `-`; a leading `~` is the home directory.

    Raises:
        OSError: the file cannot be read.
    """
    if name == "-":
        with click.open_file("-", "rb") as stdin:
            content: bytes = stdin.read()
        return content
    return Path(os.path.expanduser(name)).read_bytes()


def read_text(name: str) -> str:
    """Return the text of a file, or of stdin for `-`.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: the text has an unknown encoding.
    """
    return to_text(read_bytes(name))


class LocalPath(click.Path):
    """A path; a leading `~` is the home directory, which the shell does not expand in --option=~/path."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(path_type=Path, **settings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(os.path.expanduser(value), param, ctx)


class Target(LocalPath):
    """A directory to download to, or the address of a prefix in a bucket."""

    def __init__(self) -> None:
        super().__init__(file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "://" in value:
            try:
                return as_place("directory", value)
            except PlanetError as error:
                self.fail(str(error), param, ctx)
        return super().convert(value, param, ctx)

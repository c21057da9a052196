"""Text from files and stdin, in the encodings that programs write."""

import json
import os
from pathlib import Path
from typing import Any

import click

from .._cloud.object_path import as_place
from .._utils.text import BOM, to_text
from ..exceptions import PlanetError

__all__ = ["LocalPath", "Target", "file_kind", "read_bytes", "read_text"]


# How files of other formats start, and what they are.
_KINDS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x00\x00\x27\x0a", "a shapefile"),
    (b"SQLite format 3\x00", "a GeoPackage or another SQLite database"),
    (b"fgb\x03", "a FlatGeobuf file"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF file"),
)


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


def file_kind(content: bytes) -> str | None:
    """Return what a file is that cannot be JSON: 'a shapefile', 'a KML file'; None if it may be JSON."""
    for start, kind in _KINDS:
        if content.startswith(start):
            return kind
    text = content[:4096].decode(json.detect_encoding(content), errors="ignore").lstrip(f"{BOM} \t\r\n")
    if not text.startswith("<"):
        return None
    known = {"<kml": "a KML file", "<gpx": "a GPX file", "<html": "an HTML page"}
    return next((kind for start, kind in known.items() if start in text.lower()), "an XML file")


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

"""What a file is, by its first bytes."""

import json
import re

from .text import BOM

__all__ = ["file_kind", "is_json"]


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


# The name of the first element of an XML file, after its declaration, comments and document type.
_FIRST_ELEMENT = re.compile(r"(?:<\?[^>]*\?>\s*|<!--(?:(?!-->).)*-->\s*|<![^>\[-]*>\s*)*<([\w:]+)", re.DOTALL)


def file_kind(content: bytes) -> str | None:
    """Return what a file is that cannot be JSON: 'a shapefile', 'a KML file'; None if it may be JSON."""
    for start, kind in _KINDS:
        if content.startswith(start):
            return kind
    text = content[:4096].decode(json.detect_encoding(content), errors="ignore").lstrip(f"{BOM} \t\r\n")
    if not text.startswith("<"):
        return None
    root = _FIRST_ELEMENT.match(text)
    known = {"kml": "a KML file", "gpx": "a GPX file", "html": "an HTML page"}
    return known.get(root[1].rpartition(":")[2].lower() if root else "", "an XML file")


def is_json(text: str) -> bool:
    """Whether a text looks like a JSON object or list."""
    return text.lstrip(f"{BOM} \t\r\n").startswith(("{", "["))

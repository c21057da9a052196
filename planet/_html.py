"""The HTML that notebooks show: self-contained, without external resources and without secrets.

Text has the colours of the page, for light and dark themes.
"""

import base64
import datetime
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import cos, radians
from typing import Any

from ._redact import redact

__all__ = ["ROWS", "as_size", "as_text", "features", "figure", "footprints", "image", "listing", "record", "table"]


ROWS = 10  # the rows of a table; the others are counted
_MAX_FOOTPRINTS = 500  # of a drawing: more cannot be told apart and make the page large
_MAX_VERTICES = 60  # of a ring, approximately: finer detail is not visible
_MARGIN = 0.04  # around a drawing, as a share of its longer side
_CELL = "text-align:left;padding:2px 8px;max-width:480px;overflow-wrap:break-word"
_MAX_LISTED = 4  # the elements of a list; the others are counted


def record(title: str, fields: Mapping[str, Any], *images: str) -> str:
    """Render a document: its images, and its fields in a table with two columns."""
    rows = "".join(
        f'<tr><th style="{_CELL};font-weight:normal;opacity:.7">{escape(name.replace("_", " "))}</th>'
        f'<td style="{_CELL}">{escape(as_text(value))}</td></tr>'
        for name, value in fields.items()
        if value not in (None, [], {})
    )
    return figure(title, f'<table style="margin:0">{rows}</table>', *images)


def figure(title: str, body: str, *images: str) -> str:
    """Render a title above images and a body, side by side if the page is wide enough."""
    shown = "".join(f"<div>{part}</div>" for part in (*images, body) if part)
    return (
        f'<div><div style="font-weight:bold;margin:4px 0">{escape(title)}</div>'
        f'<div style="display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start">{shown}</div></div>'
    )


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], total: int | None = None) -> str:
    """Render the first rows of a table, and how many of *total* are not shown."""
    lines: list[str] = []
    for row in rows:
        if len(lines) == ROWS:
            break
        lines.append("".join(f'<td style="{_CELL}">{escape(as_text(value))}</td>' for value in row))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    top = "".join(f'<th style="{_CELL}">{escape(name)}</th>' for name in head)
    more = (
        "" if total is None or total <= len(lines) else f'<div style="opacity:.7">and {total - len(lines):,} more</div>'
    )
    return f'<table style="margin:0"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{more}'


def image(png: bytes | None, title: str = "", width: int = 160) -> str:
    """Render a PNG inline; an empty string without one."""
    if not png:
        return ""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(title)}" title="{escape(title)}" width="{width}" src="data:image/png;base64,{data}">'


def features(title: str, documents: Sequence[Mapping[str, Any]]) -> str:
    """Render GeoJSON features: a drawing of the footprints, and the thumbnails and a table of the first features."""
    documents = [document for document in documents if isinstance(document, Mapping)]
    first = documents[:ROWS]
    shown = "".join(map(_preview, first))
    rows = [_columns(document) for document in first]
    head = [name for name in rows[0] if any(row[name] is not None for row in rows)] if rows else []
    listing = table(head, ([row[name] for name in head] for row in rows), len(documents)) if rows else ""
    images = f'<div style="max-width:320px">{shown}</div>' if shown else ""
    return figure(title, listing, footprints(documents), images)


def _preview(document: Mapping[str, Any]) -> str:
    """Render the thumbnail of an item with its id and cloud cover; an empty string without one."""
    picture = image(getattr(document, "thumbnail", None), str(document.get("id")), 96)
    if not picture:
        return ""
    clouds = _columns(document)["cloud cover"]
    caption = escape(str(document.get("id"))) + (f"<br>{clouds:.0%} cloud" if isinstance(clouds, (int, float)) else "")
    style = "display:inline-block;margin:0 6px 6px 0;width:96px;font-size:9px;overflow-wrap:anywhere"
    return f'<span style="{style}">{picture}<br>{caption}</span>'


def _columns(document: Mapping[str, Any]) -> dict[str, Any]:
    properties = document.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    acquired = properties.get("acquired")
    return {
        "id": document.get("id"),
        "type": properties.get("item_type"),
        "acquired": acquired[:19].replace("T", " ") if isinstance(acquired, str) else None,
        "cloud cover": properties.get("cloud_cover"),
        "clear %": properties.get("clear_percent"),
        "name": properties.get("name") or properties.get("title"),
        "ref": properties.get("pl:ref"),
    }


def listing(name: str, returned: int | None, upcoming: Sequence[Any], *, note: str = "") -> str:
    """Render the state of a listing: *returned* results were read, None before the first; *upcoming* are next."""
    hint = "Iterate over the results, or use collect()."
    if returned is None:
        return figure(f"Results ({name}): nothing fetched yet", hint)
    title = (
        f"Results ({name}): {returned:,} read"
        + (", these come next" if upcoming else "")
        + (f" ({note})" if note else "")
    )
    if upcoming and all(isinstance(document, Mapping) and document.get("type") == "Feature" for document in upcoming):
        return features(title, upcoming)
    lines = [document._summary() if hasattr(document, "_summary") else repr(document) for document in upcoming]
    return figure(title, "".join(f"<div>{escape(line)}</div>" for line in lines) or hint)


def footprints(geometries: Iterable[Any], size: int = 160) -> str:
    """Draw GeoJSON geometries as SVG, north up, with the aspect ratio of their latitude.

    Invalid geometries are skipped. The result is an empty string if there are no valid ones.
    """
    shapes = [rings for geometry in geometries if (rings := _rings(geometry))][:_MAX_FOOTPRINTS]
    points = [point for rings in shapes for ring in rings for point in ring]
    if not points:
        return ""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    shifted = [x % 360 for x, _ in points]
    if east - west > 180 > max(shifted) - min(shifted) > 0:
        # They are on both sides of the antimeridian: longitudes from 0 to 360 keep them together.
        shapes = [[[(x % 360, y) for x, y in ring] for ring in rings] for rings in shapes]
        west, east = min(shifted), max(shifted)
    south, north = min(y for _, y in points), max(y for _, y in points)
    aspect = max(cos(radians((south + north) / 2)), 0.05)
    width, height = (east - west) * aspect, north - south
    scale = size / (max(width, height, 1e-9) * (1 + 2 * _MARGIN))
    margin = size * _MARGIN

    def line(ring: list[tuple[float, float]]) -> str:
        vertices = (f"{(x - west) * aspect * scale + margin:.1f} {(north - y) * scale + margin:.1f}" for x, y in ring)
        return f"M{'L'.join(vertices)}Z"

    paths = "".join(f'<path d="{"".join(map(line, rings))}"/>' for rings in shapes)
    opacity = max(0.06, min(0.3, 2 / len(shapes)))
    title = f"{west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"
    return (
        f'<svg width="{width * scale + 2 * margin:.0f}" height="{height * scale + 2 * margin:.0f}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title><g fill="#00897b" fill-opacity="{opacity:.2f}" '
        f'fill-rule="evenodd" stroke="#00897b" stroke-width="1" stroke-linejoin="round">{paths}</g></svg>'
    )


def _rings(geometry: Any) -> list[list[tuple[float, float]]]:
    """The rings and lines of a geometry; none if it is invalid, because nothing is validated for display."""
    if not isinstance(geometry, Mapping):
        return []
    if geometry.get("type") == "Feature":
        return _rings(geometry.get("geometry"))
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        return [ring for part in parts for ring in _rings(part)] if isinstance(parts, list) else []
    found: list[list[tuple[float, float]]] = []
    _add_rings(geometry.get("coordinates"), found)
    return found


def _add_rings(value: Any, found: list[list[tuple[float, float]]]) -> None:
    if not isinstance(value, (list, tuple)) or not value:
        return
    points = [_point(part) for part in value]
    if all(points):
        ring = [point for point in points if point]
        found.append(ring[:: max(len(ring) // _MAX_VERTICES, 1)])
        return
    for part in value:
        _add_rings(part, found)


def _point(value: Any) -> tuple[float, float] | None:
    if isinstance(value, (list, tuple)) and len(value) >= 2 and all(isinstance(part, (int, float)) for part in value):
        return float(value[0]), float(value[1])
    return None


def as_text(value: Any) -> str:
    """Format a value for display, without secrets."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S") + (" UTC" if value.utcoffset() == datetime.timedelta(0) else "")
    if isinstance(value, (list, tuple, set, frozenset)):
        texts = [as_text(part) for part in value]
        return ", ".join(texts[:_MAX_LISTED]) + (
            f" and {len(texts) - _MAX_LISTED} more" if len(texts) > _MAX_LISTED else ""
        )
    if isinstance(value, float):
        return f"{value:g}"
    text = redact(str(value))
    return text if len(text) <= 200 else f"{text[:199]}…"


def as_size(count: int | None) -> str:
    """Format a number of bytes; an empty string if it is not known."""
    if count is None:
        return ""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"

"""How things look in a notebook: HTML with everything in it, nothing fetched from anywhere, and nothing secret.

Colours are those of the page, so that it reads in light and dark themes.
"""

import base64
import datetime
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import cos, radians
from typing import Any

from ._redact import redact

__all__ = ["ROWS", "as_size", "as_text", "features", "figure", "footprints", "listing", "picture", "record", "table"]


ROWS = 10  # of a table, before it says how many more there are
_DRAWN = 500  # footprints in one drawing: more are a blot, and a large page
_CORNERS = 60  # of a ring, about: finer ones are not seen
_MARGIN = 0.04  # around a drawing, of its larger side
_CELL = "text-align:left;padding:2px 8px;max-width:480px;overflow-wrap:break-word"
_LISTED = 4  # parts of a list, before it says how many more there are


def record(title: str, fields: Mapping[str, Any], *pictures: str) -> str:
    """One thing: its pictures, and its fields in a table of two columns."""
    rows = "".join(
        f'<tr><th style="{_CELL};font-weight:normal;opacity:.7">{escape(name.replace("_", " "))}</th>'
        f'<td style="{_CELL}">{escape(as_text(value))}</td></tr>'
        for name, value in fields.items()
        if value not in (None, [], {})
    )
    return figure(title, f'<table style="margin:0">{rows}</table>', *pictures)


def figure(title: str, body: str, *pictures: str) -> str:
    """A title above pictures and a body, side by side where there is room."""
    shown = "".join(f"<div>{part}</div>" for part in (*pictures, body) if part)
    return (
        f'<div><div style="font-weight:bold;margin:4px 0">{escape(title)}</div>'
        f'<div style="display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start">{shown}</div></div>'
    )


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], total: int | None = None) -> str:
    """The first rows of a table, and how many more there are of *total*."""
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


def picture(png: bytes | None, title: str = "", width: int = 160) -> str:
    """A PNG as a part of the page; nothing if there is none."""
    if not png:
        return ""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(title)}" title="{escape(title)}" width="{width}" src="data:image/png;base64,{data}">'


def features(title: str, things: Sequence[Mapping[str, Any]]) -> str:
    """GeoJSON features: a drawing of where they lie, the pictures of the first ones, and a table of those."""
    things = [thing for thing in things if isinstance(thing, Mapping)]
    first = things[:ROWS]
    shown = "".join(picture(getattr(thing, "thumbnail", None), str(thing.get("id")), 96) for thing in first)
    rows = [_columns(thing) for thing in first]
    head = [name for name in rows[0] if any(row[name] is not None for row in rows)] if rows else []
    listing = table(head, ([row[name] for name in head] for row in rows), len(things)) if rows else ""
    pictures = f'<div style="max-width:320px">{shown}</div>' if shown else ""
    return figure(title, listing, footprints(things), pictures)


def _columns(thing: Mapping[str, Any]) -> dict[str, Any]:
    properties = thing.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    acquired = properties.get("acquired")
    return {
        "id": thing.get("id"),
        "type": properties.get("item_type"),
        "acquired": acquired[:19].replace("T", " ") if isinstance(acquired, str) else None,
        "cloud cover": properties.get("cloud_cover"),
        "clear %": properties.get("clear_percent"),
        "name": properties.get("name") or properties.get("title"),
        "ref": properties.get("pl:ref"),
    }


def listing(name: str, returned: int | None, at_hand: Sequence[Any]) -> str:
    """Results that are being read: how many were returned, None before the first one, and which ones come next."""
    hint = "Iterate over them, or collect() them; they are read once."
    if returned is None:
        return figure(f"Results ({name}): nothing fetched yet", hint)
    title = f"Results ({name}): {returned:,} read" + (", these come next" if at_hand else "")
    if at_hand and all(isinstance(thing, Mapping) and thing.get("type") == "Feature" for thing in at_hand):
        return features(title, at_hand)
    return figure(title, "".join(f"<div>{escape(repr(thing))}</div>" for thing in at_hand) or hint)


def footprints(geometries: Iterable[Any], size: int = 160) -> str:
    """Outlines of GeoJSON geometries as a drawing, north up and true to shape at their latitude; nothing if none can be
    drawn."""
    shapes = [rings for geometry in geometries if (rings := _rings(geometry))][:_DRAWN]
    places = [place for rings in shapes for ring in rings for place in ring]
    if not places:
        return ""
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    turned = [x % 360 for x, _ in places]
    if east - west > 180 > max(turned) - min(turned) > 0:
        # They lie around the date line: what is in the far west comes after the far east.
        shapes = [[[(x % 360, y) for x, y in ring] for ring in rings] for rings in shapes]
        west, east = min(turned), max(turned)
    south, north = min(y for _, y in places), max(y for _, y in places)
    stretch = max(cos(radians((south + north) / 2)), 0.05)
    width, height = (east - west) * stretch, north - south
    scale = size / (max(width, height, 1e-9) * (1 + 2 * _MARGIN))
    margin = size * _MARGIN

    def line(ring: list[tuple[float, float]]) -> str:
        points = (f"{(x - west) * stretch * scale + margin:.1f} {(north - y) * scale + margin:.1f}" for x, y in ring)
        return f"M{'L'.join(points)}Z"

    paths = "".join(f'<path d="{"".join(map(line, rings))}"/>' for rings in shapes)
    opacity = max(0.06, min(0.3, 2 / len(shapes)))
    title = f"{west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"
    return (
        f'<svg width="{width * scale + 2 * margin:.0f}" height="{height * scale + 2 * margin:.0f}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title><g fill="#00897b" fill-opacity="{opacity:.2f}" '
        f'fill-rule="evenodd" stroke="#00897b" stroke-width="1" stroke-linejoin="round">{paths}</g></svg>'
    )


def _rings(geometry: Any) -> list[list[tuple[float, float]]]:
    """The rings and lines of a geometry; none of one that makes no sense: this is for looking at, not for checking."""
    if not isinstance(geometry, Mapping):
        return []
    if geometry.get("type") == "Feature":
        return _rings(geometry.get("geometry"))
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        return [ring for part in parts for ring in _rings(part)] if isinstance(parts, list) else []
    found: list[list[tuple[float, float]]] = []
    _gather(geometry.get("coordinates"), found)
    return found


def _gather(value: Any, found: list[list[tuple[float, float]]]) -> None:
    if not isinstance(value, (list, tuple)) or not value:
        return
    places = [_place(part) for part in value]
    if all(places):
        ring = [place for place in places if place]
        found.append(ring[:: max(len(ring) // _CORNERS, 1)])
        return
    for part in value:
        _gather(part, found)


def _place(value: Any) -> tuple[float, float] | None:
    if isinstance(value, (list, tuple)) and len(value) >= 2 and all(isinstance(part, (int, float)) for part in value):
        return float(value[0]), float(value[1])
    return None


def as_text(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S") + (" UTC" if value.utcoffset() == datetime.timedelta(0) else "")
    if isinstance(value, (list, tuple, set, frozenset)):
        texts = [as_text(part) for part in value]
        return ", ".join(texts[:_LISTED]) + (f" and {len(texts) - _LISTED} more" if len(texts) > _LISTED else "")
    if isinstance(value, float):
        return f"{value:g}"
    text = redact(str(value))
    return text if len(text) <= 200 else f"{text[:199]}…"


def as_size(count: int | None) -> str:
    """A number of bytes as people read it; nothing where it is not known."""
    if count is None:
        return ""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"

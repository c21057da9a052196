"""Basemaps: names, bounding boxes, URLs, and the names of downloaded files."""

import math
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .._builders.geojson import snapped, split_ref
from .._files.names import safe_relative
from .._redact import brief, redact_url
from .._utils.arguments import id_of
from .._utils.bbox import box_of
from .._utils.periods import as_time_text
from ..exceptions import (
    ArgumentError,
    ArgumentTypeError,
    DownloadError,
    FeatureError,
    InvalidAnswer,
    MissingResource,
)
from .links import link_of

__all__ = [
    "check_bbox",
    "file_of",
    "folder_of",
    "is_id",
    "listing_params",
    "mosaic_id",
    "name_of",
    "not_found",
    "one_feature",
    "quads_url",
]


# The placeholders for the bounding box in the link to the quads, percent-encoded or not.
_PLACEHOLDERS = "(?i)" + "(,|%2C)".join(r"(\{|%7B)" + name + r"(\}|%7D)" for name in ("lx", "ly", "ux", "uy"))
_LARGEST = [-180.0, -85.0, 180.0, 85.0]  # the extent of the grid of quads


def name_of(kind: str, value: Any) -> str:
    """Return the name or id of a mosaic or series, given that or the mosaic or series itself.

    Raises:
        ArgumentTypeError: it is none of these.
    """
    name = id_of(value)
    name = str(name).strip() if isinstance(name, (str, uuid.UUID)) else name
    if not isinstance(name, str) or not name:
        raise ArgumentTypeError(
            f"{brief(value)} is not a valid {kind}.", hint="Pass a name, an id, or an object returned by the service."
        )
    return name


def is_id(name_or_id: str) -> bool:
    """Whether the string is an id, and not a name.

    >>> is_id("global_monthly_2022_01_mosaic")
    False
    """
    try:
        uuid.UUID(name_or_id)
    except ValueError:
        return False
    return True


def not_found(kind: str, name: str) -> MissingResource:
    """Return the error for a name that does not exist."""
    listing = "list_mosaics" if kind == "Mosaic" else "list_series"
    return MissingResource(
        f"{kind} Not Found: {name}", hint=f"Check the name: {listing}(name_contains=…) finds similar ones."
    )


def listing_params(name_contains: Any, interval: Any, acquired_gt: Any, acquired_lt: Any) -> dict[str, Any]:
    """Return the query parameters of a listing; empty ones are None.

    Raises:
        ArgumentTypeError: a time is neither a datetime nor a string.
    """
    return {
        "name__contains": name_contains or None,
        "interval": interval or None,
        "acquired__gt": as_time_text("acquired_gt", acquired_gt),
        "acquired__lt": as_time_text("acquired_lt", acquired_lt),
    }


def quads_url(mosaic: Mapping[str, Any], bbox: Any, base_url: str, params: Mapping[str, str]) -> str:
    """Return the URL of the quads of a mosaic that intersect a bounding box; None is the whole mosaic.

    Raises:
        ArgumentError: the bounding box is invalid.
        InvalidAnswer: the mosaic's link has no placeholder for a bounding box.
    """
    numbers = _clamped(mosaic.get("bbox")) if bbox is None else check_bbox(bbox)
    template = link_of(mosaic, "quads", base_url)
    box = ",".join(f"{number:.9g}" for number in numbers)
    url, replaced = re.subn(_PLACEHOLDERS, box, template)
    if not replaced:  # without a bounding box, the link would return all quads of the mosaic
        raise InvalidAnswer(
            "The mosaic's link to its quads has no placeholder for a bounding box.", url=redact_url(template)
        )
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url


_DATE_LINE = "An area across the date line consists of two boxes: make one call for each."


def check_bbox(bbox: Any) -> list[float]:
    """Return a bounding box as a list: west, south, east, north.

    Raises:
        ArgumentError: it is invalid.
    """
    numbers = list(bbox) if isinstance(bbox, Iterable) and not isinstance(bbox, (str, Mapping)) else []
    try:
        numbers = [float(number) for number in numbers]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise ArgumentError(f"bbox must be [west, south, east, north] in degrees, got {brief(bbox)}.")
    numbers = [snapped(number, limit) for number, limit in zip(numbers, (180, 90, 180, 90), strict=True)]
    west, south, east, north = numbers
    if west > east or south > north:
        raise ArgumentError(
            f"bbox must be [west, south, east, north] with west <= east and south <= north, got {brief(bbox)}.",
            hint=_DATE_LINE if west > east else None,
        )
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ArgumentError(
            f"bbox must be within -180 to 180 and -90 to 90 degrees, got {brief(bbox)}.",
            hint=_DATE_LINE
            if max(-west, east) <= 360
            else "Pass [west, south, east, north] in degrees of longitude and latitude.",
        )
    return numbers


def _clamped(bbox: Any) -> list[float]:
    """Return the extent of a mosaic, clipped to the grid of quads."""
    bbox = box_of(bbox)
    if bbox is None:
        return _LARGEST
    low, high = _LARGEST[:2] * 2, _LARGEST[2:] * 2
    return [max(least, min(most, float(number))) for number, least, most in zip(bbox, low, high, strict=True)]


def mosaic_id(kind: str, document: Mapping[str, Any]) -> str:
    """Return the id of a mosaic or series.

    Raises:
        ArgumentError: it has none.
    """
    value = document.get("id")
    if not isinstance(value, str) or not value:
        raise ArgumentError(
            f"{kind} {brief(document.get('name'))} has no id.", hint="Pass it as the service has returned it."
        )
    return value


def one_feature(ref: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ids of the collection and of the feature that a reference names.

    Raises:
        FeatureError: it does not name exactly one feature.
    """
    content = ref.get("content")
    names = content if isinstance(content, list) else [content]
    if len(names) != 1 or str(names[0]).count("/") < 3:
        raise FeatureError(
            f"{brief(content)} is not a reference to one feature.", hint="Pass one feature per call to select quads."
        )
    return split_ref(str(names[0]))


def file_of(quad: Mapping[str, Any], folder: Path) -> Path:
    """Return the path of the file of a quad.

    Raises:
        DownloadError: its id cannot be a file name.
    """
    name = f"{quad.get('id')}.tif"
    if safe_relative(name) != (name,) or not quad.get("id"):
        raise DownloadError(f"The service returned an invalid id of a quad: {brief(quad.get('id'))}.")
    return folder / name


def folder_of(mosaic: Mapping[str, Any]) -> str:
    """Return the name of the folder for the quads of a mosaic: the name of the mosaic.

    Raises:
        DownloadError: its name cannot be a folder name.
    """
    parts = safe_relative(mosaic.get("name"))
    if len(parts) != 1:
        raise DownloadError(f"The service returned an invalid name of a mosaic: {brief(mosaic.get('name'))}.")
    return parts[0]

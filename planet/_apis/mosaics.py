"""What there is to know about basemaps without asking the service: extents, names of files, and what is asked for."""

import math
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .._builders.geojson import split_ref
from .._files.names import safe_relative
from .._http.urls import join_link
from .._redact import brief, redact_url
from .._utils.bbox import box_of
from .._utils.times import as_instant
from ..exceptions import ClientError, DownloadError, FeatureError, InvalidAnswer, MissingResource

__all__ = [
    "check_bbox",
    "check_name",
    "file_of",
    "folder_of",
    "is_id",
    "link_of",
    "listing_params",
    "missing",
    "name_of",
    "quads_url",
]


# Where the box goes in the link to the quads, encoded or not.
_PLACES = "(?i)" + "(,|%2C)".join(r"(\{|%7B)" + name + r"(\}|%7D)" for name in ("lx", "ly", "ux", "uy"))
_LARGEST = [-180.0, -85.0, 180.0, 85.0]  # what the grid of quads is for


def check_name(kind: str, value: Any) -> str:
    """The name or id of a mosaic or series, checked.

    Raises:
        ClientError: it is none.
    """
    if not isinstance(value, str) or not value:
        raise ClientError(f"{brief(value)} is no {kind}.", hint="It is a name, an id, or what the service returned.")
    return value


def name_of(kind: str, value: Any) -> str:
    """What a mosaic or series is called here: its name or id, or its id where it is given itself.

    Raises:
        ClientError: it is none.
    """
    return check_name(kind, value.get("id") if isinstance(value, Mapping) else value)


def is_id(name_or_id: str) -> bool:
    """Whether it is an id, and not a name.

    >>> is_id("global_monthly_2022_01_mosaic")
    False
    """
    try:
        uuid.UUID(name_or_id)
    except ValueError:
        return False
    return True


def missing(kind: str, name: str) -> MissingResource:
    """The error for a name that nothing has."""
    listing = "list_mosaics" if kind == "Mosaic" else "list_series"
    return MissingResource(
        f"{kind} Not Found: {name}", hint=f"Check the name: {listing}(name_contains=…) finds those that look like it."
    )


def listing_params(name_contains: Any, interval: Any, acquired_gt: Any, acquired_lt: Any) -> dict[str, Any]:
    """The parameters of a listing; what is empty is left out.

    Raises:
        ClientError: a time is none.
    """
    return {
        "name__contains": name_contains or None,
        "interval": interval or None,
        "acquired__gt": as_instant("acquired_gt", acquired_gt or None),
        "acquired__lt": as_instant("acquired_lt", acquired_lt or None),
    }


def link_of(thing: Mapping[str, Any], name: str, base_url: str) -> str:
    """One of the links of a mosaic or quad.

    Raises:
        ClientError: it does not have it, or it leads to another server.
    """
    links = thing.get("_links")
    link = links.get(name) if isinstance(links, Mapping) else None
    if not isinstance(link, str) or not link:
        what = f"{type(thing).__name__} {thing.get('name') or thing.get('id')}"
        if name == "download":
            raise ClientError(
                f"{what} has no link to download it.", hint="This account may not: ask its administrator for access."
            )
        raise ClientError(f"{what} has no link {name!r}.", hint="Take it as the service returns it.")
    return join_link(f"{base_url}/", link)


def quads_url(mosaic: Mapping[str, Any], bbox: Any, base_url: str, params: Mapping[str, str]) -> str:
    """The address of the quads of a mosaic that a box touches; None is all of the mosaic.

    Raises:
        ClientError: it is no box.
        InvalidAnswer: the mosaic's link has no place for one.
    """
    numbers = _clamped(mosaic.get("bbox")) if bbox is None else check_bbox(bbox)
    template = link_of(mosaic, "quads", base_url)
    box = ",".join(f"{number:.9g}" for number in numbers)
    url, places = re.subn(_PLACES, box, template)
    if not places:  # without the box, it would be all quads of the mosaic
        raise InvalidAnswer("The mosaic's link to its quads has no place for a box.", url=redact_url(template))
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url


def check_bbox(bbox: Any) -> list[float]:
    """A box as west, south, east, north, checked.

    Raises:
        ClientError: it is none.
    """
    numbers = list(bbox) if isinstance(bbox, Iterable) and not isinstance(bbox, (str, Mapping)) else []
    try:
        numbers = [float(number) for number in numbers]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise ClientError(f"bbox is {brief(bbox)}.", hint="It is [west, south, east, north], in degrees.")
    west, south, east, north = numbers
    if west > east or south > north:
        raise ClientError(
            f"bbox is {brief(bbox)}: its sides are the wrong way round.", hint="It is west, south, east, north."
        )
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ClientError(
            f"bbox is {brief(bbox)}: it does not lie on the Earth.", hint="It is west, south, east, north, in degrees."
        )
    return numbers


def _clamped(bbox: Any) -> list[float]:
    """The extent of a mosaic, as far as there is a grid."""
    bbox = box_of(bbox)
    if bbox is None:
        return _LARGEST
    low, high = _LARGEST[:2] * 2, _LARGEST[2:] * 2
    return [max(least, min(most, float(number))) for number, least, most in zip(bbox, low, high, strict=True)]


def id_of(kind: str, thing: Mapping[str, Any]) -> str:
    """The id of a mosaic or series.

    Raises:
        ClientError: it has none.
    """
    value = thing.get("id")
    if not isinstance(value, str) or not value:
        raise ClientError(
            f"The {kind} {brief(thing.get('name'))} has no id.", hint="Take it as the service returns it."
        )
    return value


def one_feature(ref: Mapping[str, Any]) -> tuple[str, str]:
    """The collection and the feature that a reference names.

    Raises:
        FeatureError: it is not one feature that it names.
    """
    content = ref.get("content")
    names = content if isinstance(content, list) else [content]
    if len(names) != 1 or str(names[0]).count("/") < 3:
        raise FeatureError(f"{brief(content)} is not one feature.", hint="Quads are found by one feature at a time.")
    return split_ref(str(names[0]))


def file_of(quad: Mapping[str, Any], folder: Path) -> Path:
    """Where the file of a quad goes.

    Raises:
        DownloadError: its id is no name for a file.
    """
    parts = safe_relative(f"{quad.get('id')}.tif")
    if len(parts) != 1 or not quad.get("id"):
        raise DownloadError(f"The service gave {brief(quad.get('id'))} as the id of a quad.")
    return folder / parts[0]


def folder_of(mosaic: Mapping[str, Any]) -> str:
    """The folder for the quads of a mosaic: its name.

    Raises:
        DownloadError: its name is no name for a folder.
    """
    parts = safe_relative(mosaic.get("name"))
    if len(parts) != 1:
        raise DownloadError(f"The service gave {brief(mosaic.get('name'))} as the name of a mosaic.")
    return parts[0]

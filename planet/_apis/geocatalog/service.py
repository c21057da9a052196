"""Where a GeoCatalog is, what it is asked with, and how fast."""

import os
from urllib.parse import urlsplit

from ..._http.limits import Limits
from ..._http.service import Service
from ..._http.urls import is_loopback
from ..._redact import redact_url
from ...exceptions import ArgumentError, ClientError

__all__ = ["API_VERSION", "PUBLIC", "endpoint_of", "geocatalog_service", "limits_for", "scope_of"]


API_VERSION = "2026-04-15"
_VARIABLE = "PLANETARYCOMPUTER_ENDPOINT"
_DOCUMENTED = 100.0  # requests per second: the highest of the rates below

_CLASSES = (
    ("geocatalog tiles", 100, r"\w+ .*/data/"),
    ("geocatalog ingestion", 10, r"\w+ .*/inma/"),
    ("geocatalog sas", 10, r"\w+ .*/sas/"),
    ("geocatalog stac", 50, r"\w+ .*/stac"),
)
_DRAWING = r"\w+ .*/data/"
# (status, pattern of "METHOD /path", what to do): the first one that matches counts.
_HINTS = (
    (400, "", "Correct the request as the message says, and send it again."),
    (
        403,
        "",
        "Ask an administrator of the catalogue for the role GeoCatalog Reader, or Administrator to write.",
    ),
    (
        404,
        r"GET .*/items/[^/]+$",
        "Check the id. A new item is there when its operation has ended: ingestion.wait(operation).",
    ),
    (404, _DRAWING, "Check the place, longitude before latitude; the ids; and that assets names an image."),
    (404, r"\w+ .*/inma/", "Check the id: list_operations(), list_sources() and list_ingestions() show what there is."),
    (404, r"\w+ .*/(thumbnail|assets)", "Check that the collection has this asset."),
    (404, "", "Check the id, and that the collection exists: list_collections()."),
    (409, "", "Look at what exists already: it may have been made by an earlier call."),
    (422, _DRAWING, "Correct the options as the message says. assets() lists the images of an item."),
    (429, "", "Wait a while and try again; other programs may be using the same catalogue."),
    (
        500,
        _DRAWING,
        "A PNG takes at most three bands: choose some, such as asset_bidx='image|3,2,1'. A TIFF takes all.",
    ),
    (500, "", "Try again later. If the error persists, send the request id to the support of the service."),
)
PUBLIC = Service(classes=(("stac", 10, r"\w+ .*/stac/"), ("sas", 5, r"\w+ .*/sas/")), hints=_HINTS)


def geocatalog_service(api_version: str) -> Service:
    """The service of a catalogue: every request says the version of the API."""
    return Service(classes=_CLASSES, query={"api-version": api_version}, hints=_HINTS)


def limits_for(limits: Limits | None) -> Limits:
    """The limits of a catalogue, where no rate is chosen: those that it documents."""
    if limits is None or limits == Limits.default():
        return Limits(rate=_DOCUMENTED)
    return limits


def endpoint_of(endpoint: str | None) -> str:
    """The address of a catalogue: the argument, else the variable `PLANETARYCOMPUTER_ENDPOINT`.

    >>> endpoint_of("https://name.hash.region.geocatalog.spatio.azure.com/stac/")
    'https://name.hash.region.geocatalog.spatio.azure.com'

    Raises:
        ClientError: neither is set.
        ArgumentError: it is not an https URL; http is for this computer only, because a token is sent.
    """
    url = endpoint or os.environ.get(_VARIABLE)
    if not url:
        raise ClientError(
            "No GeoCatalog is named.",
            hint=f"Pass its endpoint, or set {_VARIABLE}: https://name.hash.region.geocatalog.spatio.azure.com.",
        )
    source = "endpoint" if endpoint else _VARIABLE
    try:
        parts = urlsplit(url.strip())
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except (ValueError, AttributeError):
        valid = False
    if not valid or parts.query or parts.fragment:
        raise ArgumentError(
            f"{source} is not the URL of a GeoCatalog: {redact_url(str(url))!r}.",
            hint="It looks like https://name.hash.region.geocatalog.spatio.azure.com.",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ArgumentError(
            f"{source} must be https, because a token is sent to it: {redact_url(url)!r}.",
            hint="http is for a catalogue on this computer only.",
        )
    return url.strip().rstrip("/").removesuffix("/stac")


def scope_of(endpoint: str) -> str:
    """The scope of the tokens for a catalogue, which depends on the cloud that it is in."""
    host = urlsplit(endpoint).hostname or ""
    cloud = "us" if host.endswith(".azure.us") else "com"
    return f"https://geocatalog.spatio.azure.{cloud}/.default"

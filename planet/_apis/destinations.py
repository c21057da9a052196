"""Destinations: the bodies of requests, and ids."""

from collections.abc import Mapping
from typing import Any

from .._utils.arguments import check_id, check_mapping, plain
from .answers import contains

__all__ = ["as_request", "destination_id", "is_patched"]


_PREFIX = "pl:destinations/"


def as_request(request: Any) -> dict[str, Any]:
    """Return a request as a dictionary, given that or an object of `planet.types.destinations`.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither, or empty.
    """
    if hasattr(request, "to_dict"):
        request = request.to_dict()
    return dict(plain(check_mapping("request", request, "Create it with planet.types.destinations, or as a dict.")))


def destination_id(destination: Any) -> str:
    """Return the id of a destination, given the id, the reference, or the destination itself.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    if isinstance(destination, Mapping) and not destination.get("id"):
        destination = destination.get("pl:ref")
    return check_id("destination_id", check_id("destination_id", destination).removeprefix(_PREFIX))


def is_patched(destination: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """Whether a destination is as a request was to make it; False for credentials, which the service does not show."""
    changes = {name: value for name, value in request.items() if name != "archive"}
    if request.get("archive") is not None and bool(request["archive"]) != (destination.get("archived") is not None):
        return False
    return contains(destination, changes)

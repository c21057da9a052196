"""Destinations: the bodies of requests, and ids."""

from typing import Any

from .._utils.arguments import check_id, check_mapping, id_of

__all__ = ["as_request", "destination_id"]


_PREFIX = "pl:destinations/"


def as_request(request: Any) -> dict[str, Any]:
    """Return a request as a dictionary, given that or an object of `planet.types.destinations`.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither, or empty.
    """
    if hasattr(request, "to_dict"):
        request = request.to_dict()
    return dict(check_mapping("request", request, "Create it with planet.types.destinations, or as a dict."))


def destination_id(destination: Any) -> str:
    """Return the id of a destination, given the id, the reference, or the destination itself.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    name = check_id("destination_id", id_of(destination))
    return check_id("destination_id", name.removeprefix(_PREFIX))

"""What there is to know about destinations without asking the service: what requests are made of, and ids."""

from collections.abc import Mapping
from typing import Any

from .._redact import brief
from ..exceptions import ClientError

__all__ = ["as_request", "destination_id"]


_PREFIX = "pl:destinations/"


def as_request(request: Any) -> dict[str, Any]:
    """A request as the dictionary that the service takes: one of `planet.types.destinations`, or a dictionary.

    Raises:
        ClientError: it is neither.
    """
    if hasattr(request, "to_dict"):
        request = request.to_dict()
    if not isinstance(request, Mapping) or not request:
        raise ClientError(
            f"The request is a {type(request).__name__}, or empty.",
            hint="Make it with planet.types.destinations, or as a dictionary.",
        )
    return dict(request)


def destination_id(name: Any) -> str:
    """The id of a destination, from that, from its reference, or from itself.

    Raises:
        ClientError: it is none of them.
    """
    if isinstance(name, Mapping):
        name = name.get("id")
    if not isinstance(name, str) or not name.removeprefix(_PREFIX):
        raise ClientError(f"{brief(name)} is no id of a destination.", hint="It must be text: see list_destinations.")
    return name.removeprefix(_PREFIX)

"""The `_links` of what the service returns."""

from collections.abc import Mapping
from typing import Any

from .._http.urls import join_link
from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = ["link_of"]


def link_of(document: Any, name: str, base_url: str) -> str:
    """Return one of the links of a document as an absolute URL.

    Args:
        document: an asset, a mosaic, a quad, …, as the service has returned it.
        name: the name of the link.
        base_url: the base URL of the API, which relative links are resolved against.

    Raises:
        ArgumentError, ArgumentTypeError: the document has no such link, or is none.
        ClientError: the link leads to another host.
    """
    if not isinstance(document, Mapping):
        raise ArgumentTypeError(f"A document of the service is required, got {brief(document)}.", hint=_RETURNED)
    links = document.get("_links")
    link = links.get(name) if isinstance(links, Mapping) else None
    if not isinstance(link, str) or not link:
        kind = "Document" if type(document) is dict else type(document).__name__
        label = document.get("name") or document.get("id") or document.get("type")
        hint = _NO_DOWNLOAD if name == "download" else _RETURNED
        raise ArgumentError(f"{kind} {label or 'without a name'} has no link {name!r}.", hint=hint)
    return join_link(f"{base_url}/", link)


_RETURNED = "Pass it as the service has returned it."
_NO_DOWNLOAD = "This account may not download it: ask the administrator of the account for access."

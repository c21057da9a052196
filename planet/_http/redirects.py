"""Check redirects. They are not left to httpx, so that credentials and bodies are not sent to other servers."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from .._redact import redact_url
from ..exceptions import ClientError
from .urls import origin

__all__ = ["MAX_REDIRECTS", "follow"]


MAX_REDIRECTS = 10


def follow(method: str, url: str, status: int, location: str, *, allow_cross_origin: bool) -> tuple[str, str, bool]:
    """The method and URL of the next request, and whether the body is sent with it.

    With *allow_cross_origin*, the redirect may lead to another server, where the credentials are not sent.

    Raises:
        ClientError: the redirect leads to an address that is not allowed.
    """
    facts: dict[str, Any] = {"method": method, "url": redact_url(url)}
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        raise ClientError("The redirect cannot be followed: its Location is not a URL.", **facts) from None
    if scheme not in ("http", "https"):
        raise ClientError(
            f"The redirect cannot be followed: it leads to a {scheme or 'relative'} URL, not http or https.", **facts
        )
    if urlsplit(url).scheme.lower() == "https" and scheme == "http":
        raise ClientError(
            "The redirect cannot be followed: it leads from https to http, which is not encrypted.", **facts
        )
    if not allow_cross_origin and origin(target) != origin(url):
        raise ClientError(f"The redirect cannot be followed: it leads to another server, {origin(target)}.", **facts)
    if status in (307, 308):
        return method, target, True
    return ("HEAD" if method == "HEAD" else "GET"), target, False

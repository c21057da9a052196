"""Where a redirect may lead. Redirects are followed by hand, so that keys and bodies stay where they belong."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from .._redact import redact_url
from ..exceptions import ClientError
from .urls import origin

__all__ = ["MAX_REDIRECTS", "follow"]


MAX_REDIRECTS = 10


def follow(method: str, url: str, status: int, location: str, *, allow_cross_origin: bool) -> tuple[str, str, bool]:
    """The method and address to ask next, and whether the body goes along.

    With *allow_cross_origin*, the redirect may lead to another server, where the credentials are not sent.

    Raises:
        ClientError: the redirect leads where it must not.
    """
    facts: dict[str, Any] = {"method": method, "url": redact_url(url)}
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        raise ClientError("The service redirects to what is no address.", **facts) from None
    if scheme not in ("http", "https"):
        raise ClientError(f"The service redirects to {scheme or 'no'} address, not http.", **facts)
    if urlsplit(url).scheme.lower() == "https" and scheme == "http":
        raise ClientError("The service redirects from https to http; that would give the content away.", **facts)
    if not allow_cross_origin and origin(target) != origin(url):
        raise ClientError(f"The service redirects the request to another server, {origin(target)}.", **facts)
    if status in (307, 308):
        return method, target, True
    return ("HEAD" if method == "HEAD" else "GET"), target, False

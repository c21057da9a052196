"""URLs: encode, join, compare origins."""

import re
from urllib.parse import quote, urljoin, urlsplit

from .._redact import redact_url
from ..exceptions import ClientError

__all__ = ["encode", "join_link", "origin"]


# Patterns as text: re compiles them when they are first needed.
_LONGEST_URL = 60_000
_CONTROL = r"[\x00-\x1f\x7f]"


def encode(part: object) -> str:
    """One part of a URL's path, so that no value can change the path around it."""
    text = str(part)
    if text in ("", ".", ".."):
        raise ClientError(f"{text!r} is not an id.", hint="Check the id.")
    return quote(text, safe="")


def origin(url: str) -> str:
    """Scheme, host and port of an address: what credentials belong to.

    >>> origin("https://API.planet.com/data/v1?x=1")
    'https://api.planet.com:443'
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme.lower()]
        if parts.hostname and len(url) < _LONGEST_URL and not re.search(_CONTROL, url):
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{parts.scheme.lower()}://{host.lower()}:{port}"
    except (ValueError, KeyError):
        pass  # said below
    raise ClientError(f"This is no http or https address: {redact_url(url)!r}.", hint="Check the address.")


def join_link(base: str, link: str) -> str:
    """A link of an answer, resolved against the address of that answer.

    Raises:
        ClientError: it leads to another origin, where the credentials do not belong.
    """
    try:
        url = urljoin(base, link)
    except ValueError:
        url = link  # no address at all, which the next line says
    if origin(url) != origin(base):
        raise ClientError(
            f"The service's answer links to another server, {origin(url)}; it was not followed.",
            hint="The credentials belong to the API's own address. Behind a gateway, set the base URL to its address.",
        )
    # Some APIs repeat the key in their links. It travels in a header, and does not belong where addresses are kept.
    return re.sub(r"([?&])api_key=[^&#]*&?", r"\1", url).rstrip("?&")

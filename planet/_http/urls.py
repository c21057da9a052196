"""Encode, join and compare URLs."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from .._redact import redact_url
from ..exceptions import ArgumentError, ClientError

__all__ = ["add_query", "encode", "is_loopback", "join_link", "origin"]


# Patterns as text: re compiles them when they are first needed.
_LONGEST_URL = 60_000
_CONTROL = r"[\x00-\x1f\x7f]"
# Most addresses are of this form, and a pattern is several times as fast as urlsplit.
_PLAIN = r"(https?)://([0-9a-z.-]*[0-9a-z])(?::([0-9]{1,5}))?[/?#]"
_PORTS = {"http": 80, "https": 443}


def encode(part: object) -> str:
    """Encode one segment of the path of a URL, so that no value changes the rest of the path."""
    text = str(part)
    if text in ("", ".", ".."):
        raise ArgumentError(f"{text!r} is not a valid id.", hint="Check the id.")
    return quote(text, safe="")


def add_query(url: str, params: Mapping[str, str]) -> str:
    """Add the parameters that the query of a URL lacks. What it has is kept to the letter.

    >>> add_query("https://h/p?token=a%20b", {"version": "1", "token": "c"})
    'https://h/p?token=a%20b&version=1'
    """
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    missing = urlencode({name: value for name, value in params.items() if name not in present})
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, missing])))) if missing else url


def origin(url: str) -> str:
    """Scheme, host and port of a URL: credentials are sent to one origin only.

    >>> origin("https://API.planet.com/data/v1?x=1")
    'https://api.planet.com:443'
    """
    plain = re.match(_PLAIN, url)
    if plain and len(url) < _LONGEST_URL and int(plain[3] or 0) < 65536 and not re.search(_CONTROL, url):
        return f"{plain[1]}://{plain[2]}:{int(plain[3] or 0) or _PORTS[plain[1]]}"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme.lower()]
        if parts.hostname and len(url) < _LONGEST_URL and not re.search(_CONTROL, url):
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{parts.scheme.lower()}://{host.lower()}:{port}"
    except (ValueError, KeyError):
        pass  # raised below
    raise ClientError(f"{redact_url(url)!r} is not an http or https URL.", hint="Check the URL.")


def is_loopback(host: str | None) -> bool:
    """Whether a host is this computer, where a token may be sent over http."""
    return host in ("localhost", "127.0.0.1", "::1") or bool(host and host.endswith(".localhost"))


def join_link(base: str, link: str) -> str:
    """A link of an answer, resolved against the URL of the answer.

    Raises:
        ClientError: it leads to another origin, to which the credentials must not be sent.
    """
    try:
        url = urljoin(base, link)
    except ValueError:
        url = link  # not a URL, for which the next line raises
    if origin(url) != origin(base):
        raise ClientError(
            f"The answer links to another server, {origin(url)}. It was not followed, to keep the credentials safe.",
            hint="Behind a gateway, set the base URL to the address of the gateway.",
        )
    # Some APIs repeat the key in their links. It is sent in a header, and must not be stored with URLs.
    return re.sub(r"([?&])api_key=[^&#]*&?", r"\1", url).rstrip("?&")

"""Which proxy a request is sent through: that of the session, or those of the environment, except for NO_PROXY."""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

import httpx

from .._redact import redact_url
from ..exceptions import ClientError

__all__ = ["bypasses", "parse_proxy", "proxy_for"]


def proxy_for(url: str, proxy: str | None, *, trust_env: bool) -> str | None:
    """The URL of the proxy for a request to *url*, or None.

    Args:
        url: the address of the request.
        proxy: the proxy of the session, which is used for every request.
        trust_env: whether to use HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or the settings of macOS and Windows.
    """
    if proxy is not None or not trust_env:
        return proxy
    proxies: Mapping[str, str] = urllib.request.getproxies()
    parts = urlsplit(url)
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or bypasses(proxies.get("no", ""), parts.hostname or "", parts.port):
        return None
    return found if "://" in found else f"http://{found}"


def parse_proxy(proxy: str, *, is_argument: bool) -> httpx.URL:
    """The URL of a proxy.

    Args:
        proxy: the URL as text.
        is_argument: whether it was passed as `proxy=`; otherwise it comes from the environment.

    Raises:
        ClientError: it cannot be used.
    """
    source = "proxy=" if is_argument else _variable(proxy) or "the system's settings"
    try:
        url = httpx.URL(proxy)
        usable = url.scheme in ("http", "https", "socks5", "socks5h") and bool(url.host)
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:
        raise ClientError(
            f"The proxy {redact_url(proxy)!r} of {source} cannot be used: it is not an http, https, socks5 or "
            "socks5h URL.",
            hint=f"Fix {source}.",
        )
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ClientError(
            f"The SOCKS proxy of {source} cannot be used: the package socksio is not installed.",
            hint='Install it: pip install "httpx[socks]".',
        )
    return url


def _variable(proxy: str) -> str | None:
    """The name of the environment variable that a proxy comes from, or None."""
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            value = os.environ.get(variable)
            if value and proxy in (value, f"http://{value}"):
                return variable
    return None


def bypasses(no_proxy: str, host: str, port: int | None = None) -> bool:
    """Whether NO_PROXY names a host: by its name, a domain of it, its address, or a network of it.

    >>> bypasses("example.com, 10.0.0.0/8, [::1]", "api.example.com")
    True
    >>> bypasses("10.0.0.0/8", "10.1.2.3"), bypasses("[::1]", "::1"), bypasses("example.com", "example.org")
    (True, True, False)
    """
    host = _ascii(host.lower().rstrip("."))
    for entry in no_proxy.replace(",", " ").lower().split():
        name, entry_port = _split_port(entry.rpartition("://")[2])
        if entry_port is not None and entry_port != port:
            continue
        if name == "*" or _in_network(host, name):
            return True
        domain = _ascii(name.removeprefix("*").strip("."))
        if domain and (host == domain or host.endswith(f".{domain}")):
            return True
    return False


def _split_port(entry: str) -> tuple[str, int | None]:
    """An entry without its port, and the port. IPv6 addresses have colons, so a port follows only after brackets."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
        return name + (rest if rest.startswith("/") else ""), int(port) if _is_port(port) else None
    name, colon, port = entry.rpartition(":")
    if colon and ":" not in name and _is_port(port):
        return name, int(port)
    return entry, None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5


def _in_network(host: str, entry: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False  # one of them is a name


def _ascii(name: str) -> str:
    """A host name in the ASCII form of IDNA."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name

"""Which proxy a request goes through: the one of the session, or those of the environment, with their exceptions."""

from __future__ import annotations

import ipaddress
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["bypasses", "proxy_for"]


def proxy_for(url: str, proxy: str | None, *, trust_env: bool) -> str | None:
    """The URL of the proxy that requests to *url* go through, or None.

    Args:
        url: where the request goes.
        proxy: the proxy of the session, which counts for every request.
        trust_env: whether HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count, and the settings of macOS and Windows.
    """
    if proxy is not None or not trust_env:
        return proxy
    proxies: Mapping[str, str] = urllib.request.getproxies()
    parts = urlsplit(url)
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or bypasses(proxies.get("no", ""), parts.hostname or "", parts.port):
        return None
    return found if "://" in found else f"http://{found}"


def bypasses(no_proxy: str, host: str, port: int | None = None) -> bool:
    """Whether NO_PROXY exempts a host: by its name, a domain it is in, its address, or a network it is in.

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
    """An entry without its port. Addresses of IPv6 have colons of their own, and ports only behind brackets."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
        return name + (rest if rest.startswith("/") else ""), int(port) if port.isdecimal() else None
    name, colon, port = entry.rpartition(":")
    if colon and ":" not in name and port.isdecimal():
        return name, int(port)
    return entry, None


def _in_network(host: str, entry: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False  # one of them is a name


def _ascii(name: str) -> str:
    """A host name as the network has it."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name

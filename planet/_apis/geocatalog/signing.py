"""Which addresses of files need a signature, and how they get it."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..._models.geocatalog.stac import StacItem
from ..._models.geocatalog.tiles import SasToken
from ..._utils.arguments import plain

__all__ = ["container_of", "is_fresh", "is_signable", "sign_assets", "sign_href"]


_EARLY = 300.0  # seconds before its end at which a signature is renewed
_PUBLIC_ACCOUNTS = frozenset({"ai4edatasetspublicassets"})
_BLOBS = (".blob.core.windows.net", ".blob.core.usgovcloudapi.net")
_SIGNATURE = re.compile(r"(?:^|[?&])(?:sig|se|sp|st)=")


def container_of(href: str) -> tuple[str, str] | None:
    """The account and the container of a blob; None if the address is not that of one."""
    try:
        parts = urlsplit(href)
        host = parts.hostname or ""
    except ValueError:
        return None
    suffix = next((suffix for suffix in _BLOBS if host.endswith(suffix)), None)
    segments = parts.path.strip("/").split("/")
    if parts.scheme != "https" or suffix is None or len(segments) < 2:
        return None
    return host.removesuffix(suffix), segments[0]


def is_signable(href: Any, also: Callable[[str], bool] = lambda href: False) -> bool:
    """Whether an address is one of a blob that has no signature yet.

    Args:
        href: the address.
        also: whether an address of another host belongs to the catalogue.
    """
    if not isinstance(href, str) or _SIGNATURE.search(href.partition("?")[2]):
        return False
    place = container_of(href)
    return also(href) if place is None else place[0] not in _PUBLIC_ACCOUNTS


def sign_href(href: str, token: str) -> str:
    """The address with a signature, which becomes a part of its query."""
    return f"{href}{'&' if '?' in href else '?'}{token.removeprefix('?')}"


def sign_assets(item: Any, sign: Callable[[str], str]) -> StacItem:
    """A copy of an item whose assets have the addresses that *sign* returns."""
    copied = StacItem(plain(dict(item)))
    copied["assets"] = {
        key: {**asset, "href": sign(asset["href"])} if isinstance(asset, Mapping) and "href" in asset else asset
        for key, asset in copied.assets.items()
    }
    return copied


def is_fresh(token: SasToken | None, now: float) -> bool:
    """Whether a signature can still be used for some minutes."""
    return token is not None and token.expires_at is not None and token.expires_at.timestamp() - _EARLY > now

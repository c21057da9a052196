"""Which addresses of files need a signature, and how they get it."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..._models.geocatalog.stac import StacItem
from ..._models.geocatalog.tiles import SasToken
from ..._utils.arguments import plain

__all__ = ["container_of", "is_public_blob", "is_unsigned", "renewal_time", "sign_assets", "sign_href", "storage_of"]


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


def is_unsigned(href: Any) -> bool:
    """Whether something is an address that has no signature yet."""
    return (
        isinstance(href, str)
        and href.startswith(("http://", "https://"))
        and not _SIGNATURE.search(href.partition("?")[2])
    )


def is_public_blob(href: Any) -> bool:
    """Whether an address is one that the signing service of the Planetary Computer signs."""
    place = container_of(href) if is_unsigned(href) else None
    return place is not None and place[0] not in _PUBLIC_ACCOUNTS


def storage_of(href: str) -> str:
    """The container of a file: the server and the first two parts of the path, of which Azure's blobs need one."""
    parts = urlsplit(href)
    count = 1 if container_of(href) else 2
    return "/".join([parts.netloc, *parts.path.strip("/").split("/")[:count]])


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


def renewal_time(token: SasToken, now: float) -> float:
    """From when on another one is requested: five minutes before its end, or a quarter of its life if that is less."""
    if token.expires_at is None:
        return now
    left = token.expires_at.timestamp() - now
    return now + left - min(_EARLY, left / 4)

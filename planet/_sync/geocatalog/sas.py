# Generated from planet/_async/geocatalog/sas.py by tools/unasync.py. Edit that file and run the tool again.

"""The clients for signatures: reading the files of a catalogue."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..._apis.geocatalog.answers import sas_token_in
from ..._apis.geocatalog.signing import (
    container_of,
    is_public_blob,
    is_unsigned,
    renewal_time,
    sign_assets,
    sign_href,
    storage_of,
)
from ..._builders.geocatalog.objects import as_object
from ..._models.geocatalog.stac import StacItem
from ..._models.geocatalog.tiles import SasToken, SignedLink
from ..._runtime._sync import TAKES_OTHER_VARIANT, Semaphore
from ..._utils.arguments import check_int
from .base import _CatalogAPI

__all__ = ["PublicSasAPI", "SasAPI"]


class _SigningAPI(_CatalogAPI):
    """Signs addresses with signatures that are kept until five minutes before their end."""

    _path = "/sas"

    def sign_item(self, item: Any, duration: int | None = None) -> StacItem:
        """Sign the addresses of all files of an item.

        Signatures are kept until five minutes before their end, so that many items need one request.

        Args:
            item: the item, as a search returns it, or as pystac has it.
            duration: for how many minutes, at least; left out: as the service does it.

        Returns:
            A copy. Addresses that have a signature, or need none, are as they were.

        Example:
            ```python
            for item in gc.stac.search(collections=["naip"], limit=3):
                print((gc.sas.sign_item(item)).asset_keys)
            ```
        """
        item = as_object("item", item)
        signed: dict[str, str] = {}
        for asset in StacItem(item).assets.values():
            href = asset.get("href") if isinstance(asset, Mapping) else None
            if isinstance(href, str) and href not in signed:
                signed[href] = self._signed(href, item.get("collection"), duration)
        return sign_assets(item, lambda href: signed.get(href, href))

    def signer(self, collection_id: str | None = None) -> Callable[[str], str]:
        """Return a plain function that signs an address, for `odc.stac.load(patch_url=…)` and the like.

        Nothing is requested before it is called. It blocks, also that of an asynchronous client, and may be called in
        any thread.

        Args:
            collection_id: the collection of the files. Not needed for the public Planetary Computer.

        Example:
            ```python
            sign = gc.sas.signer("naip")  # for example odc.stac.load(items, patch_url=sign)
            ```
        """
        client = self if TAKES_OTHER_VARIANT else self._blocking_twin()

        def sign(href: str) -> str:
            signed: Any = client._signed(href, collection_id, None)
            return str(signed)

        return sign

    def _blocking_twin(self) -> Any:
        """The same client of the blocking variant: other libraries call functions in threads of their own."""
        sessions = importlib.import_module("planet._sync.session")
        clients = importlib.import_module("planet._sync.geocatalog.sas")
        kind = clients.PublicSasAPI if isinstance(self, PublicSasAPI) else clients.SasAPI
        return kind(sessions.SyncSession.from_settings(self._session.settings), self._base_url)

    def _signed(self, href: str, collection_id: Any, duration: int | None) -> str:
        url = self._token_url(href, collection_id)
        return href if url is None else sign_href(href, (self._token(url, duration)).token)

    def _token_url(self, href: str, collection_id: Any) -> str | None:
        """Where the signature for an address comes from; None if it needs none, as where nothing else is known."""
        return None

    def _token(self, url: str, duration: int | None) -> SasToken:
        """A signature: one request for many tasks at once."""
        kept: dict[Any, tuple[SasToken, float]] = self._session.shared(("signatures", self._base_url), dict)
        with self._session.shared(("signature", url), lambda: Semaphore(1)):
            token, until = kept.get((url, duration), (None, 0.0))
            if token is None or time.time() >= until:
                token = sas_token_in(self._get(url, _minutes(duration) or None))
                kept[url, duration] = token, renewal_time(token, time.time())
        return token


class SasAPI(_SigningAPI):
    """Sign the addresses of the files of a GeoCatalog, so that they can be read.

    Example:
        ```python
        item = gc.stac.get_item("naip", "ga_m_3308421_se_16_060_20211114")
        signed = gc.sas.sign_item(item)
        ```
    """

    __module__ = "planet.geocatalog"

    def get_token(self, collection_id: str, duration: int | None = None) -> SasToken:
        """Get a signature for all files of a collection, for reading and listing.

        `GET /sas/token/{collection}`

        Args:
            collection_id: the id of the collection.
            duration: for how many minutes; left out: 24 hours.

        Example:
            ```python
            token = gc.sas.get_token("naip", duration=60)
            print(token.expires_at)
            ```
        """
        return sas_token_in(self._get(self._url("/token/{}", collection_id), _minutes(duration) or None))

    def sign(self, href: str, duration: int | None = None) -> SignedLink:
        """Sign one address. One that is not a file of the catalogue comes back as it was.

        `GET /sas/sign`

        Args:
            href: the address.
            duration: for how many minutes; left out: 24 hours.
        """
        return SignedLink(self._get(self._url("/sign"), {"href": href, **_minutes(duration)}))

    def revoke_token(self, duration: int | None = None) -> None:
        """End all signatures of the catalogue, also those of other people.

        `POST /sas/token/revoke`. The request is never sent twice.
        """
        params = _minutes(duration) or None
        self._session.request("POST", self._url("/token/revoke"), params=params, idempotent=False)
        self._session.shared(("signatures", self._base_url), dict).clear()
        self._log.info("All signatures of the catalogue were revoked")

    def _token_url(self, href: str, collection_id: Any) -> str | None:
        if not collection_id or not is_unsigned(href) or not self._is_own(href):
            return None
        return self._url("/token/{}", collection_id)

    def _is_own(self, href: str) -> bool:
        """Whether a file is one of the catalogue, which is asked once for each container.

        The signature for a collection must not go to the storage of anybody else.
        """
        known: dict[str, bool] = self._session.shared(("own containers", self._base_url), dict)
        container = storage_of(href)
        with self._session.shared(("own container", container), lambda: Semaphore(1)):
            if container not in known:
                known[container] = (self.sign(href)).href != href
        return known[container]


class PublicSasAPI(_SigningAPI):
    """Sign the addresses of the files of the public Planetary Computer."""

    __module__ = "planet.geocatalog"

    def sign(self, href: str) -> SignedLink:
        """Sign one address. One that needs no signature comes back as it was.

        `GET /token/{account}/{container}`
        """
        url = self._token_url(href, None)
        if url is None:
            return SignedLink({"href": href, "msft:expiry": None})
        token = self._token(url, None)
        return SignedLink({"href": sign_href(href, token.token), "msft:expiry": token.get("msft:expiry")})

    def _token_url(self, href: str, collection_id: Any) -> str | None:
        place = container_of(href) if is_public_blob(href) else None
        return None if place is None else self._url("/token/{}/{}", *place)


def _minutes(duration: int | None) -> dict[str, Any]:
    return {} if duration is None else {"duration": check_int("duration", duration)}

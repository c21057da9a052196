"""Read the pages of a listing: their items, the link to the next page, and when to stop. It does no I/O."""

import hashlib
import json
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from .._redact import redact_url
from ..exceptions import ArgumentError, ClientError, PagingError
from .urls import join_link

__all__ = ["Cursor", "Page", "PageKeys", "item_of", "listing_fingerprint"]


_MAX_EMPTY = 20


class Page(msgspec.Struct, kw_only=True):
    """A page of any API.

    Its items remain JSON text until each of them is read: that takes half the time, and no event loop has to wait for
    a whole page to be decoded.
    """

    items: list[msgspec.Raw] = []  # msgspec makes a new one for each page
    under_links: Any = msgspec.field(name="_links", default=None)
    links: Any = None
    meta: Any = None

    def link(self, name: str) -> Any:
        """One of its links, where they are under `_links`; or None."""
        return self.under_links.get(name) if isinstance(self.under_links, dict) else None

    def rel(self, name: str) -> Any:
        """One of its links, where `links` is a list of {rel, href}; or None."""
        found = (link for link in self.links or [] if isinstance(link, dict) and link.get("rel") == name)
        return next((link.get("href") for link in found), None) if isinstance(self.links, list) else None

    def follower(self) -> Any:
        """The link to the next page, where it is under `meta`; or None."""
        return self.meta.get("next") if isinstance(self.meta, dict) else None


class PageKeys:
    """The places of the items of a page, of the link to the next page, and of the link to the page itself.

    Args:
        items: the name of the list of items.
        next_link: finds the link to the next page.
        own_link: finds the link to the page itself.
    """

    def __init__(self, items: str, next_link: Callable[[Page], Any], own_link: Callable[[Page], Any]) -> None:
        self.items = items
        self.next_link = next_link
        self.own_link = own_link
        fields = [("items", list[msgspec.Raw], msgspec.field(name=items))]
        self._decoder: Any = msgspec.json.Decoder(msgspec.defstruct("Page", fields, bases=(Page,), kw_only=True))

    @classmethod
    def links(cls, items: str, name: str) -> "PageKeys":
        """The next link is under `_links` (Orders, Subscriptions: `next`; Data, Basemaps: `_next`)."""
        return cls(items, lambda page: page.link(name), lambda page: page.link("_self"))

    @classmethod
    def rel(cls, items: str) -> "PageKeys":
        """The links are a list (Features)."""
        return cls(items, lambda page: page.rel("next"), lambda page: page.rel("self"))

    @classmethod
    def meta(cls, items: str) -> "PageKeys":
        """The next link is under `meta` (Quota); there is no link to the page itself."""
        return cls(items, Page.follower, lambda page: None)

    def decode(self, body: bytes) -> Page:
        """The page in the JSON text of an answer.

        Raises:
            PagingError: it is not a page.
        """
        try:
            page: Page = self._decoder.decode(body)
        except msgspec.ValidationError:
            raise PagingError(
                f"A page of results is invalid: it has no list {self.items!r} of objects.", hint="Check the base URL."
            ) from None
        return page


def item_of(text: msgspec.Raw) -> dict[str, Any]:
    """One item of a page.

    Raises:
        PagingError: it is not an object, or not valid JSON.
    """
    try:
        return _object.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise PagingError("A page of results is invalid: one of its items is not a JSON object.") from None


_object = msgspec.json.Decoder(dict[str, Any])


def listing_fingerprint(url: str, params: Mapping[str, Any] | None, body: Any) -> str:
    """A fingerprint of the query of a listing. It depends neither on the time nor on the address of the service."""
    wanted = {name: value for name, value in (params or {}).items() if name not in ("_page_size", "page_size", "limit")}
    text = json.dumps([urlsplit(url).path, wanted, body], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Cursor:
    """The position in a listing. `consume` reads a page and returns its items; `url` is the next page, or None."""

    def __init__(self, keys: PageKeys, limit: int | None, listing: str = "") -> None:
        limit = 0 if limit is None else limit
        if isinstance(limit, bool) or not hasattr(limit, "__index__") or limit < 0:
            raise ArgumentError(f"limit must be an int of 0 or more, got {limit!r}.", hint="0 returns all items.")
        limit = operator.index(limit)
        self._keys = keys
        self._limit = limit
        self._left = limit or None  # None: all items
        self._listing = listing  # the fingerprint: a position in other results is not valid in these
        self._before = 0  # items that were returned before the current page
        self._seen: set[str] = set()
        self._empty = 0
        self._skip = 0  # items of the next page that have been returned already
        self._page: str | None = None  # the URL of the current one
        self._taken = 0  # items of the current page
        self._counted = 0  # of these, those that were returned before it was fetched again
        self._resumed: str | None = None  # the position at which it begins
        self._problem: ClientError | None = None  # with the link to the next page
        self.url: str | None = None

    def consume(self, page: Page, url: str, *, posted: bool = False) -> list[msgspec.Raw]:
        """The items of the page at *url*, up to the limit.

        *posted*: whether it cannot be fetched from there again, because the request had a body.
        """
        items = page.items
        own = self._own_address(page, url)
        self._seen |= {url, own}
        self._empty = 0 if items else self._empty + 1
        items, self._skip, skipped = items[self._skip :], 0, min(self._skip, len(items))
        if self._left is not None:
            items = items[: self._left]
            self._left -= len(items)
        self._page = own if posted else url
        self._before += self._taken - self._counted
        self._taken, self._counted = skipped + len(items), skipped
        self.url = None
        if self._left != 0:
            try:
                self.url = self._next(page, url)
            except ClientError as error:
                self._problem = error  # the items of this page are valid
        return items

    def raise_pending(self) -> None:
        """Raise the error of the link to the next page, if it has one."""
        if self._problem is not None:
            raise self._problem

    def position(self, unread: int) -> str | None:
        """The position as text, where *unread* items of the current page have not been returned yet."""
        page, skip = self.url, self._skip
        if unread or self.url is None:
            if self._page is None:
                return self._resumed
            page, skip = self._page, self._taken - unread
        return json.dumps({"page": page, "skip": skip, "returned": self.returned(unread), "listing": self._listing})

    def returned(self, unread: int) -> int:
        """How many items have been returned, where *unread* items of the current page have not been yet."""
        return self._before + self._taken - self._counted - unread

    def _own_address(self, page: Page, url: str) -> str:
        """The URL to fetch a page from again: its own link, where that leads to the same server."""
        own = self._keys.own_link(page)
        if isinstance(own, str) and own:
            with suppress(ClientError):
                return join_link(url, own)
        return url

    def seek(self, position: str, trusts: Callable[[str], bool]) -> None:
        """Begin at a position, whose page must be at a trusted address.

        Raises:
            ClientError: it is not a position in this listing.
        """
        if self._page is not None:
            raise ClientError("The results cannot be resumed: the iteration has begun.", hint="Call resume() first.")
        try:
            saved = json.loads(position)
            page, skip, returned, listing = (saved[key] for key in ("page", "skip", "returned", "listing"))
            sound = isinstance(page, str) and all(type(number) is int and number >= 0 for number in (skip, returned))
        except (TypeError, ValueError, KeyError, RecursionError):
            sound = False
        if not sound:
            raise ArgumentError("position is not valid.", hint="Pass the text that `results.position` returned.")
        if listing != self._listing:
            raise ClientError(
                "position belongs to other results: the query, or its order, differs.",
                hint="Resume with the same arguments; only the limit may differ.",
            )
        if not trusts(page):
            raise ClientError(
                f"position belongs to the results of another server, {redact_url(page)}.",
                hint="Use the base URL with which it was saved.",
            )
        self._resumed, self._skip, self._before = position, skip, returned
        self._left = max(self._limit - returned, 0) if self._limit else None
        self.url = None if self._left == 0 else page

    def _next(self, page: Page, url: str) -> str | None:
        link = self._keys.next_link(page)
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise PagingError(
                f"The link to the next page must be a str, got {type(link).__name__}.", url=redact_url(url)
            )
        following = join_link(url, link)
        if following in self._seen:
            raise PagingError(
                "The pages of results repeat: the next page has been read already.",
                url=redact_url(url),
                hint="The items that were returned are valid. If the error persists, report it to Planet's support.",
            )
        if self._empty > _MAX_EMPTY:
            raise PagingError(f"{self._empty} pages of results in a row were empty.", url=redact_url(url))
        return following

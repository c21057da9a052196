"""What to make of the pages of a listing: their items, what comes next, and when to stop. It fetches nothing."""

import hashlib
import json
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from .._redact import redact_url
from ..exceptions import ClientError, PagingError
from .urls import join_link

__all__ = ["Cursor", "Page", "PageKeys", "item_of", "listing_fingerprint"]


_MAX_EMPTY = 20


class Page(msgspec.Struct, kw_only=True):
    """A page of any API. Its items stay the text that they came as until each of them is wanted: that takes half the
    time, and nobody waits while a whole page is decoded."""

    items: list[msgspec.Raw] = []  # msgspec makes a new one for each page
    under_links: Any = msgspec.field(name="_links", default=None)
    links: Any = None
    meta: Any = None

    def link(self, name: str) -> Any:
        """One of its links, where they stand under `_links`; or None."""
        return self.under_links.get(name) if isinstance(self.under_links, dict) else None

    def rel(self, name: str) -> Any:
        """One of its links, where `links` is a list of {rel, href}; or None."""
        found = (link for link in self.links or [] if isinstance(link, dict) and link.get("rel") == name)
        return next((link.get("href") for link in found), None) if isinstance(self.links, list) else None

    def follower(self) -> Any:
        """The link to the next page, where it stands under `meta`; or None."""
        return self.meta.get("next") if isinstance(self.meta, dict) else None


class PageKeys:
    """Where an API keeps the items of a page, the link to the next one, and the link to the page itself.

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
        """The next link stands under `_links` (Orders, Subscriptions: `next`; Data, Basemaps: `_next`)."""
        return cls(items, lambda page: page.link(name), lambda page: page.link("_self"))

    @classmethod
    def rel(cls, items: str) -> "PageKeys":
        """The links are a list (Features)."""
        return cls(items, lambda page: page.rel("next"), lambda page: page.rel("self"))

    @classmethod
    def meta(cls, items: str) -> "PageKeys":
        """The next link stands under `meta` (Quota), the address of the page nowhere."""
        return cls(items, Page.follower, lambda page: None)

    def decode(self, body: bytes) -> Page:
        """The page that the JSON text of an answer holds.

        Raises:
            PagingError: it is none.
        """
        try:
            page: Page = self._decoder.decode(body)
        except msgspec.ValidationError:
            raise PagingError(
                f"A page of results has no list {self.items!r} of objects.", hint="Is the base URL that of the API?"
            ) from None
        return page


def item_of(text: msgspec.Raw) -> dict[str, Any]:
    """One item of a page.

    Raises:
        PagingError: it is no object, or broken.
    """
    try:
        return _object.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise PagingError("A page of results holds something that is no object, or makes no sense.") from None


_object = msgspec.json.Decoder(dict[str, Any])


def listing_fingerprint(url: str, params: Mapping[str, Any] | None, body: Any) -> str:
    """A name for what is listed, the same whenever it is listed again, wherever the service is."""
    wanted = {name: value for name, value in (params or {}).items() if name not in ("_page_size", "page_size", "limit")}
    text = json.dumps([urlsplit(url).path, wanted, body], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Cursor:
    """Where a listing has got to. `take` reads a page and returns its items; `url` is the next page, or None."""

    def __init__(self, keys: PageKeys, limit: int | None, listing: str = "") -> None:
        limit = 0 if limit is None else limit
        if isinstance(limit, bool) or not hasattr(limit, "__index__") or limit < 0:
            raise ClientError(f"limit is {limit!r}.", hint="It is the most items to return, a whole number; 0 is all.")
        limit = operator.index(limit)
        self._keys = keys
        self._limit = limit
        self._left = limit or None  # None: no end but the listing's own
        self._listing = listing  # what is listed: a position in other results is none in these
        self._before = 0  # items that were returned before the current page
        self._seen: set[str] = set()
        self._empty = 0
        self._skip = 0  # items of the next page that have been returned already
        self._page: str | None = None  # the address of the current one
        self._taken = 0  # items of the current page
        self._counted = 0  # of these, what was returned before it was fetched again
        self._resumed: str | None = None  # the position at which it begins
        self._problem: ClientError | None = None  # with the link to the next page
        self.url: str | None = None

    def consume(self, page: Page, url: str, *, posted: bool = False) -> list[msgspec.Raw]:
        """The items of the page that came from *url*, as many as are still wanted.

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
                self._problem = error  # what is on this page is right all the same
        return items

    def raise_pending(self) -> None:
        """Called where there is no next page: raises what is wrong with the link to it, if there was one."""
        if self._problem is not None:
            raise self._problem

    def position(self, unread: int) -> str | None:
        """The position, as text, when of the items that were taken last so many have not been returned yet."""
        page, skip = self.url, self._skip
        if unread or self.url is None:
            if self._page is None:
                return self._resumed
            page, skip = self._page, self._taken - unread
        return json.dumps({"page": page, "skip": skip, "returned": self.returned(unread), "listing": self._listing})

    def returned(self, unread: int) -> int:
        """How many items have been returned, when of those that were taken last so many have not been yet."""
        return self._before + self._taken - self._counted - unread

    def _own_address(self, page: Page, url: str) -> str:
        """Where a page can be fetched from again: its own link where that is one of this server."""
        own = self._keys.own_link(page)
        if isinstance(own, str) and own:
            with suppress(ClientError):
                return join_link(url, own)
        return url

    def seek(self, position: str, trusts: Callable[[str], bool]) -> None:
        """Begin at a position; its page must be at an address that is trusted.

        Raises:
            ClientError: it is none.
        """
        if self._page is not None:
            raise ClientError("The results are being read already.", hint="Resume before you begin to read them.")
        try:
            saved = json.loads(position)
            page, skip, returned, listing = (saved[key] for key in ("page", "skip", "returned", "listing"))
            sound = isinstance(page, str) and all(type(number) is int and number >= 0 for number in (skip, returned))
        except (TypeError, ValueError, KeyError, RecursionError):
            sound = False
        if not sound:
            raise ClientError("This is no position in results.", hint="It must be text that `results.position` gave.")
        if listing != self._listing:
            raise ClientError(
                "The position is one in other results: what is searched for, or how it is sorted, differs.",
                hint="Resume with the arguments of then; only the limit may differ.",
            )
        if not trusts(page):
            raise ClientError(
                f"The position is one in results of another server, {redact_url(page)}.",
                hint="A position is good at the address that it came from.",
            )
        self._resumed, self._skip, self._before = position, skip, returned
        self._left = max(self._limit - returned, 0) if self._limit else None
        self.url = None if self._left == 0 else page

    def _next(self, page: Page, url: str) -> str | None:
        link = self._keys.next_link(page)
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise PagingError(f"The link to the next page is no text: {type(link).__name__}.", url=redact_url(url))
        following = join_link(url, link)
        if following in self._seen:
            raise PagingError(
                "The pages of results go round in a circle: the next page has been read already.",
                url=redact_url(url),
                hint="What has been returned so far is right. If it stays so, report it to Planet's support.",
            )
        if self._empty > _MAX_EMPTY:
            raise PagingError(f"{self._empty} pages of results in a row were empty.", url=redact_url(url))
        return following

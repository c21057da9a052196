"""Read the pages of a listing: their items, the link to the next page, and when to stop. It does no I/O."""

import hashlib
import json
import operator
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from .._redact import redact_url
from ..exceptions import ArgumentError, ClientError, PagingError
from .urls import add_query, join_link

__all__ = ["Cursor", "Page", "PageKeys", "PageRequest", "item_of", "listing_fingerprint"]


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
    following: Any = msgspec.field(name="nextLink", default=None)

    def link(self, name: str) -> Any:
        """One of its links, where they are under `_links`; or None."""
        return self.under_links.get(name) if isinstance(self.under_links, dict) else None

    def rel(self, name: str) -> Any:
        """One of its links, where `links` is a list of {rel, href}; or None."""
        link = self.whole_link(name)
        return None if link is None else link.get("href")

    def whole_link(self, name: str) -> dict[str, Any] | None:
        """One of its links with all of its members, where `links` is a list of them; or None."""
        links = self.links if isinstance(self.links, list) else []
        return next((link for link in links if isinstance(link, dict) and link.get("rel") == name), None)

    def follower(self) -> Any:
        """The link to the next page, where it is under `meta`; or None."""
        return self.meta.get("next") if isinstance(self.meta, dict) else None


class PageRequest(NamedTuple):
    """The request for a page: a GET, or a POST of *body* where there is one."""

    url: str
    body: Any = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def key(self) -> str:
        """What tells it from the requests for other pages: several pages may have one URL."""
        if self.body is None:
            return self.url
        return f"{self.url} {hashlib.sha256(msgspec.json.encode(self.body, order='deterministic')).hexdigest()}"


class PageKeys:
    """The places of the items of a page, of the link to the next page, and of the link to the page itself.

    Args:
        items: the name of the list of items.
        next_link: finds the link to the next page: an address, or an object of the STAC API with `href`, `method`,
            `body` and `merge`.
        own_link: finds the link to the page itself.
        carried: the parameters of a request that are added to the link to the next page where it lacks them.
    """

    def __init__(
        self,
        items: str,
        next_link: Callable[[Page], Any],
        own_link: Callable[[Page], Any],
        *,
        carried: Collection[str] = (),
    ) -> None:
        self.items = items
        self.next_link = next_link
        self.own_link = own_link
        self.carried = carried
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

    @classmethod
    def stac(cls, items: str) -> "PageKeys":
        """The links are a list, and the next page may have to be asked for with POST (STAC APIs)."""
        carried = ("limit", "bbox", "datetime", "sign", "duration")
        return cls(items, lambda page: page.whole_link("next"), lambda page: None, carried=carried)

    @classmethod
    def value(cls) -> "PageKeys":
        """The items are in `value`, the next link is `nextLink` (GeoCatalog ingestion)."""
        return cls("value", lambda page: page.following, lambda page: None)

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


# The parameters that say how many items come in a page, which changes nothing in the results.
_SIZES = ("_page_size", "page_size", "limit", "$top")


def listing_fingerprint(url: str, params: Mapping[str, Any] | None, body: Any) -> str:
    """A fingerprint of the query of a listing. It depends neither on the time nor on the address of the service."""
    wanted = {name: value for name, value in (params or {}).items() if name not in _SIZES}
    if isinstance(body, Mapping):
        body = {name: value for name, value in body.items() if name not in _SIZES}
    text = json.dumps([urlsplit(url).path, wanted, body], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Cursor:
    """The position in a listing. `consume` reads a page and returns its items; `following`: the next page."""

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
        self._page: PageRequest | None = None  # that of the current one
        self._taken = 0  # items of the current page
        self._counted = 0  # of these, those that were returned before it was fetched again
        self._resumed: str | None = None  # the position at which it begins
        self._path: str | None = None  # of the listing, where it begins at a position
        self._problem: ClientError | None = None  # with the link to the next page
        self.limit_reached = False  # the service has, or may have, more results than the limit
        self.following: PageRequest | None = None

    def consume(self, page: Page, request: PageRequest) -> list[msgspec.Raw]:
        """The items of the page that *request* returned, up to the limit."""
        items = page.items
        own = self._own_request(page, request)
        if own is not request:
            self._seen.add(own.key)
        self._seen.add(request.key)
        self._empty = 0 if items else self._empty + 1
        items, self._skip, skipped = items[self._skip :], 0, min(self._skip, len(items))
        cut_off = self._left is not None and len(items) > self._left
        if self._left is not None:
            items = items[: self._left]
            self._left -= len(items)
        self.limit_reached = self._left == 0 and (cut_off or self._keys.next_link(page) not in (None, ""))
        self._page = request if request.body is None else own
        self._before += self._taken - self._counted
        self._taken, self._counted = skipped + len(items), skipped
        self.following = None
        if self._left != 0:
            try:
                self.following = self._next(page, request)
            except ClientError as error:
                self._problem = error  # the items of this page are valid
        return items

    def restarted(self) -> "Cursor":
        """A cursor at the place where this one began."""
        cursor = Cursor(self._keys, self._limit, self._listing)
        if self._resumed is not None:
            cursor.seek(self._resumed, lambda url: True, self._path)
        return cursor

    def raise_pending(self) -> None:
        """Raise the error of the link to the next page, if it has one."""
        if self._problem is not None:
            raise self._problem

    def position(self, unread: int) -> str | None:
        """The position as text, where *unread* items of the current page have not been returned yet."""
        page, skip = self.following, self._skip
        if unread or page is None:
            if self._page is None:
                return self._resumed
            page, skip = self._page, self._taken - unread
        saved = {"page": page.url, "skip": skip, "returned": self.returned(unread), "listing": self._listing}
        return json.dumps(saved if page.body is None else {**saved, "body": page.body})

    def returned(self, unread: int) -> int:
        """How many items have been returned, where *unread* items of the current page have not been yet."""
        return self._before + self._taken - self._counted - unread

    def _own_request(self, page: Page, request: PageRequest) -> PageRequest:
        """The request to fetch a page with again: its own link, where it has one that leads to the same server."""
        own = self._keys.own_link(page)
        if isinstance(own, str) and own:
            with suppress(ClientError):
                return PageRequest(join_link(request.url, own))
        return request

    def seek(self, position: str, trusts: Callable[[str], bool], path: str | None = None) -> None:
        """Begin at a position, whose page must be at a trusted address; one with a body, at the *path* of the listing.

        Raises:
            ClientError: it is not a position in this listing.
        """
        if self._page is not None:
            raise ClientError("The results cannot be resumed: the iteration has begun.", hint="Call resume() first.")
        try:
            saved = json.loads(position)
            page, skip, returned, listing = (saved[key] for key in ("page", "skip", "returned", "listing"))
            body = saved.get("body")
            sound = isinstance(page, str) and all(type(number) is int and number >= 0 for number in (skip, returned))
            sound = sound and isinstance(body, dict | None)
        except (TypeError, ValueError, KeyError, RecursionError):
            sound = False
        if not sound:
            raise ArgumentError("position is not valid.", hint="Pass the text that `results.position` returned.")
        if listing != self._listing:
            raise ClientError(
                "position belongs to other results: the query, or its order, differs.",
                hint="Resume with the same arguments; only the limit may differ.",
            )
        if body is not None and urlsplit(page).path != path:
            raise ArgumentError("position is not valid.", hint="Pass the text that `results.position` returned.")
        if not trusts(page):
            raise ClientError(
                f"position belongs to the results of another server, {redact_url(page)}.",
                hint="Use the base URL with which it was saved.",
            )
        self._resumed, self._path, self._skip, self._before = position, path, skip, returned
        self._left = max(self._limit - returned, 0) if self._limit else None
        self.following = None if self._left == 0 else PageRequest(page, body)

    def _next(self, page: Page, request: PageRequest) -> PageRequest | None:
        link = self._keys.next_link(page)
        if link is None or link == "":
            return None
        following = self._follow(link, request)
        if following.key in self._seen:
            raise PagingError(
                "The pages of results repeat: the next page has been read already.",
                url=redact_url(request.url),
                hint="The items that were returned are valid. If the error persists, report it to the support.",
            )
        if self._empty > _MAX_EMPTY:
            raise PagingError(f"{self._empty} pages of results in a row were empty.", url=redact_url(request.url))
        self._seen.add(following.key)  # the address that answers may have more in its query
        return following

    def _follow(self, link: Any, request: PageRequest) -> PageRequest:
        """The request that a link to the next page asks for."""
        whole = link if isinstance(link, dict) else {"href": link}
        href, body = whole.get("href"), None
        if str(whole.get("method", "GET")).upper() == "POST":
            body = whole.get("body") or {}
            if whole.get("merge") or not body:
                body = {**(request.body or {}), **body}
        if not isinstance(href, str) or not isinstance(body, dict | None):
            wrong = "link to the next page must be a str" if body is None else "body of the next page must be an object"
            kind = type(href if body is None else body).__name__
            raise PagingError(f"The {wrong}, got {kind}.", url=redact_url(request.url))
        url = join_link(request.url, href)
        query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        return PageRequest(add_query(url, {name: text for name, text in query if name in self._keys.carried}), body)

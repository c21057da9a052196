# Generated from planet/_async/apis/base.py by tools/unasync.py. Edit that file and run the tool again.

"""The base class of the clients of all APIs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, ClassVar, TypeVar

from ..._apis.interruption import warn_if_interrupted
from ..._http.paging import PageKeys, listing_fingerprint
from ..._http.settings import resolve_base_url
from ..._http.urls import encode
from ..._redact import redact, redact_url
from ..._utils.arguments import omit_none
from ...exceptions import MissingResource, PlanetError
from ..http.pager import Pager
from ..http.transport import BaseSession

__all__ = ["_BaseAPI"]


T = TypeVar("T")


class _BaseAPI:
    """A client of one API.

    Args:
        session: the session that sends its requests; of a session of the other variant, the settings are used.
        base_url: the base URL of the API; by default a path below the session's base URL.
    """

    _path = ""  # of the API, below the base URL
    _log: ClassVar[logging.Logger] = logging.getLogger("planet")
    _creates: ClassVar[tuple[str, str]] = ("Something", "a listing")  # what, and the call that lists it

    def __init__(self, session: BaseSession, base_url: str | None = None) -> None:
        session = BaseSession.from_session(session)
        self._session = session
        self._base_url = resolve_base_url(base_url) if base_url else f"{session.base_url}{self._path}"
        session.trust(self._base_url)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self._base_url)}>"

    def _url(self, path: str, *parts: object) -> str:
        """Return the URL of an endpoint: *path*, in which each `{}` is replaced by one of *parts*, percent-encoded."""
        return self._base_url + path.format(*map(encode, parts))

    def _get(self, url: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return (self._session.request("GET", url, params=params, response_type=dict)).json()  # type: ignore[no-any-return]  # response_type says so

    def _send(
        self,
        method: str,
        url: str,
        json: Any = None,
        *,
        idempotent: bool | None = None,
        creates: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send a body.

        If the request is interrupted, a warning says what may have been created, and which call lists it: *creates*,
        or what clients of this API usually create.
        """
        may_create = method == "POST" and not idempotent
        with warn_if_interrupted(self._log, *(creates or self._creates)) if may_create else nullcontext():
            answer = self._session.request(method, url, json=json, response_type=dict, idempotent=idempotent)
        return answer.json()  # type: ignore[no-any-return]  # response_type says so

    def _poll(self, url: str, wrap: Callable[[dict[str, Any]], T], what: str) -> T | None:
        """Request a resource; None after a transient error, which must not end a wait."""
        try:
            return wrap(self._get(url))
        except PlanetError as error:
            if not error.is_transient:
                raise
            status = f" ({error.status_code})" if error.status_code else ""
            self._log.info("%s could not be polled, trying again later: %s%s", what, redact(error.message), status)
            return None

    def _delete(self, url: str, event: str) -> None:
        """Delete a resource and log *event*; one that a retried request finds deleted counts as success."""
        try:
            self._session.request("DELETE", url)
        except MissingResource as error:
            if not error._retry.was_retried:
                raise
        self._log.info("%s", event)

    def _list(
        self,
        url: str,
        keys: PageKeys,
        wrap: Callable[[dict[str, Any]], T],
        limit: int,
        params: Mapping[str, Any] | None = None,
        *,
        method: str = "GET",
        json: Any = None,
        first: Callable[[], Any] | None = None,
    ) -> Pager[T]:
        """Return a pager over a listing; parameters that are None are omitted.

        *first* requests the first page where a single request is not enough; the other arguments then only identify
        the listing.
        """
        query = omit_none(**(params or {})) or None

        def first_page() -> Any:
            return self._session.request(method, url, json=json, params=query, response_type=keys, idempotent=True)

        listing, order = listing_fingerprint(url, query, json), (query or {}).get("_sort")
        return Pager(self._session, first or first_page, keys, wrap, limit, listing, order, json, url)

# Generated from planet/_async/apis/base.py by tools/unasync.py. Edit that file and run the tool again.

"""What the clients of all APIs have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, TypeVar

from ..._http.paging import PageKeys, listing_fingerprint
from ..._http.polling import PollInterval
from ..._http.settings import resolve_base_url
from ..._http.urls import encode
from ..._redact import redact_url
from ..._runtime._sync import invoke_callback, sleep
from ..._utils.arguments import omit_none
from ...exceptions import MissingResource, PlanetError, WaitTimeout
from ..http.pager import Pager
from ..http.transport import BaseSession

__all__ = ["_BaseAPI"]


T = TypeVar("T")
D = TypeVar("D", bound=dict[str, Any])


class _BaseAPI:
    """A client of one API.

    Args:
        session: what its requests go through.
        base_url: where the API is; left out: below the session's base URL.
    """

    _path = ""  # of the API below the base URL

    def __init__(self, session: BaseSession, base_url: str | None = None) -> None:
        self._session = session
        self._base_url = resolve_base_url(base_url) if base_url else f"{session.base_url}{self._path}"
        session.trust(self._base_url)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self._base_url)}>"

    def _url(self, path: str, *parts: object) -> str:
        """The address of an endpoint: a fixed path, in which each `{}` takes a part from outside, encoded."""
        return self._base_url + path.format(*map(encode, parts))

    def _get(self, url: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return (self._session.request("GET", url, params=params, response_type=dict)).json()  # type: ignore[no-any-return]  # response_type says so

    def _send(self, method: str, url: str, json: Any = None, *, idempotent: bool | None = None) -> dict[str, Any]:
        answer = self._session.request(method, url, json=json, response_type=dict, idempotent=idempotent)
        return answer.json()  # type: ignore[no-any-return]  # response_type says so

    def _poll(self, url: str, last: dict[str, Any]) -> dict[str, Any]:
        """What is there now; what was there last if the service is in trouble: that ends no wait."""
        try:
            return self._get(url)
        except PlanetError as error:
            if not error.is_transient:
                raise
            return last

    def _wait(
        self,
        url: str,
        found: D,
        status: Callable[[D], str],
        is_over: Callable[[D], bool],
        late: Callable[[D], WaitTimeout],
        interval: PollInterval,
        callback: Callable[[str], Any] | None,
    ) -> D:
        """Look at something again and again until it is over: what it is then. *found* is what is known of it now."""
        while True:
            started = monotonic()
            found = type(found)(self._poll(url, found))
            if callback is not None:
                invoke_callback(callback, status(found))
            if is_over(found):
                return found
            pause = interval.next_pause(started, monotonic())
            if pause is None:
                raise late(found)
            sleep(pause)

    def _delete(self, url: str) -> None:
        """Delete something; once is enough."""
        try:
            self._session.request("DELETE", url)
        except MissingResource as error:
            if not error._retry.was_retried:  # otherwise it was there, and the answer that it had gone was lost
                raise

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
        """The results of a listing; parameters that are None are left out.

        *first* asks for the first page where that takes more than a request; the other arguments then only tell
        listings apart.
        """
        query = omit_none(**(params or {})) or None

        def ask() -> Any:
            return self._session.request(method, url, json=json, params=query, response_type=keys, idempotent=True)

        listing, order = listing_fingerprint(url, query, json), (query or {}).get("_sort")
        return Pager(self._session, first or ask, keys, wrap, limit, listing, order, posted=method != "GET")

"""`Call`: what a request consists of. Every attempt and every redirect builds its request from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .redirects import follow
from .urls import add_query

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """The parts of a request.

    Attributes:
        method: the HTTP method, in upper case.
        url: the address.
        json: a value to send as JSON.
        files: the parts of a multipart form: {name: (file name, content, media type)}, see httpx.
        params: replaces the query of the address; None keeps that.
        headers: sent in addition to the usual ones.
        allow_cross_origin: whether a redirect may lead to another server, as the links of downloads do.
        is_file: whether it downloads a file, rather than asking the API.
        stops_at_redirect: whether a redirect is an answer, which the caller handles itself.
        accepted: error statuses that the caller handles itself.
        timeout: seconds for each step of an attempt; None: as the session has it.
        not_retried: error statuses after which the request is not sent again.
    """

    method: str
    url: str
    json: Any = field(default=None, repr=False)
    files: Mapping[str, tuple[Any, ...]] | None = field(default=None, repr=False)
    params: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_cross_origin: bool = False
    is_file: bool = False
    stops_at_redirect: bool = False
    accepted: frozenset[int] = frozenset()
    timeout: float | None = None
    not_retried: frozenset[int] = frozenset()

    def with_defaults(self, query: Mapping[str, str]) -> Call:
        """The call with the parameters that its query lacks."""
        if not query:
            return self
        if self.params is not None:
            return replace(self, params={**query, **self.params})
        return replace(self, url=add_query(self.url, query))

    def redirected(self, url: str, status: int, location: str) -> Call:
        """The call after a redirect from *url*.

        Raises:
            ClientError: the redirect leads to an address that is not allowed.
        """
        method, target, keep_body = follow(
            self.method, url, status, location, allow_cross_origin=self.allow_cross_origin
        )
        call = replace(self, method=method, url=target, params=None)
        return call if keep_body else replace(call, json=None, files=None)

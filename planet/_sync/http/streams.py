# Generated from planet/_async/http/streams.py by tools/unasync.py. Edit that file and run the tool again.

"""Bodies of answers: read to their end, or handed out while they come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from typing import Any

import httpx

from ..._http.errors import error_from_httpx
from ..._redact import redact_url
from ...exceptions import InvalidAnswer

__all__ = ["StreamingResponse", "body_of", "read"]


def body_of(response: httpx.Response, *, raw: bool = False) -> AbstractContextManager[Iterator[bytes]]:
    """The body in pieces, *raw* as they come or decoded; closed at the end of the `with`, read or not."""
    body: Any = response.iter_raw() if raw else response.iter_bytes()
    return closing(body)


def read(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """The body, decoded; never more of it than *limit* bytes: too much is an error, or is *cut* off."""
    if "," in response.headers.get("content-encoding", ""):
        # Compressed twice, a kilobyte unfolds to a gigabyte before anybody can count.
        raise InvalidAnswer("The service's answer is compressed more than once.", url=redact_url(response.url))
    pieces, size = [], 0
    with body_of(response) as body:
        for piece in body:
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
    if size > limit and not cut:
        raise InvalidAnswer(
            f"The service's answer is longer than {limit} bytes.",
            method=response.request.method,
            url=redact_url(response.url),
            status_code=response.status_code,
        )
    return b"".join(pieces)[:limit]


class StreamingResponse:
    """An answer while it comes in.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; names in any case.
        url: the address that answered.
    """

    def __init__(self, response: httpx.Response, method: str = "GET") -> None:
        self._response = response
        self._method = method
        self.status_code = response.status_code
        self.headers = response.headers

    def __repr__(self) -> str:
        return f"<models.StreamingResponse [{self.status_code}]>"

    @property
    def url(self) -> str:
        """The address that answered; it may hold a token."""
        return str(self._response.url)

    @property
    def num_bytes_downloaded(self) -> int:
        """How many bytes have come in so far."""
        return self._response.num_bytes_downloaded

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces."""
        try:
            with body_of(self._response) as pieces:
                for piece in pieces:
                    yield piece
            return
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, self._method, self.url)
        raise failure  # outside of the except: httpx's error holds the request

    def iter_lines(self) -> Iterator[str]:
        """The body line by line, without the line ends."""
        try:
            body: Any = self._response.iter_lines()
            with closing(body) as lines:
                for line in lines:
                    yield line
            return
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, self._method, self.url)
        raise failure  # outside of the except: httpx's error holds the request

    def close(self) -> None:
        """Read no more of it."""
        self._response.close()

"""Bodies of answers: read to their end, or handed out while they come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

import httpx

from ..._http.errors import error_from_httpx
from ..._redact import redact_url
from ...exceptions import InvalidAnswer

__all__ = ["StreamingResponse", "body_of", "read"]


def body_of(response: httpx.Response, *, raw: bool = False) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    """The body in pieces, *raw* as they come or decoded; closed at the end of the `async with`, read or not."""
    body: Any = response.aiter_raw() if raw else response.aiter_bytes()
    return aclosing(body)


async def read(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """The body, decoded; never more of it than *limit* bytes: too much is an error, or is *cut* off."""
    if "," in response.headers.get("content-encoding", ""):
        # Compressed twice, a kilobyte unfolds to a gigabyte before anybody can count.
        raise InvalidAnswer("The service's answer is compressed more than once.", url=redact_url(response.url))
    pieces, size = [], 0
    async with body_of(response) as body:
        async for piece in body:
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

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        try:
            async with body_of(self._response) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, self._method, self.url)
        raise failure  # outside of the except: httpx's error holds the request

    async def aiter_lines(self) -> AsyncIterator[str]:
        """The body line by line, without the line ends."""
        try:
            body: Any = self._response.aiter_lines()
            async with aclosing(body) as lines:
                async for line in lines:
                    yield line
            return
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, self._method, self.url)
        raise failure  # outside of the except: httpx's error holds the request

    async def aclose(self) -> None:
        """Read no more of it."""
        await self._response.aclose()

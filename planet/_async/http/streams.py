"""Bodies of answers: read to their end, or passed on while they come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from time import monotonic
from typing import Any

import httpx

from ..._http.decoding import Decoder
from ..._http.errors import error_from_httpx
from ..._redact import redact_url
from ...exceptions import InvalidAnswer

__all__ = ["StreamingResponse", "body_of", "read"]


def body_of(response: Any, *, raw: bool = False) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    """The body in pieces, *raw* or decompressed; closed at the end of the `async with`, read or not.

    Decompressed pieces are small, however much a body unfolds.
    """
    body: Any = _raw(response) if raw else _decoded(response)
    return aclosing(body)


async def _decoded(response: Any) -> AsyncIterator[bytes]:
    decoder = Decoder("" if _was_read(response) else response.headers.get("content-encoding", ""))
    raw: Any = _raw(response)
    async with aclosing(raw) as chunks:
        async for chunk in chunks:
            for piece in decoder.decode(chunk):
                yield piece
    for piece in decoder.finish():
        yield piece


def _was_read(response: Any) -> bool:
    """Whether a transport, such as that of a test tool, has read and decompressed the body."""
    return getattr(response, "is_stream_consumed", False)


async def _raw(response: Any) -> AsyncIterator[bytes]:
    if _was_read(response):
        yield response.content
        return
    async with aclosing(response.aiter_raw()) as chunks:
        complete = False  # then the connection may serve another request already
        try:
            async for chunk in chunks:
                yield chunk
            complete = True
        finally:
            # httpx and httpcore do not close the iterators that they read from, which trio warns of. An error ends
            # them all: that there is no time left for the rest of the body.
            if not complete and isinstance(response, httpx.Response) and _set_deadline(response, 0.0):
                with suppress(httpx.HTTPError, httpx.StreamError):
                    async for _ in chunks:
                        continue


async def read(response: Any, limit: int, seconds: float, *, cut: bool = False) -> bytes:
    """The body, decompressed.

    Args:
        response: an answer of which only the head has been read.
        limit: how many bytes there may be.
        seconds: how long it may take to come.
        cut: whether to return the first *limit* bytes of a longer body.

    Raises:
        InvalidAnswer: it is longer.
        httpx.ReadTimeout: it takes longer.
    """
    deadline = monotonic() + seconds
    _set_deadline(response, deadline)
    content = bytearray()
    async with body_of(response) as body:
        async for piece in body:
            content += piece
            if len(content) > limit:
                break
            if monotonic() > deadline:
                raise httpx.ReadTimeout("the answer was not complete in time")
    if len(content) > limit and not cut:
        content.clear()  # the error holds this frame
        error = InvalidAnswer(
            f"The answer is longer than {limit} bytes.",
            url=redact_url(response.url),
            status_code=response.status_code,
        )
        error._retry.is_permanent = True
        raise error
    return bytes(content[:limit])


def _set_deadline(response: Any, deadline: float) -> bool:
    """Make reading the body of an answer fail from *deadline* on. Returns whether its connection can do that."""
    stream: Any = response.extensions.get("network_stream") if isinstance(response, httpx.Response) else response
    if not hasattr(stream, "deadline"):
        return False
    stream.deadline = deadline
    return True


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
        """Close it, whether its body has been read or not."""
        await self._response.aclose()

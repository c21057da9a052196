"""Fault injection: before the application handles a request, or while its response is sent."""

import asyncio
import contextlib
import gzip
import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import Response

from .state.faults import Fault

__all__ = ["apply_fault"]


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
_LOGIN_PAGE = "<!doctype html><html><head><title>Log in</title></head><body>Please accept our terms.</body></html>"
_HTML = {"content-type": "text/html"}


async def apply_fault(fault: Fault, scope: Scope, receive: Receive, send: Send, transport: Any) -> Send | None:
    """Apply a fault to a request; returns the `send` for the response, or None if the request is answered."""
    response = _canned_response(fault)
    if response is not None:
        await response(scope, receive, send)
        return None
    if fault.kind == "reset":
        transport.abort()
        return None
    if fault.kind in ("delay", "slow_create"):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(fault.seconds)
        return send
    if fault.kind == "ignore_range" or (fault.kind == "changed_etag" and _header(scope["headers"], b"if-range")):
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
    return _FaultySend(fault, send, transport)


def _canned_response(fault: Fault) -> Response | None:
    """Return the response of a fault that replaces the response."""
    if fault.kind == "status":
        headers = {"content-type": "application/json", **fault.headers}
        if fault.retry_after is not None:
            headers["retry-after"] = fault.retry_after
        return Response(fault.body or '{"message":"fault"}', fault.status, headers)
    if fault.kind == "html":
        return Response(_GATEWAY_PAGE, 502, _HTML)
    if fault.kind == "login_page":
        return Response(_LOGIN_PAGE, 200, _HTML)
    if fault.kind == "blank":
        return Response("", 200, {"content-type": "application/json"})
    if fault.kind == "redirect":
        return Response("", 302, {"location": fault.to})
    return None


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for key, value in headers if key.lower() == name), None)


class _FaultySend:
    """An ASGI `send` that modifies the response."""

    def __init__(self, fault: Fault, send: Send, transport: Any) -> None:
        self._fault = fault
        self._send = send
        self._transport = transport
        self._start: Message = {}
        self._body = b""
        self._sent = 0
        self._finished = False
        self._handle: Callable[[Message], Awaitable[None]] = getattr(self, f"_{fault.kind}", self._buffer)

    async def __call__(self, message: Message) -> None:
        if not self._finished:
            await self._handle(message)

    async def _forward(self, message: Message, body: bytes, *, more: bool) -> None:
        self._sent += len(body)
        await self._send({**message, "body": body, "more_body": more})

    async def _abort_connection(self) -> None:
        await asyncio.sleep(0.05)  # so that the client receives the data before the reset
        self._finished = True
        self._transport.abort()

    def _headers_without(self, *names: bytes) -> list[tuple[bytes, bytes]]:
        return [(name, value) for name, value in self._start["headers"] if name.lower() not in names]

    # -- faults that stream the body -------------------------------------------------------------------------

    async def _lose_answer(self, message: Message) -> None:
        self._finished = True
        self._transport.abort()

    async def _cut(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            return
        body = message.get("body", b"")
        left = self._fault.after - self._sent
        if left >= len(body):
            await self._forward(message, body, more=message.get("more_body", False))
            return
        if left > 0:
            await self._forward(message, body[:left], more=True)
        if self._fault.kind == "stall":
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(self._fault.seconds)
        await self._abort_connection()

    _stall = _cut

    async def _slow(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        step = max(self._fault.rate // 20, 1)
        for start in range(0, len(body), step):
            await self._forward(message, body[start : start + step], more=True)
            try:
                await asyncio.sleep(step / self._fault.rate)
            except asyncio.CancelledError:  # the sandbox stops
                await self._abort_connection()
                return
        await self._forward(message, b"", more=more)

    # -- faults that modify the whole body -------------------------------------------------------------------

    async def _buffer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            self._finished = True
            await getattr(self, f"_send_{self._fault.kind}")()

    async def _finish(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def _with_length(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        await self._finish([*headers, (b"content-length", str(len(body)).encode())], body)

    async def _send_truncated(self) -> None:
        await self._finish(self._headers_without(b"content-length"), self._body[: len(self._body) // 2])

    async def _send_chunked(self) -> None:
        await self._finish(self._headers_without(b"content-length"), self._body)

    async def _send_corrupt(self) -> None:
        await self._finish(self._start["headers"], bytes([self._body[0] ^ 1]) + self._body[1:] if self._body else b"")

    async def _send_wrong_length(self) -> None:
        # uvicorn rejects a wrong length, so that the response is written directly to the connection.
        headers = [
            *self._headers_without(b"content-length", b"connection"),
            (b"content-length", b"%d" % (len(self._body) - 1)),
        ]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self._transport.write(b"HTTP/1.1 %d OK\r\n" % self._start["status"] + head + b"connection: close\r\n\r\n")
        self._transport.write(self._body)
        self._transport.close()

    async def _send_endless(self) -> None:
        await self._send({**self._start, "headers": self._headers_without(b"content-length")})
        body = self._body or b"more "
        while not self._transport.is_closing():
            await self._send({"type": "http.response.body", "body": body, "more_body": True})
            await asyncio.sleep(0)

    async def _send_gzip(self) -> None:
        headers = [*self._headers_without(b"content-length", b"content-encoding"), (b"content-encoding", b"gzip")]
        await self._with_length(headers, gzip.compress(self._body))

    async def _send_ignore_range(self) -> None:
        await self._finish(self._start["headers"], self._body)

    async def _send_changed_etag(self) -> None:
        etag = f'"{secrets.token_hex(8)}"'.encode()
        await self._finish([*self._headers_without(b"etag"), (b"etag", etag)], self._body)

    async def _send_no_etag(self) -> None:
        await self._finish(self._headers_without(b"etag"), self._body)

    async def _send_hostile_name(self) -> None:
        results, order = self._results()
        if order is None:
            name = self._fault.name.replace('"', "").encode("utf-8")
            disposition = (b"content-disposition", b'attachment; filename="' + name + b'"')
            await self._finish([*self._headers_without(b"content-disposition"), disposition], self._body)
            return
        if results:
            results[0]["name"] = self._fault.name
        await self._with_length(self._headers_without(b"content-length"), json.dumps(order).encode())

    async def _send_duplicate_name(self) -> None:
        results, order = self._results()
        if len(results) > 1:
            results[1]["name"] = results[0]["name"]
        body = self._body if order is None else json.dumps(order).encode()
        await self._with_length(self._headers_without(b"content-length"), body)

    def _results(self) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """Return the results of an order, and the order; None if the body is not an order."""
        try:
            order = json.loads(self._body)
            return order["_links"].get("results", []), order
        except (ValueError, KeyError, TypeError, AttributeError):
            return [], None

"""The sandbox as a web application: two origins, the API's and the storage's, behind the same front door.

The front door does what every request has in common: it writes it down, lets faults happen, asks for credentials,
and keeps to the rate limits.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

import attrs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from . import data_api, orders_api
from .faults import Fault
from .replies import message
from .world import World

__all__ = ["App", "Seen"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Requests a second and key, as documented; the longest prefix that matches "METHOD path" counts.
_LIMITS = {
    "POST /compute/ops/orders/v2": 3,
    "GET /compute/ops/orders/v2": 3,
    "GET /compute/ops/orders/v2/": 3,
    "PUT /compute/ops/orders/v2/": 3,
    "POST /compute/ops/bulk/": 5,
    "GET /compute/ops/stats/": 5,
    "GET /compute/ops/download": 5,
    "POST /data/v1": 10,
    "GET /data/v1": 10,
}
_OPEN = ("/compute/ops/download", "/compute/ops/bundles/spec")  # no credentials needed
_GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


@attrs.frozen
class Seen:
    """A request as it came in.

    Attributes:
        origin: `api` or `storage`.
        method: the HTTP method.
        path: the path, without the query.
        headers: the headers, in lower case.
        at: the monotonic time in seconds.
        body: the body, as far as the sandbox has read it.
    """

    origin: str
    method: str
    path: str
    headers: dict[str, str] = attrs.field(repr=False)
    at: float = 0.0


class App:
    """The application. One server serves it on two ports; the port says which origin is meant."""

    def __init__(self, world: World, storage_port: int, *, rate_limits: bool) -> None:
        self.world = world
        self.seen: list[Seen] = []
        self._storage_port = storage_port
        self._rate_limits = rate_limits
        self._recent: dict[tuple[str, str], deque[float]] = {}
        self._api = Starlette(routes=[*orders_api.routes(world), *data_api.routes(world)])
        self._storage = Starlette(routes=[Route("/{name:path}", self._file, methods=["GET", "HEAD"])])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["path"] != "/":
            scope["path"] = scope["path"].rstrip("/")  # every endpoint answers with and without it
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        at_storage = scope["server"][1] == self._storage_port
        origin = "storage" if at_storage else "api"
        self.seen.append(Seen(origin, scope["method"], scope["path"], headers, time.monotonic()))
        fault = self.world.faults.next(scope["method"], scope["path"])
        if fault is not None:
            send = await self._befall(fault, scope, receive, send)
        if fault is not None and fault.kind in ("status", "html", "blank", "reset"):
            return
        scope.setdefault("state", {})
        scope["state"]["storage"] = f"{scope['scheme']}://{scope['server'][0]}:{self._storage_port}"
        refusal = None if at_storage else self._refuse(scope, headers)
        app = refusal or (self._storage if at_storage else self._api)
        with contextlib.suppress(asyncio.CancelledError):  # the sandbox stops: whoever still waits is let go
            await app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """From start to shutdown: orders go on by themselves."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        ticker = asyncio.ensure_future(self._tick())
        await receive()
        ticker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticker
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        while True:
            await self.world.tick()
            await asyncio.sleep(0.1)

    # -- who may come in -------------------------------------------------------------------------------------

    def _refuse(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        """The answer to a request that must not come in, or None; what it came with goes into its state."""
        scope["state"]["key"] = key = _key_of(headers)
        if not scope["path"].startswith(_OPEN):
            if key is None:
                return message(401, "Please enter your API key, or email and password.")
            if self.world.api_key is not None and key != self.world.api_key:
                return message(401, "Invalid API key")
        if self._rate_limits and (limit := self._limit_of(scope)) is not None:
            name, rate = limit
            recent = self._recent.setdefault((key or "", name), deque())
            now = time.monotonic()
            while recent and now - recent[0] >= 1.0:
                recent.popleft()
            if len(recent) >= rate:
                return message(429, "Rate limit exceeded", {"Retry-After": "1"})
            recent.append(now)
        return None

    @staticmethod
    def _limit_of(scope: Scope) -> tuple[str, int] | None:
        call = f"{scope['method']} {scope['path']}"
        prefix = max((prefix for prefix in _LIMITS if call.startswith(prefix)), key=len, default=None)
        return None if prefix is None else (prefix, _LIMITS[prefix])

    # -- files -----------------------------------------------------------------------------------------------

    async def _file(self, request: Request) -> Response:
        name = unquote(request.path_params["name"])
        if "authorization" in request.headers:
            # As the real object stores do: a signed link and a key together are refused.
            return _denied(400, "InvalidArgument", "Only one auth mechanism allowed")
        claims = self.world.unsign(request.query_params.get("X-Goog-Signature", ""))
        if claims is None or claims["file"] != name:
            return _denied(403, "AccessDenied", "The link has expired or is not valid")
        path = self.world.folder / name
        return FileResponse(path, filename=path.name)

    # -- faults ----------------------------------------------------------------------------------------------

    async def _befall(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> Send:
        """Let a fault happen; what remains of it happens in the *send* that is returned."""
        # What uvicorn hands to an application knows its connection: a reset is not in the vocabulary of ASGI.
        transport = send.__self__.transport  # type: ignore[attr-defined]
        if fault.kind == "status":
            headers = {"content-type": "application/json", **fault.headers}
            await Response(fault.body or '{"message":"fault"}', fault.status, headers)(scope, receive, send)
        elif fault.kind == "html":
            await Response(_GATEWAY_PAGE, 502, {"content-type": "text/html"})(scope, receive, send)
        elif fault.kind == "blank":
            await Response("", 200, {"content-type": "application/json"})(scope, receive, send)
        elif fault.kind == "delay":
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(fault.seconds)
        elif fault.kind == "reset":
            transport.abort()
        return (
            _Spoiler(fault, send, transport) if fault.kind in ("truncated", "lose_answer", "cut", "corrupt") else send
        )


class _Spoiler:
    """Passes an answer on, not quite as it is."""

    def __init__(self, fault: Fault, send: Send, transport: Any) -> None:
        self._fault = fault
        self._send = send
        self._transport = transport
        self._start: Message = {}
        self._sent = 0
        self._over = False

    async def __call__(self, message: Message) -> None:
        kind = self._fault.kind
        if self._over:
            return
        if kind == "lose_answer":
            self._over = True
            self._transport.abort()
        elif message["type"] == "http.response.start":
            self._start = message
            if kind == "truncated":
                message["headers"] = [(n, v) for n, v in message["headers"] if n.lower() != b"content-length"]
            await self._send(message)
        elif kind == "truncated":
            body = message.get("body", b"")
            await self._send({**message, "body": body[: len(body) // 2], "more_body": False})
            self._over = True
        elif kind == "corrupt":
            body = message.get("body", b"")
            if self._sent == 0 and body:
                body = bytes([body[0] ^ 1]) + body[1:]
            self._sent += len(body)
            await self._send({**message, "body": body})
        else:
            body = message.get("body", b"")
            left = self._fault.after - self._sent
            if left < len(body):
                if left > 0:
                    await self._send({**message, "body": body[:left], "more_body": True})
                    await asyncio.sleep(0.05)  # so that what was sent arrives before the end does
                self._over = True
                self._transport.abort()
            else:
                self._sent += len(body)
                await self._send(message)


def _key_of(headers: dict[str, str]) -> str | None:
    """The key that a request came with, in any of the forms in which the service takes it."""
    import base64
    import binascii

    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("api-key", "bearer") and value:
        return value.strip()
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(value).decode().partition(":")[0] or None
    return None


def _denied(status: int, code: str, text: str) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Response(body, status, {"content-type": "application/xml"})

"""The sandbox as a web application: two origins, the API's and the storage's, behind the same front door.

The front door does what every request has in common: it writes it down, lets faults happen, asks for credentials,
and keeps to the rate limits.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from urllib.parse import parse_qsl, unquote

import attrs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from . import (
    assets_api,
    data_api,
    destinations_api,
    features_api,
    identity_api,
    mosaics_api,
    orders_api,
    quota_api,
    subscriptions,
    subscriptions_api,
)
from .replies import denied, message
from .spoilers import Message, Receive, Scope, Send, befall
from .world import World

__all__ = ["App", "Seen"]

log = logging.getLogger(__name__)


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
    "PUT /data/v1": 10,
    "DELETE /data/v1": 10,
    "GET /data/v1/download": 15,
    "GET /destinations/v1": 3,
    "POST /destinations/v1": 3,
    "PATCH /destinations/v1": 3,
    "PUT /destinations/v1": 3,
    "DELETE /destinations/v1": 3,
}
# No credentials are needed for these.
_OPEN = ("/compute/ops/download", "/compute/ops/bundles/spec", "/data/v1/download", *identity_api.OPEN)


@attrs.define
class Seen:
    """A request as it came in, and how much was sent for it.

    Attributes:
        origin: `api` or `storage`.
        method: the HTTP method.
        path: the path, without the query.
        headers: the headers, in lower case.
        at: the monotonic time in seconds.
        sent: how many bytes of a body have been sent as an answer.
    """

    origin: str
    method: str
    path: str
    headers: dict[str, str] = attrs.field(repr=False)
    at: float = 0.0
    sent: int = 0


class App:
    """The application. One server serves it on two ports; the port says which origin is meant."""

    def __init__(self, world: World, storage_port: int, *, rate_limits: bool) -> None:
        self.world = world
        self.seen: list[Seen] = []
        self._transports: set[asyncio.Transport] = set()
        self._storage_port = storage_port
        self._rate_limits = rate_limits
        self._recent: dict[tuple[str, str], deque[float]] = {}
        apis = (
            orders_api,
            data_api,
            assets_api,
            features_api,
            quota_api,
            destinations_api,
            subscriptions_api,
            mosaics_api,
            identity_api,
        )
        self._api = Starlette(routes=[route for api in apis for route in api.routes(world)])
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
        seen = Seen(origin, scope["method"], scope["path"], headers, time.monotonic())
        self.seen.append(seen)
        # What uvicorn hands to an application knows its connection: a reset is not in the vocabulary of ASGI.
        transport = send.__self__.transport  # type: ignore[attr-defined]
        self._transports = {one for one in self._transports if not _is_over(one)} | {transport}
        send = _counting(seen, send)
        fault = self.world.faults.next(scope["method"], scope["path"])
        if fault is not None and fault.kind == "expired_link":
            self.world.expire_links()
        elif fault is not None:
            spoiled = await befall(fault, scope, receive, send, transport)
            if spoiled is None:
                return
            send = spoiled
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
        for transport in self._transports:  # of those who still wait for an answer
            transport.abort()
        await asyncio.sleep(0)
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        while True:
            try:
                await self.world.tick()
                await subscriptions.tick(self.world)
            except Exception:  # a defect of the sandbox, which must not stand still because of it
                log.exception("orders and subscriptions could not go on for a moment")
            await asyncio.sleep(0.1)

    # -- who may come in -------------------------------------------------------------------------------------

    def _refuse(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        """The answer to a request that must not come in, or None; what it came with goes into its state."""
        key = _key_of(headers, scope["query_string"])
        is_token = _is_token(headers, key)
        if is_token and not scope["path"].startswith(_OPEN):
            key = self.world.identity.subject_of(key or "")
            if key is None:
                return message(401, "The access token is not valid, or has expired")
        scope["state"]["key"] = key
        if not scope["path"].startswith(_OPEN):
            if self.world.requires_token and not is_token:
                return message(401, "An access token is required")
            if key is None:
                return message(401, "Please enter your API key, or email and password.")
            if self.world.api_key is not None and key != self.world.api_key and not is_token:
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
        if scope["path"].startswith("/data/v1/assets/") and scope["path"].endswith("/activate"):
            return "activation", 5
        prefix = max((prefix for prefix in _LIMITS if call.startswith(prefix)), key=len, default=None)
        return None if prefix is None else (prefix, _LIMITS[prefix])

    # -- files -----------------------------------------------------------------------------------------------

    async def _file(self, request: Request) -> Response:
        name = unquote(request.path_params["name"])
        if "authorization" in request.headers:
            # As the real object stores do: a signed link and a key together are refused.
            return denied(400, "InvalidArgument", "Only one auth mechanism allowed")
        claims = self.world.unsign(request.query_params.get("X-Goog-Signature", ""))
        if claims is None or claims["file"] != name:
            return denied(403, "AccessDenied", "The link has expired or is not valid")
        path = self.world.folder / name
        return FileResponse(path, filename=path.name)


def _counting(seen: Seen, send: Send) -> Send:
    async def counted(message: Message) -> None:
        seen.sent += len(message.get("body", b""))
        await send(message)

    return counted


def _is_over(transport: asyncio.Transport) -> bool:
    return transport.is_closing() and transport.get_write_buffer_size() == 0


def _is_token(headers: dict[str, str], key: str | None) -> bool:
    """Whether it is a token of the login service, and no key."""
    return headers.get("authorization", "").lower().startswith("bearer ") and (key or "").count(".") == 2


def _key_of(headers: dict[str, str], query: bytes) -> str | None:
    """The key that a request came with, in any of the forms in which the service takes it."""
    import base64
    import binascii

    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("api-key", "bearer") and value:
        return value.strip()
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(value).decode().partition(":")[0] or None
    return dict(parse_qsl(query.decode("latin-1"))).get("api_key")

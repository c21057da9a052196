"""The ASGI application of the sandbox: three origins, the API, the storage and the catalogue.

Every request is recorded, subject to faults, authenticated and rate limited.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

import attrs
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from .apis import assets as assets_api
from .apis import data as data_api
from .apis import destinations as destinations_api
from .apis import features as features_api
from .apis import identity as identity_api
from .apis import item_types as item_types_api
from .apis import mosaics as mosaics_api
from .apis import orders as orders_api
from .apis import quota as quota_api
from .apis import subscriptions as subscriptions_api
from .apis.control import Control
from .apis.credentials import credentials_of, is_access_token
from .apis.geocatalog import configuration as catalog_configuration_api
from .apis.geocatalog import ingestion as catalog_ingestion_api
from .apis.geocatalog import stac as catalog_stac_api
from .apis.geocatalog import tiles as catalog_tiles_api
from .apis.geocatalog.answers import refused
from .apis.responses import error_response, storage_error
from .fault_injection import Message, Receive, Scope, Send, apply_fault
from .state import subscriptions
from .state.blobs import ACCOUNT
from .state.world import World

__all__ = ["App", "RecordedRequest", "other_host"]


log = logging.getLogger(__name__)


# Requests per second and key, as documented. The longest matching prefix of "METHOD path" applies.
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
_MOST_RECORDED = 1 << 20  # bytes of a body
# These paths need no credentials.
_PUBLIC_PATHS = ("/compute/ops/download", "/compute/ops/bundles/spec", "/data/v1/download", *identity_api.PUBLIC_PATHS)


@attrs.define
class RecordedRequest:
    """A request that the sandbox received.

    Attributes:
        origin: `api`, `storage` or `geocatalog`.
        method: the HTTP method.
        path: the path, without the query.
        headers: the headers, with lower-case names.
        at: the monotonic time in seconds.
        sent: the number of bytes of the response body that were sent.
        query: the query of the address, as it was sent.
        body: the body, as far as the sandbox has read it; the first MB at most.
        status: the HTTP status of the answer; 0: none was sent.
    """

    __module__ = "planet.sandbox"

    origin: str
    method: str
    path: str
    headers: dict[str, str] = attrs.field(repr=False)
    at: float = 0.0
    sent: int = 0
    query: str = attrs.field(default="", repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    status: int = 0


class App:
    """The ASGI application. A server serves it on three ports, one for each origin."""

    def __init__(
        self,
        world: World,
        storage_port: int,
        catalog_port: int,
        *,
        rate_limits: bool,
        public_url: str | None = None,
        storage_url: str | None = None,
        cors: bool = False,
        reset: Callable[[], None] = lambda: None,
        environment: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.world = world
        self.requests: list[RecordedRequest] = []
        self._cors = cors
        self._control = Starlette(routes=Control(world, self.requests, reset, environment).routes())
        self._transports: set[asyncio.Transport] = set()
        self._storage_port = storage_port
        self._catalog_port = catalog_port
        self._public_url = None if public_url is None else urlsplit(public_url)
        self._storage_url = storage_url
        self._rate_limits = rate_limits
        self._recent: dict[tuple[str, str], deque[float]] = {}
        apis = (
            orders_api,
            data_api,
            assets_api,
            item_types_api,
            features_api,
            quota_api,
            destinations_api,
            subscriptions_api,
            mosaics_api,
            identity_api,
        )
        self._api = Starlette(routes=[route for api in apis for route in api.routes(world)])
        catalog = (catalog_configuration_api, catalog_ingestion_api, catalog_stac_api, catalog_tiles_api)
        self._catalog = Starlette(routes=[route for api in catalog for route in api.routes(world)])
        self._storage = Starlette(routes=[Route("/{name:path}", self._file, methods=["GET", "HEAD"])])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["path"] != "/":
            scope["path"] = scope["path"].rstrip("/")  # endpoints work with and without a trailing slash
        # ASGI has no means to reset a connection, so that faults need the transport of uvicorn.
        transport = send.__self__.transport  # type: ignore[attr-defined]
        if self._cors:
            send = _allowing_all_origins(send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        ports = {self._storage_port: "storage", self._catalog_port: "geocatalog"}
        origin = ports.get(scope["server"][1], "api")
        if self._cors and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204)(scope, receive, send)
            return
        is_page = scope["path"] == "/" and "text/html" in headers.get("accept", "")  # by a browser, not by a client
        if origin == "api" and (is_page or f"{scope['path']}/".startswith("/_sandbox/")):
            scope.setdefault("state", {})
            await self._control(scope, receive, send)
            return
        recorded = RecordedRequest(origin, scope["method"], scope["path"], headers, time.monotonic())
        recorded.query = scope["query_string"].decode("latin-1")
        self.requests.append(recorded)
        receive = _recording_receive(recorded, receive)
        self._transports = {one for one in self._transports if not _is_done(one)} | {transport}
        send = _counting_send(recorded, send)
        fault = self.world.faults.next(scope["method"], scope["path"])
        if fault is not None and fault.kind == "expired_link":
            self.world.expire_links()
        elif fault is not None:
            if fault.kind == "slow_create":
                receive = await _whole_body(receive)
            faulty_send = await apply_fault(fault, scope, receive, send, transport)
            if faulty_send is None:
                return
            send = faulty_send
        scope.setdefault("state", {})
        scope["state"]["storage"] = self._storage_url or self._storage_of(scope, headers)
        if self._public_url is not None and origin == "api":
            self._make_public(scope)
        rejection = None
        if origin == "api":
            rejection = self._reject(scope, headers)
        elif origin == "geocatalog":
            rejection = refused(headers, recorded.query)
        app = rejection or {"api": self._api, "storage": self._storage, "geocatalog": self._catalog}[origin]
        with contextlib.suppress(asyncio.CancelledError, ClientDisconnect):  # it is stopping; the client is gone
            await app(scope, receive, send)

    def _storage_of(self, scope: Scope, headers: dict[str, str]) -> str:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or scope["server"][0]
        return f"{scope['scheme']}://{other_host(host)}:{self._storage_port}"

    def _make_public(self, scope: Scope) -> None:
        """Let all links in answers have the address at which clients reach the API."""
        assert self._public_url is not None
        scope["scheme"] = self._public_url.scheme
        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
        scope["headers"] = [(b"host", self._public_url.netloc.encode()), *others]

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Update orders and subscriptions from startup to shutdown."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        ticker = asyncio.ensure_future(self._tick())
        await receive()
        ticker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticker
        for transport in self._transports:  # of clients that still wait for an answer
            transport.abort()
        await asyncio.sleep(0)
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        while True:
            try:
                await self.world.tick()
                await subscriptions.tick(self.world)
            except Exception:  # a bug of the sandbox, which must not stop the updates
                log.exception("cannot update orders and subscriptions")
            await asyncio.sleep(0.1)

    # -- authentication and rate limits ----------------------------------------------------------------------

    def _reject(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        """Return the response to a request that is rejected, or None. The key is put in the state of the request."""
        key = credentials_of(headers, scope["query_string"])
        is_token = is_access_token(headers, key)
        if is_token and not scope["path"].startswith(_PUBLIC_PATHS):
            key = self.world.identity.subject_of(key or "")
            if key is None:
                return error_response(401, "The access token is not valid, or has expired")
        scope["state"]["key"] = key
        if not scope["path"].startswith(_PUBLIC_PATHS):
            if self.world.requires_token and not is_token:
                return error_response(401, "An access token is required")
            if key is None:
                return error_response(401, "Please enter your API key, or email and password.")
            if self.world.api_key is not None and key != self.world.api_key and not is_token:
                return error_response(401, "Invalid API key")
        if self._rate_limits and (limit := self._limit_of(scope)) is not None:
            name, rate = limit
            recent = self._recent.setdefault((key or "", name), deque())
            now = time.monotonic()
            while recent and now - recent[0] >= 1.0:
                recent.popleft()
            if len(recent) >= rate:
                return error_response(429, "Rate limit exceeded", {"Retry-After": "1"})
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
            # Object stores reject a signed link with additional credentials.
            return storage_error(400, "InvalidArgument", "Only one auth mechanism allowed")
        if name.startswith(f"{ACCOUNT}/"):
            return self._blob(request, name)
        claims = self.world.unsign(request.query_params.get("X-Goog-Signature", ""))
        if claims is None or claims["file"] != name:
            return storage_error(403, "AccessDenied", "The link has expired or is not valid")
        path = self.world.folder / name
        return FileResponse(path, filename=path.name)

    def _blob(self, request: Request, name: str) -> Response:
        """A blob of the storage account: of a delivery to Azure, or of the catalogue."""
        _, container, blob = [*name.split("/", 2), ""][:3]
        if not self.world.blobs.allows(container, request.url.query):
            return storage_error(403, "AuthenticationFailed", "The signature is missing, not valid, or has expired")
        path = self.world.blobs.path(container, blob)
        if path is None:
            return storage_error(404, "BlobNotFound", "The specified blob does not exist")
        return FileResponse(path)


def _allowing_all_origins(send: Send) -> Send:
    """Add the headers that let pages of other origins read the answers."""

    async def allowing(message: Message) -> None:
        if message["type"] == "http.response.start":
            allowed = [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
                (b"access-control-allow-headers", b"*, Authorization"),
                (b"access-control-expose-headers", b"*"),
            ]
            message = {**message, "headers": [*message.get("headers", []), *allowed]}
        await send(message)

    return allowing


def other_host(host: str) -> str:
    """The host of the storage, for a host of the API: another one, as at Planet, if this machine is the host.

    Clients drop their credentials when they are redirected to another host, but not to another port of the same.
    """
    return {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(host, host)


def _is_done(transport: asyncio.Transport) -> bool:
    try:
        return transport.is_closing() and transport.get_write_buffer_size() == 0
    except AttributeError:  # asyncio takes the connection away from the transport of a closed TLS connection
        return True


async def _whole_body(receive: Receive) -> Receive:
    """Read a request to its end, so that it is processed even if the client has gone meanwhile."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())

    async def replayed() -> Message:
        return messages.pop(0) if messages else await receive()

    return replayed


def _recording_receive(recorded: RecordedRequest, receive: Receive) -> Receive:
    async def recording() -> Message:
        message = await receive()
        if len(recorded.body) < _MOST_RECORDED:
            recorded.body += message.get("body", b"")[: _MOST_RECORDED - len(recorded.body)]
        return message

    return recording


def _counting_send(recorded: RecordedRequest, send: Send) -> Send:
    async def counted(message: Message) -> None:
        recorded.status = message.get("status", recorded.status)
        recorded.sent += len(message.get("body", b""))
        await send(message)

    return counted

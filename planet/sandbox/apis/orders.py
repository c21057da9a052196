"""The Orders API of the sandbox."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ... import specs
from ...exceptions import PlanetError
from ..catalog.clock import stamp
from ..catalog.filters import FilterError
from ..imagery.fulfilment import Job, basemap_quads
from ..state.records import OrderRecord
from ..state.world import World
from .destinations import SECRETS
from .listing import sorted_by, within
from .order_checks import OrderError, check_order, items_of
from .responses import error_response, field_error, json_body, page_link, server_url

__all__ = ["routes"]


_PAGE_SIZE, _MAX_PAGE_SIZE = 20, 500
_RETENTION = datetime.timedelta(days=90)
_ECHOED_FIELDS = ("tools", "delivery", "notifications", "metadata", "hosting")


def routes(world: World) -> list[Route]:
    """Return the routes below `/compute/ops`."""
    api = _Orders(world)
    root = "/compute/ops"
    return [
        Route(f"{root}/orders/v2", api.create, methods=["POST"]),
        Route(f"{root}/orders/v2", api.list, methods=["GET"]),
        Route(f"{root}/orders/v2/{{id}}", api.get, methods=["GET"]),
        Route(f"{root}/orders/v2/{{id}}", api.cancel, methods=["PUT"]),
        Route(f"{root}/bulk/orders/v2/cancel", api.cancel_many, methods=["POST"]),
        Route(f"{root}/orders/v2/cancel", api.cancel_many, methods=["POST"]),
        Route(f"{root}/stats/orders/v2", api.stats, methods=["GET"]),
        Route(f"{root}/download", api.download, methods=["GET"]),
        Route(f"{root}/bundles/spec", api.bundles, methods=["GET"]),
    ]


class _Orders:
    def __init__(self, world: World) -> None:
        self.world = world

    async def create(self, request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return field_error({}, "Unable to parse the request: it is not a JSON object")
        try:
            resolved = self.world.resolve_refs(body, request.state.key)
            check_order(resolved, self.world.catalog)
            items, complete = items_of(resolved, self.world.catalog)
        except FilterError as error:
            return field_error({error.path: error.message}, OrderError.general)
        except OrderError as error:
            return field_error({error.field: error.message} if error.field else {}, error.general)
        order_id = self.world.new_order_id()
        if "hosting" in body:
            hosting = {"collection_id": str(uuid.uuid4()), **(body["hosting"].get("sentinel_hub") or {})}
            body = {**body, "tools": [{"file_format": {"format": "COG"}}], "hosting": {"sentinel_hub": hosting}}
        tools = body["tools"] if "hosting" in body else resolved.get("tools") or []
        basemaps = body.get("source_type") == "basemaps"
        job = Job(
            order_id,
            body["name"],
            items=items,
            quads=tuple(quad for product in resolved["products"] for quad in basemap_quads(product))
            if basemaps
            else (),
            tools=tuple((name, parameters or {}) for tool in tools for name, parameters in tool.items()),
            delivery=body.get("delivery") or {},
            pixels=256 if basemaps else self.world.pixels,
            clip_pixels=self.world.clip_pixels,
            image_bytes=self.world.image_bytes,
        )
        order = self.world.add_order(request.state.key, body, job, complete=complete)
        return JSONResponse(self._serialize(order, request), 202)

    def _serialize(self, order: OrderRecord, request: Request, *, with_results: bool = False) -> dict[str, Any]:
        """Return the order as the API does; only a single order has links to its results."""
        base = server_url(request)
        links: dict[str, Any] = {"_self": f"{base}/compute/ops/orders/v2/{order.id}"}
        if with_results and order.state in ("success", "partial"):
            links["results"] = [self._result(order, path, base) for path in order.results]
        return {
            "_links": links,
            "created_on": stamp(order.created),
            "error_hints": order.hints if order.is_final else [],
            "id": order.id,
            "last_message": order.message,
            "last_modified": stamp(order.modified),
            "name": order.request["name"],
            "order_type": order.request.get("order_type", "full"),
            "products": order.request["products"],
            "source_type": order.request.get("source_type", "scenes"),
            "state": order.state,
            "subscription_id": order.request.get("subscription_id", 0),
            **{key: _without_secrets(order.request[key]) for key in _ECHOED_FIELDS if key in order.request},
        }

    def _result(self, order: OrderRecord, path: str, base: str) -> dict[str, Any]:
        name = f"{order.id}/{path}"
        if order.delivered_elsewhere:
            return {"delivery": "success", "expires_at": "0001-01-01T00:00:00.000Z", "name": name}
        expiry, text = self.world.link_expiry()
        token = self.world.sign(file=f"orders/{name}", exp=expiry, token_type="download-asset-stack")
        return {
            "delivery": "success",
            "expires_at": text,
            "location": f"{base}/compute/ops/download/?token={quote(token)}",
            "name": name,
        }

    def _find(self, request: Request) -> OrderRecord | None:
        order = self.world.orders.get(request.path_params["id"])
        return order if order is not None and order.key == request.state.key else None

    async def get(self, request: Request) -> Response:
        order = self._find(request)
        if order is None:
            return error_response(404, f"Could not load order ID: {request.path_params['id']}.")
        await self.world.settle(order)
        return JSONResponse(self._serialize(order, request, with_results=True))

    async def cancel(self, request: Request) -> Response:
        order = self._find(request)
        if order is None:
            return error_response(404, f"No such order ID: {request.path_params['id']}.")
        await self.world.settle(order)
        if order.state != "queued":
            return error_response(409, "Order not in a cancellable state")
        self.world.cancel(order)
        return JSONResponse(self._serialize(order, request))

    async def cancel_many(self, request: Request) -> Response:
        body = await json_body(request) or {}
        mine = {order.id: order for order in self._owned(request)}
        wanted = body.get("order_ids")
        cancelled, failures = 0, []
        for order_id in [order.id for order in mine.values() if order.state == "queued"] if wanted is None else wanted:
            order = mine.get(order_id)
            if order is not None:
                await self.world.settle(order)
            if order is None:
                failures.append({"order_id": order_id, "message": "Order not found"})
            elif order.state != "queued":
                failures.append({"order_id": order_id, "message": "Order not in a cancellable state"})
            else:
                self.world.cancel(order)
                cancelled += 1
        result = {"succeeded": {"count": cancelled}, "failed": {"count": len(failures), "failures": failures}}
        return JSONResponse({"result": result})

    def _owned(self, request: Request) -> list[OrderRecord]:
        return [order for order in self.world.orders.values() if order.key == request.state.key]

    async def stats(self, request: Request) -> Response:
        await self.world.tick()

        def count(orders: list[OrderRecord]) -> dict[str, int]:
            return {f"{state}_orders": sum(order.state == state for order in orders) for state in ("queued", "running")}

        everyone = list(self.world.orders.values())
        return JSONResponse({"organization": count(everyone), "user": count(self._owned(request))})

    async def list(self, request: Request) -> Response:
        await self.world.tick()
        query = request.query_params
        try:
            for name in ("created_on", "last_modified"):
                within(self.world.clock.now(), query.get(name))  # invalid intervals are an error even without orders
            orders = [order for order in self._owned(request) if self._matches(order, request)]
            orders = sorted_by(orders, query.get("sort_by") or "created_on DESC", _SORT_KEYS)
            size = min(int(query.get("page_size", _PAGE_SIZE)), _MAX_PAGE_SIZE)
            start = int(query.get("page_marker", 0))
        except (PlanetError, ValueError) as error:
            return field_error({}, f"Invalid query parameter: {error}")
        links = {"_self": str(request.url)}
        if start + size < len(orders):
            links["next"] = page_link(request, page_marker=start + size)
        page = [self._serialize(order, request) for order in orders[start : start + size]]
        return JSONResponse({"_links": links, "orders": page})

    def _matches(self, order: OrderRecord, request: Request) -> bool:
        query = request.query_params
        states = query.getlist("state")
        sources = [source for entry in query.getlist("source_type") for source in entry.split(",")] or ["scenes"]
        hosting = query.get("hosting")
        delivery = order.request.get("delivery") or {}
        return (
            self.world.clock.now() - order.created < _RETENTION
            and (not states or order.state in states)
            and ("all" in sources or order.request.get("source_type", "scenes") in sources)
            and query.get("name", order.request["name"]) == order.request["name"]
            and query.get("name__contains", "").lower() in order.request["name"].lower()
            and within(order.created, query.get("created_on"))
            and within(order.modified, query.get("last_modified"))
            and (hosting is None or (hosting == "true") == ("hosting" in order.request))
            and query.get("destination_ref") in (None, (delivery.get("destination") or {}).get("ref"))
        )

    async def download(self, request: Request) -> Response:
        claims = self.world.unsign(request.query_params.get("token", ""))
        if claims is None:
            return error_response(401, "The download link has expired or is not valid")
        token = self.world.sign(file=claims["file"], exp=claims["exp"])
        name = quote(claims["file"])
        return RedirectResponse(f"{request.state.storage}/{name}?X-Goog-Signature={quote(token)}", 302)

    async def bundles(self, request: Request) -> Response:
        bundles = {
            name: {"name": name, "description": name, **description}
            for name, description in sorted(specs.PRODUCT_BUNDLES["bundles"].items())
        }
        return JSONResponse({"version": "sandbox", "bundles": bundles})


_SORT_KEYS: dict[str, Callable[[OrderRecord], Any]] = {
    "name": lambda order: order.request["name"],
    "created_on": lambda order: order.created,
    "state": lambda order: order.state,
    "last_modified": lambda order: order.modified,
}


def _without_secrets(value: Any) -> Any:
    """The value as the service shows it: credentials of deliveries are hidden."""
    if isinstance(value, dict):
        return {name: "<REDACTED>" if name in SECRETS else _without_secrets(entry) for name, entry in value.items()}
    return [_without_secrets(entry) for entry in value] if isinstance(value, list) else value

"""The Quota API of the sandbox: products, reservations and jobs. A reservation costs the square metres of its AOI."""

import operator
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..catalog.clock import stamp
from ..state.records import QuotaRecord
from ..state.world import World
from .responses import json_body, page_link, server_url

__all__ = ["routes"]


_PAGE_SIZE, _MAX_PAGE_SIZE = 50, 1000
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "icontains": lambda value, wanted: str(wanted).lower() in str(value).lower(),
    "like": lambda value, wanted: str(wanted).strip("%") in str(value),
    "ilike": lambda value, wanted: str(wanted).strip("%").lower() in str(value).lower(),
    "isnull": lambda value, wanted: (value is None) == (wanted == "true"),
    "in": lambda value, wanted: str(value) in str(wanted).split(","),
    "notin": lambda value, wanted: str(value) not in str(wanted).split(","),
}
_PAGING_PARAMETERS = ("limit", "offset", "fields", "sort", "supports_reservation")


def routes(world: World) -> list[Route]:
    """Return the routes below `/account/v1`."""
    api = _Quota(world)
    reservations = "/account/v1/quota-reservations"
    return [
        Route("/account/v1/my/products", api.products, methods=["GET"]),
        Route("/auth/v1/experimental/public/my/subscriptions", api.plans, methods=["GET"]),
        Route(reservations, api.reservations, methods=["GET"]),
        Route(reservations, api.reserve, methods=["POST"]),
        Route(f"{reservations}/estimate", api.estimate, methods=["POST"]),
        Route(f"{reservations}/bulk-reserve", api.bulk_reserve, methods=["POST"]),
        Route(f"{reservations}/jobs", api.jobs, methods=["GET"]),
        Route(f"{reservations}/jobs/{{id}}", api.job, methods=["GET"]),
        Route(f"{reservations}/{{id}}", api.reservation, methods=["GET"]),
    ]


class _RequestError(Exception):
    """A request that the service rejects."""


class _Quota:
    def __init__(self, world: World) -> None:
        self.world = world

    def _quota(self, request: Request) -> QuotaRecord:
        return self.world.quota_of(request.state.key)

    async def products(self, request: Request) -> Response:
        wanted = request.query_params.get("supports_reservation")
        products = [
            product
            for product in self._quota(request).products
            if wanted is None or product["supports_reservation"] == (wanted == "true")
        ]
        return _page(request, products)

    async def plans(self, request: Request) -> Response:
        """The quota as older programs ask for it: in square kilometres."""
        return JSONResponse(
            [
                {
                    "id": product["id"],
                    "plan": {"name": product["name"], "state": product["state"]},
                    "quota_sqkm": product["quota_total"] / 1e6,
                    "quota_used": product["quota_used"] / 1e6,
                    "active_from": product["term_start_date"],
                    "active_to": product["term_end_date"],
                    "organization": {"id": product["organization_id"], "name": "sandbox"},
                    "state": product["state"],
                }
                for product in self._quota(request).products
            ]
        )

    async def reservations(self, request: Request) -> Response:
        return _page(request, self._quota(request).reservations)

    async def reservation(self, request: Request) -> Response:
        found = [r for r in self._quota(request).reservations if str(r["id"]) == request.path_params["id"]]
        return JSONResponse(found[0]) if found else _error(404, "Reservation not found")

    async def estimate(self, request: Request) -> Response:
        try:
            product, costs = await self._costs(request)
        except _RequestError as error:
            return _error(400, str(error))
        return JSONResponse(
            {
                "estimated_costs": [{"aoi_ref": ref, "cost": cost, "reserved": False} for ref, cost in costs.items()],
                "quota_remaining": product["quota_total"] - product["quota_used"],
                "quota_total": product["quota_total"],
                "quota_units": product["quota_units"],
                "total_cost": sum(costs.values()),
            }
        )

    async def reserve(self, request: Request) -> Response:
        try:
            product, costs = await self._costs(request)
            made = self._reserve(request, product, costs)
        except _RequestError as error:
            return _error(400, str(error))
        return JSONResponse(
            {
                "quota_remaining": str(float(product["quota_total"] - product["quota_used"])),
                "quota_reservations": [{name: entry[name] for name in ("aoi_ref", "id", "state")} for entry in made],
                "quota_total": product["quota_total"],
                "quota_units": product["quota_units"],
                "quota_used": product["quota_used"],
                "url": f"{server_url(request)}/account/v1/quota-reservations/",
            },
            201,
        )

    async def bulk_reserve(self, request: Request) -> Response:
        try:
            product, costs = await self._costs(request)
            self._reserve(request, product, costs)
        except _RequestError as error:
            return _error(400, str(error))
        quota = self._quota(request)
        quota.jobs.append(
            {
                "id": 8000 + len(quota.jobs),
                "collection_id": ((await json_body(request)) or {}).get("collection_id"),
                "product_access_id": product["id"],
                "total_items": len(costs),
                "type": "quota:reserve",
                "begun": self.world.clock.time(),
            }
        )
        return JSONResponse({"job_id": str(quota.jobs[-1]["id"]), "status": "pending"}, 201)

    def _reserve(self, request: Request, product: dict[str, Any], costs: dict[str, int]) -> list[dict[str, Any]]:
        if sum(costs.values()) > product["quota_total"] - product["quota_used"]:
            raise _RequestError("Insufficient quota for this reservation")
        quota = self._quota(request)
        now = stamp(self.world.clock.now(), "microseconds").removesuffix("Z")
        made = []
        for ref, cost in costs.items():
            number = len(quota.reservations) + 1
            made.append(
                {
                    "id": number, "aoi_ref": ref, "product_id": product["id"], "amount": cost, "collection_id": None,
                    "state": "reserved", "organization_id": 1, "user_id": 1, "created_at": now, "updated_at": now,
                    "url": f"{server_url(request)}/account/v1/quota-reservations/{number}",
                }
            )  # fmt: skip
            quota.reservations.append(made[-1])
        product["quota_used"] += sum(costs.values())
        return made

    async def _costs(self, request: Request) -> tuple[dict[str, Any], dict[str, int]]:
        """Return the requested product, and the cost of each AOI."""
        body = await json_body(request) or {}
        product = next((p for p in self._quota(request).products if p["id"] == body.get("product_id")), None)
        if product is None or not product["supports_reservation"]:
            raise _RequestError(f"Product {body.get('product_id')} cannot be reserved")
        refs = body.get("aoi_refs")
        if not isinstance(refs, list) or not refs:
            raise _RequestError("aoi_refs is required")
        costs: dict[str, int] = {}
        for ref in refs:
            features = self.world.features_of(str(ref), request.state.key)
            if not features:
                raise _RequestError(f"Feature {ref} does not exist")
            costs |= {feature["properties"]["pl:ref"]: feature["properties"]["pl:area"] for feature in features}
        return product, costs

    async def jobs(self, request: Request) -> Response:
        return _page(request, [self._serialize(job) for job in self._quota(request).jobs])

    async def job(self, request: Request) -> Response:
        found = [job for job in self._quota(request).jobs if str(job["id"]) == request.path_params["id"]]
        return JSONResponse(self._serialize(found[0])) if found else _error(404, "Job not found")

    def _serialize(self, job: dict[str, Any]) -> dict[str, Any]:
        age = self.world.clock.time() - job["begun"]
        share = min(age / max(self.world.timing.activating, 1e-9), 1.0)
        shown = {name: value for name, value in job.items() if name != "begun"}
        return {
            **shown,
            "status": "completed" if share == 1 else "pending",
            "processed_items": int(share * job["total_items"]),
            "percentage": round(100 * share, 1),
        }


def _page(request: Request, entries: list[dict[str, Any]]) -> Response:
    """Return a page of the entries that match the query, with links to the other pages."""
    query = request.query_params
    try:
        limit = min(max(int(query.get("limit", _PAGE_SIZE)), 1), _MAX_PAGE_SIZE)
        offset = max(int(query.get("offset", 0)), 0)
        entries = [entry for entry in entries if all(_passes(entry, *pair) for pair in query.items())]
    except (ValueError, TypeError, KeyError) as error:
        return _error(400, f"Invalid query parameter: {error}")
    if sort := query.get("sort"):
        entries = sorted(entries, key=lambda entry: str(entry.get(sort.lstrip("-"))), reverse=sort.startswith("-"))
    shown = entries[offset : offset + limit]
    if fields := query.get("fields"):
        shown = [{name: entry.get(name) for name in fields.split(",")} for entry in shown]
    following = page_link(request, offset=offset + limit) if offset + limit < len(entries) else None
    before = page_link(request, offset=max(offset - limit, 0)) if offset else None
    meta = {"args": {"limit": limit, "offset": offset}, "count": len(entries), "next": following, "prev": before}
    return JSONResponse({"meta": meta, "results": shown})


def _passes(entry: dict[str, Any], name: str, wanted: str) -> bool:
    field, _, how = name.partition("__")
    if name in _PAGING_PARAMETERS:
        return True
    value = entry.get(field)
    if isinstance(value, (int, float)) and how not in ("in", "notin", "isnull", "icontains", "like", "ilike"):
        return _COMPARE[how or "eq"](value, float(wanted))
    return _COMPARE[how or "eq"](value, wanted)


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": {"message": text}}, status)

"""The Subscriptions API of the sandbox."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..._utils.times import str_to_datetime
from ...exceptions import PlanetError
from ..catalog.clock import stamp
from ..catalog.filters import FilterError
from ..imagery.variables import VARIABLES
from ..state.records import SubscriptionRecord
from ..state.world import World
from .destinations import SECRETS
from .listing import sorted_by, within
from .responses import json_body, page_link, server_url
from .subscription_checks import SubscriptionError, check_change, check_subscription
from .subscription_results import csv_lines, serialize_result

__all__ = ["routes"]


_PAGE_SIZE, _MAX_PAGE_SIZE = 20, 10_000
_STATUSES = ("preparing", "pending", "running", "completed", "cancelled", "suspended", "failed")
_RESULT_STATUSES = ("created", "queued", "processing", "failed", "cancelled", "success")


def routes(world: World) -> list[Route]:
    """Return the routes below `/subscriptions/v1`."""
    api = _Subscriptions(world)
    root = "/subscriptions/v1"
    one = f"{root}/{{id}}"
    return [
        Route(root, api.all, methods=["GET"]),
        Route(root, api.create, methods=["POST"]),
        Route(f"{root}/bulk", api.create_many, methods=["POST"]),
        Route(f"{root}/suspend", api.suspend_many, methods=["POST"]),
        Route(f"{root}/reactivate", api.reactivate_many, methods=["POST"]),
        Route(f"{root}/summary", api.summary, methods=["GET"]),
        Route(one, api.get, methods=["GET"]),
        Route(one, api.replace, methods=["PUT"]),
        Route(one, api.patch, methods=["PATCH"]),
        Route(f"{one}/cancel", api.cancel, methods=["POST"]),
        Route(f"{one}/suspend", api.suspend, methods=["POST"]),
        Route(f"{one}/reactivate", api.reactivate, methods=["POST"]),
        Route(f"{one}/results", api.results, methods=["GET"]),
        Route(f"{one}/summary", api.one_summary, methods=["GET"]),
    ]


class _Subscriptions:
    def __init__(self, world: World) -> None:
        self.world = world

    # -- create and change -----------------------------------------------------------------------------------

    async def create(self, request: Request) -> Response:
        try:
            record = self._add(request, await json_body(request))
        except SubscriptionError as error:
            return _bad_request(error)
        return JSONResponse(self._serialize(record, request))

    async def create_many(self, request: Request) -> Response:
        body = await json_body(request) or {}
        entries = body.get("subscriptions")
        try:
            if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
                raise SubscriptionError("subscriptions must have exactly one request")
            ref = _geometry_of(entries[0])
            refs = self._features(request, ref)
            began = stamp(self.world.clock.now())
            for feature_ref in refs:
                source = entries[0]["source"]
                geometry = {"type": "ref", "content": feature_ref}
                parameters = {**source["parameters"], "geometry": geometry, "geom_ref": ref["content"]}
                self._add(request, {**entries[0], "source": {**source, "parameters": parameters}})
        except SubscriptionError as error:
            return _bad_request(error)
        link = request.url.replace(path="/subscriptions/v1", query="")
        found = link.include_query_params(created=f"{began}/..", geom_ref=ref["content"], name=entries[0]["name"])
        return JSONResponse({"_links": {"list": str(found)}})

    def _features(self, request: Request, ref: Any) -> list[str]:
        """Return the references to the features of a collection."""
        name = ref.get("content") if isinstance(ref, dict) and ref.get("type") == "ref" else None
        features = self.world.features_of(str(name), request.state.key)
        if not features:
            raise SubscriptionError("source.parameters.geometry must be the reference to a collection with features")
        return [feature["properties"]["pl:ref"] for feature in features]

    def _add(self, request: Request, body: dict[str, Any] | None) -> SubscriptionRecord:
        stored, resolved = self._validated(request, body)
        if "hosting" in resolved:
            hosting = {"collection_id": str(uuid.uuid4()), **(resolved["hosting"].get("parameters") or {})}
            resolved["hosting"] = stored["hosting"] = {"type": "sentinel_hub", "parameters": hosting}
        now = self.world.clock.now()
        record = SubscriptionRecord(str(uuid.uuid4()), request.state.key, stored, resolved, created=now, updated=now)
        self.world.subscriptions[record.id] = record
        return record

    def _validated(self, request: Request, body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Validate a request; returns it as it is stored, and with references resolved."""
        if not isinstance(body, dict):
            raise SubscriptionError("The request is not a JSON object")
        try:
            resolved = self.world.resolve_refs(body, request.state.key)
        except FilterError as error:
            raise SubscriptionError(f"{error.path}: {error.message}") from None
        resolved = json.loads(json.dumps(check_subscription(resolved)))
        stored = json.loads(json.dumps(resolved))
        ref = _geometry_of(body)
        if isinstance(ref, dict) and ref.get("type") == "ref":
            stored["source"]["parameters"].setdefault("geom_ref", ref["content"])
        return stored, resolved

    async def replace(self, request: Request) -> Response:
        return await self._update(request, lambda stored, body: body)

    async def patch(self, request: Request) -> Response:
        return await self._update(request, _patched)

    async def _update(self, request: Request, combine: Callable[[dict[str, Any], Any], Any]) -> Response:
        record = self._find(request)
        if record is None:
            return _not_found(request)
        if record.is_final:
            return _conflict(f"Subscription is {record.status} and cannot be updated")
        try:
            body = combine(record.request, await json_body(request))
            stored, resolved = self._validated(request, body)
            start = str_to_datetime(record.parameters["start_time"])
            check_change(record.resolved, resolved, has_started=start <= self.world.clock.now())
        except SubscriptionError as error:
            return _bad_request(error)
        record.request, record.resolved, record.updated = stored, resolved, self.world.clock.now()
        return JSONResponse(self._serialize(record, request))

    # -- cancel, suspend, reactivate -------------------------------------------------------------------------

    async def cancel(self, request: Request) -> Response:
        return self._respond_to_transition(request, "cancel", 200)

    async def suspend(self, request: Request) -> Response:
        return self._respond_to_transition(request, "suspend", 202)

    async def reactivate(self, request: Request) -> Response:
        return self._respond_to_transition(request, "reactivate", 202)

    def _respond_to_transition(self, request: Request, action: str, status: int) -> Response:
        record = self._find(request)
        if record is None:
            return _not_found(request)
        if not self._transition(record, action):
            return _conflict(f"Subscription is {record.status}: it is not possible to {action} it")
        return JSONResponse(self._serialize(record, request), status)

    def _transition(self, record: SubscriptionRecord, action: str) -> bool:
        """Cancel, suspend or reactivate a subscription; returns False if its status does not allow that."""
        if record.is_final or (action != "cancel" and (record.status == "suspended") != (action == "reactivate")):
            return False
        # A reactivated subscription starts with the first status, as it may have been suspended before it was running.
        now = self.world.clock.now()
        record.status = {"cancel": "cancelled", "suspend": "suspended", "reactivate": "preparing"}[action]
        record.updated = now
        for result in record.results.values() if action == "cancel" else ():
            if not result.is_final:
                result.status, result.updated, result.completed = "cancelled", now, now
        return True

    async def suspend_many(self, request: Request) -> Response:
        return await self._transition_many(request, "suspend")

    async def reactivate_many(self, request: Request) -> Response:
        return await self._transition_many(request, "reactivate")

    async def _transition_many(self, request: Request, action: str) -> Response:
        """Suspend or reactivate several subscriptions; without ids, all of them."""
        ids = (await json_body(request) or {}).get("subscription_ids")
        for record in self._owned(request):
            if ids is None or record.id in ids:
                self._transition(record, action)
        return Response(status_code=202)

    # -- read ------------------------------------------------------------------------------------------------

    def _find(self, request: Request) -> SubscriptionRecord | None:
        record = self.world.subscriptions.get(request.path_params["id"])
        return record if record is not None and record.key == request.state.key else None

    def _owned(self, request: Request) -> list[SubscriptionRecord]:
        return [record for record in self.world.subscriptions.values() if record.key == request.state.key]

    def _serialize(self, record: SubscriptionRecord, request: Request) -> dict[str, Any]:
        me = f"{server_url(request)}/subscriptions/v1/{record.id}"
        body = record.request
        if "delivery" in body:
            hidden = {n: "<REDACTED>" if n in SECRETS else v for n, v in body["delivery"]["parameters"].items()}
            body = {**body, "delivery": {**body["delivery"], "parameters": hidden}}
        return {
            "id": record.id,
            "status": record.status,
            "created": stamp(record.created),
            "updated": stamp(record.updated),
            **body,
            "_links": {"_self": me, "results": f"{me}/results"},
        }

    async def get(self, request: Request) -> Response:
        record = self._find(request)
        return _not_found(request) if record is None else JSONResponse(self._serialize(record, request))

    async def all(self, request: Request) -> Response:
        query = request.query_params
        try:
            _check_choices(query, "status", (*_STATUSES, "invalid"))
            _check_choices(query, "hosting", ("true", "false"))
            _check_choices(query, "source_type", ("catalog", *VARIABLES))
            found = [record for record in self._owned(request) if _matches(record, request)]
            found = sorted_by(found, query.get("sort_by") or "created DESC", _SORT_KEYS)
            return self._page(request, "subscriptions", found, lambda record: self._serialize(record, request))
        except (PlanetError, ValueError) as error:
            return _bad_request(SubscriptionError(str(error)))

    def _page(self, request: Request, name: str, entries: list[Any], show: Callable[[Any], Any]) -> Response:
        size = min(max(int(request.query_params.get("page_size", _PAGE_SIZE)), 1), _MAX_PAGE_SIZE)
        start = max(int(request.query_params.get("page_marker", 0)), 0)
        links = {"_self": str(request.url)}
        if start + size < len(entries):
            links["next"] = page_link(request, page_marker=start + size)
        return JSONResponse({name: [show(entry) for entry in entries[start : start + size]], "_links": links})

    async def summary(self, request: Request) -> Response:
        counts = Counter(record.status for record in self._owned(request))
        return JSONResponse({"subscriptions": {status: counts[status] for status in _STATUSES}})

    async def one_summary(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _not_found(request)
        counts = Counter(result.status for result in record.results.values())
        results = {status: counts[status] for status in _RESULT_STATUSES}
        return JSONResponse({"results": results, "subscription": {"status": record.status}})

    async def results(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _not_found(request)
        query = request.query_params
        try:
            _check_choices(query, "status", _RESULT_STATUSES)
            found = [
                result
                for result in record.results.values()
                if result.status in (query.getlist("status") or _RESULT_STATUSES)
                and within(result.created, query.get("created"))
                and within(result.updated, query.get("updated"))
                and within(result.completed, query.get("completed"))
                and within(result.moment, query.get("item_datetime"))
            ]
            if query.get("format") == "csv":
                return StreamingResponse(csv_lines(found), media_type="text/csv")
            return self._page(request, "results", found, lambda result: serialize_result(result))
        except (PlanetError, ValueError) as error:
            return _bad_request(SubscriptionError(str(error)))


def _check_choices(query: Any, name: str, choices: Iterable[str]) -> None:
    """Raise ValueError if a query parameter has an unknown value."""
    for value in query.getlist(name):
        if value not in choices:
            raise ValueError(f"{name} {value!r} is not one of {', '.join(choices)}")


def _matches(record: SubscriptionRecord, request: Request) -> bool:
    query = request.query_params
    body, source = record.request, record.request["source"]["parameters"]
    delivery = body.get("delivery") or {}
    hosting = query.get("hosting")
    end = source.get("end_time")
    return (
        record.status in (query.getlist("status") or _STATUSES)
        and query.get("name", body["name"]) == body["name"]
        and query.get("name__contains", "").lower() in body["name"].lower()
        and query.get("source_type", record.resolved["source"]["type"]) == record.resolved["source"]["type"]
        and within(record.created, query.get("created"))
        and within(record.updated, query.get("updated"))
        and within(str_to_datetime(source["start_time"]), query.get("start_time"))
        and within(end and str_to_datetime(end), query.get("end_time"))
        and (hosting is None or (hosting == "true") == ("hosting" in body))
        and query.get("destination_ref") in (None, (delivery.get("parameters") or {}).get("ref"))
        and query.get("geom_ref") in (None, source.get("geom_ref"))
    )


_SORT_KEYS: dict[str, Callable[[SubscriptionRecord], Any]] = {
    "name": lambda record: record.request["name"],
    "created": lambda record: record.created,
    "updated": lambda record: record.updated,
    "start_time": lambda record: str_to_datetime(record.parameters["start_time"]),
    "end_time": lambda record: record.parameters.get("end_time", "9"),
}


def _geometry_of(body: Any) -> Any:
    """Return the geometry of the source of a request."""
    for name in ("source", "parameters", "geometry"):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _patched(stored: dict[str, Any], change: Any) -> Any:
    """Apply a patch to a stored request. A new geometry removes the stored reference to a feature."""
    merged = _merged(stored, change)
    if _geometry_of(change) is not None and isinstance(_geometry_of(merged), dict):
        merged["source"]["parameters"].pop("geom_ref", None)
    return merged


def _merged(stored: Any, change: Any) -> Any:
    """Merge a patch into a stored value (JSON Merge Patch): None removes a member."""
    if not isinstance(stored, dict) or not isinstance(change, dict):
        return change
    merged = {**stored, **{name: _merged(stored.get(name), value) for name, value in change.items()}}
    return {name: value for name, value in merged.items() if value is not None}


def _bad_request(error: SubscriptionError) -> Response:
    return _error(400, error.reason, [{"message": error.detail}])


def _conflict(reason: str) -> Response:
    return _error(409, reason)


def _not_found(request: Request) -> Response:
    return _error(404, f"Subscription not found: {request.path_params['id']}")


def _error(status: int, reason: str, details: list[dict[str, str]] | None = None) -> Response:
    return JSONResponse({"error": {"reason": reason, "details": details or []}}, status)

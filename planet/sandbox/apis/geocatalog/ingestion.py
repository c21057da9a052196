"""Operations, ingestion sources, ingestions and runs of the catalogue; signatures."""

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...state.geocatalog import GeoCatalogState
from ...state.world import World
from ..responses import json_body, json_value
from .answers import accepted, entry_of, error, invalid, missing_collection, paged, storage_of
from .stac import merged

__all__ = ["routes"]


_IDENTITY = {
    "objectId": "00000000-0000-4000-8000-000000000001",
    "resourceId": "/subscriptions/0/resourceGroups/sandbox/providers/Microsoft.ManagedIdentity/"
    "userAssignedIdentities/sandbox",
}
_DAY = 24 * 60.0  # minutes


def routes(world: World) -> list[Route]:
    """Return the routes below `/inma` and `/sas`."""
    api = _Ingestion(world)
    sources, ingestions = "/inma/ingestion-sources", "/inma/collections/{collection}/ingestions"
    one = f"{ingestions}/{{ingestion}}"
    return [
        Route("/inma/operations", api.operations, methods=["GET"]),
        Route("/inma/operations", api.cancel_all, methods=["DELETE"]),
        Route("/inma/operations/{id}", api.operation, methods=["GET"]),
        Route("/inma/operations/{id}", api.cancel, methods=["DELETE"]),
        Route(sources, api.list_sources, methods=["GET"]),
        Route(sources, api.create_source, methods=["POST"]),
        Route(f"{sources}/managed-identities", api.identities, methods=["GET"]),
        Route(f"{sources}/{{id}}", api.get_source, methods=["GET"]),
        Route(f"{sources}/{{id}}", api.replace_source, methods=["PUT"]),
        Route(f"{sources}/{{id}}", api.delete_source, methods=["DELETE"]),
        Route(ingestions, api.list_ingestions, methods=["GET"]),
        Route(ingestions, api.create_ingestion, methods=["POST"]),
        Route(one, api.get_ingestion, methods=["GET"]),
        Route(one, api.update_ingestion, methods=["PATCH"]),
        Route(one, api.delete_ingestion, methods=["DELETE"]),
        Route(f"{one}/runs", api.list_runs, methods=["GET"]),
        Route(f"{one}/runs", api.create_run, methods=["POST"]),
        Route(f"{one}/runs/{{run}}", api.get_run, methods=["GET"]),
        Route("/sas/token/revoke", api.revoke, methods=["POST"]),
        Route("/sas/token/{collection}", api.token, methods=["GET"]),
        Route("/sas/sign", api.sign, methods=["GET"]),
    ]


class _Ingestion:
    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def state(self) -> GeoCatalogState:
        """The catalogue, which `reset` replaces."""
        return self.world.geocatalog

    # -- operations ------------------------------------------------------------------------------------------

    async def operations(self, request: Request) -> Response:
        wanted = {name: request.query_params.get(name) for name in ("collectionId", "status")}
        found = [
            operation
            for operation in reversed(self.state.operations.values())
            if all(value in (None, operation.get(name)) for name, value in wanted.items())
        ]
        return paged(request, found)

    async def operation(self, request: Request) -> Response:
        found = self.state.operations.get(request.path_params["id"])
        return _missing("Operation", request.path_params["id"]) if found is None else JSONResponse(found)

    async def cancel(self, request: Request) -> Response:
        found = self.state.operations.get(request.path_params["id"])
        if found is None:
            return _missing("Operation", request.path_params["id"])
        self.state.cancel(found)
        return Response(status_code=204)

    async def cancel_all(self, request: Request) -> Response:
        for operation in self.state.operations.values():
            self.state.cancel(operation)
        return Response(status_code=204)

    # -- sources ---------------------------------------------------------------------------------------------

    async def identities(self, request: Request) -> Response:
        return JSONResponse({"value": [_IDENTITY]})

    async def list_sources(self, request: Request) -> Response:
        summaries = [
            {name: source[name] for name in ("id", "kind", "created")} for source in self.state.sources.values()
        ]
        return paged(request, summaries)

    async def create_source(self, request: Request) -> Response:
        body = await json_body(request)
        if problem := _source_problem(body):
            return invalid(problem)
        assert body is not None
        url = body["connectionInfo"]["containerUrl"]
        for source in self.state.sources.values():
            if source["connectionInfo"]["containerUrl"] == url:
                text = f"The container already contains a SAS token ingestion source with id {source['id']}"
                return error(409, "ResourceAlreadyExists", text)
        source_id = str(body.get("id") or uuid.uuid4())
        self.state.sources[source_id] = {**body, "id": source_id, "created": self.state.stamp()}
        return JSONResponse(_without_secret(self.state.sources[source_id]), 201)

    async def get_source(self, request: Request) -> Response:
        found = self.state.sources.get(request.path_params["id"])
        if found is None:
            return _missing("Ingestion source", request.path_params["id"])
        return JSONResponse(_without_secret(found))

    async def replace_source(self, request: Request) -> Response:
        body, name = await json_body(request), request.path_params["id"]
        if problem := _source_problem(body):
            return invalid(problem)
        created = self.state.sources.get(name, {}).get("created") or self.state.stamp()
        self.state.sources[name] = {**(body or {}), "id": name, "created": created}
        return JSONResponse(_without_secret(self.state.sources[name]))

    async def delete_source(self, request: Request) -> Response:
        if self.state.sources.pop(request.path_params["id"], None) is None:
            return _missing("Ingestion source", request.path_params["id"])
        return Response(status_code=204)

    # -- ingestions ------------------------------------------------------------------------------------------

    def _ingestion(self, request: Request) -> dict[str, Any] | None:
        known: dict[str, dict[str, Any]] = self.state.ingestions.get(request.path_params["collection"], {})
        return known.get(request.path_params["ingestion"])

    async def list_ingestions(self, request: Request) -> Response:
        if entry_of(self.world, request) is None:
            return missing_collection(request.path_params["collection"])
        return paged(request, list(self.state.ingestions.get(request.path_params["collection"], {}).values()))

    async def create_ingestion(self, request: Request) -> Response:
        body = await json_body(request)
        if entry_of(self.world, request) is None:
            return missing_collection(request.path_params["collection"])
        kinds = {"StaticCatalog": "sourceCatalogUrl", "StacGeoparquet": "stacGeoparquetUrl"}
        key = kinds.get(str((body or {}).get("importType")))
        if body is None or key is None or not body.get(key):
            return invalid("importType and its address are required")
        ingestion = {
            "id": str(uuid.uuid4()),
            "creationTime": self.state.stamp(),
            "status": "Ready",
            "skipExistingItems": False,
            "keepOriginalAssets": False,
            **body,
        }
        self.state.ingestions.setdefault(request.path_params["collection"], {})[str(ingestion["id"])] = ingestion
        return JSONResponse(ingestion, 201, {"Location": f"{request.url.path}/{ingestion['id']}"})

    async def get_ingestion(self, request: Request) -> Response:
        found = self._ingestion(request)
        return _missing("Ingestion", request.path_params["ingestion"]) if found is None else JSONResponse(found)

    async def update_ingestion(self, request: Request) -> Response:
        found, patch = self._ingestion(request), await json_value(request)
        if found is None:
            return _missing("Ingestion", request.path_params["ingestion"])
        changed = merged(found, patch)
        self.state.ingestions[request.path_params["collection"]][found["id"]] = changed
        return JSONResponse(changed)

    async def delete_ingestion(self, request: Request) -> Response:
        name, ingestion_id = request.path_params["collection"], request.path_params["ingestion"]
        if self._ingestion(request) is None:
            return _missing("Ingestion", ingestion_id)

        state = self.state

        def work(_: Any) -> None:
            state.ingestions[name].pop(ingestion_id, None)
            state.runs.pop(ingestion_id, None)

        return accepted(request, state.begin("DeleteIngestion", name, work))

    # -- runs ------------------------------------------------------------------------------------------------

    async def list_runs(self, request: Request) -> Response:
        if self._ingestion(request) is None:
            return _missing("Ingestion", request.path_params["ingestion"])
        runs = self.state.runs.get(request.path_params["ingestion"], {})
        return paged(request, [_shown(run) for run in runs.values()])

    async def create_run(self, request: Request) -> Response:
        definition, name = self._ingestion(request), request.path_params["collection"]
        if definition is None:
            return _missing("Ingestion", request.path_params["ingestion"])
        counts = ("totalItems", "totalPendingItems", "totalSuccessfulItems", "totalFailedItems")
        run: dict[str, Any] = {"id": str(uuid.uuid4()), "parentRunId": None, "creationTime": self.state.stamp()}
        run |= {key: definition[key] for key in ("skipExistingItems", "keepOriginalAssets", "sourceCatalogUrl")
                if key in definition}  # fmt: skip
        run["operation"] = dict.fromkeys(counts, 0)
        work = self.state.ingest(run, definition, name, storage_of(request))
        pending = self.state.begin("IngestionStaticCatalog", name, work)
        operation = self.state.operations[pending["id"]]
        self.state.runs.setdefault(definition["id"], {})[run["id"]] = run
        run["operation"] |= pending
        run["_live"] = operation
        return JSONResponse(_shown(run), 201, {"Location": f"{request.url.path}/{run['id']}"})

    async def get_run(self, request: Request) -> Response:
        found = self.state.runs.get(request.path_params["ingestion"], {}).get(request.path_params["run"])
        return _missing("Run", request.path_params["run"]) if found is None else JSONResponse(_shown(found))

    # -- signatures ------------------------------------------------------------------------------------------

    async def token(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return missing_collection(request.path_params["collection"])
        token, until = self.state.blobs.sas(entry.container, _minutes(request))
        return JSONResponse({"token": token, "msft:expiry": f"{until:%Y-%m-%dT%H:%M:%SZ}"})

    async def sign(self, request: Request) -> Response:
        href = request.query_params.get("href", "")
        place = self.state.blobs.parse(href, storage_of(request))
        if place is None or not any(entry.container == place[0] for entry in self.state.collections.values()):
            return JSONResponse({"href": href, "msft:expiry": None})
        token, until = self.state.blobs.sas(place[0], _minutes(request))
        return JSONResponse({"href": f"{href}?{token}", "msft:expiry": f"{until:%Y-%m-%dT%H:%M:%SZ}"})

    async def revoke(self, request: Request) -> Response:
        self.world.expire_links()
        return Response(status_code=200)


def _shown(run: dict[str, Any]) -> dict[str, Any]:
    """A run with the present status of its operation."""
    live = {name: value for name, value in run["_live"].items() if name != "additionalInformation"}
    return {
        **{name: value for name, value in run.items() if name != "_live"},
        "operation": {**run["operation"], **live},
    }


def _minutes(request: Request) -> float:
    return float(request.query_params.get("duration") or _DAY)


def _missing(kind: str, name: str) -> Response:
    return error(404, "ResourceNotFound", f"{kind} '{name}' not found.")


def _source_problem(body: Any) -> str | None:
    connection = body.get("connectionInfo") if isinstance(body, dict) else None
    if not isinstance(connection, dict) or not connection.get("containerUrl"):
        return "connectionInfo.containerUrl is required"
    wanted = {"SasToken": "sasToken", "BlobManagedIdentity": "objectId"}.get(body.get("kind"))
    return (
        None if wanted and connection.get(wanted) else "kind must be SasToken or BlobManagedIdentity, with its secret"
    )


def _without_secret(source: dict[str, Any]) -> dict[str, Any]:
    connection = {name: value for name, value in source["connectionInfo"].items() if name != "sasToken"}
    return {**source, "connectionInfo": connection}

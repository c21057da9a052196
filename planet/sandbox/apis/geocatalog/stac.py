"""The STAC API of the catalogue: collections, items and searches."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...state.geocatalog import GeoCatalogState
from ...state.stac_items import QueryError, select
from ...state.world import World
from ..responses import json_body, json_value, server_url
from .answers import accepted, entry_of, error, invalid, missing_collection, storage_of

__all__ = ["routes"]


_COLLECTIONS_A_PAGE = 10
_DEFAULT_LIMIT, _MOST = 10, 10_000
_CONFORMANCE = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0-rc.2/item-search#fields",
    "https://api.stacspec.org/v1.0.0-rc.2/item-search#query",
    "https://api.stacspec.org/v1.0.0-rc.2/item-search#sort",
    "https://api.stacspec.org/v1.0.0-rc.2/item-search#filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
]
_REQUIRED = ("id", "description", "license", "extent", "links")


def routes(world: World) -> list[Route]:
    """Return the routes of collections, items and searches."""
    api = _Stac(world)
    collection, item = "/stac/collections/{collection}", "/stac/collections/{collection}/items/{item}"
    return [
        Route("/stac", api.landing_page, methods=["GET"]),
        Route("/stac/conformance", api.conformance, methods=["GET"]),
        Route("/stac/search", api.search, methods=["POST"]),
        Route("/stac/collections", api.list_collections, methods=["GET"]),
        Route("/stac/collections", api.create_collection, methods=["POST"]),
        Route(collection, api.get_collection, methods=["GET"]),
        Route(collection, api.replace_collection, methods=["PUT"]),
        Route(collection, api.delete_collection, methods=["DELETE"]),
        Route(f"{collection}/items", api.list_items, methods=["GET"]),
        Route(f"{collection}/items", api.create_items, methods=["POST"]),
        Route(item, api.get_item, methods=["GET"]),
        Route(item, api.replace_item, methods=["PUT"]),
        Route(item, api.update_item, methods=["PATCH"]),
        Route(item, api.delete_item, methods=["DELETE"]),
    ]


class _Stac:
    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def state(self) -> GeoCatalogState:
        """The catalogue, which `reset` replaces."""
        return self.world.geocatalog

    async def landing_page(self, request: Request) -> Response:
        links = [{"rel": "self", "href": f"{server_url(request)}/stac", "type": "application/json"}]
        return JSONResponse(
            {
                "type": "Catalog",
                "id": "planet-sandbox",
                "title": "GeoCatalog of the sandbox",
                "description": "Deliveries of the sandbox",
                "stac_version": "1.0.0",
                "conformsTo": _CONFORMANCE,
                "links": links,
            }
        )

    async def conformance(self, request: Request) -> Response:
        return JSONResponse({"conformsTo": _CONFORMANCE})

    # -- collections -----------------------------------------------------------------------------------------

    async def list_collections(self, request: Request) -> Response:
        token = request.query_params.get("token", "0")
        start = int(token) if token.isdecimal() else 0
        entries = list(self.state.collections.values())
        links = []
        if start + _COLLECTIONS_A_PAGE < len(entries):
            following = f"{server_url(request)}/stac/collections?token={start + _COLLECTIONS_A_PAGE}"
            links.append({"rel": "next", "method": "GET", "href": following})
        found = [self._collection(request, entry.document) for entry in entries[start : start + _COLLECTIONS_A_PAGE]]
        return JSONResponse({"collections": found, "links": links})

    def _collection(self, request: Request, document: dict[str, Any]) -> dict[str, Any]:
        own = {"rel": "self", "href": f"{server_url(request)}/stac/collections/{document['id']}"}
        others = [link for link in document.get("links", []) if link.get("rel") != "self"]
        return {**document, "links": [own, *others]}

    async def get_collection(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return missing_collection(request.path_params["collection"])
        return JSONResponse(self._collection(request, entry.document))

    async def create_collection(self, request: Request) -> Response:
        body = await json_body(request)
        if problem := _collection_problem(body):
            return invalid(problem)
        assert body is not None
        if body["id"] in self.state.collections:
            return error(409, "CollectionAlreadyExists", f"Collection '{body['id']}' already exists.")
        state = self.state  # which a reset may replace before the operation runs
        return accepted(request, state.begin("AddCollection", body["id"], lambda _: state.add_collection(body)))

    async def replace_collection(self, request: Request) -> Response:
        entry, body = entry_of(self.world, request), await json_body(request)
        if entry is None:
            return missing_collection(request.path_params["collection"])
        if problem := _collection_problem(body):
            return invalid(problem)
        assert body is not None
        entry.document = {**body, "id": entry.document["id"]}
        return JSONResponse(self._collection(request, entry.document))

    async def delete_collection(self, request: Request) -> Response:
        name = request.path_params["collection"]
        if entry_of(self.world, request) is None:
            return missing_collection(name)
        state = self.state
        return accepted(request, state.begin("DeleteCollection", name, lambda _: state.remove_collection(name)))

    # -- items -----------------------------------------------------------------------------------------------

    async def list_items(self, request: Request) -> Response:
        entry, query = entry_of(self.world, request), request.query_params
        if entry is None:
            return missing_collection(request.path_params["collection"])
        try:
            conditions: dict[str, Any] = {"datetime": query.get("datetime")}
            if "bbox" in query:
                conditions["bbox"] = [float(number) for number in query["bbox"].split(",")]
            limit, start = int(query.get("limit", _DEFAULT_LIMIT)), int(query.get("token", "next:0").partition(":")[2])
            found = select(entry.items.values(), conditions)
        except (QueryError, ValueError) as problem:
            return invalid(str(problem))
        links = []
        if start + limit < len(found):
            following = request.url.remove_query_params(["api-version", "sign", "duration"])
            following = following.include_query_params(token=f"next:{start + limit}", limit=limit)
            links.append({"rel": "next", "method": "GET", "href": str(following)})
        return self._features(request, found, start, limit, links)

    async def search(self, request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return invalid("The body must be a JSON object")
        try:
            limit, start = int(body.get("limit", _DEFAULT_LIMIT)), int(str(body.get("token", ":0")).partition(":")[2])
            if not 0 < limit <= _MOST:
                raise QueryError(f"limit must be between 1 and {_MOST}")
            found = select(self.state.items(), body)
        except (QueryError, ValueError) as problem:
            return invalid(str(problem))
        links = []
        if start + limit < len(found):
            following = {**body, "token": f"next:{start + limit}"}
            place = f"{server_url(request)}/stac/search"
            links.append({"rel": "next", "method": "POST", "href": place, "merge": False, "body": following})
        return self._features(request, found, start, limit, links, body.get("fields"))

    def _features(
        self, request: Request, found: list[Any], start: int, limit: int, links: list[Any], fields: Any = None
    ) -> Response:
        page = [self._item(request, item, fields) for item in found[start : start + limit]]
        return JSONResponse(
            {
                "type": "FeatureCollection",
                "features": page,
                "links": links,
                "numberMatched": len(found),
                "numberReturned": len(page),
            }
        )

    def _item(self, request: Request, item: Mapping[str, Any], fields: Any = None) -> dict[str, Any]:
        root = f"{server_url(request)}/stac/collections/{item['collection']}"
        own = {"rel": "self", "href": f"{root}/items/{item['id']}", "type": "application/geo+json"}
        shown = {**item, "links": [own, {"rel": "collection", "href": root}]}
        if request.query_params.get("sign") == "true":
            shown["assets"] = self._signed(request, item)
        if isinstance(fields, Mapping):
            include = {*(fields.get("include") or shown), "id", "collection", "type"}
            wanted = {str(name).partition(".")[0] for name in include} - set(fields.get("exclude") or ())
            shown = {name: value for name, value in shown.items() if name in wanted}
        return shown

    def _signed(self, request: Request, item: Mapping[str, Any]) -> dict[str, Any]:
        storage, blobs = storage_of(request), self.state.blobs
        minutes = float(request.query_params.get("duration", 24 * 60))
        signed = {}
        for key, asset in item["assets"].items():
            place = blobs.parse(asset["href"], storage)
            mark = "" if place is None else f"?{blobs.sas(place[0], minutes)[0]}"
            signed[key] = {**asset, "href": f"{asset['href']}{mark}"}
        return signed

    async def get_item(self, request: Request) -> Response:
        entry, name = entry_of(self.world, request), request.path_params["item"]
        if entry is None:
            return missing_collection(request.path_params["collection"])
        item = entry.items.get(name)
        if item is None:
            collection = request.path_params["collection"]
            return error(404, "ResourceNotFound", f"Item '{name}' not found in collection '{collection}'")
        return JSONResponse(self._item(request, item))

    async def create_items(self, request: Request) -> Response:
        name, body = request.path_params["collection"], await json_body(request)
        if entry_of(self.world, request) is None:
            return missing_collection(name)
        items = (body or {}).get("features") if (body or {}).get("type") == "FeatureCollection" else [body]
        if not isinstance(items, list) or not items or any(_item_problem(item, name) for item in items):
            problem = next((_item_problem(item, name) for item in items or []), "it has no items")
            return error(400, "StacValidationFailed", f"The body is not valid: {problem}")
        storage, state = storage_of(request), self.state
        operation = state.begin("AddItem", name, lambda running: state.add_items(running, name, items, storage))
        return accepted(request, operation)

    async def replace_item(self, request: Request) -> Response:
        body = await json_body(request)
        return self._change(request, body)

    async def update_item(self, request: Request) -> Response:
        entry, patch = entry_of(self.world, request), await json_value(request)
        if request.headers.get("content-type") != "application/merge-patch+json":
            return error(415, "UnsupportedMediaType", "The body must be application/merge-patch+json")
        before = {} if entry is None else entry.items.get(request.path_params["item"], {})
        if not isinstance(patch, dict):
            return error(400, "PatchValidation", "The body must be a JSON object")
        base = {"type": "Feature", "id": request.path_params["item"], "geometry": None, "properties": {}, "assets": {}}
        return self._change(request, merged(before or base, patch))

    def _change(self, request: Request, item: dict[str, Any] | None) -> Response:
        name, item_id = request.path_params["collection"], request.path_params["item"]
        if entry_of(self.world, request) is None:
            return missing_collection(name)
        if problem := _item_problem(item, name):
            return error(400, "StacValidationFailed", f"The body is not valid: {problem}")
        document, storage, state = {**(item or {}), "id": item_id}, storage_of(request), self.state
        operation = state.begin("UpdateItem", name, lambda _: state.replace_item(name, document, storage))
        return accepted(request, operation)

    async def delete_item(self, request: Request) -> Response:
        name, item_id = request.path_params["collection"], request.path_params["item"]
        if entry_of(self.world, request) is None:
            return missing_collection(name)
        state = self.state
        return accepted(request, state.begin("DeleteItem", name, lambda _: state.remove_item(name, item_id)))


def merged(target: Any, patch: Any) -> Any:
    """A value after a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def _collection_problem(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "The body must be a JSON object"
    missing = [name for name in _REQUIRED if name not in body]
    if missing:
        return f"The collection has no {', '.join(missing)}"
    return None if json.dumps(body["id"]).strip('"') else "The id is empty"


def _item_problem(item: Any, collection_id: str) -> str | None:
    if not isinstance(item, dict) or item.get("type") != "Feature" or not item.get("id"):
        return "an item must be a Feature with an id"
    properties = item.get("properties")
    if not isinstance(properties, dict) or not isinstance(item.get("assets"), dict):
        return f"item '{item['id']}' has no properties or no assets"
    if not properties.get("datetime") and not properties.get("start_datetime"):
        return f"item '{item['id']}' has no datetime"
    if item.get("collection", collection_id) != collection_id:
        return f"item '{item['id']}' belongs to another collection"
    return None

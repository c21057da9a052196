"""The Features API of the sandbox: collections, features, validation, simplified alternatives."""

import json
import math
import re
import secrets
from typing import Any

import shapely
import shapely.geometry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..catalog.clock import stamp
from ..catalog.filters import FilterError, as_shape
from ..state.records import CollectionRecord
from ..state.world import World
from .order_checks import MAX_VERTICES
from .responses import error_response, json_value, page_link, server_url

__all__ = ["routes"]


_PAGE_SIZE, _MAX_PAGE_SIZE = 10, 10_000
_SQUARE_METRES = 111_320.0**2  # of a square degree at the equator


def routes(world: World) -> list[Route]:
    """Return the routes below `/features/v1/ogc/my`."""
    api = _Features(world)
    root = "/features/v1/ogc/my"
    collection = f"{root}/collections/{{collection}}"
    return [
        Route(root, api.landing, methods=["GET"]),
        Route(f"{root}/collections", api.collections, methods=["GET"]),
        Route(f"{root}/collections", api.create, methods=["POST"]),
        Route(f"{root}/collections/validate", api.validate, methods=["POST"]),
        Route(f"{root}/collections/alternates", api.alternates, methods=["POST"]),
        Route(collection, api.get, methods=["GET"]),
        Route(collection, api.delete, methods=["DELETE"]),
        Route(f"{collection}/items", api.items, methods=["GET"]),
        Route(f"{collection}/items", api.add, methods=["POST"]),
        Route(f"{collection}/items/{{feature}}", api.item, methods=["GET"]),
        Route(f"{collection}/items/{{feature}}", api.delete_item, methods=["DELETE"]),
    ]


class _Invalid(Exception):
    """A feature that the service rejects."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Features:
    def __init__(self, world: World) -> None:
        self.world = world

    async def landing(self, request: Request) -> Response:
        here = str(request.url)
        links = [
            {"href": here, "rel": "self", "type": "application/json"},
            {"href": f"{here.rstrip('/')}/collections", "rel": "data", "type": "application/json"},
        ]
        return JSONResponse({"title": "Planet Features", "description": "sandbox", "links": links})

    # -- collections -----------------------------------------------------------------------------------------

    async def collections(self, request: Request) -> Response:
        mine = [record for record in self.world.collections.values() if record.key == request.state.key]
        return self._page(request, "collections", [self._serialize(record, request) for record in mine])

    async def create(self, request: Request) -> Response:
        body = await json_value(request)
        if not isinstance(body, dict) or not isinstance(body.get("title"), str) or not body["title"]:
            return _bad_request("invalid-collection", "title is required")
        now = self.world.clock.now()
        record = CollectionRecord(_new_id(body["title"]), request.state.key, body, created=now, updated=now)
        self.world.collections[record.id] = record
        return JSONResponse(self._serialize(record, request), 201)

    async def get(self, request: Request) -> Response:
        record = self._find(request)
        return _collection_not_found(request) if record is None else JSONResponse(self._serialize(record, request))

    async def delete(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _collection_not_found(request)
        del self.world.collections[record.id]
        return Response(status_code=204)

    def _find(self, request: Request) -> CollectionRecord | None:
        return self.world.collection(request.path_params["collection"], request.state.key)

    def _serialize(self, record: CollectionRecord, request: Request) -> dict[str, Any]:
        me = f"{server_url(request)}/features/v1/ogc/my/collections/{record.id}"
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in record.features.values()]
        title = record.body["title"]
        return {
            "id": record.id,
            "title": title,
            "description": record.body.get("description", ""),
            "item_type": "feature",
            "created": stamp(record.created, "microseconds"),
            "updated": stamp(record.updated, "microseconds"),
            "extent": {"spatial": {"bbox": [list(shapely.total_bounds(shapes))] if shapes else []}},
            "links": [
                {"href": me, "rel": "self", "title": title, "type": "application/json"},
                {"href": f"{me}/items", "rel": "features", "title": title, "type": "application/json"},
            ],
            "feature_count": len(shapes),
            "area": sum(feature["properties"]["pl:area"] for feature in record.features.values()),
            "permissions": {"can_write": True, "shared": False, "is_owner": True},
            "pl:ref": record.ref,
        }

    def _page(self, request: Request, name: str, entries: list[Any], **more: Any) -> Response:
        """Return a page of entries with a link to the next page."""
        try:
            limit = min(max(int(request.query_params.get("limit", _PAGE_SIZE)), 1), _MAX_PAGE_SIZE)
            offset = max(int(request.query_params.get("offset", 0)), 0)
        except ValueError:
            return _bad_request("invalid-parameter", "limit and offset are numbers")
        links = [{"href": str(request.url), "rel": "self", "type": "application/json"}]
        if offset + limit < len(entries):
            following = page_link(request, limit=limit, offset=offset + limit)
            links.append({"href": following, "rel": "next", "type": "application/json"})
        page = {name: entries[offset : offset + limit], "numberMatched": len(entries), "links": links}
        return JSONResponse({**more, **page})

    # -- features --------------------------------------------------------------------------------------------

    async def items(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _collection_not_found(request)
        return self._page(request, "features", list(record.features.values()), type="FeatureCollection")

    async def add(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _collection_not_found(request)
        try:
            features = _features(await json_value(request))
            for feature in features:
                _validate(feature)
        except _Invalid as error:
            return _bad_request(error.code, str(error), _alternates_url(request))
        refs = []
        for feature in features:
            name = (feature.get("properties") or {}).get(request.query_params.get("property_id", ""))
            feature_id = _new_id(str(name if name is not None else len(record.features) + 1))
            refs.append(f"{record.ref}/{feature_id}")
            properties = {**(feature.get("properties") or {}), "pl:ref": refs[-1], "pl:area": _area(feature)}
            record.features[feature_id] = {
                "type": "Feature",
                "id": feature_id,
                "geometry": feature["geometry"],
                "properties": properties,
            }
        record.updated = self.world.clock.now()
        return JSONResponse(refs, 201)

    async def item(self, request: Request) -> Response:
        record = self._find(request)
        feature = None if record is None else record.feature(request.path_params["feature"])
        if record is None or feature is None:
            return _feature_not_found(request)
        collection = f"{server_url(request)}/features/v1/ogc/my/collections/{record.id}"
        links = [
            {"href": f"{collection}/items/{feature['id']}", "rel": "self", "type": "application/geo+json"},
            {"href": collection, "rel": "collection", "type": "application/json"},
        ]
        return JSONResponse({**feature, "links": links})

    async def delete_item(self, request: Request) -> Response:
        record = self._find(request)
        feature = None if record is None else record.feature(request.path_params["feature"])
        if record is None or feature is None:
            return _feature_not_found(request)
        del record.features[feature["id"]]
        return Response(status_code=204)

    async def validate(self, request: Request) -> Response:
        try:
            for feature in _features(await json_value(request)):
                _validate(feature)
        except _Invalid as error:
            return _bad_request(error.code, str(error), _alternates_url(request))
        return JSONResponse({"status": "okay", "detail": "No errors."})

    async def alternates(self, request: Request) -> Response:
        try:
            shapes = [_shape(feature) for feature in _features(await json_value(request))]
        except _Invalid as error:
            return _bad_request(error.code, str(error))
        whole = shapely.union_all(shapes)
        made = {
            "Bounding box": shapely.box(*whole.bounds),
            "Convex hull": shapely.convex_hull(whole),
            "Simplified to ~10m": shapely.simplify(whole, 1e-4),
        }
        features = [
            {"type": "Feature", "properties": {"technique": name}, "geometry": json.loads(shapely.to_geojson(shape))}
            for name, shape in made.items()
            if shapely.get_num_coordinates(shape) <= MAX_VERTICES
        ]
        return JSONResponse({"type": "FeatureCollection", "features": features})


def _alternates_url(request: Request) -> str:
    return f"{server_url(request)}/features/v1/ogc/my/collections/alternates"


def _features(body: Any) -> list[Any]:
    if isinstance(body, dict) and body.get("type") == "FeatureCollection" and isinstance(body.get("features"), list):
        return list(body["features"])
    if isinstance(body, dict) and (body.get("type") == "Feature" or ("type" not in body and "geometry" in body)):
        return [body]
    raise _Invalid("invalid-geojson", "a Feature or a FeatureCollection is required")


def _shape(feature: Any) -> Any:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Invalid("invalid-geometry", "the geometry must be a Polygon or a MultiPolygon")
    try:
        return as_shape(geometry, "geometry")
    except FilterError as error:
        raise _Invalid("invalid-geometry", f"the geometry {error.message}") from None


def _validate(feature: Any) -> None:
    """Validate a feature.

    Raises:
        _Invalid: the service would reject the feature.
    """
    shape = _shape(feature)
    if not shapely.geometry.shape(feature["geometry"]).is_valid:
        raise _Invalid("invalid-geometry", f"the geometry is not valid: {shapely.is_valid_reason(shape)}")
    if (count := shapely.get_num_coordinates(shape)) > MAX_VERTICES:
        raise _Invalid("too-many-coordinates", f"the geometry has {count} vertices, at most {MAX_VERTICES} are taken")


def _area(feature: Any) -> int:
    """Return the approximate area of a feature in square metres."""
    shape = shapely.geometry.shape(feature["geometry"])
    south, north = shape.bounds[1], shape.bounds[3]
    return int(shape.area * _SQUARE_METRES * math.cos(math.radians((south + north) / 2)))


def _new_id(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "x"
    return f"{slug}-{secrets.token_hex(4)[:7]}"


def _bad_request(code: str, text: str, alternates_url: str | None = None) -> Response:
    body = {"errors": [{"code": code, "description": text}], "description": text}
    return JSONResponse({**body, "alternates_url": alternates_url} if alternates_url else body, 400)


def _collection_not_found(request: Request) -> Response:
    return error_response(404, f"Collection not found: {request.path_params['collection']}")


def _feature_not_found(request: Request) -> Response:
    return error_response(404, f"Feature not found: {request.path_params['feature']}")

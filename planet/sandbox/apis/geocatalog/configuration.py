"""The settings of collections: queryables, render options, mosaics, tile settings, and assets."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...state.geocatalog import CollectionEntry
from ...state.world import World
from ..responses import json_body, json_value, server_url
from .answers import entry_of, error, invalid, missing_collection

__all__ = ["routes"]


_KINDS = {"render-options": "Render Option", "mosaics": "Mosaic"}
_COMMON = {
    "id": {"type": "string"},
    "collection": {"type": "string"},
    "geometry": {"$ref": "https://geojson.org/schema/Feature.json"},
    "datetime": {"type": "string", "format": "date-time"},
}


def routes(world: World) -> list[Route]:
    """Return the routes of the settings."""
    api = _Configuration(world)
    root = "/stac/collections/{collection}"
    settings = f"{root}/configurations"
    kinds = f"{settings}/{{kind:str}}"
    return [
        Route("/stac/queryables", api.queryables, methods=["GET"]),
        Route(f"{root}/queryables", api.queryables, methods=["GET"]),
        Route(f"{root}/queryables", api.add_queryables, methods=["POST"]),
        Route(f"{root}/queryables/{{name}}", api.put_queryable, methods=["PUT"]),
        Route(f"{root}/queryables/{{name}}", api.delete_queryable, methods=["DELETE"]),
        Route(settings, api.all, methods=["GET"]),
        Route(f"{settings}/tile-settings", api.tile_settings, methods=["GET", "PUT"]),
        Route(f"{settings}/partition-type", api.partition_type, methods=["GET", "PUT"]),
        Route(kinds, api.list, methods=["GET"]),
        Route(kinds, api.add, methods=["POST"]),
        Route(f"{kinds}/{{name}}", api.get, methods=["GET"]),
        Route(f"{kinds}/{{name}}", api.put, methods=["PUT"]),
        Route(f"{kinds}/{{name}}", api.delete, methods=["DELETE"]),
        Route(f"{root}/assets", api.put_asset, methods=["POST"]),
        Route(f"{root}/assets/{{key}}", api.put_asset, methods=["PUT"]),
        Route(f"{root}/assets/{{key}}", api.delete_asset, methods=["DELETE"]),
        Route(f"{root}/thumbnail", api.thumbnail, methods=["GET"]),
    ]


class _Configuration:
    def __init__(self, world: World) -> None:
        self.world = world

    def _missing(self, request: Request) -> Response:
        return missing_collection(request.path_params["collection"])

    # -- queryables ------------------------------------------------------------------------------------------

    async def queryables(self, request: Request) -> Response:
        properties: dict[str, Any] = dict(_COMMON)
        if "collection" in request.path_params:
            entry = entry_of(self.world, request)
            if entry is None:
                return self._missing(request)
            properties |= {name: queryable["definition"] for name, queryable in entry.queryables.items()}
        return JSONResponse(
            {
                "$schema": "https://json-schema.org/draft/2019-09/schema",
                "$id": str(request.url),
                "type": "object",
                "title": "Queryables",
                "properties": properties,
            }
        )

    async def add_queryables(self, request: Request) -> Response:
        entry, body = entry_of(self.world, request), await json_value(request)
        if entry is None:
            return self._missing(request)
        if not isinstance(body, list) or not all(isinstance(one, dict) and "definition" in one for one in body):
            return invalid("The body must be a list of {name, definition}")
        entry.queryables |= {str(one["name"]): one for one in body}
        return JSONResponse(body, 201)

    async def put_queryable(self, request: Request) -> Response:
        entry, body = entry_of(self.world, request), await json_body(request)
        if entry is None:
            return self._missing(request)
        if body is None or "definition" not in body:
            return invalid("A queryable must have a definition")
        entry.queryables[request.path_params["name"]] = body
        return JSONResponse(body)

    async def delete_queryable(self, request: Request) -> Response:
        entry, name = entry_of(self.world, request), request.path_params["name"]
        if entry is None or entry.queryables.pop(name, None) is None:
            return error(404, "ResourceNotFound", f"Queryable '{name}' not found.")
        return Response(status_code=200)

    # -- configurations --------------------------------------------------------------------------------------

    async def all(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return self._missing(request)
        mosaics = {
            "mosaics": list(entry.mosaics.values()),
            "renderOptions": list(entry.render_options.values()),
            "defaultLocation": entry.tile_settings.get("defaultLocation"),
            "defaultCustomQuery": None,
        }
        return JSONResponse({"tileSettings": entry.tile_settings, "mosaicInfo": mosaics})

    async def tile_settings(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return self._missing(request)
        if request.method == "PUT":
            entry.tile_settings = await json_body(request) or entry.tile_settings
        return JSONResponse(entry.tile_settings)

    async def partition_type(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return self._missing(request)
        if request.method == "GET":
            return JSONResponse({"scheme": entry.scheme})
        scheme = (await json_body(request) or {}).get("scheme")
        if scheme not in ("none", "year", "month"):
            return invalid("scheme must be none, year or month")
        if entry.items:
            return invalid("The partition type can only be changed before the first item")
        entry.scheme = scheme
        return Response(status_code=200)

    def _settings(self, entry: CollectionEntry, kind: str) -> dict[str, Any] | None:
        return {"render-options": entry.render_options, "mosaics": entry.mosaics}.get(kind)

    async def list(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        found = None if entry is None else self._settings(entry, request.path_params["kind"])
        return self._missing(request) if found is None else JSONResponse(list(found.values()))

    async def add(self, request: Request) -> Response:
        entry, body = entry_of(self.world, request), await json_body(request)
        found = None if entry is None else self._settings(entry, request.path_params["kind"])
        if found is None:
            return self._missing(request)
        if body is None or not body.get("id") or not body.get("name"):
            return invalid("id and name are required")
        if body["id"] in found:
            kind = _KINDS[request.path_params["kind"]]
            return error(409, "ResourceAlreadyExists", f"{kind} '{body['id']}' already exists")
        found[body["id"]] = body
        return JSONResponse(body, 201)

    async def get(self, request: Request) -> Response:
        found, name = self._one(request)
        return found if isinstance(found, Response) else JSONResponse(found[name])

    async def put(self, request: Request) -> Response:
        found, name = self._one(request)
        body = await json_body(request)
        if isinstance(found, Response):
            return found
        if body is None or not body.get("name"):
            return invalid("id and name are required")
        found[name] = {**body, "id": name}
        return JSONResponse(found[name])

    async def delete(self, request: Request) -> Response:
        found, name = self._one(request)
        if isinstance(found, Response):
            return found
        del found[name]
        return Response(status_code=200)

    def _one(self, request: Request) -> tuple[Any, str]:
        """The settings that have one by the name that a request has, or the error if they have not."""
        entry, name, kind = entry_of(self.world, request), request.path_params["name"], request.path_params["kind"]
        found = None if entry is None else self._settings(entry, kind)
        if found is None:
            return self._missing(request), name
        if name not in found:
            collection = request.path_params["collection"]
            text = f"{_KINDS[kind]} '{name}' not found for collection '{collection}'"
            return error(404, "ResourceNotFound", text), name
        return found, name

    # -- assets of a collection ------------------------------------------------------------------------------

    async def put_asset(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None:
            return self._missing(request)
        parts = form_parts(request.headers.get("content-type", ""), await request.body())
        try:
            data = json.loads(parts["data"])
            key = str(request.path_params.get("key") or data["key"])
        except (KeyError, ValueError):
            return invalid("A form with the parts file and data is required")
        place = f"{server_url(request)}/stac/collections/{entry.document['id']}/thumbnail"
        about = {name: data[name] for name in ("type", "roles", "title", "description") if name in data}
        entry.files[key] = (str(data.get("type")), parts.get("file", b""))
        entry.document.setdefault("assets", {})[key] = {"href": place, **about}
        return JSONResponse(entry.document, 201 if request.method == "POST" else 200)

    async def delete_asset(self, request: Request) -> Response:
        entry, key = entry_of(self.world, request), request.path_params["key"]
        if entry is None or entry.files.pop(key, None) is None:
            return error(404, "ResourceNotFound", f"Asset '{key}' not found.")
        entry.document.get("assets", {}).pop(key, None)
        return JSONResponse(entry.document)

    async def thumbnail(self, request: Request) -> Response:
        entry = entry_of(self.world, request)
        if entry is None or "thumbnail" not in entry.files:
            return error(404, "ResourceNotFound", "The collection has no thumbnail.")
        media_type, content = entry.files["thumbnail"]
        return Response(content, media_type=media_type)


def form_parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a multipart form by name."""
    import email.parser
    import email.policy

    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found

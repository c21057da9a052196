"""The Destinations API of the sandbox."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..._builders.storage import STORAGE_PROVIDERS
from ..catalog.clock import stamp
from ..state.world import World
from .responses import json_body, server_url

__all__ = ["SECRETS", "routes"]


_MAX_DESTINATIONS = 50
# Of each type that a destination can have, its parameters.
_TYPES = {kind: found for kind, entry in STORAGE_PROVIDERS.items() if (found := entry.parameters_for("destinations"))}
SECRETS = frozenset(
    parameter.name
    for provider in STORAGE_PROVIDERS.values()
    for parameter in provider.parameters
    if parameter.is_secret
)


def routes(world: World) -> list[Route]:
    """Return the routes below `/destinations/v1`."""
    api = _Destinations(world)
    root = "/destinations/v1"
    return [
        Route(root, api.all, methods=["GET"]),
        Route(root, api.create, methods=["POST"]),
        Route(f"{root}/default", api.default, methods=["GET"]),
        Route(f"{root}/default", api.set_default, methods=["PUT"]),
        Route(f"{root}/default", api.unset_default, methods=["DELETE"]),
        Route(f"{root}/{{id}}", api.get, methods=["GET"]),
        Route(f"{root}/{{id}}", api.patch, methods=["PATCH"]),
    ]


class _Destinations:
    def __init__(self, world: World) -> None:
        self.world = world

    def _owned(self, request: Request) -> dict[str, dict[str, Any]]:
        return self.world.destinations.setdefault(request.state.key, {})

    async def all(self, request: Request) -> Response:
        query = request.query_params
        facts: dict[str, Callable[[dict[str, Any]], bool]] = {
            "archived": lambda entry: entry["archived"] is not None,
            "is_owner": lambda entry: entry["ownership"]["is_owner"],
            "can_write": lambda entry: entry["permissions"]["can_write"],
            "is_default": lambda entry: entry["default"],
        }
        found = [
            entry
            for entry in self._owned(request).values()
            if all(fact(entry) == (query[name] == "true") for name, fact in facts.items() if name in query)
        ]
        return JSONResponse({"_links": {"_self": str(request.url)}, "destinations": found})

    async def create(self, request: Request) -> Response:
        body, mine = await json_body(request) or {}, self._owned(request)
        if problem := _validation_error(body) or _name_error(body):
            return _error(400, problem)
        parameters = body["parameters"]
        name = body.get("name") or parameters.get("bucket") or parameters.get("container")
        if name in [entry["name"] for entry in mine.values()]:
            return _error(400, f"A destination with the name {name} already exists")
        if len(mine) >= _MAX_DESTINATIONS:
            return _error(400, f"An organisation has at most {_MAX_DESTINATIONS} destinations")
        destination_id = f"{re.sub('[^a-z0-9]+', '-', name.lower())}-{secrets.token_hex(4)[:7]}"
        now = stamp(self.world.clock.now(), "microseconds")
        mine[destination_id] = {
            "_links": {"_self": f"{server_url(request)}/destinations/v1/{destination_id}"},
            "archived": None, "created": now, "updated": now, "default": False, "id": destination_id, "name": name,
            "ownership": {"is_owner": True, "owner_id": 1}, "permissions": {"can_write": True},
            "parameters": _redacted(body["type"], parameters), "pl:ref": f"pl:destinations/{destination_id}",
            "type": body["type"],
        }  # fmt: skip
        return JSONResponse(mine[destination_id], 201)

    async def get(self, request: Request) -> Response:
        entry = self._owned(request).get(request.path_params["id"])
        return JSONResponse(entry) if entry else _not_found(request)

    async def patch(self, request: Request) -> Response:
        body, entry = await json_body(request) or {}, self._owned(request).get(request.path_params["id"])
        if entry is None:
            return _not_found(request)
        if unknown := set(body) - {"archive", "name", "parameters"}:
            return _error(400, f"Additional properties are not allowed: {', '.join(sorted(unknown))}")
        changeable = {name for name, parameter in _TYPES[entry["type"]].items() if parameter.is_changeable}
        if locked := set(body.get("parameters") or {}) - changeable:
            return _error(400, f"These parameters cannot be changed: {', '.join(sorted(locked))}")
        if problem := _name_error(body):
            return _error(400, problem)
        now = stamp(self.world.clock.now(), "microseconds")
        if "archive" in body:
            entry["archived"] = now if body["archive"] else None
        entry["name"] = body.get("name") or entry["name"]
        entry["parameters"] |= _redacted(entry["type"], body.get("parameters") or {})
        entry["updated"] = now
        return JSONResponse(entry)

    async def default(self, request: Request) -> Response:
        found = [entry for entry in self._owned(request).values() if entry["default"]]
        return JSONResponse(found[0]) if found else _error(404, "No default destination configured")

    async def set_default(self, request: Request) -> Response:
        wanted, mine = (await json_body(request) or {}).get("destination_id"), self._owned(request)
        if not isinstance(wanted, str) or wanted not in mine:
            return _error(404, f"Destination {wanted} not found")
        for destination_id, entry in mine.items():
            entry["default"] = destination_id == wanted
        return JSONResponse(mine[wanted])

    async def unset_default(self, request: Request) -> Response:
        for entry in self._owned(request).values():
            entry["default"] = False
        return Response(status_code=204)


def _validation_error(body: dict[str, Any]) -> str | None:
    """Return what is wrong with the request for a new destination, or None."""
    if unknown := set(body) - {"type", "parameters", "name"}:
        return f"Additional properties are not allowed: {', '.join(sorted(unknown))}"
    kind, parameters = body.get("type"), body.get("parameters")
    if not isinstance(kind, str) or kind not in _TYPES:
        return f"Unknown destination type: {kind}"
    possible = _TYPES[kind]
    needed = {name for name, parameter in possible.items() if parameter.is_required}
    if not isinstance(parameters, dict) or needed - set(parameters):
        return f"parameters requires {', '.join(sorted(needed - set(parameters or {})))}"
    if unknown := parameters.keys() - possible.keys():
        return f"Additional parameters are not allowed: {', '.join(sorted(unknown))}"
    return None


def _name_error(body: dict[str, Any]) -> str | None:
    name = body.get("name")
    fits = name is None or (isinstance(name, str) and 3 <= len(name) <= 63)
    return None if fits else "name must have 3 to 63 characters"


def _redacted(kind: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: "<REDACTED>" if name in SECRETS else value for name, value in parameters.items()}


def _error(status: int, text: str) -> Response:
    return JSONResponse({"code": status, "message": text}, status)


def _not_found(request: Request) -> Response:
    return _error(404, f"Destination {request.path_params['id']} not found")

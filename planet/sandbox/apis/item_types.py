"""The endpoints of item types and asset types of the Data API."""

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ... import specs
from ..state.world import World
from .responses import error_response, server_url

__all__ = ["routes"]


_NAMES = {
    "PSScene": "PlanetScope Scene",
    "PSOrthoTile": "PlanetScope Ortho Tile",
    "REOrthoTile": "RapidEye Ortho Tile",
    "REScene": "RapidEye Basic Scene",
    "SkySatScene": "SkySat Scene",
    "SkySatCollect": "SkySat Collect",
    "SkySatVideo": "SkySat Video",
    "TanagerScene": "Tanager Scene",
    "PelicanScene": "Pelican Scene",
}


def routes(world: World) -> list[Route]:
    """Return the routes of item types and asset types below `/data/v1`."""
    root = "/data/v1"
    return [
        Route(f"{root}/item-types", _get_item_types, methods=["GET"]),
        Route(f"{root}/item-types/{{type}}", _get_item_type, methods=["GET"]),
        Route(f"{root}/asset-types", _get_asset_types, methods=["GET"]),
        Route(f"{root}/asset-types/{{type}}", _get_asset_type, methods=["GET"]),
    ]


async def _get_item_types(request: Request) -> Response:
    types = [_item_type(name, request) for name in sorted(specs.get_data_item_types())]
    return JSONResponse({"_links": {"_self": str(request.url)}, "item_types": types})


async def _get_item_type(request: Request) -> Response:
    name = request.path_params["type"]
    if name not in specs.get_data_item_types():
        return error_response(404, f"Item type {name} doesn't exist")
    return JSONResponse(_item_type(name, request))


async def _get_asset_types(request: Request) -> Response:
    types = [_asset_type(name, request) for name in sorted(_asset_types())]
    return JSONResponse({"_links": {"_self": str(request.url)}, "asset_types": types})


async def _get_asset_type(request: Request) -> Response:
    name = request.path_params["type"]
    if name not in _asset_types():
        return error_response(404, f"Asset type {name} doesn't exist")
    return JSONResponse(_asset_type(name, request))


def _item_type(name: str, request: Request) -> dict[str, Any]:
    return {
        "_links": {"_self": f"{server_url(request)}/data/v1/item-types/{name}"},
        "display_description": _NAMES.get(name, name),
        "display_name": _NAMES.get(name, name),
        "id": name,
        "supported_asset_types": sorted(specs.get_supported_assets(name)),
    }


def _asset_type(name: str, request: Request) -> dict[str, Any]:
    me = f"{server_url(request)}/data/v1/asset-types/{name}"
    words = name.replace("_", " ")
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return {
        "_links": {"_self": me},
        "display_description": words,
        "display_name": words.title(),
        "id": name,
        "md5_digest": digest,
    }


def _asset_types() -> set[str]:
    return {asset for item_type in specs.get_item_types() for asset in specs.get_supported_assets(item_type)}

"""The asset endpoints of the Data API: activation, links, downloads, coverage, thumbnails."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..catalog.filters import FilterError, as_shape
from ..imagery.images import clear_percent
from ..imagery.preview import thumbnail
from ..imagery.sky import COVERS
from ..state.records import AssetRecord
from ..state.world import ASSET_LINK_HOURS, World
from .data import item_not_found
from .responses import error_response, field_error, json_body, server_url

__all__ = ["routes"]


_WIDEST = 2048  # pixels of a thumbnail


def routes(world: World) -> list[Route]:
    """Return the routes of the asset endpoints below `/data/v1`."""
    api = _Assets(world)
    root = "/data/v1"
    item = f"{root}/item-types/{{type}}/items/{{id}}"
    return [
        Route(f"{item}/assets", api.list, methods=["GET"]),
        Route(f"{item}/coverage", api.coverage, methods=["POST"]),
        Route(f"{item}/thumb", api.thumb, methods=["GET"]),
        Route(f"{root}/assets/{{asset}}", api.get, methods=["GET"]),
        Route(f"{root}/assets/{{asset}}/activate", api.activate, methods=["GET", "POST"]),
        Route(f"{root}/download", api.download, methods=["GET"]),
    ]


class _Assets:
    def __init__(self, world: World) -> None:
        self.world = world

    async def list(self, request: Request) -> Response:
        scene = self.world.scene(request.path_params["type"], request.path_params["id"])
        if scene is None:
            return item_not_found(request)
        assets = {name: self.world.asset(scene, name) for name in scene.assets}
        return JSONResponse({name: await self._serialize(asset, request) for name, asset in assets.items()})

    async def get(self, request: Request) -> Response:
        asset = self._find(request)
        return _asset_not_found(request) if asset is None else JSONResponse(await self._serialize(asset, request))

    async def activate(self, request: Request) -> Response:
        asset = self._find(request)
        if asset is None:
            return _asset_not_found(request)
        if not asset.is_permitted:
            return error_response(401, "You do not have access to this asset")
        await self.world.settle_asset(asset)
        if asset.status == "active":
            return Response(status_code=204)
        self.world.activate(asset)
        return Response(status_code=202)

    def _find(self, request: Request) -> AssetRecord | None:
        try:
            text = request.path_params["asset"]
            facts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            scene = self.world.scene(facts["c"], facts["i"])
            name = facts["t"]
        except (ValueError, KeyError, TypeError, binascii.Error):
            return None
        return self.world.asset(scene, name) if scene is not None and name in scene.assets else None

    async def _serialize(self, asset: AssetRecord, request: Request) -> dict[str, Any]:
        await self.world.settle_asset(asset)
        root = f"{server_url(request)}/data/v1"
        facts = {"i": asset.scene.id, "c": asset.scene.item_type, "t": asset.type, "ct": "item-type"}
        me = f"{root}/assets/{urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip('=')}"
        body: dict[str, Any] = {
            "_links": {"_self": me, "activate": f"{me}/activate", "type": f"{root}/asset-types/{asset.type}"},
            "_permissions": ["download"] if asset.is_permitted else [],
            "md5_digest": None,
            "status": asset.status,
            "type": asset.type,
        }
        if asset.status == "active":
            expiry, text = self.world.link_expiry(ASSET_LINK_HOURS, "microseconds")
            claims = {
                "file": asset.file, "exp": expiry, "token_type": "typed-item", "item_type_id": asset.scene.item_type,
                "item_id": asset.scene.id, "asset_type": asset.type,
            }  # fmt: skip
            body["location"] = f"{root}/download?token={quote(self.world.sign(**claims))}"
            body["expires_at"] = text.removesuffix("Z")
            body["md5_digest"] = asset.md5
        return body

    async def download(self, request: Request) -> Response:
        claims = self.world.unsign(request.query_params.get("token", ""))
        if claims is None:
            return error_response(401, "The download link has expired or is not valid")
        token = self.world.sign(file=claims["file"], exp=claims["exp"])
        return RedirectResponse(f"{request.state.storage}/{quote(claims['file'])}?X-Goog-Signature={quote(token)}", 302)

    async def coverage(self, request: Request) -> Response:
        scene = self.world.scene(request.path_params["type"], request.path_params["id"])
        if scene is None:
            return item_not_found(request)
        body = await json_body(request) or {}
        mode = request.query_params.get("mode", "estimate")
        band = request.query_params.get("band", "clear")
        try:
            if mode not in ("UDM2", "estimate"):
                raise FilterError("mode", f"{mode!r} is not one of ['UDM2', 'estimate']")
            if band not in COVERS:
                raise FilterError("band", f"{band!r} is not a band of this item")
            area = self.world.resolve_refs(body.get("geometry"), request.state.key, "geometry")
            as_shape(area, "geometry")
        except FilterError as error:
            return field_error({error.path: error.message})
        percent = await self.world.render(clear_percent, scene, area, band)
        return JSONResponse({f"{band}_percent": percent, "status": "complete"})

    async def thumb(self, request: Request) -> Response:
        scene = self.world.scene(request.path_params["type"], request.path_params["id"])
        if scene is None:
            return item_not_found(request)
        width = request.query_params.get("width", "256")
        if not width.isdecimal() or not 1 <= int(width) <= _WIDEST:
            return error_response(400, f"width must be a whole number of at most {_WIDEST}")
        return Response(await self.world.render(thumbnail, scene, int(width)), media_type="image/png")


def _asset_not_found(request: Request) -> Response:
    return error_response(404, f"Asset {request.path_params['asset']} doesn't exist")

"""The tiler of the catalogue: tiles, crops, previews, values and statistics of items, collections and mosaics."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import rasterio.warp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...imagery import tiler
from ...imagery.tiler import DrawError, Window
from ...state.geocatalog import GeoCatalogState
from ...state.stac_items import QueryError, select
from ...state.world import World
from ..responses import json_body, server_url
from .answers import error, storage_of

__all__ = ["routes"]


_MATRIX = "WebMercatorQuad"
_TILE = re.compile(
    r"tiles/(?:(?P<tms>[A-Za-z]\w+)/)?(?P<z>\d+)/(?P<x>\d+)/(?P<y>\d+)(?:@(?P<scale>\d)x)?(?:\.(?P<format>\w+))?"
)
_BOX = re.compile(r"bbox/(?P<box>[-\d.]+(?:,[-\d.]+){3}?)(?:/(?P<width>\d+)x(?P<height>\d+))?\.(?P<format>[a-z]\w*)")
_FEATURE = re.compile(r"feature(?:/(?P<width>\d+)x(?P<height>\d+))?(?:\.(?P<format>\w+))?")
_POINT = re.compile(r"point/(?P<lon>[-\d.]+),(?P<lat>[-\d.]+)")
_PLACE = re.compile(r"(?P<place>(?:tiles|bbox|point)/.*)/assets")
_MAX_SIZE = 1024
_ITEMS = 100  # that are drawn over each other

Json = dict[str, Any]


def routes(world: World) -> list[Route]:
    """Return the routes below `/data`."""
    api = _Tiles(world)
    root = "/data/mosaic"
    both = ["GET", "POST"]
    return [
        Route("/data/tile-matrix-sets", api.matrix_sets, methods=["GET"]),
        Route("/data/tile-matrix-sets/{tms}", api.matrix_set, methods=["GET"]),
        Route(f"{root}/register", api.register, methods=["POST"]),
        Route(f"{root}/collections/{{collection}}/items/{{item}}/{{rest:path}}", api.of_item, methods=both),
        Route(f"{root}/collections/{{collection}}/{{rest:path}}", api.of_collection, methods=both),
        Route(f"{root}/searches/{{search}}/{{rest:path}}", api.of_search, methods=both),
    ]


class _Tiles:
    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def state(self) -> GeoCatalogState:
        """The catalogue, which `reset` replaces."""
        return self.world.geocatalog

    async def matrix_sets(self, request: Request) -> Response:
        return JSONResponse([_MATRIX])

    async def matrix_set(self, request: Request) -> Response:
        if request.path_params["tms"] != _MATRIX:
            return _detail(404, "The sandbox has WebMercatorQuad only")
        return JSONResponse(
            {
                "id": _MATRIX,
                "title": "Google Maps Compatible for the World",
                "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
                "tileMatrices": [
                    {
                        "id": str(zoom),
                        "tileWidth": 256,
                        "tileHeight": 256,
                        "matrixWidth": 2**zoom,
                        "matrixHeight": 2**zoom,
                    }
                    for zoom in range(25)
                ],
            }
        )

    async def register(self, request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return _detail(422, "The body must be a JSON object")
        try:
            select([], body)
        except QueryError as problem:
            return _detail(400, str(problem))
        search_id = hashlib.md5(json.dumps(body, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
        self.state.searches[search_id] = body
        # As at the service, the links lead to paths of an older version.
        old = f"{server_url(request)}/data/mosaic/{search_id}/tilejson.json"
        return JSONResponse({"searchid": search_id, "links": [{"rel": "tilejson", "href": old}]})

    # -- sources ---------------------------------------------------------------------------------------------

    async def of_item(self, request: Request) -> Response:
        collection, name = request.path_params["collection"], request.path_params["item"]
        entry = self.state.collections.get(collection)
        item = None if entry is None else entry.items.get(name)
        if item is None:
            return error(404, "ResourceNotFound", f"Item '{name}' not found in collection '{collection}'")
        return await self._answer(request, [item], is_item=True)

    async def of_collection(self, request: Request) -> Response:
        entry, query = self.state.collections.get(request.path_params["collection"]), request.query_params
        if entry is None:
            return error(404, "ResourceNotFound", f"Collection '{request.path_params['collection']}' not found.")
        try:
            conditions: Json = {"datetime": query.get("datetime")}
            if "ids" in query:
                conditions["ids"] = query["ids"].split(",")
            if "bbox" in query:
                conditions["bbox"] = [float(number) for number in query["bbox"].split(",")]
            if "query" in query:
                conditions["query"] = json.loads(query["query"])
            if "sortby" in query:
                conditions["sortby"] = [_sorting(word) for word in query["sortby"].split(",")]
            found = select(entry.items.values(), conditions)
        except (QueryError, ValueError) as problem:
            return _detail(400, str(problem))
        return await self._answer(request, found)

    async def of_search(self, request: Request) -> Response:
        search = self.state.searches.get(request.path_params["search"])
        if search is None:
            return error(404, "ResourceNotFound", f"Search '{request.path_params['search']}' not found.")
        return await self._answer(request, select(self.state.items(), search), search=search)

    # -- answers ---------------------------------------------------------------------------------------------

    async def _answer(
        self, request: Request, items: list[Any], *, is_item: bool = False, search: Json | None = None
    ) -> Response:
        rest = request.path_params["rest"]
        try:
            if match := _PLACE.fullmatch(rest):
                return JSONResponse(_assets(_touching(items, _bounds_of(match["place"]))))
            if match := _TILE.fullmatch(rest):
                return await self._tile(request, items, match, is_item)
            if match := _BOX.fullmatch(rest) or _FEATURE.fullmatch(rest):
                return await self._crop(request, items, match)
            if match := _POINT.fullmatch(rest):
                return await self._point(request, items, float(match["lon"]), float(match["lat"]))
            if rest in ("tilejson.json", f"{_MATRIX}/tilejson.json"):
                return self._tilejson(request, items)
            if rest == "tiles":
                return JSONResponse({"tilesets": [{"title": _MATRIX, "dataType": "map", "links": []}]})
            if rest == f"tiles/{_MATRIX}":
                return JSONResponse({"title": _MATRIX, "dataType": "map", "crs": "EPSG:3857", "links": []})
            if rest == "info" and not is_item:
                return JSONResponse({"search": search or {}, "links": []})
            if is_item:
                return await self._of_one(request, items[0], rest)
        except DrawError as problem:
            return _detail(problem.status, problem.message)
        except (ValueError, KeyError) as problem:
            return _detail(422, f"The request is not valid: {problem}")
        return _detail(404, "The sandbox does not draw that")

    async def _tile(self, request: Request, items: list[Any], match: re.Match[str], is_item: bool) -> Response:
        if match["tms"] not in (None, _MATRIX):
            raise DrawError(404, "The sandbox has WebMercatorQuad only")
        z, x, y = (int(match[name]) for name in "zxy")
        scale = int(match["scale"] or request.query_params.get("scale") or 1)
        window = tiler.tile_window(z, x, y, scale)
        drawn = await self._draw(request, items, window, match["format"])
        if drawn is None:
            if is_item:
                raise DrawError(404, f"Tile(x={x}, y={y}, z={z}) is outside bounds")
            return Response(status_code=204)
        return drawn

    async def _crop(self, request: Request, items: list[Any], match: re.Match[str]) -> Response:
        groups, query = match.groupdict(), request.query_params
        crs = query.get("coord_crs", "EPSG:4326").upper()
        shape = None
        if "box" in groups:
            bounds = [float(number) for number in groups["box"].split(",")]
        else:
            shape = (await json_body(request) or {})["geometry"]
            bounds = list(rasterio.features.bounds(shape))
        chosen = _touching(items, _in_degrees(bounds, crs))
        files = self._files(request, chosen[0]) if chosen else {}
        if not files:
            raise DrawError(404, "There is no image")
        size = int(query.get("max_size") or _MAX_SIZE)
        window = tiler.native_window(next(iter(files.values())), bounds, crs, size)
        if groups["width"]:
            window = window._replace(width=int(groups["width"]), height=int(groups["height"]))
        drawn = await self._draw(request, chosen, window, groups["format"], shape)
        if drawn is None:
            raise DrawError(404, "The image has no data there")
        return drawn

    async def _draw(
        self, request: Request, items: Iterable[Any], window: Window, format: str | None, shape: Any = None
    ) -> Response | None:
        options = _options(request)
        if format:
            options["format"] = format
        near = _touching(items, _in_degrees(window.bounds, window.crs))
        sources = [files for item in near[:_ITEMS] if (files := self._files(request, item))]
        drawn = await self.world.render(tiler.draw, sources, window, options, shape)
        return None if drawn is None else Response(drawn[0], media_type=drawn[1])

    async def _point(self, request: Request, items: list[Any], lon: float, lat: float) -> Response:
        crs = request.query_params.get("coord_crs", "EPSG:4326").upper()
        box = _in_degrees([lon, lat, lon, lat], crs)
        for item in _touching(items, box):
            files = self._files(request, item)
            found = files and await self.world.render(tiler.sample, files, lon, lat, crs, _options(request))
            if found:
                return JSONResponse(found)
        raise DrawError(404, "There is no data at this point")

    def _tilejson(self, request: Request, items: list[Any]) -> Response:
        boxes = [item["bbox"] for item in items if item.get("bbox")] or [[-180.0, -85.0, 180.0, 85.0]]
        bounds = [min(box[0] for box in boxes), min(box[1] for box in boxes),
                  max(box[2] for box in boxes), max(box[3] for box in boxes)]  # fmt: skip
        query = request.url.query
        base = (
            str(request.url).partition("?")[0].removesuffix(f"/{_MATRIX}/tilejson.json").removesuffix("/tilejson.json")
        )
        size = request.query_params.get("tile_format")
        tile = f"{base}/tiles/{_MATRIX}/{{z}}/{{x}}/{{y}}" + (f".{size}" if size else "")
        zoom = request.query_params
        return JSONResponse(
            {
                "tilejson": "2.2.0",
                "name": request.path_params.get("item") or request.path_params.get("collection") or "mosaic",
                "version": "1.0.0",
                "scheme": "xyz",
                "tiles": [f"{tile}?{query}" if query else tile],
                "minzoom": int(zoom.get("minzoom", 6)),
                "maxzoom": int(zoom.get("maxzoom", 18)),
                "bounds": bounds,
                "center": [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 12],
            }
        )

    # -- of an item ------------------------------------------------------------------------------------------

    async def _of_one(self, request: Request, item: Json, rest: str) -> Response:
        files = self._files(request, item)
        every = self._files(request, item, everything=True)
        if rest == "assets":
            return JSONResponse(list(every))
        if rest == "bounds":
            return JSONResponse({"bounds": item["bbox"]})
        if rest in ("info", "info.geojson"):
            chosen = files or every
            facts = {key: await self.world.render(tiler.information, path) for key, path in chosen.items()}
            if rest == "info":
                return JSONResponse(facts)
            return JSONResponse({**{name: item[name] for name in ("type", "bbox", "geometry")}, "properties": facts})
        options, size = _options(request), int(request.query_params.get("max_size") or _MAX_SIZE)
        if rest == "preview" or rest.startswith("preview."):
            if not files:
                raise DrawError(422, "assets is required")
            window = tiler.native_window(next(iter(files.values())), None, "", size)
            drawn = await self._draw(request, [item], window, rest.partition(".")[2] or options.get("format"))
            if drawn is None:
                raise DrawError(404, "The image has no data")
            return drawn
        if rest == "asset_statistics":
            found = {}
            for key, path in (files or every).items():
                window = tiler.native_window(path, None, "", size)
                of_asset = await self.world.render(tiler.statistics, {key: path}, window, options)
                found[key] = {name.removeprefix(f"{key}_"): values for name, values in of_asset.items()}
            return JSONResponse(found)
        if rest == "statistics":
            return await self._statistics(request, files or every, options, size)
        raise DrawError(404, "The sandbox does not draw that")

    async def _statistics(self, request: Request, files: Mapping[str, str], options: Json, size: int) -> Response:
        first = next(iter(files.values()))
        if request.method == "GET":
            window = tiler.native_window(first, None, "", size)
            return JSONResponse(await self.world.render(tiler.statistics, files, window, options))
        feature = await json_body(request) or {}
        shape = feature["geometry"]
        window = tiler.native_window(first, list(rasterio.features.bounds(shape)), "EPSG:4326", size)
        found = await self.world.render(tiler.statistics, files, window, options, shape)
        return JSONResponse({**feature, "properties": {**(feature.get("properties") or {}), "statistics": found}})

    def _files(self, request: Request, item: Json, *, everything: bool = False) -> dict[str, str]:
        """The files that a request draws, by asset: those that it names, or those that an expression names."""
        storage = storage_of(request)
        paths = {
            key: path
            for key, asset in item["assets"].items()
            if str(asset.get("type", "")).startswith("image/tiff") or asset["href"].partition("?")[0].endswith(".tif")
            if (path := self.state.local_path(asset["href"], storage)) is not None
        }
        wanted = request.query_params.getlist("assets")
        expression = request.query_params.get("expression", "")
        if not wanted and expression:
            wanted = [key for key in paths if re.search(rf"\b{re.escape(key)}(_b\d+)?\b", expression)]
        if everything or not wanted:
            return {key: str(path) for key, path in paths.items()} if everything else {}
        unknown = [key for key in wanted if key not in item["assets"]]
        if unknown:
            raise DrawError(400, f"{unknown[0]} is not one of the assets {', '.join(item['assets'])}")
        return {key: str(paths[key]) for key in wanted if key in paths}


def _options(request: Request) -> Json:
    """The options of a drawing, read from the query."""
    query = request.query_params
    options: Json = {
        name: query[name]
        for name in ("expression", "colormap_name", "format", "nodata", "resampling", "return_mask", "histogram_bins")
        if query.get(name)
    }
    options["asset_as_band"] = query.get("asset_as_band") == "true"
    options["asset_bidx"] = {
        key: [int(number) for number in numbers.split(",")]
        for key, _, numbers in (entry.partition("|") for entry in query.getlist("asset_bidx"))
    }
    options["bidx"] = [int(number) for number in query.getlist("bidx")]
    options["rescale"] = [[float(number) for number in pair.split(",")] for pair in query.getlist("rescale")]
    options["p"] = [float(number) for number in query.getlist("p")]
    return options


def _sorting(word: str) -> Json:
    return {"field": word.lstrip("+-"), "direction": "desc" if word.startswith("-") else "asc"}


def _bounds_of(place: str) -> list[float]:
    """The bounds of a tile, a box or a point, in degrees."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", place)]
    if place.startswith("bbox"):
        return numbers[:4]
    if place.startswith("point"):
        return [*numbers[:2], *numbers[:2]]
    z, x, y = (int(number) for number in numbers[-3:])
    window = tiler.tile_window(z, x, y, 1)
    return _in_degrees(window.bounds, window.crs)


def _in_degrees(bounds: Iterable[float], crs: str) -> list[float]:
    box = list(bounds)
    if crs == "EPSG:4326":
        return box
    degrees = list(rasterio.warp.transform_bounds(crs, "EPSG:4326", *box))
    return degrees if all(map(math.isfinite, degrees)) else [-180.0, -90.0, 180.0, 90.0]


def _touching(items: Iterable[Any], box: list[float]) -> list[Any]:
    """The items whose bounding boxes touch another one."""
    return [
        item
        for item in items
        if (own := item.get("bbox"))
        and own[0] <= box[2] and own[2] >= box[0] and own[1] <= box[3] and own[3] >= box[1]
    ]  # fmt: skip


def _assets(items: Iterable[Any]) -> list[Json]:
    return [{name: item[name] for name in ("id", "bbox", "assets", "collection")} for item in items]


def _detail(status: int, text: str) -> Response:
    """An error of the tiler, which has another form than those of the other parts."""
    return JSONResponse({"detail": text}, status)

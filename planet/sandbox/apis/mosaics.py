"""The Basemaps API of the sandbox: mosaics, series, quads and XYZ tiles."""

import math
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..._utils.times import str_to_datetime
from ...exceptions import PlanetError
from ..catalog.filters import FilterError, as_shape
from ..catalog.window import Window
from ..imagery import quad_grid
from ..imagery.basemaps import SERIES, Mosaic, Series, find_mosaic, mosaics
from ..imagery.fulfilment import fulfil_quad
from ..imagery.preview import tile_png
from ..state.world import World
from .responses import error_response, json_value, page_link, server_url

__all__ = ["routes"]


_PAGE_SIZE, _MAX_PAGE_SIZE = 50, 1000
_MAX_ZOOM = 18
_MAX_SEARCHES = 100  # cached results of quad searches
_MAX_CLOUD_COVER, _MAX_SCENES = 0.1, 10  # of the source scenes of a quad


def routes(world: World) -> list[Route]:
    """Return the routes below `/basemaps/v1`."""
    api = _Basemaps(world)
    root = "/basemaps/v1"
    quads = f"{root}/mosaics/{{id}}/quads"
    return [
        Route(f"{root}/mosaics", api.mosaics, methods=["GET"]),
        Route(f"{root}/mosaics/{{id}}", api.mosaic, methods=["GET"]),
        Route(f"{root}/series", api.series, methods=["GET"]),
        Route(f"{root}/series/{{id}}", api.one_series, methods=["GET"]),
        Route(f"{root}/series/{{id}}/mosaics", api.series_mosaics, methods=["GET"]),
        Route(quads, api.quads, methods=["GET"]),
        Route(f"{quads}/search", api.search, methods=["POST"]),
        Route(f"{quads}/search/{{search}}", api.found, methods=["GET"]),
        Route(f"{quads}/{{quad}}", api.quad, methods=["GET"]),
        Route(f"{quads}/{{quad}}/full", api.full, methods=["GET"]),
        Route(f"{quads}/{{quad}}/items", api.items, methods=["GET"]),
        Route(f"{root}/planet-tiles/{{name}}/gmap/{{z:int}}/{{x:int}}/{{y:int}}.png", api.tile, methods=["GET"]),
    ]


class _RequestError(Exception):
    """A request that the service rejects."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.response = error_response(status, text)


class _Basemaps:
    def __init__(self, world: World) -> None:
        self.world = world
        self._searches: dict[str, list[str]] = {}  # quad ids by search id

    # -- mosaics and series ----------------------------------------------------------------------------------

    async def mosaics(self, request: Request) -> Response:
        return self._listing(request, "mosaics", self._all(), self._serialize)

    async def mosaic(self, request: Request) -> Response:
        try:
            return JSONResponse(self._serialize(self._mosaic(request), request))
        except _RequestError as error:
            return error.response

    async def series(self, request: Request) -> Response:
        return self._listing(request, "series", list(SERIES), self._serialize_series)

    async def one_series(self, request: Request) -> Response:
        found = [series for series in SERIES if series.id == request.path_params["id"]]
        return JSONResponse(self._serialize_series(found[0], request)) if found else _series_not_found(request)

    async def series_mosaics(self, request: Request) -> Response:
        found = [series for series in SERIES if series.id == request.path_params["id"]]
        if not found:
            return _series_not_found(request)
        members = [mosaic for mosaic in self._all() if mosaic.series == found[0]]
        if request.query_params.get("latest") == "yes":
            members = members[-1:]
        return self._listing(request, "mosaics", members, self._serialize)

    def _all(self) -> list[Mosaic]:
        return list(mosaics(self.world.clock.now().date()))

    def _mosaic(self, request: Request) -> Mosaic:
        name = request.path_params["id"]
        found = next((mosaic for mosaic in self._all() if mosaic.id == name), None)
        if found is None:
            raise _RequestError(404, f"Mosaic Not Found: {name}")
        return found

    def _listing(self, request: Request, name: str, entries: Sequence[Any], show: Any) -> Response:
        try:
            return self._page(request, name, [entry for entry in entries if self._matches(entry, request)], show)
        except (PlanetError, ValueError) as error:
            return error_response(400, f"Invalid query parameter: {error}")

    def _matches(self, entry: Any, request: Request) -> bool:
        query = request.query_params
        begin, end = _range(entry, self._all() if isinstance(entry, Series) else ())
        return (
            query.get("name__is", entry.name) == entry.name
            and query.get("name__contains", "").lower() in entry.name.lower()
            and query.get("interval", _interval(entry)) == _interval(entry)
            and ("acquired__gt" not in query or str_to_datetime(end) > str_to_datetime(query["acquired__gt"]))
            and ("acquired__lt" not in query or str_to_datetime(begin) < str_to_datetime(query["acquired__lt"]))
        )

    def _page(self, request: Request, name: str, entries: Sequence[Any], show: Any, **more: Any) -> Response:
        """Return a page of entries with a link to the next page."""
        try:
            size = min(max(int(request.query_params.get("_page_size", _PAGE_SIZE)), 1), _MAX_PAGE_SIZE)
            page = max(int(request.query_params.get("_page", 0)), 0)
        except ValueError:
            return error_response(400, "_page and _page_size are numbers")
        links = {"_self": str(request.url)}
        if (page + 1) * size < len(entries):
            links["_next"] = page_link(request, _page=page + 1)
        shown = [show(entry, request) for entry in entries[page * size : (page + 1) * size]]
        return JSONResponse({"_links": links, name: shown, **more})

    def _serialize(self, mosaic: Mosaic, request: Request) -> dict[str, Any]:
        root = f"{server_url(request)}/basemaps/v1"
        me = f"{root}/mosaics/{mosaic.id}"
        key = _key_in_links(request)
        begin, end = _range(mosaic, ())
        interval = _interval(mosaic)
        return {
            "_links": {
                "_self": f"{me}?{key}".rstrip("?"),
                "quads": f"{me}/quads?{key}{'&' if key else ''}bbox={{lx}},{{ly}},{{ux}},{{uy}}",
                "tiles": f"{root}/planet-tiles/{mosaic.name}/gmap/{{z}}/{{x}}/{{y}}.png?{key}",
            },
            "bbox": list(mosaic.bbox),
            "coordinate_system": "EPSG:3857",
            "datatype": "uint16" if mosaic.analytic else "byte",
            "first_acquired": begin,
            "grid": {"quad_size": quad_grid.PIXELS, "resolution": 4.777314267823516},
            "id": mosaic.id,
            **({"interval": interval} if interval else {}),
            "item_types": ["PSScene"],
            "last_acquired": end,
            "level": quad_grid.LEVEL,
            "name": mosaic.name,
            "product_type": "timelapse" if mosaic.series else "basemap",
            "quad_download": mosaic.quad_download,
        }

    def _serialize_series(self, series: Series, request: Request) -> dict[str, Any]:
        me = f"{server_url(request)}/basemaps/v1/series/{series.id}"
        key = _key_in_links(request)
        begin, end = _range(series, self._all())
        return {
            "_links": {"_self": f"{me}?{key}".rstrip("?"), "mosaics": f"{me}/mosaics?{key}".rstrip("?")},
            "first_acquired": begin,
            "id": series.id,
            "interval": series.interval,
            "last_acquired": end,
            "name": series.name,
        }

    # -- quads -----------------------------------------------------------------------------------------------

    async def quads(self, request: Request) -> Response:
        try:
            mosaic = self._mosaic(request)
            text = request.query_params.get("bbox")
            box = mosaic.bbox if text is None else _box(text)
            return self._quads(mosaic, quad_grid.QuadRange(box, mosaic.bbox), request)
        except _RequestError as error:
            return error.response

    async def search(self, request: Request) -> Response:
        """Search the quads that a geometry touches, and redirect to the pages of the result."""
        try:
            mosaic = self._mosaic(request)
            shape = self.world.resolve_refs(await json_value(request), request.state.key, "geometry")
            as_shape(shape, "geometry")
        except _RequestError as error:
            return error.response
        except FilterError as error:
            return error_response(400, f"{error.path} {error.message}")
        name = uuid.uuid4().hex
        self._searches[name] = await self.world.run_in_thread(quad_grid.quads_intersecting, shape, mosaic.bbox)
        while len(self._searches) > _MAX_SEARCHES:
            del self._searches[next(iter(self._searches))]
        return RedirectResponse(request.url.replace(path=f"{request.url.path}/{name}"), 302)

    async def found(self, request: Request) -> Response:
        try:
            mosaic = self._mosaic(request)
            found = self._searches.get(request.path_params["search"])
            if found is None:
                raise _RequestError(404, "Search Not Found")
            return self._quads(mosaic, found, request)
        except _RequestError as error:
            return error.response

    def _quads(self, mosaic: Mosaic, ids: Sequence[str], request: Request) -> Response:
        minimal = request.query_params.get("minimal") == "true"
        summary = {"summary": {"total_quads": len(ids)}} if request.query_params.get("summary") == "true" else {}

        def show(quad_id: str, request: Request) -> dict[str, Any]:
            shown = self._serialize_quad(mosaic, quad_id, request)
            return {name: shown[name] for name in ("_links", "bbox", "id")} if minimal else shown

        return self._page(request, "items", ids, show, **summary)

    async def quad(self, request: Request) -> Response:
        try:
            mosaic = self._mosaic(request)
            self._column_row(mosaic, request)
        except _RequestError as error:
            return error.response
        return JSONResponse(self._serialize_quad(mosaic, request.path_params["quad"], request))

    def _column_row(self, mosaic: Mosaic, request: Request) -> tuple[int, int]:
        """Return column and row of the requested quad."""
        cell = quad_grid.parse_quad_id(request.path_params["quad"])
        if cell is None or not _coverage(mosaic, *cell):
            raise _RequestError(404, f"Quad Not Found: {request.path_params['quad']}")
        return cell

    def _serialize_quad(self, mosaic: Mosaic, quad_id: str, request: Request) -> dict[str, Any]:
        cell = quad_grid.parse_quad_id(quad_id)
        assert cell is not None
        me = f"{server_url(request)}/basemaps/v1/mosaics/{mosaic.id}/quads/{quad_id}"
        key = _key_in_links(request)
        links = {"_self": f"{me}?{key}".rstrip("?"), "items": f"{me}/items?{key}".rstrip("?")}
        if mosaic.quad_download:
            links["download"] = f"{me}/full?{key}".rstrip("?")
        return {
            "_links": links,
            "bbox": list(quad_grid.bounds(*cell)),
            "id": quad_id,
            "percent_covered": round(100 * _coverage(mosaic, *cell)),
        }

    async def full(self, request: Request) -> Response:
        """Redirect to the file of a quad, which is created on first access."""
        try:
            mosaic = self._mosaic(request)
            self._column_row(mosaic, request)
            if not mosaic.quad_download:
                raise _RequestError(403, "You do not have permission to download quads of this mosaic")
        except _RequestError as error:
            return error.response
        folder = self.world.folder / "basemaps" / mosaic.id
        quad = request.path_params["quad"]
        name = await self.world.render(fulfil_quad, mosaic, quad, folder, self.world.pixels, self.world.image_bytes)
        file = f"basemaps/{mosaic.id}/{name}"
        token = self.world.sign(file=file, exp=self.world.link_expiry(1)[0])
        return RedirectResponse(f"{request.state.storage}/{file}?X-Goog-Signature={quote(token)}", 302)

    async def items(self, request: Request) -> Response:
        """List the source scenes of a quad: the clearest ones."""
        try:
            mosaic = self._mosaic(request)
            cell = self._column_row(mosaic, request)
        except _RequestError as error:
            return error.response
        window = Window()
        window.boxes, window.first, window.last = [quad_grid.bounds(*cell)], mosaic.begin, mosaic.end
        rows = self.world.catalog.find(["PSScene"], window, self.world.clock.now())
        scenes = [scene for scene in map(rows.scene, range(len(rows))) if scene.cloud_cover <= _MAX_CLOUD_COVER]
        scenes.sort(key=lambda scene: (scene.cloud_cover, scene.id))
        root = f"{server_url(request)}/data/v1/item-types"
        return JSONResponse(
            {"items": [{"link": f"{root}/{scene.item_type}/items/{scene.id}"} for scene in scenes[:_MAX_SCENES]]}
        )

    async def tile(self, request: Request) -> Response:
        mosaic = find_mosaic(request.path_params["name"])
        zoom, x, y = (request.path_params[name] for name in "zxy")
        if mosaic is None or not 0 <= zoom <= _MAX_ZOOM or max(x, y) >= 2**zoom:
            return error_response(404, "Tile Not Found")
        return Response(await self.world.render(tile_png, mosaic, zoom, x, y), media_type="image/png")


def _range(entry: Mosaic | Series, known: Sequence[Mosaic]) -> tuple[str, str]:
    """Return the acquisition times of the first and last image of a mosaic or series."""
    members = [entry] if isinstance(entry, Mosaic) else [mosaic for mosaic in known if mosaic.series == entry]
    return f"{members[0].begin.isoformat()}T00:00:00.000Z", f"{members[-1].end.isoformat()}T00:00:00.000Z"


def _interval(entry: Mosaic | Series) -> str | None:
    series = entry.series if isinstance(entry, Mosaic) else entry
    return None if series is None else series.interval


def _coverage(mosaic: Mosaic, x: int, y: int) -> float:
    """Return the share of a quad that a mosaic covers, 0 to 1."""
    west, south, east, north = quad_grid.bounds(x, y)
    left, bottom, right, top = mosaic.bbox
    width, height = min(east, right) - max(west, left), min(north, top) - max(south, bottom)
    return max(width, 0.0) * max(height, 0.0) / ((east - west) * (north - south))


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = map(float, text.split(","))
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValueError
    except ValueError:
        raise _RequestError(400, f"bbox is invalid: {text}") from None
    return west, south, east, north


def _key_in_links(request: Request) -> str:
    """Return the API key as a query parameter, as the links of this API contain it."""
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    return "" if scheme == "bearer" else f"api_key={quote(request.state.key)}"


def _series_not_found(request: Request) -> Response:
    return error_response(404, f"Series Not Found: {request.path_params['id']}")

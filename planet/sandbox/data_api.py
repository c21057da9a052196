"""The Data API of the sandbox: search, and items."""

import datetime
import itertools
import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .. import specs
from .filters import FilterError, check, search_window, selects
from .replies import base_of, field_error, json_body, message
from .scene import Scene
from .world import World

__all__ = ["routes"]

_PAGE_SIZE = 250
_SORTS = ("published desc", "published asc", "acquired desc", "acquired asc")
# Of a search that names no place and no time, so many days back are looked at.
_LOOK_BACK = datetime.timedelta(days=3 * 365)


def routes(world: World) -> list[Route]:
    """The endpoints below `/data/v1`."""
    api = _Data(world)
    root = "/data/v1"
    return [
        Route(f"{root}/quick-search", api.quick_search, methods=["POST"]),
        Route(f"{root}/searches/{{id}}/results", api.results, methods=["GET"]),
        Route(f"{root}/item-types/{{type}}/items/{{id}}", api.item, methods=["GET"]),
    ]


class _Data:
    def __init__(self, world: World) -> None:
        self.world = world

    async def quick_search(self, request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return field_error({}, "The request is not a JSON object")
        sort = request.query_params.get("_sort", _SORTS[0])
        try:
            search = self._search(body, sort)
        except FilterError as error:
            return field_error({error.path: error.message})
        search_id = uuid.uuid4().hex
        self.world.searches[search_id] = search
        size = min(max(int(request.query_params.get("_page_size", _PAGE_SIZE)), 1), _PAGE_SIZE)
        return await self._page(request, search_id, search, size, 0)

    def _search(self, body: dict[str, Any], sort: str) -> dict[str, Any]:
        types = body.get("item_types")
        if not isinstance(types, list) or not types:
            raise FilterError("item_types", "'item_types' is a required property")
        for number, item_type in enumerate(types):
            if item_type not in specs.get_data_item_types():
                raise FilterError(f"item_types.{number}", f"{item_type!r} is not a valid item type")
        if "filter" not in body:
            raise FilterError("filter", "'filter' is a required property")
        check(body["filter"])
        parts = [body["filter"]]
        if body.get("geometry") is not None:
            area = {"type": "GeometryFilter", "field_name": "geometry", "config": body["geometry"]}
            check(area, "geometry")
            parts.append(area)
        if sort not in _SORTS:
            raise FilterError("_sort", f"{sort!r} is not a valid sort order")
        return {"item_types": types, "filter": {"type": "AndFilter", "config": parts}, "sort": sort}

    async def results(self, request: Request) -> Response:
        search = self.world.searches.get(request.path_params["id"])
        if search is None:
            return message(404, f"The requested search id does not exist: {request.path_params['id']}")
        try:
            position = json.loads(urlsafe_b64decode(request.query_params.get("_page", "e30=")))
        except ValueError:
            return field_error({"_page": "is not a valid page"})
        size = position.get("page_size", _PAGE_SIZE)
        return await self._page(request, request.path_params["id"], search, size, position.get("start", 0))

    async def _page(self, request: Request, search_id: str, search: dict[str, Any], size: int, start: int) -> Response:
        # One more than the page holds, to know whether there is a next one.
        found = await run_in_threadpool(lambda: list(itertools.islice(self._scenes(search), start, start + size + 1)))
        base = base_of(request)
        here = f"{base}/data/v1/searches/{search_id}/results"

        def link(position: int) -> str:
            page = json.dumps({"page_size": size, "start": position})
            return f"{here}?_page={urlsafe_b64encode(page.encode()).decode()}"

        links = {"_self": link(start), "_first": link(0), "_next": link(start + size) if len(found) > size else None}
        items = [scene.item(base) for scene in found[:size]]
        return JSONResponse({"_links": links, "features": items, "type": "FeatureCollection"})

    def _scenes(self, search: dict[str, Any]) -> Iterator[Scene]:
        """The scenes of a search in its order, made up day by day as far as somebody reads."""
        bounds, first, last = search_window(search["filter"])
        today = self.world.clock.now()
        last = min(last or today.date(), today.date())
        first = first or last - _LOOK_BACK
        field, direction = search["sort"].split()
        found = itertools.chain.from_iterable(
            self.world.catalog.scenes(item_type, bounds, first, last) for item_type in search["item_types"]
        )
        # A scene is in the catalogue from the moment on at which it is published.
        passing = (scene for scene in found if scene.published <= today and selects(search["filter"], scene))
        if bounds is None:
            yield from passing  # worldwide: in the order of days, not of minutes
        else:
            if "found" not in search:  # once for all pages
                key = lambda scene: (getattr(scene, field), scene.id)  # noqa: E731  # a line of its own reads better
                search["found"] = sorted(passing, key=key, reverse=direction == "desc")
            yield from search["found"]

    async def item(self, request: Request) -> Response:
        item_type, item_id = request.path_params["type"], request.path_params["id"]
        known = item_type in specs.get_data_item_types()
        scene = self.world.catalog.get(item_type, item_id) if known else None
        if scene is None:
            return message(404, f"Item ID {item_id} / Item Type {item_type} doesn't exist")
        return JSONResponse(scene.item(base_of(request)))

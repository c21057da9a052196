"""The Data API of the sandbox: searches, items, statistics. Other modules have its assets and item types."""

import datetime
import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ... import specs
from ..catalog.clock import stamp
from ..catalog.filters import FilterError, as_shape, validate_filter
from ..state.records import SearchRecord
from ..state.world import World
from .responses import error_response, field_error, json_body, page_link, server_url
from .search_query import QueryCache

__all__ = ["routes"]


_PAGE_SIZE = 250
_SORTS = ("published desc", "published asc", "acquired desc", "acquired asc")
_LIST_SORTS = ("created desc", "created asc")
_FIELDS = ("name", "filter", "item_types", "geometry", "__daily_email_enabled")
_REQUIRED_MESSAGES = {"filter": "'filter' is a required property", "item_types": "'item_types' is a required property"}


def routes(world: World) -> list[Route]:
    """Return the routes below `/data/v1`, of searches and items."""
    api = _Data(world)
    root = "/data/v1"
    return [
        Route(f"{root}/", api.root, methods=["GET"]),
        Route(root, api.root, methods=["GET"]),
        Route(f"{root}/quick-search", api.quick_search, methods=["POST"]),
        Route(f"{root}/searches", api.create, methods=["POST"]),
        Route(f"{root}/searches", api.list, methods=["GET"]),
        Route(f"{root}/searches/{{id}}", api.get, methods=["GET"]),
        Route(f"{root}/searches/{{id}}", api.update, methods=["PUT"]),
        Route(f"{root}/searches/{{id}}", api.delete, methods=["DELETE"]),
        Route(f"{root}/searches/{{id}}/results", api.results, methods=["GET"]),
        Route(f"{root}/stats", api.stats, methods=["POST"]),
        Route(f"{root}/item-types/{{type}}/items/{{id}}", api.item, methods=["GET"]),
    ]


class _Data:
    def __init__(self, world: World) -> None:
        self.world = world
        self._queries = QueryCache(world.catalog)

    # -- searches --------------------------------------------------------------------------------------------

    async def quick_search(self, request: Request) -> Response:
        try:
            body = await self._body(request)
            sort, size = self._sort(request, _SORTS), _size(request)
        except FilterError as error:
            return _bad_request(error)
        record = self._store(request, *body, "quick")
        return await self._page(request, record, sort, size)

    async def create(self, request: Request) -> Response:
        try:
            body = await self._body(request, named=True)
        except FilterError as error:
            return _bad_request(error)
        return JSONResponse(self._serialize(self._store(request, *body, "saved"), request))

    async def update(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _search_not_found(request)
        try:
            record.body, record.resolved = await self._body(request, named=True)
        except FilterError as error:
            return _bad_request(error)
        record.updated = self.world.clock.now()
        return JSONResponse(self._serialize(record, request))

    async def get(self, request: Request) -> Response:
        record = self._find(request)
        return _search_not_found(request) if record is None else JSONResponse(self._serialize(record, request))

    async def delete(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _search_not_found(request)
        del self.world.searches[record.id]
        return Response(status_code=204)

    async def list(self, request: Request) -> Response:
        query = request.query_params
        kind = query.get("search_type", "any")
        try:
            if kind not in ("any", "saved", "quick"):
                raise FilterError("search_type", f"{kind!r} is not a valid search type")
            sort, size = self._sort(request, _LIST_SORTS), _size(request)
            start = _number("_page", query.get("_page", "0"))
        except FilterError as error:
            return _bad_request(error)
        found = [
            record
            for record in self.world.searches.values()
            if record.key == request.state.key and kind in ("any", record.search_type)
        ]
        if sort == "created desc":
            found.reverse()  # stored in the order of creation
        links = {"_self": str(request.url), "_first": page_link(request, _page=0)}
        if start + size < len(found):
            links["_next"] = page_link(request, _page=start + size)
        searches = [self._serialize(record, request) for record in found[start : start + size]]
        return JSONResponse({"_links": links, "searches": searches})

    def _store(self, request: Request, body: dict[str, Any], resolved: dict[str, Any], kind: str) -> SearchRecord:
        now = self.world.clock.now()
        record = SearchRecord(uuid.uuid4().hex, request.state.key, body, resolved, kind, created=now, updated=now)
        self.world.searches[record.id] = record
        return record

    def _find(self, request: Request) -> SearchRecord | None:
        record = self.world.searches.get(request.path_params["id"].replace("-", ""))
        return record if record is not None and record.key == request.state.key else None

    def _serialize(self, record: SearchRecord, request: Request) -> dict[str, Any]:
        me = f"{server_url(request)}/data/v1/searches/{record.id}"
        return {
            "__daily_email_enabled": False,
            "name": None,
            **record.body,
            "_links": {"_self": me, "results": f"{me}/results"},
            "created": stamp(record.created, "microseconds"),
            "id": record.id,
            "last_executed": None if record.executed is None else stamp(record.executed, "microseconds"),
            "search_type": record.search_type,
            "updated": stamp(record.updated, "microseconds"),
        }

    async def _body(self, request: Request, *, named: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """Validate the body of a search; returns it as it was sent, and with references resolved."""
        body = await json_body(request)
        if body is None:
            raise FilterError("", "The request is not a JSON object")
        if named:
            for name in body:
                if name not in _FIELDS:
                    raise FilterError(name, f"Additional properties are not allowed ({name!r} was unexpected)")
            if not isinstance(body.get("name"), str) or not body["name"]:
                raise FilterError("name", "'name' is a required property")
        types = body.get("item_types")
        if not isinstance(types, list) or not types:
            raise FilterError("item_types", _REQUIRED_MESSAGES["item_types"])
        for number, item_type in enumerate(types):
            if not isinstance(item_type, str) or item_type not in specs.get_data_item_types():
                raise FilterError(f"item_types.{number}", f"{item_type!r} is not a valid item type")
        if "filter" not in body:
            raise FilterError("filter", _REQUIRED_MESSAGES["filter"])
        body = {name: body[name] for name in _FIELDS if body.get(name) is not None}
        resolved = self.world.resolve_refs(body, request.state.key)
        validate_filter(resolved["filter"])
        if "geometry" in resolved:
            as_shape(resolved["geometry"], "geometry")
        return body, resolved

    def _sort(self, request: Request, allowed: tuple[str, ...]) -> str:
        sort = request.query_params.get("_sort", allowed[0])
        if sort not in allowed:
            raise FilterError("_sort", f"{sort!r} is not a valid sort order")
        return sort

    # -- results ---------------------------------------------------------------------------------------------

    async def results(self, request: Request) -> Response:
        record = self._find(request)
        if record is None:
            return _search_not_found(request)
        token = request.query_params.get("_page")
        try:
            if token is None:
                return await self._page(request, record, self._sort(request, _SORTS), _size(request))
            page = json.loads(urlsafe_b64decode(token))
            sort, size, start = page["sort"], page["size"], page["start"]
            until = datetime.datetime.fromtimestamp(page["until"], datetime.timezone.utc)
            is_valid = sort in _SORTS and type(size) is type(start) is int and 1 <= size <= _PAGE_SIZE and start >= 0
        except FilterError as error:
            return _bad_request(error)
        except (ValueError, KeyError, TypeError, OverflowError, OSError):
            is_valid = False
        if not is_valid:
            return field_error({"_page": "is not a valid page"})
        return await self._page(request, record, sort, size, start, until)

    async def _page(
        self,
        request: Request,
        record: SearchRecord,
        sort: str,
        size: int,
        start: int = 0,
        until: datetime.datetime | None = None,
    ) -> Response:
        if until is None:  # all pages of a search use the same state of the catalogue
            until = record.executed = self.world.clock.now()
        base = server_url(request)
        query = await run_in_threadpool(self._queries.query, record, sort, until)
        items, following = await run_in_threadpool(query.page, start, size, base)
        here = f"{base}/data/v1/searches/{record.id}/results"

        def link(position: int) -> str:
            page = json.dumps({"size": size, "sort": sort, "start": position, "until": until.timestamp()})
            return f"{here}?_page={urlsafe_b64encode(page.encode()).decode()}"

        links = {"_self": link(start), "_first": link(0), "_next": None if following is None else link(following)}
        return JSONResponse({"_links": links, "features": items, "type": "FeatureCollection"})

    async def stats(self, request: Request) -> Response:
        try:
            _, body = await self._body(request)
            asked = await json_body(request) or {}
            interval, offset = asked.get("interval"), str(asked.get("utc_offset", "+0h"))
            if interval not in ("hour", "day", "week", "month", "year"):
                raise FilterError("interval", f"{interval!r} is not one of ['hour', 'day', 'week', 'month', 'year']")
            hours = _number("utc_offset", offset.removesuffix("h").removeprefix("+"))
            if abs(hours) > 24:
                raise FilterError("utc_offset", f"{offset!r} is not an offset")
        except FilterError as error:
            return _bad_request(error)
        now, shift = self.world.clock.now(), datetime.timedelta(hours=hours)

        def count() -> list[dict[str, Any]]:
            query = self._queries.prepare(body, now, "acquired asc")
            counts = Counter(_bucket(scene.acquired + shift, interval) for _, scene in query.after(0))
            return [
                {"count": counts.get(moment, 0), "start_time": stamp(moment - shift, "microseconds")}
                for moment in _moments(min(counts, default=now), max(counts, default=None), interval)
            ]

        buckets = await run_in_threadpool(count)
        return JSONResponse({"buckets": buckets, "interval": interval, "utc_offset": offset})

    # -- items -----------------------------------------------------------------------------------------------

    async def item(self, request: Request) -> Response:
        scene = self.world.scene(request.path_params["type"], request.path_params["id"])
        return item_not_found(request) if scene is None else JSONResponse(scene.item(server_url(request)))

    async def root(self, request: Request) -> Response:
        me = f"{server_url(request)}/data/v1"
        links = {name: f"{me}/{name}" for name in ("asset-types", "item-types", "spec")}
        return JSONResponse({"_links": {"_self": f"{me}/", **links}})


_BEYOND = {  # more than one interval, less than two
    "hour": datetime.timedelta(hours=1),
    "day": datetime.timedelta(days=1),
    "week": datetime.timedelta(days=7),
    "month": datetime.timedelta(days=32),
    "year": datetime.timedelta(days=367),
}


def _bucket(moment: datetime.datetime, interval: str) -> datetime.datetime:
    """Return the start of the interval that contains a time."""
    start = moment.replace(minute=0, second=0, microsecond=0)
    if interval == "hour":
        return start
    start = start.replace(hour=0)
    if interval == "week":
        return start - datetime.timedelta(days=start.weekday())
    if interval == "month":
        return start.replace(day=1)
    return start.replace(month=1, day=1) if interval == "year" else start


def _moments(first: datetime.datetime, last: datetime.datetime | None, interval: str) -> Iterator[datetime.datetime]:
    """Yield the starts of all intervals between two times."""
    while last is not None and first <= last:
        yield first
        first = _bucket(first + _BEYOND[interval], interval)


def _size(request: Request) -> int:
    return min(max(_number("_page_size", request.query_params.get("_page_size", str(_PAGE_SIZE))), 1), _PAGE_SIZE)


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FilterError(name, f"{text!r} is not a number") from None


def _bad_request(error: FilterError) -> Response:
    return field_error({error.path: error.message}) if error.path else field_error({}, error.message)


def _search_not_found(request: Request) -> Response:
    return error_response(404, f"The requested search id does not exist: {request.path_params['id']}")


def item_not_found(request: Request) -> Response:
    """Return the error response for an unknown item."""
    item_type, item_id = request.path_params["type"], request.path_params["id"]
    return error_response(404, f"Item ID {item_id} / Item Type {item_type} doesn't exist")

"""`/_sandbox`: what tests in any language do with the sandbox: faults, clock, reset, and the requests that it has seen.

It is the same as the methods of `planet.sandbox.Sandbox`. Its requests are not recorded, and meet no faults.
"""

import contextlib
import html
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..._version import __version__
from ...exceptions import ArgumentError
from ..catalog.clock import stamp
from ..catalog.own_scenes import OwnScene
from ..imagery.preview import write_preview
from ..state.faults import KINDS, Fault
from ..state.world import World
from .responses import error_response, json_body, server_url

__all__ = ["Control"]


_SHOWN = 25  # requests and orders on the page
_MOST = 1000  # requests in an answer


class Control:
    """The routes of the control.

    Args:
        world: the state of the sandbox.
        requests: the requests that it has seen, newest last.
        reset: deletes everything, as `Sandbox.reset` does.
        environment: the variables that direct clients to it.
    """

    def __init__(
        self,
        world: World,
        requests: list[Any],
        reset: Callable[[], None],
        environment: Callable[[], Mapping[str, str]],
    ) -> None:
        self._world = world
        self._requests = requests
        self._reset = reset
        self._environment = environment

    def routes(self) -> list[Route]:
        """Return the routes."""
        root = "/_sandbox"
        return [
            Route("/", self.page, methods=["GET"]),
            Route(root, self.overview, methods=["GET"]),
            Route(f"{root}/reset", self.reset, methods=["POST"]),
            Route(f"{root}/environment", self.environment, methods=["GET"]),
            Route(f"{root}/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route(f"{root}/requests", self.requests, methods=["GET", "DELETE"]),
            Route(f"{root}/scenes", self.scenes, methods=["POST"]),
            Route(f"{root}/clock", self.clock, methods=["GET", "POST"]),
            Route(f"{root}/expire-links", self.expire_links, methods=["POST"]),
            Route(f"{root}/orders/{{id}}/preview.png", self.preview, methods=["GET"]),
        ]

    async def overview(self, request: Request) -> Response:
        world = self._world
        counts = {
            name: len(getattr(world, name)) for name in ("orders", "searches", "subscriptions", "collections", "assets")
        }
        return JSONResponse(
            {
                "version": __version__,
                "now": stamp(world.clock.now()),
                "records": counts,
                "requests": len(self._requests),
                "faults": len(world.faults.pending),
            }
        )

    async def reset(self, request: Request) -> Response:
        self._reset()
        return Response(status_code=204)

    async def environment(self, request: Request) -> Response:
        return JSONResponse(dict(self._environment()))

    async def faults(self, request: Request) -> Response:
        faults = self._world.faults
        if request.method == "DELETE":
            faults.clear()
            return Response(status_code=204)
        if request.method == "GET":
            return JSONResponse({"faults": [attrs.asdict(fault) for fault in faults.pending], "kinds": KINDS})
        body = await json_body(request) or {}
        try:
            fault = Fault(**body)
        except TypeError:
            names = ", ".join(field.name for field in attrs.fields(Fault) if field.init)
            return error_response(400, f"a fault has a kind, and perhaps some of {names}")
        except ArgumentError as error:
            return error_response(400, error.message)
        faults.add(fault)
        return JSONResponse(attrs.asdict(fault), 201)

    async def scenes(self, request: Request) -> Response:
        body = await json_body(request) or {}
        try:
            return JSONResponse(self._world.add_scene(OwnScene(**body)), 201)
        except TypeError:
            names = ", ".join(field.name for field in attrs.fields(OwnScene))
            return error_response(400, f"a scene has item_id, lon and lat, and perhaps some of {names}")
        except ArgumentError as error:
            return error_response(400, error.message)

    async def requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._requests.clear()
            return Response(status_code=204)
        query = request.query_params
        try:
            limit = int(query.get("limit", _MOST))
        except ValueError:
            return error_response(400, "limit must be a number")
        wanted = [
            seen
            for seen in self._requests
            if all(getattr(seen, name) == query[name] for name in ("origin", "method", "path") if name in query)
        ]
        return JSONResponse({"requests": [_shown(seen) for seen in wanted[-limit:]] if limit > 0 else []})

    async def clock(self, request: Request) -> Response:
        clock = self._world.clock
        if request.method == "POST":
            body = await json_body(request) or {}
            if not body or set(body) - {"advance", "stop", "start"} or not _is_number(body.get("advance", 0)):
                return error_response(400, 'the body must be {"advance": seconds}, {"stop": true} or {"start": true}')
            if body.get("stop"):
                clock.stop()
            if body.get("start"):
                clock.start()
            clock.advance(body.get("advance", 0))
        return JSONResponse({"now": stamp(clock.now()), "is_stopped": clock.is_stopped})

    async def expire_links(self, request: Request) -> Response:
        self._world.expire_links()
        return Response(status_code=204)

    async def preview(self, request: Request) -> Response:
        order = self._world.orders.get(request.path_params["id"])
        images = [] if order is None else sorted(self._world.order_folder(order).rglob("*.tif"))
        images = [image for image in images if "udm" not in image.name]
        if not images:
            return error_response(404, "the order has no image")
        target = self._world.folder / "previews" / f"{request.path_params['id']}.png"
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            await self._world.run_in_thread(write_preview, images[0], target)
        return Response(target.read_bytes(), media_type="image/png")

    # -- the page for people ---------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        url = server_url(request)
        orders = list(self._world.orders.values())[: -_SHOWN - 1 : -1]
        seen = self._requests[: -_SHOWN - 1 : -1]
        order_rows = [
            [order.request.get("name"), order.id, order.state, _picture(f"/_sandbox/orders/{order.id}/preview.png")]
            for order in orders
        ]
        request_rows = [[one.origin, one.method, one.path[:100], one.status or "", one.sent] for one in seen]
        commands = (
            f"curl {url}/_sandbox",
            f"curl -X POST {url}/_sandbox/reset",
            f"curl -X POST {url}/_sandbox/faults -d "
            + """'{"kind": "status", "path": "/orders/v2", "status": 503, "times": 2}'""",
            f"""curl -X POST {url}/_sandbox/clock -d '{{"advance": 3600}}'""",
            f"curl '{url}/_sandbox/requests?origin=api&limit=5'",
        )
        variables = "\n".join(f"export {name}={value}" for name, value in self._environment().items())
        return HTMLResponse(
            _PAGE.format(
                version=__version__,
                now=html.escape(stamp(self._world.clock.now(), "seconds")),
                variables=html.escape(variables),
                commands=html.escape("\n".join(commands)),
                orders=_table(["name", "id", "state", ""], order_rows),
                requests=_table(["origin", "method", "path", "status", "bytes"], request_rows),
            )
        )


class _Html(str):
    """Text that is HTML already."""


def _picture(url: str) -> _Html:
    return _Html(f'<img src="{html.escape(url)}" alt="" height="64" onerror="this.remove()">')


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return "<p>None yet.</p>"
    cells = "".join(
        "<tr>"
        + "".join(f"<td>{cell if isinstance(cell, _Html) else html.escape(str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in rows
    )
    return f"<table><tr>{''.join(f'<th>{title}</th>' for title in head)}</tr>{cells}</table>"


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Planet sandbox</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; }} td, th {{ padding: .2rem .8rem .2rem 0; text-align: left; }}
pre {{ background: #8881; overflow-x: auto; padding: .8rem; }}
</style></head><body>
<h1>Planet sandbox {version}</h1>
<p>A local server with the APIs of Planet. Its time is {now}. Everything here is made up.</p>
<h2>Use it</h2><pre>{variables}</pre>
<h2>Control it</h2><pre>{commands}</pre>
<h2>Orders</h2>{orders}
<h2>Requests</h2>{requests}
</body></html>
"""


def _shown(seen: Any) -> dict[str, Any]:
    """A request that was seen; its body as text, or as JSON where it is that. Credentials are left out."""
    headers = {name: value for name, value in seen.headers.items() if name not in ("authorization", "cookie")}
    body: Any = seen.body.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):  # otherwise it stays text
        body = json.loads(body)
    return {
        "origin": seen.origin,
        "method": seen.method,
        "path": seen.path,
        "query": seen.query,
        "headers": headers,
        "body": body or None,
        "status": seen.status,
        "sent": seen.sent,
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

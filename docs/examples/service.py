"""A web service that searches and orders for others.

Run it with `uvicorn service:app`. One client serves all requests at once: it
keeps the limits of the service, renews the login, and shares connections.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from planet import AsyncPlanet, data_filter, geojson, order_request
from planet.exceptions import (
    BadQuery,
    ClientError,
    MissingResource,
    PlanetError,
)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncPlanet() as pl:
        app.state.pl = pl
        yield


app = FastAPI(title="Scenes", lifespan=lifespan)


@app.exception_handler(PlanetError)
async def say_what_happened(
    request: Request, error: PlanetError
) -> JSONResponse:
    """The texts of errors hold no secrets, and may be shown."""
    if isinstance(error, MissingResource):
        code = 404
    elif isinstance(error, (ClientError, BadQuery)):
        code = 400  # what was asked for makes no sense
    else:
        code = 502
    fields = [text for texts in error.field_errors.values() for text in texts]
    detail = "; ".join([error.message, *fields])
    return JSONResponse({"detail": detail}, status_code=code)


@app.get("/scenes")
async def scenes(
    bbox: str, clouds: float = 0.2, limit: int = 20
) -> list[dict[str, Any]]:
    """The newest scenes of a box: west,south,east,north."""
    try:
        west, south, east, north = map(float, bbox.split(","))
    except ValueError:
        raise HTTPException(400, "bbox is west,south,east,north") from None
    pl: AsyncPlanet = app.state.pl
    clear = data_filter.range_filter("cloud_cover", lte=clouds)
    area = geojson.box(west, south, east, north)
    results = pl.data.search(
        ["PSScene"], clear, geometry=area, limit=limit, sort="acquired desc"
    )
    return [
        {"id": item.id, "acquired": item.acquired, "clouds": item.cloud_cover}
        async for item in results
    ]


@app.post("/orders", status_code=202)
async def order(item_id: str) -> dict[str, str]:
    """Order a scene. What it becomes is asked for by its id; nobody waits here."""
    pl: AsyncPlanet = app.state.pl
    product = order_request.product([item_id], "visual", "PSScene")
    created = await pl.orders.create_order(
        order_request.build_request(f"service {item_id}", [product])
    )
    return {"id": created.id, "state": created.state}


@app.get("/orders/{order_id}")
async def state(order_id: str) -> dict[str, Any]:
    """What has become of an order. Links to its files hold tokens: they stay here."""
    pl: AsyncPlanet = app.state.pl
    found = await pl.orders.get_order(order_id)
    return {
        "id": found.id,
        "state": found.state,
        "files": [result.name for result in found.results],
    }

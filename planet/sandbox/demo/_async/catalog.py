"""The second part of the demo: the ordered scenes in a GeoCatalog, found there and drawn."""

import os
from pathlib import Path
from typing import Any

from planet import AsyncPlanet, order_request
from planet.geocatalog import AsyncGeoCatalog, Render


async def order_to_catalog(order_id: str, aoi: dict[str, Any], folder: Path) -> list[Any]:
    """Order the scenes of an order again, delivered to Azure; ingest them, and draw them as one image."""
    async with AsyncPlanet() as pl, AsyncGeoCatalog() as gc:
        items = (await pl.orders.get_order(order_id)).products[0]["item_ids"]
        storage = order_request.azure_blob_storage("account", "imagery", os.environ["PLANETARYCOMPUTER_SAS_TOKEN"])
        products = [order_request.product(items, "analytic_udm2", "PSScene")]
        tools = [order_request.clip_tool(aoi)]
        request = order_request.build_request("for the catalogue", products, delivery=storage, tools=tools)
        created = await pl.orders.create_order(request)
        await pl.orders.wait(created.id)
        order = await pl.orders.get_order(created.id)

        token = os.environ["PLANETARYCOMPUTER_SAS_TOKEN"]
        report = await gc.ingest_order(order, "planet-psscene", sas_token=token)
        found = [item.id async for item in gc.stac.search(collections=["planet-psscene"], intersects=aoi)]
        mosaic = await gc.data.register_mosaic(collections=["planet-psscene"])
        natural = Render(assets="ortho_analytic_4b", asset_bidx="ortho_analytic_4b|3,2,1", rescale=(1000, 10000))
        picture = folder / "catalog.png"
        await mosaic.crop(feature=aoi, render=natural, width=768, height=768, to=picture)
    return [report, found, picture]

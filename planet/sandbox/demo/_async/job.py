"""The main job, from search to verified files. What `planet sandbox demo` runs, and shows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from planet import AsyncPlanet, data_filter, order_request
from planet.reporting import StateBar


async def order_scenes(aoi: dict[str, Any], folder: Path) -> str:
    """Order two clear scenes of July 2024, clipped to an area, into a folder; returns the id of the order."""
    async with AsyncPlanet() as pl:
        july = data_filter.date_range_filter("acquired", gte=datetime(2024, 7, 1), lt=datetime(2024, 8, 1))
        clear = data_filter.range_filter("cloud_cover", lte=0.05)
        whole = data_filter.geometry_filter(aoi, relation="contains")
        search = pl.data.search(["PSScene"], data_filter.and_filter([july, clear, whole]), limit=2)
        items = [item async for item in search]

        product = order_request.product([item.id for item in items], "analytic_udm2", "PSScene")
        request = order_request.build_request("demo", [product], tools=[order_request.clip_tool(aoi)])
        with StateBar(state="creating") as bar:
            order = await pl.orders.create_order(request)
            bar.update(state="created", order_id=order.id)
            await pl.orders.wait(order.id, callback=bar.update_state)

        await pl.orders.download_order(order.id, folder, progress_bar=True)
        pl.orders.validate_checksum(folder / order.id, "sha256")
    return order.id

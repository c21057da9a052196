"""The code that `planet sandbox demo` runs and prints: from a search to verified files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from planet import AsyncPlanet, data_filter, order_request
from planet.reporting import StateBar


async def order_scenes(aoi: dict[str, Any], folder: Path) -> str:
    """Order and download two clear scenes of July 2024, clipped to an AOI; returns the id of the order."""
    async with AsyncPlanet() as pl:
        july = data_filter.date_range_filter("acquired", gte=datetime(2024, 7, 1), lt=datetime(2024, 8, 1))
        clear = data_filter.range_filter("cloud_cover", lte=0.05) & data_filter.permission_filter()
        covers = data_filter.geometry_filter(aoi, relation="contains")
        items = [item async for item in pl.data.search(["PSScene"], july & clear & covers, limit=2)]

        clip = order_request.clip_tool(aoi)
        request = order_request.request_for_items("demo", items, "analytic_udm2", tools=[clip])
        with StateBar(state="creating") as bar:
            order = await pl.orders.create_order(request)
            bar.update(state="created", order_id=order.id)
            await pl.orders.wait(order.id, callback=bar.update_state)

        await pl.orders.download_order(order.id, folder, progress_bar=True)
        pl.orders.validate_checksum(folder / order.id, "sha256")
    return order.id

"""After an interruption: find the orders of the last run, and get what is still missing of them."""

from pathlib import Path

from planet import AsyncPlanet


async def main(folder: Path) -> list[Path]:
    paths: list[Path] = []
    async with AsyncPlanet() as pl:
        async for order in pl.orders.list_orders(name__contains="field", sort_by="created_on"):
            state = await pl.orders.wait(order.id, timeout=3600)
            if state == "success":
                paths += await pl.orders.download_order(order.id, folder)  # what is there and right is not fetched
    return paths

"""After an interruption: get what is still missing of the last orders."""

from pathlib import Path

from planet import AsyncPlanet


async def main(folder: Path) -> list[Path]:
    paths: list[Path] = []
    async with AsyncPlanet() as pl:
        async for order in pl.orders.list_orders(name__contains="field"):
            state = await pl.orders.wait(order.id, timeout=3600)
            if state == "success":
                # What is there and right is not fetched again.
                paths += await pl.orders.download_order(order.id, folder)
    return paths

# Generated from docs/examples/async/restart.py by tools/unasync.py: change that one, and run the tool again.

"""After an interruption: find the orders of the last run, and get what is still missing of them."""

from pathlib import Path

from planet import Planet


def main(folder: Path) -> list[Path]:
    paths: list[Path] = []
    with Planet() as pl:
        for order in pl.orders.list_orders(name__contains="field", sort_by="created_on"):
            state = pl.orders.wait(order.id, timeout=3600)
            if state == "success":
                paths += pl.orders.download_order(order.id, folder)  # what is there and right is not fetched
    return paths

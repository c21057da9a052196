# Generated from docs/examples/async/restart.py by tools/unasync.py. Edit that file and run the tool again.

"""After an interruption: get what is still missing of the last orders."""

from pathlib import Path

from planet import Planet


def main(folder: Path) -> list[Path]:
    paths: list[Path] = []
    with Planet() as pl:
        for order in pl.orders.list_orders(name__contains="field"):
            state = pl.orders.wait(order.id, timeout=3600)
            if state == "success":
                # What is there and right is not fetched again.
                paths += pl.orders.download_order(order.id, folder)
    return paths

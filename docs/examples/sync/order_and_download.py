# Generated from docs/examples/async/order_and_download.py by tools/unasync.py. Edit that file and run the tool again.

"""Order a scene, wait for it, download it, and check every byte."""

from pathlib import Path

from planet import Planet, order_request
from planet.reporting import StateBar

ITEMS = ["20220304_093300_37_2430"]


def main(folder: Path) -> list[Path]:
    request = order_request.build_request(
        "one scene",
        products=[order_request.product(ITEMS, "analytic_udm2", "PSScene")],
        tools=[order_request.toar_tool(scale_factor=10000)],
    )
    with Planet() as pl:
        with StateBar(state="creating") as bar:
            order = pl.orders.create_order(request)
            bar.update(state="created", order_id=order.id)
            state = pl.orders.wait(order.id, callback=bar.update_state)
        print(f"The order is done: {state}.")
        paths = pl.orders.download_order(order.id, folder, progress_bar=True)
        pl.orders.validate_checksum(folder / order.id, "sha256")
    return paths

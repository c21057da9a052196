# Generated from docs/examples/async/many_orders.py by tools/unasync.py. Edit that file and run the tool again.

"""Several orders: each is downloaded while others are waited for."""

from pathlib import Path

from planet import Planet, order_request
from planet.exceptions import DownloadError

ITEMS = [
    "20220304_093300_37_2430",
    "20220305_093440_25_2429",
    "20220304_093257_90_2430",
]


def main(folder: Path) -> dict[str, str]:
    states: dict[str, str] = {}
    with Planet() as pl:
        ids = []
        for item_id in ITEMS:
            product = order_request.product([item_id], "visual", "PSScene")
            request = order_request.build_request(item_id, [product])
            ids.append((pl.orders.create_order(request)).id)

        for order_id, state in pl.orders.wait_many(ids):
            states[order_id] = state
            if state in ("success", "partial"):
                try:
                    pl.orders.download_order(order_id, folder)
                except DownloadError as error:
                    # The others go on; a second run gets what is missing.
                    print(f"Order {order_id}: {error}")
    return states

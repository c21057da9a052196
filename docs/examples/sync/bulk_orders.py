# Generated from docs/examples/async/bulk_orders.py by tools/unasync.py. Edit that file and run the tool again.

"""Order all clear scenes of a season, more than one order may hold.

They are downloaded as they come. Run it again to go on.
"""

from datetime import datetime
from pathlib import Path

from planet import Planet, data_filter, geojson, order_request
from planet.exceptions import DownloadError

FIELD = geojson.box(6.33, 45.84, 6.42, 45.90)
NAME = "summer 2024, from item"
AT_ONCE = 10  # items of one order: 500 at most; small ones are done sooner


def find(pl: Planet) -> list[str]:
    wanted = (
        data_filter.date_range_filter(
            "acquired", gte=datetime(2024, 6, 1), lt=datetime(2024, 8, 1)
        )
        & data_filter.range_filter("clear_percent", gte=90)
        & data_filter.permission_filter()
    )
    scenes = pl.data.search(
        ["PSScene"], wanted, geometry=FIELD, sort="acquired asc", limit=0
    )
    return [scene.id for scene in scenes]


def main(folder: Path) -> list[str]:
    with Planet() as pl:
        items = find(pl)
        # What was ordered: whenever this is stopped, nothing is ordered twice.
        known = pl.orders.list_orders(name__contains=NAME, limit=0)
        orders = {order.name: order.id for order in known}
        for start in range(0, len(items), AT_ONCE):
            name = f"{NAME} {start}"
            if name not in orders:
                product = order_request.product(
                    items[start : start + AT_ONCE], "visual", "PSScene"
                )
                tools = [order_request.clip_tool(FIELD)]
                order = pl.orders.create_order(
                    order_request.build_request(name, [product], tools=tools)
                )
                orders[name] = order.id

        accounts = []
        for order_id, state in pl.orders.wait_many(list(orders.values())):
            if state not in ("success", "partial"):
                accounts.append(f"{order_id}: {state}")
                continue
            try:
                report = pl.orders.download_order(order_id, folder)
            except DownloadError as error:
                # What failed, file by file. The next run gets it.
                report = error.report
                report.save(folder / f"{order_id}.json")
            accounts.append(f"{order_id}: {report.summary()}")
    return accounts

# Generated from docs/examples/async/order_to_map.py by tools/unasync.py. Edit that file and run the tool again.

"""From an order to a map: deliver to Azure, ingest, search, draw, sign."""

import os
from datetime import datetime
from pathlib import Path

from planet import Planet, data_filter, geojson, order_request
from planet.geocatalog import GeoCatalog, Render

FIELD = geojson.box(6.55, 45.83, 6.60, 45.87)
ACCOUNT, CONTAINER = "myaccount", "imagery"
SAS = os.environ["PLANETARYCOMPUTER_SAS_TOKEN"]  # it can read, list and write
SANDBOX = os.environ.get(
    "PLANET_SANDBOX_CONTAINERS"
)  # which has its own containers
ASSET = "ortho_analytic_4b_sr"
NATURAL = (
    Render(  # red, green and blue, and the values that become black and white
        assets=ASSET, asset_bidx=f"{ASSET}|3,2,1", rescale=(0, 3000)
    )
)


def main(folder: Path) -> list[str]:
    with Planet() as pl, GeoCatalog() as gc:
        june = data_filter.date_range_filter(
            "acquired", gte=datetime(2024, 6, 1), lt=datetime(2024, 7, 1)
        )
        clear = data_filter.range_filter("cloud_cover", lt=0.2)
        wanted = june & clear & data_filter.permission_filter()
        scenes = [
            scene
            for scene in pl.data.search(
                ["PSScene"], wanted, geometry=FIELD, limit=2
            )
        ]
        request = order_request.request_for_items(
            "fields",
            scenes,
            "analytic_sr_udm2",
            tools=[
                order_request.clip_tool(FIELD),
                order_request.file_format_tool("COG"),
            ],
            delivery=order_request.azure_blob_storage(ACCOUNT, CONTAINER, SAS),
        )
        created = pl.orders.create_order(request)
        pl.orders.wait(created.id)
        order = pl.orders.get_order(created.id)

        report = gc.ingest_order(order, "planet-psscene", sas_token=SAS)
        print(report)

        newest = gc.stac.search(
            collections=["planet-psscene"], intersects=FIELD, sortby="-datetime"
        ).first()
        assert newest is not None
        source = gc.data.item("planet-psscene", newest.id)
        preview = source.preview(render=NATURAL, max_size=512)
        preview.save(folder / "newest.png")
        mosaic = gc.data.register_mosaic(collections=["planet-psscene"])
        tilejson = mosaic.tilejson(render=NATURAL)
        readable = gc.sas.sign_item(newest)
    return [newest.id, *tilejson.tiles, *readable.asset_keys]

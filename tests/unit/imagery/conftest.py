"""A downloaded order, which the tests look at and leave as it is."""

import json
from datetime import datetime

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from planet import data_filter, order_request
from planet.http import Limits
from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON


def download(pl, folder, *items, bundle="analytic_udm2", tools=(), **details):
    """Order items, wait and download; the report, and the folder of the order."""
    product = order_request.product(list(items), bundle, "PSScene")
    return fetch(pl, folder, order_request.build_request("an order", [product], tools=list(tools), **details))


def fetch(pl, folder, request):
    """The same for any request."""
    order = pl.orders.create_order(request)
    assert pl.orders.wait(order.id, delay=0.05) == "success"
    report = pl.orders.download_order(order.id, folder)
    return report, folder / order.id


def two_scenes(pl, relation="intersects"):
    """Two scenes of Oregon, the same ones whenever the test is run."""
    june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))
    there = data_filter.geometry_filter(OREGON, relation=relation)
    return [item.id for item in pl.data.search(["PSScene"], june & there & data_filter.permission_filter(), limit=2)]


@pytest.fixture(scope="module")
def pl():
    """A client of a sandbox that the tests of a module share."""
    timing = Timing(queued=0, running=0)
    with Sandbox(timing=timing, scene_pixels=128) as sandbox, sandbox.planet(limits=Limits(rate=0)) as client:
        yield client


@pytest.fixture(scope="module")
def clipped(pl, tmp_path_factory):
    """(report, folder) of two scenes, clipped to the same area."""
    items = two_scenes(pl, relation="contains")
    return download(pl, tmp_path_factory.mktemp("clipped"), *items, tools=[order_request.clip_tool(OREGON)])


def handmade(folder, *images, items=(), manifest=()):
    """An order of images that are given as (path, asset type or None, item id or None, pixels, details of the file)."""
    entries = list(manifest)
    for item_id, details in items:
        details = {"acquired": "2024-06-01T10:00:00Z", "item_type": "PSScene", **details}
        geometry = details.pop("geometry", OREGON)
        path = folder / f"PSScene/{item_id}_metadata.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"type": "Feature", "id": item_id, "geometry": geometry, "properties": details}))
        note = {"planet/item_id": item_id, "planet/item_type": "PSScene"}
        entries.append({"path": f"PSScene/{path.name}", "media_type": "application/json", "annotations": note})
    for path, asset_type, item_id, pixels, details in images:
        pixels = np.asarray(pixels)
        names = details.pop("names", None)
        profile = {
            "driver": "GTiff", "count": len(pixels), "height": pixels.shape[1], "width": pixels.shape[2],
            "dtype": pixels.dtype, "crs": "EPSG:32611", "transform": from_origin(400_000, 5_000_000, 3, 3), **details,
        }  # fmt: skip
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with rasterio.open(folder / path, "w", **profile) as image:
            image.write(pixels)
            image.descriptions = names or [None] * len(pixels)
        note = {"planet/item_id": item_id, "planet/asset_type": asset_type} if item_id else {}
        entries.append({"path": path, "media_type": "image/tiff", "annotations": note})
    (folder / "manifest.json").write_text(json.dumps({"files": entries}))
    return folder

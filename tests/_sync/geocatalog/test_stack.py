# Generated from tests/_async/geocatalog/test_stack.py by tools/unasync.py. Edit that file and run the tool again.

"""The workflow against a real catalogue: pgstac, titiler and Azurite on this computer.

`PLANET_GEOCATALOG_STACK` names the folder in which it was started; without it, these tests are left out. See
CONTRIBUTING.md.
"""

import json
import os
import time
import uuid
from pathlib import Path

import httpx
import pytest

from planet import order_request
from planet._runtime._sync import map_bounded
from planet._sync.geocatalog.catalog import GeoCatalog
from planet.exceptions import MissingResource, OperationFailed
from planet.geocatalog import Render
from planet.sandbox import AOIS
from tests.geocatalog_data import COLLECTION, an_item
from tests.helpers import ITEMS, PATIENCE, an_order

FOLDER = os.environ.get("PLANET_GEOCATALOG_STACK")
AOI = AOIS["annecy"]

pytestmark = pytest.mark.skipif(FOLDER is None, reason="no local GeoCatalog is running")


@pytest.fixture
def stack():
    """A client of the local catalogue."""
    found = json.loads((Path(FOLDER) / "env.json").read_text())
    with GeoCatalog(found["endpoint"], "a-token") as gc:
        yield gc


def uploaded(gc, folder):
    """The address and the signature of a container with the files of a folder."""
    with httpx.Client(trust_env=False, timeout=60) as web:
        name = f"c{uuid.uuid4().hex[:8]}"
        box = (web.post(f"{gc.endpoint}/_double/container", params={"name": name})).json()
        for path in folder.rglob("*"):
            if path.is_file():
                headers = {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2021-12-02"}
                url = f"{box['url']}/{path.relative_to(folder)}?{box['sas']}"
                assert (web.put(url, content=path.read_bytes(), headers=headers)).status_code == 201
    return {"container_url": box["url"], "sas_token": box["sas"]}


def test_from_an_order_to_a_tile(pl, stack, sandbox, tmp_path):
    storage = order_request.azure_blob_storage("account", "orders", "sig=x")
    tools = [order_request.clip_tool(AOI)]
    order = pl.orders.create_order(an_order(items=ITEMS[:2], delivery=storage, tools=tools))
    pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE)
    order = pl.orders.get_order(order.id)
    access = uploaded(stack, sandbox.folder / "delivered" / "azure_blob_storage" / "orders")
    name = f"c-{uuid.uuid4().hex[:8]}"
    report = stack.ingest_order(order, name, **access)
    assert sorted(report.items) == sorted(ITEMS[:2])
    assert sorted((stack.ingest_order(order, name, **access)).skipped) == sorted(ITEMS[:2])
    item = stack.stac.search(collections=[name], intersects=AOI, sortby="-datetime").first()
    render = Render(assets="ortho_analytic_4b", asset_bidx="ortho_analytic_4b|3,2,1", rescale=(0, 10000))
    mosaic = stack.data.register_mosaic(collections=[name])
    picture = mosaic.crop(feature=AOI, render=render, width=64, height=64)
    assert picture.startswith(b"\x89PNG")
    assert "{z}/{x}/{y}" in (mosaic.tilejson(render=render)).tiles[0]
    assert (stack.data.item(name, item.id).statistics(render=render))["ortho_analytic_4b_b1"]["count"] > 0
    (stack.data.item(name, item.id).to_map(zoom=11)).save(tmp_path / "map.html")
    signed = stack.sas.sign_item(item)
    with httpx.Client(trust_env=False) as web:
        href = signed.assets["ortho_udm2"]["href"]
        assert (web.get(href)).status_code == 200
        assert (web.get(href.partition("?")[0])).status_code == 403
    with pytest.raises(OperationFailed) as caught:
        stack.ingestion.wait(stack.stac.create_item(name, item), delay=0.1)
    assert caught.value.code == "ItemAlreadyExistsInCollection"
    with pytest.raises(MissingResource):
        stack.stac.get_item(name, "nothing")

    def draw(number):
        return mosaic.tile(14, 8490 + number % 4, 5838 + number // 4 % 4, render=render, format="png")

    started = time.monotonic()
    tiles = map_bounded(draw, range(200), limit=16)
    print(f"200 tiles in {time.monotonic() - started:.1f} s")
    assert len(tiles) == 200
    stack.ingestion.wait(stack.stac.delete_collection(name), delay=0.1)


def test_a_search_of_thousands(stack):
    name = f"c-{uuid.uuid4().hex[:8]}"
    stack.ingestion.wait(stack.stac.create_collection({**COLLECTION, "id": name}), delay=0.1)
    for start in range(0, 10_000, 2_000):
        many = [
            {**an_item(f"{number:05}", day=number % 28 + 1), "assets": {}} for number in range(start, start + 2_000)
        ]
        stack.ingestion.wait(stack.stac.create_item(name, many), delay=0.2, timeout=600)
    started = time.monotonic()
    found = {item.id for item in stack.stac.search(collections=[name], page_size=500)}
    print(f"10,000 items in {time.monotonic() - started:.1f} s")
    assert len(found) == 10_000
    assert len([item for item in stack.stac.list_items(name, limit=1500, page_size=400)]) == 1500
    stack.ingestion.wait(stack.stac.delete_collection(name), delay=0.1)

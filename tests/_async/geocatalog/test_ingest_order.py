"""From an order into a catalogue, and on a map."""

import pytest

from planet import order_request
from planet.exceptions import ArgumentTypeError, ClientError, MissingResource, OperationFailed
from planet.geocatalog import IngestReport, items_from_order
from planet.sandbox import AOIS
from tests.helpers import ITEMS, PATIENCE, an_order

AOI = AOIS["annecy"]


async def delivered(pl, items=ITEMS[:2], **details):
    """An order that was delivered to Azure."""
    storage = order_request.azure_blob_storage("account", "orders", "sig=x", path_prefix="planet/")
    order = await pl.orders.create_order(an_order(items=items, delivery=storage, **details))
    assert await pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE) == "success"
    return await pl.orders.get_order(order.id)


@pytest.fixture
def access(sandbox):
    """How the catalogue gets at the order."""
    return {"container_url": sandbox.container_url("orders"), "sas_token": sandbox.sas_token("orders")}


async def test_an_order_is_ingested_once(pl, gc, sandbox, access):
    order = await delivered(pl)
    seen = []
    report = await gc.ingest_order(order, "scenes", **access, callback=lambda *counts: seen.append(counts))
    assert isinstance(report, IngestReport)
    assert sorted(report.items) == sorted(ITEMS[:2])
    assert (report.skipped, dict(report.failed)) == ([], {})
    assert seen[0] == (0, 2)
    assert seen[-1] == (2, 2)
    assert str(report) == "2 items ingested into scenes, 0 were there already, 0 failed"
    assert "ingested" in report._repr_html_()
    assert not [seen for seen in sandbox.requests if seen.path.endswith(".tif")]  # no image is read
    collection = await gc.stac.get_collection("scenes")
    assert collection["item_assets"]["ortho_udm2"]["roles"] == ["data-mask"]
    item = await gc.stac.get_item("scenes", ITEMS[0])
    assert item["stac_version"] == "1.0.0"
    assert item.assets["ortho_analytic_4b"]["href"].startswith(f"{sandbox.storage_url}/planetsandbox/scenes-")
    assert [found async for found in gc.ingestion.list_sources()] == []  # the one that was made is removed
    again = await gc.ingest_order(order, "scenes", **access)
    assert (again.items, sorted(again.skipped), again.operations) == ([], sorted(ITEMS[:2]), [])
    west, south, east, north = item.bbox
    source = gc.data.item("scenes", item.id)
    picture = await source.preview(assets="ortho_analytic_4b", bidx=[3, 2, 1], rescale=(0, 10000), max_size=64)
    assert picture.startswith(b"\x89PNG")
    values = await source.point((west + east) / 2, (south + north) / 2, assets="ortho_analytic_4b")
    assert len(values["values"]) == 4


async def test_what_is_missing_is_ingested(pl, gc, access):
    order = await delivered(pl)
    await gc.ingest_order(order, "scenes", **access)
    await gc.ingestion.wait(await gc.stac.delete_item("scenes", ITEMS[1]), delay=0.02)
    report = await gc.ingest_order(order, "scenes", **access, batch=1)
    assert (report.items, report.skipped) == ([ITEMS[1]], [ITEMS[0]])


async def test_one_bad_item_does_not_hold_up_the_others(pl, gc, sandbox, access):
    order = await delivered(pl)
    (image,) = (sandbox.folder / "delivered").rglob(f"{ITEMS[1]}*AnalyticMS.tif")
    image.unlink()
    report = await gc.ingest_order(order, "scenes", **access)
    assert report.items == [ITEMS[0]]
    assert list(report.failed) == [ITEMS[1]]
    error = report.failed[ITEMS[1]]
    assert isinstance(error, OperationFailed)
    assert error.code == "IngestionResourceUriNotFound"


async def test_a_source_that_is_there_stays(pl, gc, access):
    order = await delivered(pl, ITEMS[:1])
    source = await gc.ingestion.create_source(access["container_url"], sas_token=access["sas_token"])
    await gc.ingest_order(order, "scenes", **access)
    assert [found.id async for found in gc.ingestion.list_sources()] == [source.id]


async def test_an_identity_and_a_copy_of_the_order(pl, gc, sandbox, access, tmp_path):
    order = await delivered(pl, ITEMS[:1])
    copied = sandbox.folder / "delivered" / "azure_blob_storage" / "orders" / "planet" / order.id
    url = access["container_url"]
    with pytest.raises(ClientError, match="no sas_token"):
        await gc.ingest_order(order, "scenes", identity="someone", container_url=url)
    report = await gc.ingest_order(order, "scenes", identity="someone", container_url=url, folder=copied)
    assert report.items == ITEMS[:1]
    (item,) = items_from_order(copied, "https://h:8080/c/x", "scenes")
    assert item["assets"]["ortho_udm2"]["href"].startswith("https://h:8080/c/x/PSScene/")
    assert item["assets"]["ortho_udm2"]["proj:epsg"] == int(item["assets"]["ortho_udm2"]["proj:code"][5:])


async def test_tiles_of_an_order_have_keys_that_catalogues_take(pl, gc, sandbox, access):
    order = await delivered(pl, ITEMS[:1], tools=[order_request.tile_tool(1000)])
    await gc.ingest_order(order, "scenes", **access)
    keys = (await gc.stac.get_item("scenes", ITEMS[0])).asset_keys
    assert len(keys) > 2
    assert not any("/" in key or "." in key for key in keys)


async def test_orders_that_cannot_be_ingested(pl, gc, access):
    order = await delivered(pl, ITEMS[:1])
    with pytest.raises(ClientError, match="it is 'running'"):
        await gc.ingest_order({**order, "state": "running"}, "scenes", **access)
    with pytest.raises(ClientError, match="not delivered to Azure"):
        await gc.ingest_order({**order, "delivery": {}}, "scenes", sas_token=access["sas_token"])
    with pytest.raises(ArgumentTypeError, match="order must be an order"):
        await gc.ingest_order(order.id, "scenes", **access)
    with pytest.raises(ArgumentTypeError, match="batch"):
        await gc.ingest_order(order, "scenes", **access, batch="x")
    with pytest.raises(MissingResource, match="delivered completely") as caught:
        await gc.ingest_order({**order, "id": "other"}, "scenes", **access)
    assert access["sas_token"] not in str(caught.value)

"""Collections, items and searches, on the sandbox's catalogue."""

import datetime
import json

import pystac
import pytest

from planet.exceptions import ArgumentError, BadQuery, Conflict, MissingResource, OperationFailed, PagingError
from planet.geocatalog import Operation, Render, StacCollection, StacItem
from tests.geocatalog_data import BOX, COLLECTION, an_item

from ..steps import until


async def ids(pager):
    return [item.id async for item in pager]


async def test_a_collection_is_created_changed_and_deleted(gc):
    operation = await gc.stac.create_collection(COLLECTION)
    assert isinstance(operation, Operation)
    assert not operation.is_final
    with pytest.raises(MissingResource):  # it is read only after the operation has ended
        await gc.stac.get_collection("fields")
    ended = await gc.ingestion.wait(operation, delay=0.02)
    assert (ended.status, ended.type, ended.collection_id) == ("Succeeded", "AddCollection", "fields")
    assert ended.created_on <= ended.started_on <= ended.finished_on
    with pytest.raises(Conflict, match="already exists"):
        await gc.stac.create_collection(COLLECTION)
    changed = await gc.stac.replace_collection("fields", {**COLLECTION, "title": "Fields"})
    assert (changed.title, changed.bbox) == ("Fields", list(BOX))
    assert (await gc.stac.get_collection("fields")).title == "Fields"
    assert await ids(gc.stac.list_collections()) == ["fields"]
    await gc.ingestion.wait(await gc.stac.delete_collection("fields"), delay=0.02)
    with pytest.raises(MissingResource, match=r"Collection 'fields' not found.*list_collections") as caught:
        await gc.stac.get_collection("fields")
    assert caught.value.code == "ResourceNotFound"


async def test_collections_come_in_pages(gc, sandbox):
    for number in range(23):
        await gc.stac.create_collection({**COLLECTION, "id": f"c{number:02}"})
    await until(lambda: len(sandbox._world.geocatalog.collections) == 23)
    assert sorted(await ids(gc.stac.list_collections())) == [f"c{number:02}" for number in range(23)]
    assert len(set(await ids(gc.stac.list_collections(limit=12)))) == 12


async def test_items_are_added_found_and_read(filled):
    item = await filled.stac.get_item(collection_id="fields", item_id="a")
    assert isinstance(item, StacItem)
    assert (item.collection_id, item.cloud_cover, item.asset_keys) == ("fields", 10.0, ["image"])
    assert item.acquired == datetime.datetime(2024, 6, 1, 10, tzinfo=datetime.timezone.utc)
    assert "/planetsandbox/fields-" in item.assets["image"]["href"]  # the catalogue has a copy
    assert await ids(filled.stac.list_items("fields", datetime="2024-06-02")) == ["b"]
    assert await ids(filled.stac.list_items("fields", bbox=[0, 0, 1, 1])) == []
    cloudless = {"op": "<", "args": [{"property": "eo:cloud_cover"}, 15]}
    inside = {"type": "Point", "coordinates": [6.55, 45.85]}
    for search, expected in [
        ({}, ["b", "a"]),
        ({"sortby": "id"}, ["a", "b"]),
        ({"filter": cloudless}, ["a"]),
        ({"filter": "eo:cloud_cover < 15"}, ["a"]),
        ({"query": {"eo:cloud_cover": {"gte": 15}}}, ["b"]),
        ({"datetime": "2024-06-02/.."}, ["b"]),
        ({"datetime": (None, datetime.date(2024, 6, 1))}, ["a"]),
        ({"intersects": inside, "ids": ["a"]}, ["a"]),
        ({"bbox": [170, 0, -170, 10]}, []),
        ({"limit": 1}, ["b"]),
        ({"collections": ["other"]}, []),
    ]:
        assert await ids(filled.stac.search(**{"collections": ["fields"], **search})) == expected, search


async def test_fields_are_left_out(filled):
    found = await filled.stac.search(fields=["id", "properties", "-properties"]).first()
    assert "assets" not in found
    assert "properties" not in found
    assert found.id == "b"


async def test_a_search_of_many_pages_posts_each(gc, sandbox):
    await gc.ingestion.wait(await gc.stac.create_collection(COLLECTION), delay=0.02)
    many = [an_item(f"{number:04}", day=number % 28 + 1) for number in range(1000)]
    await gc.ingestion.wait(await gc.stac.create_item("fields", many), delay=0.02)
    sandbox.requests.clear()
    found = gc.stac.search(collections=["fields"], sortby="id", page_size=300, sign=False)
    first = await found.first()
    position = found.position
    assert (first.id, [first.id, *await ids(found)]) == ("0000", [f"{number:04}" for number in range(1000)])
    asked = [seen for seen in sandbox.requests if seen.path == "/stac/search"]
    assert [seen.method for seen in asked] == ["POST"] * 4
    # What the first request had, every page has: the version, and whether addresses are signed.
    assert all("api-version=2026-04-15" in seen.query and "sign=false" in seen.query for seen in asked)
    again = gc.stac.search(collections=["fields"], sortby="id", page_size=50, sign=False).resume(position)
    assert await again.first() is not None
    assert again.position != position
    assert len(await ids(gc.stac.list_items("fields", page_size=400))) == 1000
    assert len(await ids(gc.stac.search(collections=["fields"], limit=450))) == 450


async def test_an_item_is_changed_and_removed(filled):
    item = await filled.stac.get_item("fields", "a")
    changes = {"properties": {"quality": "good", "eo:cloud_cover": None}}
    operation = await filled.ingestion.wait(await filled.stac.update_item("fields", "a", changes), delay=0.02)
    assert operation.type == "UpdateItem"
    changed = await filled.stac.get_item("fields", "a")
    assert (changed.properties["quality"], changed.cloud_cover) == ("good", None)
    await filled.ingestion.wait(await filled.stac.replace_item("fields", "a", item), delay=0.02)
    assert (await filled.stac.get_item("fields", "a")).cloud_cover == 10.0
    await filled.ingestion.wait(await filled.stac.delete_item("fields", "a"), delay=0.02)
    with pytest.raises(MissingResource, match="Item 'a' not found in collection 'fields'"):
        await filled.stac.get_item("fields", "a")


async def test_failures_come_late(filled):
    """An item that exists, or does not, is accepted, and fails afterwards."""
    again = await filled.stac.create_item("fields", an_item("a"))
    with pytest.raises(OperationFailed, match=r"AddItem.* already exists .*replace_item") as caught:
        await filled.ingestion.wait(again, delay=0.02)
    assert caught.value.code == "ItemAlreadyExistsInCollection"
    assert caught.value.operation.failed_items == 1
    gone = await filled.ingestion.wait(await filled.stac.delete_item("fields", "z"), delay=0.02, check=False)
    assert (gone.status, gone.error_code, gone.succeeded) == ("Failed", "NoRecordsToDelete", False)
    both = await filled.stac.create_item("fields", [an_item("a"), an_item("c")])
    with pytest.raises(OperationFailed, match="1 of 2 items failed"):
        await filled.ingestion.wait(both, delay=0.02)
    assert (await filled.stac.get_item("fields", "c")).id == "c"


async def test_items_that_the_catalogue_cannot_read_are_refused(gc, sandbox):
    await gc.ingestion.wait(await gc.stac.create_collection(COLLECTION), delay=0.02)
    item = an_item("x", f"{sandbox.container_url('private')}/x.tif")
    with pytest.raises(OperationFailed) as caught:
        await gc.ingestion.wait(await gc.stac.create_item("fields", item), delay=0.02)
    assert caught.value.code == "IngestionResourceForbidden"
    assert "ingestion source" in str(caught.value)
    await gc.ingestion.create_source(sandbox.container_url("private"), sas_token=sandbox.sas_token("private"))
    with pytest.raises(OperationFailed, match="does not exist"):
        await gc.ingestion.wait(await gc.stac.create_item("fields", item), delay=0.02)
    with pytest.raises(OperationFailed, match="not absolute"):
        await gc.ingestion.wait(await gc.stac.create_item("fields", an_item("y", "./y.tif")), delay=0.02)


async def test_what_cannot_be_sent_is_refused_before(gc, sandbox):
    sandbox.requests.clear()
    with pytest.raises(ArgumentError, match="belongs to collection 'other'"):
        await gc.stac.create_item("fields", {**an_item("a"), "collection": "other"})
    with pytest.raises(ArgumentError, match="no features"):
        await gc.stac.create_item("fields", [])
    with pytest.raises(ArgumentError, match="not a STAC Item"):
        await gc.stac.create_item("fields", {"type": "Polygon"})
    with pytest.raises(ArgumentError, match="not a valid id"):
        await gc.stac.get_item("fields", "..")
    with pytest.raises(ArgumentError, match="page_size"):
        gc.stac.search(page_size=0)
    assert sandbox.requests == []


async def test_objects_of_pystac_are_taken_and_made(filled):
    item = (await filled.stac.get_item("fields", "a")).to_pystac()
    assert isinstance(item, pystac.Item)
    item.id = "p"
    item.properties["pl:note"] = "kept"
    await filled.ingestion.wait(await filled.stac.create_item("fields", item), delay=0.02)
    assert (await filled.stac.get_item("fields", "p")).properties["pl:note"] == "kept"
    collection = (await filled.stac.get_collection("fields")).to_pystac()
    collection.id = "copied"
    await filled.ingestion.wait(await filled.stac.create_collection(collection), delay=0.02)
    assert isinstance(await filled.stac.get_collection("copied"), StacCollection)


async def test_a_search_that_the_service_rejects_says_why(gc):
    with pytest.raises(BadQuery, match="query of x is not valid"):
        await gc.stac.search(query={"x": {"nope": 1}}).first()


async def test_the_settings_of_a_collection(filled):
    stac = filled.stac
    option = {"id": "natural", "name": "Natural", "options": Render(assets="image", rescale=(0, 255))}
    made = await stac.create_render_option("fields", option)
    assert Render.parse(made.options)["rescale"] == ["0,255"]
    assert [each.id for each in await stac.list_render_options("fields")] == ["natural"]
    await stac.replace_render_option("fields", "natural", {"id": "natural", "name": "Other"})
    assert (await stac.get_render_option("fields", "natural")).name == "Other"
    await stac.delete_render_option("fields", "natural")
    with pytest.raises(MissingResource, match="Render Option 'natural' not found"):
        await stac.get_render_option("fields", "natural")
    assert [each["id"] for each in await stac.list_mosaics("fields")] == ["default"]
    await stac.create_mosaic("fields", {"id": "m", "name": "M", "cql": []})
    await stac.delete_mosaic("fields", "m")
    settings = await stac.get_tile_settings("fields")
    assert settings == {"minZoom": 6, "maxItemsPerTile": 35, "defaultLocation": None}
    assert (await stac.replace_tile_settings("fields", {**settings, "minZoom": 8}))["minZoom"] == 8
    assert (await stac.get_configuration("fields"))["tileSettings"]["minZoom"] == 8
    assert await stac.get_partition_type("fields") == "none"
    with pytest.raises(BadQuery, match="before the first item"):
        await stac.replace_partition_type("fields", "month")
    queryable = {"name": "crop", "definition": {"type": "string"}}
    assert await stac.create_queryables("fields", [queryable]) == [queryable]
    assert "crop" in (await stac.get_queryables("fields"))["properties"]
    await stac.delete_queryable("fields", "crop")
    assert "crop" not in (await stac.get_queryables("fields"))["properties"]
    assert "datetime" in (await stac.get_queryables())["properties"]


async def test_the_thumbnail_of_a_collection(filled, tmp_path):
    picture = tmp_path / "small.png"
    picture.write_bytes(b"\x89PNG small")
    made = await filled.stac.create_asset("fields", "thumbnail", picture, media_type="image/png", roles=["thumbnail"])
    assert made["assets"]["thumbnail"]["roles"] == ["thumbnail"]
    found = await filled.stac.get_thumbnail("fields")
    assert (bytes(found), found.media_type) == (b"\x89PNG small", "image/png")
    await filled.stac.replace_asset("fields", "thumbnail", b"other", media_type="image/png")
    assert await filled.stac.get_thumbnail("fields") == b"other"
    await filled.stac.delete_asset("fields", "thumbnail")
    with pytest.raises(MissingResource):
        await filled.stac.get_thumbnail("fields")


async def test_search_results_become_a_table(filled):
    table = await filled.stac.search(collections=["fields"], sortby="id").to_geodataframe()
    assert list(table["id"]) == ["a", "b"]
    assert list(table["eo:cloud_cover"]) == [10.0, 20.0]
    assert table.total_bounds.tolist() == list(BOX)


async def test_pages_that_repeat_end(gc, sandbox):
    await gc.ingestion.wait(await gc.stac.create_collection(COLLECTION), delay=0.02)
    await gc.ingestion.wait(await gc.stac.create_item("fields", [an_item("a"), an_item("b")]), delay=0.02)
    results = gc.stac.search(page_size=1)
    body = {"limit": 1, "token": "next:1"}
    link = {"rel": "next", "method": "POST", "href": f"{sandbox.geocatalog_url}/stac/search", "body": body}
    page = {"features": [an_item("z")], "links": [link]}
    for _ in range(3):
        sandbox.inject("status", path="/stac/search", status=200, body=json.dumps(page))
    with pytest.raises(PagingError, match="repeat"):
        await ids(results)

# Generated from tests/_async/geocatalog/test_stac.py by tools/unasync.py. Edit that file and run the tool again.

"""Collections, items and searches, on the sandbox's catalogue."""

import datetime
import json

import pystac
import pytest

from planet.exceptions import ArgumentError, BadQuery, Conflict, MissingResource, OperationFailed, PagingError
from planet.geocatalog import Operation, Render, StacCollection, StacItem
from tests.geocatalog_data import BOX, COLLECTION, an_item

from ..steps import until


def ids(pager):
    return [item.id for item in pager]


def test_a_collection_is_created_changed_and_deleted(gc):
    operation = gc.stac.create_collection(COLLECTION)
    assert isinstance(operation, Operation)
    assert not operation.is_final
    with pytest.raises(MissingResource):  # it is read only after the operation has ended
        gc.stac.get_collection("fields")
    ended = gc.ingestion.wait(operation, delay=0.02)
    assert (ended.status, ended.type, ended.collection_id) == ("Succeeded", "AddCollection", "fields")
    assert ended.created_on <= ended.started_on <= ended.finished_on
    with pytest.raises(Conflict, match="already exists"):
        gc.stac.create_collection(COLLECTION)
    changed = gc.stac.replace_collection("fields", {**COLLECTION, "title": "Fields"})
    assert (changed.title, changed.bbox) == ("Fields", list(BOX))
    assert (gc.stac.get_collection("fields")).title == "Fields"
    assert ids(gc.stac.list_collections()) == ["fields"]
    gc.ingestion.wait(gc.stac.delete_collection("fields"), delay=0.02)
    with pytest.raises(MissingResource, match=r"Collection 'fields' not found.*list_collections") as caught:
        gc.stac.get_collection("fields")
    assert caught.value.code == "ResourceNotFound"


def test_collections_come_in_pages(gc, sandbox):
    for number in range(23):
        gc.stac.create_collection({**COLLECTION, "id": f"c{number:02}"})
    until(lambda: len(sandbox._world.geocatalog.collections) == 23)
    assert sorted(ids(gc.stac.list_collections())) == [f"c{number:02}" for number in range(23)]
    assert len(set(ids(gc.stac.list_collections(limit=12)))) == 12


def test_items_are_added_found_and_read(filled):
    item = filled.stac.get_item(collection_id="fields", item_id="a")
    assert isinstance(item, StacItem)
    assert (item.collection_id, item.cloud_cover, item.asset_keys) == ("fields", 10.0, ["image"])
    assert item.acquired == datetime.datetime(2024, 6, 1, 10, tzinfo=datetime.timezone.utc)
    assert "/planetsandbox/fields-" in item.assets["image"]["href"]  # the catalogue has a copy
    assert ids(filled.stac.list_items("fields", datetime="2024-06-02")) == ["b"]
    assert ids(filled.stac.list_items("fields", bbox=[0, 0, 1, 1])) == []
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
        assert ids(filled.stac.search(**{"collections": ["fields"], **search})) == expected, search


def test_fields_are_left_out(filled):
    found = filled.stac.search(fields=["id", "properties", "-properties"]).first()
    assert "assets" not in found
    assert "properties" not in found
    assert found.id == "b"


def test_a_search_of_many_pages_posts_each(gc, sandbox):
    gc.ingestion.wait(gc.stac.create_collection(COLLECTION), delay=0.02)
    many = [an_item(f"{number:04}", day=number % 28 + 1) for number in range(1000)]
    gc.ingestion.wait(gc.stac.create_item("fields", many), delay=0.02)
    sandbox.requests.clear()
    found = gc.stac.search(collections=["fields"], sortby="id", page_size=300, sign=False)
    first = found.first()
    position = found.position
    assert (first.id, [first.id, *ids(found)]) == ("0000", [f"{number:04}" for number in range(1000)])
    asked = [seen for seen in sandbox.requests if seen.path == "/stac/search"]
    assert [seen.method for seen in asked] == ["POST"] * 4
    # What the first request had, every page has: the version, and whether addresses are signed.
    assert all("api-version=2026-04-15" in seen.query and "sign=false" in seen.query for seen in asked)
    again = gc.stac.search(collections=["fields"], sortby="id", page_size=50, sign=False).resume(position)
    assert again.first() is not None
    assert again.position != position
    assert len(ids(gc.stac.list_items("fields", page_size=400))) == 1000
    assert len(ids(gc.stac.search(collections=["fields"], limit=450))) == 450


def test_an_item_is_changed_and_removed(filled):
    item = filled.stac.get_item("fields", "a")
    changes = {"properties": {"quality": "good", "eo:cloud_cover": None}}
    operation = filled.ingestion.wait(filled.stac.update_item("fields", "a", changes), delay=0.02)
    assert operation.type == "UpdateItem"
    changed = filled.stac.get_item("fields", "a")
    assert (changed.properties["quality"], changed.cloud_cover) == ("good", None)
    filled.ingestion.wait(filled.stac.replace_item("fields", "a", item), delay=0.02)
    assert (filled.stac.get_item("fields", "a")).cloud_cover == 10.0
    filled.ingestion.wait(filled.stac.delete_item("fields", "a"), delay=0.02)
    with pytest.raises(MissingResource, match="Item 'a' not found in collection 'fields'"):
        filled.stac.get_item("fields", "a")


def test_failures_come_late(filled):
    """An item that exists, or does not, is accepted, and fails afterwards."""
    again = filled.stac.create_item("fields", an_item("a"))
    with pytest.raises(OperationFailed, match=r"AddItem.* already exists .*replace_item") as caught:
        filled.ingestion.wait(again, delay=0.02)
    assert caught.value.code == "ItemAlreadyExistsInCollection"
    assert caught.value.operation.failed_items == 1
    gone = filled.ingestion.wait(filled.stac.delete_item("fields", "z"), delay=0.02, check=False)
    assert (gone.status, gone.error_code, gone.succeeded) == ("Failed", "NoRecordsToDelete", False)
    both = filled.stac.create_item("fields", [an_item("a"), an_item("c")])
    with pytest.raises(OperationFailed, match="1 of 2 items failed"):
        filled.ingestion.wait(both, delay=0.02)
    assert (filled.stac.get_item("fields", "c")).id == "c"


def test_items_that_the_catalogue_cannot_read_are_refused(gc, sandbox):
    gc.ingestion.wait(gc.stac.create_collection(COLLECTION), delay=0.02)
    item = an_item("x", f"{sandbox.container_url('private')}/x.tif")
    with pytest.raises(OperationFailed) as caught:
        gc.ingestion.wait(gc.stac.create_item("fields", item), delay=0.02)
    assert caught.value.code == "IngestionResourceForbidden"
    assert "ingestion source" in str(caught.value)
    gc.ingestion.create_source(sandbox.container_url("private"), sas_token=sandbox.sas_token("private"))
    with pytest.raises(OperationFailed, match="does not exist"):
        gc.ingestion.wait(gc.stac.create_item("fields", item), delay=0.02)
    with pytest.raises(OperationFailed, match="not absolute"):
        gc.ingestion.wait(gc.stac.create_item("fields", an_item("y", "./y.tif")), delay=0.02)


def test_what_cannot_be_sent_is_refused_before(gc, sandbox):
    sandbox.requests.clear()
    with pytest.raises(ArgumentError, match="belongs to collection 'other'"):
        gc.stac.create_item("fields", {**an_item("a"), "collection": "other"})
    with pytest.raises(ArgumentError, match="no features"):
        gc.stac.create_item("fields", [])
    with pytest.raises(ArgumentError, match="not a STAC Item"):
        gc.stac.create_item("fields", {"type": "Polygon"})
    with pytest.raises(ArgumentError, match="not a valid id"):
        gc.stac.get_item("fields", "..")
    with pytest.raises(ArgumentError, match="page_size"):
        gc.stac.search(page_size=0)
    assert sandbox.requests == []


def test_objects_of_pystac_are_taken_and_made(filled):
    item = (filled.stac.get_item("fields", "a")).to_pystac()
    assert isinstance(item, pystac.Item)
    item.id = "p"
    item.properties["pl:note"] = "kept"
    filled.ingestion.wait(filled.stac.create_item("fields", item), delay=0.02)
    assert (filled.stac.get_item("fields", "p")).properties["pl:note"] == "kept"
    collection = (filled.stac.get_collection("fields")).to_pystac()
    collection.id = "copied"
    filled.ingestion.wait(filled.stac.create_collection(collection), delay=0.02)
    assert isinstance(filled.stac.get_collection("copied"), StacCollection)


def test_a_search_that_the_service_rejects_says_why(gc):
    with pytest.raises(BadQuery, match="query of x is not valid"):
        gc.stac.search(query={"x": {"nope": 1}}).first()


def test_the_settings_of_a_collection(filled):
    stac = filled.stac
    option = {"id": "natural", "name": "Natural", "options": Render(assets="image", rescale=(0, 255))}
    made = stac.create_render_option("fields", option)
    assert Render.parse(made.options)["rescale"] == ["0,255"]
    assert [each.id for each in stac.list_render_options("fields")] == ["natural"]
    stac.replace_render_option("fields", "natural", {"id": "natural", "name": "Other"})
    assert (stac.get_render_option("fields", "natural")).name == "Other"
    stac.delete_render_option("fields", "natural")
    with pytest.raises(MissingResource, match="Render Option 'natural' not found"):
        stac.get_render_option("fields", "natural")
    assert [each["id"] for each in stac.list_mosaics("fields")] == ["default"]
    stac.create_mosaic("fields", {"id": "m", "name": "M", "cql": []})
    stac.delete_mosaic("fields", "m")
    settings = stac.get_tile_settings("fields")
    assert settings == {"minZoom": 6, "maxItemsPerTile": 35, "defaultLocation": None}
    assert (stac.replace_tile_settings("fields", {**settings, "minZoom": 8}))["minZoom"] == 8
    assert (stac.get_configuration("fields"))["tileSettings"]["minZoom"] == 8
    assert stac.get_partition_type("fields") == "none"
    with pytest.raises(BadQuery, match="before the first item"):
        stac.replace_partition_type("fields", "month")
    queryable = {"name": "crop", "definition": {"type": "string"}}
    assert stac.create_queryables("fields", [queryable]) == [queryable]
    assert "crop" in (stac.get_queryables("fields"))["properties"]
    stac.delete_queryable("fields", "crop")
    assert "crop" not in (stac.get_queryables("fields"))["properties"]
    assert "datetime" in (stac.get_queryables())["properties"]


def test_the_thumbnail_of_a_collection(filled, tmp_path):
    picture = tmp_path / "small.png"
    picture.write_bytes(b"\x89PNG small")
    made = filled.stac.create_asset("fields", "thumbnail", picture, media_type="image/png", roles=["thumbnail"])
    assert made["assets"]["thumbnail"]["roles"] == ["thumbnail"]
    found = filled.stac.get_thumbnail("fields")
    assert (bytes(found), found.media_type) == (b"\x89PNG small", "image/png")
    filled.stac.replace_asset("fields", "thumbnail", b"other", media_type="image/png")
    assert filled.stac.get_thumbnail("fields") == b"other"
    filled.stac.delete_asset("fields", "thumbnail")
    with pytest.raises(MissingResource):
        filled.stac.get_thumbnail("fields")


def test_search_results_become_a_table(filled):
    table = filled.stac.search(collections=["fields"], sortby="id").to_geodataframe()
    assert list(table["id"]) == ["a", "b"]
    assert list(table["eo:cloud_cover"]) == [10.0, 20.0]
    assert table.total_bounds.tolist() == list(BOX)


def test_pages_that_repeat_end(gc, sandbox):
    gc.ingestion.wait(gc.stac.create_collection(COLLECTION), delay=0.02)
    gc.ingestion.wait(gc.stac.create_item("fields", [an_item("a"), an_item("b")]), delay=0.02)
    results = gc.stac.search(page_size=1)
    body = {"limit": 1, "token": "next:1"}
    link = {"rel": "next", "method": "POST", "href": f"{sandbox.geocatalog_url}/stac/search", "body": body}
    page = {"features": [an_item("z")], "links": [link]}
    for _ in range(3):
        sandbox.inject("status", path="/stac/search", status=200, body=json.dumps(page))
    with pytest.raises(PagingError, match="repeat"):
        ids(results)

"""`planet geocatalog`."""

import json

import pytest

from planet import order_request
from planet.cli.geocatalog import _collection_ids
from tests.geocatalog_data import BOX, COLLECTION, an_item, put_image
from tests.helpers import ITEMS, an_order

BOUNDS = ",".join(map(str, BOX))


@pytest.fixture
def catalog(cli, sandbox, tmp_path):
    """The command on a catalogue with two items."""
    (tmp_path / "collection.json").write_text(json.dumps(COLLECTION))
    made = cli("geocatalog", "create", "collection.json", "--timeout", "60")
    assert json.loads(made.stdout)["status"] == "Succeeded"
    with sandbox.geocatalog() as gc:
        gc.ingestion.create_source(sandbox.container_url("box"), sas_token=sandbox.sas_token("box"))
    items = [put_image(sandbox, "box", "a", day=1), put_image(sandbox, "box", "b", day=2)]
    features = json.dumps({"type": "FeatureCollection", "features": items})
    cli("geocatalog", "create", "-", "--collection", "fields", input=features)
    return cli


def ids(outcome):
    return [json.loads(line)["id"] for line in outcome.stdout.splitlines()]


def test_collections_and_items_are_listed(catalog, sandbox):
    assert ids(catalog("geocatalog", "collections", "--limit", "5")) == ["fields"]
    assert "fields" in catalog("geocatalog", "collections", "-o", "table").stdout
    assert ids(catalog("geocatalog", "items", "fields", "--limit", "1")) == ["b"]
    assert ids(catalog("geocatalog", "items", "fields", "--bbox", BOUNDS, "--datetime", "2024-06-01")) == ["a"]
    missing = catalog("geocatalog", "items", "nothing", ok=False)
    assert (missing.exit_code, "Collection 'nothing' not found" in missing.stderr) == (1, True)
    assert list(_collection_ids()) == ["fields"]
    sandbox.inject("status", path="/stac/collections", status=500)
    assert list(_collection_ids()) == []


def test_items_are_searched(catalog):
    for words, expected in [
        ([], ["b", "a"]),
        (["fields", "--sort", "id"], ["a", "b"]),
        (["--cloud-cover", "15", "--limit", "3"], ["a"]),
        (["--filter", "eo:cloud_cover > 15"], ["b"]),
        (["--filter", json.dumps({"op": "<", "args": [{"property": "eo:cloud_cover"}, 15]})], ["a"]),
        (["--geom", BOUNDS, "--datetime", "2024-06-02/.."], ["b"]),
        (["--bbox", "0,0,1,1"], []),
        (["--id", "a"], ["a"]),
    ]:
        assert ids(catalog("geocatalog", "search", *words)) == expected, words
    (signed,) = (
        json.loads(line) for line in catalog("geocatalog", "search", "--id", "a", "--sign").stdout.splitlines()
    )
    assert "sig=" in signed["assets"]["image"]["href"]
    geojson = json.loads(catalog("geocatalog", "search", "-o", "geojson").stdout)
    assert len(geojson["features"]) == 2
    wrong = catalog("geocatalog", "search", "--filter", "eo:cloud_cover <", ok=False)
    assert (wrong.exit_code, "not valid CQL2" in wrong.stderr) == (2, True)


def test_creating(catalog):
    pending = json.loads(
        catalog("geocatalog", "create", json.dumps({**an_item("c"), "collection": "fields"}), "--no-wait").stdout
    )
    assert pending["status"] == "Pending"
    ended = json.loads(catalog("geocatalog", "operations", "--wait", pending["id"]).stdout)
    assert ended["status"] == "Succeeded"
    again = catalog("geocatalog", "create", json.dumps({**an_item("c"), "collection": "fields"}), ok=False)
    assert (again.exit_code, "already exists" in again.stderr) == (1, True)
    assert catalog("geocatalog", "create", json.dumps(an_item("d")), ok=False).exit_code == 2
    for wrong in ('{"type": "Polygon"}', '{"type": "FeatureCollection", "features": {"x": 1}}'):
        assert catalog("geocatalog", "create", wrong, ok=False).exit_code == 2
    assert catalog("geocatalog", "sign", " ", ok=False).exit_code == 2


def test_operations(catalog):
    listed = catalog("geocatalog", "operations", "--collection", "fields", "--status", "Succeeded", "--limit", "1")
    assert len(listed.stdout.splitlines()) == 1
    pending = json.loads(catalog("geocatalog", "create", json.dumps({**COLLECTION, "id": "other"}), "--no-wait").stdout)
    catalog("geocatalog", "operations", "--cancel", pending["id"], "--yes")
    assert "AddCollection" in catalog("geocatalog", "operations", "-o", "table").stdout
    assert catalog("geocatalog", "operations", "--wait", "nothing", "--timeout", "1", ok=False).exit_code == 1


def test_drawing(catalog, tmp_path):
    looks = ["--asset", "image", "--bands", "3,2,1", "--rescale", "0,255"]
    whole = catalog("geocatalog", "tile", "fields", "a", *looks, "--max-size", "50", "--file", "whole.png")
    assert whole.stdout.strip() == "whole.png"
    assert (tmp_path / "whole.png").read_bytes().startswith(b"\x89PNG")
    catalog("geocatalog", "tile", "fields", "--tile", "12/2122/1459", "--scale", "2", *looks, "-f", "tile.jpg")
    assert (tmp_path / "tile.jpg").read_bytes().startswith(b"\xff\xd8")
    drawn = ["--expression", "image_b1*2", "--colormap", "viridis"]
    catalog("geocatalog", "tile", "fields", "--bbox", BOUNDS, *drawn, "-f", "box.png")
    catalog("geocatalog", "tile", "fields", "a", "--render", "assets=image&bidx=1", "-f", "one.png")
    assert (
        "no data"
        in catalog("geocatalog", "tile", "fields", "--tile", "12/0/0", *looks, "-f", "no.png", ok=False).stderr
    )
    assert not (tmp_path / "no.png").exists()
    catalog("geocatalog", "tile", "fields", "a", "--asset", "image", "-f", "natural.png")
    assert (tmp_path / "natural.png").read_bytes().startswith(b"\x89PNG")
    for words in (["fields"], ["fields", "a", "--bands", "1"], ["fields", "--tile", "x"]):
        assert catalog("geocatalog", "tile", *words, "-f", "no.png", ok=False).exit_code == 2
    mosaic = [
        "geocatalog",
        "mosaic",
        "fields",
        "--datetime",
        "2024",
        "--bbox",
        BOUNDS,
        "--cloud-cover",
        "15",
        "--sort",
        "id",
    ]
    made = json.loads(catalog(*mosaic, *looks, "--pretty").stdout)
    assert made["search_id"] in made["tiles"][0]


def test_signing(catalog):
    (item,) = (json.loads(line) for line in catalog("geocatalog", "search", "--id", "a").stdout.splitlines())
    href = item["assets"]["image"]["href"]
    assert catalog("geocatalog", "sign", href, "--minutes", "5").stdout.startswith(f"{href}?sv=")


def test_an_order_is_ingested(cli, sandbox, tmp_path):
    with sandbox.planet() as pl:
        storage = order_request.azure_blob_storage("account", "orders", "sig=x")
        order = pl.orders.create_order(an_order(items=ITEMS[:2], delivery=storage))
        pl.orders.wait(order.id, delay=0.02)
    url = sandbox.container_url("orders")
    words = ["geocatalog", "ingest", order.id, "scenes", "--container-url", url, "--batch", "1", "--timeout", "60"]
    first = cli(*words)
    assert "2 items ingested into scenes" in first.stderr
    assert sorted(json.loads(first.stdout)["items"]) == sorted(ITEMS[:2])
    again = json.loads(cli(*words, "--sas-token", sandbox.sas_token("orders"), "--pretty").stdout)
    assert (again["items"], sorted(again["skipped"])) == ([], sorted(ITEMS[:2]))
    folder = sandbox.folder / "delivered" / "azure_blob_storage" / "orders" / order.id
    with sandbox.geocatalog() as gc:
        gc.ingestion.wait(gc.stac.delete_item("scenes", ITEMS[0]), delay=0.02)
    copied = cli(*words, "--identity", "someone", "--folder", str(folder))
    assert json.loads(copied.stdout)["items"] == ITEMS[:1]
    (image,) = folder.rglob(f"{ITEMS[1]}*AnalyticMS.tif")
    image.unlink()
    with sandbox.geocatalog() as gc:
        gc.ingestion.wait(gc.stac.delete_item("scenes", ITEMS[1]), delay=0.02)
    partial = cli(*words, ok=False)
    assert partial.exit_code == 3
    assert list(json.loads(partial.stdout)["failed"]) == [ITEMS[1]]


def test_endpoint_and_token(cli, sandbox, monkeypatch):
    monkeypatch.delenv("PLANETARYCOMPUTER_ENDPOINT")
    monkeypatch.delenv("PLANETARYCOMPUTER_TOKEN")
    assert "--cloud-cover" in cli("geocatalog", "search", "--help").stdout  # no catalogue is needed for it
    nowhere = cli("geocatalog", "collections", ok=False)
    assert (nowhere.exit_code, "PLANETARYCOMPUTER_ENDPOINT" in nowhere.stderr) == (1, True)
    group = ["geocatalog", "--endpoint", sandbox.geocatalog_url, "--token", "a-token"]
    assert cli(*group, "collections").stdout == ""
    assert cli("geocatalog", "--endpoint", "http://example.com", "collections", ok=False).exit_code == 2

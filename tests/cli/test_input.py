"""What the command reads: encodings, files of other formats, paths, IDs and times."""

import json

import pytest

from planet.cli.types import IDS, INTERVAL, WHEN
from tests.helpers import ITEMS, OREGON, an_order

REQUEST = json.dumps(an_order("Zürich"), ensure_ascii=False)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_that_editors_and_shells_write(cli, tmp_path, encoding):
    (tmp_path / "request.json").write_bytes(REQUEST.encode(encoding))
    for source, given in (("request.json", None), ("-", REQUEST.encode(encoding))):
        assert json.loads(cli("orders", "create", source, input=given).stdout)["name"] == "Zürich"
    (tmp_path / "aoi.geojson").write_bytes(json.dumps(OREGON).encode(encoding))
    made = json.loads(cli("data", "filter", "--geom", "aoi.geojson").stdout)
    (tmp_path / "filter.json").write_bytes(json.dumps(made).encode(encoding))
    assert cli("data", "search", "PSScene", "--filter", "filter.json", "--limit", "1").stdout
    collection_id = json.loads(cli("features", "collections", "create", "-t", "x").stdout)
    assert json.loads(cli("features", "items", "add", collection_id, "aoi.geojson").stdout)
    assert json.loads(cli("collect", "-", input='{"a": "é"}\n{"a": 2}\n'.encode(encoding)).stdout)[0] == {"a": "é"}
    (tmp_path / "ids.txt").write_bytes("\r\n".join(ITEMS).encode(encoding))
    assert IDS.convert("ids.txt", None, None) == ITEMS


def test_a_byte_order_mark_in_an_argument(cli):
    assert json.loads(cli("orders", "create", "\ufeff" + REQUEST).stdout)["state"] == "queued"
    assert json.loads(cli("data", "filter", "--geom", "\ufeff" + json.dumps(OREGON)).stdout)["config"]


def test_text_of_another_encoding_is_refused(cli, tmp_path):
    (tmp_path / "request.json").write_bytes(REQUEST.encode("cp1252"))
    outcome = cli("orders", "create", "request.json", ok=False)
    assert outcome.exit_code == 2 and "not UTF-8 text" in outcome.stderr
    assert cli("orders", "create", "-", input=b"", ok=False).exit_code == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "a KML file"),
        ("<gpx></gpx>".encode("utf-16"), "a GPX file"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b"<gml/>", "an XML file"),
        (b"\0\0\x27\x0a" + bytes(96), "a shapefile"),
        (b"SQLite format 3\0" + bytes(100), "a GeoPackage"),
        (b"PK\x03\x04" + bytes(30), "a ZIP archive"),
        (b"fgb\x03fgb\x00", "a FlatGeobuf file"),
        (b"PAR1" + bytes(8), "a Parquet file"),
        (b"\x1f\x8b\x08", "a gzip file"),
    ],
)
def test_files_of_other_formats(cli, tmp_path, content, kind):
    (tmp_path / "aoi").write_bytes(content)
    for words in (
        ("data", "filter", "--geom", "aoi"),
        ("orders", "request", "x", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", "--clip", "aoi"),
        ("features", "items", "add", "c", "aoi"),
    ):
        outcome = cli(*words, ok=False)
        assert outcome.exit_code == 2 and f"aoi is {kind}" in outcome.stderr and "ogr2ogr" in outcome.stderr
    other = cli("orders", "create", "aoi", ok=False)
    assert f"aoi is {kind}" in other.stderr and "not JSON" in other.stderr and "ogr2ogr" not in other.stderr


def test_the_home_directory_in_options(cli, sandbox, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    (home / "aoi.json").write_text(json.dumps(OREGON))
    (home / "request.json").write_text(REQUEST)
    (home / "lines").write_text("{}\n")
    assert cli("data", "filter", "--geom=~/aoi.json").stdout
    order_id = json.loads(cli("orders", "create", "~/request.json").stdout)["id"]
    assert cli("collect", "~/lines").stdout == "[{}]\n"
    with sandbox.planet() as pl:
        pl.orders.wait(order_id, delay=0.05)
    paths = cli("orders", "download", order_id, "--directory=~/out", "--report=~/report.json").stdout.splitlines()
    assert paths[0].startswith(str(home / "out")) and (home / "report.json").is_file()
    assert not (tmp_path / "~").exists()


def test_ids_of_an_order_request(cli, tmp_path):
    def ids(*given, **settings):
        words = ("orders", "request", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", *given)
        return json.loads(cli(*words, **settings).stdout)["products"][0]["item_ids"]

    lines = "\n".join(ITEMS) + "\n"
    (tmp_path / "ids.txt").write_text(lines)
    (tmp_path / "my ids").write_text(",".join(ITEMS) + ",\n")
    (tmp_path / "ids.json").write_text(json.dumps(ITEMS))
    (tmp_path / "scenes.ndjson").write_text("\n".join(json.dumps({"id": entry, "type": "Feature"}) for entry in ITEMS))
    for given in (lines, "ids.txt", "my ids", "ids.json", "scenes.ndjson", " , ".join(ITEMS)):
        assert ids(given) == ITEMS, given
    assert ids(*ITEMS) == ids("-", input=lines) == ITEMS
    (tmp_path / "none.json").write_text('[{"name": "x"}]')
    for wrong in ("other.txt", "none.json", "", "a,,b"):
        outcome = cli(
            "orders", "request", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", wrong, ok=False
        )
        assert outcome.exit_code == 2, wrong


def test_white_space_around_an_id(cli, sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        collection_id = pl.features.create_collection("x")
    assert json.loads(cli("orders", "get", f"{order.id}\r").stdout)["id"] == order.id
    assert json.loads(cli("features", "collections", "get", f" {collection_id}\r\n").stdout)["id"] == collection_id
    assert cli("features", "collections", "get", " ", ok=False).exit_code == 2


def test_times_are_written_with_z(cli):
    for given in ("2022-06-01", "2022-06-01Z", "2022-06-01z", "2022-06-01T00:00:00Z", "2022-06-01T02:00:00+02:00"):
        made = json.loads(cli("data", "filter", "--date-range", "acquired", "gte", given).stdout)
        assert made["config"][0]["config"] == {"gte": "2022-06-01T00:00:00Z"}, given
    assert INTERVAL.convert("2022-06-01Z/..", None, None) == "2022-06-01/.."
    assert WHEN.convert("now", None, None).tzinfo is None
    assert cli("data", "filter", "--date-range", "acquired", "gt", "0001-01-01T00:00+10:00", ok=False).exit_code == 2

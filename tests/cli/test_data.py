"""`planet data`."""

import json

import pytest

from planet import data_filter
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, PATIENCE

BOX = "-117.55,45.23,-117.46,45.30"
ITEM = "20220603_182305_91_e41a"

MOSAIC = "global_monthly_2022_01_mosaic"


def lines(outcome):
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def test_filter(cli):
    assert json.loads(cli("data", "filter").stdout) == data_filter.empty_filter()
    made = json.loads(
        cli(
            "data", "filter", "--asset", "ortho_visual,basic_udm2", "--date-range", "acquired", "gte", "2022-06-01",
            "--date-range", "acquired", "lt", "2022-06-05T00:00:00Z", "--geom", BOX, "--geom-relation", "within",
            "--number-in", "gsd", "3.7,3", "--permission", "--range", "cloud_cover", "lte", "0.2", "--std-quality",
            "--string-in", "instrument", "PSB.SD,PS2", "--update", "ground_control", "gt", "2022-06-01", "--pretty",
        ).stdout
    )  # fmt: skip
    assert [part["type"] for part in made["config"]] == [
        "AssetFilter", "DateRangeFilter", "DateRangeFilter", "GeometryFilter", "NumberInFilter", "RangeFilter",
        "StringInFilter", "UpdateFilter", "PermissionFilter", "StringInFilter",
    ]  # fmt: skip
    assert made["config"][0]["config"] == ["ortho_visual", "basic_udm2"]
    assert made["config"][1]["config"] == {"gte": "2022-06-01T00:00:00Z"}
    assert made["config"][3]["relation"] == "within" and made["config"][4]["config"] == [3.7, 3.0]
    assert made["config"][5]["config"] == {"lte": 0.2} and made["config"][6]["config"] == ["PSB.SD", "PS2"]
    ignored = cli("data", "filter", "--geom-relation", "within")
    assert "ignored" in ignored.stderr and json.loads(ignored.stdout)["config"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["--date-range", "acquired", "gte", "tomorrow-ish"],
        ["--date-range", "acquired", "over", "2022-01-01"],
        ["--number-in", "gsd", "three"],
        ["--geom", "POLYGON((0 0, 1"],
        ["--geom", "no-such-file.json"],
        ["--geom", "1,2,3"],
        ["--geom", "pl:features/"],
        ["--string-in", "instrument", "a,,b"],
    ],
)
def test_what_makes_no_sense_is_wrong_usage(cli, wrong):
    outcome = cli("data", "filter", *wrong, ok=False)
    assert outcome.exit_code == 2 and "Error: " in outcome.stderr and "Traceback" not in outcome.output


def test_areas_in_every_form(cli, tmp_path, sandbox):
    (tmp_path / "aoi.json").write_text(json.dumps({"type": "Feature", "geometry": OREGON, "properties": {}}))
    with sandbox.planet() as pl:
        (ref,) = pl.features.add_items(pl.features.create_collection("fields"), OREGON)
    west, south, east, north = -117.558734, 45.229745, -117.452447, 45.301865
    wkt = f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
    forms = [json.dumps(OREGON), "aoi.json", "-", f"{west},{south},{east},{north}", wkt, ref]
    found = [
        cli("data", "search", "PSScene", "--geom", form, "--limit", "3", input=json.dumps(OREGON)).stdout
        for form in forms
    ]
    assert len(set(found)) == 1 and found[0].count("\n") == 3
    both = cli("data", "filter", "--geom", f"{ref},{ref}")
    assert json.loads(both.stdout)["config"][0]["config"]["content"] == [ref, ref]


def test_search(cli, tmp_path):
    (tmp_path / "f.json").write_text(cli("data", "filter", "--range", "cloud_cover", "lte", "0.5").stdout)
    found = lines(
        cli(
            "data", "search", "PSScene,SkySatScene", "--geom", BOX, "--filter", "f.json", "--since", "2022-06-01",
            "--until", "2022-06-08", "--limit", "4", "--name", "n", "--sort", "acquired asc",
        )
    )  # fmt: skip
    acquired = [item["properties"]["acquired"] for item in found]
    assert len(found) == 4 and acquired == sorted(acquired) and acquired[0][:7] == "2022-06"
    args = (
        "data",
        "search",
        "PSScene",
        "--geom",
        BOX,
        "--since",
        "2022-06-01",
        "--until",
        "2022-06-08",
        "--limit",
        "2",
    )
    geo = json.loads(cli(*args, "-o", "geojson").stdout)
    assert geo["type"] == "FeatureCollection" and len(geo["features"]) == 2
    assert len(json.loads(cli(*args, "--output", "json").stdout)) == 2
    assert len(lines(cli(*args, "-o", "ndjson"))) == 2
    table = cli(*args, "-o", "table").stdout.splitlines()
    assert table[0].split()[:3] == ["id", "type", "acquired"] and len(table) == 3
    assert cli(*args, "-o", "csv").stdout.splitlines()[0] == "id,item_type,acquired,cloud_cover,clear_percent"
    assert '\n  "' in cli(*args, "--pretty").stdout
    assert cli(*args, "-o", "paths", ok=False).exit_code == 2
    week = lines(cli("data", "search", "PSScene", "--geom", BOX, "--since", "7d"))
    assert week and all(item["properties"]["acquired"] > "2024" for item in week)


def test_saved_searches(cli):
    made = json.loads(
        cli("data", "search-create", "PSScene", "--filter", json.dumps(data_filter.permission_filter()), "--name", "mine",
            "--geom", BOX, "--daily-email", "--pretty").stdout
    )  # fmt: skip
    assert json.loads(cli("data", "search-get", made["id"]).stdout)["name"] == "mine"
    listed = lines(cli("data", "search-list", "--sort", "created asc", "--search-type", "saved", "--limit", "5"))
    assert [search["id"] for search in listed] == [made["id"]]
    assert "mine" in cli("data", "search-list", "-o", "table").stdout
    assert len(lines(cli("data", "search-run", made["id"], "--sort", "published asc", "--limit", "2"))) == 2
    updated = cli(
        "data", "search-update", made["id"], "PSScene", "--filter", json.dumps(data_filter.permission_filter()),
        "--name", "other", "--geom", BOX, "--daily-email", "-o", "json",
    )  # fmt: skip
    assert json.loads(updated.stdout)["name"] == "other"
    assert cli("data", "search-delete", made["id"]).stdout == ""
    assert cli("data", "search-get", made["id"], ok=False).exit_code == 1
    assert cli("data", "search-run", "no-uuid", ok=False).exit_code == 2


def test_stats(cli):
    counted = cli("data", "stats", "PSScene", "--filter", json.dumps(data_filter.geometry_filter(OREGON)), "--interval", "year", "--pretty")  # fmt: skip
    assert json.loads(counted.stdout)["buckets"]
    assert json.loads(cli("data", "stats", "PSScene").stdout)["interval"] == "day"


def test_items(cli):
    item = json.loads(cli("data", "item-get", "PSScene", ITEM, "--pretty").stdout)
    assert item["id"] == ITEM
    assert ITEM in cli("data", "item-get", "PSScene", ITEM, "-o", "table").stdout
    covered = cli(
        "data", "item-coverage", "PSScene", ITEM, "--geom", BOX, "--mode", "UDM2", "--band", "cloud", "--pretty"
    )
    assert json.loads(covered.stdout)["status"] == "complete"
    outcome = cli("data", "item-get", "PSScene", "nothing", ok=False)
    assert outcome.exit_code == 1 and "Error: " in outcome.stderr
    assert cli("data", "item-types").stdout.startswith("Valid item types:\n- ")


def test_assets(cli, tmp_path, sandbox, monkeypatch):
    assets = json.loads(cli("data", "asset-list", "PSScene", ITEM, "--pretty").stdout)
    assert "ortho_visual" in assets
    assert "ortho_visual" in cli("data", "asset-list", "PSScene", ITEM, "-o", "table").stdout
    one = ("PSScene", ITEM, "ortho_visual")
    assert json.loads(cli("data", "asset-get", *one, "-o", "json").stdout)["status"] == "inactive"
    for command in ("asset-download", "asset-wait"):
        inactive = cli("data", command, *one, ok=False)
        assert inactive.exit_code == 1 and "planet data asset-activate" in inactive.stderr
    assert cli("data", "asset-activate", *one).stdout == ""
    waited = cli(
        "data", "asset-wait", *one, "--delay", "0.05", "--max-attempts", "9999", "--timeout", str(PATIENCE), "--pretty"
    )
    assert json.loads(waited.stdout)["status"] == "active" and "status: active" in waited.stderr
    outcome = cli("data", "asset-download", *one, "--directory", "new/folder", "--filename", "v.tif", "--checksum")
    assert outcome.stdout == "new/folder/v.tif\n" and (tmp_path / "new/folder/v.tif").is_file()
    again = cli(
        "-q",
        "data",
        "asset-download",
        *one,
        "--directory",
        "new/folder",
        "--filename",
        "v.tif",
        "--overwrite",
        "-o",
        "json",
    )
    assert json.loads(again.stdout) == ["new/folder/v.tif"] and again.stderr == ""
    made = cli("data", "asset-download", "PSScene", ITEM, "ortho_udm2", "--wait")
    assert made.stdout.endswith(".tif\n")
    wrong = cli("data", "asset-get", "PSScene", ITEM, "ortho_visuel", ok=False)
    assert wrong.exit_code == 2 and "ortho_visual" in wrong.stderr
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 1000))
    cli("data", "asset-activate", "PSScene", ITEM, "basic_udm2")
    late = cli("data", "asset-wait", "PSScene", ITEM, "basic_udm2", "--timeout", "0.1", ok=False)
    assert late.exit_code == 4


@pytest.mark.parametrize("aoi", ["--aoi", "--geom", "--geometry"])
@pytest.mark.parametrize(("since", "until"), [("--since", "--until"), ("--from", "--to")], ids=["since", "from"])
def test_one_vocabulary(cli, aoi, since, until):
    words = (aoi, BOX, since, "2022-06-01", until, "2022-07-01", "--cloud-cover", "0.1", "--downloadable")
    found = lines(cli("data", "search", "PSScene", *words, "--limit", "0"))
    counted = json.loads(cli("data", "stats", "PSScene", *words, "--interval", "month").stdout)
    assert found and all(item["properties"]["cloud_cover"] <= 0.1 for item in found)
    assert [bucket["count"] for bucket in counted["buckets"]] == [len(found)]
    source = cli(
        "subscriptions", "request-source", "--source-id", "SWC", aoi, BOX, since, "2022-06-01", until, "2022-07-01"
    )
    assert json.loads(source.stdout)["parameters"]["end_time"] == "2022-07-01T00:00:00Z"
    assert json.loads(cli("data", "filter", aoi, BOX).stdout)["config"][0]["config"]["type"] == "Polygon"
    assert cli("mosaics", "search", MOSAIC, aoi, BOX).stdout

"""`planet features`, `mosaics`, `destinations`, `quota`, `collect`, `completion`."""

import json
import os
import subprocess
import sys

import pytest

from tests.helpers import OREGON

MOSAIC = "global_monthly_2022_01_mosaic"


def lines(outcome):
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def test_features(cli, tmp_path):
    made = cli("features", "collections", "create", "-t", "my fields", "-d", "where corn grows", "--pretty")
    collection_id = json.loads(made.stdout)
    cli("features", "collections", "create", "--title", "others", "--description", "x")
    listed = json.loads(cli("features", "collections", "list", "--limit", "1", "--compact", "--pretty").stdout)
    assert listed == [{"id": collection_id, "title": "my fields", "description": "where corn grows"}]
    assert len(json.loads(cli("features", "collections", "list").stdout)) == 2
    assert "my fields" in cli("features", "collections", "list", "-o", "table").stdout
    (tmp_path / "field.json").write_text(json.dumps(OREGON))
    (ref,) = json.loads(cli("features", "items", "add", collection_id, "field.json", "--pretty").stdout)
    feature = json.dumps({"type": "Feature", "geometry": OREGON, "properties": {"n": "north"}})
    (other,) = json.loads(
        cli("features", "items", "add", collection_id, "-", "--property-id", "n", input=feature).stdout
    )
    assert "/north-" in other
    assert len(json.loads(cli("features", "items", "list", collection_id, "--limit", "5", "--pretty").stdout)) == 2
    geo = json.loads(cli("features", "items", "list", collection_id, "-o", "geojson").stdout)
    assert geo["type"] == "FeatureCollection"
    by_ref = json.loads(cli("features", "items", "get", ref, "--pretty").stdout)
    assert by_ref == json.loads(cli("features", "items", "get", collection_id, by_ref["id"]).stdout)
    assert "FEATURE_ID is required" in cli("features", "items", "get", collection_id, ok=False).stderr
    cli("features", "items", "delete", ref, "--yes")
    cli("features", "items", "delete", collection_id, other.rpartition("/")[2])
    got = json.loads(cli("features", "collections", "get", collection_id, "--pretty").stdout)
    assert got["feature_count"] == 0
    assert cli("features", "collections", "delete", collection_id, "-y").stdout == ""
    assert cli("features", "collections", "get", collection_id, ok=False).exit_code == 1
    assert cli("features", "items", "add", collection_id, "nothing.json", ok=False).exit_code == 2


def test_mosaics(cli, tmp_path):
    listed = json.loads(
        cli("mosaics", "list", "--name-contains", "monthly", "--interval", "1 mon", "--acquired_gt", "2022-01-15",
            "--acquired_lt", "2022-01-20", "--pretty").stdout
    )  # fmt: skip
    assert MOSAIC in [mosaic["name"] for mosaic in listed] and not any("_links" in mosaic for mosaic in listed)
    linked = json.loads(
        cli("mosaics", "list", "--name-contains", "2022_01", "--links", "--acquired-gt", "2021-01-01").stdout
    )
    assert all("_links" in mosaic for mosaic in linked)
    assert MOSAIC in cli("mosaics", "list", "--name-contains", "2022_01", "-o", "table").stdout
    assert "_links" in json.loads(cli("mosaics", "info", MOSAIC, "--links").stdout)
    assert "_links" not in json.loads(cli("mosaics", "info", MOSAIC, "--pretty").stdout)
    names = [s["name"] for s in json.loads(cli("mosaics", "series", "list", "--name-contains", "global", "--interval", "1 mon",
                                               "--acquired-gt", "2022-01-01", "--acquired-lt", "2030-01-01", "--links", "--pretty").stdout)]  # fmt: skip
    assert names == ["Global Monthly"]
    assert json.loads(cli("mosaics", "series", "info", "Global Monthly", "--links", "--pretty").stdout)["_links"]
    latest = json.loads(cli("mosaics", "series", "list-mosaics", "Global Monthly", "--latest", "--pretty").stdout)
    assert len(latest) == 1
    some = cli(
        "mosaics",
        "series",
        "list-mosaics",
        "Global Quarterly",
        "--acquired-gt",
        "2022-01-02",
        "--acquired-lt",
        "2022-12-30",
        "--links",
    )
    assert len(json.loads(some.stdout)) == 4
    box = "-117.55,45.25,-117.5,45.3"
    quads = json.loads(cli("mosaics", "search", MOSAIC, "--bbox", box, "--pretty").stdout)
    assert [quad["id"] for quad in quads] == ["355-1313"]
    by_shape = json.loads(
        cli("mosaics", "search", MOSAIC, "--geometry", json.dumps(OREGON), "--links", "-o", "geojson").stdout
    )
    assert by_shape["features"][0]["properties"]["id"] == "355-1313"
    assert json.loads(cli("mosaics", "search", MOSAIC, "--bbox", box, "--summary").stdout) == {"total_quads": 1}
    assert json.loads(cli("mosaics", "search", MOSAIC, "--summary").stdout)["total_quads"] > 1_000_000
    assert cli("mosaics", "search", MOSAIC, ok=False).exit_code == 2
    assert cli("mosaics", "search", MOSAIC, "--bbox", "1,2,3", ok=False).exit_code == 2
    assert json.loads(cli("mosaics", "contributions", MOSAIC, "355-1313", "--pretty").stdout)
    outcome = cli("mosaics", "download", MOSAIC, "--bbox", box, "--concurrency", "2")
    assert outcome.stdout == f"{MOSAIC}/355-1313.tif\n" and "1 file fetched" in outcome.stderr
    again = cli(
        "-q",
        "mosaics",
        "download",
        MOSAIC,
        "--geometry",
        json.dumps(OREGON),
        "--output-dir",
        "here",
        "--overwrite",
        "-o",
        "json",
    )
    assert json.loads(again.stdout) == ["here/355-1313.tif"] and again.stderr == ""
    assert cli("mosaics", "download", MOSAIC, ok=False).exit_code == 2
    assert "Mosaic Not Found: nothing" in cli("mosaics", "info", "nothing", ok=False).stderr


def test_destinations(cli):
    keys = ("--access-key-id", "i", "--secret-access-key", "hidden")
    made = {
        "s3": ("--bucket", "b", "--region", "r", *keys, "--explicit-sse", "--name", "one"),
        "s3-compatible": ("--bucket", "b", "--endpoint", "https://e", "--region", "r", *keys, "--use-path-style", "--name", "two"),
        "ocs": ("--bucket", "b", *keys, "--namespace", "n", "--region", "r", "--name", "three"),
        "azure": ("--container", "c", "--account", "a", "--sas-token", "hidden", "--storage-endpoint-suffix", "s", "--name", "four"),
        "gcs": ("--bucket", "b", "--credentials", "hidden", "--name", "five"),
    }  # fmt: skip
    ids = {}
    for kind, options in made.items():
        outcome = cli("destinations", "create", kind, *options, "--pretty")
        assert "hidden" not in outcome.output
        ids[kind] = json.loads(outcome.stdout)["id"]
    secrets = {
        "s3": (*keys, "--explicit-sse"), "s3-compatible": (*keys, "--use-path-style"), "ocs": keys,
        "azure": ("--sas-token", "hidden"), "gcs": ("--credentials", "hidden"),
    }  # fmt: skip
    for kind, options in secrets.items():
        cli("destinations", "update", kind, ids[kind], *options, "--pretty")
    one = ids["s3"]
    assert json.loads(cli("destinations", "get", one, "--pretty").stdout)["type"] == "amazon_s3"
    assert json.loads(cli("destinations", "rename", one, "renamed", "--pretty").stdout)["name"] == "renamed"
    assert json.loads(cli("destinations", "archive", one, "--pretty").stdout)["archived"]
    assert json.loads(cli("destinations", "unarchive", one, "--pretty").stdout)["archived"] is None
    assert json.loads(cli("destinations", "default", "set", one, "--pretty").stdout)["default"]
    assert json.loads(cli("destinations", "default", "get", "--pretty").stdout)["id"] == one
    filters = ("--archived", "false", "--is-owner", "true", "--can-write", "true", "--is-default", "true")
    assert len(json.loads(cli("destinations", "list", *filters, "--pretty").stdout)["destinations"]) == 1
    assert "renamed" in cli("destinations", "list", "-o", "table").stdout
    assert cli("destinations", "default", "unset", "--yes").stdout == "null\n"
    wrong = cli("destinations", "default", "get", ok=False)
    assert (
        wrong.exit_code == 1 and "Failed to get default destination: No default destination configured" in wrong.stderr
    )
    assert cli("destinations", "create", "gcs", "--bucket", "b", ok=False).exit_code == 2


def test_quota(cli, sandbox):
    with sandbox.planet() as pl:
        (ref,) = pl.features.add_items(pl.features.create_collection("fields"), OREGON)
    products = lines(
        cli(
            "quota",
            "products",
            "list",
            "--supports-reservation",
            "true",
            "--page-size",
            "1",
            "--limit",
            "5",
            "--compact",
        )
    )
    assert [product["id"] for product in products] == [1, 2] and len(products[0]) == 7
    assert "PlanetScope" in cli("quota", "products", "list", "--pretty").stdout
    area = ("--aoi-ref", ref, "--product-id", "1", "--collection-id", "c")
    assert json.loads(cli("quota", "reservations", "estimate", *area, "--pretty").stdout)["total_cost"] > 0
    assert json.loads(cli("quota", "reservations", "create", *area, "--yes", "--pretty").stdout)["quota_used"] > 0
    job = json.loads(
        cli("quota", "reservations", "bulk-reserve", "--aoi-refs", json.dumps([ref]), "--product-id", "1", "-y", "--pretty").stdout
    )["job_id"]  # fmt: skip
    listing = (
        "--fields",
        "id,state",
        "--sort",
        "-id",
        "--filter",
        "amount__gt=1",
        "--filter",
        "state=reserved",
        "--page-size",
        "1",
        "--limit",
        "5",
    )
    assert [entry["id"] for entry in lines(cli("quota", "reservations", "list", *listing))] == [2, 1]
    assert json.loads(cli("quota", "reservations", "get", "1", "--pretty").stdout)["aoi_ref"] == ref
    assert cli("quota", "jobs", "wait", job, "--timeout", "120").stdout == "completed\n"
    jobs = (
        "--fields",
        "id",
        "--sort",
        "id",
        "--filter",
        "status=completed",
        "--page-size",
        "5",
        "--limit",
        "5",
        "-o",
        "json",
    )
    assert len(json.loads(cli("quota", "jobs", "list", *jobs).stdout)) == 1
    assert json.loads(cli("quota", "jobs", "get", job, "--pretty").stdout)["status"] == "completed"
    for wrong in ([], ["--aoi-refs", "[3]"], ["--aoi-refs", '{"a": 1}']):
        assert cli("quota", "reservations", "estimate", "--product-id", "1", *wrong, ok=False).exit_code == 2
    assert cli("quota", "reservations", "list", "--filter", "nothing", ok=False).exit_code == 2


def test_collect(cli, tmp_path):
    features = "\n".join(json.dumps({"type": "Feature", "geometry": None, "properties": {"n": n}}) for n in range(2))
    (tmp_path / "f.ndjson").write_text(f"\n{features}\n\n")
    assert json.loads(cli("collect", "f.ndjson", "--pretty").stdout)["type"] == "FeatureCollection"
    assert json.loads(cli("collect", "-", input='{"a": 1}\n[2]\n').stdout) == [{"a": 1}, [2]]
    assert "Line 2 of stdin is not JSON" in cli("collect", "-", input="{}\nx\n", ok=False).stderr
    (tmp_path / "bad").write_bytes(b"\xe9\n")
    assert "UTF-8" in cli("collect", "bad", ok=False).stderr
    assert cli("collect", "nothing", ok=False).exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(cli, shell):
    assert "_PLANET_COMPLETE" in cli("completion", shell).stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("planet ord", "order"),
        ("planet data search PSSc", "PSScene"),
        ("planet data search PSScene,SkySatS", "PSScene,SkySatScene"),
        ("planet orders request x --item-type ps", "PSScene"),
        ("planet orders request x --bundle analytic_u", "analytic_udm2"),
        ("planet orders list --sta", "--state"),
    ],
)
def test_what_is_completed(words, expected):
    environment = {
        **os.environ,
        "_PLANET_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    code = "from planet.cli import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert f"plain,{expected}" in done.stdout.splitlines()

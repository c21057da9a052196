"""`planet orders`: the options that other tests do not need."""

import json
import os
import shlex
import subprocess
import sys
import uuid

import pytest

from planet import order_request
from planet.sandbox.state.world import Timing
from tests.helpers import ITEMS, OREGON, an_order


@pytest.fixture
def done(sandbox):
    """The id of an order that is done, in an archive."""
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order("zipped", delivery={"archive_type": "zip", "single_archive": True}))
        pl.orders.wait(order.id, delay=0.05)
        return order.id


def test_list(cli, done):
    found = cli(
        "orders", "list", "--state", "SUCCESS", "--source-type", "scenes", "--name", "zipped", "--name-contains", "zip",
        "--created-on", "2020-01-01/..", "--last-modified", "2020-01-01/..", "--hosting", "false", "--user-id", "all",
        "--sort-by", "name ASC", "--limit", "3",
    )  # fmt: skip
    assert json.loads(found.stdout)["id"] == done
    assert cli("orders", "list", "--destination-ref", "pl:destinations/x").stdout == ""


def test_download(cli, done, tmp_path):
    outcome = cli(
        "orders", "download", done, "--directory", "out", "--overwrite", "--unzip", "--report", "report.json",
        "--checksum", "SHA256", "-o", "json",
    )  # fmt: skip
    paths = json.loads(outcome.stdout)
    assert not any(path.endswith(".zip") for path in paths) and all((tmp_path / path).is_file() for path in paths)
    assert json.loads((tmp_path / "report.json").read_text())["files"]


def test_wait(cli, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    order_id = json.loads(cli("orders", "create", json.dumps(an_order())).stdout)["id"]
    assert cli("orders", "wait", order_id, "--state", "queued", "--delay", "0").stdout == "queued\n"
    late = cli("orders", "wait", order_id, "--max-attempts", "2", "--delay", "0", "--timeout", "5", ok=False)
    assert late.exit_code == 4
    assert json.loads(cli("orders", "cancel", order_id, "--yes", "--pretty").stdout)["state"] == "cancelled"
    assert "cancellable" in cli("orders", "cancel", order_id, "-y", ok=False).stderr


def test_request(cli):
    request = json.loads(
        cli("orders", "request", ",".join(ITEMS), "--item-type", "PSScene", "--bundle", "visual", "--name", "n",
            "--archive-type", "zip", "--archive-filename", "{{name}}.zip", "--single-archive", "--clip", json.dumps(OREGON),
            "--fallback-bundle", "analytic_udm2", "--email", "--stac", "--delivery",
            '{"destination": {"ref": "pl:destinations/x"}}', "--hosting", "sentinel_hub", "--create-configuration",
            "--pretty").stdout
    )  # fmt: skip
    assert request["delivery"]["archive_filename"] == "{{name}}.zip" and request["delivery"]["single_archive"]
    assert request["hosting"] == {"sentinel_hub": {"create_configuration": True}}
    hosted = cli(
        "orders", "create", json.dumps(an_order()), "--hosting", "sentinel_hub", "--create-configuration", "--pretty"
    )
    assert json.loads(hosted.stdout)["hosting"]["sentinel_hub"]["create_configuration"]


@pytest.mark.parametrize("output", ["json", "ndjson", "csv", "table", "geojson", "paths"])
def test_every_form_of_output(cli, done, output):
    outcome = cli("orders", "list", "-o", output, ok=False)
    if output == "geojson":
        assert outcome.exit_code == 1 and "have no geometry" in outcome.stderr
    elif output == "paths":
        assert outcome.exit_code == 2
    else:
        assert done in outcome.stdout and outcome.exit_code == 0
    one = cli("orders", "get", done, "-o", output, ok=False)
    assert (one.exit_code == 0) == (output not in ("geojson", "paths"))
    files = cli("-q", "orders", "download", done, "-o", output)
    assert "manifest.json" in files.stdout


def test_the_address_of_the_services(cli, sandbox, monkeypatch):
    monkeypatch.setenv("PL_API_BASE_URL", "http://127.0.0.1:9")
    assert cli("orders", "-u", f"{sandbox.base_url}/compute/ops/", "list").exit_code == 0
    wrong = cli("orders", "-u", sandbox.base_url, "list", ok=False)
    assert wrong.exit_code == 1 and f"for example {sandbox.base_url}/compute/ops." in wrong.stderr
    nothing = ("--aoi", "0,0,1,1", "--from", "1990-01-01", "--to", "1990-01-02", "--bundle", "visual", "--dry-run")
    assert "No scenes" in cli("order", *nothing, "--base-url", sandbox.base_url, ok=False).stderr


def test_waiting_for_an_order_that_fails(cli, sandbox):
    with sandbox.planet() as pl:
        clip = order_request.clip_tool(OREGON)  # far from the scenes of the guides
        failed = pl.orders.create_order(an_order(tools=[clip]))
    outcome = cli("orders", "wait", failed.id, ok=False)
    assert (outcome.exit_code, outcome.stdout) == (1, "failed\n") and " failed: " in outcome.stderr
    assert cli("orders", "wait", failed.id, "--state", "failed").stdout == "failed\n"


def test_waiting_for_several_orders(cli, sandbox):
    with sandbox.planet() as pl:
        ids = [pl.orders.create_order(an_order(f"n{number}")).id for number in range(6)]
        clip = order_request.clip_tool(OREGON)  # far from the scenes of the guides
        failed = [pl.orders.create_order(an_order(tools=[clip])).id for _ in range(2)]
    outcome = cli("orders", "wait", *ids, ids[0])
    assert sorted(outcome.stdout.splitlines()) == sorted(f"{order_id} success" for order_id in ids)
    outcome = cli("orders", "wait", ids[0], *failed, ok=False)
    assert outcome.exit_code == 1 and f"{ids[0]} success\n" in outcome.stdout
    assert all(
        f"{order_id} failed\n" in outcome.stdout and f"{order_id} failed: " in outcome.stderr for order_id in failed
    )
    late = cli("orders", "wait", *ids, "--state", "queued", "--max-attempts", "1", "--timeout", "5")
    assert len(late.stdout.splitlines()) == 6


def test_what_would_have_been_dropped_in_silence(cli, tmp_path):
    words = ("orders", "request", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", "x")
    for more, said in (
        (("--collection-id", "c"), "--collection-id requires --hosting"),
        (("--create-configuration",), "--create-configuration requires --hosting"),
        (("--single-archive",), "--single-archive requires --archive-type"),
        (("--archive-filename", "a.zip"), "--archive-filename requires --archive-type"),
        (("--tools", '{"clip": 1}'), "must be a list of tools"),
        (("--tools", "[1, 2]"), "must be a list of tools"),
    ):
        outcome = cli(*words, *more, ok=False)
        assert outcome.exit_code == 2 and said in outcome.stderr, more
    missing = tmp_path / "nowhere" / "report.json"
    outcome = cli("orders", "download", str(uuid.uuid4()), "--report", str(missing), ok=False)
    assert outcome.exit_code == 2 and "does not exist" in outcome.stderr


def test_times_and_intervals_as_people_write_them(cli, sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
    for interval, found in (("1d", 1), ("1h/..", 1), ("../1d", 0), ("2020-01-01/2100-01-01", 1), ("2020-01-01/..", 1)):
        listed = cli("orders", "list", "--created-on", interval).stdout.splitlines()
        assert len(listed) == found, (interval, order.id)
    assert cli("orders", "list", "--created-on", "x/y", ok=False).exit_code == 2


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
def test_closed_streams_and_consoles_of_other_encodings(sandbox, done, tmp_path):
    folder = tmp_path / "\u0434\u0430\u043d\u043d\u044b\u0435"
    folder.mkdir()
    with sandbox.as_default():
        environment = dict(os.environ)
    command = [sys.executable, "-m", "planet", "orders", "download", done, "--directory", str(folder)]
    for encoding in ("cp1252", "cp932", "ascii"):
        run = subprocess.run(
            command, env={**environment, "PYTHONIOENCODING": encoding}, capture_output=True, check=True
        )
        assert done.encode() in run.stdout
        assert b"Traceback" not in run.stderr
    for closed in (">&-", "2>&-", ">&- 2>&- <&-"):
        shell = f"{shlex.join([*command, '--overwrite'])} {closed}"
        run = subprocess.run(["sh", "-c", shell], env=environment, capture_output=True, check=True)
        assert b"Traceback" not in run.stderr
    assert list((folder / done).glob("*.zip"))


def test_orders_to_wait_for_come_from_anywhere(cli, sandbox, tmp_path):
    with sandbox.planet() as pl:
        orders = [pl.orders.create_order(an_order(f"order {number}")) for number in range(2)]
    ids = [order.id for order in orders]
    (tmp_path / "ids.txt").write_text("\n".join(ids))
    ndjson = "\n".join(json.dumps(order) for order in orders)
    for words, given in (
        (ids, None),
        ([",".join(ids)], None),
        (["ids.txt"], None),
        (["-"], ndjson),
        (["-"], " ".join(ids)),
    ):
        states = cli("orders", "wait", *words, input=given).stdout.split()
        assert sorted(states[::2]) == sorted(ids) and set(states[1::2]) == {"success"}
    assert cli("orders", "wait", "-", input=json.dumps(orders[0])).stdout == "success\n"
    wrong = cli("orders", "wait", f"{ids[0]},nonsense", ok=False)
    assert wrong.exit_code == 2 and "'nonsense' is not a valid UUID" in wrong.stderr


@pytest.mark.parametrize("output", ["csv", "table", "ndjson", "json"])
def test_ids_come_from_lists_in_any_format(cli, output):
    found = cli(
        "data", "search", "PSScene", "--since", "2022-06-01", "--until", "2022-06-05", "--limit", "3", "-o", output
    ).stdout
    made = cli(
        "orders", "request", "-", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", input=found
    ).stdout
    ids = json.loads(made)["products"][0]["item_ids"]
    assert len(ids) == 3 and all(each.startswith("202206") for each in ids)

"""`planet order`: the whole way in one command; and how commands behave on a terminal, in pipes, and when they fail."""

import json
import re
import signal
import subprocess
import sys

import pytest

from planet.sandbox.state.world import Timing
from tests.cli.terminal import INTERRUPTIBLE, environment, on_a_terminal
from tests.helpers import PATIENCE, an_order, wait_until

BOX = "-117.55,45.23,-117.46,45.30"
JUNE = ("--aoi", BOX, "--from", "2022-06-01", "--to", "2022-06-04")


def test_from_a_place_to_verified_files(cli, tmp_path):
    outcome = cli(
        "order", *JUNE, "--item-type", "PSScene", "--bundle", "analytic_udm2", "--cloud-cover", "0.5", "--limit", "2",
        "--name", "my field", "--filter", '{"type": "RangeFilter", "field_name": "gsd", "config": {"gt": 0}}',
        "--directory", "out", "--timeout", "120", "--yes",
    )  # fmt: skip
    paths = outcome.stdout.splitlines()
    assert paths[-1].endswith("manifest.json") and all((tmp_path / path).is_file() for path in paths)
    assert any(path.endswith("_clip.tif") for path in paths)
    for said in ("my field: analytic_udm2, 2 scenes, about 9 files, 1", "state: success", "all files were verified"):
        assert said in outcome.stderr
    order_id = re.search(r"Order ([0-9a-f-]{36})", outcome.stderr)[1]
    same = cli(
        "order", *JUNE, "--bundle", "analytic_udm2", "--cloud-cover", "0.5", "--limit", "2", "--name", "my field",
        "--filter", '{"type": "RangeFilter", "field_name": "gsd", "config": {"gt": 0}}', "--directory", "out", "--yes",
    )  # fmt: skip
    assert f"Order {order_id}, which the same command has created before" in same.stderr
    assert same.stdout == outcome.stdout and "0 kept" not in same.stderr
    again = cli("orders", "download", order_id, "--directory", "out")
    assert again.stdout == outcome.stdout and "kept" in again.stderr


def test_a_dry_run_orders_nothing(cli, sandbox):
    request = json.loads(cli("order", *JUNE, "--bundle", "visual", "--no-clip", "--dry-run", "--pretty").stdout)
    assert request["products"][0]["product_bundle"] == "visual" and "tools" not in request
    assert not [seen for seen in sandbox.requests if seen.method == "POST" and "orders" in seen.path]
    created = json.loads(cli("orders", "create", "-", input=json.dumps(request)).stdout)
    assert created["state"] == "queued"


def test_only_ordered(cli, tmp_path):
    order_id = cli("-q", "order", *JUNE, "--bundle", "visual", "--limit", "1", "--no-wait", "-y").stdout.strip()
    assert cli("orders", "wait", order_id).stdout == "success\n"
    outcome = cli("-q", "order", *JUNE, "--bundle", "visual", "--limit", "1", "--clip", "-y", "-o", "json")
    assert isinstance(json.loads(outcome.stdout), list)


def test_what_keeps_from_ordering(cli, sandbox, monkeypatch):
    nothing = cli(
        "order", "--aoi", BOX, "--from", "1990-01-01", "--to", "1990-02-01", "--bundle", "visual", "-y", ok=False
    )
    assert nothing.exit_code == 1 and "No scenes were found" in nothing.stderr
    nobody = cli("order", *JUNE, "--bundle", "visual", ok=False)
    assert nobody.exit_code == 2 and "Use --yes or PLANET_ASSUME_YES=1 to order" in nobody.stderr
    assert cli("order", *JUNE, ok=False).exit_code == 2
    wrong = cli("order", *JUNE, "--bundle", "visuel", "-y", ok=False)
    assert wrong.exit_code == 2 and "Did you mean 'visual'" in wrong.stderr and "validate" not in wrong.stderr
    turned = cli("order", *JUNE, "--bundle", "visual", "-y", "--to", "2022-01-02", ok=False)
    assert turned.exit_code == 2 and "--until" in turned.stderr
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    late = cli("order", *JUNE, "--bundle", "visual", "--timeout", "0.2", "-y", ok=False)
    assert late.exit_code == 4 and "wait for it again" in late.stderr


# -- exit codes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 429, "body": '{"message": "Download quota has been exceeded."}'}, 6),
        ({"status": 401}, 5),
        ({"status": 403}, 5),
        ({"status": 404}, 1),
    ],
)
def test_exit_codes(cli, sandbox, fault, code):
    sandbox.inject("status", path="/orders/v2", times=None, **fault)
    outcome = cli("orders", "list", ok=False)
    assert outcome.exit_code == code and outcome.stderr.startswith("Error: ") and outcome.stderr.count("\n") == 1


def test_a_part_only(cli, sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
    sandbox.inject("status", path=r"udm2\.tif$", status=404, times=None)
    outcome = cli("-v", "orders", "download", order.id, ok=False)
    paths = outcome.stdout.splitlines()
    assert len(paths) == 3 and not [path for path in paths if "udm2" in path], "those that came whole"
    assert outcome.exit_code == 3 and "udm2.tif" in outcome.stderr and "The others are complete" in outcome.stderr
    assert "  " in outcome.stderr and "MissingResource" in outcome.stderr, "-v tells what became of each"


def test_verbosity(cli, caplog):
    for words in (["-vv"], ["--verbose", "--verbose"], ["--verbosity", "debug"]):
        assert cli(*words, "orders", "list").exit_code == 0
    assert cli("--verbosity", "loud", "orders", "list", ok=False).exit_code == 2
    near = cli("order-s", "list", ok=False)
    assert near.exit_code == 2 and "Did you mean 'orders'?" in near.stderr


def test_what_verbose_logs(sandbox, tmp_path):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id)

    def loggers(*words, folder):
        command = [sys.executable, "-m", "planet", *words, "orders", "download", order.id, "--directory", folder]
        done = subprocess.run(
            command, env=environment(sandbox), cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return set(re.findall(r"^[\d-]+ [\d:,]+ - (\S+) - (\w+) - ", done.stderr, re.MULTILINE)), done.stderr

    assert loggers(folder="quiet")[0] == set()
    seen, text = loggers("-v", folder="info")
    assert seen == {("planet.download", "INFO")} and "udm2.tif was downloaded" in text
    seen, text = loggers("-vv", folder="debug")
    seen.discard(("planet.limits", "DEBUG"))  # only where it was fast enough to learn a higher rate
    assert seen == {(f"planet.{name}", "DEBUG") for name in ("auth", "connections", "http")} | {
        ("planet.download", "INFO")
    }
    assert f"GET {sandbox.base_url}/compute/ops/orders/v2/{order.id}" in text and "HTTP Request" not in text


# -- terminals and pipes -------------------------------------------------------------------------------------


def test_a_table_in_colour_on_a_terminal(sandbox, tmp_path, monkeypatch):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order("my order"))
        pl.orders.wait(order.id, delay=0.05)
    seen, code = on_a_terminal(sandbox, "orders", "list")
    assert code == 0 and "\x1b[1mid" in seen and "\x1b[32msuccess" in seen and "my order" in seen and "{" not in seen
    seen, _ = on_a_terminal(sandbox, "orders", "list", "--pretty")
    assert '"name": "my order"' in seen
    seen, _ = on_a_terminal(sandbox, "data", "search-list")
    assert "No results." in seen


def test_questions_are_asked_on_a_terminal(sandbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with sandbox.planet() as pl:
        collection_id = pl.features.create_collection("fields")
        seen, code = on_a_terminal(sandbox, "features", "collections", "delete", collection_id, answers=b"n\n")
        assert code == 1 and "Delete collection" in seen and "Aborted" in seen
        assert [collection.id for collection in pl.features.list_collections()] == [collection_id]
        seen, code = on_a_terminal(sandbox, "features", "collections", "delete", collection_id, answers=b"y\n")
        assert code == 0 and list(pl.features.list_collections()) == []
    seen, code = on_a_terminal(sandbox, "order", *JUNE, "--bundle", "visual", "--limit", "1", answers=b"y\n")
    assert code == 0 and "Create this order? [y/N]" in seen and "state: success" in seen and "fetched" in seen


def test_answers_that_are_no(sandbox):
    words = ("order", *JUNE, "--bundle", "visual", "--limit", "1")
    seen, code = on_a_terminal(sandbox, *words, answers=b"n\n")
    assert code == 1 and "Aborted" in seen
    with sandbox.planet() as pl:
        assert list(pl.orders.list_orders()) == []


def test_an_order_that_was_made_is_not_to_be_made_again(sandbox, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    words = ["order", *JUNE, "--bundle", "visual", "--limit", "1", "--yes", "--directory", str(tmp_path)]
    child = subprocess.Popen(
        [*INTERRUPTIBLE, *words], env=environment(sandbox), stderr=subprocess.PIPE, encoding="utf-8"
    )
    seen = ""
    while "state: queued" not in seen:
        assert child.poll() is None, seen
        seen += child.stderr.readline()
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=PATIENCE)[1]
    order_id = re.search(r"Order (\S+)", seen)[1]
    assert child.returncode == 130 and f"planet orders wait {order_id}, planet orders download {order_id}" in said


def test_a_pipe_that_is_closed_early_is_no_error(sandbox):
    command = f"{sys.executable} -m planet data search PSScene --geom {BOX} --limit 300 | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], env=environment(sandbox), capture_output=True, encoding="utf-8", check=True
    )
    assert json.loads(done.stdout)["id"] and done.stderr == ""
    command = f"set -o pipefail; {sys.executable} -m planet data search PSScene --limit 2000 --geom {BOX} | head -n 1"
    done = subprocess.run(["bash", "-c", command], env=environment(sandbox), capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and done.stderr == ""


def test_ctrl_c(sandbox, tmp_path):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
    sandbox.inject("slow", path=r"AnalyticMS\.tif$", rate=2000, times=None)
    process = subprocess.Popen(
        [*INTERRUPTIBLE, "orders", "download", order.id],
        cwd=tmp_path, env=environment(sandbox), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    wait_until(lambda: any("AnalyticMS.tif" in seen.path and seen.sent for seen in sandbox.requests))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Interrupted" in err and "Traceback" not in err
    sandbox.clear_faults()
    subprocess.run(
        [sys.executable, "-m", "planet", "orders", "download", order.id], cwd=tmp_path, env=environment(sandbox), check=True,
        capture_output=True,
    )  # fmt: skip

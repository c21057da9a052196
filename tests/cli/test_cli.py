"""The command: what it prints where, and how it ends."""

import json
import os
import shlex
import subprocess
import sys
import uuid

import click
import pytest

import planet
from planet import constants
from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing
from tests.helpers import ITEMS, OREGON, PATIENCE, an_order, wait_until


@pytest.fixture
def order(sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
        return order


def test_help_and_version(cli):
    for arguments in (["--help"], ["-h"], ["orders", "--help"], ["orders", "request", "-h"], ["sandbox", "-h"]):
        assert "Usage: planet" in cli(*arguments).output
    assert cli("--version").output == f"planet, version {planet.__version__}\n"
    outcome = subprocess.run(
        [sys.executable, "-m", "planet", "--version"], capture_output=True, encoding="utf-8", check=True
    )
    assert outcome.stdout == f"planet, version {planet.__version__}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_first_help_needs_no_click_and_a_narrow_window_gets_narrow_lines(option):
    command = "import sys; from planet.cli import run; run(); assert 'click' not in sys.modules"
    narrow = subprocess.run(
        [sys.executable, "-m", "planet", option],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "COLUMNS": "60"},
    ).stdout
    wide = subprocess.run(
        [sys.executable, "-c", command, option],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "COLUMNS": "120"},
    ).stdout
    assert wide.split() == narrow.split()
    assert max(map(len, narrow.splitlines())) < 60 < max(map(len, wide.splitlines()))


def test_request_and_create(cli, tmp_path):
    request = json.loads(cli("orders", "request", ",".join(ITEMS), "--bundle", "analytic_udm2", "--name", "n", "--item-type", "psscene",
                             "--clip", json.dumps(OREGON), "--email", "--archive-type", "zip").stdout)  # fmt: skip
    assert request == {
        "name": "n",
        "products": [{"item_ids": ITEMS, "item_type": "PSScene", "product_bundle": "analytic_udm2"}],
        "delivery": {"archive_type": "zip", "single_archive": False, "archive_filename": "{{name}}-{{order_id}}.zip"},
        "notifications": {"email": True},
        "tools": [{"clip": {"aoi": OREGON}}],
        "metadata": {"stac": {}},
    }
    text = json.dumps(an_order())
    (tmp_path / "request.json").write_text(text)
    for source, given in ((text, None), ("request.json", None), ("-", text)):
        assert json.loads(cli("orders", "create", source, input=given).stdout)["state"] == "queued"
    hosted = json.loads(
        cli("orders", "create", text, "--hosting", "sentinel_hub", "--collection-id", "c", "--pretty").stdout
    )
    assert hosted["hosting"]["sentinel_hub"]["collection_id"] == "c"


def test_request_with_everything_else(cli):
    tools = [{"toar": {}}]
    request = json.loads(cli("orders", "request", ITEMS[0], "--item-type", "PSScene", "--bundle", "visual", "--name", "n", "--no-stac",
                             "--tools", json.dumps(tools), "--fallback-bundle", "analytic_udm2", "--hosting", "sentinel_hub",
                             "--cloudconfig", '{"google_earth_engine": {"project": "p", "collection": "c",},}').stdout)  # fmt: skip
    assert request["tools"] == tools
    assert request["delivery"] == {"google_earth_engine": {"project": "p", "collection": "c"}}
    assert request["hosting"] == {"sentinel_hub": {}}
    assert "metadata" not in request


def test_get_list_cancel(cli, order, sandbox, monkeypatch):
    assert json.loads(cli("orders", "get", order.id).stdout)["id"] == order.id
    assert cli("orders", "get", order.id, "--pretty").stdout.startswith('{\n  "_links"')
    lines = cli(
        "orders", "list", "--state", "SUCCESS", "--hosting", "false", "--name-contains", "order"
    ).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [order.id]
    assert cli("orders", "list", "--source-type", "basemaps", "--limit", "0").stdout == ""
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    queued = json.loads(cli("orders", "create", json.dumps(an_order())).stdout)["id"]
    assert json.loads(cli("orders", "cancel", queued).stdout)["state"] == "cancelled"


def test_wait_and_download(cli, order, tmp_path):
    outcome = cli("orders", "wait", order.id, "--delay", "0.05", "--timeout", str(PATIENCE))
    assert outcome.stdout == "success\n"
    assert f"order {order.id} - state: success" in outcome.stderr
    outcome = cli("orders", "download", order.id, "--directory", "new", "--checksum", "md5")
    paths = outcome.stdout.splitlines()
    assert len(paths) == 5
    assert all((tmp_path / path).exists() for path in paths)
    assert "files" in outcome.stderr
    assert cli("--quiet", "orders", "download", order.id, "--directory", "new", "--overwrite").stderr == ""


def test_lists_of_what_there_is(cli):
    assert cli("orders", "item-types").stdout.startswith("Valid item types:\n- ")
    assert "- analytic_udm2\n" in cli("orders", "bundles").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["orders", "get", "no-uuid"], 2, "not a valid UUID"),
        (["orders", "get", str(uuid.uuid4())], 1, "Error: Could not load order ID"),
        (["orders", "create", "nothing.json"], 2, "cannot be read"),
        (["orders", "create", "{"], 2, "not JSON"),
        (["orders", "create", "{}"], 2, "is empty"),
        (["orders", "create", "[1]"], 2, "must be a JSON object"),
        (["orders", "create", '{"name": "x"}'], 1, "Products: products is required"),
        (["orders", "request", "a,,b", "--item-type", "PSScene", "--bundle", "visual", "--name", "n"], 2, "empty entry"),
        (["orders", "request", "a", "--item-type", "PSScen", "--bundle", "visual", "--name", "n"], 2, "Did you mean 'PSScene'"),
        (["orders", "request", "a", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", "--clip", '{"type": "Point", "coordinates": [0, 0]}'], 2, "got a Point"),
        (["orders", "--base-url", "nonsense", "list"], 2, "not an http or https URL"),
        (["orders", "-u", "http://127.0.0.1:9", "list"], 1, "cannot be reached"),
        (["nothing"], 2, "No such command"),
        (["sandbox", "run", "--", "no-such-program"], 1, "cannot be run"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_message_and_a_code(cli, arguments, code, words, monkeypatch):
    from planet._http import retry as _retry

    monkeypatch.setattr(_retry.Attempt, "_wait", lambda self, now: 0.0)
    outcome = cli(*arguments, ok=False)
    assert outcome.exit_code == code, outcome.output
    assert words in outcome.stderr
    assert "Traceback" not in outcome.output
    assert outcome.stdout == ""


def test_missing_credentials(cli, monkeypatch):
    monkeypatch.delenv("PL_API_KEY")
    monkeypatch.delenv("PL_AUTH_PROFILE")
    outcome = cli("orders", "list", ok=False)
    assert outcome.exit_code == 5
    assert "PL_API_KEY" in outcome.stderr


def test_clip_and_tools_exclude_each_other(cli):
    outcome = cli("orders", "request", "a", "--item-type", "PSScene", "--bundle", "visual", "--name", "n", "--clip", json.dumps(OREGON), "--tools", "[1]", ok=False)  # fmt: skip
    assert (outcome.exit_code, "mutually exclusive" in outcome.stderr) == (2, True)


def run(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "planet", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        **settings,
    )


def test_run_passes_on_how_the_program_ended():
    for script, code in (("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", 143)):
        assert run("sandbox", "run", "--", sys.executable, "-c", script).returncode == code
    script = "import os; print(os.environ['PL_API_BASE_URL'], os.environ['PL_API_KEY'])"
    assert run("sandbox", "run", "--", sys.executable, "-c", script).stdout.startswith("http://127.0.0.1:")


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_who_ends_a_run_ends_the_program_and_nothing_is_left(tmp_path):
    script = f"""
import os, pathlib, time
pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
time.sleep(1000)
"""
    runner = subprocess.Popen(
        [sys.executable, "-m", "planet", "sandbox", "run", "--", sys.executable, "-c", script],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    wait_until(lambda: runner.poll() is not None or ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    assert runner.poll() is None
    runner.terminate()
    assert runner.wait(PATIENCE) == 128 + 15
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert not list(tmp_path.glob("planet-sandbox-*"))


def test_a_sandbox_counts_whatever_else_this_user_has():
    constants.SECRET_FILE_PATH.write_text('{"PL_AUTH_PROFILE": "work"}')
    outcome = run("sandbox", "run", "--", sys.executable, "-m", "planet", "orders", "list")
    assert (outcome.returncode, outcome.stdout) == (0, ""), outcome.stderr
    outcome = run("sandbox", "run", "--requires-token", "--", sys.executable, "-m", "planet", "orders", "list")
    assert outcome.returncode == 5 and "no profile 'work'" in outcome.stderr


def test_serve_until_it_is_stopped():
    server = subprocess.Popen(
        [sys.executable, "-m", "planet", "sandbox", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        lines = [server.stdout.readline() for _ in range(len(Sandbox.VARIABLES))]
        variables = dict(shlex.split(line)[1].split("=", 1) for line in lines)
        assert set(variables) == set(Sandbox.VARIABLES)
        outcome = run("orders", "list", env={**os.environ, **variables})
        assert (outcome.returncode, outcome.stdout) == (0, "")
    finally:
        server.terminate()
        assert server.wait(PATIENCE) == 0
        server.communicate()


@pytest.mark.parametrize("colour", [[], ["--async"]])
def test_the_demo(tmp_path, colour):
    (tmp_path / "here").mkdir()
    outcome = run("sandbox", "demo", *colour, cwd=tmp_path / "here", env={**os.environ, "TMPDIR": str(tmp_path)})
    assert outcome.returncode == 0, outcome.stderr
    assert "state: success" in outcome.stderr
    assert "All 8 files exist and match the manifest" in outcome.stdout
    assert ("async def order_scenes" in outcome.stdout) is bool(colour)
    assert list((tmp_path / "here").iterdir()) == [], "it leaves nothing where it is run"
    (folder,) = tmp_path.glob("planet-demo-*")
    pictures = list(folder.glob("*.png"))
    assert len(pictures) == 2
    for picture in pictures:
        assert str(picture) in outcome.stdout
        assert picture.read_bytes().startswith(b"\x89PNG")
    assert "2 items ingested into planet-psscene" in outcome.stdout
    assert len(list(folder.glob("*/manifest.json"))) == 1


def test_programs_can_add_commands_of_their_own(cli, monkeypatch):
    from planet.cli.cli import main
    from planet.cli.io import echo_json

    @click.command(short_help="Say hello.")
    def hello():
        echo_json(obj={"hello": 1})

    monkeypatch.setattr(main, "commands", {})
    main.add_command(hello)
    assert json.loads(cli("hello").stdout) == {"hello": 1}
    assert "Say hello." in cli("--help").stdout
    assert "Did you mean 'hello'" in cli("helo", ok=False).stderr

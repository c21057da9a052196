"""What the command writes: control characters, closed streams, consoles of other encodings, questions, signals."""

import json
import logging
import os
import re
import shlex
import signal
import subprocess
import sys

import click
import pytest

from planet.cli import output
from planet.cli.logs import LogFormatter
from tests.cli.terminal import INTERRUPTIBLE, environment, on_a_terminal
from tests.helpers import OREGON, PATIENCE, a_subscription, an_order, wait_until

# Sets the title of the window, clears the screen, hides text, writes from right to left, starts another line.
HOSTILE = "a\x1b]0;title\x07\x1b[2J\x9b8m\u202eb\u2066\r\x7f\x00"
SHOWN = r"a\x1b]0;title\x07\x1b[2J\x9b8m\u202eb\u2066\r\x7f"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PLANET = [sys.executable, "-m", "planet"]
ORDER = ("order", "--aoi", "-117.55,45.23,-117.46,45.30", "--from", "2022-06-01", "--to", "2022-06-04",
         "--bundle", "visual", "--limit", "1")  # fmt: skip


def hostile(text):
    """Return the control characters of a text that the command itself does not write."""
    return CONTROL.findall(re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n").replace("\r", ""))


@pytest.fixture
def named(sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order(HOSTILE))
        collection_id = pl.features.create_collection(HOSTILE, HOSTILE)
        pl.features.add_items(collection_id, OREGON)
        pl.subscriptions.create_subscription(a_subscription(HOSTILE))
        pl.destinations.create_destination(
            {"type": "google_cloud_storage", "parameters": {"bucket": HOSTILE, "credentials": "c2VjcmV0"}, "name": HOSTILE}
        )  # fmt: skip
    return order


def test_names_in_tables_and_json(cli, named):
    for words in (("orders",), ("subscriptions",), ("features", "collections"), ("destinations",)):
        table = cli(*words, "list", "-o", "table").stdout
        assert SHOWN in table and not hostile(table), words
        text = cli(*words, "list").stdout
        assert not hostile(text)
    assert json.loads(cli("orders", "list").stdout)["name"] == HOSTILE


@pytest.mark.parametrize("form", ["table", "csv", "json", "ndjson"])
def test_names_on_a_terminal(sandbox, named, form):
    for words in (("orders",), ("features", "collections")):
        seen, code = on_a_terminal(sandbox, *words, "list", "-o", form)
        assert code == 0 and "title" in seen and not hostile(seen)


def test_messages_of_services(cli, sandbox):
    body = json.dumps({"message": f"no {HOSTILE}\nError: forged", "general": [{"message": HOSTILE}]})
    sandbox.inject("status", path="/orders/v2", status=400, body=body, times=None)
    for words in (("orders", "list"), ("-v", "orders", "list")):
        outcome = cli(*words, ok=False)
        assert outcome.exit_code == 1 and not hostile(outcome.stderr)
        assert not [line for line in outcome.stderr.splitlines() if line.startswith("Error: forged")]


def test_arguments_in_messages_of_click(cli):
    for words in (["orders", "get", HOSTILE], ["orders", HOSTILE], [HOSTILE], [f"--{HOSTILE}"], ["data", "filter", "--geom", HOSTILE]):  # fmt: skip
        outcome = cli(*[word.replace("\0", "") for word in words], ok=False)
        assert outcome.exit_code == 2 and not hostile(outcome.stderr), words


def test_questions(sandbox, named):
    seen, code = on_a_terminal(sandbox, *ORDER, "--name", HOSTILE.replace("\0", ""), answers=b"n\n")
    assert code == 1 and SHOWN in seen and not hostile(seen)


def test_log_lines():
    record = logging.LogRecord("planet", logging.INFO, "x.py", 1, "file %s", (f"{HOSTILE}\nforged",), None)
    text = LogFormatter("%(name)s - %(message)s").format(record)
    assert text.startswith(f"planet - file {SHOWN}") and "\n" not in text and not hostile(text)


def test_warnings_of_the_library_are_one_line(cli):
    outcome = cli("mosaics", "download", "global_monthly_2022_01_mosaic", "--bbox", "0,-89,1,-88", ok=False)
    assert ".py" not in outcome.stderr


# -- streams -------------------------------------------------------------------------------------------------


def run(sandbox, *words, **settings):
    variables = {**environment(sandbox), **settings.pop("env", {})}
    return subprocess.run([*PLANET, *words], env=variables, capture_output=True, check=False, **settings)


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "gbk", "ascii", "ascii:surrogateescape", "utf-8"])
def test_consoles_of_other_encodings(sandbox, encoding):
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order("東京 Zürich ✓ \U0001f6f0"))
    variables = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for form in ("table", "csv"):
        outcome = run(sandbox, "orders", "list", "-o", form, env=variables)
        assert outcome.returncode == 0, outcome.stderr
        # click takes an ASCII console for one that is set up wrongly, and writes UTF-8
        assert "rich" in outcome.stdout.decode("utf-8" if "ascii" in encoding else encoding)
    outcome = run(sandbox, "orders", "get", "東京", env={"PYTHONIOENCODING": encoding})
    assert outcome.returncode == 2 and b"Traceback" not in outcome.stderr


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams(sandbox, closed):
    for words in (
        ["orders", "list"], ["orders", "list", "-o", "table"], ["orders", "list", "-o", "csv"], ["--help"], ["--version"],
        ["data", "filter", "--geom-relation", "within"], ["-vv", "data", "search", "PSScene", "--limit", "1"],
    ):  # fmt: skip
        shell = f"{shlex.join([*PLANET, *words])} {closed}"
        outcome = subprocess.run(["sh", "-c", shell], env=environment(sandbox), capture_output=True, check=False)
        assert outcome.returncode == 0 and b"Traceback" not in outcome.stderr, (words, outcome.stderr)
    refused = subprocess.run(
        ["sh", "-c", f"{shlex.join([*PLANET, *ORDER])} {closed}"],
        env=environment(sandbox), stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2 and b"Traceback" not in refused.stderr


def test_no_streams_at_all(sandbox):
    """As in programs without a console on Windows."""
    for words in (["orders", "list", "-o", "table"], ["orders", "list", "-o", "csv"], ["orders", "get", "x"]):
        code = f"""
import sys
sys.stdin = sys.stdout = sys.stderr = sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = None
sys.argv = ["planet", *{words!r}]
from planet.cli import run
run()
"""
        outcome = subprocess.run([sys.executable, "-c", code], env=environment(sandbox), check=False)
        assert outcome.returncode == (2 if "get" in words else 0)


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
def test_a_reader_of_messages_that_has_gone(sandbox, tmp_path):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
    read, write = os.pipe()
    os.close(read)
    outcome = subprocess.run(
        [*PLANET, "orders", "download", order.id], env=environment(sandbox), cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=write, check=False,
    )  # fmt: skip
    os.close(write)
    assert outcome.returncode == 0 and b"manifest.json" in outcome.stdout


# -- questions -----------------------------------------------------------------------------------------------


def test_nobody_is_asked_unless_stdin_and_stdout_are_terminals(sandbox, tmp_path):
    with sandbox.planet() as pl:
        ids = [pl.features.create_collection(f"c{number}") for number in range(2)]
    shell = f"{shlex.join(PLANET)} features collections delete {ids[0]} > {tmp_path}/out"
    seen, code = on_a_terminal(sandbox, "features", "collections", "list", command=["sh", "-c", shell])
    assert code == 0 and "?" not in seen
    seen, code = on_a_terminal(
        sandbox, *ORDER, command=["sh", "-c", f"{shlex.join([*PLANET, *ORDER])} > {tmp_path}/out"]
    )
    assert code == 2 and "Use --yes" in seen
    with sandbox.planet() as pl:
        assert [entry.id for entry in pl.features.list_collections()] == ids[1:]


def test_a_variable_that_answers(cli, sandbox, monkeypatch):
    monkeypatch.setenv("PLANET_ASSUME_YES", "1")
    assert cli("-q", *ORDER, "--no-wait").stdout
    with sandbox.planet() as pl:
        collection_id = pl.features.create_collection("x")
    seen, code = on_a_terminal(sandbox, "features", "collections", "delete", collection_id)
    assert code == 0 and "?" not in seen
    monkeypatch.setenv("PLANET_ASSUME_YES", "0")
    assert cli(*ORDER, ok=False).exit_code == 2


def test_all_subscriptions_without_ids_are_asked_for_on_a_terminal(cli, sandbox):
    with sandbox.planet() as pl:
        made = pl.subscriptions.create_subscription(a_subscription(days=5000))

        def status():
            return pl.subscriptions.get_subscription(made.id).status

        seen, code = on_a_terminal(sandbox, "subscriptions", "bulk-suspend", answers=b"n\n")
        assert code == 1 and "Suspend all your subscriptions?" in seen and status() != "suspended"
        seen, code = on_a_terminal(sandbox, "subscriptions", "bulk-suspend", answers=b"y\n")
        assert code == 0 and status() == "suspended"
        seen, code = on_a_terminal(sandbox, "subscriptions", "bulk-reactivate", answers=b"y\n")
        assert code == 0 and status() != "suspended"


# -- signals and lost responses ------------------------------------------------------------------------------

CREATIONS = [
    (("orders", "create", json.dumps(an_order("my order"))), "/orders/v2", "planet orders list --name 'my order'"),
    ((*ORDER, "--yes", "--name", "it"), "/orders/v2", "planet orders list --name it"),
    (("subscriptions", "create", json.dumps(a_subscription("mine"))), "/subscriptions/v1", "planet subscriptions list --name mine"),
    (("features", "collections", "create", "-t", "x"), "/collections", "planet features collections list"),
    (("data", "search-create", "PSScene", "--filter", '{"type": "PermissionFilter", "config": ["assets:download"]}', "--name", "s"),
     "/searches", "planet data search-list"),
    (("quota", "reservations", "create", "--aoi-ref", "pl:features/my/a/b", "--product-id", "1", "-y"),
     "/quota-reservations", "planet quota reservations list"),
    (("destinations", "create", "gcs", "--bucket", "b", "--credentials", "c"), "/destinations", "planet destinations list"),
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(("words", "path", "check"), CREATIONS, ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "")  # fmt: skip
def test_interrupted_while_something_is_created(sandbox, number, code, words, path, check):
    sandbox.inject("delay", path=path, method="POST", seconds=15, times=None)
    before = len(sandbox.requests)
    child = subprocess.Popen([*INTERRUPTIBLE, *words], env=environment(sandbox), stderr=subprocess.PIPE, text=True)
    wait_until(
        lambda: (
            child.poll() is not None
            or [seen for seen in sandbox.requests[before:] if seen.method == "POST" and path in seen.path]
        )
    )
    child.send_signal(number)
    said = child.communicate(timeout=PATIENCE)[1]
    assert child.returncode == code, said
    assert "may have been created" in said and check in said and "Traceback" not in said


def test_sigterm_at_a_question(cli, sandbox, monkeypatch):
    def terminated(*_, **__):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            raise click.Abort from None

    monkeypatch.setattr(output, "is_interactive", lambda: True)
    monkeypatch.setattr(click, "confirm", terminated)
    outcome = cli("features", "collections", "delete", "x", ok=False)
    assert outcome.exit_code == 143 and "Terminated" in outcome.stderr
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_sigterm_while_waiting(sandbox, monkeypatch):
    from planet.sandbox.state.world import Timing

    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    words = [*ORDER, "--yes"]
    child = subprocess.Popen([*INTERRUPTIBLE, *words], env=environment(sandbox), stderr=subprocess.PIPE, text=True)
    seen = ""
    while "state: queued" not in seen:
        assert child.poll() is None, seen
        seen += child.stderr.readline()
    child.send_signal(signal.SIGTERM)
    said = child.communicate(timeout=PATIENCE)[1]
    order_id = re.search(r"Order (\S+)", seen)[1]
    assert (
        child.returncode == 143
        and f"Terminated. The order continues. Resume with: planet orders wait {order_id}" in said
    )


def test_a_lost_response_names_commands(cli, sandbox):
    sandbox.inject("lose_answer", path="/subscriptions/v1", method="POST")
    lost = cli("subscriptions", "create", json.dumps(a_subscription("mine")), ok=False)
    assert lost.exit_code == 1
    assert "planet subscriptions list --name mine" in lost.stderr and "list_subscriptions" not in lost.stderr
    sandbox.inject("status", path="/collections", method="POST", status=500)
    failed = cli("features", "collections", "create", "-t", "x", ok=False)
    assert failed.exit_code == 1 and "planet features collections list" in failed.stderr


# -- orders --------------------------------------------------------------------------------------------------


def test_waiting_for_a_partial_order_is_a_success(cli, sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
    sandbox._world.orders[order.id].state = "partial"
    outcome = cli("orders", "wait", order.id)
    assert outcome.stdout == "partial\n" and "The order is partial" in outcome.stderr


def test_orders_of_two_areas_have_two_names(cli):
    def name(box):
        words = ("order", "--aoi", box, "--from", "2022-06-01", "--to", "2022-06-04", "--bundle", "visual", "--dry-run")
        return json.loads(cli(*words).stdout)["name"]

    first, second = name("-117.55,45.23,-117.46,45.30"), name("-117.55,45.23,-117.46,45.31")
    assert first != second and first == name("-117.55,45.23,-117.46,45.30")
    assert re.fullmatch(r"PSScene 2022-06-\d\d( to 2022-06-\d\d)? [0-9a-f]{8}", first)


@pytest.mark.parametrize("group", ["data", "orders", "subscriptions", "features", "mosaics", "destinations", "quota"])
def test_the_url_of_one_api(cli, sandbox, monkeypatch, group):
    roots = {"data": "data/v1", "orders": "compute/ops", "subscriptions": "subscriptions/v1", "quota": "account/v1",
             "features": "features/v1/ogc/my", "mosaics": "basemaps/v1", "destinations": "destinations/v1"}  # fmt: skip
    lists = {"data": ["search-list"], "features": ["collections", "list"], "quota": ["products", "list"]}
    monkeypatch.setenv("PL_API_BASE_URL", "http://127.0.0.1:9")
    for option, end in (("-u", ""), ("--base-url", "/")):
        cli(group, option, f"{sandbox.base_url}/{roots[group]}{end}", *lists.get(group, ["list"]))
    wrong = cli(group, "-u", sandbox.base_url, *lists.get(group, ["list"]), ok=False)
    assert wrong.exit_code == 1 and f"{sandbox.base_url}/{roots[group]}" in wrong.stderr


# -- the same everywhere -------------------------------------------------------------------------------------


def test_global_options_before_and_after_a_command(cli, sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id)
    for words in (
        ("-q", "orders", "wait", order.id),
        ("orders", "-q", "wait", order.id),
        ("orders", "wait", order.id, "-q"),
    ):
        assert cli(*words).stderr == ""
    assert "state: success" in cli("orders", "wait", order.id).stderr
    before, after = cli("-o", "csv", "orders", "list").stdout, cli("orders", "list", "-o", "csv").stdout
    assert before == after == cli("orders", "-o", "csv", "list").stdout and before.startswith(
        "id,state,name,created_on\n"
    )
    assert json.loads(cli("-o", "csv", "orders", "list", "-o", "json").stdout)
    wrong = cli("-o", "xml", "orders", "list", ok=False)
    assert wrong.exit_code == 2 and "'xml' is not one of json, ndjson" in wrong.stderr
    sandbox.inject("status", path="/orders/v2", status=404)
    assert "MissingResource: " in cli("orders", "list", "-v", ok=False).stderr


def test_wrong_options_are_recognized(cli):
    for wrong, meant in (("--limt", "--limit"), ("--cloudcover", "--cloud-cover")):
        outcome = cli("data", "search", "PSScene", wrong, "1", ok=False)
        assert outcome.exit_code == 2 and meant in outcome.stderr


def test_on_a_terminal_objects_are_indented_and_tables_fit(sandbox):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order("a name " * 30))
    seen, _ = on_a_terminal(sandbox, "orders", "get", order.id)
    assert '\r\n  "id": ' in seen
    seen, _ = on_a_terminal(sandbox, "orders", "list")
    rows = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in seen.splitlines()]
    assert all(len(row) <= 100 for row in rows) and any(order.id in row and "…" in row for row in rows)
    seen, _ = on_a_terminal(sandbox, "data", "search", "PSScene", "--limit", "2")
    assert "There are more results: --limit 0 prints all." in seen

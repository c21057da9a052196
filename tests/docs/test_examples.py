"""The examples of the docs, executed in both colours."""

import asyncio
import contextlib
import inspect
import os
import runpy
import socket
import subprocess
import sys
import threading

import httpx
import pytest
import uvicorn

import planet
from tests.geocatalog_data import fill
from tests.helpers import PATIENCE, an_order, wait_until
from tools.page_examples import main, shown
from tools.unasync import ROOT

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*/*.py"))


def test_both_colours_are_there():
    assert len(EXAMPLES) == 20


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_example(sandbox, tmp_path, monkeypatch, path):
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    with sandbox.planet() as pl, sandbox.geocatalog() as gc:
        pl.orders.create_order(an_order("a field"))
        if path.stem == "catalog_tour":
            fill(sandbox, gc)
    result = runpy.run_path(str(path))["main"](tmp_path)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    assert result
    assert list(tmp_path.rglob("*.*"))


def test_what_is_run_again_goes_on(sandbox, tmp_path, monkeypatch):
    """The examples for bulk orders and for watching an area order, deliver and say nothing twice."""
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    folder = ROOT / "docs" / "examples" / "sync"
    bulk = runpy.run_path(str(folder / "bulk_orders.py"))["main"]
    first = bulk(tmp_path)
    assert len(first) > 1
    assert all("0 failed" in account for account in first)
    assert all(" 0 files fetched" in account for account in bulk(tmp_path))
    watch = runpy.run_path(str(folder / "monitor.py"))["main"]
    told = []

    def tells(number):
        told.extend(news for news in watch(tmp_path) if news != "nothing new")
        return len(told) >= number

    wait_until(lambda: tells(3))
    sandbox.clock.advance(3 * 86400)
    before = len(told)
    wait_until(lambda: tells(before + 1))
    assert len(set(told)) == len(told)
    # On some days a scene comes that this account has no access to: the news says so.
    assert all("success" in news or "no access to assets" in news for news in told)
    assert sum("success" in news for news in told) > len(told) / 2
    with sandbox.planet() as pl:
        assert len(list(pl.subscriptions.list_subscriptions())) == 1
        assert len(list(pl.orders.list_orders())) == len(first)


@contextlib.contextmanager
def served(app):
    """The address of an application that a server of its own runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_the_service(sandbox, monkeypatch):
    """Over HTTP, as its users see it: searches, orders, and errors that say what is wrong."""
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    app = runpy.run_path(str(ROOT / "docs" / "examples" / "service.py"))["app"]
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as client:
        scenes = client.get("/scenes", params={"bbox": "-117.55,45.23,-117.46,45.30", "limit": 3}).json()
        assert len(scenes) == 3
        order = client.post("/orders", params={"item_id": scenes[0]["id"]})
        assert order.status_code == 202
        assert client.get(f"/orders/{order.json()['id']}").json()["state"] in ("queued", "running", "success")
        for path, code, words in [
            ("/orders/11111111-1111-4111-8111-111111111111", 404, ""),
            ("/orders/nonsense", 400, "nonsense"),
            ("POST /orders?item_id=bogus", 400, "bogus"),
            ("/scenes?bbox=north", 400, "west,south,east,north"),
            ("/scenes?bbox=1,1,0,0", 400, ""),
        ]:
            method, _, address = path.rpartition(" ")
            answer = client.request(method or "GET", address)
            assert answer.status_code == code
            assert words in answer.json()["detail"]


def test_the_files_of_a_catalogue_are_read(sandbox):
    """In a process of its own, as rasterio opens no file of a server in the same one."""
    with sandbox.geocatalog() as gc:
        fill(sandbox, gc)
    program = [sys.executable, str(ROOT / "docs" / "examples" / "read_catalog.py")]
    environment = {**os.environ, **sandbox.environment()}
    said = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    assert "'time': 1" in said
    assert "(64, 64) ('uint8', 'uint8', 'uint8')" in said


def test_every_example_is_shown():
    names = set().union(*(shown(path.read_text(encoding="utf-8")) for path in (ROOT / "docs").glob("*.md")))
    assert {"service.py", "read_catalog.py", *(path.stem for path in EXAMPLES)} <= names


def test_the_examples_in_the_pages_are_up_to_date():
    assert main(["--check"]) == 0, "run python tools/page_examples.py"

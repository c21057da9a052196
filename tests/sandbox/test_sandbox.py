"""The sandbox: start and stop, settings, environment variables, and faults."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from planet import Planet
from planet.exceptions import ArgumentError, ClientError
from planet.sandbox import KINDS, Fault, Sandbox, parse_fault
from planet.sandbox.catalog.catalog import Catalog
from planet.sandbox.catalog.window import Window
from planet.sandbox.imagery.bandmath import BandMathError, evaluate
from tests.helpers import OREGON, PATIENCE, an_order


def test_start_and_stop():
    sandbox = Sandbox()
    with pytest.raises(ClientError, match="not running"):
        _ = sandbox.clock
    with sandbox:
        folder = sandbox.folder
        assert httpx.get(f"{sandbox.base_url}/compute/ops/bundles/spec").status_code == 200
        with pytest.raises(ClientError, match="already running"):
            sandbox.start()
        with pytest.raises(ClientError, match="cannot listen"):
            Sandbox(port=int(sandbox.base_url.rsplit(":", 1)[1])).start()
    assert not folder.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.base_url)


def test_it_stops_while_somebody_waits_for_a_slow_answer():
    with Sandbox() as sandbox, httpx.Client(timeout=PATIENCE) as client:
        sandbox.inject("slow", path="spec", rate=100)
        with client.stream("GET", f"{sandbox.base_url}/compute/ops/bundles/spec") as answer:
            next(answer.iter_raw())
            began = time.monotonic()
            sandbox.stop()
            assert time.monotonic() - began < PATIENCE, "all of it would take hours"
        gc.collect()  # nothing is left open, of which Python would warn


def test_a_given_folder_is_kept(tmp_path):
    with Sandbox(folder=tmp_path / "files") as sandbox:
        assert sandbox.folder == tmp_path / "files"
    assert (tmp_path / "files").exists()


def test_as_default(monkeypatch):
    monkeypatch.setenv("PL_API_KEY", "mine")
    with Sandbox(api_key="only-this-one") as sandbox, sandbox.as_default():
        with Planet() as pl:
            assert pl.orders.aggregated_order_stats()["user"]["queued_orders"] == 0
    assert os.environ["PL_API_KEY"] == "mine"
    assert "PL_API_BASE_URL" not in os.environ


def test_large_files(tmp_path):
    with Sandbox(image_bytes=5_000_000, scene_pixels=32) as sandbox, sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id)
        paths = pl.orders.download_order(order.id, tmp_path)
    sizes = {path.stat().st_size for path in paths if path.suffix == ".tif"}
    assert sizes == {5_000_000}
    import rasterio

    with rasterio.open(next(path for path in paths if path.suffix == ".tif")) as image:
        assert image.read(1).any()


def test_a_missing_extra(monkeypatch):
    import importlib

    import planet.sandbox

    monkeypatch.setitem(sys.modules, "starlette.requests", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [
        name for name in sys.modules if name.startswith("planet.sandbox.") and name != "planet.sandbox.pytest_plugin"
    ]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'planet\[sandbox\]'"):
        importlib.reload(planet.sandbox).__getattr__("Sandbox")


def test_exports():
    import planet.sandbox
    from planet.sandbox.state.world import Timing

    assert Timing is planet.sandbox.Timing, "an earlier import path"
    for name in planet.sandbox.__all__:
        exported = getattr(planet.sandbox, name)
        assert getattr(exported, "__module__", "planet.sandbox").startswith("planet.sandbox")
    with pytest.raises(AttributeError, match="nonsense"):
        _ = planet.sandbox.nonsense


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "status", "status": 503, "headers": {"Retry-After": "1"}}, 503),
        ({"kind": "html"}, 502),
        ({"kind": "blank"}, 200),
        ({"kind": "delay", "seconds": 0.3}, 200),
        ({"kind": "truncated"}, 200),
        ({"kind": "corrupt"}, 200),
        ({"kind": "reset"}, httpx.RemoteProtocolError),
        ({"kind": "lose_answer"}, httpx.RemoteProtocolError),
        ({"kind": "cut", "after": 100}, httpx.RemoteProtocolError),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else "",
)
def test_faults(sandbox, fault, outcome):
    url = f"{sandbox.base_url}/compute/ops/bundles/spec"
    plain = httpx.get(url).content
    sandbox.inject(path="spec", **fault)
    start = time.monotonic()
    if isinstance(outcome, int):
        answer = httpx.get(url)
        assert answer.status_code == outcome
        if fault["kind"] == "delay":
            assert time.monotonic() - start >= 0.3
            assert answer.content == plain
        elif fault["kind"] == "truncated":
            assert answer.content == plain[: len(plain) // 2]
        elif fault["kind"] == "corrupt":
            assert answer.content[1:] == plain[1:]
            assert answer.content != plain
        elif fault["kind"] == "blank":
            assert answer.content == b""
    else:
        with pytest.raises((outcome, httpx.ReadError)):
            httpx.get(url)
    assert httpx.get(url).content == plain, "once is once"


def test_faults_affect_only_matching_requests(sandbox):
    sandbox.inject("status", path="^/data", method="POST", status=500, times=None)
    assert httpx.get(f"{sandbox.base_url}/compute/ops/bundles/spec").status_code == 200
    for _ in range(3):
        assert httpx.post(f"{sandbox.base_url}/data/v1/quick-search").status_code == 500
    with pytest.raises(ClientError, match="Fault 'nonsense' is not one of"):
        sandbox.inject("nonsense")
    with pytest.raises(ClientError, match="regular expression"):
        sandbox.inject("cut", path="(")


def test_faults_from_the_start_and_as_text():
    with Sandbox(
        faults=["status,path=spec$,status=503,retry_after=7,times=1", Fault("delay", path="never")]
    ) as sandbox:
        for _ in range(2):
            answers = [httpx.get(f"{sandbox.base_url}/compute/ops/bundles/spec") for _ in range(2)]
            assert [answer.status_code for answer in answers] == [503, 200]
            assert answers[0].headers["retry-after"] == "7"
            sandbox.reset()


@pytest.mark.parametrize("text", ["", "nonsense", "cut,after", "cut,after=x", "cut,headers=x", "cut,met=3"])
def test_invalid_faults(text):
    with pytest.raises(ArgumentError, match="Fault"):
        parse_fault(text)


def test_every_kind_of_fault_is_documented():
    page = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| `{kind}` |" in page


def test_the_catalogue_is_reproducible():
    import datetime

    day = datetime.date(2023, 5, 5)
    window = Window()
    window.boxes, window.first, window.last = [(6, 45, 8, 47)], day, day
    now = datetime.datetime.now(datetime.timezone.utc)

    def scenes():
        rows = Catalog().find(["PSScene"], window, now).sorted("acquired asc")
        return [rows.scene(index).id for index in range(len(rows))]

    one, two = scenes(), scenes()
    assert one == two
    assert len(one) > 20
    for item_id in one:
        scene = Catalog().get("PSScene", item_id)
        assert scene.item()["id"] == item_id
        assert 5 < scene.lon < 9
        assert scene.acquired.date() == day
        assert scene.item() == Catalog().get("PSScene", item_id).item()


def test_a_filter_selects_the_same_items_as_the_client(sandbox):
    from datetime import datetime

    from planet import data_filter

    june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 6, 8))
    with sandbox.planet() as pl:
        everything = list(pl.data.search(["PSScene"], june, geometry=OREGON, limit=0))
        clear = data_filter.and_filter([june, data_filter.not_filter(data_filter.range_filter("cloud_cover", gt=0.2))])
        found = list(pl.data.search(["PSScene"], clear, geometry=OREGON, limit=0))
    assert [item.id for item in found] == [item.id for item in everything if item.cloud_cover <= 0.2]


def test_band_math_allows_only_arithmetic():
    assert evaluate("(b1 + 1) * -2 ** 2 / 4", {"b1": 3.0}) == -4.0
    assert evaluate("np.maximum(b1, 5) > 4", {"b1": 3.0})
    for bad in (
        "__import__('os')",
        "b1.__class__",
        "b1[0]",
        "lambda: 1",
        "b2",
        "",
        "b1 +",
        "'x' * 9",
        "open('x')",
        "[b1]",
    ):
        with pytest.raises(BandMathError):
            evaluate(bad, {"b1": 3.0})


def test_the_pytest_fixture(pytester):
    pytester.makepyfile(
        """
        from planet import Planet

        def test_mine(planet_sandbox):
            assert Planet().orders.aggregated_order_stats()["user"] == {"queued_orders": 0, "running_orders": 0}
            planet_sandbox.inject("status", path="stats", status=503)
        """
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=1)


@pytest.mark.skipif(os.name == "nt", reason="not supported on Windows")
def test_folders_of_killed_processes_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = [f"planet-sandbox-{gone.pid}-abc", f"planet-sandbox-{os.getpid()}-abc", "planet-sandbox-mine", "other"]
    for name in names:
        (tmp_path / name / "inner").mkdir(parents=True)
    with Sandbox() as sandbox:
        assert sandbox.folder.name.startswith(f"planet-sandbox-{os.getpid()}-")
    assert {path.name for path in tmp_path.iterdir()} == set(names[1:])

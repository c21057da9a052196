"""What happens to downloads when processes end, meet each other, or have very much to do."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading

import pytest

from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing
from tests.helpers import PATIENCE, an_order, wait_until

# A program that downloads an order; its files come in stretches from 200,000 bytes on.
PROGRAM = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests themselves run in the background
from planet import Planet, AsyncPlanet
from planet._download import segments, transfer
from planet.http import Limits
colour, order_id, folder, stretches = sys.argv[1:]
if stretches == "yes":
    transfer.SPLIT_FROM, transfer.PROBE, segments.MAX_SEGMENTS_IN_FLIGHT = 200_000, 10_000, 4
print("ready", flush=True)
if colour == "sync":
    with Planet() as pl:
        pl.orders.download_order(order_id, folder)
else:
    async def main():
        async with AsyncPlanet() as pl:
            await pl.orders.download_order(order_id, folder)
    asyncio.run(main())
"""


@pytest.fixture(scope="module")
def slow():
    """A sandbox whose files are larger, and come slowly enough to be interrupted."""
    with Sandbox(timing=Timing(0.05, 0.05), scene_pixels=64, image_bytes=600_000) as sandbox:
        with sandbox.planet() as pl:
            order = pl.orders.create_order(an_order())
            pl.orders.wait(order.id, delay=0.05)
        sandbox.order_id = order.id
        yield sandbox


@pytest.fixture
def sandbox(slow):
    slow.clear_faults()
    slow.requests.clear()
    return slow


def start(sandbox, colour, folder, stretches="no"):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, colour, sandbox.order_id, str(folder), stretches],
        env={**os.environ, **sandbox.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finish(process):
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def here(folder):
    """The bytes in part files."""
    size = 0
    for path in folder.rglob("*.part"):
        with contextlib.suppress(FileNotFoundError):  # it has just got its name
            size += os.stat(path).st_blocks * 512
    return size


def expected(sandbox):
    """What each file of the order must hold, by its name."""
    root = sandbox.folder / "orders"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / sandbox.order_id).rglob("*")
        if path.is_file()
    }


def check_nothing_wrong(sandbox, folder):
    """What has a final name is whole; all else is a part."""
    contents = expected(sandbox)
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(".planet-"):
            assert path.read_bytes() == contents[path.relative_to(folder).as_posix()], path


def check_whole(sandbox, folder):
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert there == expected(sandbox)


@pytest.mark.timeout(900)
def test_killed_at_any_moment_and_run_again(sandbox, tmp_path, request):
    """Both colours, with and without stretches, each in a folder of its own: in CI, fifty kills in all, and more."""
    each = 13 if request.config.getoption("--thorough") else 4
    sandbox.inject("slow", path=r"^/orders/", rate=800_000, times=None)
    kills = []
    failures = []

    def torment(colour, stretches, seed):
        try:
            chance = random.Random(seed)
            folder = tmp_path / f"{colour}-{stretches}"
            done = 0
            while done < each:
                process = start(sandbox, colour, folder, stretches)
                process.stdout.readline()
                try:
                    process.wait(chance.uniform(0.02, 0.5))
                except subprocess.TimeoutExpired:
                    process.kill()
                    done += 1
                    kills.append(colour)
                code, _, err = finish(process)
                assert code in (0, -signal.SIGKILL), err
                check_nothing_wrong(sandbox, folder)
                if code == 0:
                    check_whole(sandbox, folder)
                    folder = folder.with_name(folder.name + "x")
            code, _, err = finish(start(sandbox, colour, folder, stretches))
            assert code == 0, err
            check_whole(sandbox, folder)
        except Exception as error:  # noqa: BLE001 # raised below, in the test's own thread
            failures.append(error)

    runs = [(colour, stretches) for colour in ("sync", "async") for stretches in ("no", "yes")]
    threads = [threading.Thread(target=torment, args=(*run, number)) for number, run in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    assert len(kills) == 4 * each


@pytest.mark.parametrize("stretches", ["no", "yes"])
def test_what_was_there_before_a_kill_is_not_fetched_again(sandbox, tmp_path, stretches):
    sandbox.inject("slow", path=r"^/orders/.*tif$", rate=300_000, times=None)
    process = start(sandbox, "sync", tmp_path, stretches)
    wait_until(lambda: here(tmp_path) > 300_000)
    process.kill()
    finish(process)
    kept = here(tmp_path)
    sandbox.clear_faults()
    sandbox.requests.clear()
    code, _, err = finish(start(sandbox, "sync", tmp_path, stretches))
    assert code == 0, err
    check_whole(sandbox, tmp_path)
    again = sum(seen.sent for seen in sandbox.requests if seen.path.endswith(".tif"))
    total = sum(len(content) for name, content in expected(sandbox).items() if name.endswith(".tif"))
    # Of what was written last before the kill, it may not have been noted any more that it was.
    assert again <= total - kept / 2


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_interrupted_and_run_again(sandbox, tmp_path, colour):
    fault = sandbox.inject("slow", path=r"tif$", rate=100_000, times=None)
    process = start(sandbox, colour, tmp_path)
    wait_until(lambda: any(seen.sent > 60_000 for seen in sandbox.requests))
    fault.rate = 1_000  # the rest would take longer than anybody waits for the process to end
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code != 0
    assert "KeyboardInterrupt" in err
    check_nothing_wrong(sandbox, tmp_path)
    sandbox.clear_faults()
    sandbox.requests.clear()
    code, _, err = finish(start(sandbox, colour, tmp_path))
    assert code == 0, err
    check_whole(sandbox, tmp_path)
    images = [seen for seen in sandbox.requests if seen.path.endswith(".tif") and seen.origin == "storage"]
    assert any("range" in seen.headers for seen in images), "it went on where it was interrupted"


@pytest.mark.parametrize(("one", "two"), [("sync", "sync"), ("sync", "async")])
def test_two_processes_at_once(sandbox, tmp_path, one, two):
    sandbox.inject("slow", path=r"tif$", rate=1_500_000, times=None)
    processes = [start(sandbox, colour, tmp_path) for colour in (one, two)]
    for process in processes:
        code, _, err = finish(process)
        assert code == 0, err
    check_whole(sandbox, tmp_path)
    total = sum(len(content) for name, content in expected(sandbox).items() if name.endswith(".tif"))
    sent = sum(seen.sent for seen in sandbox.requests if seen.path.endswith(".tif"))
    assert sent == total, "each image was fetched once"


def test_ten_thousand_results(sandbox, tmp_path):
    """All but a few are there already: only those are asked for, and the rest costs no request."""
    record = sandbox._running.orders[sandbox.order_id]
    source = sandbox.folder / "orders" / sandbox.order_id
    manifest, results = (source / "manifest.json").read_bytes(), record.results
    try:
        folder = tmp_path / sandbox.order_id / "many"
        folder.mkdir(parents=True)
        (source / "many").mkdir()
        entries = []
        for number in range(10_000):
            content = f"file {number}".encode()
            name = f"many/{number:05d}.txt"
            if number % 200 == 0:
                (source / name).write_bytes(content)
            else:
                (folder / f"{number:05d}.txt").write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            entries.append({"path": name, "size": len(content), "digests": {"sha256": digest}})
        (source / "manifest.json").write_text(json.dumps({"name": "", "files": entries}))
        record.results = [*(entry["path"] for entry in entries), "manifest.json"]
        with sandbox.planet() as pl:
            pl._session.settings.limits = pl._session.settings.limits.__class__(rate=0)
            report = pl.orders.download_order(sandbox.order_id, tmp_path)
            assert (len(report.fetched), len(report.kept)) == (50, 9950)
            assert len([seen for seen in sandbox.requests if seen.origin == "storage"]) == 51
            pl.orders.validate_checksum(tmp_path / sandbox.order_id, "sha256")
    finally:
        (source / "manifest.json").write_bytes(manifest)
        record.results = results
        for path in (source / "many").iterdir():
            path.unlink()
        (source / "many").rmdir()

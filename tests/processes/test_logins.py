"""Logins that several processes share, and processes that end in the middle of one."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio
import pytest

from planet import AsyncPlanet, Planet
from planet.auth import Auth
from planet.http import Limits
from tests.helpers import PATIENCE, wait_until

ASK = """
import sys
from planet import Auth, Planet
from planet.http import Limits
print("ready", flush=True)
sys.stdin.readline()
with Planet(auth=Auth.from_profile("shared"), limits=Limits(rate=0)) as pl:
    pl.orders.aggregated_order_stats()
"""
WRITE = """
from pathlib import Path
from planet.auth._storage import FileStorage
storage, number = FileStorage(), 0
while True:
    number += 1
    storage.save_obj(Path(".planet/shared/token.json"), {"access_token": str(number), "x": "y" * 200_000})
    if number == 1:
        print("ready", flush=True)
"""


def a_user(sandbox):
    auth = Auth.from_oauth_user_device_code("my-program", profile_name="shared")
    info = auth.device_user_login_initiate()
    sandbox.identity.approve(info["user_code"])
    auth.device_user_login_complete(info)
    return auth


def start(code):
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_that_share_a_profile_renew_it_once(guarded):
    a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.requests.clear()
    guarded.inject("delay", path="/idp/token", seconds=0.3)
    processes = [start(ASK) for _ in range(4)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert len([seen for seen in guarded.requests if seen.path == "/idp/token"]) == 1


def test_a_process_that_is_killed_while_it_writes_leaves_a_whole_file(guarded):
    token = Path.home() / ".planet" / "shared" / "token.json"
    for moment in (0.0, 0.003, 0.01, 0.02, 0.05):
        process = start(WRITE)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        assert json.loads(token.read_text())["access_token"]
    leftovers = [path.name for path in token.parent.iterdir() if path.name.startswith(".token.json-")]
    assert all(oct(os.stat(token.parent / name).st_mode)[-3:] == "600" for name in leftovers)


def test_a_process_that_is_killed_while_it_renews_does_not_lock_out_the_others(guarded, monkeypatch):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.requests.clear()
    guarded.inject("delay", path="/idp/token", seconds=2 * PATIENCE)
    process = start(ASK)
    process.stdin.write("go\n")
    process.stdin.flush()
    wait_until(lambda: any(seen.path == "/idp/token" for seen in guarded.requests))
    process.kill()
    process.communicate(timeout=PATIENCE)
    guarded.clear_faults()
    monkeypatch.setattr("planet.auth._profiles._LOCK_TIMEOUT", 2 * PATIENCE)
    started = time.monotonic()
    with Planet(auth=auth, limits=Limits(rate=0)) as pl:
        assert pl.orders.aggregated_order_stats()
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_login_service_that_stalls_does_not_hold_up_the_event_loop(guarded, backend):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    asked, answered, drive = threading.Event(), threading.Event(), auth._client.run

    def stall(steps):
        asked.set()
        assert answered.wait(PATIENCE), "the event loop has stood still until now"
        return drive(steps)

    auth._client.run = stall

    async def others():
        """The login service answers only when others have had their turns in the meantime."""
        while not asked.is_set():
            await anyio.sleep(0.01)
        for _ in range(20):
            await anyio.sleep(0.01)
        answered.set()

    async def main():
        async with AsyncPlanet(auth=auth, limits=Limits(rate=0)) as pl, anyio.create_task_group() as group:
            group.start_soon(others)
            assert await pl.orders.aggregated_order_stats()

    anyio.run(main, backend=backend)
    assert answered.is_set()


def test_threads_that_share_a_login_renew_it_once(guarded):
    from concurrent.futures import ThreadPoolExecutor

    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.requests.clear()
    with Planet(auth=auth, limits=Limits(rate=0)) as pl, ThreadPoolExecutor(20) as threads:
        assert len(list(threads.map(lambda _: pl.orders.aggregated_order_stats(), range(50)))) == 50
    assert len([seen for seen in guarded.requests if seen.path == "/idp/token"]) == 1

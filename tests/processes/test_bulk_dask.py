"""A bulk order on a real Dask cluster: a scheduler and two workers, each a process that is killed."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from distributed import Client

from planet.exceptions import ClientError
from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, PATIENCE, wait_until

DRIVER = """
import json, sys
from distributed import Client
from planet import Planet
journal, address, options = sys.argv[1:]
if __name__ == "__main__":
    with Planet() as pl, Client(address) as client:
        pl.bulk.open(journal).run(executor=client, storage_options=json.loads(options)).raise_for_failures()
"""


class Cluster:
    """A scheduler and two workers."""

    def __init__(self, folder):
        self._file = str(folder / "scheduler.json")
        self._log = open(folder / "cluster.log", "wb")  # noqa: SIM115 - until it is stopped
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        wait_until(lambda: os.path.exists(self._file) and os.path.getsize(self._file))
        with open(self._file, encoding="utf-8") as file:
            self.address = json.load(file)["address"]
        self.workers = [self.add_worker() for _ in range(2)]

    def _start(self, *command):
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--no-dashboard", "--scheduler-file", self._file],
            stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def add_worker(self):
        return self._start("worker", "--host", "127.0.0.1", "--nthreads", "2", "--no-nanny")

    def stop(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait(PATIENCE)
        self._log.close()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture
def sandbox():
    with Sandbox(timing=Timing(0.02, 0.02), scene_pixels=16) as sandbox:
        yield sandbox


@pytest.fixture
def job(sandbox, tmp_path, bucket):
    with sandbox.planet() as pl:
        yield pl.bulk.plan(
            tmp_path / "journal", item_types=["PSScene"], geometry=OREGON, acquired="2022-06-01/2022-06-05",
            bundle="analytic_udm2", per_order=4, target=f"{bucket.address}/out",
        )  # fmt: skip


def check(sandbox, job, bucket):
    """Every chosen scene is ordered once and delivered, and every file in the bucket is right."""
    orders = [order.request for order in sandbox._world.orders.values()]
    assert all(count == 1 for count in Counter(order["name"] for order in orders).values())
    report = job.report()
    assert report.is_complete
    ordered = [item_id for order in orders for item_id in order["products"][0]["item_ids"]]
    assert sorted(ordered) == sorted(scene.item_id for scene in report.scenes)
    with sandbox.planet() as pl:
        for order_id in {scene.order_id for scene in report.scenes}:
            pl.orders.validate_checksum(f"{job.target}/{order_id}", "sha256", storage_options=bucket.options)
    files = Counter(seen.path for seen in sandbox.requests if seen.origin == "storage" and seen.status == 200)
    return sum(files.values()) - len(files)


def drive(sandbox, job, cluster, bucket):
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(job.path), cluster.address, json.dumps(bucket.options)],
        env={**os.environ, **sandbox.environment()}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def ends_well(driver):
    """Wait for a driver to end; what it has printed tells why it failed."""
    printed, _ = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, printed


def files_requested(sandbox):
    return [seen for seen in sandbox.requests if seen.origin == "storage" and seen.path.endswith(".tif")]


def test_a_worker_that_is_killed(sandbox, job, cluster, bucket):
    sandbox.inject("delay", path=r"\.tif$", seconds=0.3, times=None)
    driver = drive(sandbox, job, cluster, bucket)
    wait_until(lambda: len(files_requested(sandbox)) > 1)
    cluster.workers[0].send_signal(signal.SIGKILL)
    ends_well(driver)
    assert check(sandbox, job, bucket) <= 64, "no more than what was given out is fetched twice"


@pytest.mark.parametrize("who", ["driver", "scheduler", "workers"])
def test_killed_at_any_moment_the_next_run_goes_on(sandbox, tmp_path, job, bucket, who, request):
    if not request.config.getoption("--thorough"):
        pytest.skip("--thorough")
    cluster = Cluster(tmp_path)
    sandbox.inject("delay", path=r"\.tif$", seconds=0.3, times=None)
    driver = drive(sandbox, job, cluster, bucket)
    wait_until(lambda: len(files_requested(sandbox)) > 1)
    victims = {"driver": [driver], "scheduler": [cluster.scheduler], "workers": cluster.workers}[who]
    for process in victims:
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: victims[0].poll() is not None)
    if who != "driver":
        driver.kill()  # it would wait for a cluster that comes back
    driver.communicate(timeout=PATIENCE)
    cluster.stop()
    (tmp_path / "again").mkdir()
    again = Cluster(tmp_path / "again")
    try:
        ends_well(drive(sandbox, job, again, bucket))
        check(sandbox, job, bucket)
    finally:
        again.stop()


def test_a_cluster_without_workers_and_a_client_that_is_closed(sandbox, job, cluster, bucket):
    with Client(cluster.address) as client:
        client.wait_for_workers(2)
        for process in cluster.workers:
            process.kill()
        wait_until(lambda: not client.nthreads())
        with pytest.raises(ClientError, match="no workers"):
            job.run(executor=client, storage_options=bucket.options)
    assert not sandbox._world.orders


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_says_that_it_cannot_use_a_bucket(sandbox, tmp_path, bucket):
    program = f"""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from planet import Planet
from planet.cloud import ObjectPath
options = {bucket.options!r}
path = ObjectPath.parse({bucket.address!r} + "/a", options)
path.exists()
with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
    print(pool.submit(path.exists).exception(30))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)
    assert "forked" in done.stdout and "spawn" in done.stdout, done.stderr

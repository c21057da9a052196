"""Bulk orders: what they cost in requests, time and memory, as ratios to what it takes at least."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from planet import Planet, data_filter
from planet._bulk.journal import Journal
from planet._bulk.splitting import split
from planet._bulk.windows import Window
from planet._cloud.object_path import ObjectPath
from planet._download.transfer import Transfer
from planet._http import limits as process_limits
from planet.auth import Auth
from planet.http import Limits
from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing

_AOI = {"type": "Polygon", "coordinates": [[[-123.4, 44.0], [-122.6, 44.0], [-122.6, 44.6], [-123.4, 44.6], [-123.4, 44.0]]]}  # fmt: skip  # noqa: E501
_WANTED: dict[str, Any] = {"item_types": ["PSScene"], "geometry": _AOI, "bundle": "analytic_udm2"}
_MIB = 1024 * 1024


def _row(what: str, value: float, limit: float, unit: str = "") -> bool:
    good = value <= limit
    print(f"{what:<74} {value:8.2f}{unit}  (at most {limit:g}{unit})  {'ok' if good else 'TOO MUCH'}", flush=True)
    return good


def _requests(folder: Path) -> list[bool]:
    """What the service is asked: for a plan, for orders, for files; with learned rates, and at the documented ones."""
    good = []
    for name, limits in (("learned", Limits()), ("documented", Limits(adaptive=False))):
        with Sandbox(timing=Timing(0.5, 0.5), scene_pixels=16, rate_limits=True) as sandbox:
            auth = Auth.from_key(sandbox.api_key)
            with Planet(auth=auth, base_url=sandbox.base_url, limits=limits) as pl:
                print(f"  {name} rates:")
                good += _costs(folder / name, sandbox, pl)
    return good


def _costs(folder: Path, sandbox: Sandbox, pl: Planet) -> list[bool]:
    start, stop = (f"2022-0{month}-01T00:00:00Z" for month in (4, 8))
    condition = data_filter.Filter(
        {"type": "DateRangeFilter", "field_name": "acquired", "config": {"gte": start, "lt": stop}}
    )
    process_limits._buckets.clear()
    sum(1 for _ in pl.data.search(["PSScene"], condition, geometry=_AOI, limit=0))
    plain = sum(seen.origin == "api" for seen in sandbox.requests)
    sandbox.requests.clear()
    folder.mkdir()
    job = pl.bulk.plan(
        folder / "journal", acquired=f"{start}/{stop}", permitted=False, target=folder / "files", per_order=1,
        select=lambda items: items[:24], **_WANTED,
    )  # fmt: skip
    # The statistics are one request, which counts for more where there are few pages.
    good = [_row("a plan against one search: requests", (len(sandbox.requests) - 1) / plain, 1.1)]
    sandbox.requests.clear()
    began = time.monotonic()
    job.run().raise_for_failures()
    took = time.monotonic() - began
    asked = [seen for seen in sandbox.requests if "/orders/v2" in seen.path]
    looks = sum(seen.method == "GET" and seen.path.rstrip("/").endswith("/orders/v2") for seen in asked)
    files = sum(seen.origin == "api" and "/download" in seen.path and seen.status != 429 for seen in sandbox.requests)
    refused = sum(seen.status == 429 for seen in sandbox.requests)
    good.append(_row("requests for an order, without the looks at the list", (len(asked) - looks) / 24, 2.5))
    good.append(_row("looks at the list", looks, 12))
    good.append(_row("refused requests, of a hundred", 100 * refused / len(sandbox.requests), 0))
    good.append(_row(f"time against five downloads a second, {files} downloads", took / (files / 5), 1.1))
    return good


def _workers(folder: Path) -> list[bool]:
    """The time of threads and of Dask on one machine, for small files."""
    from distributed import Client, LocalCluster

    def run(executor: Any, name: str, sandbox: Sandbox) -> float:
        with sandbox.planet() as pl:
            job = pl.bulk.plan(
                folder / name, acquired="2022-06-01/2022-07-01", target=folder / f"{name} files",
                select=lambda items: items[:40], per_order=20, **_WANTED,
            )  # fmt: skip
            began = time.monotonic()
            job.run(executor=executor).raise_for_failures()
            return time.monotonic() - began

    with Sandbox(timing=Timing(0.1, 0.1), scene_pixels=16) as sandbox:
        with ThreadPoolExecutor(4) as threads:
            alone = run(threads, "threads", sandbox)
        place = LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=":0")
        with place as cluster, Client(cluster) as client:
            spread = run(client, "dask", sandbox)
    print(f"  threads {alone:.2f} s, Dask {spread:.2f} s")
    return [_row("Dask against threads, small files, two machines in one", spread / alone, 1.25)]


_LARGE = """
import json, sys
sys.path[:0] = json.loads(sys.argv[4])
from bench_bulk import upload
upload(sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]))
"""


def upload(address: str, options: dict[str, Any], size: int) -> None:
    """Send one large file to a bucket as a download does, and print how much memory that took at most."""
    import obstore  # noqa: F401 - it is not what is measured

    def memory(name: str) -> float:
        """In MiB."""
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    block = os.urandom(_MIB)
    digest = hashlib.sha256()
    for _ in range(size // _MIB):
        digest.update(block)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    path = ObjectPath.parse(address, options)
    transfer = Transfer(path, size=size, digests={"sha256": digest.hexdigest()}, on_exists="overwrite")
    transfer.open()
    segment = transfer.segments[0]
    transfer.accept_response(segment, 200, {"content-length": str(size)})
    for number in range(size // _MIB):
        transfer.write(segment, [block], number == size // _MIB - 1)
    print(memory("VmHWM") - before)


def _memory() -> list[bool]:
    """The memory that one large upload takes."""
    root = str(Path(__file__).resolve().parent.parent)
    sys.path.insert(0, root)
    from tests.a_bucket import ABucket, s3_server

    with s3_server() as endpoint:
        bucket = ABucket(endpoint)  # type: ignore[no-untyped-call]
        options, size, paths = json.dumps(bucket.options), str(400 * _MIB), json.dumps([f"{root}/tools"])
        arguments = f"{bucket.address}/large", options, size, paths
        done = subprocess.run([sys.executable, "-c", _LARGE, *arguments], check=True, capture_output=True, text=True)
    return [_row("memory that a file of 400 MB takes on its way to a bucket", float(done.stdout), 128, " MiB")]


def _journal(folder: Path, scenes: int = 300_000) -> list[bool]:
    """The size of a journal, and the time of its status."""
    spec = {"item_types": ["PSScene"], "per_order": 100, "archive": None, "budget": {}, "target": "x"}
    now = "2024-01-01T00:00:00Z"
    journal = Journal.create(folder / "journal", "a", spec, base_url="http://localhost", snapshot=now)
    start = datetime(2022, 1, 1, tzinfo=timezone.utc)
    item = json.dumps({"type": "Feature", "geometry": _AOI, "properties": {"acquired": str(start), "cloud_cover": 0.1}})
    journal.add_windows([Window(start, start + timedelta(days=1), scenes)], None, now)
    rows = [("PSScene", f"2022{number:012d}", f"2022-01-01T{number:012d}", 12.5, item) for number in range(scenes)]
    journal.add_scenes(1, rows)
    journal.choose(None, lambda chosen: split(spec, chosen))
    began = time.perf_counter()
    journal.counts()
    took = time.perf_counter() - began
    size = os.path.getsize(journal.path)
    journal.close()
    return [
        _row(f"status of a journal of {scenes:,} scenes", took * 1_000_000 / scenes, 0.2, " s for a million"),
        _row("bytes of the journal for a scene", size / scenes, 500),
    ]


def bulk() -> bool:
    """Measure bulk orders."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return all([*_requests(place), *_workers(place), *_memory(), *_journal(place)])

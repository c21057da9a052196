"""Compare downloads as users have them: links at the API redirect to a storage, or the API sends the files itself.

Called by `tools/bench.py`. nginx is both servers; see `bench_downloads`.
"""

import shutil
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

from bench_downloads import PATH, Bench, Order, servers, within
from bench_ratios import compare

_LANES = 8


def flows() -> bool:
    """Run all comparisons; returns whether all are within their limits."""
    if missing := [tool for tool in ("nginx", "curl", "aria2c") if shutil.which(tool, path=PATH) is None]:
        print(f"skipped: {', '.join(missing)} not installed. Run: apt-get install nginx-light curl aria2")
        return True
    with tempfile.TemporaryDirectory(prefix="planet-bench-") as folder, servers(Bench(Path(folder))) as bench:
        outcomes = [_many(bench), _small(bench), _large(bench)]
        return all(outcomes)


def _many(bench: Bench) -> bool:
    ways = {way: bench.order("five", 200, 5_000_000, way) for way in ("redirect", "api")}
    outcomes = []
    for variant, limit in (("sync", 1.5), ("async", 2.0)):
        for way, order in ways.items():
            name = f"200 x 5 MB, {way}, {variant}, verified / curl -L, 8 connections"
            outcomes.append(compare(name, partial(_ours, bench, variant, order), partial(bench.curl, order), limit, 5))
    return all(outcomes)


def _large(bench: Bench) -> bool:
    order = bench.order("large", 2, 1_000_000_000, "redirect")
    outcomes = []
    for variant, limit in (("sync", 1.5), ("async", 1.8)):
        name = f"2 x 1 GB, redirect, {variant}, verified / curl -L"
        outcomes.append(compare(name, partial(_ours, bench, variant, order), partial(bench.curl, order), limit, 3))
    return all(outcomes)


def _small(bench: Bench) -> bool:
    order = bench.order("small", 2000, 20_000, "redirect")
    outcomes = []
    for variant in ("sync", "async"):
        name = f"2000 x 20 KB, redirect, {variant}, verified / aria2c, 8 connections"
        outcomes.append(compare(name, partial(_ours, bench, variant, order), partial(bench.aria2c, order), 4.0, 3))
        before = _connections(bench)
        _ours(bench, variant, order)
        opened = _connections(bench) - before - 1
        name = f"2000 x 20 KB, redirect, {variant}: connections to both servers"
        outcomes.append(within(name, opened, 2 * (_LANES + 2), ""))
    return all(outcomes)


def _ours(bench: Bench, variant: str, order: Order) -> float:
    return bench.ours(variant, order)["seconds"]


def _connections(bench: Bench) -> int:
    """The number of connections that nginx has accepted so far."""
    with urllib.request.urlopen(f"{bench.base}connections") as answer:
        return int(answer.read())

"""Compare reading the results of a search with a bare httpx loop. Called by `tools/bench.py`.

A server process sends pages of 250 items of about 3 KB. The bare loop decodes them with msgspec and does nothing else:
no rate limits, no retries, no validation, no models.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench_ratios import ENVIRONMENT, compare

PAGES, ITEMS = 200, 250
SLOW_PAGES, LATENCY, WORK, PER = 100, 0.08, 0.01, 25
ROUNDS = 7

SERVER = """
import sys, time, json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit, parse_qs

page = open(sys.argv[1], "rb").read()

class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 20

    def do_GET(self):
        query = {name: int(value[0]) for name, value in parse_qs(urlsplit(self.path).query).items()}
        number, last, delay = query.get("page", 1), query.get("last", LAST), query.get("delay", DELAY)
        self.rfile.read(int(self.headers.get("content-length") or 0))
        time.sleep(delay / 1000)
        base = f"http://127.0.0.1:{self.server.server_port}{urlsplit(self.path).path}"
        following = f"{base}?page={number + 1}&last={last}&delay={delay}" if number < last else None
        head = json.dumps({"_links": {"_next": following}, "type": "FeatureCollection"})
        head = head[:-1].encode() + b', "features": '
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(head) + len(page) + 1))
        self.end_headers()
        self.wfile.write(head)
        self.wfile.write(page)
        self.wfile.write(b"}")

    do_POST = do_GET

    def log_message(self, *_):
        pass

LAST, DELAY = int(sys.argv[2]), int(sys.argv[3])
server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()
"""


def _item(number: int) -> dict[str, Any]:
    """Create an item of 3 KB, with as many vertices as those of the service."""
    from planet.sandbox.catalog.catalog import Catalog

    scene = Catalog().get(
        "PSScene", f"202203{number % 28 + 1:02d}_093{number % 10}00_{number % 100:02d}_24{number:02x}"
    )
    assert scene is not None
    item = scene.item("https://api.planet.com")
    ring = scene.footprint
    corners = [[ring[0][0] + n * 0.001234, ring[0][1] + n * 0.004321] for n in range(20)]
    item["geometry"]["coordinates"] = [[*ring[:-1], *corners, ring[0]]]
    return item


@contextlib.contextmanager
def _server(path: str, pages: int, delay: int) -> Iterator[str]:
    command = [sys.executable, "-c", SERVER, path, str(pages), str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


def _settings() -> dict[str, Any]:
    from planet import Auth
    from planet.http import Limits

    return {"auth": Auth.from_key("k"), "limits": Limits(rate=0)}


def ours(base: str, expected: int, work: Callable[[], None] | None = None) -> float:
    """Read all items with the sync client; returns seconds."""
    from planet import Planet

    with Planet(base_url=base, **_settings()) as pl:
        start, count = time.perf_counter(), 0
        for item in pl.data.search(["PSScene"], limit=0):
            count += len(item["id"]) > 0
            if work is not None and count % PER == 0:
                work()
        assert count == expected
        return time.perf_counter() - start


def ours_async(base: str, expected: int, work: Callable[[], Any] | None = None) -> float:
    """Read all items with the async client; returns seconds."""
    from planet import AsyncPlanet

    async def main() -> float:
        async with AsyncPlanet(base_url=base, **_settings()) as pl:
            start, count = time.perf_counter(), 0
            async for item in pl.data.search(["PSScene"], limit=0):
                count += len(item["id"]) > 0
                if work is not None and count % PER == 0:
                    pause = work()
                    if pause is not None:
                        await pause
            assert count == expected
            return time.perf_counter() - start

    return asyncio.run(main())


def bare(base: str, expected: int) -> float:
    """Read all items with a bare sync loop; returns seconds."""
    import httpx
    import msgspec

    with httpx.Client() as client:
        start, count = time.perf_counter(), 0
        body = {"item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []}}
        page = msgspec.json.decode(client.post(f"{base}/data/v1/quick-search", json=body).content)
        while True:
            for item in page["features"]:
                count += len(item["id"]) > 0
            if page["_links"]["_next"] is None:
                break
            page = msgspec.json.decode(client.get(page["_links"]["_next"]).content)
        assert count == expected
        return time.perf_counter() - start


def bare_async(base: str, expected: int) -> float:
    """Read all items with a bare async loop; returns seconds."""
    import httpx
    import msgspec

    async def main() -> float:
        async with httpx.AsyncClient() as client:
            start, count = time.perf_counter(), 0
            body = {"item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []}}
            page = msgspec.json.decode((await client.post(f"{base}/data/v1/quick-search", json=body)).content)
            while True:
                for item in page["features"]:
                    count += len(item["id"]) > 0
                if page["_links"]["_next"] is None:
                    break
                page = msgspec.json.decode((await client.get(page["_links"]["_next"])).content)
            assert count == expected
            return time.perf_counter() - start

    return asyncio.run(main())


def decoders(page: bytes) -> None:
    """Print how long JSON decoders take for a page."""
    import msgspec

    candidates: dict[str, Callable[[bytes], Any]] = {"json": json.loads, "msgspec": msgspec.json.decode}
    with contextlib.suppress(ImportError):
        import orjson  # type: ignore[import-not-found, unused-ignore]

        candidates["orjson"] = orjson.loads
    for name, decode in candidates.items():
        times = []
        for _ in range(30):
            start = time.perf_counter()
            decode(page)
            times.append(time.perf_counter() - start)
        print(f"a page of {len(page) / 1e3:.0f} kB decoded by {name}: {sorted(times)[15] * 1e3:.2f} ms")


def searches() -> bool:
    """Run all comparisons; returns whether all are within their limits."""
    import tempfile

    page = json.dumps([_item(number) for number in range(ITEMS)]).encode()
    decoders(page)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="planet-bench-") as folder:
        path = os.path.join(folder, "page.json")
        with open(path, "wb") as file:
            file.write(page)
        title = f"{PAGES} pages of {ITEMS} items / a bare httpx loop"
        with _server(path, PAGES, 0) as base:
            args = (base, PAGES * ITEMS)
            outcomes += [
                compare(f"{title}, sync", partial(ours, *args), partial(bare, *args), 1.3, ROUNDS),
                compare(f"{title}, async", partial(ours_async, *args), partial(bare_async, *args), 1.3, ROUNDS),
            ]
        with _server(path, SLOW_PAGES, round(LATENCY * 1000)) as base:
            args = (base, SLOW_PAGES * ITEMS)
            title = "80 ms per page and 10 ms of work per 25 items / the work alone"
            pause = partial(asyncio.sleep, WORK)
            outcomes += [
                compare(f"{title}, sync", partial(ours, *args, _work), _alone, 1.1, 2),
                compare(f"{title}, async", partial(ours_async, *args, _work), _alone, 1.1, 2),
                compare(f"{title}, async, waiting", partial(ours_async, *args, pause), _alone_waiting, 1.1, 2),
            ]
    return all(outcomes)


def _work() -> None:
    """Use the CPU for a while, like a calculation."""
    end = time.thread_time() + WORK
    while time.thread_time() < end:
        continue


def _alone_waiting() -> float:
    """Time asynchronous work that only waits, without a search."""

    async def main() -> float:
        start = time.perf_counter()
        for _ in range(SLOW_PAGES * ITEMS // PER):
            await asyncio.sleep(WORK)
        return time.perf_counter() - start

    return asyncio.run(main())


def _alone() -> float:
    """Time the CPU work of the slow comparison, without a search."""
    start = time.perf_counter()
    for _ in range(SLOW_PAGES * ITEMS // PER):
        _work()
    return time.perf_counter() - start

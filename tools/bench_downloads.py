"""Compare downloads with curl, aria2c and a plain httpx loop. Called by `tools/bench.py`.

nginx serves the files on the loopback interface; a throttled server limits each connection to 8 MB/s after 60 ms. A
second nginx server is the API, which serves orders, redirects links to the first one, or serves files itself. Each
client runs in its own process. Requires the Debian packages nginx-light,
curl and aria2.
"""

import asyncio
import contextlib
import hashlib
import json
import mmap
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_ratios import ENVIRONMENT, compare

ROUNDS = 5
RATE, LATENCY = (
    8_000_000,
    0.06,
)  # of each connection to the throttled server: bytes per second, seconds to the first byte

# The peak memory of this process; getrusage would include that of the parent process before exec.
MEMORY = """
def memory():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024
"""

OURS = (
    MEMORY
    + """
import asyncio, gc, json, sys, time
variant, base, order_id, out, verify = sys.argv[1:]
from planet import Auth
from planet.http import Limits
settings = {"auth": Auth.from_key("k"), "base_url": base, "limits": Limits(rate=0), "verify": verify or True}
lag = 0.0
if variant == "sync":
    from planet import Planet
    with Planet(**settings) as pl:
        start = time.perf_counter()
        pl.orders.download_order(order_id, out)
        seconds = time.perf_counter() - start
else:
    from planet import AsyncPlanet

    async def watch():
        global lag
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            lag = max(lag, time.perf_counter() - before - 0.002)

    async def main():
        gc.collect()
        gc.freeze()  # the garbage collector would block the loop longer than the limit
        watcher = asyncio.ensure_future(watch())
        async with AsyncPlanet(**settings) as pl:
            start = time.perf_counter()
            await pl.orders.download_order(order_id, out)
            return time.perf_counter() - start

    seconds = asyncio.run(main())
print(json.dumps({"seconds": seconds, "lag": lag, "rss": memory()}))
"""
)

HTTPX_LOOP = """
import asyncio, json, os, sys, time, httpx
variant, urls, out = sys.argv[1:]
urls = open(urls).read().split()
os.makedirs(out, exist_ok=True)
start = time.perf_counter()
if variant == "sync":
    with httpx.Client() as client:
        for number, url in enumerate(urls):
            with client.stream("GET", url) as response, open(f"{out}/{number}", "wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
else:
    async def main():
        async with httpx.AsyncClient() as client:
            for number, url in enumerate(urls):
                async with client.stream("GET", url) as response:
                    with open(f"{out}/{number}", "wb") as file:
                        async for chunk in response.aiter_bytes():
                            file.write(chunk)
    asyncio.run(main())
print(json.dumps({"seconds": time.perf_counter() - start}))
"""

VALIDATE = (
    MEMORY
    + """
import json, sys, time
from planet.checksum import validate_checksum
start = time.perf_counter()
validate_checksum(sys.argv[1], "sha256")
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "rss": memory()}))
"""
)

HASH = """
import hashlib, json, sys, threading, time
source, size, *paths = sys.argv[1:]
chunk = bytes(1 << 20)
def work(path):
    digest = hashlib.sha256()
    if source == "memory":
        for _ in range(int(size) >> 20):
            digest.update(chunk)
    else:
        with open(path, "rb", buffering=0) as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
start = time.perf_counter()
threads = [threading.Thread(target=work, args=[path]) for path in paths]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps({"seconds": time.perf_counter() - start}))
"""


@dataclass
class Order:
    """An order to download.

    Attributes:
        id: the id of the order.
        urls: the URLs of its files.
    """

    id: str
    urls: list[str]


class Bench:
    """The servers, the files, and the clients to compare."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.out = folder / "out"
        self.fast = self.slow = self.base = self.redirect = ""
        self.files.mkdir()
        (folder / "orders").mkdir()

    def order(self, name: str, count: int, size: int, way: str = "storage") -> Order:
        """Create an order with *count* files of *size* bytes.

        *way*: where links lead: to the `storage`, the `slow` server, or the API, which sends the files (`api`) or
        redirects to the storage (`redirect`).
        """
        roots = {"storage": self.fast, "slow": self.slow, "redirect": self.redirect, "api": self.base}
        root = roots[way]
        order_id = str(uuid.uuid4())
        (self.files / name).mkdir(exist_ok=True)
        entries, urls = [], []
        for number in range(count):
            path = self.files / name / f"{number}.tif"
            if not path.exists():
                with path.open("wb") as new:
                    for start in range(0, size, 1 << 24):
                        new.write(os.urandom(min(1 << 24, size - start)))
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                digests = {"sha256": hashlib.sha256(content).hexdigest(), "md5": "0" * 32}
            entries.append({"path": f"{name}/{number}.tif", "size": size, "digests": digests})
            urls.append(f"{root}{name}/{number}.tif")
        (self.files / f"{order_id}.json").write_text(json.dumps({"name": "", "files": entries}))
        results = [
            {"name": f"{order_id}/{entry['path']}", "location": url} for entry, url in zip(entries, urls, strict=True)
        ]
        results.append({"name": f"{order_id}/manifest.json", "location": f"{root}{order_id}.json"})
        order = {"id": order_id, "name": name, "state": "success", "_links": {"results": results}}
        (self.folder / "orders" / order_id).write_text(json.dumps(order))
        return Order(order_id, urls)

    def _run(self, command: list[str]) -> float:
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.out)
        return time.perf_counter() - start

    def _python(self, program: str, *arguments: str, keep: bool = False) -> dict[str, float]:
        if not keep:
            shutil.rmtree(self.out, ignore_errors=True)
        outcome = subprocess.run(
            [sys.executable, "-c", program, *arguments], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT
        )
        answer: dict[str, float] = json.loads(outcome.stdout)
        return answer

    def ours(self, variant: str, order: Order, certificates: Path | str = "") -> dict[str, float]:
        """Download with this package, which verifies checksums."""
        return self._python(OURS, variant, self.base, order.id, str(self.out), str(certificates))

    def loop(self, variant: str, order: Order) -> float:
        """Download with a plain httpx loop over one connection, without verification."""
        urls = self.folder / "urls"
        urls.write_text("\n".join(order.urls))
        return self._python(HTTPX_LOOP, variant, str(urls), str(self.out))["seconds"]

    def curl(self, order: Order, connections: int = 8) -> float:
        """Download with curl, without verification."""
        config = self.folder / "curl"
        config.write_text("".join(f"url={url}\noutput={number}\n" for number, url in enumerate(order.urls)))
        return self._run(["curl", "-sfL", "--parallel", "--parallel-max", str(connections), "-K", str(config)])

    def aria2c(self, order: Order, connections: int = 8) -> float:
        """Download with aria2c, without verification."""
        urls = self.folder / "aria"
        urls.write_text("".join(f"{url}\n  out={number}\n" for number, url in enumerate(order.urls)))
        options = [f"-j{connections}", "-x1", "-s1", "--file-allocation=none", "-q"]
        return self._run(["aria2c", *options, "-i", str(urls)])

    def validate(self, order: Order) -> dict[str, float]:
        """Validate the checksums of the last download."""
        return self._python(VALIDATE, str(self.out / order.id), keep=True)

    def hash(self, order: Order, source: str) -> float:
        """Hash the same amount with one thread per file, from the files or from memory."""
        paths = sorted((self.out / order.id / "large").glob("*.tif"))
        return self._python(HASH, source, str(paths[0].stat().st_size), *map(str, paths), keep=True)["seconds"]


def within(name: str, value: float, limit: float, unit: str) -> bool:
    """Print a value; returns whether it is within its limit."""
    good = value <= limit
    print(f"{name:<74} {value:6.1f} {unit}  (at most {limit:g})  {'ok' if good else 'TOO MUCH'}", flush=True)
    return good


def downloads() -> bool:
    """Run all comparisons; returns whether all are within their limits."""
    if missing := [tool for tool in ("nginx", "curl", "aria2c") if shutil.which(tool, path=PATH) is None]:
        print(f"skipped: {', '.join(missing)} not installed. Run: apt-get install nginx-light curl aria2")
        return True
    with tempfile.TemporaryDirectory(prefix="planet-bench-") as folder, servers(Bench(Path(folder))) as bench:
        outcomes = [_many(bench), _small(bench), _slow(bench), _large(bench)]
        return all(outcomes)


def _many(bench: Bench) -> bool:
    order = bench.order("five", 200, 5_000_000)
    bench.curl(order)
    outcomes = [
        compare(
            f"200 x 5 MB, {variant}, verified / curl --parallel, 8 connections",
            lambda variant=variant: bench.ours(variant, order)["seconds"],  # type: ignore[misc]
            lambda: bench.curl(order),
            2.0,
            ROUNDS,
        )
        for variant in ("sync", "async")
    ]
    return all(outcomes)


def _small(bench: Bench) -> bool:
    order = bench.order("small", 2000, 20_000)
    outcomes = [
        compare(
            f"2000 x 20 KB, {variant}, verified / a plain httpx loop of the same variant",
            lambda variant=variant: bench.ours(variant, order)["seconds"],  # type: ignore[misc]
            lambda variant=variant: bench.loop(variant, order),  # type: ignore[misc]
            1.0,
            ROUNDS,
        )
        for variant in ("sync", "async")
    ]
    return all(outcomes)


def _slow(bench: Bench) -> bool:
    many, one = bench.order("eight", 40, 8_000_000, "slow"), bench.order("big", 1, 200_000_000, "slow")
    outcomes = []
    for variant in ("sync", "async"):

        def ours(order: Order, variant: str = variant) -> float:
            return bench.ours(variant, order)["seconds"]

        name = f"40 x 8 MB at 8 MB/s a connection, {variant}, verified / aria2c, 8 connections"
        outcomes.append(compare(name, lambda: ours(many), lambda: bench.aria2c(many), 1.1, 1))
        name = f"1 x 200 MB at 8 MB/s a connection, {variant}, verified / one connection"
        outcomes.append(compare(name, lambda: ours(one), lambda: bench.curl(one), round(1 / 6, 3), 1))
    return all(outcomes)


def _large(bench: Bench) -> bool:
    size = 1_000_000_000
    order = bench.order("large", 2, size)
    seen: list[dict[str, float]] = []

    def ours(variant: str) -> float:
        seen.append(bench.ours(variant, order))
        return seen[-1]["seconds"]

    outcomes = [
        compare(
            f"2 x 1 GB, {variant}, verified / curl --parallel",
            lambda variant=variant: ours(variant),  # type: ignore[misc]
            lambda: bench.curl(order),
            2.0,
            3,
        )
        for variant in ("sync", "async")
    ]
    outcomes.append(within("2 x 1 GB: memory at the most", max(entry["rss"] for entry in seen), 80, "MB"))
    lag = max(entry["lag"] for entry in seen) * 1000
    outcomes.append(within("2 x 1 GB: the event loop was blocked for at most", lag, 20, "ms"))
    for name, other in (("200 x 5 MB", "five"), ("2000 x 20 KB", "small")):
        again = bench.order(other, 200 if other == "five" else 2000, 5_000_000 if other == "five" else 20_000)
        lag = statistics.median(bench.ours("async", again)["lag"] for _ in range(3)) * 1000
        outcomes.append(within(f"{name}: the event loop was blocked for at most", lag, 20, "ms"))
    bench.ours("sync", order)
    rss = []

    def validated() -> float:
        answer = bench.validate(order)
        rss.append(answer["rss"])
        return answer["seconds"]

    # One file per core. Reading takes a fifth of the time, which hashing from memory does not include.
    name = "validate_checksum of 2 x 1 GB / a bare loop that reads and hashes them at once"
    outcomes.append(compare(name, validated, lambda: bench.hash(order, "files"), round(1 / 0.9, 2), ROUNDS))
    name = "validate_checksum of 2 x 1 GB / hashing as much at once from memory"
    outcomes.append(compare(name, validated, lambda: bench.hash(order, "memory"), 1.35, ROUNDS))
    outcomes.append(within("validate_checksum of 2 x 1 GB: memory at the most", max(rss), 60, "MB"))
    return all(outcomes)


# -- servers -------------------------------------------------------------------------------------------------

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000; default_type application/octet-stream;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
  server {{
    listen 127.0.0.1:{api_port}; root {folder}/files;
    location = /compute/ops/download/ {{ return 302 http://localhost:{port}/$arg_token; }}
    location /compute/ops/orders/v2/ {{ alias {folder}/orders/; default_type application/json; }}
    location = /connections {{ return 200 "$connection"; }}
  }}
  {more}
}}
"""


@contextlib.contextmanager
def servers(bench: Bench, more: str = "") -> Iterator[Bench]:
    """Start the servers; *more* is a part of the configuration of nginx, with {port}."""
    port = 20_000 + os.getpid() % 20_000
    config = bench.folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # otherwise nginx could not read the files
    config.write_text(_NGINX.format(folder=bench.folder, port=port, api_port=port + 1, user=user, more=more))
    nginx = subprocess.Popen(["nginx", "-c", str(config)], env={**os.environ, "PATH": PATH}, stderr=subprocess.DEVNULL)
    throttle = subprocess.Popen([sys.executable, __file__, str(bench.files)], stdout=subprocess.PIPE, text=True)
    assert throttle.stdout is not None
    bench.fast = f"http://127.0.0.1:{port}/"
    bench.slow = f"http://127.0.0.1:{throttle.stdout.readline().strip()}/"
    bench.base = f"http://127.0.0.1:{port + 1}/"
    bench.redirect = f"{bench.base}compute/ops/download/?token="
    time.sleep(0.5)
    try:
        yield bench
    finally:
        for process in (nginx, throttle):
            process.terminate()
            process.wait()


async def _throttled(files: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve files to a connection with latency and a limited rate."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = files / head.split(" ", 2)[1].lstrip("/")
            await asyncio.sleep(LATENCY)
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                asked = re.search(r"(?im)^range: bytes=(\d+)-(\d*)", head)
                first = int(asked[1]) if asked else 0
                last = int(asked[2]) if asked and asked[2] else len(content) - 1
                lines = [
                    "HTTP/1.1 206 Partial Content" if asked else "HTTP/1.1 200 OK",
                    f"Content-Length: {last - first + 1}",
                    'Accept-Ranges: bytes\r\nETag: "one"',
                    *([f"Content-Range: bytes {first}-{last}/{len(content)}"] if asked else []),
                ]
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                start, step = time.monotonic(), RATE // 50
                for at in range(first, last + 1, step):
                    writer.write(content[at : min(at + step, last + 1)])
                    await writer.drain()
                    await asyncio.sleep(max((at + step - first) / RATE - (time.monotonic() - start), 0))
    writer.close()


async def _serve_slowly(files: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        await _throttled(files, reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve_slowly(Path(sys.argv[1])))

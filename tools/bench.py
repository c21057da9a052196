"""Benchmarks, as ratios to a reference measured in the same run, which vary less than absolute times.

    python tools/bench.py            run all benchmarks
    python tools/bench.py import     run one of: import, command, request, search, downloads, flows, latency, limits,
                                     waits, sandbox, bulk

Each value is the median of several rounds that alternate between both sides.
"""

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench_ratios import ENVIRONMENT, compare

ROUNDS = 15


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def compare_ms(name: str, ours: Callable[[], float], theirs: Callable[[], float], limit: float) -> bool:
    """Compare two short timings; returns whether the ratio is within its limit."""
    ours(), theirs()  # the first run writes bytecode
    return compare(name, ours, theirs, limit, ROUNDS, unit="ms")


def imports() -> bool:
    """Compare import times, without the start of the interpreter."""
    timer = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"

    def inside(statement: str) -> Callable[[], float]:
        def run() -> float:
            outcome = subprocess.run(
                [sys.executable, "-c", timer.format(statement)], check=True, capture_output=True, env=ENVIRONMENT
            )
            return float(outcome.stdout)

        return run

    httpx = inside("import httpx")
    return all(
        [
            compare_ms("import planet / import httpx", inside("import planet"), httpx, 0.3),
            compare_ms(
                "from planet import Planet; Planet() / import httpx",
                inside("from planet import Planet; Planet()"),
                httpx,
                1.3,
            ),
        ]
    )


def command() -> bool:
    """Compare the start of the command with that of the interpreter."""
    script = "import sys; sys.argv = ['planet', '{}']; from planet.cli import run; run()"

    def of(option: str) -> bool:
        return compare_ms(
            f"planet {option} / a bare interpreter",
            lambda: seconds([sys.executable, "-c", script.format(option)]),
            lambda: seconds([sys.executable, "-c", "pass"]),
            3.0,
        )

    return all([of("--version"), of("--help")])


class ConstantHandler(BaseHTTPRequestHandler):
    """A server with a constant response."""

    protocol_version = "HTTP/1.1"
    body = b'{"ok": true, "padding": "' + b"x" * 500 + b'"}'

    def do_GET(self) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(self.body)
            + self.body
        )

    def log_message(self, *_: object) -> None:
        return None


def request() -> bool:
    """Compare a request through a Session with one through a bare httpx client."""
    import httpx

    from planet import Session
    from planet.auth import Auth
    from planet.http import Limits

    count = 300
    server = ThreadingHTTPServer(("127.0.0.1", 0), ConstantHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/x"

    async def bare() -> float:
        async with httpx.AsyncClient() as client:
            await client.get(url)
            start = time.perf_counter()
            for _ in range(count):
                (await client.get(url)).json()
            return (time.perf_counter() - start) / count

    async def ours() -> float:
        async with Session(auth=Auth.none(), base_url=url, limits=Limits(rate=0)) as session:
            await session.request("GET", url)
            start = time.perf_counter()
            for _ in range(count):
                (await session.request("GET", url)).json()
            return (time.perf_counter() - start) / count

    try:
        return compare_ms(
            "a GET through Session / through httpx.AsyncClient",
            lambda: asyncio.run(ours()),
            lambda: asyncio.run(bare()),
            1.3,
        )
    finally:
        server.shutdown()


def downloads() -> bool:
    """Compare downloads with curl, aria2c and a plain httpx loop."""
    import bench_downloads

    return bench_downloads.downloads()


def search() -> bool:
    """Compare reading search results with a bare httpx loop."""
    import bench_search

    return bench_search.searches()


def latency() -> bool:
    """Compare downloads over a network with latency, plain and over TLS."""
    import bench_latency

    return bench_latency.latency()


def limits() -> bool:
    """Compare the learned rates with what services of several quotas allow."""
    import bench_limits

    return bench_limits.limits()


def sandbox() -> bool:
    """How quick the sandbox is."""
    import bench_sandbox

    return bench_sandbox.sandbox()


def waits() -> bool:
    """Wait for many orders within a rate limit."""
    import bench_waits

    return bench_waits.waits()


def bulk() -> bool:
    """What bulk orders cost."""
    import bench_bulk

    return bench_bulk.bulk()


def flows() -> bool:
    """Compare downloads through redirects, and from the API's own address, with curl and aria2c."""
    import bench_flows

    return bench_flows.flows()


BENCHES = {
    "import": imports,
    "command": command,
    "request": request,
    "search": search,
    "downloads": downloads,
    "flows": flows,
    "latency": latency,
    "limits": limits,
    "waits": waits,
    "sandbox": sandbox,
    "bulk": bulk,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Run benchmarks, as ratios to a reference.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], help="the benchmarks to run; default: all")
    names = parser.parse_args().names or list(BENCHES)
    outcomes = [BENCHES[name]() for name in names]  # run all, even if one fails
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())

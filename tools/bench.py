"""How fast it is, as ratios measured in one run: machines differ and are noisy, ratios much less.

    python tools/bench.py            everything
    python tools/bench.py import     one of: import, command, request, downloads

Each figure is the median of several rounds in which both sides take turns.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUNDS = 15

# Modules load from bytecode, as they do once a package is installed, also where a machine is told to write none.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], float], theirs: Callable[[], float], limit: float) -> bool:
    """Print the ratio of two timings; whether it is within its limit."""
    ours(), theirs()  # the first time, bytecode is written
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    one, two = (statistics.median(column) for column in zip(*pairs, strict=True))
    good = bool(one / two <= limit)
    verdict = "ok" if good else "TOO SLOW"
    print(f"{name:<62} {one * 1e3:8.2f} ms / {two * 1e3:8.2f} ms = {one / two:5.2f}  (at most {limit})  {verdict}")
    return good


def imports() -> bool:
    """What loading costs, less what the interpreter itself does."""
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
            compare("import planet / import httpx", inside("import planet"), httpx, 0.3),
            compare(
                "from planet import Planet; Planet() / import httpx",
                inside("from planet import Planet; Planet()"),
                httpx,
                1.3,
            ),
        ]
    )


def command() -> bool:
    """What the command costs where it has next to nothing to do."""
    script = "import sys; sys.argv = ['planet', '--version']; from planet.cli import run; run()"
    return compare(
        "planet --version / a bare interpreter",
        lambda: seconds([sys.executable, "-c", script]),
        lambda: seconds([sys.executable, "-c", "pass"]),
        3.0,
    )


class Answer(BaseHTTPRequestHandler):
    """A server that says the same thing every time."""

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
    """What a request through a Session costs on top of the same one through a bare httpx client."""
    import httpx

    from planet import Session
    from planet.auth import Auth
    from planet.http import Limits

    count = 300
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
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
        return compare(
            "a GET through Session / through httpx.AsyncClient",
            lambda: asyncio.run(ours()),
            lambda: asyncio.run(bare()),
            1.3,
        )
    finally:
        server.shutdown()


def downloads() -> bool:
    """Downloads, next to curl, aria2c and a plain httpx loop."""
    sys.path.insert(0, os.path.dirname(__file__))
    import bench_downloads

    return bench_downloads.downloads()


BENCHES = {"import": imports, "command": command, "request": request, "downloads": downloads}


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast it is, as ratios measured in one run.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], help="which; all if none is named")
    names = parser.parse_args().names or list(BENCHES)
    outcomes = [BENCHES[name]() for name in names]  # all of them run, whatever the first says
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Compare downloads of small files over a network with a round trip of 60 ms, plain and over TLS, with the ideal.

Links at the API redirect to a storage. Every connection goes through a relay that delays each flight of bytes from the
client, that of the connection's beginning too. The ideal: sixteen connections that never pause. Called by
`tools/bench.py`.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench_downloads import PATH, Bench, servers, within

_ROUND_TRIP = 0.06
_COUNT, _LANES = 200, 16

_SITES = """
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
  server {{ listen 127.0.0.1:{storage} {ssl}; root {folder}/files;
    location = /connections {{ return 200 "$connection"; }} }}
  server {{ listen 127.0.0.1:{api} {ssl}; root {folder}/files;
    location = /compute/ops/download/ {{ return 302 {scheme}://localhost:{far_storage}/$arg_token; }}
    location /compute/ops/orders/v2/ {{ alias {folder}/orders/; default_type application/json; }} }}
"""


def latency() -> bool:
    """Run all comparisons; returns whether all are within their limits."""
    if shutil.which("nginx", path=PATH) is None:
        print("skipped: nginx not installed. Run: apt-get install nginx-light")
        return True
    outcomes = [_measure(scheme) for scheme in ("http", "https")]
    return all(outcomes)


def _measure(scheme: str) -> bool:
    first = 42_000 + os.getpid() % 10_000
    api, storage, far_api, far_storage = range(first, first + 4)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="planet-bench-") as name:
        folder = Path(name)
        _certify(folder)
        sites = _SITES.format(
            folder=folder, api=api, storage=storage, far_storage=far_storage, scheme=scheme,
            ssl="ssl" if scheme == "https" else "",
        )  # fmt: skip
        with servers(Bench(folder), sites) as bench, _relays({far_api: api, far_storage: storage}):
            near = bench.base
            bench.base = f"{scheme}://localhost:{far_api}/"
            bench.redirect = f"{bench.base}compute/ops/download/?token="
            order = bench.order("far", _COUNT, 20_000, "redirect")
            # Round trips that no client can do without: each connection has those of its beginning; the order and the
            # manifest come before the files.
            begin = 2 if scheme == "https" else 1
            alone = (begin + 1) + (1 + begin + 1) + 2 * begin
            ideal = _ROUND_TRIP * (alone + _COUNT * 2 / _LANES)
            for variant in ("sync", "async"):
                before = _connections(near)
                took = bench.ours(variant, order, folder / "ca.pem")["seconds"]
                opened = _connections(near) - before - 1
                title = f"{_COUNT} x 20 KB, 60 ms round trips, {scheme}, {variant}"
                limit = 1.5 if scheme == "https" else 1.25  # the handshakes take CPU time from all on this machine
                outcomes.append(within(f"{title} / the ideal", took / ideal, limit, "x"))
                outcomes.append(within(f"{title}: connections to both servers", opened, 2 * (_LANES + 2), ""))
    return all(outcomes)


def _connections(near: str) -> int:
    """The number of connections that nginx has accepted so far."""
    with urllib.request.urlopen(f"{near}connections") as answer:
        return int(answer.read())


def _certify(folder: Path) -> None:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "server.pem", append=True)


# -- the network ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _relays(ports: dict[int, int]) -> Iterator[None]:
    command = [sys.executable, __file__, *(f"{far}:{near}" for far, near in ports.items())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


async def _relay(near: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(_ROUND_TRIP)  # of the connection's beginning
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", near)

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float) -> None:
        flights: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, flight = await flights.get()
                await asyncio.sleep(due - time.monotonic())
                if not flight:
                    break
                target.write(flight)
                await target.drain()

        with contextlib.suppress(ConnectionError):
            delivery = asyncio.ensure_future(deliver())
            while flight := await source.read(1 << 20):
                flights.put_nowait((time.monotonic() + delay, flight))
            flights.put_nowait((time.monotonic() + delay, b""))
            await delivery
        target.close()

    await asyncio.gather(copy(reader, server_writer, _ROUND_TRIP), copy(server_reader, writer, 0.0))


async def _relay_all(pairs: list[str]) -> None:
    for pair in pairs:
        far, near = map(int, pair.split(":"))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, near: int = near) -> None:
            await _relay(near, reader, writer)

        await asyncio.start_server(serve, "127.0.0.1", far, backlog=1000)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_relay_all(sys.argv[1:]))

"""How quick the sandbox is: an order of 20 scenes, the API meanwhile, and the memory of all its processes.

Called by `tools/bench.py`.
"""

import os
import threading
import time
from pathlib import Path

import httpx
from bench_downloads import within

from planet import Planet, data_filter, order_request
from planet.sandbox import Sandbox

_SCENES = 20


def sandbox() -> bool:
    """Order 20 analytic scenes, and request something else all the while."""
    with Sandbox() as server, server.planet() as pl:
        scenes = pl.data.search(["PSScene"], data_filter.permission_filter(), limit=_SCENES)
        products = [order_request.product([item["id"] for item in scenes], "analytic_udm2", "PSScene")]
        request = order_request.build_request("bench", products)
        began = time.perf_counter()
        pauses = _requests_meanwhile(server, pl, request)
        took = time.perf_counter() - began
        slow = 1000 * sorted(pauses)[len(pauses) * 99 // 100]
        outcomes = [
            within(f"an order of {_SCENES} analytic scenes", took, 8, "s"),
            within("another request meanwhile, 99 % of them", slow, 50, "ms"),
            within("memory of the sandbox and its workers", _memory(), 500, "MB"),
        ]
        return all(outcomes)


def _requests_meanwhile(server: Sandbox, pl: Planet, request: dict[str, object]) -> list[float]:
    """Create an order and wait for it; returns how long other requests took until then, in seconds."""
    pauses, is_done = [], threading.Event()

    def ask() -> None:
        with httpx.Client(headers={"Authorization": f"api-key {server.api_key}"}) as client:
            while not is_done.wait(0.02):
                began = time.perf_counter()
                client.get(f"{server.base_url}/data/v1/item-types")
                pauses.append(time.perf_counter() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert pl.orders.wait(pl.orders.create_order(request).id, delay=0.1) == "success"
    finally:
        is_done.set()
        thread.join()
    return pauses


def _memory() -> float:
    """The resident memory of this process and its children, in MB."""
    pids = [os.getpid()]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"PPid:\t{os.getpid()}\n" in status.read_text():
                pids.append(int(status.parent.name))
        except OSError:
            continue  # it has ended
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return sum(int(text.partition("VmHWM:")[2].split()[0]) for text in texts) / 1024

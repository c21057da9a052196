"""How close the client comes to what a service allows: 100 requests and 50 pages against several quotas.

The service is a real HTTP server in a thread. The ideal is the time in which the quota lets the requests through.
"""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from planet import Planet
from planet._http import limits as process_limits
from planet.auth import Auth

_ROUND_TRIP = 0.03


class Quota:
    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._at = burst, time.monotonic()
        self._lock = threading.Lock()
        self.accepted = self.refused = 0

    def take(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
            self._at = now
            allowed = self._tokens >= 1
            self._tokens -= allowed
            self.accepted += allowed
            self.refused += not allowed
            return allowed


@contextmanager
def service(quota: Quota, answer: Callable[[str, str], dict[str, Any]]) -> Iterator[str]:
    """A server in a thread that answers with what *answer* returns for its own address and a path, within a quota."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(_ROUND_TRIP)
            allowed = quota.take()
            url = f"http://{self.headers['Host']}"
            body = json.dumps(answer(url, self.path) if allowed else {"message": "slow down"}).encode()
            self.send_response(200 if allowed else 429)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _answer(url: str, path: str) -> dict[str, Any]:
    if "stats" in path:
        return {"organization": {}, "user": {}}
    page = int(path.partition("page=")[2] or 0)
    root = f"{url}/compute/ops/orders/v2"
    links = {"_self": root} | ({"next": f"{root}?page={page + 1}"} if page < 49 else {})
    return {"_links": links, "orders": [{"id": f"{page}", "name": "a", "state": "queued"}]}


def _gets(pl: Planet) -> int:
    with ThreadPoolExecutor(16) as threads:
        return len(list(threads.map(lambda _: pl.orders.aggregated_order_stats(), range(100))))


def _pages(pl: Planet) -> int:
    return len(list(pl.orders.list_orders(limit=0)))


def _measure(name: str, work: Callable[[Planet], int], quota: Quota, limit: float) -> bool:
    process_limits._buckets.clear()  # what was learned from another service
    with service(quota, _answer) as url, Planet(auth=Auth.from_key("k"), base_url=url) as pl:
        started = time.monotonic()
        count = work(pl)
        took = time.monotonic() - started
    ideal = (count - quota.burst) / quota.rate
    refused = 100 * quota.refused / count
    good = took <= limit * ideal
    mark = "" if good else "  <-- too slow"
    print(f"  {name:42} {took:6.2f} s = {took / ideal:.2f} x ideal, {refused:.1f} % refused{mark}")
    return good


def limits() -> bool:
    """100 requests in 16 threads, and 50 pages one after the other, at several quotas."""
    results = []
    for rate in (15, 10, 5):
        for burst, kind in ((rate, "burst of a second"), (1, "evenly")):
            quotas = [Quota(rate, burst) for _ in range(2)]
            results.append(_measure(f"100 requests, {rate}/s, {kind}", _gets, quotas[0], 1.35))
            if rate <= 10:
                results.append(_measure(f"50 pages, {rate}/s, {kind}", _pages, quotas[1], 1.5))
    return all(results)

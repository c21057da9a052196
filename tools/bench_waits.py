"""How late the news of many orders is, and what they cost, when a service allows ten requests a second."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench_limits import Quota, service

from planet import AsyncPlanet, Planet
from planet._http import limits as process_limits
from planet.auth import Auth

_RATE = 10
_PATH = "/compute/ops/orders/v2"


class _Orders:
    """Orders that finish at random moments between *first* and *last* seconds from now."""

    def __init__(self, count: int, first: float, last: float) -> None:
        now = time.monotonic()
        self.finish = {str(uuid.uuid4()): now + random.uniform(first, last) for _ in range(count)}

    def answer(self, url: str, path: str) -> dict[str, Any]:
        """The listing, or one order."""
        order_id = urlsplit(path).path.removeprefix(_PATH).strip("/")
        if order_id:
            return self._order(order_id)
        query = parse_qs(urlsplit(path).query)
        size, start = (int(query.get(key, [default])[0]) for key, default in (("page_size", "20"), ("start", "0")))
        links = {"_self": f"{url}{path}"}
        if start + size < len(self.finish):
            links["next"] = f"{url}{_PATH}?page_size={size}&start={start + size}"
        return {"_links": links, "orders": [self._order(name) for name in list(self.finish)[start : start + size]]}

    def _order(self, order_id: str) -> dict[str, Any]:
        state = "success" if time.monotonic() >= self.finish[order_id] else "running"
        return {"id": order_id, "name": "a", "state": state, "created_on": "2026-01-01T00:00:00Z"}

    def is_late(self, order_id: str) -> float:
        return time.monotonic() - self.finish[order_id]


def _sync(url: str, orders: _Orders) -> list[float]:
    with Planet(auth=Auth.from_key("k"), base_url=url) as pl:
        return [orders.is_late(order_id) for order_id, _ in pl.orders.wait_many(list(orders.finish))]


def _async(url: str, orders: _Orders) -> list[float]:
    async def run() -> list[float]:
        async with AsyncPlanet(auth=Auth.from_key("k"), base_url=url) as pl:
            return [orders.is_late(order_id) async for order_id, _ in pl.orders.wait_many(list(orders.finish))]

    return asyncio.run(run())


def waits() -> bool:
    """Wait for 50 orders that finish within 1 to 6 seconds, and for 1,000 that finish within 20 to 30."""
    good = []
    for count, first, last, limit in ((50, 1, 6, 1.5), (1000, 20, 30, None)):
        for kind, wait in (("sync", _sync), ("async", _async)):
            process_limits._buckets.clear()  # what was learned from another service
            quota, orders = Quota(_RATE, _RATE), _Orders(count, first, last)
            with service(quota, orders.answer) as url:
                late = sorted(wait(url, orders))
            good.append(limit is None or late[-1] <= limit)
            print(
                f"  {count} orders, {kind:5} median {late[len(late) // 2]:.2f} s, last {late[-1]:.2f} s late, "
                f"{quota.accepted} requests, {quota.refused} refused{'' if good[-1] else '  <-- too late'}"
            )
    return all(good)

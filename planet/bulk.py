"""Bulk orders: what to order of the scenes that a search finds, how much to spend, and the results.

    from planet import Planet, bulk

    job = Planet().bulk.plan(
        "iberia.sqlite",
        item_types=["PSScene"],
        geometry=aoi,
        acquired="2024-01-01/2025-01-01",
        select=bulk.best("month"),
        bundle="analytic_udm2",
        target="iberia",
        budget=bulk.Budget(scenes=2000),
    )
    report = job.run()

`Planet().bulk` and `AsyncPlanet().bulk` plan and open bulk orders, with the same methods.
"""

import importlib
from typing import TYPE_CHECKING, Any

from ._bulk.report import BulkReport, BulkScene, BulkStatus
from ._bulk.selection import best, every_scene
from ._bulk.splitting import Budget

if TYPE_CHECKING:
    from ._async.bulk.client import BulkClient
    from ._async.bulk.order import AsyncBulkOrder
    from ._sync.bulk.client import BulkAPI
    from ._sync.bulk.order import BulkOrder

__all__ = [
    "AsyncBulkOrder",
    "Budget",
    "BulkAPI",
    "BulkClient",
    "BulkOrder",
    "BulkReport",
    "BulkScene",
    "BulkStatus",
    "best",
    "every_scene",
]


# Loaded on first use, so that a program loads only the variant that it uses.
_EXPORTS = {
    "AsyncBulkOrder": "_async.bulk.order",
    "BulkAPI": "_sync.bulk.client",
    "BulkClient": "_async.bulk.client",
    "BulkOrder": "_sync.bulk.order",
}


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        value = getattr(importlib.import_module(f".{_EXPORTS[name]}", __package__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

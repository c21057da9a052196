"""Search, order, download and verify Planet satellite imagery.

    from planet import Planet

    pl = Planet()
    for order in pl.orders.list_orders():
        print(order.name, order.state)

`Planet` blocks, and works in scripts and notebooks; `AsyncPlanet` has the same methods for asynchronous programs.
Names are loaded when they are first used, so that each colour is loaded alone.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import coverage, data_filter, order_request, reporting, subscription_request
    from ._async.data import DataClient
    from ._async.destinations import DestinationsClient
    from ._async.features import FeaturesClient
    from ._async.mosaics import MosaicsClient
    from ._async.orders import OrdersClient
    from ._async.planet import AsyncPlanet
    from ._async.quota import QuotaClient
    from ._async.session import Session
    from ._async.subscriptions import SubscriptionsClient
    from ._sync.data import DataAPI
    from ._sync.destinations import DestinationsAPI
    from ._sync.features import FeaturesAPI
    from ._sync.mosaics import MosaicsAPI
    from ._sync.orders import OrdersAPI
    from ._sync.planet import Planet
    from ._sync.quota import QuotaAPI
    from ._sync.session import SyncSession
    from ._sync.subscriptions import SubscriptionsAPI
    from ._version import __version__
    from .auth import Auth
    from .auth_builtins import PlanetOAuthScopes
    from .io import collect

__all__ = [
    "AsyncPlanet",
    "Auth",
    "DataAPI",
    "DataClient",
    "DestinationsAPI",
    "DestinationsClient",
    "FeaturesAPI",
    "FeaturesClient",
    "MosaicsAPI",
    "MosaicsClient",
    "OrdersAPI",
    "OrdersClient",
    "Planet",
    "PlanetOAuthScopes",
    "QuotaAPI",
    "QuotaClient",
    "Session",
    "SubscriptionsAPI",
    "SubscriptionsClient",
    "SyncSession",
    "__version__",
    "collect",
    "coverage",
    "data_filter",
    "order_request",
    "reporting",
    "subscription_request",
]

_HOMES = {
    "AsyncPlanet": "_async.planet",
    "Auth": "auth",
    "PlanetOAuthScopes": "auth_builtins",
    "DataAPI": "_sync.data",
    "DataClient": "_async.data",
    "DestinationsAPI": "_sync.destinations",
    "DestinationsClient": "_async.destinations",
    "FeaturesAPI": "_sync.features",
    "FeaturesClient": "_async.features",
    "MosaicsAPI": "_sync.mosaics",
    "MosaicsClient": "_async.mosaics",
    "OrdersAPI": "_sync.orders",
    "OrdersClient": "_async.orders",
    "Planet": "_sync.planet",
    "QuotaAPI": "_sync.quota",
    "QuotaClient": "_async.quota",
    "Session": "_async.session",
    "SubscriptionsAPI": "_sync.subscriptions",
    "SubscriptionsClient": "_async.subscriptions",
    "SyncSession": "_sync.session",
    "__version__": "_version",
    "collect": "io",
}
_MODULES = frozenset(
    {
        "archive", "auth", "auth_builtins", "checksum", "clients", "constants", "coverage", "data_filter", "exceptions",
        "geo", "geojson", "http", "io", "manifest", "models", "order_request", "raster", "reporting", "sandbox",
        "specs", "stac", "subscription_request", "sync",
    }
)  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})

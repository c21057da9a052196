"""Search, order, download and verify Planet satellite imagery.

    from planet import Planet

    pl = Planet()
    for order in pl.orders.list_orders():
        print(order.name, order.state)

`Planet` is the sync client, for scripts and notebooks; `AsyncPlanet` has the same methods as coroutines.
Names are loaded on first use, so that a program loads only the variant that it uses.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._async.apis.data import DataClient
    from ._async.apis.destinations import DestinationsClient
    from ._async.apis.features import FeaturesClient
    from ._async.apis.mosaics import MosaicsClient
    from ._async.apis.orders import OrdersClient
    from ._async.apis.quota import QuotaClient
    from ._async.apis.subscriptions import SubscriptionsClient
    from ._async.planet import AsyncPlanet
    from ._async.session import Session
    from ._sync.apis.data import DataAPI
    from ._sync.apis.destinations import DestinationsAPI
    from ._sync.apis.features import FeaturesAPI
    from ._sync.apis.mosaics import MosaicsAPI
    from ._sync.apis.orders import OrdersAPI
    from ._sync.apis.quota import QuotaAPI
    from ._sync.apis.subscriptions import SubscriptionsAPI
    from ._sync.planet import Planet
    from ._sync.session import SyncSession
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


_EXPORTS = {
    "AsyncPlanet": "_async.planet",
    "Auth": "auth",
    "PlanetOAuthScopes": "auth_builtins",
    "DataAPI": "_sync.apis.data",
    "DataClient": "_async.apis.data",
    "DestinationsAPI": "_sync.apis.destinations",
    "DestinationsClient": "_async.apis.destinations",
    "FeaturesAPI": "_sync.apis.features",
    "FeaturesClient": "_async.apis.features",
    "MosaicsAPI": "_sync.apis.mosaics",
    "MosaicsClient": "_async.apis.mosaics",
    "OrdersAPI": "_sync.apis.orders",
    "OrdersClient": "_async.apis.orders",
    "Planet": "_sync.planet",
    "QuotaAPI": "_sync.apis.quota",
    "QuotaClient": "_async.apis.quota",
    "Session": "_async.session",
    "SubscriptionsAPI": "_sync.apis.subscriptions",
    "SubscriptionsClient": "_async.apis.subscriptions",
    "SyncSession": "_sync.session",
    "__version__": "_version",
    "collect": "io",
}
_MODULES = frozenset(
    {
        "archive", "auth", "auth_builtins", "checksum", "clients", "constants", "coverage", "data_filter", "exceptions",
        "geo", "geocatalog", "geojson", "http", "io", "manifest", "models", "order_request", "raster", "reporting",
        "sandbox", "specs", "stac", "subscription_request", "sync",
    }
)  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        value = getattr(importlib.import_module(f".{_EXPORTS[name]}", __name__), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES, *(name for name in globals() if name.startswith("__"))})

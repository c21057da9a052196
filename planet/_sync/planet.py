# Generated from planet/_async/planet.py by tools/unasync.py. Edit that file and run the tool again.

"""`Planet`: a client of all of Planet's APIs."""

from __future__ import annotations

import functools
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .._http.settings import resolve_base_url
from .._redact import redact_url
from .._runtime._sync import run_blocking
from ..exceptions import ArgumentTypeError
from .session import SyncSession

if TYPE_CHECKING:
    from .._http.limits import LimitInForce
    from .apis.data import DataAPI
    from .apis.destinations import DestinationsAPI
    from .apis.features import FeaturesAPI
    from .apis.mosaics import MosaicsAPI
    from .apis.orders import OrdersAPI
    from .apis.quota import QuotaAPI
    from .apis.subscriptions import SubscriptionsAPI
    from .bulk.client import BulkAPI

__all__ = ["Planet"]


class Planet:
    """A client of all of Planet's APIs. Each API is an attribute: `data`, `destinations`, `features`,
    `mosaics`, `orders`, `quota`, `subscriptions`. `bulk` makes many orders of one.

    It does no I/O until the first request. Use it with `with`, or call `close` at the end.

    Args:
        session: a session to use; by default a new one. The blocking `Planet` also takes an async session, for its
            settings.
        base_url: the base URL of the APIs; by default the environment variable `PL_API_BASE_URL`, or
            https://api.planet.com.
        settings: the keyword arguments of `SyncSession`, if no session is passed.

    Raises:
        ArgumentTypeError: *session* is not a session.

    Example:
        ```python
        from planet import Planet

        with Planet() as pl:
            for order in pl.orders.list_orders(limit=3):
                print(order.name, order.state)
        ```
    """

    __module__ = "planet"

    def __init__(self, session: Any = None, base_url: str | None = None, **settings: Any) -> None:
        self._owns_session = not isinstance(session, SyncSession)
        if session is None:
            session = SyncSession(base_url=base_url, **settings)
        elif settings:
            raise ArgumentTypeError(
                f"{', '.join(settings)} cannot be combined with session.", hint="Pass the settings to the session."
            )
        else:
            session = SyncSession.from_session(session)
        self._session: SyncSession = session
        self._root = resolve_base_url(base_url) if base_url else session.base_url

    @functools.cached_property
    def bulk(self) -> BulkAPI:
        """Bulk orders: more scenes than fit into one order."""
        from .bulk.client import BulkAPI

        return BulkAPI(self.data, self.orders)

    @functools.cached_property
    def data(self) -> DataAPI:
        """The Data API: search the catalogue, download assets."""
        client: DataAPI = self._client("data")
        return client

    @functools.cached_property
    def destinations(self) -> DestinationsAPI:
        """The Destinations API: cloud storage for deliveries."""
        client: DestinationsAPI = self._client("destinations")
        return client

    @functools.cached_property
    def features(self) -> FeaturesAPI:
        """The Features API: store AOIs at Planet."""
        client: FeaturesAPI = self._client("features")
        return client

    @functools.cached_property
    def mosaics(self) -> MosaicsAPI:
        """The Basemaps API: mosaics and their quads."""
        client: MosaicsAPI = self._client("mosaics")
        return client

    @functools.cached_property
    def orders(self) -> OrdersAPI:
        """The Orders API: create, wait for and download orders."""
        client: OrdersAPI = self._client("orders")
        return client

    @functools.cached_property
    def quota(self) -> QuotaAPI:
        """The Quota API: the quota of the account, and reservations."""
        client: QuotaAPI = self._client("quota")
        return client

    @functools.cached_property
    def subscriptions(self) -> SubscriptionsAPI:
        """The Subscriptions API: deliveries of new imagery."""
        client: SubscriptionsAPI = self._client("subscriptions")
        return client

    @property
    def limits_in_force(self) -> list[LimitInForce]:
        """The rate limits that its requests are held to, as far as they have been used."""
        return self._session.limits_in_force

    def _client(self, name: str) -> Any:
        """Return the client of an API; its module is imported only now."""
        return self._session.client(name, root=self._root)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self._root)}>"

    def __enter__(self) -> Planet:
        run_blocking(_load)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a session that was passed as an argument stays open."""
        if self._owns_session:
            self._session.close()


def _load() -> None:
    """Import the clients; in a thread, because that would block an event loop for a noticeable time."""
    from .apis import directory  # noqa: F401

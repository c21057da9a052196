# Generated from planet/_async/planet.py by tools/unasync.py. Edit that file and run the tool again.

"""`Planet`: all of Planet's APIs behind one object."""

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
    from .apis.data import DataAPI
    from .apis.destinations import DestinationsAPI
    from .apis.features import FeaturesAPI
    from .apis.mosaics import MosaicsAPI
    from .apis.orders import OrdersAPI
    from .apis.quota import QuotaAPI
    from .apis.subscriptions import SubscriptionsAPI

__all__ = ["Planet"]


class Planet:
    """Planet's services. Each API is an attribute: `data`, `destinations`, `features`,
    `mosaics`, `orders`, `quota`, `subscriptions`.

    It does no I/O until the first request. Use it with `with`, or call `close` at the end.

    Args:
        session: a session to use, or one whose settings to take over; left out: a new one.
        base_url: where the services are; left out: the variable `PL_API_BASE_URL`, else https://api.planet.com.
        settings: the keyword arguments of `SyncSession`, where no session is given.

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
        elif not hasattr(session, "settings"):
            raise ArgumentTypeError(
                f"session must be a Session, got {type(session).__name__}.",
                hint="Pass a session, or an API key as auth=Auth.from_key(...).",
            )
        elif settings:
            raise TypeError(f"{', '.join(settings)}: settings belong to the session, and one is given already")
        elif not isinstance(session, SyncSession):
            session = SyncSession.from_settings(session.settings)
        self._session: SyncSession = session
        self._root = resolve_base_url(base_url) if base_url else session.base_url

    @functools.cached_property
    def data(self) -> DataAPI:
        """The Data API: search the catalogue."""
        client: DataAPI = self._client("data")
        return client

    @functools.cached_property
    def destinations(self) -> DestinationsAPI:
        """The Destinations API: places that imagery is delivered to."""
        client: DestinationsAPI = self._client("destinations")
        return client

    @functools.cached_property
    def features(self) -> FeaturesAPI:
        """The Features API: keep areas of interest at Planet."""
        client: FeaturesAPI = self._client("features")
        return client

    @functools.cached_property
    def mosaics(self) -> MosaicsAPI:
        """The Basemaps API: mosaics, and the quads that they are cut into."""
        client: MosaicsAPI = self._client("mosaics")
        return client

    @functools.cached_property
    def orders(self) -> OrdersAPI:
        """The Orders API: order imagery, wait for it, download it."""
        client: OrdersAPI = self._client("orders")
        return client

    @functools.cached_property
    def quota(self) -> QuotaAPI:
        """The Quota API: what the account may have, and reservations."""
        client: QuotaAPI = self._client("quota")
        return client

    @functools.cached_property
    def subscriptions(self) -> SubscriptionsAPI:
        """The Subscriptions API: what is new, delivered as it comes in."""
        client: SubscriptionsAPI = self._client("subscriptions")
        return client

    def _client(self, name: str) -> Any:
        """The client of an API; what it is made of is loaded only now."""
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
        """Close the connections; a session that was passed in stays open, it is its owner's."""
        if self._owns_session:
            self._session.close()


def _load() -> None:
    """Load the clients: where an event loop runs that is not done in it, it takes long enough to be noticed."""
    from .apis import directory  # noqa: F401

# Generated from planet/_async/planet.py by tools/unasync.py. Edit that file and run the tool again.

"""`Planet`: a client of all of Planet's APIs."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .._http.settings import SessionOptions, resolve_base_url
from .._redact import redact_url
from .._runtime._sync import run_blocking
from .._utils.tracebacks import hides_locals
from ..auth import Auth
from ..exceptions import ArgumentTypeError
from .session import SyncSession

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._http.limits import LimitInForce
    from .._imagery.estimate import Estimate
    from ..download_report import DownloadReport
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
        api_key: an API key, in place of the credentials of this user; short for `auth=Auth.from_key(…)`.
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

    @hides_locals
    def __init__(
        self,
        session: Any = None,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
        **settings: Unpack[SessionOptions],
    ) -> None:
        for name in settings:
            if name not in SessionOptions.__annotations__:
                near = difflib.get_close_matches(name, SessionOptions.__annotations__, 1)
                meant = f"Did you mean {near[0]!r}? " if near else ""
                raise ArgumentTypeError(
                    f"{name!r} is not a setting of {type(self).__name__}.",
                    hint=f"{meant}The settings are: api_key, base_url, {', '.join(SessionOptions.__annotations__)}.",
                )
        if api_key is not None:
            if settings.get("auth") is not None:
                raise ArgumentTypeError("api_key and auth cannot be combined.", hint="Pass one of them.")
            settings["auth"] = Auth.from_key(api_key)
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
        return self._session.client("data", root=self._root)

    @functools.cached_property
    def destinations(self) -> DestinationsAPI:
        """The Destinations API: cloud storage for deliveries."""
        return self._session.client("destinations", root=self._root)

    @functools.cached_property
    def features(self) -> FeaturesAPI:
        """The Features API: store AOIs at Planet."""
        return self._session.client("features", root=self._root)

    @functools.cached_property
    def mosaics(self) -> MosaicsAPI:
        """The Basemaps API: mosaics and their quads."""
        return self._session.client("mosaics", root=self._root)

    @functools.cached_property
    def orders(self) -> OrdersAPI:
        """The Orders API: create, wait for and download orders."""
        return self._session.client("orders", root=self._root)

    @functools.cached_property
    def quota(self) -> QuotaAPI:
        """The Quota API: the quota of the account, and reservations."""
        return self._session.client("quota", root=self._root)

    @functools.cached_property
    def subscriptions(self) -> SubscriptionsAPI:
        """The Subscriptions API: deliveries of new imagery."""
        return self._session.client("subscriptions", root=self._root)

    def order(
        self,
        aoi: Any,
        datetime: Any,
        bundle: str,
        *,
        item_type: str = "PSScene",
        cloud_cover: Any = None,
        search_filter: Mapping[str, Any] | None = None,
        limit: int = 10,
        sort: str = "acquired desc",
        clip: bool = True,
        tools: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
        name: str | None = None,
        directory: Any = ".",
        confirm: bool | Callable[[Estimate], bool] = False,
        timeout: float | None = None,
        progress_bar: bool = True,
    ) -> DownloadReport:
        """Search, order, wait, download and verify in one call. This spends quota.

        If the same request has created an order before, that order is used: running a notebook again does not pay
        twice. The scenes that a search finds may change; with dates in the past they rarely do.

        Args:
            aoi: the AOI, in any form that `planet.geojson` accepts.
            datetime: when the scenes were acquired, as in `data.search`: `"2024-06"`, `"7d"`, a pair of dates, …
            bundle: the product bundle, for example `analytic_udm2`.
            item_type: the type of the scenes.
            cloud_cover: the maximum cloud cover, from 0 to 1.
            search_filter: another filter from `planet.data_filter`.
            limit: the maximum number of scenes, from 1 to 500.
            sort: which scenes come first, as in `data.search`.
            clip: clip the scenes to the AOI.
            tools: further tools, from `planet.order_request`.
            name: the name of the order; by default the item type, the dates and a code of the request.
            directory: the files are written to `<directory>/<order id>/…`; also a prefix in a bucket.
            confirm: True shows the estimate and asks before an order is created; or a function of the
                `order_request.Estimate` that returns whether to create it, in `Planet` also a coroutine function.
            timeout: seconds to wait for the order; by default there is no limit. The order itself continues.
            progress_bar: show the progress on stderr.

        Returns:
            The paths of the files, all verified. `report.folder` is the folder of the order.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is not valid; nothing is ordered then.
            ClientError: no scenes were found, it was not confirmed, or the order failed.
            WaitTimeout: the time is used up. The same call continues to wait.
            DownloadError: some files could not be downloaded. The same call completes them.

        Example:
            ```python
            report = pl.order(aoi, "2022-06-01/2022-06-03", "analytic_udm2", limit=1, directory=folder)
            print(report.summary(), report.folder)
            ```
        """
        from .quick_order import quick_order

        search = {
            "item_types": item_type, "datetime": datetime, "cloud_cover": cloud_cover, "search_filter": search_filter,
            "limit": limit, "sort": sort,
        }  # fmt: skip
        return quick_order(
            self.data, self.orders, self.quota, aoi, bundle,
            search=search, clip=clip, tools=tools, name=name, confirm=confirm, timeout=timeout,
            directory=directory, progress_bar=progress_bar,
        )  # fmt: skip

    @property
    def limits_in_force(self) -> list[LimitInForce]:
        """The rate limits that its requests are held to, as far as they have been used."""
        return self._session.limits_in_force

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

# Generated from planet/_async/apis/orders.py by tools/unasync.py. Edit that file and run the tool again.

"""The Orders API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic, time
from typing import Any

from ..._apis.orders import ORDER_STATE_SEQUENCE, OrderStates, as_list, check_id, is_there, wait_timeout
from ..._builders import catalog as specs
from ..._download.on_exists import OnExists, on_exists_of
from ..._files import checksum as _checksum
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval
from ..._models.orders import Order
from ..._runtime._sync import invoke_callback, map_bounded, run_blocking, sleep
from ..._utils.times import as_interval
from ...download_report import DownloadReport
from ...exceptions import APIError, ClientError, OutcomeUnknown
from ...reporting import DownloadBar
from ..download.file import check_directory, download_file, target_of
from ..download.links import Source
from ..download.order import OrderDownload
from ..http.pager import Pager
from .base import _BaseAPI
from .order_recovery import find_created

__all__ = ["ORDER_STATE_SEQUENCE", "OrderStates", "OrdersAPI"]


STATS_PATH = "/stats/orders/v2"
ORDERS_PATH = "/orders/v2"
BULK_PATH = "/bulk/orders/v2"

_PAGES = PageKeys.links("orders", "next")
_POLLS_AT_ONCE = 4


class OrdersAPI(_BaseAPI):
    """Order scenes and basemaps, wait for them, download them and check them.

    Example:
        ```python
        from planet import OrdersAPI, SyncSession

        with SyncSession() as session:
            orders = OrdersAPI(session)
            order = orders.create_order(request)
            orders.wait(order.id)
            paths = orders.download_order(order.id, folder)
            orders.validate_checksum(folder / order.id, "sha256")
        ```
    """

    __module__ = "planet"

    _path = "/compute/ops"

    def create_order(self, request: Mapping[str, Any]) -> Order:
        """Create an order. This spends quota.

        `POST /orders/v2`. It is never sent twice: where no proper answer comes, the order is looked up, and handed
        back if it is there.

        Args:
            request: as `planet.order_request.build_request` makes it.

        Raises:
            BadQuery: the service does not take the request; `field_errors` says what is wrong with it.
            OutcomeUnknown: the order may or may not have been created, and looking for it did not tell.

        Example:
            ```python
            order = pl.orders.create_order(request)
            print(order.id, order.state)
            ```
        """
        if not isinstance(request, Mapping):
            raise ClientError(
                f"The request is a {type(request).__name__}.", hint="order_request.build_request makes one."
            )
        sent_at = time()
        try:
            order = Order(self._send("POST", self._url(ORDERS_PATH), dict(request)))
            if not isinstance(order.get("id"), str):
                raise OutcomeUnknown("The outcome is unknown: the service's answer is no order.", method="POST")
        except (OutcomeUnknown, APIError) as error:
            if isinstance(error, APIError) and (error.status_code or 0) < 500:
                raise
            order = find_created(self._session, self._url(ORDERS_PATH), request, sent_at, error)
        self._session.created.add(order.id)
        return order

    def get_order(self, order_id: str | Order) -> Order:
        """One order, with fresh links to its results.

        `GET /orders/v2/{id}`

        Raises:
            ClientError: *order_id* is no UUID.
            MissingResource: there is no such order.

        Example:
            ```python
            order = pl.orders.get_order(order_id)
            ```
        """
        return Order(self._get(self._url(ORDERS_PATH + "/{}", check_id(order_id))))

    def cancel_order(self, order_id: str | Order) -> dict[str, Any]:
        """Cancel an order that is still queued.

        `PUT /orders/v2/{id}`

        Raises:
            Conflict: it is not queued any more.

        Example:
            ```python
            from planet.exceptions import Conflict

            try:
                pl.orders.cancel_order(order_id)
            except Conflict:
                print("It is running already.")
            ```
        """
        return Order(self._send("PUT", self._url(ORDERS_PATH + "/{}", check_id(order_id))))

    def cancel_orders(self, order_ids: Sequence[str] | None = None) -> dict[str, Any]:
        """Cancel several orders; without ids, **every** order that is still queued.

        `POST /bulk/orders/v2/cancel`

        Returns:
            How many were cancelled, and why others were not:
            `{"result": {"succeeded": {"count"}, "failed": {"count", "failures": [{"order_id", "message"}]}}}`.

        Example:
            ```python
            answer = pl.orders.cancel_orders([order_id])
            ```
        """
        body = {} if order_ids is None else {"order_ids": [check_id(order_id) for order_id in as_list(order_ids)]}
        return self._send("POST", self._url(BULK_PATH + "/cancel"), body, idempotent=order_ids is not None)

    def aggregated_order_stats(self) -> dict[str, Any]:
        """How many orders are queued and running, of this user and of the organisation.

        `GET /stats/orders/v2`

        Example:
            ```python
            stats = pl.orders.aggregated_order_stats()
            print(stats["user"]["queued_orders"])
            ```
        """
        return self._get(self._url(STATS_PATH))

    def list_orders(
        self,
        state: str | None = None,
        limit: int = 100,
        source_type: str | None = None,
        name: str | None = None,
        name__contains: str | None = None,
        created_on: Any = None,
        last_modified: Any = None,
        hosting: bool | None = None,
        destination_ref: str | None = None,
        sort_by: str | None = None,
        user_id: str | int | None = None,
    ) -> Pager[Order]:
        """The orders of the last three months, the newest first.

        `GET /orders/v2`

        Args:
            state: only orders in this state.
            limit: the most orders to return; 0 is all.
            source_type: `scenes`, `basemaps` or `all`, the default.
            name: only orders of this name.
            name__contains: only orders whose name contains this.
            created_on: a time as text or datetime, or an interval: `a/b`, `a/..`, `../b`, or a pair of datetimes, of
                which one may be None.
            last_modified: the same.
            hosting: only orders with (or without) hosting.
            destination_ref: only orders delivered to this destination.
            sort_by: `name`, `created_on`, `state`, `last_modified`, each with ` ASC` or ` DESC`, joined by commas.
            user_id: another user of the organisation, or `all`; for administrators.

        Raises:
            ClientError: there is no such state.

        Example:
            ```python
            for order in pl.orders.list_orders(state="success", limit=5):
                print(order.name, order.created_on)
            ```
        """
        if state is not None:
            OrderStates.check(state)
        params = {
            "source_type": source_type or "all",
            "state": state,
            "name": name,
            "name__contains": name__contains,
            "created_on": as_interval("created_on", created_on),
            "last_modified": as_interval("last_modified", last_modified),
            "hosting": hosting,
            "destination_ref": destination_ref,
            "sort_by": sort_by,
            "user_id": user_id,
        }
        return self._list(self._url(ORDERS_PATH), _PAGES, Order, limit, params)

    def wait(
        self,
        order_id: str | Order,
        state: str | None = None,
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> str:
        """Wait until an order is done, or has reached a state. Needs no tuning: trouble on the way is sat out.

        Args:
            order_id: the order.
            state: go on when it has reached this state; left out: when it is done.
            delay: seconds from one look to the next; left out: half a second at first, ten at last.
            max_attempts: how many looks there are at most; 0: any number.
            callback: is called with the state at every look.
            timeout: seconds after which to give up; left out: never.

        Returns:
            The last state. It may be `failed` or `cancelled`: look at it.

        Raises:
            WaitTimeout: the time or the looks are used up; the order goes on, and can be waited for again.

        Example:
            ```python
            from planet.reporting import StateBar

            with StateBar(order_id=order_id) as bar:
                state = pl.orders.wait(order_id, callback=bar.update_state, timeout=3600)
            ```
        """
        order_id = check_id(order_id)
        if state is not None:
            OrderStates.check(state)
        order = self._wait(
            self._url(ORDERS_PATH + "/{}", order_id),
            Order(state="unknown"),
            lambda order: order.state,
            lambda order: is_there(order.state, state),
            lambda order: wait_timeout(order_id, order.state, state),
            PollInterval(delay, max_attempts, timeout, monotonic()),
            callback,
        )
        return order.state

    def wait_many(
        self,
        order_ids: Iterable[str],
        state: str | None = None,
        delay: float | None = None,
        callback: Callable[[str, str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Iterator[tuple[str, str]]:
        """Wait for many orders at once: `(order id, state)` of each, as soon as it is done.

        Args:
            order_ids: the orders.
            state: go on when an order has reached this state; left out: when it is done.
            delay: seconds from one round of looks to the next.
            callback: is called with the id and the state at every look.
            timeout: seconds after which to give up on those that are left.

        Raises:
            WaitTimeout: the time is used up.

        Example:
            ```python
            for order_id, state in pl.orders.wait_many(order_ids):
                pl.orders.download_order(order_id, folder)
            ```
        """
        waiting = dict.fromkeys((check_id(order_id) for order_id in as_list(order_ids)), "unknown")
        if state is not None:
            OrderStates.check(state)
        interval = PollInterval(delay, 0, timeout, monotonic())

        def look(order_id: str) -> None:
            url = self._url(ORDERS_PATH + "/{}", order_id)
            waiting[order_id] = Order(self._poll(url, {"state": waiting[order_id]})).state

        while waiting:
            started = monotonic()
            map_bounded(look, list(waiting), limit=_POLLS_AT_ONCE)
            done = {order_id: seen for order_id, seen in waiting.items() if is_there(seen, state)}
            if callback is not None:
                for order_id, seen in waiting.items():
                    invoke_callback(callback, order_id, seen)
            # Before the caller gets them: how long it works on what is done is no reason to give up on the others.
            pause = interval.next_pause(started, monotonic())
            for order_id, seen in done.items():
                del waiting[order_id]
                yield order_id, seen
            if waiting:
                if pause is None:
                    raise wait_timeout(", ".join(waiting), ", ".join(dict.fromkeys(waiting.values())), state)
                sleep(pause)

    def download_asset(
        self,
        location: str,
        filename: str | None = None,
        directory: Path | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download one file of an order by its link. Downloads count against the quota of some plans.

        Args:
            location: the link, from `order.results`.
            filename: its name; left out: the one that the service gives it.
            directory: where to put it; made if it is not there.
            overwrite: whether to replace a file that is there already; otherwise that one is kept.
            progress_bar: show the progress on stderr.
            on_exists: what to do about a file that exists: `error` (keep the right one, otherwise fail; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The path of the file, which is whole.

        Raises:
            DownloadError: it could not be brought home whole; nothing is left under its name.

        Example:
            ```python
            order = pl.orders.get_order(order_id)
            path = pl.orders.download_asset(order.results[0].location, directory=folder)
            ```
        """
        if not isinstance(location, str) or not location:
            raise ClientError(
                "The file has no location.", hint="Only results of orders without a cloud delivery have one."
            )
        choice = on_exists_of(on_exists, overwrite)
        with DownloadBar(disable=not progress_bar) as bar:
            place = target_of(check_directory(directory), filename, self._session, choice)
            return (download_file(self._session, Source(location), place, bar)).transfer.target

    def download_order(
        self,
        order_id: str | Order,
        directory: Path | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = False,
        *,
        unzip: bool = False,
        on_exists: OnExists | None = None,
    ) -> DownloadReport:
        """Download every file of an order, several at once, and check each against the order's manifest.

        What is there already and right is not fetched again, so that a second call only completes the first.
        `manifest.json` comes last: where it is, the order is complete.

        Args:
            order_id: the order, which must be done.
            directory: where to put it: its files go to `<directory>/<order id>/…`.
            overwrite: whether to replace files that are there already and differ; otherwise they are left, and
                reported.
            progress_bar: show the progress on stderr.
            unzip: unpack the archives of the order, so that its folder is as it would be without them.
            on_exists: what to do about files that exist: `error` (keep the right ones, report others; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The paths of the files in the order of `order.results` (unzipped: of the manifest); all of them are whole
            and verified. The list has an account: `outcomes`, `summary()`, `save(path)`.

        Raises:
            ClientError: the order is not done, or has nothing to download.
            DownloadError: some files could not be brought home; `failures` names them, `report` is the account. The
                others are complete.

        Example:
            ```python
            paths = pl.orders.download_order(order_id, folder, progress_bar=True)
            print(paths.summary())
            ```
        """
        folder = check_directory(directory)

        def get_order() -> Order:
            return self.get_order(order_id)

        job = OrderDownload(
            self._session, get_order, folder, on_exists=on_exists_of(on_exists, overwrite), progress_bar=progress_bar
        )
        return job.run(unzip=unzip)

    @staticmethod
    def validate_checksum(directory: Path | str, checksum: str) -> None:
        """Check every file of a downloaded order against its manifest. Needs no network.

        Args:
            directory: the folder of the order, the one that holds `manifest.json`.
            checksum: `md5` or `sha256`, in any case.

        Raises:
            ChecksumError: files are missing, of the wrong size or corrupt; all of them are named.
            ClientError: there is no proper manifest.

        Example:
            ```python
            from planet import OrdersAPI

            OrdersAPI.validate_checksum(folder / order_id, "md5")
            ```
        """
        _checksum.validate_checksum(directory, checksum)

    def refresh_specs(self) -> None:
        """Fetch the current catalogue of item types and bundles, and keep it for later runs.

        `GET /bundles/spec`

        Example:
            ```python
            pl.orders.refresh_specs()
            ```
        """
        run_blocking(specs.use_spec, self._get(self._url("/bundles/spec")))

# Generated from planet/_async/apis/orders.py by tools/unasync.py. Edit that file and run the tool again.

"""The Orders API."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from time import monotonic
from typing import Any

from ..._apis.answers import about
from ..._apis.order_recovery import in_flight
from ..._apis.orders import ORDER_STATE_SEQUENCE, OrderStates, check_order_id, check_order_ids, watch_order
from ..._builders import catalog as specs
from ..._http.polling import PollInterval, Watch
from ..._models.orders import Order
from ..._runtime._sync import run_blocking
from ..._utils.arguments import check_mapping, check_page_size, destination_ref_of, plain
from ..._utils.periods import as_interval
from ...exceptions import Conflict
from ...reporting import StateBar
from ..http.pager import Pager
from .order_downloads import ORDERS_PATH, DownloadMethods
from .order_lookout import ORDER_PAGES, lookout
from .order_recovery import create_once
from .polling import wait_each, wait_for

__all__ = ["ORDER_STATE_SEQUENCE", "OrderStates", "OrdersAPI"]

STATS_PATH = "/stats/orders/v2"
BULK_PATH = "/bulk/orders/v2"


class OrdersAPI(DownloadMethods):
    """Create orders of scenes and basemaps, wait for them, download and verify them.

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
    _log = logging.getLogger("planet.orders")

    def create_order(self, request: Mapping[str, Any]) -> Order:
        """Create an order. This spends quota.

        `POST /orders/v2`. The request is never sent twice: if its response is lost, the order is looked up in the list
        of orders, and returned if it is found.

        Args:
            request: as `planet.order_request.build_request` returns it.

        Raises:
            ArgumentTypeError: the request is not a dictionary.
            BadQuery: the service rejects the request; `field_errors` has the reasons.
            OutcomeUnknown: the order may or may not have been created, and could not be identified in the list.

        Example:
            ```python
            order = pl.orders.create_order(request)
            print(order.id, order.state)
            ```
        """
        request = plain(check_mapping("request", request, "Create it with order_request.build_request."))
        with in_flight.sending(request):
            order = create_once(self._session, self._url(ORDERS_PATH), request)
            in_flight.own(order.id)
        self._session.created.add(order.id)
        self._log.info("Order %s was created: %r", order.id, order.get("name"))
        return order

    def cancel_order(self, order_id: Any) -> dict[str, Any]:
        """Cancel an order that is queued.

        `PUT /orders/v2/{id}`

        Raises:
            Conflict: the order is no longer queued.

        Example:
            ```python
            from planet.exceptions import Conflict

            try:
                pl.orders.cancel_order(order_id)
            except Conflict:
                print("The order is already running.")
            ```
        """
        order_id = check_order_id(order_id)
        url = self._url(ORDERS_PATH + "/{}", order_id)
        try:
            order = Order(about("order", self._send("PUT", url), order_id))
        except Conflict as error:
            # The response to an earlier attempt may have been lost, which has cancelled it.
            order = self.get_order(order_id) if error._retry.was_retried else Order()
            if order.get("state") != "cancelled":
                raise
        self._log.info("Order %s was cancelled", order_id)
        return order

    def cancel_orders(self, order_ids: Any = None) -> dict[str, Any]:
        """Cancel several orders; without ids, **every** order that is queued.

        `POST /bulk/orders/v2/cancel`

        Returns:
            The number of orders that were cancelled, and for the others the reasons:
            `{"result": {"succeeded": {"count"}, "failed": {"count", "failures": [{"order_id", "message"}]}}}`.

        Example:
            ```python
            answer = pl.orders.cancel_orders([order_id])
            ```
        """
        body = {} if order_ids is None else {"order_ids": check_order_ids(order_ids)}
        answer = self._send("POST", self._url(BULK_PATH + "/cancel"), body, idempotent=order_ids is not None)
        which = "all queued orders" if order_ids is None else ", ".join(body["order_ids"])
        self._log.info("Cancellation of several orders was requested: %s", which)
        return answer

    def aggregated_order_stats(self) -> dict[str, Any]:
        """Get the number of queued and running orders, of this user and of the organisation.

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
        destination_ref: Any = None,
        sort_by: str | None = None,
        user_id: str | int | None = None,
        page_size: int | None = None,
    ) -> Pager[Order]:
        """List the orders of the last three months, the newest first.

        `GET /orders/v2`

        Args:
            state: only orders in this state.
            limit: the maximum number of orders; 0: all.
            source_type: `scenes`, `basemaps` or `all` (the default).
            name: only orders with this name.
            name__contains: only orders whose name contains this.
            created_on: when the order was created: a time as string or datetime, or an interval: `a/b`, `a/..`,
                `../b`, or a pair of datetimes of which one may be None.
            last_modified: when the order was modified last, in the same forms.
            hosting: only orders with (True) or without (False) hosting.
            destination_ref: only orders delivered to this destination.
            sort_by: `name`, `created_on`, `state`, `last_modified`, each with ` ASC` or ` DESC`, joined by commas.
            user_id: another user of the organisation, or `all`; for administrators only.
            page_size: how many to request per page; by default 20. With 250, long listings take fewer requests.

        Raises:
            ArgumentError: the state does not exist, or a time or the page size is invalid.

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
            "hosting": plain(hosting),
            "destination_ref": None if destination_ref is None else destination_ref_of(destination_ref),
            "sort_by": sort_by,
            "user_id": plain(user_id),
            "page_size": None if page_size is None else check_page_size(page_size),
        }
        return self._list(self._url(ORDERS_PATH), ORDER_PAGES, Order, limit, params)

    def wait(
        self,
        order_id: Any,
        state: str | None = None,
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
        progress_bar: bool = False,
    ) -> str:
        """Wait until an order has a final state, or has reached a given one.

        Transient errors are retried, and the interval between polls adapts: `delay` and `max_attempts` are optional.
        Tasks or threads of one session that wait for five orders or more share pages of the listing.

        Args:
            order_id: the order.
            state: the state to wait for; by default any final state: `success`, `partial`, `failed`, `cancelled`.
            delay: seconds from one poll to the next; by default half a second, increasing to ten.
            max_attempts: the maximum number of polls; 0: unlimited.
            callback: is called with the state after every poll.
            timeout: seconds after which to give up; by default never.
            progress_bar: show the state on stderr.

        Returns:
            The last state. It may be `failed` or `cancelled`, also if another one was waited for.

        Raises:
            ArgumentError: an argument is invalid.
            WaitTimeout: the time or the polls are used up. The service continues to process the order; call `wait`
                again to continue to wait.

        Example:
            ```python
            state = pl.orders.wait(order_id, timeout=3600, progress_bar=True)
            ```
        """
        watch = watch_order(check_order_id(order_id), state, self._log)
        interval = PollInterval(delay, max_attempts, timeout, monotonic())
        with StateBar(watch.id, disable=not progress_bar) as bar:

            def report(state: str) -> Any:
                bar.update_state(state)
                return None if callback is None else callback(state)

            with lookout(self._session, self._url(ORDERS_PATH)).watching([watch.id]):
                return (wait_for(watch, self._poll_order, interval, report if progress_bar else callback)).state

    def _poll_order(self, watch: Watch[Order]) -> Order | None:
        def wrap(answer: dict[str, Any]) -> Order:
            return Order(about("order", answer, watch.id))

        url, what = self._url(ORDERS_PATH + "/{}", watch.id), f"Order {watch.id}"
        listing = lookout(self._session, self._url(ORDERS_PATH))
        return listing.look(self._session, watch.id, lambda: self._poll(url, wrap, what))

    def wait_many(
        self,
        order_ids: Any,
        state: str | None = None,
        delay: float | None = None,
        callback: Callable[[str, str], Any] | None = None,
        *,
        timeout: float | None = None,
        max_attempts: int = 0,
    ) -> Iterator[tuple[str, str]]:
        """Wait for many orders at once, and yield `(order id, state)` of each as soon as it has a final state.

        From five orders on, a page of the listing answers for up to a hundred of them.

        Args:
            order_ids: the orders.
            state: the state to wait for; by default any final state.
            delay: seconds from one round of polls to the next; by default half a second, increasing to ten.
            callback: is called with the id and the state of every pending order after each round.
            timeout: seconds after which to give up on the orders that are left; by default never.
            max_attempts: maximum number of rounds of polls; 0 for any number.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is invalid.
            WaitTimeout: the time or the rounds are used up; `id` has the ids that are left, joined by commas.

        Example:
            ```python
            for order_id, state in pl.orders.wait_many(order_ids):
                pl.orders.download_order(order_id, folder)
            ```
        """
        watches = [watch_order(order_id, state, self._log) for order_id in dict.fromkeys(check_order_ids(order_ids))]
        interval = PollInterval(delay, max_attempts, timeout, monotonic())
        waiting: Any = wait_each(watches, self._poll_order, interval, callback)
        with lookout(self._session, self._url(ORDERS_PATH)).watching(watch.id for watch in watches) as pending:
            with closing(waiting) as finished:
                for watch in finished:
                    pending.discard(watch.id)
                    yield watch.id, watch.state

    def refresh_specs(self) -> None:
        """Download the current catalogue of item types and product bundles, and store it for later runs.

        `GET /bundles/spec`

        Example:
            ```python
            pl.orders.refresh_specs()
            ```
        """
        run_blocking(specs.use_spec, self._get(self._url("/bundles/spec")))

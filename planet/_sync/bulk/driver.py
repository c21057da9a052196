# Generated from planet/_async/bulk/driver.py by tools/unasync.py. Edit that file and run the tool again.

"""`Driver`: runs a bulk order. Each step is in the journal before the request that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from time import monotonic, time
from typing import Any

import attrs

from ..._bulk.journal import Journal
from ..._bulk.splitting import Budget, items_without_access, order_request_of, tail_of
from ..._bulk.states import state_of
from ..._bulk.tables import OrderRow
from ..._bulk.targets import check_target, named_in, scenes_in, verify_delivery
from ..._cloud.object_path import Place
from ..._models.orders import Order
from ..._redact import printable, redact
from ..._runtime._sync import invoke_callback, map_bounded, run_blocking, sleep
from ..._utils.arguments import check_int, check_not_negative
from ...exceptions import (
    APIError,
    ArgumentError,
    AuthError,
    BadQuery,
    ClientError,
    Conflict,
    ExecutorError,
    InvalidAPIKey,
    MissingResource,
    NoPermission,
    OutcomeUnknown,
    OverQuota,
    PlanetError,
    StorageError,
    TooManyRequests,
    WaitTimeout,
)
from ..apis.order_downloads import ORDERS_PATH
from ..apis.orders import OrdersAPI
from .listing import own_orders
from .workers import Workers

__all__ = ["Driver", "Settings"]


log = logging.getLogger("planet.bulk")

_CREATED_AT_ONCE, _DOWNLOADED_AT_ONCE = 3, 4  # orders
_CREATED_IN_TURN = 10  # orders, before the others are looked after
_SHORTEST, _LONGEST = 0.5, 60.0  # seconds between two looks at the list of orders
_WHOLE_LIST = 600.0  # seconds after which the whole list is read again
_BUDGET, _QUOTA = "the budget is used up", "the quota is used up"  # why orders are held
_CANCELLED = "cancelled"
_UNKNOWN = "the service does not know the order"
_FORGOTTEN = 80 * 86400.0  # seconds after which the list may not have an order any more


@attrs.frozen
class Settings:
    """How a bulk order is run; `BulkOrder.run` describes them."""

    timeout: float | None = None
    max_active: int = 1000
    settle: float = 300.0
    verify: str = "size"

    def __attrs_post_init__(self) -> None:
        check_int("max_active", self.max_active)
        check_not_negative("timeout", self.timeout or 0)
        check_not_negative("settle", self.settle)
        if self.verify not in ("size", "digest"):
            raise ArgumentError(f"verify must be 'size' or 'digest', got {self.verify!r}.")


class Driver:
    """Runs a bulk order.

    Args:
        orders: creates, lists and downloads the orders.
        journal: of the bulk order; nobody else changes it meanwhile.
        target: the folder, or the prefix in a bucket, to download to; or where deliveries are read; or None.
        settings: how it is run.
        workers: of a cluster, which download the files; None: this process does.

    Attributes:
        held: why planned orders are not created; None: they are.
    """

    def __init__(
        self,
        orders: OrdersAPI,
        journal: Journal,
        target: Place,
        settings: Settings,
        workers: Workers | None = None,
    ) -> None:
        self.held: str | None = None
        self._orders = orders
        self._journal = journal
        self._target = target
        self._settings = settings
        self._workers = workers
        self._is_paused = False  # the service takes no further order now
        self._end = None if settings.timeout is None else monotonic() + settings.timeout
        self._tried: set[int] = set()  # orders whose download was tried in this run
        self._since: datetime | None = None  # the part of the list that has changed since
        self._whole_list_at = -_WHOLE_LIST
        self._have_ended = False  # all orders: none will become ready any more
        self._on_change: Callable[[], Any] | None = None
        self._told: Any = None  # the numbers that were reported last

    def run(self, on_change: Callable[[], Any] | None) -> None:
        """Go on until there is nothing left to do, or nothing can be done now.

        Raises:
            WaitTimeout: the time is used up.
        """
        if self._journal.spec.get("delivery") is None:
            run_blocking(check_target, self._target)
            if self._workers is not None:
                self._workers.check()
        self._find_known()
        self._on_change, self._told = on_change, run_blocking(self._journal.counts)
        # Orders are created while others are downloaded: each has a rate of its own at the service.
        map_bounded(self._repeat, [self._until_all_have_ended, self._until_all_are_here], limit=2)

    def _repeat(self, steps: Callable[[], Any]) -> None:
        steps()

    def _until_all_have_ended(self) -> None:
        """Create orders, and look what became of them."""
        pause, before = _SHORTEST, self._told
        while True:
            self._create()
            self._look()
            now = self._tell()
            has_changed = now != before
            pause, before = _SHORTEST if has_changed else min(pause * 1.5, _LONGEST), now
            waiting = ("sending", "active") if self.held else ("planned", "sending", "active")
            # An order that has failed may have left some of the budget to others.
            if not any(now["orders"].get(state) for state in waiting) and not (has_changed and self.held == _BUDGET):
                self._have_ended = True
                return
            self._check_time(pause)
            sleep(pause)

    def _until_all_are_here(self) -> None:
        """Download orders when they are ready."""
        while True:
            is_last = self._have_ended
            self._fetch()
            self._tell()
            ready = [row.seq for row in run_blocking(self._journal.orders, "ready")]
            if is_last and self._tried.issuperset(ready):
                return
            self._check_time(_SHORTEST)
            sleep(0 if set(ready) - self._tried else _SHORTEST)

    def _tell(self) -> Any:
        """Report the state if it has changed; the numbers."""
        now = run_blocking(self._journal.counts)
        if now != self._told:
            self._told = now
            if self._on_change is not None:
                invoke_callback(self._on_change)
        return now

    def _check_time(self, pause: float) -> None:
        if self._is_late(pause):
            raise WaitTimeout(
                f"The bulk order {self._journal.name} is not complete after {self._settings.timeout:g} s.",
                id=self._journal.key,
                hint="Call run() again to go on.",
            )

    def _is_late(self, pause: float = 0.0) -> bool:
        return self._end is not None and monotonic() + pause > self._end

    def _find_known(self) -> None:
        """Find the orders that the service has and the journal does not know of, as when it is an older copy."""
        planned = {tail_of(row.name, self._journal.key): row for row in run_blocking(self._journal.orders, "planned")}
        if not planned:
            return
        known = {tail_of(name, self._journal.key) for name in run_blocking(self._journal.names)}
        for order in sorted(own_orders(self._orders, self._journal.key), key=lambda order: str(order.created_on)):
            tail = tail_of(order.name or "", self._journal.key)
            if tail not in known:
                raise ClientError(
                    f"The journal {self._journal.path} is older than order {order.id} of this bulk order.",
                    hint="Use the latest copy of it: this one would order scenes again.",
                )
            if (row := planned.pop(tail, None)) is not None:
                run_blocking(self._journal.send, row)
                run_blocking(self._journal.created, row, order.id)

    # -- create ----------------------------------------------------------------------------------------------

    def _create(self) -> None:
        """Create planned orders, as many as the budget, the quota and the service allow."""
        self._is_paused = False
        planned = run_blocking(self._journal.orders, "planned")
        free = self._settings.max_active - len(run_blocking(self._journal.orders, "sending", "active"))
        map_bounded(
            self._send,
            run_blocking(self._affordable, planned[: min(max(free, 0), _CREATED_IN_TURN)]),
            limit=_CREATED_AT_ONCE,
        )

    def _affordable(self, planned: Sequence[OrderRow]) -> list[OrderRow]:
        budget = Budget(**self._journal.spec["budget"])
        scenes, km2 = self._journal.spent()
        allowed = []
        if self.held == _BUDGET:
            self.held = None
        for order in planned:
            scenes, km2 = scenes + order.scenes, km2 + (order.km2 or 0.0)
            if not budget.allows(scenes, None if order.km2 is None else km2):
                self.held = _BUDGET
                break
            allowed.append(order)
        return allowed

    def _send(self, order: OrderRow) -> None:
        if self.held == _QUOTA or self._is_paused or self._is_late():
            return
        scenes = run_blocking(self._journal.scenes_of, order.seq)
        request = order_request_of(self._journal.spec, order.name, scenes)
        run_blocking(self._journal.send, order)
        try:
            order_id = self._post(request)
        except OverQuota as error:
            run_blocking(self._journal.not_sent, order, redact(error.message))
            self.held = _QUOTA
        except (Conflict, TooManyRequests) as error:  # too many orders at once, or too fast: tried again later
            run_blocking(self._journal.not_sent, order, redact(error.message))
            self._is_paused = True
        except (InvalidAPIKey, NoPermission, AuthError):
            run_blocking(self._journal.not_sent, order)
            raise
        except PlanetError as error:
            self._not_created(order, error)
        else:
            run_blocking(self._journal.created, order, order_id)

    def _post(self, request: Mapping[str, Any]) -> str:
        """Create an order. Unlike `create_order`, it leaves it to the list to find an order whose answer was lost."""
        url = self._orders._url(ORDERS_PATH)
        answer = self._orders._session.request("POST", url, json=dict(request), response_type=dict)
        order_id = answer.json().get("id")
        if not isinstance(order_id, str):
            raise OutcomeUnknown("The response to the creation of an order is not an order.", method="POST")
        return order_id

    def _not_created(self, order: OrderRow, error: PlanetError) -> None:
        if error._retry.not_sent:
            run_blocking(self._journal.not_sent, order)
            raise error
        status = error.status_code or 0
        if not isinstance(error, APIError) or status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
            log.warning("It is not known whether order %s was created: %s", order.name, redact(error.message))
            return  # the list of orders will tell
        if not isinstance(error, BadQuery):  # of a proxy, or about the address: it says nothing about the scenes
            run_blocking(self._journal.not_sent, order)
            raise error
        reason = printable(redact(str(error)))
        scenes = {item_id for _, item_id in run_blocking(self._journal.scenes_of, order.seq)}
        named = items_without_access(f"{error} {error.body or ''}") & scenes
        run_blocking(self._journal.refuse_items, order, named or scenes, reason)
        log.warning("The service refuses %d scenes of order %s: %s", len(named or scenes), order.name, reason)

    # -- wait ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Look at the list of orders: what became of those that were sent, and which have ended."""
        rows = run_blocking(self._journal.orders, "sending", "active")
        if not rows:
            return
        is_whole = (
            self._since is None
            or monotonic() - self._whole_list_at >= _WHOLE_LIST
            or any(row.state == "sending" for row in rows)
        )
        started = monotonic()
        try:
            listed = own_orders(self._orders, self._journal.key, None if is_whole else self._since)
        except PlanetError as error:
            if not error.is_transient:
                raise
            log.info("Orders could not be listed, trying again later: %s", redact(error.message))
            return
        if is_whole:
            self._whole_list_at = started
        moments = [order.last_modified for order in listed if order.last_modified is not None]
        self._since = max([*moments, *([self._since] if self._since else [])], default=None)
        by_tail: dict[str, list[Order]] = {}
        for order in listed:
            by_tail.setdefault(tail_of(order.name or "", self._journal.key), []).append(order)
        by_id = {order.id: order for order in listed}
        for row in rows:
            if row.state == "sending":
                self._settle(row, by_tail.get(tail_of(row.name, self._journal.key), []))
            elif row.order_id in by_id or is_whole:
                self._advance(row, by_id.get(str(row.order_id)))

    def _settle(self, row: OrderRow, found: list[Order]) -> None:
        """Find out whether an order was created, from the list: it is never sent to find out."""
        age = time() - (row.sent_at or 0.0)
        if found:
            first, *others = sorted(found, key=lambda order: str(order.created_on))
            for other in others:
                log.error("Order %s exists twice: %s is cancelled, if it is still queued", row.name, other.id)
            if others:
                self._orders.cancel_orders([other.id for other in others])
            run_blocking(self._journal.created, row, first.id)
            if row.note == _CANCELLED:
                self._orders.cancel_orders([first.id])
            else:
                self._advance(row._replace(state="active", order_id=first.id), first)
        elif age > _FORGOTTEN:
            reason = f"sent too long ago for the list of orders: look for {row.name!r} before it is ordered again"
            self._finish(row, "unknown", "failed", reason)
        elif age > self._settings.settle:
            if row.note == _CANCELLED:
                self._finish(row, "cancelled", "failed", _CANCELLED)
            else:
                run_blocking(self._journal.not_sent, row)

    def _advance(self, row: OrderRow, order: Order | None) -> None:
        """Store what the service says about an order; None: the list has not got it."""
        if order is None:
            try:
                order = self._orders.get_order(row.order_id)
            except MissingResource:
                if self._is_new(row):
                    self._since = None  # the next look reads the whole list again
                    return
                order = Order(id=row.order_id, state="failed", last_message=_UNKNOWN)
            except PlanetError as error:
                if not error.is_transient:
                    raise
                return
        state = state_of(order.state)
        if state == "ready":
            run_blocking(self._journal.note, row, "ready")
        elif state in ("failed", "cancelled"):
            self._finish(row, state, "failed", _reason(order) or f"the order was {state}")

    def _is_new(self, row: OrderRow) -> bool:
        """Whether an order was sent so lately that the service may not find it yet."""
        return time() - (row.sent_at or 0.0) < self._settings.settle

    def _finish(self, row: OrderRow, state: str, fate: str, reason: str) -> None:
        """Store the last state of an order all of whose scenes have one fate."""
        scenes = run_blocking(self._journal.scenes_of, row.seq)
        run_blocking(self._journal.end, row, state, reason, {item_id: (fate, reason) for _, item_id in scenes})

    # -- download --------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        """Download what is ready, and, once in each run, what earlier downloads have left."""
        rows = run_blocking(self._journal.orders, "ready", "incomplete")
        left = [row for row in rows if row.seq not in self._tried]
        map_bounded(self._download, left, limit=_DOWNLOADED_AT_ONCE)

    def _download(self, row: OrderRow) -> None:
        if self._is_late():
            return
        self._tried.add(row.seq)
        scenes = [item_id for _, item_id in run_blocking(self._journal.scenes_of, row.seq)]
        try:
            delivered, order = self._bring_home(str(row.order_id), scenes)
        except (StorageError, ExecutorError):
            raise  # it would keep all other orders from being stored, too
        except ClientError as error:
            log.warning("Order %s is not complete: %s", row.order_id, error)
            self._finish(row, "incomplete", "ordered", printable(redact(str(error))))
            return
        except MissingResource:
            if self._is_new(row):
                self._tried.discard(row.seq)
                return
            delivered, order = set(), Order(last_message=_UNKNOWN)
        reason = _reason(order) or "the service has not delivered it"
        fates: dict[str, tuple[str, str | None]] = {
            item_id: ("delivered", None) if item_id in delivered else ("missing", reason) for item_id in scenes
        }
        run_blocking(self._journal.end, row, "done", None if delivered.issuperset(scenes) else reason, fates)

    def _bring_home(self, order_id: str, scenes: Sequence[str]) -> tuple[set[str], Order]:
        """Download an order, or verify what Planet has delivered: the ids of the scenes that are there."""
        spec, folder = self._journal.spec, None if self._target is None else self._target / order_id
        if spec.get("delivery") is not None:
            order = self._orders.get_order(order_id)
            names = [str(result.name) for result in order.results if result.get("delivery") == "success"]
            if folder is not None:
                run_blocking(partial(verify_delivery, folder, by_digest=self._settings.verify == "digest"))
                return run_blocking(scenes_in, folder, names, scenes), order
            # Of what it has delivered elsewhere, the service gives no more than names; those of archives have no ids.
            return set(scenes) if order.state == "success" else named_in(names, scenes), order
        is_packed = spec["archive"] is not None
        if self._workers is None or is_packed:  # archives are unpacked on the disk of this machine
            paths: Sequence[Place] = self._orders.download_order(order_id, self._target, unzip=is_packed)
        else:
            paths = self._workers.download(order_id)
        delivered = run_blocking(scenes_in, folder, paths, scenes)
        return delivered, Order() if delivered.issuperset(scenes) else self._orders.get_order(order_id)

    # -- cancel ----------------------------------------------------------------------------------------------

    def cancel(self) -> int:
        """Cancel what can be cancelled; returns the number of orders."""
        self._look()
        planned = run_blocking(self._journal.orders, "planned")
        for row in planned:
            self._finish(row, "cancelled", "failed", _CANCELLED)
        run_blocking(self._journal.cancel_sent)
        active = run_blocking(self._journal.orders, "active")
        if not active:
            return len(planned)
        self._orders.cancel_orders([row.order_id for row in active])
        # The service says what it has cancelled; those that are running already go on.
        for row in active:
            self._advance(row, None)
        states = {row.seq: row.state for row in run_blocking(self._journal.orders)}
        return len(planned) + sum(states[row.seq] == "cancelled" for row in active)


def _reason(order: Order) -> str | None:
    """Why an order has failed, or has not delivered everything, in the words of the service."""
    text = "; ".join([*map(str, order.error_hints), *([str(order.last_message)] if order.last_message else [])])
    return printable(redact(text)) or None

# Generated from planet/_async/bulk/order.py by tools/unasync.py. Edit that file and run the tool again.

"""`BulkOrder`: one order as the user thinks of it, made of many orders as the service takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..._bulk.account import account_of
from ..._bulk.journal import Journal
from ..._bulk.report import BulkReport, BulkScene, BulkStatus
from ..._bulk.selection import Selection, selection_of
from ..._bulk.splitting import Budget, split
from ..._bulk.windows import span_of
from ..._cloud.object_path import Place, as_place
from ..._runtime._sync import run_blocking
from ..._utils.optional import require
from ..._utils.tracebacks import hides_locals
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError, OtherAccount
from ..apis.data import DataAPI
from ..apis.orders import OrdersAPI
from .driver import Driver, Settings
from .planner import Planner, area_of, choose
from .workers import Workers

if TYPE_CHECKING:
    import pystac

__all__ = ["BulkOrder"]


class BulkOrder:
    """A bulk order that was planned. `pl.bulk.plan` and `pl.bulk.open` return it.

    Attributes:
        path: its journal.
        name: the beginning of the names of its orders.
        key: 8 digits that are in the names of its orders, and in no others.
        target: the folder, or the prefix in a bucket, that its scenes are downloaded to: each order to one of its id.
            If Planet delivers them: where they are read for verification, or None.
    """

    __module__ = "planet.bulk"

    def __init__(self, data: DataAPI, orders: OrdersAPI, journal: Journal) -> None:
        self._data = data
        self._orders = orders
        self._journal = journal
        self._held: str | None = None
        self.path, self.name, self.key = journal.path, journal.name, journal.key
        stored = journal.spec["target"]
        self.target: Place = None if stored is None else as_place("target", stored)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.key} in {self.path}>"

    def close(self) -> None:
        """Close the journal. It cannot be used afterwards; open it again with `pl.bulk.open`."""
        self._journal.close()

    def summary(self) -> str:
        """The plan in one line: what was found and chosen, and what it costs."""
        status = self.status()
        found = sum(status.scenes.values())
        text = f"{found:,} scenes found, {status.chosen:,} chosen, {sum(status.orders.values()):,} orders"
        if status.km2 is not None:
            text += f", {status.km2:,.0f} km²"
        budget = Budget(**self._journal.spec["budget"])
        limits = [f"{budget.scenes:,} scenes"] if budget.scenes is not None else []
        limits += [f"{budget.km2:,.0f} km²"] if budget.km2 is not None else []
        return text + (f", budget {' and '.join(limits)}" if limits else "")

    def status(self) -> BulkStatus:
        """Its state, from the journal alone: it sends no request."""
        counts = self._journal.counts()
        return BulkStatus(counts["scenes"], counts["orders"], counts["windows_left"], counts["km2"], self._held)

    def report(self) -> BulkReport:
        """What became of each chosen scene, from the journal alone."""
        scenes = [BulkScene(*row) for row in self._journal.scenes()]
        return BulkReport(self.status(), [scene for scene in scenes if scene.fate not in ("found", "left")])

    @hides_locals
    def to_item_collection(self, *, storage_options: Mapping[str, Any] | None = None) -> pystac.ItemCollection:
        """Its delivered scenes as STAC, with the addresses of their files in the target: for `odc.stac.load`.

        It reads the manifests, the metadata and the headers of the images from the target, and asks Planet nothing. It
        needs `planet[stac]`.

        Args:
            storage_options: for a target in a bucket: what is not found in the environment.

        Raises:
            ClientError: nothing was delivered yet, or it is not known where the files are.

        Example:
            ```python
            job.run()
            job.to_item_collection().save_object(folder / "catalogue.json")
            ```
        """
        require("stac", "STAC", "pystac", "rasterio")
        from ..._imagery.stac_order import convert_orders

        if self.target is None:
            raise ClientError("It is not known where the files are.", hint="Plan it with target=, where they are read.")
        target = as_place("target", str(self.target), storage_options)
        delivered = {scene.order_id: True for scene in self.report().scenes if scene.fate == "delivered"}
        if not delivered:
            raise ClientError(f"No scene of the bulk order {self.name} was delivered yet.", hint="Call run() first.")
        return convert_orders([target / str(order_id) for order_id in delivered])

    @hides_locals
    def run(
        self,
        *,
        callback: Callable[[BulkStatus], Any] | None = None,
        timeout: float | None = None,
        max_active: int = 1000,
        settle: float = 300.0,
        verify: str = "size",
        executor: Any = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> BulkReport:
        """Create the orders, wait for them, and download them. **This spends quota.**

        Interrupted or killed at any moment, it is called again, and goes on: nothing is ordered twice. It returns when
        every chosen scene has a fate, or when the budget or the quota allows no further order.

        `POST`, `GET /orders/v2`; a page of the list answers for up to 250 orders.

        Args:
            callback: is called with the `BulkStatus` whenever something has changed.
            timeout: seconds after which to give up; by default never.
            max_active: how many orders may be queued or running at once.
            settle: if the answer to the creation of an order was lost, and the list does not show the order, seconds
                after which it is sent again.
            verify: what is compared with the manifest where Planet delivers: `size`, or `digest`, which reads all.
            executor: a `distributed.Client` or any `concurrent.futures.Executor`, whose workers download and verify the
                files. They get no credentials of Planet. By default this process does it all.
            storage_options: for a target in a bucket: what is not found in the environment.

        Raises:
            BulkJournalBusy: another program is working on it.
            OtherAccount: it was started with another account.
            StorageError: the bucket cannot be written. Nothing was ordered, or what was ordered goes on at the service.
            WaitTimeout: the time is used up; call it again to go on.

        Example:
            ```python
            report = job.run(callback=print)
            report.save(folder / "report.csv")
            ```
        """
        settings = Settings(timeout=timeout, max_active=max_active, settle=settle, verify=verify)
        with self._journal.driven():
            self._check_account()
            target = self.target if self.target is None else as_place("target", str(self.target), storage_options)
            workers = None if executor is None else Workers(executor, self._orders, target, storage_options)
            driver = Driver(self._orders, self._journal, target, settings, workers)
            try:
                driver.run(None if callback is None else lambda: callback(self.status()))
            finally:
                self._held = driver.held
        return self.report()

    def retry(self) -> int:
        """Plan new orders for the scenes that are missing, refused or failed. They may be charged again.

        It spends nothing itself: call `run` afterwards.

        Returns:
            The number of scenes.

        Raises:
            BulkJournalBusy: another program is working on it.
        """
        with self._journal.driven():
            spec = self._journal.spec
            return self._journal.choose_again(("missing", "refused", "failed"), lambda scenes: split(spec, scenes))

    def extend(
        self,
        acquired: Any = None,
        *,
        select: Selection | None = None,
        callback: Callable[[int, int], Any] | None = None,
    ) -> int:
        """Search for more scenes, select from them, and plan orders for them. It spends nothing: call `run` afterwards.

        Scenes that were found before are not selected again, and not ordered again. Interrupted, plan the bulk order
        again: it goes on.

        `POST /data/v1/stats` once, and `POST /data/v1/quick-search` for each span of time with up to 2000 scenes.

        Args:
            acquired: another span of time, as `2025-01-01/2026-01-01` or as a pair; left out: what was published since
                it was planned, in the spans that it has.
            select: as for `plan`; left out: as it was planned. A function of your own must be passed again.
            callback: is called with the number of spans that were searched, and of all.

        Returns:
            The number of scenes that were chosen.

        Raises:
            ArgumentError: the span is not valid.
            BulkJournalBusy: another program is working on it.

        Example:
            ```python
            print(job.extend("2022-06-03/2022-06-05"), "more scenes")
            report = job.run()
            ```
        """
        chosen = select or selection_of(self._journal.spec["select"])
        if chosen is None:
            raise ArgumentTypeError("It was planned with a function of yours.", hint="Pass it again as select=.")
        now = datetime.now(timezone.utc).isoformat()
        with self._journal.driven():
            self._check_account()
            windows = self._journal.windows()
            if acquired is None:
                ends = [datetime.fromisoformat(end) for row in windows for end in (row.start, row.stop)]
                span, since = (min(ends), max(ends)), self._journal.snapshot
            else:
                span, since = span_of(acquired), None
            before = self.status().chosen
            planner = Planner(self._data, self._journal, run_blocking(area_of, self._journal.spec))
            planner.add(span, since, now)
            planner.find(callback)
            run_blocking(choose, self._journal, chosen)
            return self.status().chosen - before

    def cancel(self) -> int:
        """Cancel the orders that are not created, and those that are still queued at the service.

        `POST /bulk/orders/v2/cancel`. Orders that are running already are not stopped: the next `run` downloads them.
        An order of which it is not known whether the service has it is not sent again.

        Returns:
            The number of orders that were cancelled.

        Raises:
            BulkJournalBusy: another program is working on it.
            OtherAccount: it was started with another account.
        """
        with self._journal.driven():
            self._check_account()
            driver = Driver(self._orders, self._journal, self.target, Settings())
            return driver.cancel()

    def _check_account(self) -> None:
        session = self._orders._session
        if session.base_url != self._journal.base_url:
            raise ArgumentError(
                f"{self.path} belongs to the service at {self._journal.base_url}.", hint="Pass it as base_url."
            )
        account = run_blocking(account_of, session.settings.auth, self.key)
        if account is not None and not self._journal.belong_to(account):
            raise OtherAccount(
                f"{self.path} was started with another account.",
                hint="Use that account: this one does not see its orders, and would order them again.",
            )

"""The state of the sandbox: its clock, catalogue, orders and searches, and the folder with the files."""

import asyncio
import datetime
import hashlib
import hmac
import json
import logging
import secrets
import shutil
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from .catalog import Catalog
from .clock import Clock, stamp
from .faults import Faults
from .fulfil import Failure, Job, fulfil

__all__ = ["LINK_HOURS", "OrderRecord", "Timing", "World"]

LINK_HOURS = 24

log = logging.getLogger(__name__)

_PROVIDERS = {  # provider: the field that names the bucket
    "amazon_s3": "bucket",
    "azure_blob_storage": "container",
    "google_cloud_storage": "bucket",
    "google_earth_engine": "collection",
    "oracle_cloud_storage": "bucket",
    "s3_compatible": "bucket",
    "destination": "ref",
}


@attrs.frozen
class Timing:
    """How long things take, in seconds.

    Attributes:
        queued: from the creation of an order until it runs.
        running: how long it runs at least.
    """

    queued: float
    running: float


FAST = Timing(queued=0.6, running=1.4)
REALTIME = Timing(queued=30, running=240)


@attrs.define(eq=False)
class OrderRecord:
    """An order, as the sandbox keeps it."""

    id: str
    key: str
    request: dict[str, Any]
    job: Job
    created: datetime.datetime
    modified: datetime.datetime
    complete: bool  # whether everything that was ordered can be delivered
    state: str = "queued"
    message: str = "Preparing order"
    hints: list[str] = attrs.field(factory=list)
    results: list[str] = attrs.field(factory=list)
    work: Any = None  # the task that makes the files

    @property
    def is_final(self) -> bool:
        return self.state in ("success", "partial", "failed", "cancelled")

    @property
    def delivered_elsewhere(self) -> bool:
        """Whether the files go somewhere else than to download links."""
        return "hosting" in self.request or any(p in (self.request.get("delivery") or {}) for p in _PROVIDERS)


class World:
    """Everything that the sandbox knows. Only its server's event loop touches it."""

    def __init__(
        self, folder: Path, timing: Timing, *, pixels: int = 512, image_bytes: int = 0, api_key: str | None = None
    ) -> None:
        self.folder = folder
        self.timing = timing
        self.pixels = pixels
        self.image_bytes = image_bytes
        self.api_key = api_key
        self.clock = Clock()
        self.catalog = Catalog()
        self.faults = Faults()
        self.orders: dict[str, OrderRecord] = {}
        self.searches: dict[str, dict[str, Any]] = {}
        self._secret = secrets.token_bytes(32)
        # One order after the other: making images takes all the memory that one should take, and rasterio is quieter.
        self._workshop = ThreadPoolExecutor(max_workers=1, thread_name_prefix="planet-sandbox-orders")

    def close(self) -> None:
        """Take on no more work, and wait for what is being done."""
        self._workshop.shutdown(cancel_futures=True)

    def reset(self) -> None:
        """Forget what clients have done, and what was to go wrong."""
        self.clock = Clock()
        self.faults.clear()
        self.orders.clear()
        self.searches.clear()

    # -- signed links ----------------------------------------------------------------------------------------

    def sign(self, **claims: Any) -> str:
        """A token that holds *claims*, and that only this sandbox can have made."""
        payload = urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return f"{payload}.{self._signature(payload)}"

    def unsign(self, token: str) -> dict[str, Any] | None:
        """The claims of a token; None if it is not ours, or has expired."""
        payload, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(payload).encode()):
            return None
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload))
        return claims if claims["exp"] > self.clock.time() else None

    def expire_links(self) -> None:
        """No link that was made so far is valid any more."""
        self._secret = secrets.token_bytes(32)

    def _signature(self, payload: str) -> str:
        return hmac.new(self._secret, payload.encode(), hashlib.sha256).hexdigest()

    # -- orders ----------------------------------------------------------------------------------------------

    def add_order(self, key: str, request: dict[str, Any], job: Job, *, complete: bool) -> OrderRecord:
        """A new order."""
        now = self.clock.now()
        order = OrderRecord(job.order_id, key, request, job, created=now, modified=now, complete=complete)
        self.orders[order.id] = order
        return order

    def new_order_id(self) -> str:
        """An id for an order."""
        return str(uuid.uuid4())

    async def settle(self, order: OrderRecord) -> None:
        """Bring an order to the state that it has by now."""
        age = self.clock.time() - order.created.timestamp()
        if order.state == "queued" and age >= self.timing.queued:
            self._turn(order, "running", "Started processing order")
        if order.state == "running":
            if order.work is None:
                order.work = asyncio.get_running_loop().run_in_executor(self._workshop, self._make, order)
            if age >= self.timing.queued + self.timing.running:
                await asyncio.shield(order.work)
                self._finish(order)

    def _turn(self, order: OrderRecord, state: str, message: str) -> None:
        order.state, order.message, order.modified = state, message, self.clock.now()

    def cancel(self, order: OrderRecord) -> None:
        """Cancel an order."""
        self._turn(order, "cancelled", "Order was cancelled")

    def order_folder(self, order: OrderRecord) -> Path:
        """Where the files of an order lie."""
        return self.folder / "orders" / order.id

    def _make(self, order: OrderRecord) -> None:
        """Make the files of an order. Runs in a thread."""
        folder = self.order_folder(order)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            order.results = fulfil(order.job, folder)
        except Failure as failure:
            order.hints = [str(failure)]
            return
        except Exception:  # a defect of the sandbox: the order fails, as it would at the service
            log.exception("order %s could not be made", order.id)
            order.hints = ["internal error of the sandbox: see its log"]
            return
        for target in self._targets(order):
            shutil.copytree(folder, target, dirs_exist_ok=True)

    def _targets(self, order: OrderRecord) -> list[Path]:
        """The folders that stand for the buckets that the order is delivered to."""
        delivery = order.request.get("delivery") or {}
        root = self.folder / "delivered"
        targets = []
        for provider, field in _PROVIDERS.items():
            if provider in delivery:
                bucket = (
                    "".join(c if c.isalnum() or c in "-_." else "_" for c in str(delivery[provider].get(field))) or "_"
                )
                prefix = str(delivery[provider].get("path_prefix") or "").lstrip("/")
                target = Path(f"{root / provider / bucket}/{prefix}{order.id}")
                if root.resolve() in target.resolve().parents:
                    targets.append(target)
        if "hosting" in order.request:
            collection = order.request["hosting"]["sentinel_hub"]["collection_id"]
            targets.append(root / "sentinel_hub" / str(uuid.UUID(collection)) / order.id)
        return targets

    def _finish(self, order: OrderRecord) -> None:
        if order.is_final:  # another request has been faster
            return
        if order.results:
            self._turn(order, "success" if order.complete else "partial", "Manifest delivery completed")
        else:
            self._turn(order, "failed", "Order failed")

    async def tick(self) -> None:
        """Bring everything to the state that it has by now."""
        for order in list(self.orders.values()):
            if not order.is_final:
                await self.settle(order)

    def link_expiry(self, hours: float = LINK_HOURS) -> tuple[float, str]:
        """When a link that is made now ends to work: in seconds, and as text."""
        until = self.clock.now() + datetime.timedelta(hours=hours)
        return until.timestamp(), stamp(until)

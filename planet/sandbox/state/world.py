"""The state of the sandbox: clock, catalogue, records, and the folder with the files."""

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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from ... import specs
from ..._models.items import Item
from ..catalog.catalog import Catalog
from ..catalog.clock import Clock, stamp
from ..catalog.own_scenes import OwnScene
from ..catalog.scene import Scene
from ..imagery import workers
from ..imagery.fulfilment import Failure, Job, fulfil, fulfil_asset
from .blobs import Blobs
from .buckets import delivery_folders
from .faults import Faults
from .geocatalog import GeoCatalogState
from .identity import Identity
from .records import AssetRecord, CollectionRecord, OrderRecord, QuotaRecord, SearchRecord, SubscriptionRecord, by_id
from .refs import resolve_refs

__all__ = ["ASSET_LINK_HOURS", "LINK_HOURS", "Timing", "World"]


LINK_HOURS = 24
ASSET_LINK_HOURS = 1
_AT_ONCE = 8  # orders, assets, tiles and deliveries in progress
_ACTIVE_HOURS = 12  # after the activation of an asset

log = logging.getLogger(__name__)


@attrs.frozen
class Timing:
    """Durations in seconds.

    Attributes:
        queued: the time from the creation of an order until it runs.
        running: the minimum time that an order runs.
        activating: the minimum time from the activation of an asset until it is active.
    """

    __module__ = "planet.sandbox"

    queued: float
    running: float
    activating: float = 0.05


FAST = Timing(queued=0.6, running=1.4, activating=1.0)
REALTIME = Timing(queued=30, running=240, activating=120)


class World:
    """The state of a sandbox. Only the event loop of its server accesses it."""

    def __init__(
        self,
        folder: Path,
        timing: Timing,
        *,
        pixels: int = 512,
        clip_pixels: int = 400_000,
        image_bytes: int = 0,
        api_key: str | None = None,
        requires_token: bool = False,
        catalog_size: int | None = None,
        strict_ids: bool = False,
    ) -> None:
        self.folder = folder
        self.timing = timing
        self.pixels = pixels
        self.clip_pixels = clip_pixels
        self.image_bytes = image_bytes
        self.api_key = api_key
        self.requires_token = requires_token
        self.clock = Clock()
        self.catalog = Catalog(catalog_size, strict_ids=strict_ids)
        self.faults = Faults()
        self.orders: dict[str, OrderRecord] = {}
        self.searches: dict[str, SearchRecord] = {}
        self.assets: dict[tuple[str, str, str], AssetRecord] = {}
        self.collections: dict[str, CollectionRecord] = {}
        self.quota: dict[str, QuotaRecord] = {}
        self.destinations: dict[str, dict[str, dict[str, Any]]] = {}  # by key, and by id
        self.subscriptions: dict[str, SubscriptionRecord] = {}
        self.identity = Identity(self.clock)
        self._secret = secrets.token_bytes(32)
        self.blobs = Blobs(folder, self.sign, self.unsign, lambda: self.clock.now())
        self.geocatalog = GeoCatalogState(self.blobs, lambda: self.clock.now())
        # They wait for the worker processes, whose number limits the memory for images.
        self._executor = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="planet-sandbox")

    def close(self) -> None:
        """Cancel pending work and wait for the running one."""
        self._executor.shutdown(cancel_futures=True)

    def reset(self) -> None:
        """Delete all records, deliveries and faults, and reset the clock."""
        shutil.rmtree(self.folder / "delivered", ignore_errors=True)
        shutil.rmtree(self.folder / "geocatalog", ignore_errors=True)
        self.clock = Clock()
        self.catalog.remove_added()
        self.geocatalog = GeoCatalogState(self.blobs, lambda: self.clock.now())
        self.identity = Identity(self.clock, self.identity)
        self.faults.clear()
        self.orders.clear()
        self.searches.clear()
        self.assets.clear()
        self.collections.clear()
        self.quota.clear()
        self.destinations.clear()
        self.subscriptions.clear()

    def add_scene(self, own: OwnScene) -> Item:
        """Add a scene to the catalogue; returns its item."""
        scene = own.scene()
        self.catalog.add(scene)
        return Item(scene.item())

    async def run_in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a slow function in a thread; returns its result."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *args)

    async def render(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function that creates images in a worker process; returns its result."""
        return await self.run_in_thread(workers.run, function, *args)

    # -- features --------------------------------------------------------------------------------------------

    def collection(self, name: str, key: str) -> CollectionRecord | None:
        """Return a collection of the account with a key; None if there is none with that id."""
        record: CollectionRecord | None = by_id(self.collections, name)
        return record if record is not None and record.key == key else None

    def features_of(self, ref: str, key: str) -> list[dict[str, Any]]:
        """Return the features of a reference to a feature or collection; none if it does not exist."""
        scheme, _, name = ref.partition("/my/")
        collection_id, _, feature_id = name.partition("/")
        record = self.collection(collection_id, key) if scheme == "pl:features" else None
        if record is None:
            return []
        features = [record.feature(feature_id)] if feature_id else list(record.features.values())
        return [feature for feature in features if feature is not None]

    def resolve_refs(self, value: Any, key: str, path: str = "") -> Any:
        """Replace references to features of the account with a key by their geometries.

        Raises:
            FilterError: there is no such feature.
        """
        return resolve_refs(value, lambda ref: [feature["geometry"] for feature in self.features_of(ref, key)], path)

    def quota_of(self, key: str) -> QuotaRecord:
        """Return the quota of the account with a key."""
        return self.quota.setdefault(key, QuotaRecord())

    # -- scenes and assets -----------------------------------------------------------------------------------

    def scene(self, item_type: str, item_id: str) -> Scene | None:
        """Return the scene of an item; None if there is none."""
        return self.catalog.get(item_type, item_id) if item_type in specs.get_data_item_types() else None

    def asset(self, scene: Scene, asset_type: str) -> AssetRecord:
        """Return the record of an asset of a scene."""
        key = (scene.item_type, scene.id, asset_type)
        return self.assets.get(key) or AssetRecord(scene, asset_type)

    def activate(self, asset: AssetRecord) -> None:
        """Start to create the file of an asset, unless it is activating or active."""
        if asset.status != "inactive":
            return
        self.assets[(asset.scene.item_type, asset.scene.id, asset.type)] = asset
        asset.status, asset.activated = "activating", self.clock.time()
        asset.work = asyncio.get_running_loop().run_in_executor(self._executor, self._make_asset, asset)

    def _make_asset(self, asset: AssetRecord) -> None:
        """Create the file of an asset. Runs in a thread."""
        name = f"assets/{asset.scene.item_type}/{asset.scene.id}"
        path, asset.md5 = workers.run(
            fulfil_asset, asset.scene, asset.type, self.folder / name, self.pixels, self.image_bytes
        )
        asset.file = f"{name}/{path}"

    async def settle_asset(self, asset: AssetRecord) -> None:
        """Update the status of an asset."""
        age = self.clock.time() - asset.activated
        if asset.status == "activating" and age >= self.timing.activating and asset.work.done():
            error = asset.work.exception()
            asset.status = "active" if error is None else "inactive"  # so that it can be activated again
            if error is not None:  # a bug of the sandbox
                log.error("cannot create asset %s of %s", asset.type, asset.scene.id, exc_info=error)
        if asset.status == "active" and age >= _ACTIVE_HOURS * 3600:
            asset.status = "inactive"

    # -- signed links ----------------------------------------------------------------------------------------

    def sign(self, **claims: Any) -> str:
        """Return a signed token with *claims*."""
        payload = urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return f"{payload}.{self._signature(payload)}"

    def unsign(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token; None if the signature is wrong or the token has expired."""
        payload, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(payload).encode()):
            return None
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload))
        return claims if claims["exp"] > self.clock.time() else None

    def expire_links(self) -> None:
        """Invalidate all links issued so far."""
        self._secret = secrets.token_bytes(32)

    def _signature(self, payload: str) -> str:
        return hmac.new(self._secret, payload.encode(), hashlib.sha256).hexdigest()

    # -- orders ----------------------------------------------------------------------------------------------

    def add_order(self, key: str, request: dict[str, Any], job: Job, *, complete: bool) -> OrderRecord:
        """Create an order."""
        now = self.clock.now()
        order = OrderRecord(job.order_id, key, request, job, created=now, modified=now, complete=complete)
        self.orders[order.id] = order
        workers.warm_up(max(len(job.items), 1))
        return order

    def new_order_id(self) -> str:
        """Return an id for an order."""
        return str(uuid.uuid4())

    async def settle(self, order: OrderRecord) -> None:
        """Update the state of an order."""
        age = self.clock.time() - order.created.timestamp()
        if order.state == "queued" and age >= self.timing.queued:
            self._set_state(order, "running", "Started processing order")
        if order.state == "running":
            if order.work is None:
                order.work = asyncio.get_running_loop().run_in_executor(self._executor, self._make_order, order)
            # A request never waits for images: the order runs until they are there. With a stopped clock it does, so
            # that states depend on the clock alone.
            if age >= self.timing.queued + self.timing.running:
                if self.clock.is_stopped:
                    await asyncio.shield(order.work)
                if order.work.done():
                    self._finish(order)

    def _set_state(self, order: OrderRecord, state: str, message: str) -> None:
        order.state, order.message, order.modified = state, message, self.clock.now()

    def cancel(self, order: OrderRecord) -> None:
        """Cancel an order."""
        self._set_state(order, "cancelled", "Order was cancelled")

    def order_folder(self, order: OrderRecord) -> Path:
        """Return the folder with the files of an order."""
        return self.folder / "orders" / order.id

    def _make_order(self, order: OrderRecord) -> None:
        """Create the files of an order. Runs in a thread."""
        folder = self.order_folder(order)
        folder.mkdir(parents=True, exist_ok=True)
        hosting = (order.request.get("hosting") or {}).get("sentinel_hub", {}).get("collection_id")
        try:
            results = fulfil(order.job, folder)
            for target in delivery_folders(
                self.folder / "delivered", order.request.get("delivery") or {}, hosting, order.id
            ):
                shutil.copytree(folder, target, dirs_exist_ok=True)
        except Failure as failure:
            order.hints = [str(failure)]
        except Exception:  # a bug of the sandbox: the order fails, as at the service
            log.exception("order %s failed", order.id)
            order.hints = ["internal error of the sandbox: see its log"]
        else:
            order.results = results

    def _finish(self, order: OrderRecord) -> None:
        if order.is_final:  # another request has finished it
            return
        if order.results:
            self._set_state(order, "success" if order.complete else "partial", "Manifest delivery completed")
        else:
            self._set_state(order, "failed", "Order failed")

    async def tick(self) -> None:
        """Update all orders."""
        for order in list(self.orders.values()):
            if not order.is_final:
                await self.settle(order)

    def link_expiry(self, hours: float = LINK_HOURS, timespec: str = "milliseconds") -> tuple[float, str]:
        """Return the expiry of a new link: in seconds since 1970, and formatted."""
        until = self.clock.now() + datetime.timedelta(hours=hours)
        return until.timestamp(), stamp(until, timespec)

# Generated from planet/_async/download/assets.py by tools/unasync.py. Edit that file and run the tool again.

"""`AssetDownload`: activates, waits for, downloads and verifies assets of many items."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

import attrs

from ..._apis.data import asset_named, location_of, status_of, wait_timeout
from ..._cloud.object_path import Place
from ..._download.filename_registry import FilenameRegistry
from ..._download.on_exists import OVERWRITE
from ..._download.outcomes import is_fatal_for_batch, raise_for_failures
from ..._download.transfer import Transfer
from ..._http.polling import DueQueue, PollInterval
from ..._models.items import Asset
from ..._runtime._sync import Semaphore, map_bounded, run_blocking, sleep
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import ClientError, InvalidAPIKey, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .batch import PARALLEL
from .file import download_file, report_file, target_in
from .links import Source

__all__ = ["AssetDownload", "AssetRequests"]


log = logging.getLogger("planet.download")

_FIRST_POLL = 0.5  # seconds after the activation
_MAX_ACTIVATIONS = 3  # of one asset, which becomes inactive again each time


@attrs.define(eq=False)
class _Wanted:
    """An asset to download, and its progress."""

    item_type: str
    item_id: str
    asset_type: str
    interval: PollInterval
    asset: Asset | None = None
    activations: int = 0
    outcome: FileOutcome | None = None
    is_counted: bool = True  # among those that are not ready
    has_transfer: bool = False  # whose end is an event of its own

    @property
    def name(self) -> str:
        return f"{self.item_type}/{self.item_id}/{self.asset_type}"


@attrs.frozen
class AssetRequests:
    """The requests of the Data API's client that a download needs.

    Attributes:
        list_assets: the assets of an item, by their types, given the item type and the item id.
        activate: activates an asset.
        poll: gets the current state of an asset; the last known one after a transient error.
    """

    list_assets: Callable[[str, str], Any]
    activate: Callable[[Asset], Any]
    poll: Callable[[Asset], Any]


class AssetDownload:
    """The download of assets of many items.

    All of them are activated first, so that the service prepares them at the same time. Then workers take them from a
    queue when they are due: an active asset is downloaded, another one is polled and put back. So an asset that is
    ready does not wait for one that is not.

    Args:
        session: sends the requests.
        requests: the requests about assets.
        folder: the folder or prefix for the files.
        on_exists: what to do about files that exist.
        progress_bar: whether to show the progress.
        timeout: seconds to wait for an asset to become active; None: no limit.
    """

    def __init__(
        self,
        session: BaseSession,
        requests: AssetRequests,
        folder: Place,
        *,
        on_exists: str,
        progress_bar: bool,
        timeout: float | None,
    ) -> None:
        PollInterval(None, 0, timeout, 0.0)  # validates the timeout
        self._session = session
        self._requests = requests
        self._folder = folder
        self._on_exists = on_exists
        self._timeout = timeout
        self._bar = DownloadBar(disable=not progress_bar)
        self._queue = DueQueue()
        self._queue_lock = Semaphore(1)

    def run(self, keys: list[tuple[str, str, str]]) -> DownloadReport:
        """Download assets, each given as (item type, item id, asset type)."""
        now = monotonic()
        wanted = [_Wanted(*key, interval=PollInterval(None, 0, self._timeout, now)) for key in keys]
        items: dict[tuple[str, str], list[_Wanted]] = {}
        for entry in wanted:
            items.setdefault((entry.item_type, entry.item_id), []).append(entry)
        self._filenames = run_blocking(FilenameRegistry, self._folder)
        self._bar.files = len(wanted)
        log.info("Downloading %d assets of %d items to %s", len(wanted), len(items), self._folder)
        with self._bar:
            self._bar.waiting(len(wanted))
            map_bounded(self._list, items.values(), limit=PARALLEL)
            map_bounded(self._work, range(min(PARALLEL, len(wanted))), limit=PARALLEL)
        outcomes = [entry.outcome for entry in wanted if entry.outcome is not None]
        report = DownloadReport([outcome.path for outcome in outcomes], outcomes, self._folder)
        log.info("Assets in %s: %s", self._folder, report.summary())
        raise_for_failures(report)
        return report

    def _list(self, entries: list[_Wanted]) -> None:
        """Get the assets of one item, and activate those to download."""
        try:
            assets = self._requests.list_assets(entries[0].item_type, entries[0].item_id)
        except PlanetError as error:
            for entry in entries:
                self._failed(entry, error)
            return
        for entry in entries:
            try:
                entry.asset = asset_named(assets, entry.asset_type, entry.item_id)
                self._activate(entry)
            except PlanetError as error:
                self._failed(entry, error)
            else:
                self._put(entry, 0.0 if entry.asset.is_active else _FIRST_POLL)

    def _put(self, entry: _Wanted, pause: float) -> None:
        with self._queue_lock:
            self._queue.put(entry, monotonic() + pause)

    def _activate(self, entry: _Wanted) -> None:
        """Activate an asset if it is inactive. The service deactivates assets after a while: then once more."""
        assert entry.asset is not None
        if status_of(entry.asset) != "inactive":
            return
        if entry.activations == _MAX_ACTIVATIONS:
            raise ClientError(
                f"{entry.name} cannot be downloaded: it was activated {entry.activations} times, and is inactive again."
            )
        entry.activations += 1
        log.info("Activating %s", entry.name)
        try:
            self._requests.activate(entry.asset)
        except InvalidAPIKey as error:
            error._retry.is_link_error = True  # the same key has just listed it: this asset is refused, not the key
            raise
        entry.asset = Asset({**entry.asset, "status": "activating"})

    def _failed(self, entry: _Wanted, error: PlanetError | OSError) -> None:
        if is_fatal_for_batch(error):
            raise error
        path = self._folder / entry.name.replace("/", "_")
        entry.outcome = FileOutcome(entry.name, path, "failed", None, error)
        if not entry.has_transfer:
            report_file(self._session, path, "failed", None, error)
        self._ready(entry)

    def _ready(self, entry: _Wanted) -> None:
        if entry.is_counted:
            entry.is_counted = False
            self._bar.waiting(-1)

    def _work(self, _: int) -> None:
        """Process assets when they are due, until the queue is empty."""
        while True:
            with self._queue_lock:
                due = self._queue.take(monotonic())
            if due is None:
                return  # other workers complete what they have taken
            entry, pause = due
            if entry is None:
                self._bar.waiting(0)
                sleep(pause)
                continue
            try:
                later = self._process(entry)
            except (PlanetError, OSError) as error:
                self._failed(entry, error)
                continue
            if later is not None:
                self._put(entry, later)

    def _process(self, entry: _Wanted) -> float | None:
        """Download an asset if it is active. Otherwise, the seconds until the next poll."""
        started = monotonic()
        self._poll(entry)
        assert entry.asset is not None
        if entry.asset.is_active:
            self._ready(entry)
            entry.outcome = self._fetch(entry, entry.asset)
            return None
        pause = entry.interval.next_pause(started, monotonic())
        if pause is None:
            raise wait_timeout(entry.asset)
        return pause

    def _poll(self, entry: _Wanted) -> None:
        """Update an asset that was not active."""
        assert entry.asset is not None
        if not entry.asset.is_active:
            entry.asset = self._requests.poll(entry.asset)
            self._activate(entry)

    def _fetch(self, entry: _Wanted, asset: Asset) -> FileOutcome:
        digest = asset.md5_digest
        # Asking the service for the name of the file would count as a download.
        if digest and self._on_exists != OVERWRITE:
            found = run_blocking(self._filenames.find, entry.item_id, digest, entry.name)
            if found is not None:
                size = found.stat().st_size
                self._bar.finish(found, fetched=False)
                report_file(self._session, found, "kept", size)
                return FileOutcome(entry.name, found, "kept", size)
        session = self._session
        default_name = f"{entry.item_id}_{entry.asset_type}"
        make = target_in(self._folder, session, self._on_exists, {"md5": digest}, default_name)

        def claimed(answer: Any) -> Transfer:
            transfer = make(answer)
            self._filenames.claim(transfer.target, entry.name)
            entry.has_transfer = True
            return transfer

        def renew(stale: str) -> str:
            return self._renewed(entry)

        job = download_file(session, Source(location_of(asset), renew, entry.name), claimed, self._bar)
        return FileOutcome(entry.name, job.transfer.target, job.outcome, job.transfer.expected)

    def _renewed(self, entry: _Wanted) -> str:
        """Get a fresh link to an asset, which may have to be activated again."""
        assert entry.asset is not None
        entry.asset = Asset({**entry.asset, "status": "activating"})
        while True:
            started = monotonic()
            self._poll(entry)
            if entry.asset.is_active:
                return location_of(entry.asset)
            pause = entry.interval.next_pause(started, monotonic())
            if pause is None:
                raise wait_timeout(entry.asset)
            sleep(pause)

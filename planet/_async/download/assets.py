"""Assets of many items from the catalogue to a folder: activate, wait, download, verify, account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

from ..._apis.data import asset_named, location_of, status_of, wait_timeout
from ..._download.filename_registry import FilenameRegistry
from ..._download.on_exists import OVERWRITE
from ..._download.outcomes import is_fatal_for_batch, raise_for_failures
from ..._download.transfer import Transfer
from ..._http.polling import DueQueue, PollInterval
from ..._models.items import Asset
from ..._runtime._async import Semaphore, map_bounded, run_blocking, sleep
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import ClientError, InvalidAPIKey, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .batch import PARALLEL
from .file import download_file, target_in
from .links import Source

__all__ = ["AssetDownload", "AssetRequests"]


_FIRST_LOOK = 0.5  # seconds after the activation
_MOST_ACTIVATIONS = 3  # of one asset: one that does not stay active so often never will


@attrs.define(eq=False)
class _Wanted:
    """An asset that is wanted, and what has become of it so far."""

    item_type: str
    item_id: str
    asset_type: str
    interval: PollInterval
    asset: Asset | None = None
    activations: int = 0
    outcome: FileOutcome | None = None
    is_counted: bool = True  # among those that are not ready

    @property
    def name(self) -> str:
        return f"{self.item_type}/{self.item_id}/{self.asset_type}"


@attrs.frozen
class AssetRequests:
    """The requests about assets that a download needs, as the Data API's client sends them.

    Attributes:
        list_assets: the assets of an item, by their types, given the item type and the item id.
        activate: activates an asset.
        poll: an asset as it is now; as it was, if the service does not answer just now.
    """

    list_assets: Callable[[str, str], Any]
    activate: Callable[[Asset], Any]
    poll: Callable[[Asset], Any]


class AssetDownload:
    """The download of assets of many items.

    All of them are activated first, so that the service works on them at the same time. Then a few workers see to
    whatever is due: an asset that is active is downloaded, at another one they look, and later again. So nothing that
    is ready waits for what is not.
    """

    def __init__(
        self,
        session: BaseSession,
        requests: AssetRequests,
        folder: Path,
        *,
        on_exists: str,
        progress_bar: bool,
        timeout: float | None,
    ) -> None:
        PollInterval(None, 0, timeout, 0.0)  # says what is wrong with the timeout
        self._session = session
        self._requests = requests
        self._folder = folder
        self._on_exists = on_exists
        self._timeout = timeout
        self._bar = DownloadBar(disable=not progress_bar)
        self._queue = DueQueue()
        self._turns = Semaphore(1)

    async def run(self, keys: list[tuple[str, str, str]]) -> DownloadReport:
        """Bring the assets home that (item type, item id, asset type) name."""
        now = monotonic()
        wanted = [_Wanted(*key, interval=PollInterval(None, 0, self._timeout, now)) for key in keys]
        items: dict[tuple[str, str], list[_Wanted]] = {}
        for entry in wanted:
            items.setdefault((entry.item_type, entry.item_id), []).append(entry)
        self._filenames = await run_blocking(FilenameRegistry, self._folder)
        self._bar.files = len(wanted)
        with self._bar:
            self._bar.waiting(len(wanted))
            await map_bounded(self._list, items.values(), limit=PARALLEL)
            await map_bounded(self._work, range(min(PARALLEL, len(wanted))), limit=PARALLEL)
        outcomes = [entry.outcome for entry in wanted if entry.outcome is not None]
        report = DownloadReport([outcome.path for outcome in outcomes], outcomes)
        raise_for_failures(report)
        return report

    async def _list(self, entries: list[_Wanted]) -> None:
        """Find the assets that are wanted of one item, and activate them."""
        try:
            assets = await self._requests.list_assets(entries[0].item_type, entries[0].item_id)
        except PlanetError as error:
            for entry in entries:
                self._failed(entry, error)
            return
        for entry in entries:
            try:
                entry.asset = asset_named(assets, entry.asset_type, entry.item_id)
                await self._activate(entry)
            except PlanetError as error:
                self._failed(entry, error)
            else:
                await self._put(entry, 0.0 if entry.asset.is_active else _FIRST_LOOK)

    async def _put(self, entry: _Wanted, pause: float) -> None:
        async with self._turns:
            self._queue.put(entry, monotonic() + pause)

    async def _activate(self, entry: _Wanted) -> None:
        """Activate an asset if it is inactive; the service lets go of assets after a while, so perhaps once more."""
        assert entry.asset is not None
        if status_of(entry.asset) != "inactive":
            return
        if entry.activations == _MOST_ACTIVATIONS:
            raise ClientError(f"The asset was activated {entry.activations} times and is inactive again.")
        entry.activations += 1
        try:
            await self._requests.activate(entry.asset)
        except InvalidAPIKey as error:
            error._retry.is_link_error = True  # the same key has just listed it: it is this asset that is refused
            raise
        entry.asset = Asset({**entry.asset, "status": "activating"})

    def _failed(self, entry: _Wanted, error: PlanetError | OSError) -> None:
        if is_fatal_for_batch(error):
            raise error
        place = self._folder / entry.name.replace("/", "_")
        entry.outcome = FileOutcome(entry.name, place, "failed", None, error)
        self._ready(entry)

    def _ready(self, entry: _Wanted) -> None:
        if entry.is_counted:
            entry.is_counted = False
            self._bar.waiting(-1)

    async def _work(self, _: int) -> None:
        """See to what is due until nothing is left."""
        while True:
            async with self._turns:
                turn = self._queue.take(monotonic())
            if turn is None:
                return  # what others have in hand they see to themselves
            entry, pause = turn
            if entry is None:
                self._bar.waiting(0)
                await sleep(pause)
                continue
            try:
                later = await self._process(entry)
            except (PlanetError, OSError) as error:
                self._failed(entry, error)
                continue
            if later is not None:
                await self._put(entry, later)

    async def _process(self, entry: _Wanted) -> float | None:
        """Bring an asset home if it is active: None; otherwise the seconds after which to look again."""
        started = monotonic()
        await self._poll(entry)
        assert entry.asset is not None
        if entry.asset.is_active:
            self._ready(entry)
            entry.outcome = await self._fetch(entry, entry.asset)
            return None
        pause = entry.interval.next_pause(started, monotonic())
        if pause is None:
            raise wait_timeout(entry.asset)
        return pause

    async def _poll(self, entry: _Wanted) -> None:
        """See whether an asset that was not active is active now."""
        assert entry.asset is not None
        if not entry.asset.is_active:
            entry.asset = await self._requests.poll(entry.asset)
            await self._activate(entry)

    async def _fetch(self, entry: _Wanted, asset: Asset) -> FileOutcome:
        digest = asset.md5_digest
        if (
            digest and self._on_exists != OVERWRITE
        ):  # to learn the name of the file from the service would be a download
            found = await run_blocking(self._filenames.find, entry.item_id, digest, entry.name)
            if found is not None:
                self._bar.finish(found, fetched=False)
                return FileOutcome(entry.name, found, "kept", found.stat().st_size)
        session = self._session
        otherwise = f"{entry.item_id}_{entry.asset_type}"
        place = target_in(self._folder, session, self._on_exists, {"md5": digest}, otherwise)

        def claimed(answer: Any) -> Transfer:
            transfer = place(answer)
            self._filenames.claim(transfer.target, entry.name)
            return transfer

        async def renew(stale: str) -> str:
            return await self._renewed(entry)

        job = await download_file(session, Source(location_of(asset), renew), claimed, self._bar)
        return FileOutcome(entry.name, job.transfer.target, job.outcome, job.transfer.expected)

    async def _renewed(self, entry: _Wanted) -> str:
        """A fresh link to an asset, which may have to be activated again for it."""
        assert entry.asset is not None
        entry.asset = Asset({**entry.asset, "status": "activating"})
        while True:
            started = monotonic()
            await self._poll(entry)
            if entry.asset.is_active:
                return location_of(entry.asset)
            pause = entry.interval.next_pause(started, monotonic())
            if pause is None:
                raise wait_timeout(entry.asset)
            await sleep(pause)

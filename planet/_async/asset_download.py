"""Assets of many items from the catalogue to a folder: activate, wait, download, verify, account."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import attrs

from .._data import asset_named, link_of, wait_timeout
from .._polling import Schedule
from .._runtime._async import map_bounded, run_blocking, sleep
from ..download_report import DownloadReport, FileOutcome, ends_all
from ..exceptions import PlanetError
from ..hashing import find_file
from ..models import Asset
from ..reporting import DownloadBar
from .downloads import fetch, target_of

if TYPE_CHECKING:
    from .assets import AssetMethods

__all__ = ["AssetDownload"]

_LISTED_AT_ONCE = 8
_WAITED_FOR_AT_ONCE = 16


@attrs.define
class _Wanted:
    """An asset that is wanted, and what has become of it so far."""

    item_type: str
    item_id: str
    asset_type: str
    asset: Asset | None = None
    error: PlanetError | None = None

    @property
    def name(self) -> str:
        return f"{self.item_type}/{self.item_id}/{self.asset_type}"


class AssetDownload:
    """The download of assets of many items.

    All of them are activated first, so that the service works on them at the same time; then those that are active
    come, while the others are waited for.
    """

    def __init__(
        self, client: AssetMethods, folder: Path, *, overwrite: bool, progress_bar: bool, timeout: float | None
    ) -> None:
        self._client = client
        self._folder = folder
        self._overwrite = overwrite
        self._progress_bar = progress_bar
        self._until = None if timeout is None else monotonic() + timeout

    async def run(self, keys: list[tuple[str, str, str]]) -> DownloadReport:
        """Bring the assets home that (item type, item id, asset type) name."""
        wanted = [_Wanted(*key) for key in keys]
        items: dict[tuple[str, str], list[_Wanted]] = {}
        for entry in wanted:
            items.setdefault((entry.item_type, entry.item_id), []).append(entry)
        with DownloadBar(len(wanted), disable=not self._progress_bar) as bar:
            bar.waiting(len(wanted))
            await map_bounded(self._activate, items.values(), limit=_LISTED_AT_ONCE)

            async def bring(entry: _Wanted) -> tuple[str, FileOutcome]:
                return entry.name, await self._bring(entry, bar)

            # What is active already does not wait behind what is not.
            ready_first = sorted(wanted, key=lambda entry: entry.asset is not None and not entry.asset.is_active)
            outcomes = dict(await map_bounded(bring, ready_first, limit=_WAITED_FOR_AT_ONCE))
        report = [outcomes[entry.name] for entry in wanted]
        done = DownloadReport([outcome.path for outcome in report], report)
        done.raise_for_failures()
        return done

    async def _activate(self, entries: list[_Wanted]) -> None:
        """Activate what is wanted of one item."""
        try:
            assets = await self._client.list_item_assets(entries[0].item_type, entries[0].item_id)
        except PlanetError as error:
            if ends_all(error):
                raise
            for entry in entries:
                entry.error = error
            return
        for entry in entries:
            try:
                entry.asset = await self._activated(asset_named(assets, entry.asset_type, entry.item_id))
            except PlanetError as error:
                if ends_all(error):
                    raise
                entry.error = error

    async def _activated(self, asset: Asset) -> Asset:
        if asset.status != "inactive":
            return asset
        await self._client.activate_asset(asset)
        return Asset({**asset, "status": "activating"})

    async def _bring(self, entry: _Wanted, bar: DownloadBar) -> FileOutcome:
        try:
            try:
                asset = await self._active(entry, bar)
            finally:
                bar.waiting(-1)
            return await self._fetch(entry, asset, bar)
        except (PlanetError, OSError) as error:
            if ends_all(error):
                raise
            return FileOutcome(entry.name, self._folder / entry.name.replace("/", "_"), "failed", None, error)

    async def _active(self, entry: _Wanted, bar: DownloadBar) -> Asset:
        """An asset once it is active. The service lets go of assets after a while: then it is activated again."""
        if entry.error is not None:
            raise entry.error
        assert entry.asset is not None
        asset = entry.asset
        now = monotonic()
        schedule = Schedule(None, 0, None if self._until is None else max(self._until - now, 0.0), now)
        while not asset.is_active:
            started = monotonic()
            asset = await self._activated(asset)
            pause = schedule.next_pause(started, monotonic())
            if pause is None:
                raise wait_timeout(asset)
            bar.waiting(0)
            await sleep(pause)
            asset = await self._client._look_at_asset(link_of(asset, "_self", self._client._base_url), asset)
        return asset

    async def _fetch(self, entry: _Wanted, asset: Asset, bar: DownloadBar) -> FileOutcome:
        digest = asset.md5_digest
        if digest and not self._overwrite:  # to learn the name of the file from the service would be a download
            found = await run_blocking(find_file, self._folder, entry.item_id, digest)
            if found is not None:
                bar.finish(found, fetched=False)
                return FileOutcome(entry.name, found, "kept", found.stat().st_size)
        session = self._client._session
        place = target_of(self._folder, None, session, self._overwrite, {"md5": digest})
        job = await fetch(session, self._client._source_of(asset), place, bar)
        return FileOutcome(
            entry.name, job.transfer.target, "fetched" if job.is_fetched else "kept", job.transfer.expected
        )

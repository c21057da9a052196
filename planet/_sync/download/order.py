# Generated from planet/_async/download/order.py by tools/unasync.py. Edit that file and run the tool again.

"""A whole order from the service to a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from ..._download.on_exists import OVERWRITE
from ..._download.order_files import Delivery, FileToFetch, check_space
from ..._download.outcomes import raise_for_failures
from ..._download.transfer import BUSY_PAUSE, Busy
from ..._download.unpack import Unpacking, is_unpacked
from ..._files.archive import is_archive
from ..._files.manifest import Manifest
from ..._files.manifest_entry import MAX_MANIFEST
from ..._models.orders import Order
from ..._runtime._sync import run_blocking, sleep
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import ClientError, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .batch import fetch_all
from .file import download_bytes, put
from .links import Links

__all__ = ["OrderDownload"]


class OrderDownload:
    """The download of one order.

    Args:
        session: what to fetch with.
        get_order: fetches the order, with fresh links.
        folder: where the order's own folder goes.
        on_exists: what to do about files that exist.
        progress_bar: whether to show the progress.
    """

    def __init__(
        self, session: BaseSession, get_order: Callable[[], Any], folder: Path, *, on_exists: str, progress_bar: bool
    ) -> None:
        self._session = session
        self._get_order = get_order
        self._folder = folder
        self._on_exists = on_exists
        self._progress_bar = progress_bar

    def _delivery(self) -> Delivery:
        order: Order = self._get_order()
        return run_blocking(Delivery.of, order, self._folder)

    def _fresh_links(self) -> Mapping[str, str]:
        return (self._delivery()).links

    def run(self, *, unzip: bool) -> DownloadReport:
        """The manifest comes first, then every file that it promises, then the manifest takes its place."""
        delivery = self._delivery()
        links = Links(delivery.links, self._fresh_links)
        if delivery.manifest is None:
            if unzip:
                raise ClientError("The order has no manifest: what is in its archives could not be verified.")
            outcomes = self._fetch(delivery.files, links)
            return _report([file.target for file in delivery.files], outcomes)
        place = delivery.manifest.target
        content = download_bytes(self._session, links.source(delivery.manifest.name), MAX_MANIFEST)
        manifest = run_blocking(Manifest.parse, content, "the order's manifest")
        delivery = run_blocking(delivery.promised_by, manifest)
        rest = [file for file in delivery.files if file is not delivery.manifest]
        if unzip:
            return self._run_unzipped(rest, links, place, manifest, content)
        has_archives = any(is_archive(file.name) for file in rest)
        if has_archives and self._on_exists != OVERWRITE and run_blocking(is_unpacked, place.parent):
            raise ClientError(
                f"The order in {place.parent} was unpacked when it came.",
                hint="Pass unzip=True: what is there is not fetched again. overwrite=True brings the archives.",
            )
        outcomes = self._fetch(rest, links)
        report = _report([file.target for file in delivery.files], outcomes)
        put(place, content, self._on_exists)
        return report

    def _run_unzipped(
        self, files: list[FileToFetch], links: Links, place: Path, manifest: Manifest, content: bytes
    ) -> DownloadReport:
        unpacking = Unpacking(place.parent, manifest, on_exists=self._on_exists)
        archives = [file for file in files if is_archive(file.name)]
        done = {file.name: file for file in run_blocking(unpacking.done, archives)}
        outcomes = self._fetch([file for file in files if file.name not in done], links)
        outcomes += [FileOutcome(file.name, file.target, "unpacked", file.size) for file in done.values()]
        for number, outcome in enumerate(outcomes):
            if outcome.outcome in ("fetched", "kept") and is_archive(outcome.name):
                outcomes[number] = self._unpack(unpacking, outcome)
        places = {file.name: number for number, file in enumerate(files)}
        outcomes.sort(key=lambda outcome: places[outcome.name])
        whole = unpacking.manifest()
        report = _report([*(place.parent / entry.path for entry in whole), place], outcomes)
        is_own = run_blocking(unpacking.owns_manifest, content)
        put(place, run_blocking(whole.to_bytes), OVERWRITE if is_own else self._on_exists)
        run_blocking(unpacking.clean, archives)
        return report

    def _unpack(self, unpacking: Unpacking, archive: FileOutcome) -> FileOutcome:
        while True:
            try:
                run_blocking(unpacking.unpack, archive.path)
            except Busy:  # another process unpacks it too
                sleep(BUSY_PAUSE)
            except PlanetError as error:
                return attrs.evolve(archive, outcome="failed", error=error)
            else:
                return attrs.evolve(archive, outcome="unpacked")

    def _fetch(self, files: list[FileToFetch] | tuple[FileToFetch, ...], links: Links) -> list[FileOutcome]:
        if not files:
            return []
        run_blocking(check_space, files, self._folder, self._on_exists)
        sizes = [file.size for file in files]
        total = sum(size for size in sizes if size is not None) if None not in sizes else None
        with DownloadBar(len(files), total, disable=not self._progress_bar) as bar:
            return fetch_all(self._session, files, links, bar, on_exists=self._on_exists)


def _report(paths: list[Path], outcomes: list[FileOutcome]) -> DownloadReport:
    """The account, if there is nothing to complain about."""
    report = DownloadReport(paths, outcomes)
    raise_for_failures(report)
    return report

# Generated from planet/_async/download/order.py by tools/unasync.py. Edit that file and run the tool again.

"""`OrderDownload`: downloads all files of an order to a folder."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

from ..._cloud.object_path import ObjectPath, Place, relative_path
from ..._download.on_exists import OVERWRITE
from ..._download.order_files import Delivery, FileToFetch, check_space
from ..._download.outcomes import is_fatal_for_batch, raise_for_failures
from ..._download.transfer import BUSY_PAUSE, Busy
from ..._download.unpack import Unpacking, is_unpacked
from ..._files.archive import is_archive
from ..._files.manifest import Manifest
from ..._files.manifest_entry import MAX_MANIFEST
from ..._models.orders import Order
from ..._redact import printable
from ..._runtime._sync import run_blocking, sleep
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import ClientError, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .batch import fetch_all
from .file import download_bytes, put, report_file
from .links import Links

__all__ = ["OrderDownload"]


log = logging.getLogger("planet.download")


class OrderDownload:
    """The download of one order.

    Args:
        session: sends the requests.
        get_order: gets the order, with fresh links.
        folder: the folder, or the prefix of a bucket, that the order's own folder is in.
        on_exists: what to do about files that exist.
        progress_bar: whether to show the progress.
        fetch: downloads files, given them and their links; returns their outcomes. Left out: this process does.
    """

    def __init__(
        self,
        session: BaseSession,
        get_order: Callable[[], Any],
        folder: Place,
        *,
        on_exists: str,
        progress_bar: bool,
        fetch: Callable[[Sequence[FileToFetch], Links], Any] | None = None,
    ) -> None:
        self._session = session
        self._get_order = get_order
        self._folder = folder
        self._on_exists = on_exists
        self._progress_bar = progress_bar
        self._fetch_elsewhere = fetch
        self._order_id = ""
        self._manifest_took = 0.0  # seconds

    def _delivery(self) -> Delivery:
        order: Order = self._get_order()
        self._order_id = printable(str(order.get("id")))
        return run_blocking(Delivery.of, order, self._folder)

    def _fresh_links(self) -> Mapping[str, str]:
        return (self._delivery()).links

    def run(self, *, unzip: bool) -> DownloadReport:
        """Download the manifest, then every file that it lists; then write the manifest."""
        delivery = self._delivery()
        links = Links(delivery.links, self._fresh_links)
        if delivery.manifest is None:
            if unzip:
                raise ClientError("The order cannot be unpacked: it has no manifest to verify its files with.")
            self._log_start(delivery.files)
            outcomes = self._fetch(delivery.files, links)
            return self._report([file.target for file in delivery.files], outcomes)
        target = delivery.manifest.target
        started = monotonic()
        content = download_bytes(self._session, links.source(delivery.manifest.name), MAX_MANIFEST)
        self._manifest_took = monotonic() - started
        manifest = run_blocking(Manifest.parse, content, "the order's manifest")
        delivery = run_blocking(delivery.promised_by, manifest)
        rest = [file for file in delivery.files if file is not delivery.manifest]
        self._log_start(rest)
        if unzip and isinstance(target, ObjectPath):
            with tempfile.TemporaryDirectory(prefix="planet-") as folder:
                return self._run_unzipped(rest, links, target, manifest, content, Path(folder))
        if unzip:
            return self._run_unzipped(rest, links, target, manifest, content)
        has_archives = any(is_archive(file.target.name) for file in rest)
        if has_archives and self._on_exists != OVERWRITE and run_blocking(is_unpacked, target.parent):
            raise ClientError(
                f"The order in {target.parent} was unpacked by an earlier download.",
                hint="Pass unzip=True to keep its files, or overwrite=True to download the archives.",
            )
        outcomes = self._fetch(rest, links)
        report = self._report([file.target for file in delivery.files], outcomes)
        put(target, content, self._on_exists, root=self._folder)
        return report

    def _log_start(self, files: Sequence[FileToFetch]) -> None:
        sizes = [file.size for file in files if file.size is not None]
        size = f", {sum(sizes) / 1e6:.1f} MB" if len(sizes) == len(files) else ""
        log.info("Downloading order %s: %d files%s to %s", self._order_id, len(files), size, self._folder)
        for file in files:
            if file.is_renamed:
                log.info("%r is stored as %s: some systems cannot hold its name", file.name, file.target)

    def _run_unzipped(
        self,
        files: list[FileToFetch],
        links: Links,
        target: Place,
        manifest: Manifest,
        content: bytes,
        disk: Path | None = None,
    ) -> DownloadReport:
        """Unpack the archives. Those of an order that goes to a bucket are downloaded to a folder on *disk*."""
        if disk is not None:
            files = [_on_disk(file, target.parent, disk) if is_archive(file.name) else file for file in files]
        unpacking = Unpacking(
            target.parent, manifest, on_exists=self._on_exists, root=self._folder, archives=disk or target.parent
        )
        archives = [file for file in files if is_archive(file.target.name)]
        done = {file.name: file for file in run_blocking(unpacking.done, archives)}
        fetched = self._fetch([file for file in files if file.name not in done], links, disk)
        by_name = {outcome.name: outcome for outcome in fetched}
        outcomes = []
        for file in files:
            if file.name in done:
                outcome = FileOutcome(file.name, file.target, "unpacked", file.size)
                report_file(self._session, outcome.path, outcome.outcome, outcome.size)
            else:
                outcome = by_name[file.name]
                if outcome.error is None and file in archives:
                    outcome = self._unpack(unpacking, outcome)
            members = unpacking.outcomes(file.target)
            for member in members:
                report_file(self._session, member.path, member.outcome, member.size, member.error)
            outcomes += [outcome, *members]
        unpacked = unpacking.manifest()
        report = self._report([*(target.parent / entry.path for entry in unpacked), target], outcomes)
        is_own = run_blocking(unpacking.owns_manifest, content)
        on_exists = OVERWRITE if is_own else self._on_exists
        put(target, run_blocking(unpacked.to_bytes), on_exists, root=self._folder)
        run_blocking(unpacking.clean, archives)
        return report

    def _unpack(self, unpacking: Unpacking, archive: FileOutcome) -> FileOutcome:
        while True:
            try:
                run_blocking(unpacking.unpack, archive.path)
            except Busy:  # another process is unpacking it
                sleep(BUSY_PAUSE)
            except (PlanetError, OSError) as error:
                if is_fatal_for_batch(error):
                    raise
                log.warning("%s could not be unpacked: %s", archive.path, error)
                return attrs.evolve(archive, outcome="failed", error=error)
            else:
                return attrs.evolve(archive, outcome="unpacked")

    def _fetch(self, files: Sequence[FileToFetch], links: Links, disk: Path | None = None) -> list[FileOutcome]:
        if not files:
            return []
        run_blocking(check_space, files, disk or self._folder, self._on_exists)
        if self._fetch_elsewhere is not None:
            outcomes: list[FileOutcome] = self._fetch_elsewhere(files, links)
            return outcomes
        sizes = [file.size for file in files]
        total = sum(size for size in sizes if size is not None) if None not in sizes else None
        with DownloadBar(len(files), total, disable=not self._progress_bar) as bar:
            return fetch_all(
                self._session, files, links, bar, on_exists=self._on_exists, small_took=self._manifest_took
            )

    def _report(self, paths: list[Place], outcomes: list[FileOutcome]) -> DownloadReport:
        """The report of a download without failures.

        Raises:
            DownloadError: files have failed.
        """
        report = DownloadReport(paths, outcomes, self._folder / self._order_id)
        log.info("Order %s: %s", self._order_id, report.summary())
        raise_for_failures(report)
        return report


def _on_disk(archive: FileToFetch, folder: Place, disk: Path) -> FileToFetch:
    """An archive of an order in a bucket, which is downloaded to disk instead."""
    return attrs.evolve(archive, target=disk / relative_path(archive.target, folder), root=disk)

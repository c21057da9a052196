"""`QuadDownload`: downloads quads of a mosaic to a folder."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from ..._apis.links import link_of
from ..._apis.mosaics import file_of
from ..._download.on_exists import ERROR
from ..._download.outcomes import is_fatal_for_batch, raise_for_failures
from ..._download.quad_manifest import QuadFolder, mosaic_of
from ..._download.transfer import Transfer
from ..._files.geotiff_header import find_tiff_problem
from ..._redact import printable
from ..._runtime._async import map_bounded, run_blocking, shield
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import DownloadError, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .file import FileDownload, report_file
from .links import Source

__all__ = ["QuadDownload"]


log = logging.getLogger("planet.download")

_MAX_WORKERS = 64


class QuadDownload:
    """The download of quads to a folder.

    The service gives no digests of quads. The length is verified, and that the header is that of a complete GeoTIFF. A
    manifest in the folder then has the digest of each file.

    Args:
        session: sends the requests.
        base_url: the address of the API, which the links of quads are relative to.
        folder: the folder for the files.
        bar: shows the progress.
        on_exists: what to do about files that exist.
        mosaic: the name of the mosaic, for the manifest.
    """

    def __init__(
        self,
        session: BaseSession,
        base_url: str,
        folder: Path,
        bar: DownloadBar,
        *,
        on_exists: str,
        mosaic: str | None = None,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._folder = folder
        self._bar = bar
        self._on_exists = on_exists
        self._mosaic = mosaic
        self._known: QuadFolder | None = None
        self._outcomes: dict[str, FileOutcome | None] = {}  # in the order of the service

    async def fetch(self, quad: Mapping[str, Any]) -> FileOutcome:
        """Download one quad."""
        job = await self._prepare(quad)
        await job.run()
        return FileOutcome(str(quad["id"]), job.transfer.target, job.outcome, job.transfer.expected)

    async def _prepare(self, quad: Mapping[str, Any]) -> FileDownload:
        """The download of a quad, before anything is requested."""
        target = file_of(quad, self._folder)
        link = link_of(quad, "download", self._base_url)
        if self._known is None:
            self._known = await run_blocking(QuadFolder, self._folder)
        before = (
            None if self._on_exists != ERROR else await run_blocking(self._known.expected, target.name, mosaic_of(quad))
        )
        transfer = Transfer(
            target,
            size=None if before is None else before.size,
            digests=None if before is None else dict(before.digests),
            on_exists=self._on_exists,
            retry=self._session.retry,
            check=find_tiff_problem,
            root=self._folder,
        )
        return FileDownload(self._session, Source(link), transfer, self._bar)

    async def run(self, quads: AsyncIterator[Mapping[str, Any]], at_once: int) -> DownloadReport:
        """Download many quads while they are listed, so many at the same time.

        Raises:
            DownloadError: some could not be downloaded, or the listing failed after some were.
        """
        log.info("Downloading quads%s to %s", f" of {self._mosaic}" if self._mosaic else "", self._folder)
        broken: list[PlanetError] = []
        known = self._known = await run_blocking(QuadFolder, self._folder)

        async def work(_: int) -> None:
            while not broken:
                try:
                    quad = await anext(quads, None)
                except PlanetError as error:
                    broken.append(error)
                    return
                if quad is None:
                    return
                await self._process(quad)

        try:
            await map_bounded(work, range(min(at_once, _MAX_WORKERS)), limit=at_once)
        finally:
            with shield():
                await run_blocking(known.save)
        outcomes = [outcome for outcome in self._outcomes.values() if outcome is not None]
        report = DownloadReport([outcome.path for outcome in outcomes], outcomes, self._folder)
        log.info("Quads in %s: %s", self._folder, report.summary())
        if broken and outcomes:
            text = f"The quads could not be listed completely: after {len(outcomes)} of them, {broken[0].message}"
            hint = "The files that exist are complete. Download again to get the others."
            raise DownloadError(text, hint=hint, report=report)
        if broken:
            raise broken[0]
        raise_for_failures(report)
        return report

    async def _process(self, quad: Mapping[str, Any]) -> None:
        name = str(quad.get("id") or f"quad {len(self._outcomes) + 1}, which has no id")
        if name in self._outcomes:
            return  # the service has listed it twice
        self._outcomes[name] = None
        self._bar.files = max(self._bar.files, len(self._outcomes))
        job: FileDownload | None = None
        try:
            job = await self._prepare(quad)
            await job.run()
            outcome = self._outcomes[name] = FileOutcome(name, job.transfer.target, job.outcome, job.transfer.expected)
            if outcome.outcome == "fetched" and self._known is not None:
                await run_blocking(self._known.add, outcome.path, mosaic_of(quad), self._mosaic)
        except (PlanetError, OSError) as error:
            if is_fatal_for_batch(error):
                raise
            path = self._folder / f"{printable(name).replace('/', '_')}.tif" if job is None else job.transfer.target
            self._outcomes[name] = FileOutcome(name, path, "failed", None, error)
            if job is None:
                report_file(self._session, path, "failed", None, error)

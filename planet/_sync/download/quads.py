# Generated from planet/_async/download/quads.py by tools/unasync.py. Edit that file and run the tool again.

"""Quads of a mosaic from the service to a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..._apis.links import link_of
from ..._apis.mosaics import file_of
from ..._download.on_exists import OVERWRITE
from ..._download.outcomes import is_fatal_for_batch, raise_for_failures
from ..._download.quad_manifest import QuadFolder, mosaic_of
from ..._download.transfer import Transfer
from ..._files.geotiff_header import find_tiff_problem
from ..._runtime._sync import map_bounded, run_blocking, shield
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import DownloadError, PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .file import FileDownload
from .links import Source

__all__ = ["QuadDownload"]


_MOST_AT_ONCE = 64


class QuadDownload:
    """The download of quads to a folder.

    The service gives no digests of them. What comes is checked for what can be: its length, and that its header is that
    of a whole GeoTIFF. A manifest says afterwards what each of them was.
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
        self._mosaic = mosaic  # its name
        self._known: QuadFolder | None = None
        self._outcomes: dict[str, FileOutcome | None] = {}  # in the order of the service

    def fetch(self, quad: Mapping[str, Any]) -> FileOutcome:
        """Bring one quad home."""
        target = file_of(quad, self._folder)
        link = link_of(quad, "download", self._base_url)
        if self._known is None:
            self._known = run_blocking(QuadFolder, self._folder)
        before = (
            None if self._on_exists == OVERWRITE else run_blocking(self._known.expected, target.name, mosaic_of(quad))
        )
        transfer = Transfer(
            target,
            size=None if before is None else before.size,
            digests=None if before is None else dict(before.digests),
            on_exists=self._on_exists,
            retry=self._session.retry,
            check=find_tiff_problem,
        )
        job = FileDownload(self._session, Source(link), transfer, self._bar)
        job.run()
        return FileOutcome(str(quad["id"]), target, job.outcome, transfer.expected)

    def run(self, quads: Iterator[Mapping[str, Any]], at_once: int) -> DownloadReport:
        """Bring many home, as they are listed.

        Raises:
            DownloadError: some could not be brought home, or the listing broke off when some were.
        """
        broken: list[PlanetError] = []
        known = self._known = run_blocking(QuadFolder, self._folder)

        def work(_: int) -> None:
            while not broken:
                try:
                    quad = next(quads, None)
                except PlanetError as error:
                    broken.append(error)
                    return
                if quad is None:
                    return
                self._process(quad)

        try:
            map_bounded(work, range(min(at_once, _MOST_AT_ONCE)), limit=at_once)
        finally:
            with shield():
                run_blocking(known.save)
        outcomes = [outcome for outcome in self._outcomes.values() if outcome is not None]
        report = DownloadReport([outcome.path for outcome in outcomes], outcomes)
        if broken and outcomes:
            text = f"The listing of the quads broke off after {len(outcomes)} of them: {broken[0].message}"
            raise DownloadError(text, hint="What is there is complete. Download again to get the rest.", report=report)
        if broken:
            raise broken[0]
        raise_for_failures(report)
        return report

    def _process(self, quad: Mapping[str, Any]) -> None:
        name = str(quad.get("id") or f"quad without an id, number {len(self._outcomes) + 1}")
        if name in self._outcomes:
            return  # it was listed twice
        self._outcomes[name] = None
        self._bar.files = max(self._bar.files, len(self._outcomes))
        try:
            outcome = self._outcomes[name] = self.fetch(quad)
            if outcome.outcome == "fetched" and self._known is not None:
                run_blocking(self._known.add, outcome.path, mosaic_of(quad), self._mosaic)
        except (PlanetError, OSError) as error:
            if is_fatal_for_batch(error):
                raise
            self._outcomes[name] = FileOutcome(name, self._folder / f"{name}.tif", "failed", None, error)

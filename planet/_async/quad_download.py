"""Quads of a mosaic from the service to a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from .._mosaics import file_of, link_of
from .._runtime._async import map_bounded
from .._tiff import wrong_with_tiff
from .._transfer import Transfer
from ..download_report import DownloadReport, FileOutcome, ends_all
from ..exceptions import PlanetError
from ..reporting import DownloadBar
from .downloads import Job
from .session import Session
from .source import Source

__all__ = ["QuadDownload"]


class QuadDownload:
    """The download of quads to a folder.

    The service gives no digests of them. What comes is checked for what can be: its length, and that its header is that
    of a whole GeoTIFF.
    """

    def __init__(self, session: Session, base_url: str, folder: Path, bar: DownloadBar, *, overwrite: bool) -> None:
        self._session = session
        self._base_url = base_url
        self._folder = folder
        self._bar = bar
        self._overwrite = overwrite
        self._outcomes: dict[str, FileOutcome | None] = {}  # in the order of the service

    async def fetch(self, quad: Mapping[str, Any]) -> FileOutcome:
        """Bring one quad home."""
        target = file_of(quad, self._folder)
        transfer = Transfer(target, overwrite=self._overwrite, retry=self._session.retry, check=wrong_with_tiff)
        job = Job(self._session, Source(link_of(quad, "download", self._base_url)), transfer, self._bar)
        await job.run()
        return FileOutcome(str(quad["id"]), target, "fetched" if job.is_fetched else "kept", transfer.expected)

    async def run(self, quads: AsyncIterator[Mapping[str, Any]], at_once: int) -> DownloadReport:
        """Bring many home, as they are listed."""

        async def work(_: int) -> None:
            async for quad in quads:
                await self._see_to(quad)

        await map_bounded(work, range(at_once), limit=at_once)
        outcomes = [outcome for outcome in self._outcomes.values() if outcome is not None]
        report = DownloadReport([outcome.path for outcome in outcomes], outcomes)
        report.raise_for_failures()
        return report

    async def _see_to(self, quad: Mapping[str, Any]) -> None:
        name = str(quad.get("id"))
        if name in self._outcomes:
            return  # it was listed twice
        self._outcomes[name] = None
        try:
            self._outcomes[name] = await self.fetch(quad)
        except (PlanetError, OSError) as error:
            if ends_all(error):
                raise
            self._outcomes[name] = FileOutcome(name, self._folder / f"{name}.tif", "failed", None, error)

"""Download many files: several at the same time, small ones in groups."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from ..._download.order_files import FileToFetch
from ..._download.outcomes import is_fatal_for_batch
from ..._download.transfer import Transfer
from ..._runtime._async import map_bounded, run_blocking
from ...download_report import FileOutcome
from ...exceptions import PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .file import SMALL, FileDownload
from .links import Links

__all__ = ["PARALLEL", "fetch_all"]


log = logging.getLogger("planet.download")

PARALLEL = 8  # files at the same time; more connections slow small files down
_GROUP = 8  # small files that are opened in one call to a thread, and written in another


async def fetch_all(
    session: BaseSession, files: Sequence[FileToFetch], links: Links, bar: DownloadBar, *, on_exists: str
) -> list[FileOutcome]:
    """Download many files. The outcomes are in the order of the files.

    A file that fails does not keep the others from being downloaded, unless they would fail as well.

    Args:
        session: sends the requests.
        files: the files.
        links: the links to them.
        bar: shows the progress.
        on_exists: what to do about files that exist.
    """

    async def download(group: Sequence[FileToFetch]) -> list[FileOutcome]:
        jobs = []
        for file in group:
            transfer = Transfer(
                file.target,
                size=file.size,
                digests=file.digests,
                on_exists=on_exists,
                retry=session.retry,
                root=file.root,
            )
            jobs.append(FileDownload(session, links.source(file.name), transfer, bar))
        try:
            if len(jobs) > 1:
                await run_blocking(_open, jobs)
                for job in jobs:
                    await job.receive_early()
                await run_blocking(_store, jobs)
            return [await _finish(file, job, links) for file, job in zip(group, jobs, strict=True)]
        except BaseException as error:
            for job in jobs:
                await job.abandon(error)
            raise

    grouped = list(_groups(files))
    if len(grouped) < len(files):
        log.debug("%d files are downloaded in %d groups: many of them are small", len(files), len(grouped))
    groups = await map_bounded(download, grouped, limit=PARALLEL)
    return [outcome for group in groups for outcome in group]


async def _finish(file: FileToFetch, job: FileDownload, links: Links) -> FileOutcome:
    """Complete the download of a file."""
    try:
        await job.run()
    except (PlanetError, OSError) as error:
        if is_fatal_for_batch(error):
            raise
        return FileOutcome(file.name, file.target, "failed", file.size, error)
    links.reset_renewals()
    return FileOutcome(file.name, file.target, job.outcome, job.transfer.expected)


def _groups(files: Sequence[FileToFetch]) -> Iterator[list[FileToFetch]]:
    """Groups of small files, if there are enough files for all workers; the other files one by one."""
    most = min(_GROUP, len(files) // (2 * PARALLEL))
    group: list[FileToFetch] = []
    for file in files:
        if most < 2 or file.size is None or file.size > SMALL:
            yield [file]
            continue
        group.append(file)
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group


def _open(jobs: Sequence[FileDownload]) -> None:
    for job in jobs:
        job.open_early()


def _store(jobs: Sequence[FileDownload]) -> None:
    for job in jobs:
        job.store_early()

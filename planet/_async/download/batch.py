"""Download many files: several at the same time, small ones in groups."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from ..._cloud.object_path import ObjectPath
from ..._download.order_files import FileToFetch
from ..._download.outcomes import is_fatal_for_batch
from ..._download.transfer import Transfer
from ..._runtime._async import Semaphore, map_bounded, run_blocking
from ...download_report import FileOutcome
from ...exceptions import PlanetError
from ...reporting import DownloadBar
from ..http.transport import BaseSession
from .file import SMALL, FileDownload
from .links import Links

__all__ = ["PARALLEL", "fetch_all"]


log = logging.getLogger("planet.download")

PARALLEL = 8  # files at the same time; on a quick network, more connections slow small files down
_MOST = 16  # small files at the same time where most of their time is that of the network
_DISTANT = 0.03  # seconds: a small file that takes longer waits for the network
_GROUP = 8  # small files that are opened in one call to a thread, and written in another


async def fetch_all(
    session: BaseSession,
    files: Sequence[FileToFetch],
    links: Links,
    bar: DownloadBar,
    *,
    on_exists: str,
    small_took: float = 0.0,
) -> list[FileOutcome]:
    """Download many files. The outcomes are in the order of the files.

    A file that fails does not keep the others from being downloaded, unless they would fail as well.

    Args:
        session: sends the requests.
        files: the files.
        links: the links to them.
        bar: shows the progress.
        on_exists: what to do about files that exist.
        small_took: seconds that a small file from the same place took.
    """

    grouped = list(_groups(files))
    has_small = len(grouped) < len(files)
    lanes = _Lanes(small_took if has_small else 0.0)

    async def download(group: Sequence[FileToFetch]) -> list[FileOutcome]:
        async with lanes.turns:
            return await download_now(group)

    async def download_now(group: Sequence[FileToFetch]) -> list[FileOutcome]:
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
                    started = monotonic()
                    await job.receive_early()
                    lanes.took(monotonic() - started)
                await run_blocking(_store, jobs)
            return [await _finish(file, job, links) for file, job in zip(group, jobs, strict=True)]
        except BaseException as error:
            for job in jobs:
                await job.abandon(error)
            raise

    if has_small:
        log.debug("%d files are downloaded in %d groups: many of them are small", len(files), len(grouped))
    groups = await map_bounded(download, grouped, limit=_MOST)
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


class _Lanes:
    """How many groups are downloaded at the same time: more of them where small files wait for the network."""

    def __init__(self, small_took: float) -> None:
        count = _MOST if small_took > _DISTANT else PARALLEL
        self.turns: Any = Semaphore(count)
        self._spare = iter(range(_MOST - count))

    def took(self, seconds: float) -> None:
        """Open one more lane if a small file has taken long."""
        if seconds > _DISTANT and next(self._spare, None) is not None:
            self.turns.release()


def _groups(files: Sequence[FileToFetch]) -> Iterator[list[FileToFetch]]:
    """Groups of small files, if there are enough files for all workers; the other files one by one.

    The last groups are smaller, so that all lanes end at about the same time.
    """
    # Objects of a bucket wait for the bucket: one after the other, they would take longer.
    is_worthwhile = len(files) >= 4 * PARALLEL and not isinstance(files[0].target, ObjectPath)
    group: list[FileToFetch] = []
    for number, file in enumerate(files):
        if not is_worthwhile or file.size is None or file.size > SMALL:
            yield [file]
            continue
        group.append(file)
        if len(group) >= min(_GROUP, max((len(files) - number) // (2 * _MOST), 2)):
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

"""Files from a server to their places: the driver of `planet._transfer`, and many files at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from .._delivery import FileToFetch
from .._paths import name_of
from .._response import error_from_httpx
from .._runtime._async import map_bounded, run_blocking, sleep
from .._spans import LANES, Span
from .._transfer import Busy, Changed, Transfer, store
from ..exceptions import AuthError, ChecksumError, ClientError, DownloadError, InvalidAPIKey, OverQuota, PlanetError
from ..reporting import DownloadBar
from .session import Session
from .source import Source
from .streams import body_of

__all__ = ["PARALLEL", "fetch", "fetch_all", "fetch_bytes", "put", "target_of"]

PARALLEL = 8  # files of one order at once; more connections slow small files down
_BLOCK = 512 * 1024  # bytes that are handed to the disk at once: a thread is not called for every packet
_BUSY_PAUSE = 0.2
_IDENTITY = {"Accept-Encoding": "identity"}

Place = Callable[[httpx.Response], Transfer]


async def fetch(session: Session, source: Source, place: Transfer | Place, bar: DownloadBar) -> Transfer:
    """Bring one file home; *place* is its transfer, or makes it from the answer where only that knows the name.

    Raises:
        DownloadError: it did not come whole, or something else is in its place.
        APIError, NetworkError: the server did not give it.
    """
    if isinstance(place, Transfer):
        await _Job(session, source, place, bar).run()
        return place
    try:
        async with session.download(source.address, _IDENTITY) as answer:
            job = _Job(session, source, place(answer), bar)
            await job.run(answer)
            return job.transfer
    except PlanetError as error:
        await source.recover(source.address, error)  # says what to do about a link that is refused
        raise


class _Job:
    """One file, and what it takes to bring it home."""

    def __init__(self, session: Session, source: Source, transfer: Transfer, bar: DownloadBar) -> None:
        self.session = session
        self.source = source
        self.transfer = transfer
        self.bar = bar

    async def run(self, answer: httpx.Response | None = None) -> None:
        """Do it; *answer* is one to a request for the whole file that is open already."""
        transfer, bar = self.transfer, self.bar
        bar.start(transfer.target)
        fetched = True
        try:
            while not transfer.is_finished:
                try:
                    fetched = await run_blocking(transfer.open)
                    while spans := transfer.todo():
                        answer = None if spans[0].at else answer  # a part is here already: the rest is asked for
                        if len(spans) == 1:
                            await self._bring(spans[0], answer)
                        else:
                            await map_bounded(self._bring, spans, limit=LANES)
                        answer = None
                    if not transfer.is_finished:
                        await run_blocking(transfer.finish)
                except Busy:
                    answer = None
                    await sleep(_BUSY_PAUSE)
                except (ChecksumError, Changed) as error:
                    answer = None
                    self.session.outcomes[type(error)] += 1
                    await sleep(transfer.again(error, monotonic()))
        except BaseException as error:
            transfer.abandon(error)
            bar.failed(transfer.target)
            raise
        bar.seen(transfer.target, transfer.received)
        bar.finish(transfer.target, fetched)

    async def _bring(self, span: Span, answer: httpx.Response | None = None) -> None:
        """Bring one stretch of the file, with as many requests as it takes."""
        while not span.is_done:
            address = self.source.address
            try:
                if answer is not None:
                    await self._receive(span, answer)
                else:
                    async with self.session.download(address, self.transfer.headers(span)) as response:
                        await self._receive(span, response)
                return
            except PlanetError as error:
                answer = None
                if await self.source.recover(address, error):
                    continue
                pause = self.transfer.failed(span, error, monotonic())
                self.session.outcomes[type(error)] += 1
                await sleep(pause)

    async def _receive(self, span: Span, response: httpx.Response) -> None:
        """The body of an answer into the transfer, in blocks large enough to be worth a call to a thread."""
        transfer, bar = self.transfer, self.bar
        transfer.start(span, response.status_code, response.headers)
        self.source.gives(str(response.url))
        if transfer.expected is not None:
            bar.expect(transfer.expected)
        raw = response.headers.get("content-encoding", "identity").lower() == "identity"
        room = span.stop - span.at if span.cut and span.stop is not None else None
        block: list[bytes] = []
        size = 0
        failure: PlanetError | None = None
        try:
            async with body_of(response, raw=raw) as pieces:
                async for piece in pieces:
                    block.append(piece)
                    size += len(piece)
                    if room is not None and size >= room:
                        break
                    if size >= _BLOCK and room is None:
                        await run_blocking(transfer.write, span, block)
                        bar.seen(transfer.target, transfer.received)
                        block, size = [], 0
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, "GET", response.url)
        await run_blocking(transfer.write, span, block, failure is None)  # what has come is kept, whatever broke
        bar.seen(transfer.target, transfer.received)
        if failure is not None:
            raise failure


def target_of(directory: Path, filename: str | None, session: Session, overwrite: bool) -> Transfer | Place:
    """Where a single file goes: by the name that was asked for, else by the one that the server gives it."""
    if filename is not None:
        return Transfer(directory / filename, overwrite=overwrite, retry=session.retry)

    def place(response: httpx.Response) -> Transfer:
        name = name_of(response.headers, response.url.path)
        return Transfer(directory / name, overwrite=overwrite, retry=session.retry)

    return place


async def fetch_bytes(session: Session, url: str, limit: int) -> bytes:
    """A small file into memory; never more of it than *limit* bytes."""
    answer = await session.request("GET", url, roams=True)
    if len(answer.content) > limit:
        raise DownloadError(f"A file that should be small has more than {limit} bytes.")
    return answer.content


async def put(target: Path, content: bytes, overwrite: bool) -> None:
    """Put bytes that are at hand in their place, by the same rules as a file that is fetched."""
    while True:
        try:
            return await run_blocking(store, target, content, overwrite)
        except Busy:
            await sleep(_BUSY_PAUSE)


async def fetch_all(
    session: Session, files: Sequence[FileToFetch], bar: DownloadBar, *, overwrite: bool, parallel: int = PARALLEL
) -> list[Path]:
    """Bring many files home, a few at once; the paths in the order of the files.

    A file that fails does not keep the others from being finished; the errors are raised together at the end.
    """
    failures: dict[str, PlanetError] = {}

    async def bring(file: FileToFetch) -> Path:
        transfer = Transfer(file.target, size=file.size, digests=file.digests, overwrite=overwrite, retry=session.retry)
        try:
            return (await fetch(session, Source(file.location), transfer, bar)).target
        except (AuthError, InvalidAPIKey, OverQuota):
            raise  # it will be no better for the others
        except PlanetError as error:
            failures[file.name] = error
            return file.target

    paths = await map_bounded(bring, files, limit=parallel)
    if failures:
        raise DownloadError(_account(failures, len(files)), hint=_hint(failures), failures=failures)
    return paths


def _account(failures: Mapping[str, PlanetError], total: int) -> str:
    lines = [
        error.message.rstrip(".") if name in error.message else f"{name}: {error.message.rstrip('.')}"
        for name, error in list(failures.items())[:20]
    ]
    if len(failures) > 20:
        lines.append(f"and {len(failures) - 20} more")
    return f"{len(failures)} of {total} files could not be downloaded: {'; '.join(lines)}"


def _hint(failures: Mapping[str, PlanetError]) -> str:
    hints = list(dict.fromkeys(error.hint for error in failures.values() if error.hint))
    return " ".join(["The others are complete. Download again to get what is missing.", *hints[:2]])


def check_directory(directory: Any) -> Path:
    """The folder to download to, as a path."""
    if not isinstance(directory, (str, Path)):
        raise ClientError(f"directory is a {type(directory).__name__}.", hint="It is a path.")
    return Path(directory).expanduser()

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
from .._transfer import Busy, Transfer, store
from ..exceptions import AuthError, ClientError, DownloadError, InvalidAPIKey, OverQuota, PlanetError
from ..reporting import DownloadBar
from .session import Session
from .streams import body_of

__all__ = ["PARALLEL", "fetch", "fetch_all", "fetch_bytes", "put", "target_of"]

PARALLEL = 8  # files of one order at once; more connections slow small files down
_BLOCK = 512 * 1024  # bytes that are handed to the disk at once: a thread is not called for every packet
_BUSY_PAUSE = 0.2

Place = Callable[[httpx.Response], Transfer]


async def fetch(session: Session, url: str, place: Transfer | Place, bar: DownloadBar) -> Path:
    """Bring one file home; *place* is its transfer, or makes it from the answer where only that knows the name.

    Raises:
        DownloadError: it did not come whole, or something else is in its place.
        APIError, NetworkError: the server did not give it.
    """
    transfer = place if isinstance(place, Transfer) else None
    try:
        while True:
            try:
                headers = {"Accept-Encoding": "identity"}
                if transfer is not None:
                    bar.start(transfer.target)
                    opened = await run_blocking(transfer.open)
                    if opened is None:
                        return _done(transfer, bar, fetched=False)
                    headers = opened
                async with session.download(url, headers) as response:
                    if transfer is None:
                        assert not isinstance(place, Transfer)
                        transfer = place(response)
                        bar.start(transfer.target)
                        opened = await run_blocking(transfer.open)
                        if opened is None:
                            return _done(transfer, bar, fetched=False)
                        if "Range" in opened:
                            transfer.close()
                            continue  # a part of it is here already: ask for the rest
                    await _receive(transfer, response, bar)
                return _done(transfer, bar)
            except Busy:
                await sleep(_BUSY_PAUSE)
            except PlanetError as error:
                if transfer is None:
                    raise
                pause = transfer.failed(error, monotonic())
                session.outcomes[type(error)] += 1
                await sleep(pause)
    except BaseException as error:
        if transfer is not None:
            transfer.abandon(error)
            bar.failed(transfer.target)
        raise


async def _receive(transfer: Transfer, response: httpx.Response, bar: DownloadBar) -> None:
    """The body of an answer into the transfer, in blocks large enough to be worth a call to a thread."""
    await run_blocking(transfer.start, response.status_code, response.headers)
    bar.seen(transfer.target, transfer.received)
    if transfer.expected is not None:
        bar.expect(transfer.expected)
    raw = response.headers.get("content-encoding", "identity").lower() == "identity"
    block: list[bytes] = []
    size = 0
    failure: PlanetError | None = None
    try:
        async with body_of(response, raw=raw) as pieces:
            async for piece in pieces:
                block.append(piece)
                size += len(piece)
                if size >= _BLOCK:
                    await _write(transfer, block, bar)
                    block, size = [], 0
    except (httpx.HTTPError, httpx.StreamError) as error:
        failure = error_from_httpx(error, "GET", response.url)
    await _write(transfer, block, bar)  # what has come is kept, whatever broke
    if failure is not None:
        raise failure
    await run_blocking(transfer.finish)


async def _write(transfer: Transfer, block: list[bytes], bar: DownloadBar) -> None:
    await run_blocking(transfer.write, block)
    bar.seen(transfer.target, transfer.received)


def _done(transfer: Transfer, bar: DownloadBar, *, fetched: bool = True) -> Path:
    bar.seen(transfer.target, transfer.received)
    bar.finish(transfer.target, fetched)
    return transfer.target


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
            return await fetch(session, file.location, transfer, bar)
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

# Generated from planet/_async/download/file.py by tools/unasync.py. Edit that file and run the tool again.

"""One file from a server to its place: the driver of `planet._transfer`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from ..._download.segments import MAX_SEGMENTS_IN_FLIGHT, Segment
from ..._download.store import store_bytes
from ..._download.transfer import BUSY_PAUSE, Busy, Changed, Transfer
from ..._files.names import name_of
from ..._http.errors import error_from_httpx
from ..._runtime._sync import map_bounded, run_blocking, shield, sleep
from ...exceptions import ChecksumError, ClientError, DownloadError, NetworkError, PlanetError
from ...reporting import DownloadBar
from ..http.streams import body_of
from ..http.transport import BaseSession
from .links import Source

__all__ = ["SMALL", "Job", "check_directory", "fetch", "fetch_bytes", "put", "target_in", "target_of"]


SMALL = 128 * 1024  # bytes: a file that may be held in memory

_BLOCK = 512 * 1024  # bytes that are handed to the disk at once: a thread is not called for every packet
_BLOCK_SECONDS = 0.5  # nor does more than this much time's worth wait in memory: it would be lost with the process
_IDENTITY = {"Accept-Encoding": "identity"}

TargetFactory = Callable[[Any], Transfer]


def fetch(session: BaseSession, source: Source, place: Transfer | TargetFactory, bar: DownloadBar) -> Job:
    """Bring one file home; *place* is its transfer, or makes it from the answer where only that knows the name.

    What is returned is done: its `transfer.target` is the file.

    Raises:
        DownloadError: it did not come whole, or something else is in its place.
        APIError, NetworkError: the server did not give it.
    """
    if isinstance(place, Transfer):
        job = Job(session, source, place, bar)
        job.run()
        return job
    begun: Job | None = None
    while True:
        address = source.address
        try:
            with ExitStack() as stack:
                answer = stack.enter_context(session.download(address, _IDENTITY))
                begun = Job(session, source, place(answer), bar)
                begun.run(answer, stack)
                return begun
        except PlanetError as error:
            if begun is not None or not source.recover(address, error):
                raise


class Job:
    """One file, and what it takes to bring it home."""

    def __init__(self, session: BaseSession, source: Source, transfer: Transfer, bar: DownloadBar) -> None:
        self.session = session
        self.source = source
        self.transfer = transfer
        self.bar = bar
        self.is_fetched = True  # and not kept
        self._answer: Any = None
        self._opened: ExitStack | None = None
        self._failure: Exception | None = None  # of the request that was made ahead
        self._block: list[bytes] | None = None  # of the answer to it

    def run(self, answer: Any = None, opened: ExitStack | None = None) -> None:
        """Do it; *answer* is one to a request for the whole file, *opened* what closes it."""
        transfer, bar = self.transfer, self.bar
        self._answer, self._opened = answer, opened
        bar.start(transfer.target)
        try:
            while not transfer.is_finished:
                try:
                    self.is_fetched = run_blocking(transfer.open)
                    while segments := transfer.pending():
                        if len(segments) == 1:
                            self._download_segment(segments[0])
                        else:
                            map_bounded(self._download_segment, segments, limit=MAX_SEGMENTS_IN_FLIGHT)
                    if not transfer.is_finished:
                        run_blocking(transfer.finish)
                except Busy:
                    self._close_answer()
                    sleep(BUSY_PAUSE)
                except (ChecksumError, Changed) as error:
                    self.session.outcomes[type(error)] += 1
                    sleep(transfer.restart_delay(error, monotonic()))
        except BaseException as error:
            self.abandon(error)
            raise
        bar.seen(transfer.target, transfer.received)
        bar.finish(transfer.target, self.is_fetched)

    def _close_answer(self) -> None:
        """Close the answer that was open from the beginning: its place in the queue is needed for others."""
        self._answer = None
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.close()

    def abandon(self, error: BaseException) -> None:
        """The end without the file."""
        with shield():
            run_blocking(self.transfer.abandon, error)
        self.bar.failed(self.transfer.target)

    def _download_segment(self, segment: Segment) -> None:
        """Bring one stretch of the file, with as many requests as it takes."""
        while not segment.is_done:
            address = self.source.address
            try:
                if self._failure is not None:
                    failure, self._failure = self._failure, None
                    raise failure
                if (
                    self._answer is not None and not segment.offset
                ):  # otherwise a part is here already: the rest is asked for
                    self._receive(segment, self._answer)
                    self._close_answer()
                else:
                    self._close_answer()
                    with self.session.download(address, self.transfer.headers(segment)) as response:
                        self._receive(segment, response)
                return
            except PlanetError as error:
                self._close_answer()
                if self.source.recover(address, error):
                    continue
                pause = self.transfer.retry_delay(segment, error, monotonic())
                self.session.outcomes[type(error)] += 1
                sleep(pause)

    # Of many small files, each step is done ahead for several of them: calls to threads cost more than such a file
    # does. Whatever is not plain sailing is left to `run`, which is called afterwards in any case.

    def open_early(self) -> None:
        """See what is there. Blocks."""
        with suppress(PlanetError, OSError, Busy):
            self.is_fetched = self.transfer.open()

    def receive_early(self) -> None:
        """Fetch a file that is not there, into memory."""
        transfer = self.transfer
        segments = transfer.pending() if transfer.is_open else []
        if len(segments) != 1 or segments[0].offset:
            return
        self.bar.start(transfer.target)
        address = self.source.address
        try:
            with self.session.download(address, transfer.headers(segments[0])) as response:
                self._receive(segments[0], response, in_memory=True)
        except PlanetError as error:
            self._failure = error

    def store_early(self) -> None:
        """Put what has come in its place. Blocks."""
        if self._block is None:
            return
        try:
            self.transfer.write(self.transfer.segments[0], self._block, self._failure is None)
        except (NetworkError, ChecksumError, OSError) as error:
            self._failure = error

    # -- bodies ----------------------------------------------------------------------------------------------

    def _receive(self, segment: Segment, response: Any, *, in_memory: bool = False) -> None:
        """The body of an answer into the transfer, in blocks large enough to be worth a call to a thread.

        *in_memory*: the last block is kept for `store_early`.
        """
        transfer, bar = self.transfer, self.bar
        transfer.accept_response(segment, response.status_code, response.headers)
        self.source.remember_location(str(response.url))
        if transfer.expected is not None:
            bar.expect(transfer.expected)
        raw = response.headers.get("content-encoding", "identity").lower() == "identity"
        room = segment.stop - segment.offset if segment.stop_early and segment.stop is not None else None
        block: list[bytes] = []
        size, since = 0, monotonic()
        failure: PlanetError | None = None
        try:
            with body_of(response, raw=raw) as pieces:
                for piece in pieces:
                    block.append(piece)
                    size += len(piece)
                    if room is not None and size >= room:
                        break
                    if room is None and (size >= _BLOCK or monotonic() - since > _BLOCK_SECONDS):
                        full, block, size = block, [], 0  # first: an interruption must not write it twice
                        run_blocking(transfer.write, segment, full)
                        bar.seen(transfer.target, transfer.received)
                        since = monotonic()
        except (httpx.HTTPError, httpx.StreamError) as error:
            failure = error_from_httpx(error, "GET", response.url)
        except BaseException:
            self._keep(segment, block)
            raise
        if in_memory:
            self._block = block
        elif failure is None:
            run_blocking(transfer.write, segment, block, True)
            bar.seen(transfer.target, transfer.received)
        else:
            self._keep(segment, block)
        if failure is not None:
            raise failure

    def _keep(self, segment: Segment, block: list[bytes]) -> None:
        """Write what has come before something broke, whatever it was."""
        with shield():
            run_blocking(self.transfer.write, segment, block)
        self.bar.seen(self.transfer.target, self.transfer.received)


def target_of(
    directory: Path,
    filename: str | None,
    session: BaseSession,
    overwrite: bool,
    digests: Mapping[str, str | None] | None = None,
) -> Transfer | TargetFactory:
    """Where a single file goes: by the name that was asked for, else by the one that the server gives it."""
    if filename is not None:
        return Transfer(directory / filename, digests=digests, overwrite=overwrite, retry=session.retry)
    return target_in(directory, session, overwrite, digests)


def target_in(
    directory: Path,
    session: BaseSession,
    overwrite: bool,
    digests: Mapping[str, str | None] | None = None,
    otherwise: str | None = None,
) -> TargetFactory:
    """Where a file goes by the name that the server gives it, or *otherwise* if it gives none."""

    def place(response: Any) -> Transfer:
        name = name_of(response.headers, unquote(urlsplit(str(response.url)).path), otherwise)
        return Transfer(directory / name, digests=digests, overwrite=overwrite, retry=session.retry)

    return place


def fetch_bytes(session: BaseSession, source: Source, limit: int) -> bytes:
    """A small file into memory; never more of it than *limit* bytes."""
    while True:
        address = source.address
        try:
            answer = session.request("GET", address, allow_cross_origin=True)
        except PlanetError as error:
            if not source.recover(address, error):
                raise
            continue
        if len(answer.content) > limit:
            raise DownloadError(f"A file that should be small has more than {limit} bytes.")
        return answer.content


def put(target: Path, content: bytes, overwrite: bool) -> None:
    """Put bytes that are at hand in their place, by the same rules as a file that is fetched."""
    while True:
        try:
            return run_blocking(store_bytes, target, content, overwrite)
        except Busy:
            sleep(BUSY_PAUSE)


def check_directory(directory: Any) -> Path:
    """The folder to download to, as a path."""
    if not isinstance(directory, (str, Path)):
        raise ClientError(f"directory is a {type(directory).__name__}.", hint="It is a path.")
    return Path(directory).expanduser()

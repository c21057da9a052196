# Generated from planet/_async/download/file.py by tools/unasync.py. Edit that file and run the tool again.

"""`FileDownload`: downloads one file, as `planet._download.transfer` decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from ..._cloud.object_path import Place
from ..._download.segments import MAX_SEGMENTS_IN_FLIGHT, Segment
from ..._download.store import store_bytes
from ..._download.transfer import BUSY_PAUSE, Busy, Changed, Transfer
from ..._files.names import name_of
from ..._http.errors import error_from_httpx, public_type
from ..._http.events import FileEvent, emit
from ..._runtime._sync import map_bounded, run_blocking, shield, sleep
from ..._utils.paths import as_path
from ...exceptions import ChecksumError, DownloadError, NetworkError, PlanetError
from ...reporting import DownloadBar
from ..http.streams import body_of
from ..http.transport import BaseSession
from .links import Source

__all__ = [
    "SMALL",
    "FileDownload",
    "check_directory",
    "download_bytes",
    "download_file",
    "put",
    "report_file",
    "target_in",
    "target_of",
]


SMALL = 128 * 1024  # bytes: a file that may be held in memory

_BLOCK = 512 * 1024  # bytes that are written at once: a call to a thread for every packet would be slow
_BLOCK_SECONDS = 0.5  # no more than this is held in memory: it would be lost with the process
_IDENTITY = {"Accept-Encoding": "identity"}

TargetFactory = Callable[[Any], Transfer]


def download_file(
    session: BaseSession, source: Source, target: Transfer | TargetFactory, bar: DownloadBar
) -> FileDownload:
    """Download one file, and return when it is complete: `transfer.target` is its path.

    Args:
        session: sends the requests.
        source: the link to the file.
        target: the transfer of the file; or makes it from the answer, where only the answer tells the name.
        bar: shows the progress.

    Raises:
        DownloadError: the file is not complete, or another file exists under its name.
        APIError, NetworkError: the server did not send it.
    """
    if isinstance(target, Transfer):
        download = FileDownload(session, source, target, bar)
        download.run()
        return download
    begun: FileDownload | None = None
    while True:
        address = source.address
        try:
            with ExitStack() as stack:
                answer = stack.enter_context(session.download(address, _IDENTITY))
                begun = FileDownload(session, source, target(answer), bar)
                begun.run(answer, stack)
                return begun
        except PlanetError as error:
            if begun is not None or not source.recover(address, error):
                raise


class FileDownload:
    """The download of one file.

    Args:
        session: sends the requests.
        source: the link to the file.
        transfer: decides what to request, writes and verifies.
        bar: shows the progress.
    """

    def __init__(self, session: BaseSession, source: Source, transfer: Transfer, bar: DownloadBar) -> None:
        self.session = session
        self.source = source
        self.transfer = transfer
        self.bar = bar
        self._started = monotonic()
        self._answer: Any = None
        self._opened: ExitStack | None = None
        self._failure: Exception | None = None  # of the request that was made early
        self._block: list[bytes] | None = None  # of the answer to it
        self._is_reported = False  # whether there was an event for the outcome

    @property
    def outcome(self) -> str:
        """`kept` if the file existed and is the right one, `fetched` if it was downloaded."""
        return "kept" if self.transfer.is_kept else "fetched"

    def run(self, answer: Any = None, opened: ExitStack | None = None) -> None:
        """Download the file.

        Args:
            answer: the answer to a request for the whole file that was sent already.
            opened: what closes it.
        """
        transfer, bar = self.transfer, self.bar
        self._answer, self._opened = answer, opened
        bar.start(transfer.target)
        try:
            while not transfer.is_finished:
                try:
                    run_blocking(transfer.open)
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
                    self.session.outcomes[public_type(error)] += 1
                    sleep(transfer.restart_delay(error, monotonic()))
        except BaseException as error:
            self.abandon(error)
            raise
        bar.seen(transfer.target, transfer.received)
        bar.finish(transfer.target, fetched=not transfer.is_kept)
        self._emit(self.outcome)

    def abandon(self, error: BaseException) -> None:
        """End without the file."""
        if self.transfer.is_finished:
            return
        with shield():
            run_blocking(self.transfer.abandon, error)
        self.bar.failed(self.transfer.target)
        if isinstance(error, (PlanetError, OSError)):
            self._emit("failed", error)

    def _emit(self, outcome: str, error: Exception | None = None) -> None:
        if not self._is_reported:
            self._is_reported = True
            seconds = monotonic() - self._started
            report_file(self.session, self.transfer.target, outcome, self.transfer.expected, error, seconds)

    def _download_segment(self, segment: Segment) -> None:
        """Download one segment, with as many requests as it takes."""
        while not segment.is_done and not self.transfer.is_finished:
            address = self.source.address
            try:
                if self._failure is not None:
                    failure, self._failure = self._failure, None
                    raise failure
                if self._answer is not None and not segment.offset:
                    self._receive(segment, self._answer)
                    self._close_answer()
                else:  # a part was received before: only the rest is requested
                    self._close_answer()
                    with self.session.download(address, self.transfer.headers(segment)) as response:
                        self._receive(segment, response)
                return
            except PlanetError as error:
                self._close_answer()
                if self.source.recover(address, error):
                    continue
                pause = self.transfer.retry_delay(segment, error, monotonic())
                self.session.outcomes[public_type(error)] += 1
                sleep(pause)

    def _close_answer(self) -> None:
        """Close the answer that was open from the beginning, so that its place is free for others."""
        self._answer = None
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.close()

    # Several small files take each step together, because a call to a thread costs more than such a file does. These
    # three steps handle the simple case only; `run` is called after them in any case, and handles all others.

    def open_early(self) -> None:
        """Compare what exists. Blocks."""
        with suppress(PlanetError, OSError, Busy):
            self.transfer.open()

    def receive_early(self) -> None:
        """Download a file that does not exist, into memory."""
        transfer = self.transfer
        segments = transfer.pending() if transfer.is_open else []
        if len(segments) != 1 or segments[0].offset or transfer.needs_comparison:
            return
        self.bar.start(transfer.target)
        address = self.source.address
        try:
            with self.session.download(address, transfer.headers(segments[0])) as response:
                self._receive(segments[0], response, in_memory=True)
        except PlanetError as error:
            self._failure = error

    def store_early(self) -> None:
        """Write and verify what was received. Blocks."""
        if self._block is None:
            return
        try:
            self.transfer.write(self.transfer.segments[0], self._block, self._failure is None)
        except (NetworkError, ChecksumError, OSError) as error:
            self._failure = error

    # -- bodies ----------------------------------------------------------------------------------------------

    def _receive(self, segment: Segment, response: Any, *, in_memory: bool = False) -> None:
        """Write the body of an answer, in blocks that are large enough to be worth a call to a thread.

        *in_memory*: the last block is kept for `store_early`.
        """
        transfer, bar = self.transfer, self.bar
        transfer.accept_response(segment, response.status_code, response.headers)
        self.source.remember_location(str(response.url))
        if transfer.needs_comparison:
            run_blocking(transfer.compare_existing)
            return  # it is the right one
        if transfer.expected is not None:
            bar.expect(transfer.expected)
        raw = response.headers.get("content-encoding", "identity").lower() == "identity"
        room = segment.stop - segment.offset if segment.stop_early and segment.stop is not None else None
        block: list[bytes] = []
        size, since = 0, monotonic()
        failure: PlanetError | None = None
        try:
            with body_of(response, raw=raw) as chunks:
                for chunk in chunks:
                    block.append(chunk)
                    size += len(chunk)
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
        """Write what was received before an error or a cancellation."""
        with shield():
            run_blocking(self.transfer.write, segment, block)
        self.bar.seen(self.transfer.target, self.transfer.received)


def report_file(
    session: BaseSession,
    path: Path,
    outcome: str,
    size: int | None,
    error: Exception | None = None,
    seconds: float = 0.0,
) -> None:
    """Emit the event of a file that is done, or has failed."""
    text = error.message if isinstance(error, PlanetError) else None if error is None else str(error)
    event = FileEvent(path=path, outcome=outcome, size=size, duration=seconds, error=text)
    emit(event, session.settings.on_event)


def target_of(
    directory: Path,
    filename: str | None,
    session: BaseSession,
    on_exists: str,
    digests: Mapping[str, str | None] | None = None,
) -> Transfer | TargetFactory:
    """The target of a single file: under the name that was asked for, else under the one that the server gives it."""
    if filename is not None:  # the user has chosen it, links on the way included
        return Transfer(directory / filename, digests=digests, on_exists=on_exists, retry=session.retry)
    return target_in(directory, session, on_exists, digests)


def target_in(
    directory: Path,
    session: BaseSession,
    on_exists: str,
    digests: Mapping[str, str | None] | None = None,
    default_name: str | None = None,
) -> TargetFactory:
    """The target of a file under the name that the server gives it; *default_name* if it gives none."""

    def make(response: Any) -> Transfer:
        name = name_of(response.headers, unquote(urlsplit(str(response.url)).path), default_name)
        return Transfer(directory / name, digests=digests, on_exists=on_exists, retry=session.retry, root=directory)

    return make


def download_bytes(session: BaseSession, source: Source, limit: int) -> bytes:
    """Download a small file into memory.

    Raises:
        DownloadError: it has more than *limit* bytes.
    """

    def get(address: str) -> bytes:
        return (session.request("GET", address, allow_cross_origin=True)).content

    content: bytes = source.ask(get)
    if len(content) > limit:
        raise DownloadError(f"The manifest of the order cannot be used: it has more than {limit} bytes.")
    return content


def put(target: Place, content: bytes, on_exists: str, *, root: Place | None = None) -> None:
    """Write bytes to a file by the same rules as a download; no symbolic link is followed below *root*."""
    while True:
        try:
            return run_blocking(store_bytes, target, content, on_exists, root)
        except Busy:
            sleep(BUSY_PAUSE)


def check_directory(directory: Any) -> Path:
    """The folder to download to, as a path.

    Raises:
        ArgumentError, ArgumentTypeError: it is not the path of a local folder.
    """
    return as_path("directory", directory)

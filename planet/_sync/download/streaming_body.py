# Generated from planet/_async/download/streaming_body.py by tools/unasync.py. Edit that file and run the tool again.

"""`StreamingBody`: the body of an answer into a file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..._download.expected import length_of
from ..._download.on_exists import on_exists_of
from ..._download.transfer import BUSY_PAUSE, Busy, Transfer
from ..._files.names import name_of
from ..._runtime._sync import run_blocking, shield, sleep
from ...reporting import DownloadBar
from ..http.streams import StreamingResponse

__all__ = ["StreamingBody"]


class StreamingBody:
    """The body of an answer that is coming in, for scripts that write it themselves.

    `download_asset` and `download_order` do more: they resume, and verify against what was promised.
    """

    def __init__(self, response: StreamingResponse) -> None:
        self._response = response

    @property
    def name(self) -> str:
        """What to call the file: as the server says, as a safe name."""
        return name_of(self._response.headers, unquote(urlsplit(self._response.url).path))

    @property
    def size(self) -> int | None:
        """Its length in bytes, or None where the server does not say."""
        return length_of(self._response.headers)

    def write(self, filename: Path, overwrite: bool = True, progress_bar: bool = True) -> None:
        """Write it to a file, which has its name only when it is whole. A file that is not to be replaced stays."""
        transfer = Transfer(Path(filename), on_exists=on_exists_of(None, overwrite), single_response=True)
        with DownloadBar(total=self.size, disable=not progress_bar) as bar:
            while True:
                try:
                    if not run_blocking(transfer.open):
                        return
                    break
                except Busy:
                    sleep(BUSY_PAUSE)
            try:
                segment = transfer.segments[0]
                transfer.accept_response(segment, 200, self._response.headers)
                for piece in self._response.iter_bytes():
                    run_blocking(transfer.write, segment, [piece])
                    bar.seen(transfer.target, transfer.received)
                run_blocking(transfer.write, segment, [], True)
            except BaseException as error:
                with shield():
                    run_blocking(transfer.abandon, error)
                raise

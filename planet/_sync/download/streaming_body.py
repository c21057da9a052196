# Generated from planet/_async/download/streaming_body.py by tools/unasync.py. Edit that file and run the tool again.

"""`StreamingBody`: writes the body of an answer to a file."""

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
    """The body of an answer, for scripts that write it to a file themselves.

    `download_asset` and `download_order` do more: they resume, and verify the content.
    """

    def __init__(self, response: StreamingResponse) -> None:
        self._response = response

    @property
    def name(self) -> str:
        """The name of the file: the one that the server gives it, made safe."""
        return name_of(self._response.headers, unquote(urlsplit(self._response.url).path))

    @property
    def size(self) -> int | None:
        """Its length in bytes, or None if the server does not announce it."""
        return length_of(self._response.headers)

    def write(self, filename: Path, overwrite: bool = True, progress_bar: bool = True) -> None:
        """Write the body to a file, which gets its name when it is complete.

        Args:
            filename: the path of the file.
            overwrite: whether to replace a file that exists; otherwise the right one is kept, another one is an error.
            progress_bar: show the progress on stderr.

        Raises:
            DownloadError: another file exists under its name.
        """
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
                for chunk in self._response.iter_bytes():
                    run_blocking(transfer.write, segment, [chunk])
                    bar.seen(transfer.target, transfer.received)
                run_blocking(transfer.write, segment, [], True)
            except BaseException as error:
                with shield():
                    run_blocking(transfer.abandon, error)
                raise

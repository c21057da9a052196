"""Write bytes to a file by the same rules as a download: complete and verified, or not at all."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from .._runtime.cancellation import check_cancelled
from .on_exists import ERROR
from .transfer import Transfer

__all__ = ["store", "store_bytes"]


def store(
    target: Path,
    pieces: Iterable[bytes],
    *,
    size: int | None,
    digests: Mapping[str, str | None],
    on_exists: str = ERROR,
    root: Path | None = None,
) -> None:
    """Write a file, whole and verified or not at all.

    Raises:
        Busy: another process writes it just now.
        DownloadError: the bytes are not what was promised, or another file is there.
    """
    transfer = Transfer(target, size=size, digests=digests, on_exists=on_exists, single_response=True, root=root)
    try:
        if not transfer.open():
            return
        segment = transfer.segments[0]
        transfer.accept_response(segment, 200, {})
        for piece in pieces:
            check_cancelled()
            transfer.write(segment, [piece])
        transfer.write(segment, [], True)
    except BaseException as error:
        transfer.abandon(error)
        raise


def store_bytes(target: Path, content: bytes, on_exists: str = ERROR) -> None:
    """Write a file whose content is all in memory."""
    digest = hashlib.sha256(content, usedforsecurity=False).hexdigest()
    store(target, [content], size=len(content), digests={"sha256": digest}, on_exists=on_exists)

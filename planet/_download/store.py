"""Write bytes to a file by the same rules as a download: the file is complete and verified, or does not exist."""

import hashlib
from collections.abc import Iterable, Mapping

from .._cloud.object_path import Place
from .._runtime.cancellation import check_cancelled
from .on_exists import ERROR
from .transfer import Transfer

__all__ = ["store", "store_bytes"]


def store(
    target: Place,
    chunks: Iterable[bytes],
    *,
    size: int | None,
    digests: Mapping[str, str | None],
    on_exists: str = ERROR,
    root: Place | None = None,
) -> None:
    """Write a file from chunks, verify it, and give it its name when it is complete.

    Args:
        target: the final path.
        chunks: the content.
        size: its length in bytes, where that is known.
        digests: its digests, {"sha256": …, "md5": …}, where they are known.
        on_exists: what to do about a file that exists: `error`, `skip` or `overwrite`.
        root: the folder that the user has named; no symbolic link is followed below it.

    Raises:
        Busy: another process is writing it.
        DownloadError: the content has another length or digest, or another file exists under its name.
    """
    transfer = Transfer(target, size=size, digests=digests, on_exists=on_exists, single_response=True, root=root)
    try:
        if not transfer.open():
            return
        segment = transfer.segments[0]
        transfer.accept_response(segment, 200, {})
        for chunk in chunks:
            check_cancelled()
            transfer.write(segment, [chunk])
        transfer.write(segment, [], True)
    except BaseException as error:
        transfer.abandon(error)
        raise


def store_bytes(target: Place, content: bytes, on_exists: str = ERROR, root: Place | None = None) -> None:
    """Write a file from bytes in memory."""
    digest = hashlib.sha256(content, usedforsecurity=False).hexdigest()
    store(target, [content], size=len(content), digests={"sha256": digest}, on_exists=on_exists, root=root)

# Generated from planet/_async/bulk/worker.py by tools/unasync.py. Edit that file and run the tool again.

"""What runs at a worker of a cluster: download some files from the storage, verify them, and store them in the target.

A worker has no journal, no login and no pace: it is given addresses that need none.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..._bulk.batches import Batch, Fetched, Hidden
from ..._bulk.targets import check_target
from ..._cloud.object_path import as_place
from ..._download.on_exists import ERROR
from ..._download.order_files import FileToFetch
from ..._download.outcomes import is_fatal_for_batch
from ..._files.names import SafeDirectory
from ..._redact import printable, redact
from ..._runtime._sync import run_here
from ..._version import __version__
from ...exceptions import PlanetError
from ...reporting import DownloadBar
from ..download.batch import fetch_all
from ..download.links import Links
from ..session import SyncSession

__all__ = ["planet_fetch", "planet_probe"]


def planet_fetch(batch: Batch) -> list[Fetched]:
    """Download the files of a batch. Its name is what the dashboard of the cluster shows."""
    try:
        return run_here(_fetch, batch)
    except Exception as error:  # noqa: BLE001 - engines log what a task raises, and its arguments
        return [_failed(one.name, error) for one in batch.files]


def _fetch(batch: Batch) -> list[Fetched]:
    place = as_place("target", batch.target, batch.options.value)
    folder = SafeDirectory(place)
    files = [
        FileToFetch(one.name, one.address, folder.resolve(one.path), place, one.size, one.digests)
        for one in batch.files
    ]
    links = {one.name: one.address for one in batch.files}

    def no_others() -> Mapping[str, str]:
        return links  # only the driver can get fresh ones

    with SyncSession(**batch.settings.value) as session:
        with DownloadBar(len(files), disable=True) as bar:
            outcomes = fetch_all(session, files, Links(links, no_others), bar, on_exists=ERROR)
    return [
        Fetched(one.name, one.outcome, one.size) if one.error is None else _failed(one.name, one.error)
        for one in outcomes
    ]


def _failed(name: str, error: Exception) -> Fetched:
    is_expired = isinstance(error, PlanetError) and error._retry.is_link_error
    return Fetched(
        name, "failed", None, printable(redact(str(error))), is_expired, not is_expired and is_fatal_for_batch(error)
    )


def planet_probe(target: str, options: Hidden, settings: Hidden) -> str:
    """Check that this worker can write to the target; the version of this package at the worker, or what is wrong.

    The settings are those of later batches, to see whether they can be sent.
    """
    try:
        check_target(as_place("target", target, options.value))
    except Exception as error:  # noqa: BLE001 - engines log what a task raises
        return printable(redact(str(error)))
    return __version__

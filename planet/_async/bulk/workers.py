"""`Workers`: gives the files of orders to the workers of a cluster.

The driver holds the one login and the one pace: it follows each link to the storage. Workers get what needs neither.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ..._bulk.batches import Address, Batch, Fetched, Hidden, in_batches
from ..._cloud.object_path import Place, relative_path
from ..._download.existing import right_ones
from ..._download.on_exists import ERROR
from ..._download.order_files import FileToFetch
from ..._models.orders import Order
from ..._redact import printable, redact
from ..._runtime._async import Semaphore, map_bounded, run_blocking
from ..._runtime.cancellation import check_cancelled
from ..._version import __version__
from ...download_report import DownloadReport, FileOutcome
from ...exceptions import ArgumentTypeError, DownloadError, ExecutorError, PlanetError, StorageError
from ...reporting import DownloadBar
from ..apis.orders import OrdersClient
from ..download.batch import fetch_all
from ..download.links import Links, Source
from ..download.order import OrderDownload
from .worker import planet_fetch, planet_probe

__all__ = ["Workers"]


log = logging.getLogger("planet.bulk")

_BATCHES_PER_THREAD, _BATCHES = 2, 32  # that are given out at the same time; 32 where threads are not known
_RESOLVED_AT_ONCE = 4
_ATTEMPTS = 3  # for a file whose address has expired, or whose worker was lost
_ANOTHER = "Call run() again with a new one."
_WAIT = 0.5  # seconds between two checks whether the run is cancelled


class _NotElsewhere(Exception):
    """The service sends the files itself: it takes its credentials to get them, which workers do not have."""


class Workers:
    """Downloads orders by the workers of an executor.

    Args:
        executor: a `concurrent.futures.Executor`, or a `distributed.Client`.
        orders: gets the orders; its session follows the links.
        target: the folder or prefix that they go to. The workers must reach it, too.
        options: for a bucket.
    """

    def __init__(self, executor: Any, orders: OrdersClient, target: Place, options: Mapping[str, Any] | None) -> None:
        self._cluster = executor if hasattr(executor, "get_executor") else None
        if self._cluster is not None:
            if getattr(executor, "asynchronous", False):
                raise ArgumentTypeError("executor is a Client with asynchronous=True.", hint="Make one without it.")
            try:
                executor = executor.get_executor(pure=False, retries=2)
            except Exception as error:  # noqa: BLE001 - of Dask: it is closed
                raise ExecutorError(f"The cluster cannot be used: {error}.", hint=_ANOTHER) from None
        if not isinstance(executor, Executor):
            kinds = "a concurrent.futures.Executor or a distributed.Client"
            raise ArgumentTypeError(f"executor must be {kinds}, got {type(executor).__name__}.")
        self._executor = executor
        self._orders = orders
        self._session = orders._session
        self._target = target
        self._options = Hidden(options)
        settings = self._session.settings
        chosen = {
            "timeouts": settings.timeouts,
            "proxy": settings.proxy,
            "verify": settings.verify,
            "cert": settings.cert,
            "trust_env": settings.trust_env,
            "http_client": settings.http_client,
        }
        self._settings = Hidden(chosen)
        # Batches that are given out at the same time; all at once, they would fill the memory of the scheduler.
        self._most = _BATCHES
        self._resolving: Any = Semaphore(1)  # a batch is complete, and given out, before the next one is begun

    async def check(self) -> None:
        """Check that all workers have this version and can write to the target, before anything is spent.

        Raises:
            StorageError: one cannot.
        """
        arguments = str(self._target), self._options, self._settings
        try:
            pickle.dumps(arguments)
        except Exception as error:  # noqa: BLE001 - whatever is in them
            raise ArgumentTypeError(
                f"The settings of the session cannot be sent to workers: {error}.",
                hint="Pass verify= and cert= as paths of files, which the workers have, too.",
            ) from None
        if self._cluster is None:
            answers = [await self._result(self._submit(planet_probe, *arguments))]
        else:
            answers = await self._ask_all(self._cluster, arguments)
            if not answers:
                raise ExecutorError("The cluster has no workers.", hint="Start some, or wait until they are there.")
        for answer in answers:
            if answer == __version__:
                continue
            if answer and " " not in answer:
                raise ExecutorError(
                    f"A worker has planet {answer}, and this is {__version__}.", hint="Install the same."
                )
            raise StorageError(f"A worker cannot write to {self._target}: {answer}")

    async def _ask_all(self, cluster: Any, arguments: tuple[Any, ...]) -> list[str]:
        """The answers of all workers of a cluster."""
        try:
            threads = await run_blocking(cluster.nthreads)
            self._most = max(_BATCHES_PER_THREAD * sum(int(count) for count in threads.values()), 1)
            return list((await run_blocking(cluster.run, planet_probe, *arguments)).values())
        except Exception as error:  # noqa: BLE001 - of Dask: it is closed, or a worker is lost
            reason = printable(redact(f"{type(error).__name__}: {error}"))
            raise ExecutorError(f"The cluster cannot be asked: {reason}.", hint=_ANOTHER) from None

    async def download(self, order_id: str) -> DownloadReport:
        """Download an order, as `download_order` does.

        Raises:
            DownloadError: files have failed.
        """

        async def get_order() -> Order:
            return await self._orders.get_order(order_id)

        job = OrderDownload(
            self._session, get_order, self._target, on_exists=ERROR, progress_bar=False, fetch=self._fetch_all
        )
        return await job.run(unzip=False)

    async def _fetch_all(self, files: Sequence[FileToFetch], links: Links) -> list[FileOutcome]:
        """Have the files of an order downloaded that are not there yet; the outcomes in the order of the files."""
        folder = self._target / relative_path(files[0].target, self._target).partition("/")[0]
        right = await run_blocking(right_ones, files, folder)

        async def fetch(batch: Sequence[FileToFetch]) -> list[FileOutcome]:
            return await self._fetch(batch, links)

        left = [file for file in files if file.name not in right]
        try:
            groups = await map_bounded(fetch, list(in_batches(left)), limit=self._most)
        except _NotElsewhere:
            log.info("%d files are downloaded here: their links do not lead to a storage", len(left))
            with DownloadBar(len(left), disable=True) as bar:
                groups = [await fetch_all(self._session, left, links, bar, on_exists=ERROR)]
        done = {outcome.name: outcome for group in groups for outcome in group}
        return [done.get(file.name) or FileOutcome(file.name, file.target, "kept", file.size) for file in files]

    async def _fetch(self, files: Sequence[FileToFetch], links: Links) -> list[FileOutcome]:
        """Have a batch downloaded by a worker."""
        sources = {file.name: links.source(file.name) for file in files}
        left, done = {file.name: file for file in files}, {}
        for _ in range(_ATTEMPTS):
            for fetched in await self._give(list(left.values()), sources):
                done[fetched.name] = fetched
                if fetched.is_fatal:
                    raise StorageError(f"A worker cannot write to {self._target}: {fetched.error}")
                if not fetched.has_expired:
                    left.pop(fetched.name)
            if not left:
                break
        return [_outcome(file, done[file.name]) for file in files]

    async def _give(self, files: Sequence[FileToFetch], sources: Mapping[str, Source]) -> list[Fetched]:
        async def resolve(file: FileToFetch) -> Address:
            path = relative_path(file.target, self._target)
            return Address(file.name, path, await self._resolve(sources[file.name]), file.size, file.digests)

        async with self._resolving:
            addresses = await map_bounded(resolve, files, limit=_RESOLVED_AT_ONCE)
        batch = Batch(tuple(addresses), str(self._target), self._options, self._settings)
        fetched: list[Fetched] = await self._result(self._submit(planet_fetch, batch))
        return fetched

    async def _resolve(self, source: Source) -> str:
        address: str | None = await source.ask(self._session.resolve)
        if address is None:
            raise _NotElsewhere
        return address

    def _submit(self, function: Any, *args: Any) -> Future[Any]:
        try:
            return self._executor.submit(function, *args)
        except Exception as error:  # noqa: BLE001 - it was shut down, is broken, or is of an engine that is not known here
            reason = printable(redact(str(error)))
            raise ExecutorError(f"The executor takes no work: {reason}.", hint=_ANOTHER) from None

    async def _result(self, future: Future[Any]) -> Any:
        try:
            return await run_blocking(_wait, future)
        except (PlanetError, KeyboardInterrupt):
            raise
        except (BrokenProcessPool, CancelledError) as error:
            raise ExecutorError(f"The executor has lost its workers: {type(error).__name__}.", hint=_ANOTHER) from None
        except Exception as error:  # noqa: BLE001 - of an engine that is not known here
            reason = printable(redact(f"{type(error).__name__}: {error}"))
            raise ExecutorError(f"A worker has failed: {reason}.", hint="Call run() again to go on.") from None
        finally:
            future.cancel()


def _wait(future: Future[Any]) -> Any:
    while not wait([future], _WAIT).done:
        check_cancelled()
    return future.result()


def _outcome(file: FileToFetch, fetched: Fetched) -> FileOutcome:
    error = None if fetched.error is None else DownloadError(fetched.error)
    return FileOutcome(file.name, file.target, fetched.outcome, fetched.size, error)

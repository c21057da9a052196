"""The blocking half of the seam. Its twin, name for name, is `_async.py`."""

import contextvars
import inspect
import os
import threading
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Sized
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Generic, TypeAlias, TypeVar

from ..exceptions import ClientError
from .cancellation import Cancelled, CancelToken, _worker, check_cancelled, on_cancel, run_cancellable, sleep

__all__ = [
    "AGENT_SUFFIX",
    "APP",
    "Items",
    "Prefetch",
    "Semaphore",
    "checkpoint",
    "collect_items",
    "invoke_callback",
    "map_bounded",
    "network",
    "pool_key",
    "register_finalizer",
    "run_blocking",
    "shield",
    "sleep",
]


T = TypeVar("T")
R = TypeVar("R")

Items: TypeAlias = Iterable[T]  # what `collect_items` takes

APP = "python-sdk-sync"
AGENT_SUFFIX = "/sync"
# Where a Ctrl-C does not wake a thread that waits for another (Windows), it is noticed after so many seconds.
_HEARTBEAT = 0.25


def checkpoint() -> None:
    """Let others have a turn: threads take theirs by themselves, so this only notices a stop."""
    check_cancelled()


def run_blocking(function: Callable[..., R], *args: Any) -> R:
    """Run a function that blocks: here that is simply a call, and a good place to notice a stop."""
    check_cancelled()
    return function(*args)


def map_bounded(function: Callable[[T], R], items: Iterable[T], *, limit: int) -> list[R]:
    """Call *function* on every item, never more than *limit* at once; the results in the order of the items.

    Items are taken only when there is a place for them. The first failure stops the other calls, waits for
    them, and is raised as itself; so is a Ctrl-C.
    """
    source = enumerate(items)
    results: dict[int, R] = {}
    failures: list[BaseException] = []
    draw = threading.Lock()
    stop = CancelToken(_worker.stop)

    def work(ended: threading.Event) -> None:
        _worker.stop = stop
        try:
            while not stop.is_set():
                with draw:
                    index, item = next(source, (-1, None))
                if index < 0:
                    return
                results[index] = function(item)  # type: ignore[arg-type]  # the pair stands for "no more items"
        except Cancelled:
            return
        except BaseException as error:
            failures.append(error)
            stop.set()
        finally:
            ended.set()

    # Daemons: a second Ctrl-C while they are being waited for still ends the program.
    # They are waited for by events of our own: after a Ctrl-C, `join` takes running threads for ended (bpo-45274).
    started: list[tuple[threading.Thread, threading.Event]] = []

    def wait_for_all() -> None:
        for thread, ended in started:
            while not ended.wait(_HEARTBEAT):
                if thread.ident is None:
                    break  # a Ctrl-C came before it was started
            else:
                thread.join()

    with on_cancel(stop.set):
        try:
            for number in range(_workers(items, limit)):
                ended = threading.Event()
                run = contextvars.copy_context().run
                thread = threading.Thread(target=run, args=(work, ended), name=f"planet-{number}", daemon=True)
                started.append((thread, ended))  # first: a Ctrl-C may come while it is being started
                thread.start()
            wait_for_all()
        except BaseException:
            stop.set()
            wait_for_all()
            raise
    check_cancelled()
    if failures:
        try:
            raise failures[0]
        finally:
            failures.clear()  # the traceback would hold its own frame
    return [results[index] for index in range(len(results))]


def _workers(items: Iterable[Any], limit: int) -> int:
    return min(limit, len(items)) if isinstance(items, Sized) else limit


def collect_items(items: Items[T]) -> list[T]:
    """All items of a listing, or of anything else that can be iterated over."""
    if hasattr(items, "__aiter__"):
        raise ClientError(
            "These are results of an asynchronous client, and this is the blocking one.",
            hint="Search with the blocking client, Planet(), too.",
        )
    return list(items)


class Prefetch(Generic[R]):
    """A call that is under way before its result is needed, in a thread of its own.

    The thread is a daemon: a program that ends does not wait for it. `close` ends it at once.
    """

    def __init__(self, function: Callable[..., R], *args: Any) -> None:
        self._function = function
        self._args = args
        self._home: Hashable = pool_key()
        self._ended = threading.Event()
        self._stop = CancelToken(None)
        self._results: list[R] = []
        self._error: BaseException | None = None
        run = contextvars.copy_context().run
        try:
            threading.Thread(target=run, args=(self._run,), name="planet-ahead", daemon=True).start()
        except RuntimeError:  # the program is ending, or can have no more threads: the call is made when it is needed
            self._home = None

    def _run(self) -> None:
        try:
            self._results.append(run_cancellable(self._stop, self._function, *self._args))
        except Cancelled:
            return
        except BaseException as error:
            self._error = error
        finally:
            self._ended.set()

    def result(self) -> R:
        """What the call returns or raises. If it was cut off, or begun in another process, it is made now."""
        if self._home == pool_key():
            try:
                with on_cancel(self._stop.set):
                    self._wait()
            except BaseException:
                self._stop.set()
                raise
            check_cancelled()
            if self._results:
                return self._results.pop()
            if self._error is not None:
                error, self._error = self._error, None
                raise error
        return self._function(*self._args)

    def close(self) -> None:
        """End it, and wait until it has ended."""
        if self._home == pool_key():
            self._stop.set()
            self._wait()

    def _wait(self) -> None:
        while not self._ended.wait(_HEARTBEAT):
            continue


def invoke_callback(callback: Callable[..., Any], *args: Any) -> None:
    """Call a user's callback; a coroutine function here is a mistake, and is said to be one."""
    result = callback(*args)
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(
            f"the callback {callback!r} is a coroutine function, and this is the blocking client: "
            "pass a plain function, or use the asynchronous client"
        )


def network() -> Any:
    """A network to make connections with, at which a worker waits no longer than its pool goes on."""
    import httpcore

    from .network import Backend

    return Backend(httpcore.SyncBackend())


@contextmanager
def shield() -> Iterator[None]:
    """For clean-up that has to be done: a stop does not reach it."""
    stop, _worker.stop = _worker.stop, None
    try:
        yield
    finally:
        _worker.stop = stop


def pool_key() -> Hashable:
    """What a pool of connections belongs to: this process. A forked child makes its own."""
    return os.getpid()


class _Semaphore:
    """A semaphore that a worker can be stopped at."""

    def __init__(self, count: int) -> None:
        self._semaphore = threading.Semaphore(count)

    def __enter__(self) -> None:
        if _worker.stop is None:
            self._semaphore.acquire()
            return
        while not self._semaphore.acquire(timeout=0.25):
            check_cancelled()

    def __exit__(self, *exc_info: object) -> None:
        self._semaphore.release()


def Semaphore(count: int) -> AbstractContextManager[Any]:
    """At most *count* holders at once; 0 is no bound."""
    return _Semaphore(count) if count else nullcontext()


def register_finalizer(owner: object, pools: dict[Hashable, Any]) -> None:
    """Have the pools closed when their owner goes, or when the program ends: nobody has to call `close`."""
    weakref.finalize(owner, _close, pools)


def _close(pools: dict[Hashable, Any]) -> None:
    # Only this process's own: to a forked child, the parent's connections are somebody else's.
    pool = pools.pop(pool_key(), None)
    if pool is not None:
        pool.close()

"""The blocking half of the seam. Its twin, name for name, is `_async.py`."""

import contextvars
import inspect
import os
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Sized
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Generic, TypeAlias, TypeVar

from ..exceptions import ClientError

__all__ = [
    "AGENT_SUFFIX",
    "APP",
    "Ahead",
    "Items",
    "Slots",
    "breathe",
    "call",
    "close_later",
    "gather",
    "make_stoppable",
    "map_bounded",
    "network",
    "pool_key",
    "run_blocking",
    "shield",
    "sleep",
]

T = TypeVar("T")
R = TypeVar("R")

Items: TypeAlias = Iterable[T]  # what `gather` takes

APP = "python-sdk-sync"
AGENT_SUFFIX = "/sync"


class Stopped(BaseException):
    """Raised inside a worker whose pool was told to stop. Not an Exception: nothing on the way may swallow it."""


class Stop:
    """Tells the workers of one pool to stop, and through them the pools that they have started themselves."""

    def __init__(self, parent: "Stop | None") -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: dict[int, Callable[[], Any]] = {}
        self.is_set = self._event.is_set
        self.wait = self._event.wait
        self.parent = parent

    def set(self) -> None:
        with self._lock:
            self._event.set()
            callbacks = list(self._callbacks.values())
        for callback in callbacks:
            callback()

    def add(self, callback: Callable[[], Any]) -> int:
        with self._lock:
            self._callbacks[id(callback)] = callback
            late = self._event.is_set()
        if late:
            callback()
        return id(callback)

    def remove(self, key: int) -> None:
        with self._lock:
            self._callbacks.pop(key, None)


class _Worker(threading.local):
    """What the current thread works for: the stop signal of its pool, or None outside of any."""

    stop: Stop | None = None


_worker = _Worker()
# Where a Ctrl-C does not wake a thread that waits for another (Windows), it is noticed after so many seconds.
_HEARTBEAT = 0.25


def check_stop() -> None:
    """End here if the current worker's pool was told to stop: for loops that take long."""
    if _worker.stop is not None and _worker.stop.is_set():
        raise Stopped


def run_stoppably(stop: Stop, function: Callable[..., R], *args: Any) -> R:
    """Call a function for which `check_stop` looks at *stop*."""
    before, _worker.stop = _worker.stop, stop
    try:
        return function(*args)
    finally:
        _worker.stop = before


def sleep(seconds: float) -> None:
    """Wait; in a worker, the end of its pool ends the wait at once."""
    if _worker.stop is None:
        time.sleep(max(seconds, 0))
    elif _worker.stop.wait(seconds):
        raise Stopped


def breathe() -> None:
    """Let others have a turn: threads take theirs by themselves, so this only notices a stop."""
    check_stop()


def run_blocking(function: Callable[..., R], *args: Any) -> R:
    """Run a function that blocks: here that is simply a call, and a good place to notice a stop."""
    check_stop()
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
    stop = Stop(_worker.stop)

    def work(ended: threading.Event) -> None:
        _worker.stop = stop
        try:
            while not stop.is_set():
                with draw:
                    index, item = next(source, (-1, None))
                if index < 0:
                    return
                results[index] = function(item)  # type: ignore[arg-type]  # the pair stands for "no more items"
        except Stopped:
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
                continue
            if thread.ident is not None:
                thread.join()

    with on_stop(stop.set):
        try:
            for number in range(_workers(items, limit)):
                ended = threading.Event()
                run = contextvars.copy_context().run
                thread = threading.Thread(target=run, args=(work, ended), name=f"planet-{number}", daemon=True)
                started.append((thread, ended))  # before it is: Ctrl-C may come before `start` returns
                try:
                    thread.start()
                except RuntimeError:
                    if thread.ident is None:  # there can be no more threads
                        ended.set()
                    raise
            wait_for_all()
        except BaseException:
            stop.set()
            wait_for_all()
            raise
    check_stop()
    if failures:
        try:
            raise failures[0]
        finally:
            failures.clear()  # the traceback would hold its own frame
    return [results[index] for index in range(len(results))]


def _workers(items: Iterable[Any], limit: int) -> int:
    return min(limit, len(items)) if isinstance(items, Sized) else limit


def gather(items: Items[T]) -> list[T]:
    """All items of a listing, or of anything else that can be iterated over."""
    if hasattr(items, "__aiter__"):
        raise ClientError(
            "These are results of an asynchronous client, and this is the blocking one.",
            hint="Search with the blocking client, Planet(), too.",
        )
    return list(items)


class Ahead(Generic[R]):
    """A call that is under way before its result is needed, in a thread of its own.

    The thread is a daemon: a program that ends does not wait for it. `close` ends it at once.
    """

    def __init__(self, function: Callable[..., R], *args: Any) -> None:
        self._function = function
        self._args = args
        self._home: Hashable = pool_key()
        self._ended = threading.Event()
        self._stop = Stop(None)
        self._results: list[R] = []
        self._error: BaseException | None = None
        run = contextvars.copy_context().run
        try:
            threading.Thread(target=run, args=(self._run,), name="planet-ahead", daemon=True).start()
        except RuntimeError:  # the program is ending, or can have no more threads: the call is made when it is needed
            self._home = None

    def _run(self) -> None:
        try:
            self._results.append(run_stoppably(self._stop, self._function, *self._args))
        except Stopped:
            return
        except BaseException as error:
            self._error = error
        finally:
            self._ended.set()

    def result(self) -> R:
        """What the call returns or raises. If it was cut off, or begun in another process, it is made now."""
        if self._home == pool_key():
            try:
                with on_stop(self._stop.set):
                    self._wait()
            except BaseException:
                self._stop.set()
                raise
            check_stop()
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


def call(callback: Callable[..., Any], *args: Any) -> None:
    """Call a user's callback; a coroutine function here is a mistake, and is said to be one."""
    result = callback(*args)
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(
            f"the callback {callback!r} is a coroutine function, and this is the blocking client: "
            "pass a plain function, or use the asynchronous client"
        )


@contextmanager
def on_stop(callback: Callable[[], Any]) -> Iterator[None]:
    """Have *callback* called when the current worker's pool is told to stop."""
    if _worker.stop is None:
        yield
        return
    stop = _worker.stop
    key = stop.add(callback)
    try:
        yield
    finally:
        stop.remove(key)


def make_stoppable(client: Any) -> None:
    """Make a read of this client end when the worker's pool is told to stop.

    httpx offers no way to say which network its transports use, so this reaches into them; transports of another kind,
    such as those of tests, are left alone.
    """
    import httpcore  # loading it takes as long as all of httpx: not before the first request

    from ._stoppable import Backend

    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if isinstance(pool, httpcore.ConnectionPool):
            pool._network_backend = Backend(pool._network_backend)


def network() -> Any:
    """A network to make connections with, at which a worker waits no longer than its pool goes on."""
    import httpcore

    from ._stoppable import Backend

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
            check_stop()

    def __exit__(self, *exc_info: object) -> None:
        self._semaphore.release()


def Slots(count: int) -> AbstractContextManager[Any]:
    """At most *count* holders at once; 0 is no bound."""
    return _Semaphore(count) if count else nullcontext()


def close_later(owner: object, pools: dict[Hashable, Any]) -> None:
    """Have the pools closed when their owner goes, or when the program ends: nobody has to call `close`."""
    weakref.finalize(owner, _close, pools)


def _close(pools: dict[Hashable, Any]) -> None:
    # Only this process's own: to a forked child, the parent's connections are somebody else's.
    pool = pools.pop(pool_key(), None)
    if pool is not None:
        pool.close()

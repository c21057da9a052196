"""The blocking variant of the runtime layer. `_async.py` has the same names, for the asynchronous one."""

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
    "SESSION",
    "TAKES_OTHER_VARIANT",
    "Items",
    "Prefetch",
    "Semaphore",
    "checkpoint",
    "collect_items",
    "invoke_callback",
    "is_quiet",
    "map_bounded",
    "network",
    "pool_key",
    "register_finalizer",
    "run_blocking",
    "run_here",
    "shield",
    "sleep",
]


T = TypeVar("T")
R = TypeVar("R")

Items: TypeAlias = Iterable[T]  # what `collect_items` takes

APP = "python-sdk-sync"
AGENT_SUFFIX = "/sync"
SESSION = "SyncSession"  # the class, for messages
TAKES_OTHER_VARIANT = True  # whether a session of the other variant is taken, for its settings
# Where a Ctrl-C does not wake a thread that waits for another (Windows), it is noticed after so many seconds.
_HEARTBEAT = 0.25


def checkpoint() -> None:
    """Notice a cancellation. Other threads run by themselves."""
    check_cancelled()


def run_blocking(function: Callable[..., R], *args: Any) -> R:
    """Run a function that blocks: here, call it. A cancellation is noticed before."""
    check_cancelled()
    return function(*args)


def run_here(function: Callable[..., R], *args: Any) -> R:
    """Run a function to its end."""
    return function(*args)


def map_bounded(function: Callable[[T], R], items: Iterable[T], *, limit: int) -> list[R]:
    """Call *function* on every item, never more than *limit* at once; the results in the order of the items.

    An item is taken only when its call can begin. The first failure cancels the other calls, waits for them, and is
    raised as it is; so is a Ctrl-C.
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

    # Daemons, so that a second Ctrl-C while they are being waited for ends the program.
    # They are waited for by events of our own: after a Ctrl-C, `join` takes running threads for ended (bpo-45274).
    started: list[tuple[threading.Thread, threading.Event]] = []

    def wait_for_all() -> None:
        for thread, ended in started:
            while not ended.wait(_HEARTBEAT):
                if thread.ident is None:
                    break  # a Ctrl-C came before it was started
            if thread.ident is not None:
                thread.join()

    with on_cancel(stop.set):
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
            "The results of an asynchronous client cannot be read by a blocking one.",
            hint="Search with the blocking client, Planet().",
        )
    return list(items)


class Prefetch(Generic[R]):
    """A call that begins before its result is needed, in a thread of its own.

    The thread is a daemon: a program that ends does not wait for it. `close` ends it at once.
    """

    def __init__(self, function: Callable[..., R], *args: Any) -> None:
        self._function = function
        self._args = args
        self._key: Hashable = pool_key()
        self._ended = threading.Event()
        self._stop = CancelToken(None)
        self._results: list[R] = []
        self._error: BaseException | None = None
        run = contextvars.copy_context().run
        try:
            threading.Thread(target=run, args=(self._run,), name="planet-prefetch", daemon=True).start()
        except RuntimeError:  # the program is ending, or can have no more threads: the call is made when it is needed
            self._key = None

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
        """What the call returns or raises. If it was cancelled, or begun in another process, it is made now."""
        if self._key == pool_key():
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
        if self._key == pool_key():
            self._stop.set()
            self._wait()

    def _wait(self) -> None:
        while not self._ended.wait(_HEARTBEAT):
            continue


def invoke_callback(callback: Callable[..., Any], *args: Any) -> Any:
    """Call a user's callback; return its result.

    Raises:
        TypeError: it is a coroutine function.
    """
    result = callback(*args)
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(
            f"The callback {callback!r} is a coroutine function, which a blocking client cannot call. "
            "Pass a plain function, or use the asynchronous client."
        )
    return result


def network() -> Any:
    """The network that connections are made with: a backend of httpcore whose reads can be cancelled."""
    import httpcore

    from .network import Backend

    return Backend(httpcore.SyncBackend())


def is_quiet(stream: Any) -> bool:
    """Whether a connection between two requests has nothing to read, neither bytes nor its end."""
    return not stream.get_extra_info("is_readable")


@contextmanager
def shield() -> Iterator[None]:
    """Protect clean-up that has to be done from cancellation."""
    stop, _worker.stop = _worker.stop, None
    try:
        yield
    finally:
        _worker.stop = stop


def pool_key() -> Hashable:
    """What a pool of connections belongs to: this process. A forked child makes its own."""
    return os.getpid()


class _Semaphore:
    """A semaphore; waiting for it can be cancelled."""

    def __init__(self, count: int) -> None:
        self._semaphore = threading.Semaphore(count)

    def __enter__(self) -> None:
        if _worker.stop is None:
            self._semaphore.acquire()
            return
        while not self._semaphore.acquire(timeout=0.25):
            check_cancelled()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def release(self) -> None:
        """Let one more in."""
        self._semaphore.release()


def Semaphore(count: int) -> AbstractContextManager[Any]:
    """At most *count* holders at once; 0: any number."""
    return _Semaphore(count) if count else nullcontext()


def register_finalizer(owner: object, pools: dict[Hashable, Any]) -> None:
    """Close the pools when their owner is garbage-collected, or when the program ends."""
    weakref.finalize(owner, _close, pools)


def _close(pools: dict[Hashable, Any]) -> None:
    # Only the connections of this process: those of the parent are not a forked child's to close.
    pool = pools.pop(pool_key(), None)
    if pool is not None:
        pool.close()

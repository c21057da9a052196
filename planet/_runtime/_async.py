"""The asynchronous half of the seam. Its twin, name for name, is `_sync.py`."""

import asyncio
import contextvars
import importlib
import inspect
import os
import threading
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterable, Sized
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext, suppress
from typing import Any, Generic, TypeAlias, TypeVar, cast

import anyio
import anyio.lowlevel
import anyio.to_thread
import h11  # noqa: F401
import httpcore
import sniffio
from anyio.lowlevel import RunVar

from .cancellation import Cancelled, CancelToken, run_cancellable

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

Items: TypeAlias = Iterable[T] | AsyncIterable[T]  # what `collect_items` takes

APP = "python-sdk"
AGENT_SUFFIX = ""

# What the first request needs is loaded with this module, not later in a running event loop: it takes long enough to be
# noticed there. anyio loads the greater part of itself at its first use.
with suppress(ImportError):
    importlib.import_module("anyio._backends._asyncio")


async def sleep(seconds: float) -> None:
    """Wait; a cancellation ends it at once."""
    await anyio.sleep(seconds)


async def checkpoint() -> None:
    """Let others have a turn."""
    await anyio.lowlevel.checkpoint()


async def run_blocking(function: Callable[..., R], *args: Any) -> R:
    """Run a function that blocks (files, hashes) in a worker thread, so that the event loop goes on.

    A thread cannot be stopped from outside. When the task is cancelled, the function is asked to stop, which it notices
    by calling `check_cancelled` in its loops. This waits until it has stopped.
    """
    ticket = [None]  # whoever takes it decides: the thread that it runs, the canceller that it never does
    ended = threading.Event()
    stop = CancelToken(None)

    def work() -> R:
        try:
            ticket.pop()
        except IndexError:
            return cast(R, None)  # nobody waits for it
        try:
            return run_cancellable(stop, function, *args)
        except Cancelled:
            return cast(R, None)  # nobody waits for it any more
        finally:
            ended.set()

    try:
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=_threads())
    except anyio.get_cancelled_exc_class():
        with suppress(IndexError):
            ticket.pop()
            raise  # it had not begun
        stop.set()
        while not ended.is_set():
            with suppress(anyio.get_cancelled_exc_class()), anyio.CancelScope(shield=True):
                await anyio.sleep(0.002)
        raise


# More threads at once do not make files and hashes faster, and each of them holds up the event loop for its share of
# the interpreter.
_MOST_THREADS = min(8, (os.cpu_count() or 1) + 2)
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("planet_threads")


def _threads() -> anyio.CapacityLimiter:
    """The threads of this event loop."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(_MOST_THREADS)
        _limiter.set(limiter)
        return limiter


async def map_bounded(function: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int) -> list[R]:
    """Call *function* on every item, never more than *limit* at once; the results in the order of the items.

    Items are taken only when there is a place for them. The first failure stops the other calls, waits for
    them, and is raised as itself.
    """
    source = enumerate(items)
    results: dict[int, R] = {}
    failures: list[BaseException] = []
    cancelled = anyio.get_cancelled_exc_class()

    async def work() -> None:
        try:
            for index, item in source:  # all workers draw from this one iterator
                results[index] = await function(item)
        except cancelled:
            raise
        except BaseException as error:
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(_workers(items, limit)):
            group.start_soon(work)
    if failures:
        try:
            raise failures[0]
        finally:
            failures.clear()  # the traceback would hold its own frame
    return [results[index] for index in range(len(results))]


def _workers(items: Iterable[Any], limit: int) -> int:
    return min(limit, len(items)) if isinstance(items, Sized) else limit


async def collect_items(items: Items[T]) -> list[T]:
    """All items of a listing, or of anything else that can be iterated over."""
    if isinstance(items, AsyncIterable):
        return [item async for item in items]
    return list(items)


class Prefetch(Generic[R]):
    """A call that is under way before its result is needed.

    It belongs to no task: whoever asks for the result may be another one, or nobody. So it ends at the latest with the
    event loop; `aclose` ends it at once.
    """

    def __init__(self, function: Callable[..., Awaitable[R]], *args: Any) -> None:
        self._function = function
        self._args = args
        self._home = pool_key()
        self._ended = anyio.Event()
        self._scope = anyio.CancelScope()
        self._results: list[R] = []
        self._error: Exception | None = None
        if sniffio.current_async_library() == "trio":
            import trio

            trio.lowlevel.spawn_system_task(self._run, context=contextvars.copy_context())
        else:
            self._task = asyncio.get_running_loop().create_task(self._run())  # the loop itself holds it only weakly

    async def _run(self) -> None:
        try:
            with self._scope:
                self._results.append(await self._function(*self._args))
        except Exception as error:
            self._error = error
        finally:
            self._ended.set()

    async def result(self) -> R:
        """What the call returns or raises. If it was cut off, or begun in another event loop, it is made now."""
        if self._home == pool_key():
            try:
                await self._ended.wait()
            except anyio.get_cancelled_exc_class():
                self._scope.cancel()
                raise
            if self._results:
                return self._results.pop()
            if self._error is not None:
                error, self._error = self._error, None
                raise error
        return await self._function(*self._args)

    async def aclose(self) -> None:
        """End it, and wait until it has ended."""
        if self._home == pool_key():
            self._scope.cancel()
            await self._ended.wait()


async def invoke_callback(callback: Callable[..., Any], *args: Any) -> None:
    """Call a user's callback, which may be a plain function or a coroutine function."""
    result = callback(*args)
    if inspect.isawaitable(result):
        await result


def network() -> Any:
    """A network to make connections with."""
    return httpcore.AnyIOBackend()


def shield() -> AbstractContextManager[Any]:
    """For clean-up that has to be done: a cancellation does not reach it."""
    return anyio.CancelScope(shield=True)


def pool_key() -> Hashable:
    """What a pool of connections belongs to: this process and this run of an event loop."""
    return os.getpid(), anyio.lowlevel.current_token()


def Semaphore(count: int) -> AbstractAsyncContextManager[Any]:
    """At most *count* holders at once, served in turn; 0 is no bound."""
    return anyio.Semaphore(count, fast_acquire=True) if count else nullcontext()


def register_finalizer(owner: object, pools: dict[Hashable, Any]) -> None:
    """Have the pools closed when their owner goes. Only a running event loop could: this is up to `aclose`."""

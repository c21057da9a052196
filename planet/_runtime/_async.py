"""The asynchronous variant of the runtime layer. `_sync.py` has the same names, for the blocking one."""

import asyncio
import contextvars
import importlib
import inspect
import os
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterable, Sized
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext, suppress
from typing import Any, Generic, TypeAlias, TypeVar

import anyio
import anyio.lowlevel
import h11  # noqa: F401
import httpcore
import sniffio
from anyio.lowlevel import RunVar

from .cancellation import Cancelled, CancelToken, run_cancellable
from .threads import run_in_thread

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

Items: TypeAlias = Iterable[T] | AsyncIterable[T]  # what `collect_items` takes

APP = "python-sdk"
AGENT_SUFFIX = ""
SESSION = "Session"  # the class, for messages
TAKES_OTHER_VARIANT = False  # whether a session of the other variant is taken, for its settings

# What the first request needs is loaded with this module, not later in a running event loop: it takes long enough to be
# noticed there. anyio loads the greater part of itself at its first use.
with suppress(ImportError):
    importlib.import_module("anyio._backends._asyncio")


async def sleep(seconds: float) -> None:
    """Wait; a cancellation ends it at once."""
    await anyio.sleep(seconds)


async def checkpoint() -> None:
    """Let other tasks run."""
    await anyio.lowlevel.checkpoint()


async def run_blocking(function: Callable[..., R], *args: Any) -> R:
    """Run a function that blocks (files, hashes) in a worker thread, so that the event loop can continue.

    A thread cannot be stopped from outside. When the task is cancelled, the function is asked to stop, which it notices
    by calling `check_cancelled` in its loops. This waits until it has stopped.

    The threads are daemons, unlike those of anyio: an event loop that is stopped and not closed leaves them waiting,
    and the program could not end.
    """
    ended = anyio.Event()
    notify = _thread_safe(ended.set)
    stop = CancelToken(None)
    results: list[R] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(run_cancellable(stop, function, *args))
        except Cancelled:
            pass  # nobody waits for it any more
        except BaseException as error:
            errors.append(error)
        finally:
            notify()

    async with _threads():
        context = contextvars.copy_context()
        context.run(sniffio.current_async_library_cvar.set, None)  # no event loop runs in that thread
        run_in_thread(context.run, work)
        try:
            await ended.wait()
        except anyio.get_cancelled_exc_class():
            stop.set()
            # asyncio's own cancellation passes a shield, and may come more than once.
            while not ended.is_set():
                with suppress(anyio.get_cancelled_exc_class()), anyio.CancelScope(shield=True):
                    await ended.wait()
            raise
    if errors:
        try:
            raise errors[0]
        finally:
            errors.clear()  # the traceback would hold its own frame
    return results[0]


def run_here(function: Callable[..., Awaitable[R]], *args: Any) -> R:
    """Run an asynchronous function to its end, in a thread without an event loop, as the workers of a cluster are."""

    async def main() -> R:
        return await function(*args)

    return asyncio.run(main())


def _thread_safe(function: Callable[[], Any]) -> Callable[[], None]:
    """*function*, to be called from another thread: the event loop runs it, if that is still running."""
    run_soon: Callable[..., Any]
    if sniffio.current_async_library() == "trio":
        import trio

        run_soon = trio.lowlevel.current_trio_token().run_sync_soon
    else:
        run_soon = asyncio.get_running_loop().call_soon_threadsafe

    def call() -> None:
        with suppress(RuntimeError):  # of a loop that is closed; trio's RunFinishedError is one, too
            run_soon(function)

    return call


# More threads at once do not make files and hashes faster, and each of them takes its share of the interpreter from the
# event loop.
_MOST_THREADS = min(8, (os.cpu_count() or 1) + 2)
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("planet_threads")


def _threads() -> anyio.CapacityLimiter:
    """The limit on worker threads of this event loop."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(_MOST_THREADS)
        _limiter.set(limiter)
        return limiter


async def map_bounded(function: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int) -> list[R]:
    """Call *function* on every item, never more than *limit* at once; the results in the order of the items.

    An item is taken only when its call can begin. The first failure cancels the other calls, waits for them, and is
    raised as it is.
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
    """A call that begins before its result is needed.

    It belongs to no task: another task may ask for the result, or none. It ends with the event loop at the latest;
    `aclose` ends it at once.
    """

    def __init__(self, function: Callable[..., Awaitable[R]], *args: Any) -> None:
        self._function = function
        self._args = args
        self._key = pool_key()
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
        """What the call returns or raises. If it was cancelled, or begun in another event loop, it is made now."""
        if self._key == pool_key():
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
        if self._key == pool_key():
            self._scope.cancel()
            await self._ended.wait()


async def invoke_callback(callback: Callable[..., Any], *args: Any) -> Any:
    """Call a user's callback, which may be a plain function or a coroutine function; return its result."""
    result = callback(*args)
    return await result if inspect.isawaitable(result) else result


def network() -> Any:
    """The network that connections are made with: a backend of httpcore."""
    return httpcore.AnyIOBackend()


async def is_quiet(stream: Any) -> bool:
    """Whether a connection between two requests has nothing to read, neither bytes nor its end."""
    if stream.get_extra_info("is_readable"):
        return False
    taken = _has_taken(stream)
    if taken is not None:
        return not taken
    heard: list[bool] = []

    async def listen() -> None:
        with suppress(Exception):  # a connection that is broken is not quiet, either
            await stream.read(1)
        heard.append(True)

    # anyio and the event loop may have taken bytes from the socket already; a few turns are enough to hand them out.
    async with anyio.create_task_group() as group:
        group.start_soon(listen)
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    return not heard


def _has_taken(stream: Any) -> bool | None:
    """Whether asyncio has taken bytes, or the end, from the socket already; None: that cannot be seen.

    It is seen in an event of anyio's that is not public. To ask anyio costs six turns of the event loop, half of what a
    request needs.
    """
    while (below := getattr(stream, "_stream", None)) is not None:
        stream = below
    event = getattr(getattr(stream, "_protocol", None), "read_event", None)
    return event.is_set() if isinstance(event, asyncio.Event) else None


def shield() -> AbstractContextManager[Any]:
    """Protect clean-up that has to be done from cancellation."""
    return anyio.CancelScope(shield=True)


def pool_key() -> Hashable:
    """What a pool of connections belongs to: this process and this event loop."""
    return os.getpid(), anyio.lowlevel.current_token()


def Semaphore(count: int) -> AbstractAsyncContextManager[Any]:
    """At most *count* holders at once, served in turn; 0: any number."""
    return anyio.Semaphore(count, fast_acquire=True) if count else nullcontext()


def register_finalizer(owner: object, pools: dict[Hashable, Any]) -> None:
    """Do nothing: only a running event loop could close the pools, so `aclose` has to be called."""

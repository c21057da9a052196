"""Cancel blocking work: tell it to stop, and notice that."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["CancelToken", "Cancelled", "check_cancelled", "on_cancel", "run_cancellable", "sleep"]

R = TypeVar("R")


class Cancelled(BaseException):
    """Raised in a worker whose pool is cancelled. Not an Exception, so that `except Exception` does not catch it."""


class CancelToken:
    """Tells the workers of one pool to stop, and the pools that these have started."""

    def __init__(self, parent: "CancelToken | None") -> None:
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
    """The cancel token of the pool that the current thread works for; None outside of any."""

    stop: CancelToken | None = None


_worker = _Worker()


def check_cancelled() -> None:
    """Raise `Cancelled` if the pool of the current worker is cancelled. Loops that take long call it."""
    if _worker.stop is not None and _worker.stop.is_set():
        raise Cancelled


def run_cancellable(stop: CancelToken, function: Callable[..., R], *args: Any) -> R:
    """Call a function, in which `check_cancelled` raises once *stop* is set."""
    before, _worker.stop = _worker.stop, stop
    try:
        return function(*args)
    finally:
        _worker.stop = before


def sleep(seconds: float) -> None:
    """Wait; in a worker, cancelling its pool ends the wait at once."""
    if _worker.stop is None:
        time.sleep(max(seconds, 0))
    elif _worker.stop.wait(seconds):
        raise Cancelled


@contextmanager
def on_cancel(callback: Callable[[], Any]) -> Iterator[None]:
    """Call *callback* when the pool of the current worker is cancelled."""
    if _worker.stop is None:
        yield
        return
    stop = _worker.stop
    key = stop.add(callback)
    try:
        yield
    finally:
        stop.remove(key)

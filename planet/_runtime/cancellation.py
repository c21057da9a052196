"""Tell blocking work to stop, and notice it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["CancelToken", "Cancelled", "check_cancelled", "on_cancel", "run_cancellable", "sleep"]

R = TypeVar("R")


class Cancelled(BaseException):
    """Raised inside a worker whose pool was told to stop. Not an Exception: nothing on the way may swallow it."""


class CancelToken:
    """Tells the workers of one pool to stop, and through them the pools that they have started themselves."""

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
    """What the current thread works for: the stop signal of its pool, or None outside of any."""

    stop: CancelToken | None = None


_worker = _Worker()


def check_cancelled() -> None:
    """End here if the current worker's pool was told to stop: for loops that take long."""
    if _worker.stop is not None and _worker.stop.is_set():
        raise Cancelled


def run_cancellable(stop: CancelToken, function: Callable[..., R], *args: Any) -> R:
    """Call a function for which `check_cancelled` looks at *stop*."""
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
        raise Cancelled


@contextmanager
def on_cancel(callback: Callable[[], Any]) -> Iterator[None]:
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

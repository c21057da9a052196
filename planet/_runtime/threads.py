"""Daemon threads that run one function after the other."""

import os
import queue
import threading
from collections.abc import Callable
from typing import Any

__all__ = ["run_in_thread"]

_IDLE_SECONDS = 10.0


class _Worker:
    """A thread that waits for functions; it ends when it has had none for a while."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="planet-worker", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                function, args = self.jobs.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                try:
                    _idle.remove(self)
                except ValueError:
                    continue  # it has been taken for a function, which is about to come
                return
            function(*args)
            del function, args  # they may hold a lot
            _idle.append(self)


# The methods of a list are atomic: several threads take workers and give them back.
_idle: list[_Worker] = []


def run_in_thread(function: Callable[..., Any], *args: Any) -> None:
    """Begin to run a function in a thread, now. It must not raise."""
    try:
        worker = _idle.pop()
    except IndexError:
        try:
            worker = _Worker()
        except RuntimeError:  # the program is ending, or can have no more threads
            function(*args)
            return
    worker.jobs.put((function, args))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a child has none of these threads

"""Worker processes that render images, so that requests are answered meanwhile and several orders progress at once.

They belong to the whole process, not to one sandbox: each takes half a second to start and remembers what it rendered.
They do not import the program that uses the sandbox, as those of `multiprocessing` would.
"""

import atexit
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from typing import IO, Any

__all__ = ["COUNT", "run", "serve", "warm_up"]


COUNT = max(min(os.cpu_count() or 1, 4), 2)  # at least two, so that one long order does not hold up the others
_LENGTH = struct.Struct(">Q")
_BOOT = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from planet.sandbox.imagery import fulfilment, workers
workers.serve()
"""


def run(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function of a module in a worker process, and return its result. Blocks.

    Where no process can be started, as in a program that was packed into one file, it is called in this one.
    """
    return _pool.run(function, args) if _can_start() else function(*args)


def warm_up(count: int) -> None:
    """Start workers for so many calls, which takes a second, so that the first ones need not wait for it."""
    if _can_start():
        threading.Thread(target=_pool.start, args=(count,), daemon=True).start()


def _can_start() -> bool:
    return bool(sys.executable) and not getattr(sys, "frozen", False)


class _Pool:
    """The worker processes of this process."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # None: one that is not started yet
        for _ in range(COUNT):
            self._idle.put(None)

    def run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        worker = self._idle.get()
        try:
            worker = worker or _Worker()
            return worker.call(function, args)
        except _WorkerEnded:
            worker = None
            raise
        finally:
            self._idle.put(worker)

    def start(self, count: int) -> None:
        """Start workers until so many are idle, or all that there are."""
        taken: list[_Worker] = []
        try:
            while len(taken) < count:
                taken.append(self._idle.get_nowait() or _Worker())
        except queue.Empty:
            pass  # the others are in use
        finally:
            for worker in taken:
                self._idle.put(worker)

    def close(self) -> None:
        """End all workers. A forked child must not end those of its parent."""
        while self._pid == os.getpid() and not self._idle.empty():
            worker = self._idle.get()
            if worker is not None:
                worker.close()


class _WorkerEnded(RuntimeError):
    """A worker has ended before it has answered, for example for want of memory."""


class _Worker:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BOOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=-1
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        pickle.dump(sys.path, self._requests)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        try:
            _send(self._requests, (function, args))
            is_result, value = _receive(self._answers)
        except (OSError, EOFError) as error:
            self.close()
            raise _WorkerEnded(f"the worker has ended with code {self._process.returncode}") from error
        if is_result:
            return value
        raise value

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            try:
                stream.close()
            except OSError:  # what was not sent yet cannot be sent any more
                continue


def serve() -> None:
    """Answer calls until the program that makes them ends. Runs in the worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    warnings.simplefilter("ignore")  # those of libraries are no concern of the program's tests, even with -W error
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not become part of an answer
    while True:
        try:
            function, args = _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = (True, function(*args))
        except Exception as error:  # noqa: BLE001 - it is raised where the call was made
            answer = (False, error)
        try:
            _send(answers, answer)
        except (pickle.PicklingError, TypeError, AttributeError):
            _send(answers, (False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}")))


def _send(stream: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


_pool = _Pool()


def _renew() -> None:
    """After a fork the child has no workers of its own."""
    global _pool
    _pool = _Pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
atexit.register(lambda: _pool.close())

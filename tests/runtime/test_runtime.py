"""The seam: one contract, held by both halves, on asyncio, trio and threads."""

import _thread
import asyncio
import contextlib
import inspect
import signal
import sys
import threading
import time

import anyio
import pytest

from planet._runtime import _async, _sync
from planet.exceptions import ClientError
from tests._async.steps import until
from tests.helpers import PATIENCE, wait_until


def test_both_halves_have_the_same_names_and_signatures():
    assert _async.__all__ == _sync.__all__
    for name in _async.__all__:
        one, two = getattr(_async, name), getattr(_sync, name)
        if callable(one):
            assert list(inspect.signature(one).parameters) == list(inspect.signature(two).parameters), name


class Blocking:
    """The contract, asked of the blocking half."""

    def map(self, function, items, limit):
        return _sync.map_bounded(lambda item: function(_sync, item), items, limit=limit)

    sleep = staticmethod(_sync.sleep)


class Asynchronous:
    """The contract, asked of the asynchronous half."""

    def __init__(self, backend):
        self.backend = backend

    def map(self, function, items, limit):
        async def one(item):
            result = function(_async, item)
            return await result if inspect.isawaitable(result) else result

        async def main():
            return await _async.map_bounded(one, items, limit=limit)

        return anyio.run(main, backend=self.backend)


@pytest.fixture(params=["threads", "asyncio", "trio"])
def colour(request):
    return Blocking() if request.param == "threads" else Asynchronous(request.param)


def after(seam, seconds, value):
    """*value* after a while, in either colour."""
    pause = seam.sleep(seconds)
    if not inspect.isawaitable(pause):
        return value

    async def wait():
        await pause
        return value

    return wait()


def test_results_come_in_the_order_of_the_items(colour):
    items = [0.05, 0.0, 0.03, 0.01]
    assert colour.map(lambda seam, item: after(seam, item, item), items, 4) == items
    assert colour.map(lambda seam, item: item, [], 4) == []


def test_never_more_than_the_limit_at_once_and_taken_lazily(colour):
    drawn, done = [], []

    def items():
        for number in range(20):
            drawn.append(number)
            assert len(drawn) - len(done) <= 4
            yield number

    def work(seam, item):
        assert len(drawn) - len(done) <= 3
        value = after(seam, 0.002, item)

        def finish(result):
            done.append(item)
            return result

        if inspect.isawaitable(value):

            async def wait():
                return finish(await value)

            return wait()
        return finish(value)

    assert colour.map(work, items(), 3) == list(range(20))


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3), KeyboardInterrupt()], ids=lambda e: type(e).__name__)
def test_the_first_failure_is_raised_as_itself_and_stops_the_others(colour, error):
    finished = []

    def work(seam, item):
        if item == 1:
            raise error
        value = after(seam, 2 * PATIENCE, item)
        if not inspect.isawaitable(value):
            finished.append(item)
        return value

    start = time.monotonic()
    with pytest.raises(type(error)) as caught:
        colour.map(work, range(10), 3)
    assert caught.value is error
    assert time.monotonic() - start < PATIENCE
    assert finished == []


def test_a_failing_input_is_a_failure(colour):
    def items():
        yield 0
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        colour.map(lambda seam, item: after(seam, 0.01, item), items(), 2)


def pool_is_waited_for():
    """Whether the main thread has started all workers; an interrupt in `Thread.start` may break a lock of Python's own."""
    frame = sys._current_frames()[threading.main_thread().ident]
    while frame is not None and frame.f_code.co_name != "wait_for_all":
        frame = frame.f_back
    return frame is not None


def test_ctrl_c_stops_a_pool_at_once_and_leaves_no_thread(request):
    # Tests that run in the background are started with Ctrl-C ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, handler))
    before = set(threading.enumerate())
    begun = threading.Semaphore(0)

    def interrupt():
        for _ in range(4):
            assert begun.acquire(timeout=PATIENCE)
        wait_until(pool_is_waited_for)
        _thread.interrupt_main()

    def work(_):
        begun.release()
        _sync.sleep(2 * PATIENCE)

    start = time.monotonic()
    interrupter = threading.Thread(target=interrupt)
    with pytest.raises(KeyboardInterrupt):
        interrupter.start()
        _sync.map_bounded(work, range(8), limit=4)
    assert time.monotonic() - start < PATIENCE
    interrupter.join()
    assert set(threading.enumerate()) <= before


def test_ctrl_c_waits_for_what_cannot_be_stopped(request):
    """No worker writes or renames anything once the call has raised."""
    begun, interrupted, ended = threading.Semaphore(0), threading.Event(), []

    def note_and_raise(*_):
        interrupted.set()
        raise KeyboardInterrupt

    handler = signal.signal(signal.SIGINT, note_and_raise)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, handler))

    def work(item):
        begun.release()
        assert interrupted.wait(PATIENCE)
        time.sleep(0.3)
        ended.append(item)

    def interrupt():
        for _ in range(2):
            assert begun.acquire(timeout=PATIENCE)
        wait_until(pool_is_waited_for)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    with pytest.raises(KeyboardInterrupt):
        interrupter.start()
        _sync.map_bounded(work, range(4), limit=2)
    assert sorted(ended) == [0, 1]
    interrupter.join()


def test_ctrl_c_while_workers_are_started_waits_for_them_too(monkeypatch):
    start, ended = threading.Thread.start, []

    def interrupted(thread):
        start(thread)
        if thread.name == "planet-1":
            raise KeyboardInterrupt

    def work(item):
        time.sleep(0.2)
        ended.append(item)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _sync.map_bounded(work, range(100), limit=2)
    count = len(ended)
    assert count >= 2
    time.sleep(0.5)
    assert len(ended) == count


def test_a_worker_that_cannot_be_started_is_not_waited_for(monkeypatch):
    start = threading.Thread.start

    def refused(thread):
        if thread.name == "planet-1":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(RuntimeError, match="can't start"):
        _sync.map_bounded(lambda _: _sync.sleep(0.1), range(100), limit=2)


@pytest.mark.parametrize("times", [1, 3])
def test_a_cancelled_task_waits_for_its_thread(times):
    """asyncio's own cancellation, as that of wait_for and of Ctrl-C, leaves nothing going on behind."""
    begun, go, ended = [], threading.Event(), []

    def work():
        begun.append(1)
        assert go.wait(PATIENCE)
        ended.append(1)

    async def main():
        task = asyncio.ensure_future(_async.run_blocking(work))
        await until(lambda: begun)
        for _ in range(times):
            await asyncio.sleep(0.05)
            task.cancel()
        asyncio.get_running_loop().call_later(0.1, go.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == [1]
        go.clear()
        again = asyncio.ensure_future(_async.run_blocking(work))
        await until(lambda: len(begun) == 2)
        asyncio.get_running_loop().call_later(0.3, go.set)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(again, 0.05)
        assert ended == [1, 1]

    asyncio.run(main())


def test_a_pool_in_a_pool_stops_with_it():
    begun, inner = threading.Event(), []

    def work(_):
        begun.set()
        _sync.sleep(2 * PATIENCE)

    def outer(item):
        if item == 0:
            assert begun.wait(PATIENCE)
            raise ValueError("stop")
        with contextlib.suppress(Exception):
            _sync.map_bounded(work, range(2), limit=2)
        inner.append(item)

    start = time.monotonic()
    with pytest.raises(ValueError, match="stop"):
        _sync.map_bounded(outer, range(2), limit=2)
    assert time.monotonic() - start < PATIENCE
    assert inner == [], "what swallows exceptions does not swallow a stop"


def test_stop_callbacks_are_called():
    begun, called = threading.Event(), threading.Event()

    def work(item):
        if item == 0:
            assert begun.wait(PATIENCE)
            raise ValueError
        with _sync.on_cancel(called.set):
            begun.set()
            assert called.wait(PATIENCE)

    with pytest.raises(ValueError):
        _sync.map_bounded(work, range(2), limit=2)
    assert called.is_set()


def test_a_stopped_worker_leaves_a_queue():
    slots, taken = _sync.Semaphore(1), threading.Event()

    def work(item):
        if item == 0:
            with slots:
                taken.set()
                _sync.sleep(0.2)
                raise ValueError
        assert taken.wait(PATIENCE)
        with slots:
            raise AssertionError("never")

    with pytest.raises(ValueError):  # and it ends: nobody queues for ever
        _sync.map_bounded(work, range(3), limit=3)


def test_a_coroutine_callback_of_a_blocking_client_is_a_clear_error():
    async def callback(value):
        raise AssertionError

    with pytest.raises(TypeError, match="coroutine function"):
        _sync.invoke_callback(callback, 1)


async def test_callbacks_of_an_asynchronous_client_may_be_either():
    got = []

    async def coroutine(value):
        got.append(value)

    await _async.invoke_callback(coroutine, 1)
    await _async.invoke_callback(got.append, 2)
    assert got == [1, 2]


async def test_cancelling_a_map_cancels_its_calls():
    started, ended = [], []

    async def work(item):
        started.append(item)
        if len(started) == 3:
            scope.cancel()
        try:
            await _async.sleep(2 * PATIENCE)
        finally:
            ended.append(item)

    with anyio.CancelScope() as scope:
        await _async.map_bounded(work, range(10), limit=3)
    assert sorted(started) == sorted(ended) == [0, 1, 2]


async def test_a_cancellation_ends_a_long_calculation_at_its_next_look():
    """What runs in a thread is told to end, and looks now and then."""
    from planet._runtime._async import run_blocking
    from planet._runtime.cancellation import check_cancelled

    begun, ended = [], []

    def work():
        deadline = time.monotonic() + 2 * PATIENCE
        try:
            while time.monotonic() < deadline:
                check_cancelled()
                begun.append(True)
                time.sleep(0.005)
        finally:
            ended.append(True)

    start = time.monotonic()
    async with anyio.create_task_group() as group:
        group.start_soon(run_blocking, work)
        await until(lambda: begun)
        group.cancel_scope.cancel()
    assert time.monotonic() - start < PATIENCE
    assert ended


# -- ahead ---------------------------------------------------------------------------------------------------


async def test_a_call_ahead_goes_on_by_itself():
    begun, go = anyio.Event(), anyio.Event()

    async def work(value):
        begun.set()
        await go.wait()
        return value

    prefetch = _async.Prefetch(work, 7)
    with anyio.fail_after(PATIENCE):
        await begun.wait()
        go.set()
        assert await prefetch.result() == 7


def test_a_blocking_call_ahead_goes_on_by_itself():
    begun, go = threading.Event(), threading.Event()

    def work(value):
        begun.set()
        assert go.wait(PATIENCE)
        return value

    prefetch = _sync.Prefetch(work, 7)
    assert begun.wait(PATIENCE)
    go.set()
    assert prefetch.result() == 7


async def test_the_failure_of_a_call_ahead_is_raised_once_and_then_it_is_made_again():
    calls = []

    async def work():
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("x")
        return len(calls)

    prefetch = _async.Prefetch(work)
    with pytest.raises(KeyError):
        await prefetch.result()
    assert await prefetch.result() == 2

    def blocking():
        calls.append(1)
        if len(calls) == 3:
            raise KeyError("x")
        return len(calls)

    prefetch = _sync.Prefetch(blocking)
    with pytest.raises(KeyError):
        prefetch.result()
    assert prefetch.result() == 4


async def test_closing_a_call_ahead_ends_it():
    begun, ended = [], []

    async def work():
        begun.append(1)
        try:
            await _async.sleep(2 * PATIENCE)
        finally:
            ended.append(1)

    prefetch = _async.Prefetch(work)
    await until(lambda: begun)
    with anyio.fail_after(PATIENCE):
        await prefetch.aclose()
    assert ended == [1]

    def blocking():
        begun.append(2)
        try:
            _sync.sleep(2 * PATIENCE)
        finally:
            ended.append(2)

    before = threading.active_count()
    prefetch = _sync.Prefetch(blocking)
    wait_until(lambda: 2 in begun)
    start = time.monotonic()
    prefetch.close()
    assert time.monotonic() - start < PATIENCE
    assert ended == [1, 2]
    wait_until(lambda: threading.active_count() <= before)


async def test_whoever_is_cancelled_while_waiting_for_a_call_ahead_ends_it():
    begun, ended = anyio.Event(), anyio.Event()

    async def work():
        begun.set()
        try:
            await _async.sleep(2 * PATIENCE)
        finally:
            ended.set()

    prefetch = _async.Prefetch(work)
    async with anyio.create_task_group() as group:
        group.start_soon(prefetch.result)
        await begun.wait()
        await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    with anyio.fail_after(PATIENCE):
        await ended.wait()


def test_a_stop_reaches_a_call_ahead():
    begun, ended = threading.Event(), threading.Event()

    def blocking():
        begun.set()
        try:
            _sync.sleep(3 * PATIENCE)
        finally:
            ended.set()

    def work(item):
        if item == 0:
            assert begun.wait(PATIENCE)
            _sync.sleep(0.1)
            raise ValueError
        _sync.Prefetch(blocking).result()

    with pytest.raises(ValueError):
        _sync.map_bounded(work, range(2), limit=2)
    assert ended.wait(PATIENCE)


def test_a_call_ahead_of_another_event_loop_is_made_again():
    calls = []

    async def work():
        calls.append(1)
        await _async.sleep(0.02 if len(calls) > 1 else 30)
        return len(calls)

    async def begin():
        return _async.Prefetch(work)

    async def end(ahead):
        await prefetch.aclose()  # not this loop's to close
        return await prefetch.result()

    for backend in ("asyncio", "trio"):
        calls.clear()
        prefetch = anyio.run(begin, backend=backend)
        assert anyio.run(end, prefetch, backend=backend) in (1, 2)


def test_a_call_ahead_of_another_process_is_made_again(monkeypatch):
    go = threading.Event()
    prefetch = _sync.Prefetch(lambda: (go.wait(0.2) and 1) or 2)
    monkeypatch.setattr(_sync, "pool_key", lambda: -1)  # as it is in a forked child
    prefetch.close()
    assert prefetch.result() == 2


async def test_gathering():
    async def numbers():
        yield 1
        yield 2

    assert (
        await _async.collect_items(numbers())
        == await _async.collect_items(iter([1, 2]))
        == _sync.collect_items((1, 2))
        == [1, 2]
    )
    with pytest.raises(ClientError, match="asynchronous client"):
        _sync.collect_items(numbers())

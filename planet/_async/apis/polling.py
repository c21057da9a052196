"""The polling loop that every `wait…` method uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from time import monotonic
from typing import Any, TypeVar

from ..._http.polling import PollInterval, Watch, timeout_error
from ..._runtime._async import invoke_callback, map_bounded, sleep

__all__ = ["wait_each", "wait_for"]


_POLLS_AT_ONCE = 4

D = TypeVar("D", bound=dict[str, Any])


async def wait_for(
    watch: Watch[D],
    poll: Callable[[Watch[D]], Any],
    interval: PollInterval,
    callback: Callable[[str], Any] | None,
) -> D:
    """Poll a resource until its wait is over, and return it; *callback* gets its state after every poll.

    Raises:
        WaitTimeout: the interval allows no further poll.
    """
    report = None if callback is None else lambda _, state: callback(state)
    watches: Any = wait_each([watch], poll, interval, report)
    async with aclosing(watches) as finished:
        return (await anext(finished)).document  # type: ignore[no-any-return]  # it is a D


async def wait_each(
    watches: Sequence[Watch[D]],
    poll: Callable[[Watch[D]], Any],
    interval: PollInterval,
    callback: Callable[[str, str], Any] | None,
) -> AsyncIterator[Watch[D]]:
    """Poll resources until the wait for each is over, and yield each as soon as it is.

    Args:
        watches: the resources, at least one.
        poll: requests a resource; returns None if that failed with a transient error.
        interval: the pauses between the rounds of polls.
        callback: is called with the id and the state of every resource after each round.

    Raises:
        WaitTimeout: the interval allows no further poll.
    """

    async def update(watch: Watch[D]) -> None:
        document = watch.document if watch.is_current else await poll(watch)
        if document is not None:
            watch.update(document)

    waiting = list(watches)
    while waiting:
        started = monotonic()
        if len(waiting) == 1:
            await update(waiting[0])
        else:
            await map_bounded(update, waiting, limit=_POLLS_AT_ONCE)
        if callback is not None:
            for watch in waiting:
                await invoke_callback(callback, watch.id, watch.state)
        done: list[Watch[D]] = []
        pending: list[Watch[D]] = []
        for watch in waiting:
            (done if watch.is_over else pending).append(watch)
        waiting = pending
        # Computed before the caller gets the finished ones: the time that it spends on them does not count.
        pause = interval.next_pause(started, monotonic())
        for watch in done:
            yield watch
        if waiting:
            if pause is None:
                raise timeout_error(waiting[0].kind, {watch.id: watch.state for watch in waiting}, waiting[0].hints)
            await sleep(pause)

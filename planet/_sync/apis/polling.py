# Generated from planet/_async/apis/polling.py by tools/unasync.py. Edit that file and run the tool again.

"""The polling loop that every `wait…` method uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from time import monotonic
from typing import Any, TypeVar

from ..._http.polling import PollInterval, Watch, timeout_error
from ..._runtime._sync import invoke_callback, map_bounded, sleep

__all__ = ["wait_each", "wait_for"]


_POLLS_AT_ONCE = 4

D = TypeVar("D", bound=dict[str, Any])


def wait_for(
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
    with closing(watches) as finished:
        return (next(finished)).document  # type: ignore[no-any-return]  # it is a D


def wait_each(
    watches: Sequence[Watch[D]],
    poll: Callable[[Watch[D]], Any],
    interval: PollInterval,
    callback: Callable[[str, str], Any] | None,
) -> Iterator[Watch[D]]:
    """Poll resources until the wait for each is over, and yield each as soon as it is.

    Args:
        watches: the resources, at least one.
        poll: requests a resource; returns None if that failed with a transient error.
        interval: the pauses between the rounds of polls.
        callback: is called with the id and the state of every resource after each round.

    Raises:
        WaitTimeout: the interval allows no further poll.
    """

    def update(watch: Watch[D]) -> None:
        document = watch.document if watch.is_current else poll(watch)
        if document is not None:
            watch.update(document)

    waiting = list(watches)
    while waiting:
        started = monotonic()
        if len(waiting) == 1:
            update(waiting[0])
        else:
            map_bounded(update, waiting, limit=_POLLS_AT_ONCE)
        if callback is not None:
            for watch in waiting:
                invoke_callback(callback, watch.id, watch.state)
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
            sleep(pause)

"""When to look again at something that takes its time. It decides; whoever polls does the waiting."""

import heapq
import itertools
import random
from typing import Any

from ..exceptions import ClientError

__all__ = ["DueQueue", "PollInterval"]


_FIRST = 0.5
_LONGEST = 10.0
_GROWTH = 1.5


class PollInterval:
    """The pauses between two looks at the same thing.

    Args:
        delay: seconds from one look to the next; None begins with half a second and slows down to ten.
        max_attempts: how many looks there are at most; 0: any number.
        timeout: seconds after which to give up; None: never.
        now: the current monotonic time in seconds.
        free: looks that do not count, since they cost nothing.
    """

    def __init__(
        self, delay: float | None, max_attempts: int, timeout: float | None, now: float, *, free: int = 0
    ) -> None:
        for name, value in (("delay", delay), ("max_attempts", max_attempts), ("timeout", timeout)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
                raise ClientError(f"{name} is {value!r}.", hint=f"{name} is a number, 0 or more.")
        self._delay = delay
        self._left = max_attempts + free if max_attempts else None
        self._deadline = None if timeout is None else now + timeout
        self._pause = _FIRST

    def next_pause(self, started: float, now: float) -> float | None:
        """Seconds until the next look, after one that was begun at *started*; None: there is no next look."""
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                return None
        if self._deadline is not None and now >= self._deadline:
            return None
        if self._delay is not None:
            pause = max(self._delay - (now - started), 0.0)
        else:
            # Jitter, so that many waiting programs do not ask in step.
            pause = self._pause * random.uniform(0.8, 1.2)
            self._pause = min(self._pause * _GROWTH, _LONGEST)
        if self._deadline is not None:
            pause = min(pause, max(self._deadline - now, 0.0))  # one last look at the end
        return pause


class DueQueue:
    """Things that are to be seen to, each at its time; what is due first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Any]] = []
        self._numbers = itertools.count()  # of two that are due at once, the one that came first

    def put(self, thing: Any, due: float) -> None:
        """See to it, but not before that time."""
        heapq.heappush(self._heap, (due, next(self._numbers), thing))

    def take(self, now: float) -> tuple[Any, float] | None:
        """(thing, 0) to see to now, or (None, seconds) to wait until one is due; None: there are none."""
        if not self._heap:
            return None
        due = self._heap[0][0]
        return (None, due - now) if due > now else (heapq.heappop(self._heap)[2], 0.0)

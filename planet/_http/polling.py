"""When to poll again, and when a wait is over. This module does no I/O."""

import heapq
import itertools
import logging
import random
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from .._utils.arguments import check_not_negative
from ..exceptions import WaitTimeout

__all__ = ["DueQueue", "PollInterval", "Watch", "timeout_error"]


_FIRST = 0.5
_LONGEST = 10.0
# The pause is this part of the time that was waited already: so late is the news at the most.
_SHARE = 0.2
_NAMED = 5  # how many ids a message lists

D = TypeVar("D", bound=dict[str, Any])


class PollInterval:
    """The pauses between the polls of a wait.

    Args:
        delay: seconds from one poll to the next; None starts with half a second and increases to ten.
        max_attempts: the maximum number of polls; 0: unlimited.
        timeout: seconds after which the wait ends; None: no limit.
        now: the current monotonic time in seconds.
        free: the number of polls that are not counted, because they need no request.

    Raises:
        ArgumentError, ArgumentTypeError: an argument is negative, or not a number.
    """

    def __init__(
        self, delay: float | None, max_attempts: int, timeout: float | None, now: float, *, free: int = 0
    ) -> None:
        for name, value in (("delay", delay), ("max_attempts", max_attempts), ("timeout", timeout)):
            if value is not None:
                check_not_negative(name, value)
        self._delay = delay
        self._left = max_attempts + free if max_attempts else None
        self._deadline = None if timeout is None else now + timeout
        self._waited = 0.0

    def next_pause(self, started: float, now: float) -> float | None:
        """Return the seconds until the next poll, after one that started at *started*; None if there is no next one."""
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                return None
        if self._deadline is not None and now >= self._deadline:
            return None
        if self._delay is not None:
            pause = max(self._delay - (now - started), 0.0)
        else:
            # Jitter keeps many waiting programs from polling at the same moments.
            pause = min(max(self._waited * _SHARE, _FIRST), _LONGEST) * random.uniform(0.8, 1.2)
            self._waited += pause
        if self._deadline is not None:
            pause = min(pause, max(self._deadline - now, 0.0))  # one last poll at the deadline
        return pause


class Watch(Generic[D]):
    """A resource that is polled until it has reached a state. Every new state is logged once.

    Args:
        kind: what it is, as messages name it: `Order`.
        id: its id.
        document: what is known of it before the first poll.
        state: returns the state of a document.
        is_over: whether the wait ends with a document.
        log: the logger of its API.
        hints: what a `WaitTimeout` advises in particular states.
        is_current: whether *document* has just been received, so that the first poll needs no request.
    """

    def __init__(
        self,
        kind: str,
        id: str,
        document: D,
        state: Callable[[D], str],
        is_over: Callable[[D], bool],
        log: logging.Logger,
        *,
        hints: Mapping[str, str] | None = None,
        is_current: bool = False,
    ) -> None:
        self.kind = kind
        self.id = id
        self.document = document
        self.hints = hints or {}
        self.is_current = is_current
        self._state = state
        self._is_over = is_over
        self._log = log
        self._logged: set[str] = set()

    @property
    def state(self) -> str:
        return self._state(self.document)

    @property
    def is_over(self) -> bool:
        return self._is_over(self.document)

    def update(self, document: D) -> None:
        """Take the result of a poll."""
        self.document, self.is_current = document, False
        if self.state not in self._logged:
            self._logged.add(self.state)
            self._log.info("%s %s is %s", self.kind, self.id, self.state)


def timeout_error(kind: str, states: Mapping[str, str], hints: Mapping[str, str] | None = None) -> WaitTimeout:
    """Return the error of a wait that has used up its time or its polls.

    Args:
        kind: what was waited for: `Order`.
        states: {id: last state} of everything that has not reached its state.
        hints: {state: what to do}, where that is not to wait again.
    """
    ids, seen = list(states), list(dict.fromkeys(states.values()))
    hint = (hints or {}).get(seen[0]) if len(seen) == 1 else None
    if len(ids) == 1:
        what, again = f"{kind.lower()} {ids[0]}: its state is still {seen[0]!r}.", "it"
    else:
        named = ", ".join(f"{id} ({states[id]!r})" for id in ids[:_NAMED])
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        what, again = f"{len(ids)} {kind.lower()}s: {named}{more}.", "them"
    return WaitTimeout(
        f"Gave up waiting for {what}",
        id=", ".join(ids),
        state=", ".join(seen),
        hint=hint or f"The service continues to process {again}: wait for {again} again.",
    )


class DueQueue:
    """A queue of things, each with the time from which it can be taken; the earliest comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Any]] = []
        self._numbers = itertools.count()  # keeps things with the same time in the order in which they were put

    def put(self, thing: Any, due: float) -> None:
        """Add a thing that cannot be taken before the time *due*."""
        heapq.heappush(self._heap, (due, next(self._numbers), thing))

    def take(self, now: float) -> tuple[Any, float] | None:
        """Return (thing, 0) if one is due; (None, seconds until one is due) if not; None if the queue is empty."""
        if not self._heap:
            return None
        due = self._heap[0][0]
        return (None, due - now) if due > now else (heapq.heappop(self._heap)[2], 0.0)

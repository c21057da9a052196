"""Decide whether to send a request again, and when. The caller waits and sends."""

import os
import random
import threading
from dataclasses import dataclass

from .._utils.arguments import not_negative
from ..exceptions import (
    APIError,
    NetworkError,
    OutcomeUnknown,
    PlanetError,
    TooManyRequests,
)

__all__ = ["Attempt", "RetryPolicy"]


_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How failures are retried. The default tries six times within at most 100 seconds.

    Attributes:
        max_retries: how often a request is sent again after a transient error.
        max_backoff: the longest wait between two attempts, in seconds, where the service asks for none.
        base: the wait before the first retry is at most this many seconds, then twice that, and so on.
        window: the attempts of a request are spread over at least this many seconds, to outlast a short outage.
        deadline: no retry is begun later than this many seconds after the first failure.
        max_retry_after: where the service asks to wait longer than this many seconds, the error is raised at once.
    """

    __module__ = "planet.http"

    max_retries: int = 5
    max_backoff: float = 64.0
    base: float = 1.0
    window: float = 5.0
    deadline: float = 100.0
    max_retry_after: float = 60.0

    def __post_init__(self) -> None:
        not_negative(self)


class _Budget:
    """A limit on the retries of the whole process, so that an outage does not multiply the number of requests.

    Every retry costs, every success gives a little back: while most requests succeed, all retries are allowed.
    """

    capacity = 500
    cost = 5

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = self.capacity

    def spend(self) -> bool:
        with self._lock:
            if self._left < self.cost:
                return False
            self._left -= self.cost
            return True

    def refund(self, amount: int = 1) -> None:
        if self._left < self.capacity:  # read without the lock: a stale answer costs one point
            with self._lock:
                self._left = min(self.capacity, self._left + amount)


budget = _Budget()

# A child process must not inherit a lock that another thread held while forking.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: budget.__init__())  # type: ignore[misc]  # made anew, in its place


class Attempt:
    """One request and its repetitions.

    Args:
        policy: how failures are retried.
        method: the HTTP method.
        idempotent: whether sending the request twice does the same as sending it once; by default the method says.
    """

    def __init__(self, policy: RetryPolicy, method: str, idempotent: bool | None) -> None:
        self._policy = policy
        self._idempotent = method in _IDEMPOTENT_METHODS if idempotent is None else idempotent
        self._start: float | None = None  # of the first failure: waiting for a turn before it does not count
        self._retries = 0
        self._refusals = 0  # 429s that count as no retry

    @property
    def number(self) -> int:
        """The number of the current attempt: 1, then 2 for the first retry."""
        return self._retries + self._refusals + 1

    def next_delay(self, error: PlanetError, *, now: float) -> float:
        """The seconds to wait before the next attempt. Raises the error of the request where there is none."""
        error._retry.was_retried = self.number > 1
        error._retry.retries_exhausted = True  # the caller does not retry what is raised here
        self._start = now if self._start is None else self._start
        refused = isinstance(error, TooManyRequests)  # 429: the service has not carried it out
        if not error._retry.not_sent and not refused and not self._idempotent:
            self._raise_unknown(error)
        if not error.is_transient:
            raise error
        policy = self._policy
        elapsed = now - self._start
        if error.retry_after is not None and error.retry_after > policy.max_retry_after:
            error.hint = f"The service asks to wait {error.retry_after:.0f} seconds. Try again after that."
            raise error
        free_pause = error._retry.free_pause
        if free_pause is not None and policy.max_retries and elapsed <= policy.deadline:
            # The rate was too high, which is this package's business, and no failure of the service.
            self._refusals += 1
            error._retry.retries_exhausted = False
            return free_pause
        if self._retries >= policy.max_retries:
            raise self._tried(error)
        wait = self._wait(now) if error.retry_after is None else error.retry_after
        if self._retries and elapsed + wait > policy.deadline:
            raise self._tried(error)
        if not budget.spend():
            error.hint = "It was not retried, because too many requests of this program fail. Try again later."
            raise error
        self._retries += 1
        error._retry.retries_exhausted = False
        return wait

    def succeeded(self) -> None:
        """Call it when the request has succeeded."""
        budget.refund(_Budget.cost if self._retries else 1)

    def _wait(self, now: float) -> float:
        policy = self._policy
        wait = random.uniform(0, min(policy.max_backoff, policy.base * 2**self._retries))
        if self._retries + 1 == policy.max_retries:
            wait = max(wait, policy.window - (now - (self._start or now)))
        return wait

    def _tried(self, error: PlanetError) -> PlanetError:
        if self.number > 1:
            error.message = f"{error.message.rstrip('. ')} (tried {self.number} times)"
        return error

    def _raise_unknown(self, error: PlanetError) -> None:
        if isinstance(error, NetworkError):
            raise OutcomeUnknown(
                f"The outcome is unknown: the request may have been received, but {_lower_first(error.message)}",
                method=error.method,
                url=error.url,
                status_code=error.status_code,
                request_id=error.request_id,
            ) from None
        if isinstance(error, APIError) and error.status_code is not None and error.status_code >= 500:
            error.hint = "The outcome is unknown: the request may have been carried out. " + (OutcomeUnknown.hint or "")
        raise error


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]

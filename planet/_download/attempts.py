"""`Attempts`: the delays between the attempts of a transfer, and when to give up."""

from __future__ import annotations

import random

from .._http.retry import Attempt, RetryPolicy
from ..exceptions import ChecksumError, PlanetError
from .response_check import Changed
from .segments import Segment

__all__ = ["Attempts"]

_MAX_MISMATCHES = 3


class Attempts:
    """The attempts of one transfer. They count only while there is no progress, so that slow connections succeed.

    Args:
        policy: how failures are retried.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._restart: Attempt | None = None
        self._mismatches = 0
        self._high_water = 0

    def resume_delay(self, segment: Segment, error: PlanetError, now: float) -> float:
        """The seconds until the rest of a segment is requested. Raises the error if that is of no use."""
        if isinstance(error, (ChecksumError, Changed)):
            raise error  # the whole file has to start again
        if error._retry.retries_exhausted or not error.is_transient:
            raise error
        if segment.offset > segment.high_water:
            segment.high_water = segment.offset
            segment.attempt = None
            return random.uniform(0, self._policy.base)
        segment.attempt = segment.attempt or Attempt(self._policy, "GET", None)
        return segment.attempt.next_delay(error, now=now)

    def restart_delay(self, error: PlanetError, received: int, now: float) -> float:
        """The seconds until the whole file is requested again. Raises the error if that is of no use."""
        if isinstance(error, ChecksumError):
            self._mismatches += 1
            if self._mismatches >= _MAX_MISMATCHES:
                raise error
            return 0.0
        if received > self._high_water:
            self._high_water = received
            self._restart = None
        self._restart = self._restart or Attempt(self._policy, "GET", None)
        return self._restart.next_delay(error, now=now)

# Generated from planet/_async/http/throttle.py by tools/unasync.py. Edit that file and run the tool again.

"""`Throttle`: a request waits for its turn, and what the service answers is learned from."""

from __future__ import annotations

from time import monotonic
from urllib.parse import urlsplit

from ..._http.bucket import Bucket, Ticket
from ..._http.events import RateEvent, ThrottleEvent, emit
from ..._http.limits import LimitInForce, bucket, endpoint_class
from ..._http.settings import Settings
from ..._http.urls import origin
from ..._runtime._sync import sleep

__all__ = ["Throttle", "Turn"]

# The rate may grow while a request waits, up to four times, so it asks again after a part of its time.
_ASK_AGAIN = 0.25
_SHORT = 0.05
# A rate that has changed by this factor is worth a line in the log.
_WORTH_A_LINE = 1.5


class Turn:
    """The turn of one request, which has come. Tell it what became of the request."""

    __slots__ = ("_bucket", "_endpoint", "_origin", "_throttle", "_ticket")

    def __init__(self, throttle: Throttle, server: str, endpoint: str, queue: Bucket, ticket: Ticket) -> None:
        self._throttle, self._origin, self._endpoint = throttle, server, endpoint
        self._bucket, self._ticket = queue, ticket

    def accepted(self) -> None:
        """The service has accepted the request."""
        self._bucket.accepted(self._ticket, monotonic())
        self._throttle.report(self._origin, self._endpoint, self._bucket)

    def refused(self, pause: float) -> tuple[float, bool]:
        """The service has answered 429, and asks to wait *pause* seconds.

        Returns the seconds to wait, and whether the rate is still being learned.
        """
        pause = self._bucket.refused(self._ticket, monotonic(), pause)
        return pause, self._bucket.rate.is_learning

    @property
    def rate(self) -> float:
        """Requests per second at present."""
        return self._bucket.rate.rate


class Throttle:
    """The rate limits of one session. The buckets are shared by all sessions of the process that have the same."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._used: dict[tuple[str, str], Bucket] = {}
        self._reported: dict[tuple[str, str], float] = {}

    def wait_turn(self, method: str, url: str, *, first: bool = False) -> Turn | None:
        """Wait for the turn of a request; None where there are no limits. A cancellation gives the place back.

        Args:
            method: its HTTP method.
            url: its address.
            first: whether it goes before those that wait already, because it was refused.
        """
        if self._settings.limits.rate == 0:
            return None
        endpoint, documented = endpoint_class(method, urlsplit(url).path, self._settings.service)
        server = origin(url)
        queue = bucket(server, endpoint, documented, self._settings.limits)
        if queue is None:
            return None
        self._used[server, endpoint] = queue
        ticket = queue.reserve(monotonic(), first=first)
        try:
            while (pause := queue.wait(ticket, monotonic())) > 0:
                sleep(min(pause, max(pause * _ASK_AGAIN, _SHORT)))
        except BaseException:
            queue.cancel(ticket)
            raise
        return Turn(self, server, endpoint, queue, ticket)

    def refused(self, turn: Turn | None, method: str, url: str, pause: float) -> tuple[float, bool]:
        """The service has answered 429, and asks to wait *pause* seconds; see `Turn.refused`."""
        pause_in_force, learning, rate = pause, False, None
        if turn is not None:
            pause_in_force, learning = turn.refused(pause)
            rate = turn.rate
        endpoint, _ = endpoint_class(method, urlsplit(url).path, self._settings.service)
        event = ThrottleEvent(origin=origin(url), endpoint=endpoint, pause=pause, rate=rate)
        self._reported[event.origin, endpoint] = rate or 0.0
        emit(event, self._settings.on_event)
        return pause_in_force, learning

    def report(self, server: str, endpoint: str, queue: Bucket) -> None:
        """Log a rate that has grown."""
        key = (server, endpoint)
        rate = queue.rate.rate
        known = self._reported.setdefault(key, rate)
        if rate >= known * _WORTH_A_LINE:
            self._reported[key] = rate
            emit(RateEvent(origin=server, endpoint=endpoint, rate=rate), self._settings.on_event)

    def in_force(self) -> list[LimitInForce]:
        """The limits of the endpoints that this session has asked."""
        return [
            LimitInForce(
                origin=server,
                endpoint=endpoint,
                rate=queue.rate.rate,
                ceiling=queue.rate.ceiling,
                refusals=queue.rate.refusals,
            )
            for (server, endpoint), queue in sorted(self._used.items())
        ]

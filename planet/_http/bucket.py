"""`Bucket`: the queue of the requests of one class of endpoint. Pure: the caller says what time it is, and sleeps."""

import bisect
import math
import threading

from .learning import LearnedRate, Sent

__all__ = ["Bucket", "Ticket"]


# Of requests in a burst, one may follow another after this share of the regular distance.
_CLOSEST = 0.25
# Where requests are evenly spaced, one that is late may be followed a little sooner by the next.
_CLOSEST_EVEN = 0.85
_LATE_TOKENS = 0.2
# Closer than this share of the regular distance counts as a burst.
_BURST = 0.8


class Ticket:
    """A place in the queue, and later the request that was sent."""

    __slots__ = ("number", "reserved_at", "sent")

    def __init__(self, number: int, now: float) -> None:
        self.number = number
        self.reserved_at = now
        self.sent: Sent | None = None


class Bucket:
    """A token bucket that fills at a learned rate. A request takes one token; those that find none wait in a queue.

    Nobody holds the lock while waiting. Whoever waits asks again from time to time, because the rate changes.

    Attributes:
        rate: the learned rate.
    """

    def __init__(self, rate: LearnedRate) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._queue: list[int] = []  # the numbers of the tickets that wait, in ascending order
        self._last_number = 0
        self._first_number = 0
        self._tokens = math.inf  # the first call makes it as many as there may be
        self._at = -math.inf  # the tokens are those of this time
        self._paused_until = -math.inf
        self._sent_at = -math.inf

    def reserve(self, now: float, *, first: bool = False) -> Ticket:
        """Take a place at the end of the queue or, for a request that was refused before, at its beginning."""
        with self._lock:
            if first:
                self._first_number -= 1
                ticket = Ticket(self._first_number, now)
            else:
                self._last_number += 1
                ticket = Ticket(self._last_number, now)
            bisect.insort(self._queue, ticket.number)
            return ticket

    def wait(self, ticket: Ticket, now: float) -> float:
        """Seconds until the turn of a ticket at the present rate. 0: it is its turn, and the token is taken."""
        with self._lock:
            self._fill(now)
            rate, burst = self.rate.rate, self.rate.burst(now)
            place = bisect.bisect_left(self._queue, ticket.number)
            pause = max(0.0, self._paused_until - now)
            by_tokens = pause + (place + 1 - self._tokens) / rate
            closest = (_CLOSEST if burst > 1 else _CLOSEST_EVEN) / rate
            wait = max(pause, by_tokens, self._sent_at + (place + 1) * closest - now)
            if wait > 1e-6:
                return wait
            del self._queue[place]
            self._tokens -= 1
            ticket.sent = Sent(
                now, rate, waited=now > ticket.reserved_at, in_burst=(now - self._sent_at) * rate < _BURST
            )
            self._sent_at = now
            return 0.0

    def cancel(self, ticket: Ticket) -> None:
        """Give a place back."""
        with self._lock:
            if ticket.sent is None:
                place = bisect.bisect_left(self._queue, ticket.number)
                del self._queue[place]

    def accepted(self, ticket: Ticket, now: float) -> None:
        """The service has accepted the request."""
        with self._lock:
            self._fill(now)
            if ticket.sent is not None:
                self.rate.accepted(ticket.sent, now)

    def refused(self, ticket: Ticket, now: float, pause: float = 0.0) -> float:
        """The service has refused the request (429), and asks to wait *pause* seconds.

        Returns the seconds in which nothing is sent.
        """
        with self._lock:
            self._fill(now)
            if ticket.sent is not None:
                pause = max(pause, self.rate.refused(ticket.sent, now))
            if now + pause > self._paused_until:
                self._paused_until = now + pause
                self._tokens = min(self._tokens, 0.0)
            return pause

    def _fill(self, now: float) -> None:
        begun = max(self._at, self._paused_until)
        if now > begun:
            most = self.rate.burst(now)
            self._tokens = min(most + (_LATE_TOKENS if most == 1 else 0), self._tokens + (now - begun) * self.rate.rate)
        self._at = max(self._at, now)

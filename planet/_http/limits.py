"""How fast requests may go: a schedule per service origin and class of endpoint, for the whole process.

A caller reserves the next slot of its bucket and sleeps until then, outside of any lock; nothing polls. The buckets
belong to the process, so that all sessions and clients together keep to the limits of the account that they share. An
answer with status 429 delays the whole schedule, and slows it down until requests succeed again.
"""

import bisect
import math
import os
import re
import sys
import threading
from dataclasses import dataclass

from .._utils.arguments import not_negative

__all__ = ["Bucket", "Limits", "Ticket", "bucket", "endpoint_class"]


# Requests per second, as the service documents them; an endpoint of none of these classes has the general rate.
# The first pattern that matches "METHOD /path" names the class, so the narrower ones come first.
_CLASSES = [
    ("orders stats", 5, r"GET .*/stats/orders/v2/?$"),
    ("orders bulk cancel", 5, r"POST .*/orders/v2/cancel/?$"),
    ("orders download", 5, r"GET .*/compute/ops/download/?$"),
    ("orders create", 3, r"POST .*/orders/v2/?$"),
    ("orders list", 3, r"GET .*/orders/v2/?$"),
    ("orders cancel", 3, r"PUT .*/orders/v2/[^/]+$"),
    ("orders get", 3, r"GET .*/orders/v2/[^/]+$"),
    ("data activation", 5, r"(GET|POST) .*/data/v1/assets/[^/]+/activate$"),
    ("data download", 15, r"GET .*/data/v1/download/?$"),
    ("data", 10, r"\w+ .*/data/v1/"),
    ("destinations", 3, r"\w+ .*/destinations/v1"),
]

_MAX_SLOWDOWN = 16.0
# Requests that are sent evenly do not arrive quite evenly: without it, some seconds would have one too many.
_MARGIN = 1.05
# Requests that are late are sent no closer to each other than this share of the regular distance.
_CLOSEST = 0.9


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many requests a second, and how many at once. 0 switches a limit off.

    Attributes:
        rate: requests per second of each class of endpoint. Where the service documents a lower limit for a class, that
            applies; see the guide on limits.
        max_active: API requests in flight at once, per session.
        max_downloads: downloads in flight at once, per session.

    Example:
        ```python
        from planet import Session
        from planet.http import Limits

        polite = Session(limits=Limits(rate=2, max_downloads=4))
        ```
    """

    __module__ = "planet.http"

    rate: float = 10
    max_active: int = 50
    max_downloads: int = 16

    def __post_init__(self) -> None:
        not_negative(self)

    @classmethod
    def default(cls) -> "Limits":
        """The default limits, or those that a script has set as `planet.http.RATE_LIMIT` and `MAX_ACTIVE`."""
        http = sys.modules.get("planet.http")
        if http is None:
            return cls()
        return cls(rate=getattr(http, "RATE_LIMIT", 10), max_active=getattr(http, "MAX_ACTIVE", 50))

    def rate_of(self, documented: float | None) -> float:
        """The rate of a class: the lower of ours and the documented one; 0 where limits are switched off."""
        return self.rate if documented is None or not self.rate else min(self.rate, documented)


def endpoint_class(method: str, path: str) -> tuple[str, float | None]:
    """The class of an endpoint and its documented rate per second, None where no number is known.

    >>> endpoint_class("GET", "/compute/ops/orders/v2/1f")
    ('orders get', 3)
    >>> endpoint_class("GET", "/basemaps/v1/mosaics")
    ('basemaps', None)
    """
    for name, rate, pattern in _CLASSES:
        if re.match(pattern, f"{method} {path}"):  # compiled when it is first needed, and kept by re
            return name, rate
    return path.strip("/").split("/", 1)[0], None


class Ticket:
    """A reserved slot of a bucket."""

    __slots__ = ("released", "slot", "spacing")

    def __init__(self, slot: float, spacing: float = 0.0) -> None:
        self.slot = slot
        self.spacing = spacing  # seconds after the one before, however late both are
        self.released = False


class Bucket:
    """The schedule of one class of endpoint of one origin.

    Slots are kept in the bucket's own time, which stops while the bucket is paused: a pause delays every reservation by
    as much, so that the callers do not all send at once when it ends. Nor do they after the whole program was stopped
    (a laptop that slept, a busy machine): a late request is sent at once, but not together with others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = -math.inf  # the first slot that is free, in the bucket's time
        self._returned: list[float] = []  # slots given back, earliest first
        self._shift = 0.0  # real time is the bucket's time plus this
        self._paused_until = -math.inf
        self._called = -math.inf  # when the last request was sent, or is to be sent
        self._slowdown = 1.0

    def reserve(self, now: float, rate: float) -> Ticket:
        """Reserve the next slot, of *rate* slots a second (0: now)."""
        with self._lock:
            earliest = max(now, self._paused_until) - self._shift
            if not rate:
                return Ticket(earliest)
            spacing = _CLOSEST / rate
            while self._returned:
                slot = self._returned.pop(0)
                if slot >= earliest:
                    return Ticket(slot, spacing)
            slot = max(self._next, earliest)
            self._next = slot + _MARGIN * self._slowdown / rate
            return Ticket(slot, spacing)

    def wait(self, ticket: Ticket, now: float) -> float:
        """Seconds until the slot of a ticket; 0 or less: send. Ask again after waiting, because of pauses."""
        with self._lock:
            pause = ticket.slot + self._shift - now
            if pause <= 0 and not ticket.released:
                ticket.released = True
                self._called = max(now, self._called + ticket.spacing)
                ticket.slot, pause = self._called - self._shift, self._called - now
            return pause

    def cancel(self, ticket: Ticket) -> None:
        """Give a slot back: the next caller gets it."""
        with self._lock:
            bisect.insort(self._returned, ticket.slot)

    def on_throttled(self, now: float, pause: float = 0.0) -> None:
        """After a 429: send nothing for *pause* seconds, then more slowly."""
        with self._lock:
            self._slowdown = min(self._slowdown * 2, _MAX_SLOWDOWN)
            until = now + pause
            if until > self._paused_until:
                self._shift += until - max(now, self._paused_until)
                self._paused_until = until

    def on_success(self) -> None:
        """After a request that succeeded: a little faster again, up to the full rate."""
        if self._slowdown > 1.0:  # read without the lock: a stale answer costs one step
            with self._lock:
                self._slowdown = max(1.0, self._slowdown * 0.9)


_buckets: dict[tuple[str, str], Bucket] = {}


def bucket(origin: str, name: str) -> Bucket:
    """The bucket of a class of endpoint; the same for every session of this process."""
    key = (origin, name)
    # setdefault is atomic: of two threads that make a bucket at once, both get the one that came first.
    return _buckets.get(key) or _buckets.setdefault(key, Bucket())


# A child process must inherit neither a lock that another thread held while forking, nor the schedule.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_buckets.clear)

"""How fast a class of endpoint may be asked: learnt from what the service accepts, and from what it refuses (429).

The documented figures differ between pages and plans, so they are only where it begins. While nothing is refused and
somebody waits, the rate doubles within a second. A refusal says that the service has nothing left: what it accepts from
then until the next refusal is what it allows. After a refusal the rate follows a cubic curve, as the congestion control
of TCP does: quickly back to where it was, slowly around that, and then ever faster beyond it.
"""

from dataclasses import dataclass

__all__ = ["LearnedRate", "Sent"]


# Where too little is known, a refusal costs this share of the rate; each further one in a row costs more.
_CUT = 0.92
_DEEPER_CUT = 0.85
_DEEPEST_CUT = 0.5
# What was measured between two refusals counts if so many requests were accepted: a few, or enough to be exact.
_FEW = 4
_ENOUGH = 20
_BELOW_MEASURED = 0.96
# The curve is back at the former rate after so many seconds; the first one is short, because little is known.
_CURVE_REQUESTS = 150
_CURVE_SECONDS = (6.0, 30.0)
_FIRST_CURVE_SECONDS = 3.0
# Behind the flat part of the curve (as shares of its length), the rate grows by at least a tenth in a second.
_FLAT_UNTIL = 1.2
_GROWTH = 0.1
# The service may count by the minute: after refusals in a row the pauses double, from the distance of two requests.
_LONGEST_PAUSE = 8.0
_SHORT_PAUSES = 2
_GOLDEN = 0.618034
_LEARNING = 7  # refusals in a row, after which there is nothing more to learn
# Whether requests may come in a burst is tried again after so many seconds without a refusal.
_NO_BURST_SECONDS = 60.0


@dataclass
class Sent:
    """What is known of a request that was sent.

    Attributes:
        at: when it was sent.
        rate: requests per second at that time.
        waited: whether it had to wait for its turn; if not, there is no need for a higher rate.
        in_burst: whether it followed the one before it more closely than the rate says.
    """

    at: float
    rate: float
    waited: bool = False
    in_burst: bool = False


class LearnedRate:
    """The rate of one class of endpoint. All times are monotonic seconds.

    Args:
        start: requests per second to begin with.
        ceiling: it never goes beyond this many.
        bursts: whether to try if the service takes the requests of a second at once.

    Attributes:
        rate: requests per second at present.
        refusals: how many requests were refused.
        refused_in_row: how many since the last that was accepted.
    """

    def __init__(self, start: float, ceiling: float, *, bursts: bool = True) -> None:
        self.ceiling = ceiling
        self.rate = self._start = min(start, ceiling)
        self.refusals = 0
        self.refused_in_row = 0
        self._floor = min(self.rate, 0.2)
        self._bursts = bursts
        self._tries_bursts = bursts
        self._is_even = not bursts
        self._cut_at: float | None = None  # the last time that the rate was cut
        self._refused_at: float | None = None
        self._since: float | None = None  # `_accepted` are counted from here
        self._accepted = 0
        self._deeper = 0  # cuts in a row
        self._low = self._goal = self.rate  # the curve leads from one to the other, in `_curve` seconds
        self._curve = _FIRST_CURVE_SECONDS

    @property
    def is_learning(self) -> bool:
        """Whether a refusal teaches something. If not, the service refuses whatever is asked."""
        return self.refused_in_row <= _LEARNING

    def burst(self, now: float) -> float:
        """How many requests may follow each other closely after a silence: those of a second, or one."""
        if not self._bursts and self._tries_bursts and self._refused_at is not None:
            self._bursts = now - self._refused_at > _NO_BURST_SECONDS
        return max(1.0, self.rate) if self._bursts else 1.0

    def accepted(self, sent: Sent, now: float) -> None:
        """A request was accepted."""
        if self._cut_at is not None and sent.at < self._cut_at:
            return  # it says nothing about the present rate
        self.refused_in_row = 0
        self._accepted += 1
        if self._since is None:
            self._since = sent.at
        if not sent.waited:
            return
        if self._cut_at is None:
            grown = self.rate + 1  # one for each of a second doubles the rate in a second
        else:
            share = (now - self._cut_at) / self._curve
            grown = self._goal + (self._goal - self._low) * (share - 1) ** 3
            grown = min(grown, self.rate * 1.25)
            if share > _FLAT_UNTIL:
                grown = max(grown, self.rate + _GROWTH)
        self.rate = min(self.ceiling, max(self.rate, grown))

    def refused(self, sent: Sent, now: float) -> float:
        """A request was refused. Returns the seconds in which nothing should be sent."""
        self.refusals += 1
        self._refused_at = now
        if self._cut_at is not None and sent.at < self._cut_at:
            return 0.0  # it was sent before the last cut
        if self._bursts:
            self._bursts = False
            if sent.in_burst and self._accepted < 0.8 * self._start:
                # The service takes fewer at once than it allows in a second. That says nothing about the rate.
                self._is_even = True
                self._since, self._accepted = now, 0
                return 1 / self.rate
        elif sent.in_burst and self._cut_at is None:
            return 0.0
        if self.refused_in_row == 0:
            self._cut(sent, now)
        self.refused_in_row += 1
        self._cut_at = self._since = now
        self._accepted = 0
        # Uneven pauses, so that two programs that ask in the same rhythm do not stay in it.
        uneven = 0.75 + self.refusals * _GOLDEN % 1 / 2
        return float(min(uneven * 2 ** max(0, self.refused_in_row - _SHORT_PAUSES) / self.rate, _LONGEST_PAUSE))

    def _cut(self, sent: Sent, now: float) -> None:
        before = self.rate
        elapsed = max(now - (now if self._since is None else self._since), 1e-3)
        measured = self._accepted / elapsed
        shortest, longest = _CURVE_SECONDS
        self._curve = min(longest, max(shortest, _CURVE_REQUESTS / before))
        if self._accepted < _FEW and self._cut_at is not None:
            self._deeper += 1
            self._goal = 0.95 * before
            self._low = max(_DEEPEST_CUT, _DEEPER_CUT**self._deeper) * before
        elif self._is_even:
            # It has refused the request that came too early: its rate is just below that of the request.
            self._goal = 0.98 * min(before, sent.rate)
            self._low = _CUT * self._goal
        elif self._cut_at is None:
            # It may have saved up the requests of a second: its rate is between the two.
            self._goal = min(before, sent.rate)
            self._low = max(self._accepted / (elapsed + 1), _CUT * self._start)
        elif self._accepted < _ENOUGH:
            self._low = max(measured, 0.7 * before)
            self._goal = (self._low + before) / 2
            self._curve = max(_FIRST_CURVE_SECONDS, self._curve / 3)
        else:
            self._deeper = 0
            self._goal = min(before, max(measured, 0.7 * before))
            self._low = _BELOW_MEASURED * self._goal
        if self._cut_at is None:
            self._curve = _FIRST_CURVE_SECONDS
        if self._accepted >= _ENOUGH:
            self._deeper = 0
        self._low = max(self._floor, min(self._low, _BELOW_MEASURED * before))
        self._goal = max(self._goal, self._low)
        self.rate = self._low

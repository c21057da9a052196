"""A simulated service with a quota, and programs that ask it, in simulated time."""

from __future__ import annotations

import heapq
import itertools
import math
import random

from planet._http.bucket import Bucket
from planet._http.learning import LearnedRate


class TokenQuota:
    """So many requests a second, and *burst* at once. The rate may be a function of the time."""

    def __init__(self, rate, burst, retry_after=0.0):
        self._rate = rate if callable(rate) else lambda now: rate
        self._burst = self._tokens = burst
        self._at = 0.0
        self._retry_after = retry_after

    def ask(self, now):
        """None: accepted. Otherwise the Retry-After of the answer, 0 where it has none."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate(now))
        self._at = now
        if self._tokens >= 1 - 1e-9:
            self._tokens -= 1
            return None
        return self._retry_after


class MinuteQuota:
    """So many requests in each minute."""

    def __init__(self, count, *, says_when=False):
        self._count, self._used, self._minute, self._says_when = count, 0, -1, says_when

    def ask(self, now):
        if int(now // 60) != self._minute:
            self._minute, self._used = int(now // 60), 0
        self._used += 1
        if self._used <= self._count:
            return None
        return 60 - now % 60 if self._says_when else 0.0


class Program:
    """Asks *count* times, with *lanes* requests at once.

    Attributes:
        done_at: when the last request was accepted.
        accepted, refused: how many requests were.
        sent_at: when each was sent.
    """

    def __init__(self, count, lanes, start, ceiling, *, begins=0.0, bursts=True):
        self.bucket = Bucket(LearnedRate(start, ceiling, bursts=bursts))
        self.left, self.free, self.begins = count, lanes, begins
        self.accepted = self.refused = 0
        self.done_at = math.inf
        self.sent_at = []


def simulate(quota, *programs, round_trip=0.06, jitter=0.0, stalls=()):
    """Let the programs ask until all are done. In the *stalls*, (begin, end), no program runs."""
    chance = random.Random(1)
    order = itertools.count()
    events = []

    def at(now, what, *details):
        for begin, end in stalls:
            if begin <= now < end and what != "arrive":
                now = end
        heapq.heappush(events, (now, next(order), what, *details))

    def start(program, now):
        while program.free and program.left:
            program.free -= 1
            program.left -= 1
            at(now, "wait", program, program.bucket.reserve(now))

    for program in programs:
        at(program.begins, "begin", program, None)
    while events:
        now, _, what, program, ticket = heapq.heappop(events)
        if what == "begin":
            start(program, now)
        elif what == "wait":
            pause = program.bucket.wait(ticket, now)
            if pause > 0:
                at(now + min(pause, max(pause / 4, 0.05)), "wait", program, ticket)
            else:
                program.sent_at.append(now)
                at(now + round_trip / 2 + chance.random() * jitter, "arrive", program, ticket)
        elif what == "arrive":
            at(now + round_trip / 2, "answer", program, (ticket, quota.ask(now)))
        else:
            ticket, retry_after = ticket
            if retry_after is None:
                program.bucket.accepted(ticket, now)
                program.accepted += 1
                program.free += 1
                program.done_at = now
                start(program, now)
            else:
                program.refused += 1
                program.bucket.refused(ticket, now, retry_after)
                at(now, "wait", program, program.bucket.reserve(now, first=True))
        assert program.refused < 10_000, "nothing gets through"

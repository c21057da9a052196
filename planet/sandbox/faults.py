"""Faults on demand: what goes wrong with which requests, and how often.

    sandbox.inject("status", path="/orders/v2", status=503, times=2)

Kinds:
    status       answer with an error status; `headers` and `body` may be given
    html         answer 502 with a gateway's web page
    blank        answer 200 with nothing
    truncated    answer with half of the body, and its full length in the header dropped
    delay        answer after `seconds`
    reset        close the connection without an answer
    lose_answer  do what was asked for, then close the connection without an answer
    cut          close the connection after `after` bytes of the body
    corrupt      flip a bit of the body's first byte
"""

import re
from collections.abc import Mapping

import attrs

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = ("status", "html", "blank", "truncated", "delay", "reset", "lose_answer", "cut", "corrupt")


@attrs.define
class Fault:
    """One kind of trouble.

    Attributes:
        kind: one of `KINDS`.
        path: a regular expression that is searched for in the path of a request.
        method: only requests with this method; left out: all.
        times: how many requests it meets; None: all from now on.
        status: for `status`.
        headers: for `status`.
        body: for `status`.
        seconds: for `delay`.
        after: for `cut`.
    """

    kind: str = attrs.field(validator=attrs.validators.in_(KINDS))
    path: str = ""
    method: str | None = None
    times: int | None = 1
    status: int = 500
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: str = ""
    seconds: float = 1.0
    after: int = 1000
    met: int = attrs.field(default=0, init=False)


class Faults:
    """The faults that are in store."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put one more in store."""
        self._faults.append(fault)

    def clear(self) -> None:
        """No more faults."""
        self._faults.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """The fault that meets a request, if any does: the first in store that fits."""
        for fault in self._faults:
            if fault.method in (None, method) and re.search(fault.path, path):
                fault.met += 1
                if fault.times is not None and fault.met >= fault.times:
                    self._faults.remove(fault)
                return fault
        return None

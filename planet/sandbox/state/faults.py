"""Faults on demand: what goes wrong with which requests, and how often.

sandbox.inject("status", path="/orders/v2", status=503, times=2)
Sandbox(faults=["cut,path=tif$,after=5000", "delay,seconds=2,times=always"])
planet sandbox serve --fault status,path=/orders/v2,status=429,retry_after=1
"""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ...exceptions import ClientError

__all__ = ["KINDS", "Fault", "Faults", "parse_fault"]


# Each kind of fault, in one line; the documentation shows this table.
KINDS = {
    "status": "answer with an error `status`, with `retry_after`, `headers` and `body` if given",
    "html": "answer 502 with a gateway's web page",
    "login_page": "answer 200 with a web page, as networks do that want a log-in first",
    "blank": "answer 200 with nothing",
    "delay": "answer after `seconds`",
    "stall": "send `after` bytes of the body, then nothing for `seconds`, then close the connection",
    "slow": "send the body at `rate` bytes a second",
    "reset": "close the connection without an answer",
    "lose_answer": "do what was asked for, then close the connection without an answer",
    "cut": "close the connection after `after` bytes of the body",
    "truncated": "send half of the body, as if it were all",
    "corrupt": "flip a bit of the body's first byte",
    "wrong_length": "announce the body as one byte shorter than it is",
    "endless": "send the body again and again, without a length",
    "chunked": "send the body in chunks, without a length",
    "gzip": "send the body compressed, whatever was asked for",
    "ignore_range": "send all of the file where a part was asked for",
    "changed_etag": "say that the file is another version than before",
    "no_etag": "do not say which version the file is",
    "expired_link": "let all download links expire that were handed out before this request; fresh ones work",
    "hostile_name": "call a file `name`, in an order's results or in Content-Disposition",
    "duplicate_name": "give two of an order's results the same name",
    "redirect": "redirect to the address `to`",
}


@attrs.define
class Fault:
    """One kind of trouble.

    Attributes:
        kind: one of `KINDS`.
        path: a regular expression that is searched for in the path of a request.
        method: only requests with this method; left out: all.
        times: how many requests it meets; None: all from now on.
        status: for `status`.
        retry_after: for `status`: what the header `Retry-After` says.
        headers: for `status`: further headers.
        body: for `status`: the body.
        seconds: for `delay` and `stall`.
        after: for `cut` and `stall`: how many bytes of the body come.
        rate: for `slow`: bytes a second.
        name: for `hostile_name`.
        to: for `redirect`.
        met: how many requests it has met so far.
    """

    kind: str
    path: str = ""
    method: str | None = None
    times: int | None = 1
    status: int = 500
    retry_after: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: str = ""
    seconds: float = 1.0
    after: int = 1000
    rate: int = 100_000
    name: str = "../../outside.tif"
    to: str = "http://elsewhere.invalid/"
    met: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ClientError(f"There is no fault {self.kind!r}.", hint=f"There are {', '.join(KINDS)}.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ClientError(f"The path of a fault is a regular expression; {self.path!r} is none: {error}.") from None


_NUMBERS = {"times": int, "status": int, "seconds": float, "after": int, "rate": int}


def parse_fault(text: str) -> Fault:
    """A fault from text: its kind, then its details, separated by commas; `times=always` for every request.

    >>> parse_fault("cut,path=tif$,after=5000,times=2").after
    5000

    Raises:
        ClientError: there is no such fault, or no such detail.
    """
    kind, *pairs = text.split(",")
    details: dict[str, Any] = {}
    names = [field.name for field in attrs.fields(Fault) if field.init and field.name not in ("kind", "headers")]
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in names:
            raise ClientError(f"The fault {text!r} has no detail {pair!r}.", hint=f"There are {', '.join(names)}.")
        if name == "times" and value == "always":
            details[name] = None
            continue
        try:
            details[name] = _NUMBERS[name](value) if name in _NUMBERS else value
        except ValueError:
            raise ClientError(f"In the fault {text!r}, {name} is {value!r}, no number.") from None
    return Fault(kind, **details)


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

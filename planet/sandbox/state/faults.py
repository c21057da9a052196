"""Faults that the sandbox injects into requests on demand.

sandbox.inject("status", path="/orders/v2", status=503, times=2)
Sandbox(faults=["cut,path=tif$,after=5000", "delay,seconds=2,times=always"])
planet sandbox serve --fault status,path=/orders/v2,status=429,retry_after=1
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import attrs

from ...exceptions import ArgumentError

__all__ = ["KINDS", "Fault", "Faults", "parse_fault"]


# Each kind of fault with a one-line description; docs/sandbox.md has the same table.
KINDS = {
    "status": "answer with an error `status`, with `retry_after`, `headers` and `body` if given",
    "html": "answer 502 with the HTML page of a gateway",
    "login_page": "answer 200 with the HTML page of a captive portal",
    "blank": "answer 200 with an empty body",
    "delay": "answer after `seconds`",
    "slow_create": "read the request, and process it after `seconds`, even if the client has gone by then",
    "stall": "send `after` bytes of the body, then nothing for `seconds`, then close the connection",
    "slow": "send the body at `rate` bytes per second",
    "reset": "close the connection without an answer",
    "lose_answer": "process the request, then close the connection without an answer",
    "cut": "close the connection after `after` bytes of the body",
    "truncated": "send half of the body as if it were complete",
    "corrupt": "flip a bit of the body's first byte",
    "wrong_length": "send a Content-Length that is one byte too small",
    "endless": "repeat the body forever, without a Content-Length",
    "chunked": "send the body in chunks, without a Content-Length",
    "gzip": "send the body compressed, whatever the request accepts",
    "ignore_range": "ignore the header Range and send the whole file",
    "changed_etag": "send another ETag, as if the file had changed",
    "no_etag": "send no ETag",
    "expired_link": "expire all download links that were issued before this request; new ones work",
    "hostile_name": "use the file name `name` in an order's results or in Content-Disposition",
    "duplicate_name": "give two of an order's results the same name",
    "redirect": "redirect to the URL `to`",
}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@attrs.define
class Fault:
    """A fault that is injected into matching requests.

    Attributes:
        kind: one of `KINDS`.
        path: a regular expression that the path of a request must match (`re.search`).
        method: the HTTP method that a request must have; None: any.
        times: the number of requests that are affected; None: all from now on.
        status: for `status`: the HTTP status.
        retry_after: for `status`: the value of the header `Retry-After`.
        headers: for `status`: additional headers.
        body: for `status`: the body, as text, or as a value that is sent as JSON.
        seconds: for `delay`, `slow_create` and `stall`: the duration.
        after: for `cut` and `stall`: the number of bytes of the body that are sent.
        rate: for `slow`: bytes per second.
        name: for `hostile_name`: the file name.
        to: for `redirect`: the URL.
        met: the number of requests that were affected so far.

    Raises:
        ArgumentError: the kind is unknown, or path is not a valid regular expression.
    """

    __module__ = "planet.sandbox"

    kind: str
    path: str = ""
    method: str | None = None
    times: int | None = 1
    status: int = 500
    retry_after: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: str = attrs.field(default="", converter=_as_text)
    seconds: float = 1.0
    after: int = 1000
    rate: int = 100_000
    name: str = "../../outside.tif"
    to: str = "http://elsewhere.invalid/"
    met: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ArgumentError(f"Fault {self.kind!r} is not one of {', '.join(map(repr, KINDS))}")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ArgumentError(f"path must be a regular expression, got {self.path!r}: {error}") from None


_NUMBERS = {"times": int, "status": int, "seconds": float, "after": int, "rate": int}


def parse_fault(text: str) -> Fault:
    """Parse a fault from text: its kind and its details, separated by commas. `times=always` affects every request.

    >>> parse_fault("cut,path=tif$,after=5000,times=2").after
    5000

    Raises:
        ArgumentError: the kind or a detail is unknown, or a value is not valid.
    """
    kind, *pairs = text.split(",")
    details: dict[str, Any] = {}
    names = [field.name for field in attrs.fields(Fault) if field.init and field.name not in ("kind", "headers")]
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in names:
            allowed = ", ".join(map(repr, names))
            raise ArgumentError(f"Fault {text!r}: {pair!r} must be NAME=VALUE, where NAME is one of {allowed}")
        if name == "times" and value == "always":
            details[name] = None
            continue
        try:
            details[name] = _NUMBERS[name](value) if name in _NUMBERS else value
        except ValueError:
            raise ArgumentError(f"Fault {text!r}: {name} must be a number, got {value!r}") from None
    return Fault(kind, **details)


class Faults:
    """The faults that are pending."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault."""
        self._faults.append(fault)

    @property
    def pending(self) -> list[Fault]:
        """The faults that wait for a request."""
        return list(self._faults)

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """Return the first fault that matches a request, or None, and count it."""
        for fault in self._faults:
            if fault.method in (None, method) and re.search(fault.path, path):
                fault.met += 1
                if fault.times is not None and fault.met >= fault.times:
                    self._faults.remove(fault)
                return fault
        return None

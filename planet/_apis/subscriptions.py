"""What there is to know about subscriptions without asking the service: what requests hold, and lines of CSV."""

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from .._redact import brief
from .._utils.arguments import Json, as_str_list, check_id, omit_none
from .._utils.times import as_instant
from ..exceptions import ClientError, InvalidAnswer, WaitTimeout

__all__ = ["CsvLines", "as_change", "as_request", "as_requests", "bulk_body", "id_of", "wait_timeout"]


_LONGEST_LINE = 16 * 1024 * 1024
_REDACTED = "<REDACTED>"


def as_request(request: Any) -> Json:
    """A request, checked for what it is.

    Raises:
        ClientError: it is no dictionary.
    """
    if not isinstance(request, Mapping) or not request:
        raise ClientError(
            f"The request is a {type(request).__name__}, or empty.",
            hint="subscription_request.build_request makes one.",
        )
    made: Json = _sendable(request)
    return made


def _sendable(value: Any) -> Any:
    """A request with times as text. One that the service has returned is refused: its credentials are cut out, and
    would take the place of the real ones."""
    if isinstance(value, datetime.date):
        return as_instant("a time", value)
    if isinstance(value, Mapping):
        return {name: _sendable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sendable(part) for part in value]
    if isinstance(value, str) and value == _REDACTED:
        raise ClientError(
            "The request holds credentials that the service has cut out of it.",
            hint="Give them anew, or change only what is to change: patch_subscription(id, {'name': …}).",
        )
    return value


def as_requests(requests: Any) -> list[Json]:
    """Several requests; one alone is a mistake.

    Raises:
        ClientError: there is none, or one of them is no dictionary.
    """
    if isinstance(requests, (str, Mapping)) or not requests:
        raise ClientError(f"requests is a {type(requests).__name__}, or empty.", hint="It is a list of requests.")
    return [as_request(request) for request in requests]


def bulk_body(what: str, subscription_ids: Any, all_subscriptions: bool, details: str | None = None) -> Json | None:
    """The body of a request that is about many subscriptions; None is no body.

    Raises:
        ClientError: neither ids nor all of them are asked for, or both.
    """
    ids = as_str_list("subscription_ids", subscription_ids)
    if ids and all_subscriptions:
        raise ClientError("subscription_ids and all_subscriptions exclude each other.", hint="Give one of them.")
    if not ids and not all_subscriptions:
        raise ClientError(
            f"Nothing was said about which subscriptions to {what}.",
            hint="Give subscription_ids; all_subscriptions=True means every one of the whole organisation.",
        )
    for subscription_id in ids or ():
        check_id("subscription_ids", subscription_id)
    return omit_none(subscription_ids=ids or None, details=details) or None


_PARTS = ("name", "source", "delivery", "tools", "notifications", "hosting")


def as_change(change: Any) -> Json:
    """A change of a subscription, checked for what it can be.

    Raises:
        ClientError: it is no dictionary, or changes something that there is not.
    """
    if not isinstance(change, Mapping) or not change:
        raise ClientError(
            f"The change is {brief(change)}.", hint="It is a dictionary of what is to change: {'name': 'another'}."
        )
    for name in change:
        if name not in _PARTS:
            hint = f"It is one of {', '.join(_PARTS)}; times, filter and geometry stand in source.parameters."
            raise ClientError(f"A subscription has no {brief(name)} to be changed.", hint=hint)
    return as_request(change)


def id_of(subscription: Any) -> str:
    """The id of a subscription, from that or from itself.

    Raises:
        ClientError: it is none.
    """
    return check_id("subscription_id", subscription.get("id") if isinstance(subscription, Mapping) else subscription)


def wait_timeout(subscription_id: str, status: str) -> WaitTimeout:
    """The error for a wait whose time is used up."""
    return WaitTimeout(
        f"Subscription {subscription_id} is not there yet; its status is {status!r}.",
        id=subscription_id,
        state=status,
        hint="It goes on all the same: wait for it again by its id.",
    )


class CsvLines:
    """Lines of a text that comes in pieces, and that may have to be fetched again from its beginning.

    Each line comes once: what is fetched again is compared with what has come before.
    """

    def __init__(self) -> None:
        self.count = 0  # lines that have come out
        self._rest: list[bytes] = []
        self._size = 0
        self._seen = hashlib.sha256()
        self._known = 0  # lines that are still to be skipped
        self._again = self._seen
        self._problem: InvalidAnswer | None = None

    def restart(self) -> None:
        """The text comes again from its beginning."""
        self._rest, self._size, self._problem = [], 0, None
        self._known, self._again = self.count, hashlib.sha256()

    def take(self, piece: bytes) -> list[str]:
        """The new lines that a piece completes.

        Raises:
            InvalidAnswer: it is no text, a line has no end, or what came before has changed.
        """
        if self._problem is not None:
            raise self._problem
        *whole, rest = piece.split(b"\n")
        lines: list[str] = []
        for part in whole:
            try:
                lines += self._line(b"".join([*self._rest, part]))
            except InvalidAnswer as error:
                if not lines:
                    raise
                self._problem = error  # the lines before it are right, and count: they come first
                return lines
            self._rest, self._size = [], 0
        self._rest.append(rest)
        self._size += len(rest)
        if self._size > _LONGEST_LINE:
            raise InvalidAnswer(f"A line of the results is longer than {_LONGEST_LINE} bytes.")
        return lines

    def end(self) -> list[str]:
        """The last line, if nothing ended it."""
        if self._problem is not None:
            raise self._problem
        rest = b"".join(self._rest)
        lines = self._line(rest) if rest else []
        if self._known:
            raise _changed()
        return lines

    def _line(self, line: bytes) -> list[str]:
        if self._known:
            self._known -= 1
            self._again.update(line + b"\n")
            if not self._known and self._again.digest() != self._seen.digest():
                raise _changed()
            return []
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidAnswer("The results make no sense: they are not UTF-8.") from None
        self.count += 1
        self._seen.update(line + b"\n")
        return [text.removesuffix("\r")]


def _changed() -> InvalidAnswer:
    error = InvalidAnswer("The connection broke, and the results are not the same any more.", hint="Read them again.")
    error._retry.retries_exhausted = True
    return error

"""Subscriptions: the bodies of requests, ids, and the lines of CSV results."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from .._redact import brief
from .._utils.arguments import Json, as_id_list, check_id, check_list, check_mapping, omit_none, plain
from ..exceptions import ArgumentError, InvalidAnswer

__all__ = ["CsvLines", "as_change", "as_request", "as_requests", "bulk_body", "subscription_id_of"]


_LONGEST_LINE = 16 * 1024 * 1024
_REDACTED = "<REDACTED>"


def as_request(request: Any, *, allow_empty: bool = False) -> Json:
    """Return a request as JSON data.

    Raises:
        ArgumentError, ArgumentTypeError: it is not a dictionary, is empty, or contains redacted credentials.
    """
    hint = "Create it with subscription_request.build_request."
    body: Json = _sendable(plain(check_mapping("request", request, hint, allow_empty=allow_empty)))
    return body


def _sendable(value: Any) -> Any:
    """Return a value if the service has not redacted anything in it: sending it would replace the real credentials."""
    if isinstance(value, Mapping):
        return {name: _sendable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sendable(part) for part in value]
    if isinstance(value, str) and value == _REDACTED:
        raise ArgumentError(
            "The request contains credentials that the service has redacted.",
            hint="Insert the real ones, or send only what changes: patch_subscription(id, {'name': …}).",
        )
    return value


def as_requests(requests: Any) -> list[Json]:
    """Return several requests as JSON data.

    Raises:
        ArgumentError, ArgumentTypeError: *requests* is not a list, is empty, or an entry is not a dictionary.
    """
    return [as_request(request) for request in check_list("requests", requests, "requests")]


def bulk_body(what: str, subscription_ids: Any, all_subscriptions: bool, details: str | None = None) -> Json | None:
    """Return the body of a request that changes many subscriptions; None is an empty body: all of this user.

    Raises:
        ArgumentError: the list of ids is empty, or both ids and all subscriptions are requested.
    """
    if subscription_ids is None:
        return omit_none(details=details) or None
    single = isinstance(subscription_ids, (str, Mapping)) or not isinstance(subscription_ids, Iterable)
    entries = [subscription_ids] if single else list(subscription_ids)
    if all_subscriptions and entries:
        raise ArgumentError("subscription_ids and all_subscriptions exclude each other.", hint="Pass one of them.")
    if not entries and not all_subscriptions:
        raise ArgumentError(
            f"subscription_ids must not be empty: there is no subscription to {what}.",
            hint="Leave it out for all subscriptions of this user.",
        )
    ids = as_id_list("subscription_ids", entries) if entries else None
    return omit_none(subscription_ids=ids, details=details) or None


_CHANGEABLE = ("name", "source", "delivery", "tools", "notifications", "hosting")


def as_change(change: Any) -> Json:
    """Return the body of a request that changes parts of a subscription.

    Raises:
        ArgumentError, ArgumentTypeError: it is not a dictionary, is empty, or has an unknown key.
    """
    for name in check_mapping("request", change, "Pass what changes: {'name': 'another name'}."):
        if name not in _CHANGEABLE:
            raise ArgumentError(
                f"A subscription has no {brief(name)} that can be changed.",
                hint=f"Its parts are {', '.join(_CHANGEABLE)}; times, filter and geometry are in source.parameters.",
            )
    return as_request(change)


def subscription_id_of(subscription: Any) -> str:
    """Return the id of a subscription, given the id or the subscription itself.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither.
    """
    return check_id("subscription_id", subscription)


class CsvLines:
    """Split a text that arrives in chunks into lines, also if it is requested again from its beginning.

    Each line is returned once: after a restart, the lines that are already known are compared by hash and skipped.
    """

    def __init__(self) -> None:
        self.count = 0  # lines that have been returned
        self._rest: list[bytes] = []  # the chunks of the line that is not complete yet
        self._size = 0
        self._returned_hash = hashlib.sha256()
        self._to_skip = 0  # lines that have been returned before the restart
        self._skipped_hash = self._returned_hash
        self._error: InvalidAnswer | None = None

    def restart(self) -> None:
        """Start again: the next chunk is the beginning of the text."""
        self._rest, self._size, self._error = [], 0, None
        self._to_skip, self._skipped_hash = self.count, hashlib.sha256()

    def take(self, chunk: bytes) -> list[str]:
        """Return the new lines that a chunk completes.

        Raises:
            InvalidAnswer: it is not UTF-8, a line is too long, or the lines before the restart have changed.
        """
        if self._error is not None:
            raise self._error
        *complete, rest = chunk.split(b"\n")
        lines: list[str] = []
        for part in complete:
            try:
                lines += self._line(b"".join([*self._rest, part]))
            except InvalidAnswer as error:
                if not lines:
                    raise
                self._error = error  # raised after the valid lines before it have been returned
                return lines
            self._rest, self._size = [], 0
        self._rest.append(rest)
        self._size += len(rest)
        if self._size > _LONGEST_LINE:
            raise InvalidAnswer(f"A line of the results is longer than {_LONGEST_LINE} bytes.")
        return lines

    def end(self) -> list[str]:
        """Return the last line, if no newline follows it."""
        if self._error is not None:
            raise self._error
        rest = b"".join(self._rest)
        lines = self._line(rest) if rest else []
        if self._to_skip:
            raise _changed()
        return lines

    def _line(self, line: bytes) -> list[str]:
        if self._to_skip:
            self._to_skip -= 1
            self._skipped_hash.update(line + b"\n")
            if not self._to_skip and self._skipped_hash.digest() != self._returned_hash.digest():
                raise _changed()
            return []
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidAnswer("The service returned results that are not valid UTF-8.") from None
        self.count += 1
        self._returned_hash.update(line + b"\n")
        return [text.removesuffix("\r")]


def _changed() -> InvalidAnswer:
    error = InvalidAnswer(
        "The results changed while they were being read, and the connection broke.", hint="Read them again."
    )
    error._retry.retries_exhausted = True
    return error

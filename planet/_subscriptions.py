"""What there is to know about subscriptions without asking the service: what requests hold, and lines of CSV."""

import hashlib
from collections.abc import Mapping
from typing import Any

from ._features import check_id
from ._given import Json, given
from ._redact import brief
from .exceptions import ClientError, InvalidAnswer

__all__ = ["CsvLines", "as_request", "as_requests", "bulk_body", "ref_of", "texts"]

_LONGEST_LINE = 16 * 1024 * 1024


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
    return dict(request)


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
    ids = texts("subscription_ids", subscription_ids)
    if ids and all_subscriptions:
        raise ClientError("subscription_ids and all_subscriptions exclude each other.", hint="Give one of them.")
    if not ids and not all_subscriptions:
        raise ClientError(
            f"Nothing was said about which subscriptions to {what}.",
            hint="Give subscription_ids; all_subscriptions=True means every one,",
        )
    for subscription_id in ids or ():
        check_id("subscription_ids", subscription_id)
    return given(subscription_ids=ids, details=details) or None


def texts(name: str, value: Any) -> list[str] | None:
    """A list of texts, also where it is one text alone."""
    if value is None:
        return None
    entries = [value] if isinstance(value, str) else list(value) if hasattr(value, "__iter__") else [value]
    for entry in entries:
        if not isinstance(entry, str):
            raise ClientError(f"{name} holds {brief(entry)}.", hint="It is a list of texts.")
    return entries


def ref_of(value: Any) -> str | None:
    """The reference to a feature or destination: from that, or from itself."""
    ref = getattr(value, "ref", value)
    if ref is not None and not isinstance(ref, str):
        raise ClientError(f"{brief(value)} is no reference.", hint="It looks like pl:features/… or pl:destinations/….")
    return ref


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

    def restart(self) -> None:
        """The text comes again from its beginning."""
        self._rest, self._size = [], 0
        self._known, self._again = self.count, hashlib.sha256()

    def take(self, piece: bytes) -> list[str]:
        """The new lines that a piece completes.

        Raises:
            InvalidAnswer: it is no text, a line has no end, or what came before has changed.
        """
        *whole, rest = piece.split(b"\n")
        lines = []
        for part in whole:
            lines += self._line(b"".join([*self._rest, part]))
            self._rest, self._size = [], 0
        self._rest.append(rest)
        self._size += len(rest)
        if self._size > _LONGEST_LINE:
            raise InvalidAnswer(f"A line of the results is longer than {_LONGEST_LINE} bytes.")
        return lines

    def end(self) -> list[str]:
        """The last line, if nothing ended it."""
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
    error.settled = True
    return error

"""Which order is the one that a request has created whose answer was lost."""

from __future__ import annotations

import datetime
import email.utils
import hashlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .._models.orders import Order
from ..exceptions import APIError, PlanetError

__all__ = ["OrdersInFlight", "clock_offset", "in_flight", "is_stored_as", "matching", "window_start"]

# What the service fills in where a request says nothing. A field that is missing on one side equals these.
_DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "delivery": ({},),
    "hosting": ({},),
    "metadata": ({},),
    "notifications": ({}, {"email": False}),
    "order_type": ("full",),
    "products": ([],),
    "source_type": ("scenes",),
    "subscription_id": (0,),
    "tools": ([],),
}
_MAX_OWNED = 10_000
_UNKNOWN_SECONDS = 120.0  # how long the order of a request without an answer may still appear
# What is stored is compared but for secrets, which the service does not give back.
_SECRET_WORDS = ("secret", "credential", "token", "password", "access_key", "signature")


def clock_offset(date_header: str | None) -> float:
    """How many seconds the service's clock is ahead of the local one, from the Date header of an answer."""
    try:
        return email.utils.parsedate_to_datetime(date_header or "").timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def window_start(sent_at: float, offset: float) -> datetime.datetime:
    """The earliest time at which the service can have created the order; its Date header counts whole seconds."""
    return datetime.datetime.fromtimestamp(sent_at + offset - 2.0, datetime.timezone.utc)


def matching(
    request: Mapping[str, Any], orders: Iterable[Order], since: datetime.datetime, known: Iterable[str]
) -> list[Order]:
    """The orders that *request* can have created: those that are stored as it asks, since then, and are not known."""
    known = set(known)
    return [
        order
        for order in orders
        if isinstance(order.get("id"), str)
        and order["id"] not in known
        and _is_since(order, since)
        and is_stored_as(request, order)
    ]


def _is_since(order: Order, since: datetime.datetime) -> bool:
    try:
        return order.created_on is not None and order.created_on >= since
    except PlanetError:
        return False  # without a time it cannot be told


def is_stored_as(request: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Whether the service would store *request* as *order*: all of it, not just its name and products."""
    if order.get("name") != request.get("name"):
        return False
    for field, defaults in _DEFAULTS.items():
        sent, stored = request.get(field), order.get(field)
        if sent is None or sent in defaults:
            if stored is not None and stored not in defaults:
                return False
        elif stored is None or not _same(sent, stored):
            return False
    return True


def _same(sent: Any, stored: Any) -> bool:
    """Whether a value is stored as it was sent. The service may add to objects, and leaves out secrets."""
    if isinstance(sent, Mapping):
        return isinstance(stored, Mapping) and all(
            _is_secret(key) or value is None or (key in stored and _same(value, stored[key]))
            for key, value in sent.items()
        )
    if isinstance(sent, (list, tuple)):
        return isinstance(stored, (list, tuple)) and len(sent) == len(stored) and all(map(_same, sent, stored))
    if isinstance(sent, str) and isinstance(stored, str):
        return sent == stored
    return bool(sent == stored)


def _is_secret(key: object) -> bool:
    return any(word in str(key).lower() for word in _SECRET_WORDS)


class OrdersInFlight:
    """The orders of this process: which requests are being sent, and which orders belong to requests.

    Several sessions and threads may order at once. An order that one of them has created, or may still turn out to
    have created, is never taken for the order of another one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._unknown: dict[str, float] = {}  # requests whose outcome is unknown, and until when that counts
        self._owned: dict[str, None] = {}  # ids, the oldest first

    @contextmanager
    def sending(self, request: Mapping[str, Any]) -> Iterator[None]:
        """While a request is being sent, and its order looked up if need be."""
        key = _fingerprint(request)
        with self._lock:
            self._requests[key] += 1
        try:
            yield
        except BaseException as error:
            is_known = isinstance(error, APIError) and error.status_code is not None and error.status_code < 500
            with self._lock:
                now = time.monotonic()
                self._unknown = {one: end for one, end in self._unknown.items() if end > now}
                if not is_known:
                    self._unknown[key] = now + _UNKNOWN_SECONDS
            raise
        finally:
            with self._lock:
                self._requests[key] -= 1
                if not self._requests[key]:
                    del self._requests[key]

    def is_unique(self, request: Mapping[str, Any]) -> bool:
        """Whether no other call sends the same request at the same time, or has just done so without learning more."""
        key = _fingerprint(request)
        with self._lock:
            return self._requests[key] <= 1 and self._unknown.get(key, 0.0) < time.monotonic()

    def own(self, order_id: str) -> None:
        """Note that an order belongs to a request."""
        with self._lock:
            self._owned[order_id] = None
            if len(self._owned) > _MAX_OWNED:
                del self._owned[next(iter(self._owned))]

    def owned(self) -> set[str]:
        """The ids of the orders that belong to requests."""
        with self._lock:
            return set(self._owned)


def _fingerprint(request: Mapping[str, Any]) -> str:
    """What tells requests apart. A request may hold secrets and be long, so its digest is kept instead."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=repr).encode()).hexdigest()


in_flight = OrdersInFlight()
if hasattr(os, "register_at_fork"):  # a child must not inherit a lock that another thread held while forking
    os.register_at_fork(after_in_child=lambda: in_flight.__init__())  # type: ignore[misc]  # made anew, in its place

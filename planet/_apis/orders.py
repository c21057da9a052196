"""Orders: their ids, their states, and when a wait for one is over."""

import logging
from typing import Any

from .._http.polling import Watch
from .._models.orders import FINAL_ORDER_STATES, Order
from .._redact import brief
from .._utils.arguments import as_id_list, check_uuid
from ..exceptions import ArgumentError

__all__ = ["ORDER_STATE_SEQUENCE", "OrderStates", "check_order_id", "check_order_ids", "watch_order"]


ORDER_STATE_SEQUENCE = ("queued", "running", "failed", "success", "partial", "cancelled")


class OrderStates:
    """The states of an order and their sequence. An unknown state is not final, and precedes all others."""

    SEQUENCE = ORDER_STATE_SEQUENCE

    @classmethod
    def reached(cls, state: str, test: str) -> bool:
        """Whether an order in the state *test* has reached *state* or passed it.

        >>> OrderStates.reached("running", "success")
        True
        """
        return cls._index(test) >= cls._index(state)

    @classmethod
    def passed(cls, state: str, test: str) -> bool:
        """Whether an order in the state *test* has passed *state*."""
        return cls._index(test) > cls._index(state)

    @staticmethod
    def is_final(test: str) -> bool:
        """Whether an order in this state does not change any more."""
        return test in FINAL_ORDER_STATES

    @classmethod
    def check(cls, state: str) -> None:
        """Check that a state exists.

        Raises:
            ArgumentError: the state is not one of `SEQUENCE`.
        """
        if state not in cls.SEQUENCE:
            raise ArgumentError(f"state must be one of {', '.join(map(repr, cls.SEQUENCE))}, got {brief(state)}.")

    @classmethod
    def _index(cls, state: str) -> int:
        return cls.SEQUENCE.index(state) if state in cls.SEQUENCE else -1


def check_order_id(order_id: Any) -> str:
    """Return the id of an order, given the id or the order itself.

    Raises:
        ArgumentError: it is not a UUID.
    """
    return check_uuid("order_id", order_id)


def check_order_ids(order_ids: Any) -> list[str]:
    """Return the ids of orders, in any form that `as_id_list` accepts.

    Raises:
        ArgumentError: one of them is not a UUID.
    """
    return as_id_list("order_ids", order_ids, lambda _, order_id: check_order_id(order_id), allow_empty=True)


def _has_reached(seen: str, wanted: str | None) -> bool:
    """Whether a wait for the state *wanted* (None: any final state) is over when *seen* is the state."""
    return OrderStates.is_final(seen) or (wanted is not None and OrderStates.reached(wanted, seen))


def watch_order(order_id: str, state: str | None, log: logging.Logger) -> Watch[Order]:
    """The wait for an order: until it is final, or has reached a state.

    Raises:
        ArgumentError: there is no such state.
    """
    if state is not None:
        OrderStates.check(state)
    return Watch(
        "Order",
        order_id,
        Order(id=order_id, state="unknown"),
        lambda order: order.state,
        lambda order: _has_reached(order.state, state),
        log,
    )

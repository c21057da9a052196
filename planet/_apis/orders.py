"""What there is to know about orders without asking the service: their ids, their states, when a wait is over."""

import uuid
from collections.abc import Iterable
from typing import Any

from .._models.orders import FINAL_ORDER_STATES, Order
from ..exceptions import ClientError, WaitTimeout

__all__ = ["ORDER_STATE_SEQUENCE", "OrderStates", "as_list", "check_id", "is_there", "wait_timeout"]


ORDER_STATE_SEQUENCE = ("queued", "running", "failed", "success", "partial", "cancelled")


class OrderStates:
    """What states mean. A state that is not known here is not final, and has reached nothing."""

    SEQUENCE = ORDER_STATE_SEQUENCE

    @classmethod
    def reached(cls, state: str, test: str) -> bool:
        """Whether an order in the state *test* is at *state* or past it.

        >>> OrderStates.reached("running", "success")
        True
        """
        return cls._index(test) >= cls._index(state)

    @classmethod
    def passed(cls, state: str, test: str) -> bool:
        """Whether an order in the state *test* is past *state*."""
        return cls._index(test) > cls._index(state)

    @staticmethod
    def is_final(test: str) -> bool:
        """Whether the state will not change any more."""
        return test in FINAL_ORDER_STATES

    @classmethod
    def check(cls, state: str) -> None:
        """Refuse a state that there is not.

        Raises:
            ClientError: there is no such state.
        """
        if state not in cls.SEQUENCE:
            raise ClientError(f"{state!r} is no state of an order.", hint=f"It is one of {', '.join(cls.SEQUENCE)}.")

    @classmethod
    def _index(cls, state: str) -> int:
        return cls.SEQUENCE.index(state) if state in cls.SEQUENCE else -1


def check_id(order_id: Any) -> str:
    """The id of an order, checked: the id, or the order itself.

    Raises:
        ClientError: it is no UUID.
    """
    if isinstance(order_id, Order):
        order_id = order_id.get("id")
    try:
        uuid.UUID(hex=order_id)
    except (ValueError, AttributeError, TypeError):
        raise ClientError(f"{order_id!r} is no id of an order.", hint="An order id is a UUID.") from None
    return str(order_id)


def as_list(order_ids: Iterable[str]) -> Iterable[str]:
    """Ids of orders; a single text is a mistake, not a list of its characters."""
    if isinstance(order_ids, str):
        raise ClientError("order_ids is a single text.", hint="It is a list of order ids.")
    return order_ids


def is_there(seen: str, wanted: str | None) -> bool:
    """Whether a wait for a state (None: for the end) is over when *seen* is the state."""
    return OrderStates.is_final(seen) or (wanted is not None and OrderStates.reached(wanted, seen))


def wait_timeout(order_id: str, last: str, wanted: str | None) -> WaitTimeout:
    """The error for a wait whose time is used up."""
    return WaitTimeout(
        f"Order {order_id} is not {wanted or 'done'} yet; its state is {last!r}.",
        id=order_id,
        state=last,
        hint="It goes on all the same: wait for it again by its id.",
    )

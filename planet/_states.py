"""The states of an order and their sequence."""

from .exceptions import ClientError
from .models import FINAL_ORDER_STATES

__all__ = ["ORDER_STATE_SEQUENCE", "OrderStates"]

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

"""The states of the orders of a bulk order, and of its scenes."""

from .._models.orders import FINAL_ORDER_STATES

__all__ = ["FATES", "MOVES", "check_move", "state_of"]


# From each state of an order to those that may follow.
MOVES: dict[str, frozenset[str]] = {
    "planned": frozenset({"sending", "cancelled", "refused"}),
    # "sending" is stored before the request: what became of it is known from its answer, or from the list of orders.
    "sending": frozenset({"planned", "active", "refused", "cancelled", "unknown"}),
    "active": frozenset({"ready", "failed", "cancelled"}),
    "ready": frozenset({"done", "incomplete"}),
    "incomplete": frozenset({"done", "incomplete"}),
    "unknown": frozenset(),
    "done": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
    "refused": frozenset(),
}
FATES = ("found", "left", "chosen", "ordered", "delivered", "missing", "refused", "failed")


def check_move(before: str, after: str) -> None:
    """Check that a state may follow another.

    >>> check_move("planned", "sending")
    >>> check_move("done", "sending")
    Traceback (most recent call last):
    AssertionError: an order that is done cannot become sending
    """
    if after not in MOVES[before]:
        raise AssertionError(f"an order that is {before} cannot become {after}")


def state_of(service_state: str) -> str:
    """The state for what the service says about an order."""
    if service_state not in FINAL_ORDER_STATES:
        return "active"
    return "ready" if service_state in ("success", "partial") else service_state

# Generated from tests/_async/steps.py by tools/unasync.py. Edit that file and run the tool again.

"""Steps that many tests begin with."""

import inspect
from time import monotonic

from planet._runtime._sync import sleep
from tests.helpers import PATIENCE


def done(pl, request):
    """Create an order and wait for it; its id."""
    order = pl.orders.create_order(request)
    assert pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE) == "success"
    return order.id


def until(happened, seconds=PATIENCE):
    """Wait until something has happened, which a function says, or a coroutine function."""
    end = monotonic() + seconds
    while True:
        said = happened()
        if inspect.isawaitable(said):
            said = said
        if said:
            return
        assert monotonic() < end, "it did not happen"
        sleep(0.05)

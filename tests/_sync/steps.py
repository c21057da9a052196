# Generated from tests/_async/steps.py by tools/unasync.py. Edit that file and run the tool again.

"""Steps that many tests begin with."""

from time import monotonic

from planet._runtime._sync import sleep


def done(pl, request):
    """Create an order and wait for it; its id."""
    order = pl.orders.create_order(request)
    assert pl.orders.wait(order.id, delay=0.05, timeout=30) == "success"
    return order.id


def until(happened, seconds=30):
    """Wait until something has happened."""
    end = monotonic() + seconds
    while not happened():
        assert monotonic() < end, "it did not happen"
        sleep(0.05)

# Generated from tests/_async/steps.py by tools/unasync.py: change that one, and run the tool again.

"""Steps that many tests begin with."""


def done(pl, request):
    """Create an order and wait for it; its id."""
    order = pl.orders.create_order(request)
    assert pl.orders.wait(order.id, delay=0.05, timeout=30) == "success"
    return order.id

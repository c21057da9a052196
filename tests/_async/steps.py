"""Steps that many tests begin with."""


async def done(pl, request):
    """Create an order and wait for it; its id."""
    order = await pl.orders.create_order(request)
    assert await pl.orders.wait(order.id, delay=0.05, timeout=30) == "success"
    return order.id

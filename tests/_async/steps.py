"""Steps that many tests begin with."""

from time import monotonic

from planet._runtime._async import sleep


async def done(pl, request):
    """Create an order and wait for it; its id."""
    order = await pl.orders.create_order(request)
    assert await pl.orders.wait(order.id, delay=0.05, timeout=30) == "success"
    return order.id


async def until(happened, seconds=30):
    """Wait until something has happened."""
    end = monotonic() + seconds
    while not await happened():
        assert monotonic() < end, "it did not happen"
        await sleep(0.05)

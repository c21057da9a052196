"""Steps that many tests begin with."""

import inspect
from time import monotonic

from planet._runtime._async import sleep
from tests.helpers import PATIENCE


async def done(pl, request):
    """Create an order and wait for it; its id."""
    order = await pl.orders.create_order(request)
    assert await pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE) == "success"
    return order.id


async def until(happened, seconds=PATIENCE):
    """Wait until something has happened, which a function says, or a coroutine function."""
    end = monotonic() + seconds
    while True:
        said = happened()
        if inspect.isawaitable(said):
            said = await said
        if said:
            return
        assert monotonic() < end, "it did not happen"
        await sleep(0.05)

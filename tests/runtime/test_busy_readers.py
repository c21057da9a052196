"""Readers that never wait for anything else, that are cancelled, or that begin outside of an event loop."""

import time

import anyio

from tests._async.http.test_pager import Book, listing
from tests._async.steps import until
from tests.helpers import PATIENCE


async def test_a_busy_reader_gets_its_next_page_ahead():
    book = Book(list(range(250)), list(range(250, 500)))
    async with book.session() as session:
        taken = 0
        async for _ in listing(session):
            taken += 1
            time.sleep(0.0001)  # holds up the event loop, as a calculation does
            if taken == 200:
                assert book.asked == [0, 1]
        assert taken == 500


async def test_others_have_a_turn_while_results_are_read():
    book = Book(list(range(1000)))
    turns = 0

    async def other():
        nonlocal turns
        while True:
            await anyio.lowlevel.checkpoint()
            turns += 1

    async with book.session() as session, anyio.create_task_group() as group:
        group.start_soon(other)
        results = listing(session)
        await anext(results)
        before = turns
        async for _ in results:
            pass
        group.cancel_scope.cancel()
    assert turns - before >= 30


async def test_a_cancelled_session_with_a_page_under_way_closes_its_connections(sandbox):
    sandbox.inject("delay", path="results", seconds=2 * PATIENCE)
    with anyio.CancelScope() as scope:
        async with sandbox.async_planet() as pl:
            session = pl._session
            results = pl.data.search(["PSScene"], limit=0)
            await anext(results)
            await anext(results)
            await until(lambda: any("results" in seen.path for seen in sandbox.requests))
            scope.cancel()
            await anyio.sleep(2 * PATIENCE)
    assert session._pools == {}
    assert session._closed


def test_a_listing_that_is_made_outside_of_an_event_loop(sandbox, anyio_backend):
    pl = sandbox.async_planet()
    results = pl.data.search(["PSScene"], limit=300)

    async def read():
        async with pl:
            return [item async for item in results]

    assert len(anyio.run(read, backend=anyio_backend)) == 300

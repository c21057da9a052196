"""A reader that never waits for anything else still gets its next page ahead, and lets others have a turn."""

import time

import anyio

from tests._async.test_paging import Book, listing


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

"""Waiting for many orders: pages of the listing answer, and the few that they lack are requested by themselves."""

import uuid
from collections import Counter

import pytest

from planet._async.apis import order_lookout
from planet._runtime._async import map_bounded
from planet.exceptions import MissingResource
from tests.helpers import PATIENCE, an_order

LISTING = "/compute/ops/orders/v2"


@pytest.fixture
def clock(sandbox):
    """The clock of the sandbox, stopped: orders go on when a test says so."""
    sandbox.clock.stop()
    return sandbox.clock


@pytest.fixture
def created(pl, clock):
    """Creates orders, and returns their ids."""

    async def create(count):
        return [(await pl.orders.create_order(an_order(f"n{number}"))).id for number in range(count)]

    return create


def gets(sandbox, since):
    """How often each path was read after the first *since* requests."""
    return Counter(seen.path.partition("?")[0] for seen in sandbox.requests[since:] if seen.method == "GET")


async def wait_for_all(pl, ids, clock, **settings):
    """The states of all orders, which get done after the second look."""
    looks = Counter()

    def callback(order_id, state):
        looks[order_id] += 1
        if looks[order_id] == 2:
            clock.advance(1000)

    waiting = pl.orders.wait_many(ids, delay=0.6, callback=callback, timeout=PATIENCE, **settings)
    return {order_id: state async for order_id, state in waiting}, max(looks.values())


async def test_a_page_of_the_listing_answers_for_many_orders(pl, sandbox, clock, created):
    ids = await created(120)
    before = len(sandbox.requests)
    states, looks = await wait_for_all(pl, ids, clock)
    assert states == dict.fromkeys(ids, "success")
    seen = gets(sandbox, before)
    assert set(seen) == {LISTING}
    assert seen[LISTING] < 20 * looks  # two pages; on a busy machine a look takes longer than a listing is fresh


async def test_orders_that_the_listing_lacks_are_requested_by_themselves(pl, sandbox, clock, created):
    ids = await created(6)
    clock.advance(1)
    others = await created(300)  # newer ones, that nobody waits for
    before = len(sandbox.requests)
    states, looks = await wait_for_all(pl, ids, clock)
    assert states == dict.fromkeys(ids, "success")
    seen = gets(sandbox, before)
    assert all(seen[f"{LISTING}/{order_id}"] == looks for order_id in ids)
    assert seen[LISTING] <= len(ids) * looks
    assert not any(f"{LISTING}/{order_id}" in seen for order_id in others)


async def test_newer_orders_of_others_are_left_out_once_all_are_known(pl, sandbox, clock, created):
    ids = await created(6)
    states, _ = await wait_for_all(pl, ids, clock)
    clock.advance(60)
    await created(300)
    before = len(sandbox.requests)
    assert (await wait_for_all(pl, ids, clock))[0] == states
    assert set(gets(sandbox, before)) == {LISTING}


async def test_a_few_orders_are_requested_one_by_one(pl, sandbox, clock, created):
    ids = await created(4)
    before = len(sandbox.requests)
    await wait_for_all(pl, ids, clock)
    assert LISTING not in gets(sandbox, before)


async def test_waits_in_many_tasks_share_the_listing(pl, sandbox, created):
    ids = await created(30)
    before = len(sandbox.requests)
    sandbox.clock.start()

    async def wait(order_id):
        return await pl.orders.wait(order_id, timeout=PATIENCE)

    assert await map_bounded(wait, ids, limit=30) == ["success"] * 30
    seen = gets(sandbox, before)
    assert sum(seen.values()) <= 30  # two seconds at two a second, and the single ones when they begin and end
    assert seen[LISTING]


async def test_later_batches_are_listed_as_well(pl, sandbox, clock, created):
    for _ in range(3):
        ids = await created(10)
        before = len(sandbox.requests)
        await wait_for_all(pl, ids, clock)
        assert set(gets(sandbox, before)) == {LISTING}
        clock.advance(60)


async def test_old_orders_are_listed_once_it_is_known_how_old_they_are(pl, sandbox, clock, created):
    ids = await created(6)
    clock.advance(60)
    await created(110)
    before = len(sandbox.requests)
    looks = Counter()

    def callback(order_id, state):
        looks[order_id] += 1
        if looks[order_id] == 4:
            clock.advance(1000)

    waiting = pl.orders.wait_many(ids, delay=0.6, callback=callback, timeout=PATIENCE)
    assert len([order_id async for order_id, _ in waiting]) == 6
    seen = gets(sandbox, before)
    assert all(seen[f"{LISTING}/{order_id}"] <= 2 for order_id in ids), "the first look, and no other"


@pytest.mark.parametrize("status", [403, 400])
async def test_an_account_that_may_not_list_orders_waits_all_the_same(pl, sandbox, clock, created, status):
    ids = await created(6)
    sandbox.inject("status", path=f"^{LISTING}$", status=status, times=None)
    before = len(sandbox.requests)
    states, _ = await wait_for_all(pl, ids, clock)
    assert states == dict.fromkeys(ids, "success")
    assert gets(sandbox, before)[LISTING] == 1


@pytest.mark.parametrize("kind", ["status", "html", "blank", "login_page", "reset"])
async def test_a_listing_that_fails_does_not_hold_up_a_wait(pl, sandbox, clock, created, caplog, kind):
    caplog.set_level("INFO", "planet.orders")
    ids = await created(6)
    sandbox.inject(kind, path=f"^{LISTING}$", times=None, **({"status": 503} if kind == "status" else {}))
    before = len(sandbox.requests)
    states, looks = await wait_for_all(pl, ids, clock)
    assert states == dict.fromkeys(ids, "success")
    assert caplog.text.count("Orders could not be listed, each is requested by itself") == 1
    assert all(gets(sandbox, before)[f"{LISTING}/{order_id}"] == looks for order_id in ids)


async def test_a_listing_that_has_failed_is_tried_again(pl, sandbox, clock, created, monkeypatch):
    monkeypatch.setattr(order_lookout, "_PAUSE", 0.0)
    ids = await created(6)
    sandbox.inject("status", path=f"^{LISTING}$", status=503, times=2)  # one request, and its repetition
    before = len(sandbox.requests)
    await wait_for_all(pl, ids, clock)
    assert gets(sandbox, before)[LISTING] > 2


async def test_an_order_that_does_not_exist_is_an_error(pl, created):
    ids = await created(5)
    with pytest.raises(MissingResource):
        [state async for state in pl.orders.wait_many([*ids, str(uuid.uuid4())], timeout=PATIENCE)]

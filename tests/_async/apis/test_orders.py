"""The Orders API against the sandbox's real server."""

import json
import uuid
from time import monotonic

import pytest

from planet import order_request
from planet._async.apis.polling import wait_for
from planet._builders import catalog
from planet.exceptions import BadQuery, ClientError, Conflict, InvalidAnswer, MissingResource, WaitTimeout
from planet.models import Order
from planet.sandbox.state.world import Timing
from tests.helpers import ITEMS, OREGON, PATIENCE, an_order

from ..steps import done


@pytest.fixture
def slow(sandbox, monkeypatch):
    """Orders stay in the queue."""
    monkeypatch.setattr(sandbox._world, "timing", Timing(queued=1000, running=1000))


@pytest.fixture
def step_by_step(sandbox):
    """Orders go on by one state with every look at them, whose callback this is; it keeps the states."""
    sandbox.clock.stop()

    class Looks(list):
        def __call__(self, state):
            self.append(state)
            sandbox.clock.advance(sandbox._world.timing.queued + 0.001)

    return Looks()


async def test_the_main_job(pl, tmp_path, step_by_step):
    request = an_order(items=ITEMS, tools=[order_request.toar_tool()])
    order = await pl.orders.create_order(request)
    assert (order.state, order.name, order["products"]) == ("queued", "an order", request["products"])
    assert await pl.orders.wait(order.id, delay=0.02, callback=step_by_step) == "success"
    assert step_by_step == ["queued", "running", "success"]
    paths = await pl.orders.download_order(order.id, tmp_path)
    fresh = await pl.orders.get_order(order.id)
    assert paths == [tmp_path / result.name for result in fresh.results]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(paths)
    assert paths[-1].name == "manifest.json"
    pl.orders.validate_checksum(tmp_path / order.id, "MD5")
    pl.orders.validate_checksum(tmp_path / order.id, "sha256")


async def test_an_order_is_a_dictionary_with_properties(pl):
    order = await pl.orders.create_order(an_order())
    assert isinstance(order, Order)
    assert json.loads(json.dumps(order)) == order
    assert order.created_on.utcoffset().total_seconds() == 0
    assert order.id == order["id"]
    assert not order.is_final
    assert order.results == []


async def test_get_order_that_is_not_there(pl):
    nowhere = str(uuid.uuid4())
    with pytest.raises(MissingResource) as caught:
        await pl.orders.get_order(nowhere)
    assert caught.value.status_code == 404
    assert f"Could not load order ID: {nowhere}" in str(caught.value)


@pytest.mark.parametrize("bad", ["", "no-uuid", "../../x", None, 7])
async def test_an_id_that_is_no_uuid_is_refused_before_any_request(pl, sandbox, bad):
    for method in (pl.orders.get_order, pl.orders.cancel_order, pl.orders.wait, pl.orders.download_order):
        with pytest.raises(ClientError, match="UUID"):
            await method(bad)
    assert sandbox.requests == []


async def test_a_refused_order_says_which_field(pl):
    with pytest.raises(BadQuery) as caught:
        await pl.orders.create_order(
            {"name": "x", "products": [{"item_ids": ["1"], "item_type": "X", "product_bundle": "Y"}]}
        )
    assert caught.value.field_errors == {"Products": ["Bad item type 'X' for bundle type 'Y'"]}
    assert "Unable to accept order" in str(caught.value)
    assert "Products: Bad item type" in str(caught.value)


async def test_a_request_that_is_none(pl, sandbox):
    for request in ("hello", None, [1]):
        with pytest.raises(ClientError, match="build_request"):
            await pl.orders.create_order(request)
    assert sandbox.requests == []


async def test_cancel(pl, slow):
    order = await pl.orders.create_order(an_order())
    assert (await pl.orders.cancel_order(order.id))["state"] == "cancelled"
    with pytest.raises(Conflict, match="cancellable"):
        await pl.orders.cancel_order(order.id)
    assert await pl.orders.wait(order.id) == "cancelled"
    with pytest.raises(ClientError, match="cancelled"):
        await pl.orders.download_order(order.id)


async def test_cancel_many(pl, slow):
    orders = [await pl.orders.create_order(an_order(f"n{n}")) for n in range(4)]
    assert (await pl.orders.cancel_orders(f"{orders[3].id}\n"))["result"]["succeeded"]["count"] == 1
    answer = await pl.orders.cancel_orders([orders[0].id, str(uuid.uuid4())])
    assert answer["result"]["succeeded"]["count"] == 1
    assert answer["result"]["failed"]["count"] == 1
    assert (await pl.orders.cancel_orders())["result"]["succeeded"]["count"] == 2
    for wrong in ("", "\n", "not an id", 3):
        with pytest.raises(ClientError, match=r"order_ids? must be"):
            await pl.orders.cancel_orders(wrong)


async def test_stats(pl, slow):
    await pl.orders.create_order(an_order())
    stats = await pl.orders.aggregated_order_stats()
    assert stats["user"] == {"queued_orders": 1, "running_orders": 0}


async def test_list_orders_with_every_filter(pl, sandbox, slow):
    for n in range(3):
        await pl.orders.create_order(an_order(f"name {n}"))
    hosted = await pl.orders.create_order(an_order("hosted", hosting="sentinel_hub"))
    quads = order_request.basemap_product("global_monthly_2022_01_mosaic", quad_ids=["1050-1374"])
    basemap = await pl.orders.create_order(order_request.build_request("basemap", [quads]))
    ref = "pl:destinations/there-1"
    away = await pl.orders.create_order(an_order("away", delivery=order_request.destination(ref)))

    async def names(**filters):
        return [order.name async for order in pl.orders.list_orders(**filters)]

    assert await names() == ["away", "basemap", "hosted", "name 2", "name 1", "name 0"]
    assert await names(limit=2) == ["away", "basemap"]
    assert await names(source_type="basemaps") == [basemap.name]
    assert await names(name="name 1") == ["name 1"]
    assert await names(name__contains="NAME", sort_by="name ASC") == ["name 0", "name 1", "name 2"]
    assert await names(hosting=True) == [hosted.name]
    assert await names(destination_ref=ref) == [away.name]
    assert await names(state="running") == []
    assert len(await names(state="queued", created_on="../2100-01-01T00:00:00Z")) == 6
    assert await names(last_modified="2100-01-01T00:00:00Z/..", user_id="all") == []
    await pl.orders.cancel_orders([hosted.id])
    assert await names(state="cancelled") == ["hosted"]
    sandbox.clock.advance(91 * 86400)
    assert await names() == []


async def test_list_orders_over_many_pages(pl, sandbox, slow):
    for n in range(23):
        await pl.orders.create_order(an_order(f"{n:02d}"))
    sandbox.requests.clear()
    assert [order.name async for order in pl.orders.list_orders(limit=0)] == [f"{n:02d}" for n in range(22, -1, -1)]
    assert len(sandbox.requests) == 2
    sandbox.requests.clear()
    assert len([order async for order in pl.orders.list_orders(limit=20)]) == 20
    assert len(sandbox.requests) == 1, "the second page is not needed"
    sandbox.requests.clear()
    assert len([order async for order in pl.orders.list_orders(limit=0, page_size=250)]) == 23
    assert len(sandbox.requests) == 1


async def test_arguments_are_checked_at_the_call(pl):
    with pytest.raises(ClientError, match="state must be one of .*, got 'done'"):
        pl.orders.list_orders(state="done")
    with pytest.raises(ClientError, match="limit"):
        pl.orders.list_orders(limit=-1)
    with pytest.raises(ClientError, match="page_size"):
        pl.orders.list_orders(page_size=0)
    with pytest.raises(ClientError, match="state must be one of"):
        await pl.orders.wait(str(uuid.uuid4()), state="done")
    with pytest.raises(ClientError, match="delay"):
        await pl.orders.wait(str(uuid.uuid4()), delay=-1)


async def test_wait_for_a_state_on_the_way(pl, step_by_step):
    order = await pl.orders.create_order(an_order())
    assert await pl.orders.wait(order.id, state="queued", max_attempts=1) == "queued"
    assert await pl.orders.wait(order.id, state="running", delay=0.02, callback=step_by_step) == "running"
    assert step_by_step == ["queued", "running"]


async def test_wait_gives_up_and_can_be_taken_up_again(pl, sandbox):
    sandbox.clock.stop()
    order = await pl.orders.create_order(an_order())
    with pytest.raises(WaitTimeout) as caught:
        await pl.orders.wait(order.id, delay=0, max_attempts=2)
    assert (caught.value.id, caught.value.state) == (order.id, "queued")
    with pytest.raises(WaitTimeout, match="wait for it again"):
        await pl.orders.wait(order.id, timeout=0)
    sandbox.clock.start()
    assert await pl.orders.wait(order.id, timeout=PATIENCE) == "success"


async def test_the_last_look_counts(pl):
    order_id = await done(pl, an_order())
    assert await pl.orders.wait(order_id, max_attempts=1) == "success"


async def test_trouble_between_looks_ends_no_wait(pl, sandbox):
    order = await pl.orders.create_order(an_order())
    sandbox.inject("status", path=order.id, status=503, times=8)
    sandbox.inject("reset", path=order.id, times=7)
    assert await pl.orders.wait(order.id, delay=0.02, timeout=PATIENCE) == "success"


async def test_a_state_of_the_future_is_not_the_end(pl, sandbox):
    order = await pl.orders.create_order(an_order())
    future = dict(await pl.orders.get_order(order.id), state="paused")
    sandbox.inject("status", path=order.id, status=200, body=json.dumps(future), times=2)
    states = []
    assert await pl.orders.wait(order.id, delay=0.02, callback=states.append, timeout=PATIENCE) == "success"
    assert states[:2] == ["paused", "paused"]


async def test_wait_many(pl, sandbox):
    orders = [await pl.orders.create_order(an_order(f"n{n}")) for n in range(3)]
    looks = []
    ids = [order.id for order in orders]
    waiting = pl.orders.wait_many(
        ids, delay=0.05, callback=lambda order_id, state: looks.append(order_id), timeout=PATIENCE
    )
    assert {order_id: state async for order_id, state in waiting} == dict.fromkeys(ids, "success")
    assert set(looks) == set(ids)
    sandbox.clock.stop()
    with pytest.raises(WaitTimeout):
        again = await pl.orders.create_order(an_order())
        [entry async for entry in pl.orders.wait_many([again.id], timeout=0)]


async def test_the_callers_own_work_does_not_use_up_the_timeout(pl, sandbox, monkeypatch):
    first = await done(pl, an_order())
    sandbox.clock.stop()
    second = (await pl.orders.create_order(an_order())).id
    worked, seen = 0, []
    monkeypatch.setattr(f"{wait_for.__module__}.monotonic", lambda: monotonic() + worked)
    async for order_id, _ in pl.orders.wait_many([first, second], delay=0.05, timeout=PATIENCE):
        seen.append(order_id)
        if order_id == first:
            worked = 2 * PATIENCE  # seconds of the caller's own, in which the other one gets done
            sandbox.clock.start()
            await pl.orders.wait(second, delay=0.05)
    assert seen == [first, second]


async def test_a_failed_order(pl):
    order = await pl.orders.create_order(an_order(tools=[{"bandmath": {"b1": "b9 + 1"}}]))
    assert await pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE) == "failed"
    with pytest.raises(ClientError, match="unknown band 'b9'"):
        await pl.orders.download_order(order.id)


async def test_a_partial_order(pl, tmp_path):
    old = "20180205_181923_1031"
    with pytest.raises(BadQuery, match="no access to assets: PSScene/20180205_181923_1031"):
        await pl.orders.create_order(an_order(items=[ITEMS[0], old], bundle="analytic_8b_udm2"))
    order = await pl.orders.create_order(
        an_order(items=[ITEMS[0], old], bundle="analytic_8b_udm2", order_type="partial")
    )
    assert await pl.orders.wait(order.id, delay=0.05, timeout=PATIENCE) == "partial"
    paths = await pl.orders.download_order(order.id, tmp_path)
    assert paths
    assert not any(old in path.name for path in paths)


async def test_fallback_bundles(pl, tmp_path):
    old = "20200909_182525_1014"
    product = order_request.product([old], "analytic_8b_udm2", "PSScene", "analytic_udm2,analytic_3b_udm2")
    tools = [order_request.clip_tool(OREGON)]
    order_id = await done(pl, order_request.build_request("fallback", [product], tools=tools))
    names = {path.name for path in await pl.orders.download_order(order_id, tmp_path)}
    assert f"{old}_3B_AnalyticMS_clip.tif" in names


async def test_an_order_for_the_cloud_is_not_downloaded(pl, sandbox, tmp_path):
    delivery = order_request.google_cloud_storage("my-bucket", "e30=", path_prefix="a/b/")
    order_id = await done(pl, an_order(delivery=delivery))
    assert (sandbox.folder / "delivered/google_cloud_storage/my-bucket/a/b" / order_id / "manifest.json").exists()
    with pytest.raises(ClientError, match="no link to download"):
        await pl.orders.download_order(order_id, tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_hosting_fills_in_the_collection(pl):
    order = await pl.orders.create_order(an_order(hosting="sentinel_hub"))
    assert uuid.UUID(order["hosting"]["sentinel_hub"]["collection_id"])


async def test_refresh_specs(pl):
    from planet import specs

    await pl.orders.refresh_specs()
    assert "PSScene" in specs.get_item_types()
    assert catalog._cache_file().exists()


async def test_an_order_stands_where_its_id_does(pl, tmp_path):
    order = await pl.orders.create_order(an_order())
    assert await pl.orders.wait(order, delay=0.05) == "success"
    await pl.orders.download_order(order, tmp_path)
    assert (await pl.orders.get_order(order)).id == order.id
    assert (tmp_path / order.id / "manifest.json").exists()


async def test_a_web_page_is_called_one(pl, sandbox):
    sandbox.inject("login_page", times=None)
    with pytest.raises(InvalidAnswer, match="web page"):
        await pl.orders.aggregated_order_stats()

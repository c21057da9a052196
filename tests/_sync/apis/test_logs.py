# Generated from tests/_async/apis/test_logs.py by tools/unasync.py. Edit that file and run the tool again.

"""What the clients of the APIs log: one logger per API, and no secrets."""

import logging

import pytest

from planet._sync.apis import order_recovery
from planet.exceptions import OutcomeUnknown
from planet.types import destinations as types
from tests.helpers import ITEMS, OREGON, a_subscription, an_order


@pytest.fixture
def lines(caplog, sandbox):
    """A function that returns the lines of a logger since its last call, as (level, message)."""
    caplog.set_level(logging.INFO, logger="planet")

    def take(api):
        assert sandbox.api_key not in caplog.text
        found = [(r.levelname, r.getMessage()) for r in caplog.records if r.name == f"planet.{api}"]
        caplog.clear()
        return found

    return take


def test_orders(pl, lines, sandbox):
    order = pl.orders.create_order(an_order("my order"))
    assert lines("orders") == [("INFO", f"Order {order.id} was created: 'my order'")]
    pl.orders.wait(order.id, delay=0.02, timeout=30)
    seen = lines("orders")
    assert seen[-1] == ("INFO", f"Order {order.id} is success")
    assert len(seen) == len(set(seen)) <= 3, "each state once"
    assert [found for found in pl.orders.wait_many([order.id])] == [(order.id, "success")]
    assert lines("orders") == [("INFO", f"Order {order.id} is success")]
    sandbox.clock.stop()  # so that it stays queued, however slow this machine is
    queued = pl.orders.create_order(an_order())
    lines("orders")
    pl.orders.cancel_order(queued)
    assert lines("orders") == [("INFO", f"Order {queued.id} was cancelled")]
    pl.orders.cancel_orders([queued.id])
    assert lines("orders") == [("INFO", f"Cancellation of several orders was requested: {queued.id}")]


def test_transient_errors_of_a_wait(pl, sandbox, lines):
    order = pl.orders.create_order(an_order())
    sandbox.inject("status", path=order.id, status=503, times=6)
    lines("orders")
    pl.orders.wait(order.id, delay=0.02, timeout=30)
    level, message = lines("orders")[0]
    assert level == "INFO" and message.startswith(f"Order {order.id} could not be polled, trying again later: ")
    assert message.endswith(" (503)")


def test_an_order_whose_response_is_lost(pl, sandbox, lines, monkeypatch):
    monkeypatch.setattr(order_recovery, "_PAUSES", (0.01, 0.01))
    sandbox.inject("lose_answer", path="orders/v2$", method="POST")
    order = pl.orders.create_order(an_order("lost"))
    warning, created = lines("orders")
    assert warning[0] == "WARNING"
    assert warning[1].startswith("The response to creating the order was lost, looking for the order: ")
    assert created == ("INFO", f"Order {order.id} was created: 'lost'")
    sandbox.inject("reset", path="orders/v2$", method="POST")
    with pytest.raises(OutcomeUnknown):
        pl.orders.create_order(an_order("never"))
    assert [level for level, _ in lines("orders")] == ["WARNING"]


def test_assets_and_searches(pl, lines):
    asset = pl.data.get_asset("PSScene", ITEMS[0], "ortho_visual")
    pl.data.activate_asset(asset)
    ((level, message),) = lines("data")
    assert level == "INFO" and message.startswith("Asset ortho_visual was activated: http://")
    pl.data.wait_asset(asset, delay=0.02, timeout=30)
    assert lines("data")[-1] == ("INFO", "Asset ortho_visual is active")
    pl.data.activate_asset(pl.data.get_asset("PSScene", ITEMS[0], "ortho_visual"))
    assert lines("data") == [], "it is active already"
    search = pl.data.create_search(["PSScene"], {"type": "AndFilter", "config": []}, "all", validate=False)
    assert lines("data") == [("INFO", f"Search {search.id} was created: 'all'")]
    pl.data.delete_search(search.id)
    assert lines("data") == [("INFO", f"Search {search.id} was deleted")]


def test_subscriptions(pl, lines):
    made = pl.subscriptions.create_subscription(a_subscription())
    assert lines("subscriptions") == [("INFO", f"Subscription {made.id} was created: {made.name!r}")]
    pl.subscriptions.wait_subscription(made.id, "running", delay=0.02, timeout=30)
    assert lines("subscriptions")[-1] == ("INFO", f"Subscription {made.id} is running")
    pl.subscriptions.suspend_subscription(made.id)
    assert lines("subscriptions") == [("INFO", f"Subscription {made.id} is suspended")]
    pl.subscriptions.bulk_reactivate_subscriptions([made.id])
    assert lines("subscriptions") == [("INFO", f"Request to reactivate subscriptions was accepted: {made.id}")]
    pl.subscriptions.cancel_subscription(made.id)
    assert lines("subscriptions") == [("INFO", f"Subscription {made.id} is cancelled")]


def test_features_and_quota(pl, lines):
    collection_id = pl.features.create_collection("fields")
    assert lines("features") == [("INFO", f"Collection {collection_id} was created")]
    refs = pl.features.add_items(collection_id, OREGON)
    assert lines("features") == [("INFO", f"Features were added to collection {collection_id}: 1")]
    product = pl.quota.list_products(supports_reservation=True).first()
    pl.quota.create_reservation(refs, product.id)
    assert lines("quota") == [("INFO", f"Quota of product {product.id} was reserved, number of features: 1")]
    job = pl.quota.bulk_create_reservations(refs, product.id)
    assert lines("quota") == [("INFO", f"Job {job.id} was created to reserve quota, number of features: 1")]
    pl.quota.wait_job(job.id, delay=0.02, timeout=30)
    assert lines("quota")[-1] == ("INFO", f"Job {job.id} is completed")
    feature_id = refs[0].rpartition("/")[2]
    pl.features.delete_item(collection_id, feature_id)
    pl.features.delete_collection(collection_id)
    assert lines("features") == [
        ("INFO", f"Feature {collection_id}/{feature_id} was deleted"), ("INFO", f"Collection {collection_id} was deleted"),
    ]  # fmt: skip


def test_destinations(pl, lines, caplog):
    params = types.GoogleCloudStorageParams(bucket="b-gcs", credentials="s3cr3t-and-never-shown")
    destination = pl.destinations.create_destination(types.DestinationRequest(parameters=params))
    assert "s3cr3t" not in caplog.text
    assert lines("destinations") == [("INFO", f"Destination {destination.id} was created")]
    pl.destinations.set_default_destination(destination.id)
    pl.destinations.unset_default_destination()
    assert lines("destinations") == [("INFO", "The default destination was unset")]

# Generated from tests/_async/test_cassettes.py by tools/unasync.py. Edit that file and run the tool again.

"""Both colours send the same requests: they play from one cassette, and a request that differs is not on it.

Cassettes are recorded against the sandbox: `PLANET_RECORD=1 pytest tests/_sync/test_cassettes.py`.
"""

import datetime
import json
import os
from pathlib import Path

import pytest
import vcr

from planet import data_filter, order_request, subscription_request
from planet._sync.planet import Planet
from planet.auth import Auth
from planet.exceptions import WaitTimeout
from planet.http import Limits
from planet.sandbox.state.world import Timing
from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams
from tests.helpers import ITEMS, OREGON, a_subscription, an_order

CASSETTES = Path(__file__).parent.parent / "cassettes"
RECORDING = bool(os.environ.get("PLANET_RECORD"))
STUDIO = "http://sandbox.planet.test"
KEY = "not-on-tape"


@pytest.fixture
def tape(request, monkeypatch):
    """A client that plays from the cassette of the test, or records it."""
    base_url = STUDIO
    name = request.node.originalname.removeprefix("test_")
    if RECORDING:
        sandbox = request.getfixturevalue("sandbox")
        monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000, 1000))
        base_url = sandbox.base_url
        (CASSETTES / f"{name}.yaml").unlink(missing_ok=True)

    def played(text):
        return text.replace(base_url, STUDIO).replace(KEY, "a-key")  # links of the Basemaps API hold the key

    def neutral(message):
        if "body" in message and "string" in message["body"]:
            message["body"]["string"] = played(message["body"]["string"].decode()).encode()
            message["headers"].pop("content-length", None)
            for name, values in message["headers"].items():
                message["headers"][name] = [played(value) for value in values]
        return message

    def anonymous(sent):
        sent.uri = played(sent.uri)
        sent.headers = {name: value for name, value in sent.headers.items() if name.lower() == "content-type"}
        return sent

    recorder = vcr.VCR(
        record_mode="all" if RECORDING else "none",
        match_on=["method", "uri", "body"],
        before_record_request=anonymous,
        before_record_response=neutral,
    )
    with recorder.use_cassette(str(CASSETTES / f"{name}.yaml"), allow_playback_repeats=False) as cassette:
        yield Planet(base_url=base_url, auth=Auth.from_key(KEY), limits=Limits(rate=0))
        if not RECORDING:
            assert cassette.all_played


def test_orders(tape):
    with tape as pl:
        request = an_order(
            "on tape",
            items=ITEMS,
            tools=[order_request.clip_tool(OREGON)],
            notifications=order_request.notifications(True),
        )
        order = pl.orders.create_order(request)
        assert (pl.orders.get_order(order.id))["products"] == request["products"]
        listed = [
            o.id for o in pl.orders.list_orders("queued", 5, name__contains="tape", hosting=False, sort_by="name")
        ]
        assert listed == [order.id]
        assert (pl.orders.aggregated_order_stats())["user"]["queued_orders"] == 1
        assert (pl.orders.cancel_order(order.id))["state"] == "cancelled"
        assert (pl.orders.cancel_orders([order.id]))["result"]["failed"]["count"] == 1
        assert (pl.orders.cancel_orders())["result"]["succeeded"]["count"] == 0


def test_data(tape):
    with tape as pl:
        clear = data_filter.range_filter("cloud_cover", lt=0.3)
        search = pl.data.search(["PSScene"], clear, name="n", sort="acquired asc", limit=3, geometry=OREGON)
        items = [item for item in search]
        assert len(items) == 3
        assert (pl.data.get_item("PSScene", items[0].id)).id == items[0].id
        saved = pl.data.create_search(["PSScene"], clear, "saved", True, OREGON)
        assert (pl.data.update_search(saved.id, ["PSScene"], ~clear, "other", geometry=OREGON)).name == "other"
        assert [s.id for s in pl.data.list_searches("created asc", "saved", 5)] == [saved.id]
        assert len([item for item in pl.data.run_search(saved.id, "published asc", 2)]) == 2
        assert (pl.data.get_search(saved.id)).last_executed
        pl.data.delete_search(saved.id)
        assert (pl.data.get_stats(["PSScene"], clear & data_filter.geometry_filter(OREGON), "year"))["buckets"]
        covered = pl.data.get_item_coverage("PSScene", items[0].id, OREGON, mode="UDM2", band="cloud")
        assert covered["status"] == "complete"
        asset = pl.data.get_asset("PSScene", items[0].id, "ortho_visual")
        pl.data.activate_asset(asset)
        with pytest.raises(WaitTimeout):
            pl.data.wait_asset(asset, delay=0, max_attempts=1)


def test_features(tape):
    with tape as pl:
        collection_id = pl.features.create_collection("on tape", "a field")
        (ref,) = pl.features.add_items(collection_id, OREGON, property_id="name")
        feature_id = ref.rpartition("/")[2]
        assert (pl.features.get_item(collection_id, feature_id)).ref == ref
        assert [feature.ref for feature in pl.features.list_items(collection_id)] == [ref]
        assert (pl.features.get_collection(collection_id)).feature_count == 1
        assert [collection.id for collection in pl.features.list_collections()] == [collection_id]
        assert pl.data.search(["PSScene"], geometry=ref, limit=1).first() is not None
        assert len(pl.features.suggest(OREGON)) == 3
        pl.features.delete_item(collection_id, feature_id)
        pl.features.delete_collection(collection_id)


def test_quota(tape):
    with tape as pl:
        collection_id = pl.features.create_collection("on tape")
        refs = pl.features.add_items(collection_id, OREGON)
        product = pl.quota.list_products(True, limit=1).first()
        assert (pl.quota.estimate_reservation(refs, product.id))["total_cost"] > 0
        made = pl.quota.create_reservation(refs, product.id, collection_id="c")
        reservation_id = made["quota_reservations"][0]["id"]
        assert (pl.quota.get_reservation(reservation_id)).id == reservation_id
        listed = pl.quota.list_reservations(5, "id,state", "-id", {"amount__gt": 3, "limit": 9}, page_size=7)
        assert [reservation.id for reservation in listed] == [reservation_id]
        job = pl.quota.bulk_create_reservations(refs, product.id)
        assert [found.id for found in pl.quota.list_jobs(filters={"status__ne": "done"})] == [job.id]
        with pytest.raises(WaitTimeout):
            pl.quota.wait_job(job.id, delay=0, max_attempts=1)


def test_destinations(tape):
    with tape as pl:
        params = GoogleCloudStorageParams(bucket="on-tape", credentials="e30=")
        destination = pl.destinations.create_destination(DestinationRequest(parameters=params, name="on tape"))
        assert (pl.destinations.get_destination(destination.ref)).id == destination.id
        listed = pl.destinations.list_destinations(archived=False, is_owner=True, can_write=True, is_default=False)
        assert [entry.id for entry in listed["destinations"]] == [destination.id]
        assert (pl.destinations.patch_destination(destination.id, {"name": "other"})).name == "other"
        assert (pl.destinations.set_default_destination(destination.id)).is_default
        assert (pl.destinations.get_default_destination()).id == destination.id
        pl.destinations.unset_default_destination()


def test_subscriptions(tape):
    with tape as pl:
        subscriptions = pl.subscriptions
        request = a_subscription("on tape", tools=[subscription_request.toar_tool()], clip_to_source=True)
        made = subscriptions.create_subscription(request)
        assert (subscriptions.get_subscription(made.id)).name == "on tape"
        listed = subscriptions.list_subscriptions(
            ["preparing", "running"], 5, created="2020-01-01/..", hosting=False, name__contains="tape",
            sort_by="name ASC", user_id="all", page_size=7,
        )  # fmt: skip
        assert [found.id for found in listed] == [made.id]
        patched = subscriptions.patch_subscription(made.id, {"name": "on tape still"})
        assert patched.name == "on tape still"
        assert (subscriptions.update_subscription(made.id, request)).name == "on tape"
        assert (subscriptions.suspend_subscription(made.id, "why"))["status"] == "suspended"
        subscriptions.reactivate_subscription(made.id)
        subscriptions.bulk_suspend_subscriptions([made.id], "why")
        subscriptions.bulk_suspend_subscriptions(all_subscriptions=True)
        subscriptions.bulk_reactivate_subscriptions([made.id])
        subscriptions.bulk_reactivate_subscriptions(all_subscriptions=True)
        assert [result for result in subscriptions.get_results(made.id, ["success"], item_datetime="../2022")] == []
        assert len([line for line in subscriptions.get_results_csv(made.id, status=["failed", "success"])]) == 1
        assert (subscriptions.get_summary())["subscriptions"]["preparing"] == 1
        assert (subscriptions.get_subscription_summary(made.id))["subscription"]["status"] == "preparing"
        subscriptions.cancel_subscription(made.id)
        collection_id = pl.features.create_collection("on tape")
        pl.features.add_items(collection_id, OREGON)
        every = a_subscription("every field", area=f"pl:features/my/{collection_id}")
        assert (subscriptions.bulk_create_subscriptions([every]))["_links"]["list"]


def test_mosaics(tape):
    with tape as pl:
        mosaics = pl.mosaics
        mosaic = mosaics.get_mosaic("global_monthly_2022_01_mosaic")
        assert (mosaics.get_mosaic(mosaic.id)).name == mosaic.name
        series = mosaics.get_series("Global Monthly")
        assert (mosaics.get_series(series.id)).name == series.name
        since = datetime.datetime(2022, 1, 1)
        assert [s for s in mosaics.list_series(name_contains="global", interval="1 mon", acquired_gt=since)]
        assert [m for m in mosaics.list_mosaics(acquired_gt=since, acquired_lt="2022-02-01", limit=2)]
        assert [m for m in mosaics.list_series_mosaics(series, acquired_lt="2022-02-01", latest=True)] == []
        box = [-117.55, 45.25, -117.5, 45.3]
        assert mosaics.summarize_quads(mosaic) != mosaics.summarize_quads(mosaic, bbox=box)
        assert mosaics.summarize_quads(mosaic, geometry=OREGON) == {"total_quads": 1}
        quad = mosaics.list_quads(mosaic, bbox=box).first()
        assert [q.id for q in mosaics.list_quads(mosaic, geometry=OREGON, minimal=True)] == [quad.id]
        assert (mosaics.get_quad(mosaic.name, quad.id)).id == quad.id
        assert mosaics.get_quad_contributions(quad)


def test_no_secret_is_on_tape():
    cassettes = list(CASSETTES.glob("*.yaml"))
    assert len(cassettes) == 7
    for cassette in cassettes:
        text = cassette.read_text()
        assert KEY not in text
        assert "uthorization" not in text
        assert json.dumps("127.0.0.1")[1:-1] not in text

# Generated from tests/_async/apis/test_subscriptions.py by tools/unasync.py. Edit that file and run the tool again.

"""The Subscriptions API against the sandbox's real server."""

import csv
import datetime

import pytest
import rasterio

from planet import data_filter
from planet import subscription_request as sr
from planet._runtime._sync import sleep
from planet.checksum import validate_checksum
from planet.exceptions import (
    BadQuery,
    ClientError,
    Conflict,
    InvalidAnswer,
    MissingResource,
    NetworkError,
    OutcomeUnknown,
    WaitTimeout,
)
from planet.models import Subscription, SubscriptionResult
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, PATIENCE, a_subscription

from ..steps import until

JUNE = datetime.datetime(2022, 6, 1, tzinfo=datetime.timezone.utc)
DELIVERY = sr.destination("pl:destinations/my-bucket", path_prefix="june/")


def status_of(pl, subscription_id):
    return (pl.subscriptions.get_subscription(subscription_id)).status


def completed(pl, request):
    """Subscribe to something of the past, and wait until all of it is delivered: the subscription."""
    made = pl.subscriptions.create_subscription(request)

    def is_completed():
        return status_of(pl, made.id) == "completed"

    until(is_completed)
    return pl.subscriptions.get_subscription(made.id)


def results_of(pl, subscription, **details):
    return [result for result in pl.subscriptions.get_results(subscription.id, **details)]


def june(days=2, asset_types=("ortho_visual",), **details):
    """A source: some days of June 2022."""
    end = JUNE + datetime.timedelta(days=days)
    return sr.catalog_source(["PSScene"], list(asset_types), OREGON, JUNE, end_time=end, **details)


def test_a_backfill_delivers_real_files(pl, sandbox):
    made = pl.subscriptions.create_subscription(a_subscription(bucket="corn"))
    assert isinstance(made, Subscription)
    assert (made.name, made.status, made.is_final) == ("a subscription", "preparing", False)
    assert made.start_time == JUNE and made.end_time == JUNE + datetime.timedelta(days=2)
    assert made["source"]["type"] == "catalog"
    assert made["source"]["parameters"]["publishing_stages"] == ["standard", "finalized"]
    assert made["delivery"]["parameters"] == {"bucket": "corn", "credentials": "<REDACTED>"}

    def is_completed():
        return status_of(pl, made.id) == "completed"

    until(is_completed)
    results = results_of(pl, made)
    assert results and all(isinstance(result, SubscriptionResult) and result.is_final for result in results)
    wanted = data_filter.date_range_filter("acquired", gte=JUNE, lt=JUNE + datetime.timedelta(days=2))
    found = {item.id for item in pl.data.search(["PSScene"], wanted, geometry=OREGON, limit=0)}
    assert {result.item_id for result in results} == found
    for result in results:
        assert (result.status, result["errors"]) == ("success", {})
        assert result.created <= result.updated <= result.completed
        assert f"{made.id}/{result.item_id}/manifest.json" in result.outputs
    bucket = sandbox.folder / "delivered" / "google_cloud_storage" / "corn"
    for result in results:
        assert all((bucket / path).is_file() for path in result.outputs)
        validate_checksum(bucket / made.id / result.item_id, "sha256")
    with rasterio.open(next(bucket.rglob("*.tif"))) as image:
        assert image.count >= 3


def test_tools_and_clip_to_the_source(pl, sandbox):
    request = sr.build_request(
        "tools",
        june(1, ["ortho_analytic_4b"]),
        DELIVERY,
        tools=[
            sr.harmonize_tool("Sentinel-2"),
            sr.toar_tool(),
            sr.reproject_tool("EPSG:4326", kernel="max"),
            sr.band_math_tool("(b4 - b3) / (b4 + b3)", pixel_type="32R"),
            sr.file_format_tool("COG"),
        ],
        clip_to_source=True,
    )
    completed(pl, request)
    folder = sandbox.folder / "delivered" / "destination" / "pl_destinations_my-bucket" / "june"
    images = list(folder.rglob("*.tif"))
    assert images
    for path in images:
        assert path.stem.endswith("_harmonize_toar_clip_reproject_bandmath_file_format")
        with rasterio.open(path) as image:
            assert (image.crs.to_epsg(), image.count, image.dtypes[0]) == (4326, 1, "float32")
            west, south, east, north = image.bounds
            assert -117.57 < west < east < -117.44 and 45.22 < south < north < 45.31


def test_the_source_decides_what_is_found(pl):
    every = results_of(pl, completed(pl, sr.build_request("all", june(6), DELIVERY)))
    clear = data_filter.range_filter("cloud_cover", lte=0.02)
    some = results_of(pl, completed(pl, sr.build_request("clear", june(6, filter=clear), DELIVERY)))
    assert {result.item_id for result in some} < {result.item_id for result in every}
    rule = "FREQ=MONTHLY;BYMONTH=7,8"
    none = results_of(pl, completed(pl, sr.build_request("later", june(6, rrule=rule), DELIVERY)))
    assert none == []
    whole = june(6, geometry_relation="within")
    within = results_of(pl, completed(pl, sr.build_request("within", whole, DELIVERY)))
    assert within == [], "no scene is so small"


def test_a_cloud_filter_looks_at_the_area_itself(pl):
    tools = [sr.cloud_filter_tool(clear_percent=sr.FilterValue(gte=99), heavy_haze_percent=sr.FilterValue(lte=0))]
    made = completed(pl, sr.build_request("clear", june(8), DELIVERY, tools=tools))
    results = results_of(pl, made)
    statuses = {result.status for result in results}
    assert statuses == {"success", "cancelled"}
    for result in results:
        clear = pl.data.get_item_coverage("PSScene", result.item_id, OREGON, mode="UDM2")
        assert (clear["clear_percent"] >= 99) == (result.status == "success")
        assert bool(result.outputs) == (result.status == "success")
    counts = (pl.subscriptions.get_subscription_summary(made.id))["results"]
    assert counts["success"] + counts["cancelled"] == len(results)


def test_new_scenes_are_delivered_as_they_are_published(pl, sandbox):
    sandbox.clock.stop()
    now = sandbox.clock.now()
    source = sr.catalog_source(["PSScene"], ["ortho_visual"], OREGON, now + datetime.timedelta(hours=1))
    made = pl.subscriptions.create_subscription(sr.build_request("new", source, DELIVERY))
    sandbox.clock.advance(60)

    def is_pending():
        return status_of(pl, made.id) == "pending"

    until(is_pending)
    sandbox.clock.advance(86400 * 5)

    def has_results():
        return len(results_of(pl, made, status=["success"])) > 0

    until(has_results)
    assert status_of(pl, made.id) == "running"
    first = {result.item_id for result in results_of(pl, made)}
    sandbox.clock.advance(86400 * 5)

    def has_more():
        return len(results_of(pl, made)) > len(first)

    until(has_more)
    assert first < {result.item_id for result in results_of(pl, made)}


def test_suspended_subscriptions_deliver_nothing_until_they_are_reactivated(pl, sandbox):
    sandbox.clock.stop()
    made = pl.subscriptions.create_subscription(a_subscription(days=3))
    answer = pl.subscriptions.suspend_subscription(made.id, details="too dear")
    sandbox.clock.start()
    assert (answer["id"], answer["status"]) == (made.id, "suspended")
    with pytest.raises(Conflict, match="suspended"):
        pl.subscriptions.suspend_subscription(made.id)
    before = len(results_of(pl, made, status=["success"]))
    sleep(0.8)
    assert len(results_of(pl, made, status=["success"])) <= before + 1, "but for what was being made just then"
    assert status_of(pl, made.id) == "suspended"
    assert pl.subscriptions.reactivate_subscription(made.id) is None

    def is_completed():
        return status_of(pl, made.id) == "completed"

    until(is_completed)
    assert len(results_of(pl, made, status=["success"])) > before
    with pytest.raises(Conflict):
        pl.subscriptions.reactivate_subscription(made.id)


def test_cancel(pl, sandbox):
    sandbox.clock.stop()
    made = pl.subscriptions.create_subscription(a_subscription(days=30))
    assert pl.subscriptions.cancel_subscription(made.id) is None
    cancelled = pl.subscriptions.get_subscription(made.id)
    assert (cancelled.status, cancelled.is_final) == ("cancelled", True)
    with pytest.raises(Conflict, match="cancelled"):
        pl.subscriptions.cancel_subscription(made.id)
    with pytest.raises(Conflict, match="cannot be updated"):
        pl.subscriptions.patch_subscription(made.id, {"name": "other"})
    with pytest.raises(MissingResource, match="Subscription not found: nobody"):
        pl.subscriptions.cancel_subscription("nobody")


@pytest.mark.parametrize("what", ["cancel", "suspend", "reactivate"])
def test_a_lost_answer_does_no_harm(pl, sandbox, what):
    made = pl.subscriptions.create_subscription(a_subscription(days=30))
    if what == "reactivate":
        pl.subscriptions.suspend_subscription(made)
    sandbox.inject("lose_answer", method="POST", path=f"/{what}$")
    getattr(pl.subscriptions, f"{what}_subscription")(made)
    seen = status_of(pl, made.id)
    assert seen in ("preparing", "pending", "running") if what == "reactivate" else seen.startswith(what)
    sent = [request for request in sandbox.requests if request.path.endswith(f"/{what}")]
    assert len(sent) == 2


def test_nothing_is_subscribed_to_twice(pl, sandbox):
    sandbox.inject("lose_answer", method="POST", path="/subscriptions/v1$")
    with pytest.raises(OutcomeUnknown, match=r"list_subscriptions\(name='once'\)"):
        pl.subscriptions.create_subscription(a_subscription("once"))
    assert len([found for found in pl.subscriptions.list_subscriptions(name="once")]) == 1


def test_updates(pl):
    future = JUNE.replace(year=2095)
    source = sr.catalog_source(["PSScene"], ["ortho_visual"], OREGON, JUNE, end_time=future)
    made = pl.subscriptions.create_subscription(sr.build_request("first", source, DELIVERY))
    later = {"source": {"parameters": {"end_time": "2094-01-01T00:00:00Z"}}}
    patched = pl.subscriptions.patch_subscription(made.id, later)
    assert (patched.name, patched.end_time.year, patched.start_time) == ("first", 2094, JUNE)
    assert patched["delivery"] == made["delivery"]
    replaced = pl.subscriptions.update_subscription(made.id, sr.build_request("second", source, DELIVERY))
    assert (replaced.name, replaced.end_time) == ("second", future)
    for change, said in (
        ({"source": {"parameters": {"item_types": ["SkySatScene"], "asset_types": ["ortho_visual"]}}}, "item_types"),
        ({"source": {"parameters": {"start_time": "2023-01-01T00:00:00Z"}}}, "start_time"),
        ({"tools": [{"type": "clip", "parameters": {}}]}, "tools"),
        ({"source": {"parameters": {"geometry": None}}}, "geometry"),
        ({"name": ""}, "name"),
    ):
        with pytest.raises(BadQuery, match=said):
            pl.subscriptions.patch_subscription(made.id, change)


def test_many_at_once(pl):
    ids = [(pl.subscriptions.create_subscription(a_subscription(f"s{n}", days=60))).id for n in range(4)]
    assert pl.subscriptions.bulk_suspend_subscriptions(ids[:2], details="pause") is None
    assert [status_of(pl, one) == "suspended" for one in ids] == [True, True, False, False]
    pl.subscriptions.bulk_suspend_subscriptions(all_subscriptions=True)
    assert [status_of(pl, one) for one in ids] == ["suspended"] * 4
    assert (pl.subscriptions.get_summary())["subscriptions"]["suspended"] == 4
    assert pl.subscriptions.bulk_reactivate_subscriptions(ids[:1]) is None
    assert [status_of(pl, one) == "suspended" for one in ids] == [False, True, True, True]
    pl.subscriptions.bulk_reactivate_subscriptions(all_subscriptions=True)
    assert "suspended" not in [status_of(pl, one) for one in ids]


def test_without_ids_all_of_this_user(pl, sandbox):
    made = [pl.subscriptions.create_subscription(a_subscription(f"s{n}", days=60)) for n in range(2)]
    pl.subscriptions.bulk_suspend_subscriptions()
    assert [status_of(pl, one.id) for one in made] == ["suspended"] * 2
    pl.subscriptions.bulk_reactivate_subscriptions()
    assert "suspended" not in [status_of(pl, one.id) for one in made]
    changes = [request for request in sandbox.requests if request.path.endswith(("/suspend", "/reactivate"))]
    assert [request.headers.get("content-length", "0") for request in changes] == ["0"] * 2, "no body"
    pl.subscriptions.bulk_suspend_subscriptions(made, details="objects do, too")
    assert [status_of(pl, one.id) for one in made] == ["suspended"] * 2


def test_an_empty_list_of_subscriptions_changes_nothing(pl, sandbox):
    for call in (pl.subscriptions.bulk_suspend_subscriptions, pl.subscriptions.bulk_reactivate_subscriptions):
        with pytest.raises(ClientError, match="must not be empty"):
            call([])
        with pytest.raises(ClientError, match="exclude"):
            call(["a"], all_subscriptions=True)
        with pytest.raises(ClientError, match="subscription_ids"):
            call([3])
    assert sandbox.requests == []


def test_all_is_not_sent_twice(pl, sandbox):
    sandbox.inject("lose_answer", method="POST", path="/suspend$")
    with pytest.raises(OutcomeUnknown):
        pl.subscriptions.bulk_suspend_subscriptions(all_subscriptions=True)
    assert len(sandbox.requests) == 1
    sandbox.inject("lose_answer", method="POST", path="/suspend$")
    pl.subscriptions.bulk_suspend_subscriptions(["some"])
    assert len(sandbox.requests) == 3, "some can be suspended twice without harm"


def test_one_for_every_feature(pl):
    collection_id = pl.features.create_collection("fields")
    feature = {"type": "Feature", "properties": {}, "geometry": OREGON}
    refs = pl.features.add_items(collection_id, {"type": "FeatureCollection", "features": [feature] * 3})
    collection = f"pl:features/my/{collection_id}"
    answer = pl.subscriptions.bulk_create_subscriptions([a_subscription("each", area=collection)])
    assert f"geom_ref={collection.replace(':', '%3A').replace('/', '%2F')}" in answer["_links"]["list"]
    found = [s for s in pl.subscriptions.list_subscriptions(name="each", geom_ref=collection)]
    assert len(found) == len(refs)
    with pytest.raises(BadQuery, match="collection with features"):
        pl.subscriptions.bulk_create_subscriptions([a_subscription("each")])
    for wrong in ([], None, a_subscription(), ["x"]):
        with pytest.raises(ClientError):
            pl.subscriptions.bulk_create_subscriptions(wrong)


def test_a_feature_as_the_geometry(pl):
    collection_id = pl.features.create_collection("fields")
    (ref,) = pl.features.add_items(collection_id, OREGON)
    feature = pl.features.list_items(collection_id).first()
    for area in (ref, feature):
        made = pl.subscriptions.create_subscription(a_subscription("field", days=1, area=area))
        assert made["source"]["parameters"]["geom_ref"] == ref
        assert made["source"]["parameters"]["geometry"]["type"] == "Polygon"
    found = [s.id for s in pl.subscriptions.list_subscriptions(geom_ref=feature, sort_by="created ASC")]
    assert len(found) == 2 and found[-1] == made.id
    with pytest.raises(BadQuery, match="does not exist"):
        pl.subscriptions.create_subscription(a_subscription(area="pl:features/my/no/thing"))


def test_listing(pl, sandbox):
    for number in range(5):
        delivery = DELIVERY if number == 2 else None
        request = a_subscription(f"s{number}", days=30 + number, **({"delivery": delivery} if delivery else {}))
        pl.subscriptions.create_subscription(request)
    pl.subscriptions.create_subscription(a_subscription("hosted", days=30, delivery=None, hosting="sentinel_hub"))
    (first,) = [s for s in pl.subscriptions.list_subscriptions(name="s0")]
    pl.subscriptions.cancel_subscription(first.id)
    start = sandbox.clock.now()

    def names(**details):
        return [found.name for found in pl.subscriptions.list_subscriptions(**details)]

    assert names(sort_by="name ASC", page_size=2) == ["hosted", "s0", "s1", "s2", "s3", "s4"]
    assert names(sort_by="name DESC", limit=2) == ["s4", "s3"]
    assert names(status=["cancelled"]) == names(status="cancelled") == ["s0"]
    assert set(names(status=["running", "preparing", "pending", "cancelled"])) == set(names())
    assert names(name__contains="HOST") == names(hosting=True) == ["hosted"]
    assert names(destination_ref="pl:destinations/my-bucket") == ["s2"]
    assert names(source_type="soil_water_content") == []
    assert names(created=(start, None)) == [] and len(names(created=(None, start))) == 6
    assert len(names(created=f"../{start.isoformat()}", updated="2020-01-01/..")) == 6
    assert names(end_time=(JUNE + datetime.timedelta(days=33), None), sort_by="name") == ["s3", "s4"]
    assert names(start_time=(None, JUNE)) == [] and len(names(start_time=JUNE)) == 6
    assert names(user_id="all", limit=1, sort_by="end_time DESC,name") == ["s4"]
    with pytest.raises(BadQuery, match="sort_by"):
        names(sort_by="size")
    for wrong in ({"page_size": 0}, {"created": 3}, {"created": (None, None)}, {"geom_ref": 3}, {"status": [1]}):
        with pytest.raises(ClientError):
            names(**wrong)


def test_results_are_found_by_time_and_status(pl):
    made = completed(pl, a_subscription(days=3))
    results = results_of(pl, made)
    assert len(results_of(pl, made, limit=2)) == 2
    assert results_of(pl, made, status=["failed"]) == []
    day = (JUNE, JUNE + datetime.timedelta(days=1))
    some = results_of(pl, made, item_datetime=day, status=["success", "failed"])
    assert {result.item_id for result in some} == {r.item_id for r in results if r.item_id.startswith("20220601")}
    assert results_of(pl, made, created=(None, JUNE)) == results_of(pl, made, updated="../2022-06-01") == []
    assert len(results_of(pl, made, completed=(JUNE, None))) == len(results)


def test_results_as_csv(pl):
    made = completed(pl, a_subscription(days=3))
    lines = [line for line in pl.subscriptions.get_results_csv(made.id)]
    assert not any(line.endswith(("\n", "\r")) for line in lines)
    rows = list(csv.DictReader(lines))
    assert list(rows[0])[:3] == ["id", "item_datetime", "status"]
    results = results_of(pl, made)
    assert [(row["id"], row["status"], row["item_id"]) for row in rows] == [
        (result.id, "SUCCESS", result.item_id) for result in results
    ]
    only = [line for line in pl.subscriptions.get_results_csv(made.id, status=["failed"])]
    assert only == lines[:1]


def test_csv_that_breaks_off_goes_on_where_it_was(pl, sandbox):
    made = completed(pl, a_subscription(days=3))
    whole = [line for line in pl.subscriptions.get_results_csv(made.id)]
    sandbox.inject("status", path="/results$", status=503)
    sandbox.inject("cut", path="/results$", after=len(whole[0]) + 100)
    sandbox.inject("cut", path="/results$", after=10)
    assert [line for line in pl.subscriptions.get_results_csv(made.id)] == whole
    sandbox.inject("cut", path="/results$", after=len(whole[0]) + 100, times=50)
    with pytest.raises(NetworkError):
        [line for line in pl.subscriptions.get_results_csv(made.id)]
    with pytest.raises(MissingResource):
        [line for line in pl.subscriptions.get_results_csv("nobody")]


# httpx leaves generators of its own to the collector where a body is not read to its end, and trio speaks of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_csv_that_is_another_one_after_a_break(pl, sandbox):
    made = completed(pl, a_subscription(days=3))
    lines = pl.subscriptions.get_results_csv(made.id)
    sandbox.inject("cut", path="/results$", after=600)
    next(lines)
    next(lines)
    for result in sandbox._world.subscriptions[made.id].results.values():
        result.status = "failed"
    with pytest.raises(InvalidAnswer, match="The results changed"):
        [line for line in lines]


def test_a_planetary_variable(pl, sandbox):
    source = sr.subscription_source("SWC-AMSR2-C_V1.0_100", OREGON, JUNE, JUNE + datetime.timedelta(days=3))
    made = completed(pl, sr.build_request("soil", source))
    assert made["source"]["type"] == "soil_water_content"
    rows = list(csv.DictReader([line for line in pl.subscriptions.get_results_csv(made.id)]))
    assert [row["item_datetime"][:10] for row in rows] == ["2022-06-01", "2022-06-02", "2022-06-03"]
    assert all(0 < float(row["swc.band-1.mean"]) < 1 for row in rows)
    delivered = completed(pl, sr.build_request("soil too", source, DELIVERY))
    (output, *_) = (results_of(pl, delivered))[0].outputs
    with rasterio.open(sandbox.folder / "delivered/destination/pl_destinations_my-bucket/june" / output) as image:
        assert image.descriptions == ("swc",)


def test_what_the_service_refuses(pl):
    for change, said in (
        ({"name": ""}, "name is required"),
        ({"source": {"parameters": {"id": "NO-SUCH-THING"}}}, "no source NO-SUCH-THING"),
        ({"delivery": None}, "delivery"),
        ({"delivery": {"type": "amazon_s3", "parameters": {}}}, "bucket is required"),
        ({"tools": [{"type": "reproject"}]}, "projection is required"),
        ({"tools": [{"type": "toar"}, {"type": "harmonize"}]}, "Invalid tool order"),
        ({"hosting": {"type": "x"}}, "sentinel_hub"),
        ({"notifications": {"webhook": {"url": "http://h"}}}, "https"),
    ):
        request = {name: value for name, value in {**a_subscription(), **change}.items() if value is not None}
        with pytest.raises(BadQuery, match=said):
            pl.subscriptions.create_subscription(request)
    for wrong in (None, {}, "x", []):
        with pytest.raises(ClientError, match="request"):
            pl.subscriptions.create_subscription(wrong)
    for wrong in ("", None, 3):
        with pytest.raises(ClientError, match="subscription_id"):
            pl.subscriptions.get_subscription(wrong)


def test_no_secret_is_shown(pl, sandbox, caplog):
    caplog.set_level("DEBUG")
    made = pl.subscriptions.create_subscription(a_subscription())
    assert "c2VjcmV0" not in f"{made!r} {dict(made)} {caplog.text}"
    with pytest.raises(BadQuery) as caught:
        pl.subscriptions.create_subscription({**a_subscription(), "name": 3})
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize("body", ["OK", "null", "[]", " "])
def test_answers_that_say_no_more_than_their_status(pl, sandbox, body):
    made = pl.subscriptions.create_subscription(a_subscription())
    for what in ("cancel", "reactivate", "suspend"):
        sandbox.inject("status", path=f"/{what}$", status=200, body=body)
    assert pl.subscriptions.cancel_subscription(made.id) is None
    assert pl.subscriptions.reactivate_subscription(made.id) is None
    assert (pl.subscriptions.suspend_subscription(made.id))["id"] == made.id


def test_waiting(pl, sandbox, monkeypatch):
    made = pl.subscriptions.create_subscription(a_subscription(days=1))
    seen = []
    done = pl.subscriptions.wait_subscription(made, delay=0.05, callback=seen.append, timeout=PATIENCE)
    assert done.status == seen[-1] == "completed" and done.is_final
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    slow = pl.subscriptions.create_subscription(a_subscription())
    with pytest.raises(WaitTimeout, match="'preparing'"):
        pl.subscriptions.wait_subscription(slow.id, delay=0, max_attempts=2)
    assert (pl.subscriptions.wait_subscription(slow.id, "preparing")).status == "preparing"
    sandbox.inject("status", path=f"/{slow.id}$", status=503, times=7)
    with pytest.raises(WaitTimeout):
        pl.subscriptions.wait_subscription(slow.id, delay=0.01, timeout=0.5)


def test_what_the_service_returns_is_no_request(pl, sandbox):
    made = pl.subscriptions.create_subscription(a_subscription(days=30))
    kept = sandbox._world.subscriptions[made.id]
    sandbox.requests.clear()
    for call in (pl.subscriptions.update_subscription, pl.subscriptions.patch_subscription):
        with pytest.raises(ClientError, match="redacted|no '"):
            call(made.id, {**made, "name": "other"})
    with pytest.raises(ClientError, match="redacted"):
        pl.subscriptions.patch_subscription(made.id, {"delivery": made.delivery})
    assert sandbox.requests == []
    pl.subscriptions.patch_subscription(made.id, {"name": "other"})
    assert kept.request["delivery"]["parameters"]["credentials"] == "c2VjcmV0"


def test_changes(pl):
    made = pl.subscriptions.create_subscription(a_subscription(days=5000))
    end = JUNE + datetime.timedelta(days=6000)
    changed = pl.subscriptions.patch_subscription(made, {"source": {"parameters": {"end_time": end}}})
    assert changed.end_time == end and changed.source["type"] == "catalog"
    with pytest.raises(ClientError, match="no 'end_time'.*source.parameters"):
        pl.subscriptions.patch_subscription(made.id, {"end_time": end})
    for wrong in ({}, [], None, "x"):
        with pytest.raises(ClientError, match="request must"):
            pl.subscriptions.patch_subscription(made.id, wrong)


def test_a_subscription_without_end_does_not_stop_the_others(pl):
    far = datetime.datetime(9999, 12, 31, 23, 59, 59)
    source = sr.catalog_source(["PSScene"], ["ortho_visual"], OREGON, datetime.datetime(2026, 1, 1), end_time=far)
    pl.subscriptions.create_subscription(sr.build_request("for ever", source, DELIVERY))
    assert (completed(pl, a_subscription(days=1))).status == "completed"


def test_a_web_page_is_no_csv(pl, sandbox):
    made = pl.subscriptions.create_subscription(a_subscription())
    sandbox.inject("login_page", path="/results$")
    assert next(iter([line for line in pl.subscriptions.get_results_csv(made.id)])).startswith("id,")
    sandbox.inject("login_page", path="/results$", times=None)
    with pytest.raises(InvalidAnswer, match="web page"):
        [line for line in pl.subscriptions.get_results_csv(made.id)]


def test_values_that_there_are_not(pl):
    made = pl.subscriptions.create_subscription(a_subscription())
    for details in ({"status": ["runing"]}, {"source_type": "catalogue"}, {"sort_by": "date"}):
        with pytest.raises(BadQuery, match="is not one of"):
            pl.subscriptions.list_subscriptions(**details).first()
    with pytest.raises(BadQuery, match="is not one of"):
        pl.subscriptions.get_results(made.id, status=["done"]).first()


def test_a_slow_service_of_old(pl, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    made = pl.subscriptions.create_subscription(a_subscription())
    assert status_of(pl, made.id) == "preparing"
    counts = pl.subscriptions.get_subscription_summary(made.id)
    assert counts["subscription"] == {"status": "preparing"} and not any(counts["results"].values())

# Generated from tests/_async/apis/test_bulk.py by tools/unasync.py. Edit that file and run the tool again.

"""Bulk orders against the sandbox's real server."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from planet import Planet, bulk, data_filter, geojson, order_request
from planet._bulk import targets
from planet._bulk.journal import Journal
from planet._cloud.object_path import ObjectPath
from planet._sync.bulk import driver
from planet._sync.bulk.driver import Driver, Settings
from planet.auth import Auth
from planet.exceptions import (
    ArgumentError,
    ArgumentTypeError,
    BulkError,
    BulkJournalBusy,
    ClientError,
    InvalidAnswer,
    OtherAccount,
    PlanetError,
    StorageError,
    WaitTimeout,
)
from planet.manifest import Manifest
from tests.helpers import OREGON

JUNE = {"item_types": ["PSScene"], "geometry": OREGON, "acquired": "2022-06-01/2022-06-05", "bundle": "analytic_udm2"}


def created(sandbox):
    """The orders of the sandbox: their names, and the items of each."""
    orders = [order.request for order in sandbox._world.orders.values()]
    names = [order["name"] for order in orders]
    assert len(set(names)) == len(names), "an order was created twice"
    items = [item_id for order in orders for product in order["products"] for item_id in product["item_ids"]]
    return names, items


@pytest.fixture
def job(pl, tmp_path):
    return pl.bulk.plan(tmp_path / "june.sqlite", target=tmp_path / "out", per_order=3, **JUNE)


def test_from_an_aoi_to_its_scenes(pl, sandbox, tmp_path, job):
    found = [item for item in pl.data.search(["PSScene"], permitted_in_june(), geometry=OREGON, limit=0)]
    count = len(found)
    assert count > 6
    assert job.status().scenes == {"chosen": count}
    assert job.summary().startswith(f"{count} scenes found, {count} chosen, {-(-count // 3)} orders, ")
    assert not sandbox._world.orders, "a plan spends nothing"
    seen = []
    report = job.run(callback=seen.append)
    assert report.is_complete and str(report.status) == str(seen[-1])
    report.raise_for_failures()
    names, items = created(sandbox)
    assert sorted(items) == sorted(item.id for item in found)
    assert all(re.fullmatch(rf"june {job.key}-00000\d", name) for name in names)
    for scene in report.scenes:
        assert scene.fate == "delivered"
        folder = tmp_path / "out" / scene.order_id
        assert Manifest.read(folder).find(item_id=scene.item_id)
        pl.orders.validate_checksum(folder, "sha256")
    assert report.to_csv().count("\n") == count + 1
    sandbox.requests.clear()
    again = (pl.bulk.plan(tmp_path / "june.sqlite", target=tmp_path / "out", per_order=3, **JUNE)).run()
    assert again.is_complete and not sandbox.requests


def permitted_in_june():
    start, stop = (f"{day}T00:00:00Z" for day in JUNE["acquired"].split("/"))
    june = data_filter.Filter(
        {"type": "DateRangeFilter", "field_name": "acquired", "config": {"gte": start, "lt": stop}}
    )
    return data_filter.and_filter([june, data_filter.permission_filter()])


def test_many_windows_find_each_scene_once(pl, tmp_path, monkeypatch):
    monkeypatch.setattr("planet._bulk.windows.cut.__defaults__", (3,))
    windows = []
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path, callback=lambda *seen: windows.append(seen), **JUNE)
    found = [item.id for item in pl.data.search(["PSScene"], permitted_in_june(), geometry=OREGON, limit=0)]
    assert len(windows) > 2 and windows[-1][0] == windows[-1][1]
    assert sorted(scene.item_id for scene in job.report().scenes) == sorted(found)


def test_the_best_scenes_of_each_month(pl, sandbox, tmp_path):
    job = pl.bulk.plan(
        tmp_path / "best",
        **{**JUNE, "acquired": "2022-05-01/2022-07-01"},
        select=bulk.best("month", coverage=0.9),
        tools=[order_request.clip_tool(OREGON)],
        archive="item",
        target=tmp_path,
    )
    assert 2 <= job.status().chosen < job.status().scenes["left"]
    report = job.run()
    report.raise_for_failures()
    for order_id in {scene.order_id for scene in report.scenes}:
        assert not list((tmp_path / order_id).rglob("*.zip"))
        pl.orders.validate_checksum(tmp_path / order_id, "md5")


def test_a_function_selects(pl, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", select=lambda items: items[:2], target=tmp_path, **JUNE)
    assert job.status().chosen == 2
    with pytest.raises(ArgumentError, match="select returned a scene that was not found"):
        other = {"id": "20220601_000000_00_0000", "properties": {"item_type": "PSScene"}}
        pl.bulk.plan(tmp_path / "k", select=lambda items: [other], target=tmp_path, **JUNE)


def test_the_budget_holds_orders_until_it_is_raised(pl, sandbox, tmp_path):
    details = {"target": tmp_path, "per_order": 2, **JUNE}
    job = pl.bulk.plan(tmp_path / "j", budget=bulk.Budget(scenes=5), **details)
    report = job.run()
    assert report.status.scenes["delivered"] == 4 and report.status.held == "the budget is used up"
    with pytest.raises(BulkError, match=r"scenes were not delivered.* On hold: the budget is used up") as raised:
        report.raise_for_failures()
    assert raised.value.report is report
    job.close()
    job = pl.bulk.plan(tmp_path / "j", budget=bulk.Budget(scenes=500), **details)
    assert (job.run()).is_complete
    created(sandbox)
    small = pl.bulk.plan(tmp_path / "small", budget=bulk.Budget(km2=1), **details)
    assert set((small.run()).status.orders) == {"planned"}


def test_other_arguments_are_an_error(pl, tmp_path, job):
    with pytest.raises(ArgumentError, match="has a bulk order with other arguments: bundle, per_order"):
        other = {**JUNE, "bundle": "visual"}
        pl.bulk.plan(tmp_path / "june.sqlite", target=tmp_path / "out", **other)
    with pytest.raises(ArgumentError, match="target must be a local path, got ftp"):
        pl.bulk.plan(tmp_path / "k", target="ftp://bucket", **JUNE)
    for wrong in ("2022-06-01", "2022-06-01/..", "2022-06-05/2022-06-01", None):
        with pytest.raises(ArgumentError, match="acquired"):
            pl.bulk.plan(tmp_path / "k", target=tmp_path, **{**JUNE, "acquired": wrong})
    for wrong in ({"period": "decade"}, {"coverage": 0}, {"coverage": True}):
        with pytest.raises(ArgumentError):
            bulk.best(**wrong)
    with pytest.raises(ArgumentError, match="scenes must be a number"):
        bulk.Budget(scenes=-1)
    with pytest.raises(ClientError, match="There is no bulk order in"):
        pl.bulk.open(tmp_path / "nothing")
    (tmp_path / "text").write_text("no database")
    with pytest.raises(ClientError, match="is not the journal of a bulk order"):
        pl.bulk.open(tmp_path / "text")


def test_what_the_service_refuses_is_left_out(pl, sandbox, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path, **JUNE)
    refused = job.report().scenes[0].item_id
    message = f"no access to assets: PSScene/{refused}/[ortho_analytic_4b]"
    body = {"general": [], "field": {"Details": [{"message": message}]}}
    sandbox.inject("status", path="/orders/v2", method="POST", status=400, body=body)
    report = job.run()
    fates = {scene.item_id: scene for scene in report.scenes}
    assert fates[refused].fate == "refused" and "no access to assets" in fates[refused].reason
    assert {scene.fate for scene in report.scenes} == {"refused", "delivered"}
    names, items = created(sandbox)
    assert refused not in items and any(name.endswith(".1") for name in names)
    with pytest.raises(BulkError, match=f"1 of .* were not delivered. The first is PSScene {refused}, refused"):
        report.raise_for_failures()
    assert job.retry() == 1
    assert (job.run()).is_complete


def test_an_order_that_fails_can_be_tried_again(pl, sandbox, job):
    sandbox.clock.stop()
    pl.orders.cancel_order(first_created(sandbox, job))
    sandbox.clock.start()
    report = job.run()
    assert report.status.orders["cancelled"] == 1 and report.status.scenes["failed"] == 3
    assert job.retry() == 3
    report = job.run()
    assert report.is_complete
    assert report.status.orders["done"] == len(sandbox._world.orders) - 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lose_answer", "times": 2},
        {"kind": "reset", "times": 2},
        {"kind": "status", "status": 503, "times": 9},
        {"kind": "status", "status": 409, "times": 1},
        {"kind": "status", "status": 429, "times": 2},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
def test_nothing_is_ordered_twice(pl, sandbox, job, fault):
    sandbox.inject(path="/orders/v2", method="POST", **fault)
    report = job.run(settle=0.1)
    assert report.is_complete
    _, items = created(sandbox)
    assert len(items) == len(set(items)) == report.status.chosen


def test_a_quota_that_is_used_up_holds_orders(pl, sandbox, job):
    body = {"general": [{"message": "Quota exceeded"}]}
    sandbox.inject("status", path="/orders/v2", method="POST", status=402, times=None, body=body)
    sandbox.clear_faults()
    sandbox.inject("status", path="/orders/v2", method="POST", status=429, times=None, body="you are over your quota")
    report = job.run(timeout=30)
    assert report.status.held == "the quota is used up"
    assert report.status.scenes == {"chosen": report.status.chosen}
    sandbox.clear_faults()
    assert (job.run()).is_complete


def test_files_that_cannot_be_downloaded_are_fetched_by_the_next_run(pl, sandbox, job):
    sandbox.inject("corrupt", path="tif$", times=None)
    report = job.run()
    assert report.status.orders == {"incomplete": len(sandbox._world.orders)}
    assert {scene.fate for scene in report.scenes} == {"ordered"}
    sandbox.clear_faults()
    count = len(sandbox._world.orders)
    assert (job.run()).is_complete
    assert len(sandbox._world.orders) == count


def test_items_that_the_service_leaves_out_are_missing(pl, sandbox, job, monkeypatch):
    left_out = job.report().scenes[0].item_id
    read = Manifest.read

    def without(folder):
        manifest = read(folder)
        return Manifest(tuple(entry for entry in manifest if entry.item_id != left_out))

    monkeypatch.setattr(Manifest, "read", without)
    report = job.run()
    assert [scene.item_id for scene in report.scenes if scene.fate == "missing"] == [left_out]
    assert report.scenes[0].reason


def test_an_order_that_is_gone_has_failed(pl, sandbox, job):
    del sandbox._world.orders[first_created(sandbox, job)]
    report = job.run(settle=0.1)
    assert {(scene.fate, scene.reason) for scene in report.scenes} == {
        ("failed", "the service does not know the order"), ("delivered", None),
    }  # fmt: skip


def test_the_scenes_of_an_order_without_files_are_missing(pl, sandbox, job):
    order_id = first_created(sandbox, job)
    empty = {"id": order_id, "state": "partial", "error_hints": ["nothing there"], "_links": {"results": []}}
    sandbox.inject("status", path=f"/orders/v2/{order_id}$", method="GET", times=None, status=200, body=empty)
    report = job.run()
    assert {(scene.fate, scene.reason) for scene in report.scenes} == {
        ("missing", "nothing there"),
        ("delivered", None),
    }


def first_created(sandbox, job):
    """Create the orders, and return the id of one of them."""
    Driver(job._orders, job._journal, job.target, Settings())._create()
    return next(iter(sandbox._world.orders))


def test_a_journal_that_cannot_be_written_is_an_error(pl, tmp_path, job):
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "journal", tmp_path / "file"):
        with pytest.raises(ClientError, match="journal|bulk order"):
            pl.bulk.plan(path, target=tmp_path, **JUNE)
    with closing(sqlite3.connect(tmp_path / "june.sqlite")) as database, database:
        database.execute("DROP TABLE orders")
    with pytest.raises(ClientError, match="The journal .* cannot be used: no such table"):
        job.run()


def test_counts_that_differ_from_what_is_found_are_an_error(pl, sandbox, tmp_path):
    wrong = {"buckets": [{"start_time": "2022-06-01T00:00:00Z", "count": 1}]}
    sandbox.inject("status", path="/data/v1/stats", status=200, body=wrong)
    pl.bulk.plan(tmp_path / "counted again", target=tmp_path, **JUNE)
    sandbox.inject("status", path="/data/v1/stats", status=200, body=wrong, times=None)
    with pytest.raises(InvalidAnswer, match=r"found \d+ scenes, and the statistics of the service say 1"):
        pl.bulk.plan(tmp_path / "j", target=tmp_path, **JUNE)
    with pytest.raises(ClientError, match="is not complete"):
        pl.bulk.open(tmp_path / "j")


def test_only_one_program_of_one_account_drives_it(pl, sandbox, tmp_path, job):
    with Journal(tmp_path / "june.sqlite").driven(), pytest.raises(BulkJournalBusy, match=r"process \d+"):
        job.run()
    job.run()
    with sandbox.planet(auth=Auth.from_key("another-key")) as other:
        with pytest.raises(OtherAccount, match="another account"):
            other.bulk.open(tmp_path / "june.sqlite").run()
    with Planet(base_url="http://127.0.0.1:9", auth=Auth.none()) as elsewhere:
        with pytest.raises(ArgumentError, match="belongs to the service at"):
            elsewhere.bulk.open(tmp_path / "june.sqlite").run()
    with closing(sqlite3.connect(tmp_path / "june.sqlite")) as database, database:
        assert sandbox.api_key not in "\n".join(database.iterdump())


def test_it_is_given_up_and_cancelled(pl, sandbox, job):
    sandbox.clock.stop()
    with pytest.raises(WaitTimeout, match="is not complete after 3 s") as raised:
        job.run(timeout=3)
    assert raised.value.id == job.key
    count = len(job._journal.orders())
    assert job.cancel() == count
    report = job.run()
    assert report.status.orders == {"cancelled": count}
    assert {scene.fate for scene in report.scenes} == {"failed"}
    assert all("cancelled" in scene.reason for scene in report.scenes)


def test_an_older_copy_of_the_journal_orders_nothing_again(pl, sandbox, tmp_path, job):
    journal = tmp_path / "june.sqlite"
    planned = journal.read_bytes()
    refused = job.report().scenes[0].item_id
    report = job.run()
    job.close()
    journal.write_bytes(planned)
    job = pl.bulk.open(journal)
    again = job.run()
    assert again.is_complete and len(again.scenes) == len(report.scenes)
    created(sandbox)
    with closing(sqlite3.connect(journal)) as database, database:  # as if one of its scenes had been missing
        database.execute("UPDATE scenes SET fate = 'missing' WHERE item_id = ?", [refused])
    assert job.retry() == 1
    assert (job.run()).is_complete
    job.close()
    journal.write_bytes(planned)
    with pytest.raises(ClientError, match="is older than order .* of this bulk order"):
        pl.bulk.open(journal).run()


def test_another_name_of_the_journal_is_the_same_journal(pl, tmp_path, job, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "june.sqlite")
    monkeypatch.chdir(tmp_path)
    with Journal(tmp_path / "june.sqlite").driven():
        for name in (link, "june.sqlite"):
            with pytest.raises(BulkJournalBusy):
                pl.bulk.open(name).run()


def test_a_commit_that_fails_leaves_nothing_half_done(pl, sandbox, job, monkeypatch):
    """The next transaction must not believe that it is within the one that failed."""
    database = job._journal._database
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE orders SET note = 'half done'")
    assert (job.run()).is_complete
    assert database.execute("SELECT count(*) FROM orders WHERE note = 'half done'").fetchone() == (0,)
    assert not database.in_transaction


@pytest.mark.parametrize("status", [404, 408, 413])
def test_answers_of_a_proxy_refuse_no_scene(pl, sandbox, job, status):
    sandbox.inject("status", path="/orders/v2", method="POST", status=status)
    try:
        job.run(settle=0.1)
    except PlanetError:
        assert status != 408
    assert "refused" not in job.status().scenes
    # The other requests were given up, and the service may still be about to carry them out.
    assert (job.run(settle=3)).is_complete
    created(sandbox)


def test_an_order_that_is_not_found_at_once_has_not_failed(pl, sandbox, job):
    order_id = first_created(sandbox, job)
    sandbox.inject("status", path="/orders/v2$", method="GET", status=200, body={"orders": [], "_links": {}})
    sandbox.inject("status", path=f"/orders/v2/{order_id}$", method="GET", status=404)
    assert (job.run()).is_complete


def test_what_may_have_been_sent_is_cancelled_too(pl, sandbox, job):
    first, *_ = job._journal.orders()
    job._journal.send(first)
    job.cancel()
    report = job.run(settle=0.1)
    assert not sandbox._world.orders
    assert set(report.status.orders) == {"cancelled"}


def test_areas_are_those_of_the_clip(pl, tmp_path):
    points = OREGON["coordinates"][0]
    west, south = (min(point[axis] for point in points) for axis in (0, 1))
    east, north = (west + 0.01, south + 0.01)
    small = geojson.box(west, south, east, north)
    details = {**JUNE, "geometry": OREGON, "target": tmp_path}
    whole = pl.bulk.plan(tmp_path / "whole", tools=[order_request.clip_tool(OREGON)], **details)
    part = pl.bulk.plan(tmp_path / "part", tools=[order_request.clip_tool(small)], **details)
    assert 0 < part.status().km2 < whole.status().km2 / 10


def test_scenes_without_an_area_do_not_fit_a_budget_of_areas(pl, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path, budget=bulk.Budget(km2=1e9), **JUNE)
    with closing(sqlite3.connect(tmp_path / "j")) as database, database:
        database.execute("UPDATE orders SET km2 = NULL")
    assert (job.run()).status.held == "the budget is used up"


def test_a_target_that_cannot_be_written_spends_nothing(pl, sandbox, tmp_path):
    (tmp_path / "file").touch()
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path / "file", **JUNE)
    with pytest.raises(ClientError, match="The target .*file cannot be written"):
        job.run()
    assert not sandbox._world.orders


@pytest.mark.parametrize(
    "wrong",
    [
        {"search_filter": "abc"}, {"search_filter": [1]}, {"tools": [5]}, {"tools": ["clip"]}, {"budget": {"scenes": 5}},
        {"select": 5}, {"select": bulk.best}, {"select": lambda items: None}, {"name": "x" * 101}, {"name": b"x"},
        {"name": "a\nb"}, {"fallback_bundle": "nonsense"}, {"per_order": 0}, {"archive": "tar"}, {"acquired": "a/b"},
        {"path": "x" * 300}, {"path": "a\0b"}, {"item_types": []}, {"item_types": ["PSScen"]}, {"bundle": None},
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_arguments(pl, tmp_path, wrong):
    details = {"path": tmp_path / "j", "target": tmp_path, **JUNE, **wrong}
    with pytest.raises(ClientError):
        pl.bulk.plan(**details)


def test_wrong_settings_of_a_run(job):
    for wrong in ({"max_active": 0}, {"max_active": "x"}, {"timeout": "5"}, {"settle": -5}, {"settle": "x"}):
        with pytest.raises(ClientError):
            job.run(**wrong)
    with pytest.raises(ClientError, match="cannot be written"):
        job.report().save(job.target.parent)


def test_into_a_bucket(pl, sandbox, tmp_path, bucket):
    job = pl.bulk.plan(tmp_path / "j", target=f"{bucket.address}/out", per_order=3, archive="item", **JUNE)
    with pytest.raises(StorageError):
        nowhere = {"endpoint": "http://127.0.0.1:9", "retry_config": {"max_retries": 0}}
        job.run(storage_options=bucket.options | nowhere)
    assert not sandbox._world.orders, "nothing is spent before the bucket can be written"
    report = job.run(storage_options=bucket.options)
    report.raise_for_failures()
    for order_id in {scene.order_id for scene in report.scenes}:
        pl.orders.validate_checksum(f"{job.target}/{order_id}", "sha256", storage_options=bucket.options)
    assert not [key for key in bucket.objects() if key.endswith(".zip") or "probe" in key]
    assert b"a-secret" not in (tmp_path / "j").read_bytes()


def test_a_bucket_that_refuses_is_gone_on_with(pl, sandbox, tmp_path, bucket, monkeypatch):
    """What was ordered is downloaded by the next run, and nothing is ordered twice."""
    job = pl.bulk.plan(tmp_path / "j", target=bucket.address, per_order=3, **JUNE)
    put = ObjectPath.put

    def refuse(self, content, metadata):
        if self.suffix == ".xml":
            raise StorageError("The bucket is full.")
        put(self, content, metadata)

    monkeypatch.setattr(ObjectPath, "put", refuse)
    with pytest.raises(StorageError, match="is full"):
        job.run(storage_options=bucket.options)
    monkeypatch.setattr(ObjectPath, "put", put)
    # An order may have been on its way when the run ended: its fate is known after the settle time.
    (job.run(storage_options=bucket.options, settle=3)).raise_for_failures()
    created(sandbox)


@pytest.fixture
def delivered(sandbox):
    """The folder that the sandbox delivers to, in place of a bucket."""
    return sandbox._world.folder / "delivered" / "destination" / "pl_destinations_mine" / "here"


def test_planet_delivers_and_the_manifest_tells_whether_it_is_right(pl, sandbox, tmp_path, delivered):
    to = order_request.destination("pl:destinations/mine", "here")
    job = pl.bulk.plan(tmp_path / "j", target=delivered, delivery=to, per_order=3, **JUNE)
    report = job.run(verify="digest")
    report.raise_for_failures()
    assert all(order.request["delivery"]["destination"]["path_prefix"] == "here/" for order in orders_of(sandbox))
    assert not [seen for seen in sandbox.requests if seen.origin == "storage"], "nothing is downloaded"
    for order_id in {scene.order_id for scene in report.scenes}:
        pl.orders.validate_checksum(delivered / order_id, "sha256")


def test_a_file_that_was_spoilt_on_its_way_is_found(pl, sandbox, tmp_path, delivered, monkeypatch):
    job = pl.bulk.plan(
        tmp_path / "j", target=delivered, delivery=order_request.destination("pl:destinations/mine", "here/"), **JUNE
    )
    verify, spoilt = targets.verify_delivery, []

    def spoil(folder, *, by_digest):
        if not spoilt:
            path = next(folder.rglob("*udm2.tif"))
            spoilt.append((path, path.read_bytes()))
            path.write_bytes(spoilt[0][1][:-1] + b"x" if by_digest else b"short")
        verify(folder, by_digest=by_digest)

    monkeypatch.setattr(driver, "verify_delivery", spoil)
    for how, problem in (("digest", "sha256 differs"), ("size", "has 5 bytes")):
        report = job.run(verify=how)
        with pytest.raises(BulkError, match=problem):
            report.raise_for_failures()
        spoilt[0][0].write_bytes(spoilt[0][1])
        spoilt.clear()
    spoilt.append(None)
    (job.run(verify="digest")).raise_for_failures()
    assert len(sandbox._world.orders) == 1


def test_a_delivery_into_a_bucket_is_verified_by_one_listing(pl, sandbox, tmp_path, bucket, delivered):
    to = order_request.destination("pl:destinations/mine", "here/")
    job = pl.bulk.plan(tmp_path / "j", target=f"{bucket.address}/here", delivery=to, **JUNE)
    broken = job.run(storage_options=bucket.options)
    with pytest.raises(BulkError, match="manifest"):
        broken.raise_for_failures()
    for path in delivered.rglob("*"):
        if path.is_file():
            bucket.put(f"here/{path.relative_to(delivered).as_posix()}", path.read_bytes())
    gone = next(key for key in bucket.objects() if key.endswith("udm2.tif"))
    content = bucket.read(gone)
    bucket.put(gone, content[1:])
    with pytest.raises(BulkError, match="bytes, expected"):
        (job.run(storage_options=bucket.options)).raise_for_failures()
    bucket.delete(gone)
    with pytest.raises(BulkError, match="is missing"):
        (job.run(storage_options=bucket.options)).raise_for_failures()
    bucket.put(gone, content)
    for verify in ("size", "digest"):
        (job.run(storage_options=bucket.options, verify=verify)).raise_for_failures()


def test_a_delivery_that_cannot_be_read_here_is_not_verified(pl, sandbox, tmp_path):
    job = pl.bulk.plan(
        tmp_path / "j", delivery=order_request.destination("pl:destinations/mine"), archive="order", **JUNE
    )
    assert job.target is None
    (job.run()).raise_for_failures()
    assert orders_of(sandbox)[0].request["delivery"]["single_archive"] is True


def test_no_credentials_in_a_journal(pl, tmp_path):
    secret = order_request.amazon_s3("AKIA", "hush", "bucket", "us-east-1")
    with pytest.raises(ArgumentError, match="destination that Planet knows") as caught:
        pl.bulk.plan(tmp_path / "j", delivery=secret, **JUNE)
    assert "hush" not in str(caught.value) and not (tmp_path / "j").exists()
    with pytest.raises(ArgumentTypeError, match="neither a target"):
        pl.bulk.plan(tmp_path / "j", **JUNE)
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path, **JUNE)
    with pytest.raises(ArgumentError, match="verify must be"):
        job.run(verify="md5")


def orders_of(sandbox):
    return list(sandbox._world.orders.values())


def test_what_was_delivered_as_stac(pl, sandbox, tmp_path, bucket):
    """The same items of a folder and of a bucket, but for the addresses."""
    found = {}
    for name, target, options in (("a", tmp_path / "out", None), ("b", f"{bucket.address}/out", bucket.options)):
        job = pl.bulk.plan(tmp_path / name, target=target, per_order=3, **JUNE)
        with pytest.raises(ClientError, match="was delivered yet"):
            job.to_item_collection()
        report = job.run(storage_options=options)
        items = job.to_item_collection(storage_options=options)
        assert sorted(item.id for item in items) == sorted(scene.item_id for scene in report.scenes)
        found[name] = {item.id: item.assets["ortho_analytic_4b"].to_dict() for item in items}
    for item_id, asset in found["a"].items():
        other = found["b"][item_id]
        assert Path(asset.pop("href")).is_file() and other.pop("href").startswith(f"{bucket.address}/out/")
        assert asset == other and asset["proj:shape"] and asset["bands"]
    elsewhere = pl.bulk.plan(tmp_path / "c", delivery=order_request.default_destination(), **JUNE)
    with pytest.raises(ClientError, match="not known where the files are"):
        elsewhere.to_item_collection()


def test_extended_by_a_span_and_by_what_was_published_since(pl, sandbox, tmp_path, monkeypatch):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", **JUNE)
    first = job.status().chosen
    (job.run()).raise_for_failures()
    # The span overlaps: what is there already is not ordered again.
    added = job.extend("2022-06-03/2022-06-08")
    assert added > 0 and job.status().chosen == first + added
    (job.run()).raise_for_failures()
    assert job.extend("2022-06-03/2022-06-08") == 0
    assert job.extend() == 0, "nothing was published since"
    job._journal.snapshot = "2022-06-02T00:00:00+00:00"  # as if it had been planned then
    assert job.extend() == 0, "it has all of that"
    sandbox.requests.clear()
    assert (job.run()).is_complete and not sandbox.requests
    created(sandbox)
    plain = {"acquired": "2022-06-01/2022-06-08", **{name: JUNE[name] for name in ("item_types", "geometry", "bundle")}}
    whole = pl.bulk.plan(tmp_path / "whole", target=tmp_path / "out", **plain)
    assert sorted(scene.item_id for scene in whole.report().scenes) == sorted(
        scene.item_id for scene in job.report().scenes
    )
    # The plan is the same bulk order still.
    assert (pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", **JUNE)).key == job.key


def test_an_extension_that_is_interrupted_goes_on(pl, sandbox, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", **JUNE)
    before = job.status().chosen
    sandbox.inject("status", path="/quick-search", method="POST", status=400, times=1)
    with pytest.raises(PlanetError):
        job.extend("2022-06-05/2022-06-08")
    job.close()
    with pytest.raises(ClientError, match="plan in .* is not complete"):
        pl.bulk.open(tmp_path / "j")
    again = pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", **JUNE)
    assert again.status().chosen > before and again.status().windows_left == 0


def test_a_function_must_be_passed_again_to_extend(pl, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", select=lambda items: items[:2], target=tmp_path, **JUNE)
    with pytest.raises(ArgumentTypeError, match="a function of yours"):
        job.extend()
    assert job.extend("2022-06-05/2022-06-08", select=lambda items: items[:1]) == 1
    best = pl.bulk.plan(tmp_path / "best", select=bulk.best("all", coverage=0.1), target=tmp_path, **JUNE)
    assert best.extend("2022-07-01/2022-07-05") > 0


def test_a_journal_that_was_lost_is_made_again(pl, sandbox, tmp_path):
    """Its orders are found by their names; their scenes are not ordered again, and right files are kept."""
    wanted = {"target": tmp_path / "out", "per_order": 2, "select": bulk.best("day", coverage=0.9), **JUNE}
    job = pl.bulk.plan(tmp_path / "j", budget=bulk.Budget(scenes=2), **wanted)
    job.run()
    key, before = job.key, job.report()
    assert before.status.scenes["delivered"] == 2 and before.status.scenes["chosen"] > 0
    job.close()
    (tmp_path / "j").unlink()
    sandbox.requests.clear()
    again = pl.bulk.plan(tmp_path / "j", key=key, **wanted)
    assert again.status().chosen == before.status.chosen
    assert len(sandbox._world.orders) == 1, "a plan spends nothing"
    (again.run()).raise_for_failures()
    names, items = created(sandbox)
    assert len(items) == len(set(items)) == before.status.chosen and all(key in name for name in names)
    kept = {path.name for path in (tmp_path / "out" / before.scenes[0].order_id).rglob("*.tif")}
    stored = {seen.path.rsplit("/", 1)[1] for seen in sandbox.requests if seen.origin == "storage"}
    assert kept and not kept & stored
    for wrong, reason in (("0" * 8, "no order with the key"), ("iberia", "8 digits")):
        with pytest.raises(ClientError, match=reason):
            pl.bulk.plan(tmp_path / wrong, key=wrong, **wanted)
    with pytest.raises(ArgumentError, match="other arguments: key"):
        pl.bulk.plan(tmp_path / "j", key="0" * 8, **wanted)


def test_an_order_of_a_lost_journal_that_the_search_does_not_find(pl, sandbox, tmp_path):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", per_order=3, **JUNE)
    (job.run()).raise_for_failures()
    shorter = {**JUNE, "acquired": "2022-06-01/2022-06-03"}
    again = pl.bulk.plan(tmp_path / "k", key=job.key, target=tmp_path / "out", per_order=3, **shorter)
    report = again.run()
    report.raise_for_failures()
    assert sorted(one.item_id for one in report.scenes) == sorted(one.item_id for one in job.report().scenes)
    created(sandbox)

# Generated from tests/_async/download/test_download_logs.py by tools/unasync.py. Edit that file and run the tool again.

"""What downloads log and pass to `on_event`: each decision, each file once, and no secrets."""

import logging
from collections import Counter

import pytest

from planet.exceptions import DownloadError
from planet.http import FileEvent
from tests.helpers import ITEMS, OREGON, an_order

from ..conftest import QUICK
from ..steps import done

IMAGE = r"AnalyticMS\.tif$"


@pytest.fixture
def lines(caplog, sandbox):
    """A function that returns the lines of `planet.download`, as (level, message)."""
    caplog.set_level(logging.DEBUG, logger="planet")

    def take():
        assert sandbox.api_key not in caplog.text
        assert "token=" not in caplog.text
        return [(r.levelname, r.getMessage()) for r in caplog.records if r.name == "planet.download"]

    return take


@pytest.fixture
def watched(sandbox, unlimited):
    """A client, and a function that returns the events of files that it has passed."""
    events = []
    with sandbox.planet(limits=unlimited, retry=QUICK, on_event=events.append) as pl:
        yield pl, lambda: [event for event in events if isinstance(event, FileEvent)]


def found(lines, level, *words):
    return [text for at, text in lines if at == level and all(word in text for word in words)]


def test_corrupt_bodies_and_a_cut_connection(pl, sandbox, tmp_path, lines):
    order_id = done(pl, an_order())
    sandbox.inject("corrupt", path=IMAGE, times=2)
    sandbox.inject("cut", path=r"udm2\.tif$", after=3_000, times=1)
    report = pl.orders.download_order(order_id, tmp_path)
    seen = lines()
    assert found(seen, "INFO", f"Downloading order {order_id}: {len(report.outcomes)} files, ", f" MB to {tmp_path}")
    again = found(seen, "WARNING", "AnalyticMS.tif is downloaded again", "sha256 differs")
    assert len(again) == 2
    assert len(found(seen, "INFO", "udm2.tif is resumed at byte 3000")) == 1
    assert len(found(seen, "INFO", "was downloaded: ")) == len(report.outcomes)
    assert found(seen, "INFO", f"Order {order_id}: {len(report.outcomes)} files fetched")
    assert not found(seen, "ERROR") and len(found(seen, "WARNING")) == 2


def test_an_expired_link_is_renewed(pl, sandbox, tmp_path, lines):
    order_id = done(pl, an_order())
    sandbox.inject("status", path=IMAGE, status=401, times=1)
    pl.orders.download_order(order_id, tmp_path)
    (line,) = found(lines(), "INFO", "it was renewed")
    assert line.startswith(f"The link to '{order_id}/PSScene/") and "has expired (401)" in line and "?" not in line


def test_a_second_call_says_why_nothing_is_downloaded(pl, tmp_path, lines, caplog):
    order_id = done(pl, an_order())
    report = pl.orders.download_order(order_id, tmp_path)
    caplog.clear()
    pl.orders.download_order(order_id, tmp_path)
    assert len(found(lines(), "INFO", "was skipped: it exists")) == len(report.outcomes)
    report[0].write_bytes(b"mine")
    caplog.clear()
    pl.orders.download_order(order_id, tmp_path, on_exists="skip")
    assert found(lines(), "INFO", f"{report[0]} is not verified")
    assert report[0].read_bytes() == b"mine"


def test_names_that_are_changed(pl, tmp_path, lines):
    delivery = {"archive_type": "zip", "archive_filename": "{{name}}.zip", "single_archive": True}
    order_id = done(pl, an_order("12:30", delivery=delivery))
    pl.orders.download_order(order_id, tmp_path, unzip=True)
    seen = lines()
    assert found(seen, "INFO", f"'{order_id}/12:30.zip' is stored as {tmp_path / order_id / '12_30.zip'}")
    assert found(seen, "INFO", "12_30.zip was unpacked: ")
    assert found(seen, "INFO", "12_30.zip was removed: ")


# -- events --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("items", [ITEMS[:1], ITEMS * 8], ids=["one by one", "in groups"])
def test_each_file_of_an_order_is_one_event(watched, sandbox, tmp_path, items, monkeypatch):
    pl, events = watched
    order_id = done(pl, an_order(items=list(dict.fromkeys(items))))
    if len(items) > 2:
        monkeypatch.setattr("planet._async.download.batch.PARALLEL", 1)
        monkeypatch.setattr("planet._async.download.batch.SMALL", 10**9)
    report = pl.orders.download_order(order_id, tmp_path)
    paths = {outcome.path: 1 for outcome in report.outcomes}
    assert Counter(event.path for event in events()) == paths
    assert {event.outcome for event in events()} == {"fetched"}
    report[0].unlink()
    report[1].write_bytes(b"mine")
    sandbox.inject("status", path=report[0].name, status=500, times=None)
    count = len(events())
    with pytest.raises(DownloadError) as caught:
        pl.orders.download_order(order_id, tmp_path)
    second = events()[count:]
    assert Counter(event.path for event in second) == paths
    assert {event.path: event.outcome for event in second} == {
        outcome.path: outcome.outcome for outcome in caught.value.report.outcomes
    }
    assert sorted({event.outcome for event in second}) == ["failed", "kept"]
    assert all((event.error is None) == (event.outcome != "failed") for event in second)


def test_each_file_of_an_archive_is_one_event(watched, tmp_path):
    pl, events = watched
    order_id = done(pl, an_order(delivery={"archive_type": "zip", "archive_filename": "x.zip", "single_archive": True}))
    report = pl.orders.download_order(order_id, tmp_path, unzip=True)
    archive = tmp_path / order_id / "x.zip"
    outcomes = {event.path: event.outcome for event in events()}
    assert len(events()) == len(outcomes) == len(report.outcomes)
    assert outcomes.pop(archive) == "fetched"
    assert set(outcomes.values()) == {"unpacked"}
    assert {*outcomes} == {path for path in report if path.name != "manifest.json"}
    assert {one.name for one in report.outcomes} == {
        f"{order_id}/{path.relative_to(tmp_path / order_id).as_posix()}" for path in (archive, *outcomes)
    }
    pl.orders.download_order(order_id, tmp_path, unzip=True)
    assert Counter(event.path for event in events()) == dict.fromkeys([archive, *outcomes], 2)


def test_a_member_that_fails_is_reported_and_the_others_are_unpacked(watched, tmp_path):
    pl, _ = watched
    order_id = done(pl, an_order(delivery={"archive_type": "zip", "archive_filename": "x.zip", "single_archive": True}))
    folder = tmp_path / order_id
    pl.orders.download_order(order_id, tmp_path / "plain", unzip=True)
    name = next(path for path in (tmp_path / "plain" / order_id).rglob("*.tif")).relative_to(
        tmp_path / "plain" / order_id
    )
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"mine")
    with pytest.raises(DownloadError) as caught:
        pl.orders.download_order(order_id, tmp_path, unzip=True)
    assert set(caught.value.failures) == {f"{order_id}/x.zip", f"{order_id}/{name.as_posix()}"}
    outcomes = Counter(outcome.outcome for outcome in caught.value.report.outcomes)
    assert outcomes["failed"] == 2 and outcomes["unpacked"] == len(caught.value.report.outcomes) - 2 > 0
    assert (folder / name).read_bytes() == b"mine"
    assert (folder / "x.zip").exists() and not (folder / "manifest.json").exists()
    (folder / name).unlink()
    pl.orders.download_order(order_id, tmp_path, unzip=True)
    pl.orders.validate_checksum(folder, "sha256")


def test_each_asset_is_one_event(watched, sandbox, tmp_path):
    pl, events = watched
    types = ["ortho_visual", "ortho_analytic_4b"]
    report = pl.data.download_assets([("PSScene", ITEMS[0])], types, tmp_path)
    assert Counter(event.path for event in events()) == dict.fromkeys(report, 1)
    with pytest.raises(DownloadError):
        pl.data.download_assets([("PSScene", ITEMS[0]), ("PSScene", "nothing")], types, tmp_path)
    assert Counter(event.outcome for event in events()) == {"fetched": 2, "kept": 2, "failed": 2}
    (path,) = [path for path in report if "Visual" in path.name]
    path.unlink()
    sandbox.inject("status", path="Visual|ortho_visual", status=500, times=None)
    with pytest.raises(DownloadError):
        pl.data.download_assets([("PSScene", ITEMS[0])], types, tmp_path)
    assert Counter(event.outcome for event in events()) == {"fetched": 2, "kept": 3, "failed": 3}


def test_each_quad_is_one_event(watched, tmp_path):
    pl, events = watched
    name = "global_monthly_2022_01_mosaic"
    report = pl.mosaics.download_quads(name, geometry=OREGON, directory=tmp_path)
    assert [event.path for event in events()] == list(report)
    with pytest.raises(DownloadError, match="is a quad of"):
        pl.mosaics.download_quads("global_monthly_2022_07_mosaic", geometry=OREGON, directory=tmp_path)
    assert [event.outcome for event in events()] == ["fetched"] * len(report) + ["failed"] * len(report)
    before = report[0].read_bytes()
    pl.mosaics.download_quads("global_monthly_2022_07_mosaic", geometry=OREGON, directory=tmp_path, on_exists="skip")
    assert report[0].read_bytes() == before

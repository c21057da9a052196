# Generated from tests/_async/download/test_faults.py by tools/unasync.py. Edit that file and run the tool again.

"""Downloads under every fault that the sandbox knows: the right bytes or a clear error, and nothing else.

After each: no wrong file under a final name, nothing outside of the folder, no credentials anywhere but at the API, and
no byte fetched twice that need not be.
"""

import errno
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from planet._download import part_file as _part
from planet._download import segments as _spans
from planet._download import transfer as _transfer
from planet.exceptions import (
    ChecksumError,
    DownloadError,
    InvalidAPIKey,
    NetworkError,
    NoPermission,
    PlanetError,
    TooManyRequests,
)
from planet.http import Limits, RetryPolicy, Timeouts
from tests.helpers import ITEMS, an_order

from ..steps import done

KEPT = {}
IMAGE = r"AnalyticMS\.tif$"


LATE = 2.0  # seconds: longer than anybody waits for whom answers come late


@pytest.fixture
def pl(sandbox, unlimited, request):
    """A client that does not wait between attempts, and not long for an answer where the fault is that it is late."""
    fault = getattr(request.node, "callspec", None) and request.node.callspec.params.get("fault")
    timeouts = Timeouts(read=0.5) if fault and fault["kind"] in ("stall", "delay") else Timeouts()
    retry = RetryPolicy(base=0.01, window=0.0)
    with sandbox.planet(limits=unlimited, retry=retry, timeouts=timeouts) as client:
        yield client


@pytest.fixture
def order(pl, sandbox):
    """An order that is done: the same one for all tests, whose files they leave alone."""
    records = sandbox._running.orders
    if sandbox.base_url not in KEPT:
        with sandbox.planet() as patient:
            KEPT[sandbox.base_url] = records[done(patient, an_order())]
    record = KEPT[sandbox.base_url]
    records[record.id] = record
    return pl.orders.get_order(record.id)


@pytest.fixture
def in_stretches(monkeypatch):
    """Files from 20,000 bytes on come in stretches."""
    monkeypatch.setattr(_transfer, "SPLIT_FROM", 20_000)
    monkeypatch.setattr(_transfer, "PROBE", 5_000)
    monkeypatch.setattr(_spans, "MAX_SEGMENTS_IN_FLIGHT", 4)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def source(sandbox, name):
    return sandbox.folder / "orders" / name


def image(order):
    return next(result for result in order.results if result.name.endswith("AnalyticMS.tif"))


def served(sandbox, pattern="AnalyticMS.tif"):
    """The requests for a file at the storage."""
    return [seen for seen in sandbox.requests if seen.origin == "storage" and seen.path.endswith(pattern)]


def check_whole(sandbox, order, folder):
    """Every file of the order is there and right, and nothing else is."""
    assert files(folder) == sorted(result.name for result in order.results)
    for result in order.results:
        assert (folder / result.name).read_bytes() == source(sandbox, result.name).read_bytes()
    check_secrets(sandbox)


def check_secrets(sandbox):
    assert not any("authorization" in seen.headers for seen in sandbox.requests if seen.origin == "storage")


PASSING = [
    {"kind": "reset"},
    {"kind": "cut", "after": 10_000},
    {"kind": "cut", "after": 0},
    {"kind": "truncated"},
    {"kind": "stall", "after": 10_000, "seconds": LATE},
    {"kind": "delay", "seconds": LATE},
    {"kind": "corrupt"},
    {"kind": "wrong_length"},
    {"kind": "endless"},
    {"kind": "chunked"},
    {"kind": "gzip"},
    {"kind": "blank"},
    {"kind": "login_page"},
    {"kind": "html"},
    {"kind": "no_etag"},
    {"kind": "changed_etag"},
    {"kind": "ignore_range"},
    {"kind": "expired_link"},
    {"kind": "lose_answer"},
    {"kind": "slow", "rate": 500_000},
    {"kind": "status", "status": 429, "retry_after": "0"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
]
IDS = [f"{fault['kind']}-{fault.get('status', fault.get('after', ''))}".rstrip("-") for fault in PASSING]


@pytest.mark.parametrize("fault", PASSING, ids=IDS)
def test_what_passes_is_sat_out(pl, order, sandbox, tmp_path, fault):
    sandbox.inject(path=IMAGE, times=2, **fault)
    report = pl.orders.download_order(order.id, tmp_path)
    assert [entry.outcome for entry in report.outcomes] == ["fetched"] * (len(order.results) - 1)
    check_whole(sandbox, order, tmp_path)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "cut", "after": 700},
        {"kind": "stall", "after": 700, "seconds": LATE},
        {"kind": "corrupt"},
        {"kind": "truncated"},
        {"kind": "endless"},
        {"kind": "no_etag"},
        {"kind": "changed_etag"},
        {"kind": "ignore_range"},
        {"kind": "expired_link"},
        {"kind": "status", "status": 503},
    ],
    ids=lambda fault: fault["kind"],
)
def test_what_passes_is_sat_out_in_stretches(pl, order, sandbox, tmp_path, in_stretches, fault):
    sandbox.inject(path=IMAGE, times=2, **fault)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "cut", "after": 0},
        {"kind": "truncated"},
        {"kind": "corrupt"},
        {"kind": "wrong_length"},
        {"kind": "endless"},
        {"kind": "blank"},
        {"kind": "login_page"},
        {"kind": "html"},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 410},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}".rstrip("-"),
)
def test_what_does_not_pass_is_a_clear_error(pl, order, sandbox, tmp_path, fault):
    sandbox.inject(path=IMAGE, times=None, **fault)
    with pytest.raises(DownloadError) as caught:
        pl.orders.download_order(order.id, tmp_path)
    assert list(caught.value.failures) == [image(order).name]
    assert isinstance(caught.value.failures[image(order).name], PlanetError)
    assert "AnalyticMS.tif" in str(caught.value)
    assert "Download again" in str(caught.value)
    assert "token" not in str(caught.value)
    assert [entry.name for entry in caught.value.report.failed] == [image(order).name]
    # The others are finished, and the manifest waits until the order is complete. A part may stay, to be gone on with.
    assert [name for name in files(tmp_path) if "/.planet-" not in name] == sorted(
        result.name for result in order.results if not result.name.endswith(("AnalyticMS.tif", "manifest.json"))
    )
    check_secrets(sandbox)
    sandbox.clear_faults()
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)


@pytest.mark.parametrize("details", [{"status": 429}, {"status": 429, "retry_after": "0"}, {"status": 503}])
def test_a_storm_that_passes(pl, order, sandbox, tmp_path, details):
    sandbox.inject("status", path=r"^/orders/.*PSScene/", times=5, **details)
    sandbox.inject("status", path=r"^/compute/ops/download", times=4, **details)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)


def test_to_be_asked_for_too_long_a_wait_is_an_error_at_once(pl, order, sandbox, tmp_path):
    sandbox.inject("status", path=IMAGE, status=429, retry_after="3600", times=None)
    with pytest.raises(DownloadError, match="3600 seconds") as caught:
        pl.orders.download_order(order.id, tmp_path)
    assert isinstance(caught.value.failures[image(order).name], TooManyRequests)
    assert len(served(sandbox)) == 1


def test_no_byte_is_fetched_twice_after_a_cut(pl, order, sandbox, tmp_path):
    size = source(sandbox, image(order).name).stat().st_size
    sandbox.inject("cut", path=IMAGE, after=10_000, times=3)
    pl.orders.download_order(order.id, tmp_path)
    requests = served(sandbox)
    starts = [int(seen.headers.get("range", "bytes=0-")[6:].rstrip("-")) for seen in requests]
    assert starts == [0, 10_000, 20_000, 30_000]
    assert all(seen.headers["if-range"] for seen in requests[1:])
    assert sum(seen.sent for seen in requests) == size


def test_an_ignored_range_begins_again(pl, order, sandbox, tmp_path):
    sandbox.inject("cut", path=IMAGE, after=10_000)
    sandbox.inject("ignore_range", path=IMAGE)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)
    assert len(served(sandbox)) == 2


def test_another_version_begins_again(pl, order, sandbox, tmp_path):
    sandbox.inject("cut", path=IMAGE, after=10_000)
    sandbox.inject("changed_etag", path=IMAGE)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)


def looks(sandbox, order):
    """The requests for the order itself."""
    return [seen for seen in sandbox.requests if seen.path.endswith(order.id)]


def test_an_expired_link_is_renewed_and_it_goes_on_at_the_same_byte(pl, order, sandbox, tmp_path):
    sandbox.requests.clear()
    sandbox.inject("cut", path=IMAGE, after=10_000)
    sandbox.inject("expired_link", path=IMAGE)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)
    assert len(looks(sandbox, order)) == 2
    given = [seen for seen in served(sandbox) if seen.sent > 1000]
    assert [seen.headers.get("range") for seen in given] == [None, "bytes=10000-"]
    assert sum(seen.sent for seen in given) == source(sandbox, image(order).name).stat().st_size


@pytest.mark.parametrize("path", [r"manifest\.json$", r"metadata\.xml$", r"/download$"])
def test_when_all_links_expire_the_order_is_looked_up_once_for_all(pl, order, sandbox, tmp_path, path):
    sandbox.requests.clear()
    sandbox.inject("expired_link", path=path)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)
    assert len(looks(sandbox, order)) == 2


def test_a_link_that_is_refused_for_ever_costs_two_looks(pl, order, sandbox, tmp_path):
    sandbox.inject("expired_link", path=r"^/orders/.*tif$", times=None)
    sandbox.requests.clear()
    with pytest.raises(DownloadError, match="fresh one") as caught:
        pl.orders.download_order(order.id, tmp_path)
    assert all(isinstance(error, (NoPermission, InvalidAPIKey)) for error in caught.value.failures.values())
    assert len(looks(sandbox, order)) <= 1 + 2 * len(caught.value.failures)


def test_a_redirect_to_another_host_takes_no_credentials_along(pl, order, sandbox, tmp_path):
    content = source(sandbox, image(order).name).read_bytes()
    seen = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        sandbox.inject("redirect", path=IMAGE, to=f"http://127.0.0.1:{server.server_port}/x?sig=1")
        pl.orders.download_order(order.id, tmp_path)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    check_whole(sandbox, order, tmp_path)
    assert len(seen) == 1
    assert "authorization" not in seen[0]


@pytest.mark.parametrize("to", ["ftp://x.test/a", "file:///etc/passwd", "//[", ""])
def test_a_redirect_to_nowhere_is_an_error(pl, order, sandbox, tmp_path, to):
    sandbox.inject("redirect", path=IMAGE, to=to, times=None)
    with pytest.raises(DownloadError):
        pl.orders.download_order(order.id, tmp_path)
    assert not any("AnalyticMS.tif" in name for name in files(tmp_path))


NAMES = ["../../outside.tif", "/tmp/outside.tif", "..", "a\\..\\b", "C:x.tif", "nul", "x/../../y.tif", ".planet-x.part"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_in_the_results_write_nothing(pl, order, sandbox, tmp_path, name):
    sandbox.inject("hostile_name", path=order.id, name=name)
    with pytest.raises(DownloadError):
        pl.orders.download_order(order.id, tmp_path / "in" / "folder")
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["../../outside.tif", "/tmp/outside.tif", "a\\..\\b.tif", "x/../y.tif"])
def test_hostile_names_in_headers_lose_their_folders(pl, order, sandbox, tmp_path, name):
    sandbox.inject("hostile_name", path=IMAGE, name=name)
    folder = tmp_path / "in" / "folder"
    path = pl.orders.download_asset(image(order).location, directory=folder, progress_bar=False)
    assert path.parent == folder
    assert files(tmp_path) == [path.relative_to(tmp_path).as_posix()]


def test_two_results_of_one_name_write_nothing(pl, order, sandbox, tmp_path):
    sandbox.inject("duplicate_name", path=order.id)
    with pytest.raises(DownloadError, match="twice"):
        pl.orders.download_order(order.id, tmp_path)
    assert files(tmp_path) == []


def test_a_full_disk_is_the_disks_error_and_leaves_nothing_half_done(pl, order, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(_part.os, "pwrite", full)
        with pytest.raises(OSError, match=r"No space left on device.*PSScene") as caught:
            pl.orders.download_order(order.id, tmp_path)
        assert caught.value.errno == errno.ENOSPC
    assert files(tmp_path) == []
    pl.orders.download_order(order.id, tmp_path)


def test_too_little_space_is_said_before_anything_is_fetched(pl, order, sandbox, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 10**6, 1000))
    with pytest.raises(DownloadError, match="GB left"):
        pl.orders.download_order(order.id, tmp_path)
    assert files(tmp_path) == []
    assert served(sandbox) == []


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_made_is_the_disks_error(pl, order):
    with pytest.raises(OSError, match="/proc/"):
        pl.orders.download_order(order.id, "/proc/planet")


def test_a_name_that_is_too_long_for_the_disk(pl, order, sandbox, tmp_path):
    with pytest.raises(OSError, match="too long"):
        pl.orders.download_asset(image(order).location, "n" * 300, tmp_path, progress_bar=False)
    assert served(sandbox) == []
    assert files(tmp_path) == []


def test_a_large_file_comes_in_stretches(pl, order, sandbox, tmp_path, in_stretches):
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)
    requests = served(sandbox)
    assert len(requests) > 3
    assert sum(seen.sent for seen in requests) == source(sandbox, image(order).name).stat().st_size
    assert all(seen.headers["if-range"] for seen in requests[1:])
    # What the link leads to is asked directly: the API sees one request for each file.
    links = [seen for seen in sandbox.requests if seen.path.endswith("/download")]
    assert len(links) == len(order.results)


def test_stretches_go_on_where_they_broke_off(pl, order, sandbox, tmp_path, in_stretches):
    sandbox.inject("cut", path=IMAGE, after=700, times=6)
    pl.orders.download_order(order.id, tmp_path)
    check_whole(sandbox, order, tmp_path)
    assert sum(seen.sent for seen in served(sandbox)) == source(sandbox, image(order).name).stat().st_size


def test_of_an_asset_whose_size_is_learned_the_rest_comes_in_stretches(pl, order, sandbox, tmp_path, in_stretches):
    path = pl.orders.download_asset(image(order).location, directory=tmp_path, progress_bar=False)
    assert path.read_bytes() == source(sandbox, image(order).name).read_bytes()
    assert files(tmp_path) == [path.name]
    assert len(served(sandbox)) > 3


@pytest.mark.parametrize("most", [1, 2])
def test_few_connections_are_enough(order, sandbox, tmp_path, in_stretches, most):
    with sandbox.planet(limits=Limits(rate=0, max_downloads=most)) as pl:
        path = pl.orders.download_asset(image(order).location, directory=tmp_path / "one", progress_bar=False)
        assert path.read_bytes() == source(sandbox, image(order).name).read_bytes()
        pl.orders.download_order(order.id, tmp_path / "all")
    check_whole(sandbox, order, tmp_path / "all")


def test_an_asset_without_a_digest_resumes_too(pl, order, sandbox, tmp_path):
    sandbox.inject("cut", path=IMAGE, after=9_000)
    sandbox.inject("status", path=IMAGE, status=404, times=2)
    location = image(order).location
    with pytest.raises(PlanetError, match="fresh one"):
        pl.orders.download_asset(location, "x.tif", tmp_path, progress_bar=False)
    sandbox.requests.clear()
    path = pl.orders.download_asset(location, "x.tif", tmp_path, progress_bar=False)
    assert [seen.headers["range"] for seen in served(sandbox)] == ["bytes=9000-"]
    assert path.read_bytes() == source(sandbox, image(order).name).read_bytes()


@pytest.mark.parametrize("kind", ["cut", "login_page"])
def test_an_asset_is_checked_by_what_the_server_says_of_it(pl, order, sandbox, tmp_path, kind):
    """Without a manifest there is the length, the end of the chunks, and what kind of thing it is."""
    sandbox.inject(kind, path=IMAGE, after=0, times=None)
    with pytest.raises(NetworkError):
        pl.orders.download_asset(image(order).location, "x.tif", tmp_path, progress_bar=False)
    assert files(tmp_path) == []


def test_the_account_is_a_list_of_paths(pl, order, tmp_path):
    report = pl.orders.download_order(order.id, tmp_path)
    assert isinstance(report, list)
    assert report == [tmp_path / result.name for result in order.results]
    assert report.summary().startswith(f"{len(order.results) - 1} files fetched (")
    report.save(tmp_path / "report.json")
    again = pl.orders.download_order(order.id, tmp_path)
    assert (len(again.kept), len(again.fetched), len(again.failed)) == (len(order.results) - 1, 0, 0)


def test_many_small_files_travel_together(pl, sandbox, tmp_path, monkeypatch):
    """Small files are opened and finished several at a time; what goes wrong with one is its own."""
    order = pl.orders.get_order(done(pl, an_order(items=ITEMS)))
    monkeypatch.setattr("planet._async.download.batch.PARALLEL", 1)
    sandbox.inject("cut", path=r"metadata\.json$", after=5)
    sandbox.inject("corrupt", path=r"udm2\.tif$")
    sandbox.inject("status", path=r"metadata\.xml$", status=404, times=None)
    mine = tmp_path / next(result.name for result in order.results if result.name.endswith("udm2.tif"))
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    with pytest.raises(DownloadError) as caught:
        pl.orders.download_order(order.id, tmp_path)
    assert mine.read_bytes() == b"mine"
    bad = {result.name for result in order.results if result.name.endswith("metadata.xml")}
    assert set(caught.value.failures) == {mine.relative_to(tmp_path).as_posix(), *bad}
    assert not any("/.planet-" in name for name in files(tmp_path))
    sandbox.clear_faults()
    pl.orders.download_order(order.id, tmp_path, overwrite=True)
    check_whole(sandbox, order, tmp_path)


def test_a_manifest_that_lies_about_a_file_is_an_error(pl, sandbox, tmp_path):
    order = pl.orders.get_order(done(pl, an_order()))
    (source(sandbox, image(order).name)).write_bytes(b"other bytes than the manifest says")
    with pytest.raises(DownloadError) as caught:
        pl.orders.download_order(order.id, tmp_path)
    assert isinstance(caught.value.failures[image(order).name], ChecksumError)

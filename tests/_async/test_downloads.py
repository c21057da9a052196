"""Downloads, whole or not at all, against the sandbox's real server and its faults."""

import hashlib
import json
import os
import sys

import pytest

from planet.exceptions import APIError, ChecksumError, ClientError, DownloadError, NetworkError
from tests.helpers import ITEMS, an_order

from .steps import done


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
async def order(pl):
    """An order that is done."""
    return await pl.orders.get_order(await done(pl, an_order()))


def image(order):
    return next(result for result in order.results if result.name.endswith("AnalyticMS.tif"))


async def test_one_asset_under_the_name_of_the_service(pl, order, tmp_path):
    path = await pl.orders.download_asset(
        image(order).location, directory=tmp_path / "new" / "folder", progress_bar=False
    )
    assert path == tmp_path / "new" / "folder" / f"{ITEMS[0]}_3B_AnalyticMS.tif"
    assert files(tmp_path) == [f"new/folder/{path.name}"]


async def test_one_asset_under_another_name(pl, order, sandbox, tmp_path):
    location = image(order).location
    path = await pl.orders.download_asset(location, "a name.tif", tmp_path, progress_bar=False)
    assert path == tmp_path / "a name.tif"
    before = path.read_bytes()
    sandbox.requests.clear()
    assert await pl.orders.download_asset(location, "a name.tif", tmp_path, progress_bar=False) == path
    assert sandbox.requests == [], "a file that is there costs no request"
    path.write_bytes(b"other")
    await pl.orders.download_asset(location, "a name.tif", tmp_path, progress_bar=False)
    assert path.read_bytes() == b"other"
    await pl.orders.download_asset(location, "a name.tif", tmp_path, overwrite=True, progress_bar=False)
    assert path.read_bytes() == before


async def test_no_credentials_beyond_the_api(pl, order, sandbox, tmp_path):
    await pl.orders.download_order(order.id, tmp_path)
    storage = [seen for seen in sandbox.requests if seen.origin == "storage"]
    assert storage
    assert not any("authorization" in seen.headers for seen in storage)
    api = [seen for seen in sandbox.requests if seen.path.startswith("/compute/ops/orders")]
    assert all(seen.headers["authorization"] == f"api-key {sandbox.api_key}" for seen in api)


async def test_a_second_call_fetches_only_what_is_missing(pl, order, sandbox, tmp_path):
    paths = await pl.orders.download_order(order.id, tmp_path)
    gone = paths[1]
    gone.unlink()
    sandbox.requests.clear()
    assert await pl.orders.download_order(order.id, tmp_path) == paths
    fetched = [seen.path for seen in sandbox.requests if seen.origin == "storage"]
    assert sorted(path.rsplit("/", 1)[1] for path in fetched) == sorted(["manifest.json", gone.name])


async def test_a_different_file_is_left_and_reported(pl, order, tmp_path):
    paths = await pl.orders.download_order(order.id, tmp_path)
    paths[0].write_bytes(b"mine")
    paths[1].unlink()
    with pytest.raises(DownloadError, match="overwrite=True") as caught:
        await pl.orders.download_order(order.id, tmp_path)
    assert paths[0].read_bytes() == b"mine"
    assert paths[1].exists(), "the others are finished"
    assert list(caught.value.failures) == [paths[0].relative_to(tmp_path).as_posix()]
    await pl.orders.download_order(order.id, tmp_path, overwrite=True)
    pl.orders.validate_checksum(tmp_path / order.id, "md5")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "cut", "after": 10_000},
        {"kind": "reset"},
        {"kind": "status", "status": 503, "headers": {"retry-after": "0"}},
        {"kind": "status", "status": 429},
        {"kind": "html"},
        {"kind": "corrupt"},
        {"kind": "truncated"},
    ],
    ids=lambda fault: fault["kind"],
)
async def test_what_passes_is_sat_out(pl, order, sandbox, tmp_path, fault):
    sandbox.inject(path=r"AnalyticMS\.tif$", times=2, **fault)
    await pl.orders.download_order(order.id, tmp_path)
    pl.orders.validate_checksum(tmp_path / order.id, "sha256")
    assert not [name for name in files(tmp_path) if "/.planet-" in name]


async def test_a_broken_transfer_goes_on_where_it_broke_off(pl, order, sandbox, tmp_path):
    sandbox.inject("cut", path=r"AnalyticMS\.tif$", after=5_000, times=1)
    path = await pl.orders.download_asset(image(order).location, directory=tmp_path, progress_bar=False)
    asked = [seen.headers.get("range") for seen in sandbox.requests if seen.path.endswith("AnalyticMS.tif")]
    assert asked[0] is None
    assert asked[1] is not None
    assert int(asked[1].removeprefix("bytes=").rstrip("-")) > 0
    source = sandbox.folder / "orders" / image(order).name
    assert path.read_bytes() == source.read_bytes()


async def test_the_next_process_goes_on_as_well(pl, order, sandbox, tmp_path):
    sandbox.inject("cut", path=r"AnalyticMS\.tif$", after=5_000, times=1)
    sandbox.inject("status", path=r"AnalyticMS\.tif$", status=404, times=2)
    with pytest.raises(APIError):
        await pl.orders.download_asset(image(order).location, f"{ITEMS[0]}.tif", tmp_path, progress_bar=False)
    assert len(files(tmp_path)) == 2, "the part and what it belongs to"
    sandbox.requests.clear()
    path = await pl.orders.download_asset(image(order).location, f"{ITEMS[0]}.tif", tmp_path, progress_bar=False)
    asked = [seen.headers.get("range") for seen in sandbox.requests if seen.origin == "storage"]
    assert asked == ["bytes=5000-"]
    assert path.read_bytes() == (sandbox.folder / "orders" / image(order).name).read_bytes()
    assert files(tmp_path) == [path.name]


async def test_a_corrupt_file_never_gets_its_name(pl, order, sandbox, tmp_path):
    sandbox.inject("corrupt", path=r"AnalyticMS\.tif$", times=None)
    with pytest.raises(DownloadError) as caught:
        await pl.orders.download_order(order.id, tmp_path)
    (error,) = caught.value.failures.values()
    assert isinstance(error, ChecksumError)
    assert not any("AnalyticMS.tif" in name or ".planet-" in name or "manifest" in name for name in files(tmp_path))
    fetched = [seen for seen in sandbox.requests if seen.path.endswith("AnalyticMS.tif")]
    assert len(fetched) == 3
    assert len(files(tmp_path)) == len(order.results) - 2, "the others are finished"


async def test_a_server_that_is_down_is_an_error(pl, order, sandbox, tmp_path):
    sandbox.inject("reset", path=r"/orders/.*", times=None)
    with pytest.raises(NetworkError):
        await pl.orders.download_asset(image(order).location, "x.tif", tmp_path, progress_bar=False)
    assert files(tmp_path) == []


async def test_an_expired_link_is_refused(pl, order, sandbox, tmp_path):
    sandbox.clock.advance(25 * 3600)
    with pytest.raises(APIError) as caught:
        await pl.orders.download_asset(image(order).location, "x.tif", tmp_path, progress_bar=False)
    assert caught.value.status_code == 401
    assert "token" not in str(caught.value)
    assert files(tmp_path) == []


async def test_an_order_that_is_not_done(pl, sandbox):
    sandbox.clock.stop()
    order = await pl.orders.create_order(an_order())
    with pytest.raises(ClientError, match="Wait for it first"):
        await pl.orders.download_order(order.id)


HOSTILE = ["../outside", "/etc/passwd", "a/../../b", "C:evil", "a\\b", "a/\x00", "", "a//b", "con/x", ".", "a/\n"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_are_refused_before_anything_is_written(pl, order, sandbox, tmp_path, name):
    content = json.loads(json.dumps(order))
    content["_links"]["results"][0]["name"] = name
    sandbox.inject("status", path=order.id + "$", status=200, body=json.dumps(content))
    folder = tmp_path / "in"
    with pytest.raises(DownloadError):
        await pl.orders.download_order(order.id, folder)
    assert files(tmp_path) == []


async def test_two_results_of_one_name_are_refused(pl, order, sandbox, tmp_path):
    content = json.loads(json.dumps(order))
    content["_links"]["results"][1]["name"] = content["_links"]["results"][0]["name"]
    sandbox.inject("status", path=order.id + "$", status=200, body=json.dumps(content))
    with pytest.raises(DownloadError, match="twice"):
        await pl.orders.download_order(order.id, tmp_path)
    assert files(tmp_path) == []


async def test_a_link_out_of_the_folder_is_not_followed(pl, order, tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / order.id).mkdir(parents=True)
    (inside / order.id / "PSScene").symlink_to(outside)
    with pytest.raises(DownloadError, match="symbolic link"):
        await pl.orders.download_order(order.id, inside)
    assert files(outside) == []


async def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(pl, order, tmp_path):
    mine = tmp_path / "mine"
    mine.write_bytes(b"precious")
    (tmp_path / "x.tif").symlink_to(mine)
    await pl.orders.download_asset(image(order).location, "x.tif", tmp_path, overwrite=True, progress_bar=False)
    assert mine.read_bytes() == b"precious"
    assert not (tmp_path / "x.tif").is_symlink()


async def test_very_long_and_odd_names(pl, order, tmp_path):
    names = ["n" * 251 + ".tif", "-rf.tif"]
    if sys.getfilesystemencoding() == "utf-8":
        names.append("ünïcode 日本 .x.tif")
    for name in names:
        path = await pl.orders.download_asset(image(order).location, name, tmp_path, progress_bar=False)
        assert path.name == name
    assert len(files(tmp_path)) == len(names)


async def test_an_empty_file_is_a_file(pl, order, sandbox, tmp_path):
    manifest = sandbox.folder / "orders" / order.id / "manifest.json"
    content = json.loads(manifest.read_text())
    (manifest.parent / content["files"][0]["path"]).write_bytes(b"")
    content["files"][0] |= {"size": 0, "digests": {"sha256": hashlib.sha256(b"").hexdigest()}}
    manifest.write_text(json.dumps(content))
    paths = await pl.orders.download_order(order.id, tmp_path)
    assert paths[0].stat().st_size == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_cannot_be_written(pl, order, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        await pl.orders.download_order(order.id, tmp_path)


async def test_progress_is_shown_and_can_be_silenced(pl, order, tmp_path, capsys):
    await pl.orders.download_order(order.id, tmp_path, progress_bar=True)
    shown = capsys.readouterr()
    count = len(order.results) - 1
    assert f"{count} of {count} files" in shown.err
    assert shown.out == ""
    await pl.orders.download_order(order.id, tmp_path, progress_bar=True)
    assert f"{count} already there" in capsys.readouterr().err
    await pl.orders.download_order(order.id, tmp_path)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("single", [True, False])
async def test_archives_are_unpacked_into_the_usual_layout(pl, sandbox, tmp_path, single):
    plain = await pl.orders.get_order(await done(pl, an_order(items=ITEMS)))
    await pl.orders.download_order(plain.id, tmp_path / "plain")
    delivery = {"archive_type": "zip", "archive_filename": "{{name}}.zip", "single_archive": single}
    packed = await done(pl, an_order(items=ITEMS, delivery=delivery))
    report = await pl.orders.download_order(packed, tmp_path / "zipped")
    assert {path.suffix for path in report} == {".zip", ".json"}
    pl.orders.validate_checksum(tmp_path / "zipped" / packed, "sha256")
    for _ in range(2):
        sandbox.requests.clear()
        report = await pl.orders.download_order(packed, tmp_path / "out", unzip=True)
        assert {entry.outcome for entry in report.outcomes} == {"unpacked"}
        names = {path.relative_to(tmp_path / "out" / packed).as_posix() for path in report}
        assert names == {
            path.relative_to(tmp_path / "plain" / plain.id).as_posix() for path in report_paths(tmp_path, plain)
        }
        assert files(tmp_path / "out" / packed) == sorted(names)
        pl.orders.validate_checksum(tmp_path / "out" / packed, "md5")
    # The second time, nothing but the manifest is fetched.
    assert [seen.path.rsplit("/", 1)[1] for seen in sandbox.requests if seen.origin == "storage"] == ["manifest.json"]
    gone = next(path for path in report if path.suffix == ".tif")
    gone.unlink()
    await pl.orders.download_order(packed, tmp_path / "out", unzip=True)
    assert gone.exists()
    # What was downloaded without being unpacked can be unpacked later: it is not fetched again.
    sandbox.requests.clear()
    await pl.orders.download_order(packed, tmp_path / "zipped", unzip=True)
    assert files(tmp_path / "zipped" / packed) == sorted(names)
    assert [seen.path.rsplit("/", 1)[1] for seen in sandbox.requests if seen.origin == "storage"] == ["manifest.json"]
    with pytest.raises(ClientError, match=r"was unpacked.*unzip=True"):
        await pl.orders.download_order(packed, tmp_path / "zipped")
    assert files(tmp_path / "zipped" / packed) == sorted(names)


def report_paths(tmp_path, order):
    return [path for path in (tmp_path / "plain" / order.id).rglob("*") if path.is_file()]


async def test_an_archive_that_is_wrong_inside_is_reported(pl, sandbox, tmp_path):
    delivery = {"archive_type": "zip", "archive_filename": "x.zip", "single_archive": True}
    order_id = await done(pl, an_order(delivery=delivery))
    folder = sandbox.folder / "orders" / order_id
    content = b"PK no archive"
    (folder / "x.zip").write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256(content).hexdigest()
    manifest["files"][0] |= {"size": len(content), "digests": {"sha256": digest}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DownloadError, match=r"x\.zip is no zip archive"):
        await pl.orders.download_order(order_id, tmp_path, unzip=True)
    assert files(tmp_path) == [f"{order_id}/x.zip"]
    with pytest.raises(ClientError, match="manifest"):
        pl.orders.validate_checksum(tmp_path / order_id, "sha256")
    await pl.orders.download_order(order_id, tmp_path)
    with pytest.raises(ChecksumError, match="no zip archive"):
        pl.orders.validate_checksum(tmp_path / order_id, "sha256")

"""Downloads, whole or not at all, against the sandbox's real server and its faults."""

import hashlib
import json
import os
import re
import sys

import pytest

from planet._download.unpack import is_unpacked
from planet._files.names import SafeDirectory
from planet._imagery.order_folder import read_order
from planet.download_report import DownloadReport
from planet.exceptions import APIError, ChecksumError, ClientError, DownloadError, NetworkError
from planet.manifest import Manifest
from tests.helpers import ITEMS, an_order

from ..steps import done


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


async def test_one_asset_under_another_name(pl, order, tmp_path):
    location = image(order).location
    path = await pl.orders.download_asset(location, "a name.tif", tmp_path, progress_bar=False)
    assert path == tmp_path / "a name.tif"
    before = path.read_bytes()
    assert await pl.orders.download_asset(location, "a name.tif", tmp_path, progress_bar=False) == path
    assert files(tmp_path) == ["a name.tif"]
    path.write_bytes(b"other")
    with pytest.raises(DownloadError, match="already exists"):  # its length tells: it is another order's, or cut off
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


HOSTILE = [
    "../outside",
    "/etc/passwd",
    "a/../../b",
    "C:/evil",
    "C:\\evil",
    "..\\b",
    "a\\..\\..\\b",
    "",
    "a//b",
    ".",
    "\\b",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_are_refused_before_anything_is_written(pl, order, sandbox, tmp_path, name):
    content = json.loads(json.dumps(order))
    content["_links"]["results"][0]["name"] = name
    sandbox.inject("status", path=order.id + "$", status=200, body=json.dumps(content))
    folder = tmp_path / "in"
    with pytest.raises(DownloadError):
        await pl.orders.download_order(order.id, folder)
    assert files(tmp_path) == []


ODD = {
    "north 2024-06-01 12:30:11": "north 2024-06-01 12_30_11",
    "field A\\B": "field A_B",
    "a\tb\u202ec": "a_b_c",
    "C:x": "C_x",
    "\u0645\u06cc\u200c\u062e": "\u0645\u06cc\u200c\u062e",
}


@pytest.mark.parametrize("name", ODD)
async def test_an_order_of_any_name_can_be_downloaded(pl, tmp_path, name):
    """Names that some system cannot hold are changed as browsers change them. The order is paid for."""
    delivery = {"archive_type": "zip", "archive_filename": "{{name}}.zip", "single_archive": True}
    order_id = await done(pl, an_order(name, delivery=delivery))
    for _ in range(2):
        report = await pl.orders.download_order(order_id, tmp_path)
    archive = tmp_path / order_id / f"{ODD[name]}.zip"
    assert [(one.name, one.path, one.outcome) for one in report.outcomes] == [
        (f"{order_id}/{name}.zip", archive, "kept")
    ]
    pl.orders.validate_checksum(tmp_path / order_id, "sha256")
    manifest = Manifest.read(tmp_path / order_id)
    assert not manifest.diff(tmp_path / order_id, "md5")
    assert manifest.get(f"{name}.zip") == manifest.get(archive.name) == manifest.files[0]
    await pl.orders.download_order(order_id, tmp_path, unzip=True)
    assert not archive.exists()
    pl.orders.validate_checksum(tmp_path / order_id, "sha256")
    assert is_unpacked(tmp_path / order_id)
    assert Manifest.read(tmp_path / order_id).archives[0].original_path == (
        name + ".zip" if name != ODD[name] else None
    )
    with pytest.raises(ClientError, match="was unpacked"):
        await pl.orders.download_order(order_id, tmp_path)


async def test_no_control_characters_in_messages_and_logs(pl, order, sandbox, tmp_path, caplog):
    caplog.set_level("INFO", logger="planet.download")
    content = json.loads(json.dumps(order))
    manifest = sandbox.folder / "orders" / order.id / "manifest.json"
    listed = json.loads(manifest.read_text())
    listed["files"][0] |= {"path": "a\x1b]0;title\x07b\u202e.tif", "size": 1}
    manifest.write_text(json.dumps(listed))
    content["_links"]["results"][0]["name"] = f"{order.id}/{listed['files'][0]['path']}"
    sandbox.inject("status", path=order.id + "$", status=200, body=json.dumps(content))
    with pytest.raises(DownloadError) as caught:
        await pl.orders.download_order(order.id, tmp_path)
    assert list(caught.value.failures) == [content["_links"]["results"][0]["name"]]
    assert "a\\x1b]0;title\\x07b\\u202e.tif" in str(caught.value)
    assert not set(str(caught.value) + caplog.text) & set("\x1b\x07\u202e")


async def test_files_of_any_name_are_found_again(pl, order, sandbox, tmp_path):
    """Of two names that become the same, the changed one gets a suffix, whatever their order."""
    content = json.loads(json.dumps(order))
    path = sandbox.folder / "orders" / order.id / "manifest.json"
    manifest = json.loads(path.read_text())
    renamed = {}
    for entry, name in zip(manifest["files"], ["NUL/a:b.tif", "_NUL/a_b.tif", "x?.json"], strict=False):
        renamed[f"{order.id}/{entry['path']}"] = f"{order.id}/{name}"
        entry["path"] = name
    path.write_text(json.dumps(manifest))
    for result in content["_links"]["results"]:
        result["name"] = renamed.get(result["name"], result["name"])
    sandbox.inject("status", path=order.id + "$", status=200, body=json.dumps(content))
    report = await pl.orders.download_order(order.id, tmp_path)
    paths = {
        one.name.partition("/")[2]: one.path.relative_to(tmp_path / order.id).as_posix() for one in report.outcomes
    }
    assert paths["_NUL/a_b.tif"] == "_NUL/a_b.tif"
    assert paths["x?.json"] == "x_.json"
    assert re.fullmatch(r"_NUL/a_b~[0-9a-f]{8}\.tif", paths["NUL/a:b.tif"])
    pl.orders.validate_checksum(tmp_path / order.id, "sha256")
    read = Manifest.read(tmp_path / order.id)
    assert {entry.service_path: entry.path for entry in read} == paths
    assert not read.diff(tmp_path / order.id)
    files_of_scene = {entry.path for part in read_order(tmp_path / order.id) for entry in part.files}
    assert files_of_scene <= set(paths.values())


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
    with pytest.raises(DownloadError, match=r"x\.zip is not a valid zip archive"):
        await pl.orders.download_order(order_id, tmp_path, unzip=True)
    assert files(tmp_path) == [f"{order_id}/x.zip"]
    with pytest.raises(ClientError, match="manifest"):
        pl.orders.validate_checksum(tmp_path / order_id, "sha256")
    await pl.orders.download_order(order_id, tmp_path)
    with pytest.raises(ChecksumError, match="not a valid zip archive"):
        pl.orders.validate_checksum(tmp_path / order_id, "sha256")


# -- existing files ------------------------------------------------------------------------------------------


async def test_on_exists(pl, order, sandbox, tmp_path):
    asset = image(order)
    paths = await pl.orders.download_order(order.id, tmp_path, on_exists="error")
    before = paths[0].read_bytes()
    paths[0].write_bytes(b"mine")
    with pytest.raises(DownloadError, match="left as it is"):
        await pl.orders.download_order(order.id, tmp_path, on_exists="error")
    report = await pl.orders.download_order(order.id, tmp_path, on_exists="skip")
    assert {outcome.outcome for outcome in report.outcomes} == {"kept"}
    assert paths[0].read_bytes() == b"mine"
    await pl.orders.download_order(order.id, tmp_path, on_exists="overwrite")
    assert paths[0].read_bytes() == before
    path = tmp_path / "x.tif"
    path.write_bytes(b"mine")
    with pytest.raises(DownloadError, match="already exists"):
        await pl.orders.download_asset(asset.location, "x.tif", tmp_path, progress_bar=False)
    sandbox.requests.clear()
    for name in ("x.tif", None):
        assert await pl.orders.download_asset(
            asset.location, name, tmp_path / ("" if name else paths[0].parent), progress_bar=False, on_exists="skip"
        )
    assert path.read_bytes() == b"mine"
    await pl.orders.download_asset(asset.location, "x.tif", tmp_path, progress_bar=False, on_exists="overwrite")
    assert path.stat().st_size > 4


async def test_what_on_exists_must_be(pl, order, sandbox, tmp_path):
    sandbox.requests.clear()
    calls = [
        lambda **more: pl.orders.download_order(order.id, tmp_path, **more),
        lambda **more: pl.orders.download_asset(image(order).location, directory=tmp_path, **more),
        lambda **more: pl.data.download_asset({"location": image(order).location}, directory=tmp_path, **more),
        lambda **more: pl.data.download_assets([("PSScene", "x")], "ortho_visual", tmp_path, **more),
        lambda **more: pl.mosaics.download_quad({"id": "1-1", "_links": {}}, directory=tmp_path, **more),
        lambda **more: pl.mosaics.download_quads("x", bbox=[0, 0, 1, 1], directory=tmp_path, **more),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="on_exists must be 'error', 'skip' or 'overwrite', got 'replace'"):
            await call(on_exists="replace")
        with pytest.raises(ValueError, match="overwrite=True contradicts on_exists='skip'"):
            await call(on_exists="skip", overwrite=True)
    assert sandbox.requests == []


# -- folders that others can write to ------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="there are no handles of folders")
@pytest.mark.parametrize("unzip", [False, True])
async def test_a_folder_that_is_swapped_for_a_link_during_a_download(pl, sandbox, tmp_path, monkeypatch, unzip):
    """Somebody else may write to the folder, and swaps a part of it after it was checked."""
    delivery = {"archive_type": "zip", "archive_filename": "x.zip", "single_archive": True}
    order_id = await done(pl, an_order(delivery=delivery if unzip else None))
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    resolve = SafeDirectory.resolve
    swapped = []

    def swapping(self, name):
        target = resolve(self, name)
        if target.parent.name == "PSScene" and target.is_relative_to(inside / order_id) and not swapped:
            target.parent.parent.mkdir(parents=True, exist_ok=True)
            target.parent.symlink_to(outside)
            swapped.append(target)
        return target

    monkeypatch.setattr(SafeDirectory, "resolve", swapping)
    with pytest.raises(DownloadError, match="through (the|a) symbolic link") as caught:
        await pl.orders.download_order(order_id, inside, unzip=unzip)
    assert swapped and caught.value.failures
    assert files(outside) == []
    swapped[0].parent.unlink()
    await pl.orders.download_order(order_id, inside, unzip=unzip)
    pl.orders.validate_checksum(inside / order_id, "sha256")


@pytest.mark.skipif(os.name == "nt", reason="there are no handles of folders")
async def test_the_folder_of_an_order_that_becomes_a_link_before_the_manifest_is_written(
    pl, order, tmp_path, monkeypatch
):
    outside, folder = tmp_path / "outside", tmp_path / "inside" / order.id
    outside.mkdir()
    summary = DownloadReport.summary

    def swapping(self):
        folder.rename(tmp_path / "moved")
        folder.symlink_to(outside)
        return summary(self)

    monkeypatch.setattr(DownloadReport, "summary", swapping)
    with pytest.raises(DownloadError, match="symbolic link"):
        await pl.orders.download_order(order.id, tmp_path / "inside")
    assert files(outside) == []

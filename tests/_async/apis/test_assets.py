"""Assets against the sandbox's real server: from inactive to verified on disk."""

import hashlib
import json
import logging
from datetime import datetime
from time import monotonic

import pytest

from planet import data_filter
from planet._async.download import assets as asset_download
from planet._runtime._async import sleep
from planet.exceptions import (
    ChecksumError,
    ClientError,
    DownloadError,
    InvalidAPIKey,
    MissingResource,
    NoPermission,
    SpecificationException,
    WaitTimeout,
)
from planet.models import Asset
from planet.sandbox import AOIS
from planet.sandbox.state.world import Timing
from tests.helpers import ITEMS, PATIENCE, keep_activating, let_go_once

from ..steps import until

ASSET = ("PSScene", ITEMS[0], "ortho_visual")


async def active(pl, *key):
    asset = await pl.data.get_asset(*(key or ASSET))
    await pl.data.activate_asset(asset)
    return await pl.data.wait_asset(asset, delay=0.02, timeout=PATIENCE)


def forbidden_asset(sandbox):
    """(item type, item id, asset type) of an asset that this account may not have."""
    window = sandbox._world.catalog._selection()
    for index in range(len(window)):
        scene = window.scene(index)
        if scene.item_type == "PSScene" and not scene.permitted:
            return "PSScene", scene.id, "ortho_visual"
    raise AssertionError("there is none")


async def test_from_inactive_to_verified(pl, tmp_path):
    asset = await pl.data.get_asset(*ASSET)
    assert (asset.status, asset.md5_digest, asset.location) == ("inactive", None, None)
    await pl.data.activate_asset(asset)
    seen = []
    asset = await pl.data.wait_asset(asset, delay=0.02, callback=seen.append)
    assert seen[0] == "inactive"
    assert seen[-1] == "active"
    assert asset.is_active
    path = await pl.data.download_asset(asset, directory=tmp_path, progress_bar=False)
    assert path == tmp_path / f"{ITEMS[0]}_3B_Visual.tif"
    assert hashlib.md5(path.read_bytes()).hexdigest() == asset.md5_digest
    pl.data.validate_checksum(asset, path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


async def test_the_assets_of_an_item(pl):
    assets = await pl.data.list_item_assets("PSScene", ITEMS[0])
    assert {"ortho_analytic_4b", "ortho_analytic_8b_sr", "basic_udm2", "ortho_visual"} <= set(assets)
    assert all(isinstance(asset, Asset) and asset.type == name for name, asset in assets.items())
    with pytest.raises(MissingResource):
        await pl.data.list_item_assets("PSScene", "nothing")


async def test_what_get_asset_refuses(pl, sandbox):
    with pytest.raises(ClientError, match=r"has no asset 'ortho_visua'.*Did you mean ortho_visual"):
        await pl.data.get_asset("PSScene", ITEMS[0], "ortho_visua")
    sandbox.requests.clear()
    with pytest.raises(SpecificationException):
        await pl.data.get_asset("PSScen", ITEMS[0], "ortho_visual")
    assert sandbox.requests == []


async def test_activation_sends_nothing_that_is_not_needed(pl, sandbox):
    asset = await active(pl)
    sandbox.requests.clear()
    await pl.data.activate_asset(asset)
    await pl.data.activate_asset({**asset, "status": "activating"})
    assert sandbox.requests == []
    await pl.data.activate_asset({**asset, "status": "inactive"})
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("asset", [{}, {"status": "active"}, {"_links": {"_self": "x", "activate": ""}}, None, "x"])
async def test_what_is_no_asset(pl, sandbox, asset):
    with pytest.raises(ClientError, match="has no link|has no status|is required"):
        await pl.data.activate_asset(asset)
    with pytest.raises(ClientError, match="has no link|has no status|is required"):
        await pl.data.wait_asset(asset if asset != {"_links": {"_self": "x", "activate": ""}} else {})
    with pytest.raises(ClientError, match="no location"):
        await pl.data.download_asset(asset)
    assert sandbox.requests == []


async def test_links_to_elsewhere_are_not_followed(pl, sandbox):
    asset = await pl.data.get_asset(*ASSET)
    links = {"_self": "http://127.0.0.1:9/a", "activate": "http://127.0.0.1:9/b"}
    for call in (pl.data.activate_asset, pl.data.wait_asset):
        with pytest.raises(ClientError, match="another server"):
            await call(Asset({**asset, "_links": links}))


async def test_an_asset_that_this_account_may_not_have(pl, sandbox, caplog):
    asset = await pl.data.get_asset(*forbidden_asset(sandbox))
    assert asset.permissions == []
    with caplog.at_level(logging.DEBUG), pytest.raises(NoPermission, match="may not download"):
        await pl.data.activate_asset(asset)
    sandbox.inject("status", path="/activate$", status=401)
    with pytest.raises(InvalidAPIKey):
        await pl.data.activate_asset(await pl.data.get_asset(*ASSET))


async def test_the_last_look_counts(pl, sandbox, monkeypatch):
    """Active at the last look that is allowed is active."""
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 0.0))
    asset = await pl.data.get_asset(*ASSET)
    await pl.data.activate_asset(asset)
    await until(lambda: sandbox._world.assets[ASSET].work.done())  # the file is made
    assert (await pl.data.wait_asset(asset, delay=0, max_attempts=1)).is_active


async def test_a_wait_that_takes_too_long(pl, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 1000))
    asset = await pl.data.get_asset(*ASSET)
    await pl.data.activate_asset(asset)
    sandbox.requests.clear()
    with pytest.raises(WaitTimeout, match="still 'activating'") as caught:
        await pl.data.wait_asset(asset, delay=0, max_attempts=3)
    assert len(sandbox.requests) == 3
    assert (caught.value.id, caught.value.state) == ("ortho_visual", "activating")
    with pytest.raises(WaitTimeout):
        await pl.data.wait_asset(asset, timeout=0.1)
    idle = await pl.data.get_asset("PSScene", ITEMS[1], "ortho_visual")
    with pytest.raises(WaitTimeout, match="has not been activated"):
        await pl.data.wait_asset(idle, delay=0, max_attempts=1)


async def test_waiting_for_what_nobody_has_activated(pl, monkeypatch):
    import importlib

    module = importlib.import_module(type(pl.data).__mro__[1].__module__)
    monkeypatch.setattr(module, "_IDLE", 0.05)
    with pytest.raises(ClientError, match="Call activate_asset first"):
        await pl.data.wait_asset(await pl.data.get_asset(*ASSET), delay=0.02)


async def test_trouble_on_the_way_ends_no_wait(pl, sandbox):
    asset = await pl.data.get_asset(*ASSET)
    await pl.data.activate_asset(asset)
    sandbox.inject("status", path="/assets/", status=503, times=12)
    assert (await pl.data.wait_asset(asset, delay=0.01, timeout=PATIENCE)).is_active


async def test_a_link_that_has_expired_is_renewed(pl, sandbox, tmp_path):
    asset = await active(pl)
    sandbox.expire_links()
    path = await pl.data.download_asset(asset, directory=tmp_path, progress_bar=False)
    pl.data.validate_checksum(asset, path)


async def test_a_broken_download_goes_on_where_it_broke_off(pl, sandbox, tmp_path):
    asset = await active(pl)
    sandbox.inject("cut", path="tif$", after=5_000, times=2)
    path = await pl.data.download_asset(asset, "mine.tif", tmp_path, progress_bar=False)
    assert path == tmp_path / "mine.tif"
    pl.data.validate_checksum(asset, path)
    ranges = [seen.headers.get("range") for seen in sandbox.requests if seen.path.endswith("tif")]
    assert any(ranges)


async def test_a_corrupt_download_is_never_kept(pl, sandbox, tmp_path):
    asset = await active(pl)
    sandbox.inject("corrupt", path="tif$", times=None)
    with pytest.raises(ChecksumError):
        await pl.data.download_asset(asset, directory=tmp_path, progress_bar=False)
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_there(pl, sandbox, tmp_path):
    asset = await active(pl)
    path = await pl.data.download_asset(asset, "a.tif", tmp_path, progress_bar=False)
    sandbox.requests.clear()
    assert await pl.data.download_asset(asset, "a.tif", tmp_path, progress_bar=False) == path
    assert sandbox.requests == [], "the right file costs no request"
    path.write_bytes(b"something else")
    with pytest.raises(DownloadError, match="overwrite=True"):
        await pl.data.download_asset(asset, "a.tif", tmp_path, progress_bar=False)
    assert path.read_bytes() == b"something else"
    await pl.data.download_asset(asset, "a.tif", tmp_path, overwrite=True, progress_bar=False)
    pl.data.validate_checksum(asset, path)


async def test_validating(pl, tmp_path):
    asset = await active(pl)
    wrong = tmp_path / "x.tif"
    with pytest.raises(ChecksumError, match="does not exist"):
        pl.data.validate_checksum(asset, wrong)
    wrong.write_bytes(b"x")
    with pytest.raises(ChecksumError, match="md5"):
        pl.data.validate_checksum(asset, str(wrong))
    with pytest.raises(ClientError, match="md5_digest"):
        pl.data.validate_checksum({**asset, "md5_digest": None}, wrong)


async def test_no_token_in_a_repr(pl):
    asset = await active(pl)
    assert "token" in asset.location
    assert "token" not in repr(asset)
    assert asset.expires_at.tzinfo is not None


# -- many at once --------------------------------------------------------------------------------------------


def search(pl, limit):
    """Scenes that this account may download, the same ones whenever the test is run."""
    past = data_filter.date_range_filter("acquired", lt=datetime(2024, 1, 1))
    mine = data_filter.permission_filter()
    return pl.data.search(["PSScene"], past & mine, geometry=AOIS["nile delta"], limit=limit)


async def test_assets_of_many_items(pl, sandbox, tmp_path, capsys):
    items = [item async for item in search(pl, 3)]
    report = await pl.data.download_assets(items, ["ortho_visual", "ortho_udm2"], tmp_path)
    assert [path.name for path in report] == [
        f"{item.id}_3B_{name}.tif" for item in items for name in ("Visual", "udm2")
    ]
    assert [entry.name for entry in report.outcomes][:2] == [
        f"PSScene/{items[0].id}/ortho_visual", f"PSScene/{items[0].id}/ortho_udm2",
    ]  # fmt: skip
    assert report.summary().startswith("6 files fetched")
    assert "6 of 6 files" in capsys.readouterr().err
    report.save(tmp_path / "report.json")
    assert len(json.loads((tmp_path / "report.json").read_text())["files"]) == 6
    for path, item in zip(report[::2], items, strict=True):
        asset = await pl.data.get_asset("PSScene", item.id, "ortho_visual")
        pl.data.validate_checksum(asset, path)


async def test_one_item_and_a_collection_of_them(pl, tmp_path):
    item = await pl.data.get_item(*ASSET[:2])
    one = await pl.data.download_assets(item, "ortho_udm2", tmp_path, progress_bar=False)
    collection = json.loads(json.dumps({"type": "FeatureCollection", "features": [item]}))
    assert list(await pl.data.download_assets(collection, "ortho_udm2", tmp_path, progress_bar=False)) == list(one)


async def test_what_is_said_of_what_cannot_be_had(pl, tmp_path):
    with pytest.raises(DownloadError) as caught:
        await pl.data.download_assets([ASSET[:2]], "visual", tmp_path, progress_bar=False)
    assert "Did you mean ortho_visual?" in str(caught.value)
    assert "Download again" not in str(caught.value)
    assert "The others" not in str(caught.value)


async def test_a_second_run_completes_the_first(pl, sandbox, tmp_path):
    keys = [("PSScene", item_id) for item_id in ITEMS]
    first = await pl.data.download_assets(keys, "ortho_udm2", tmp_path, progress_bar=False)
    first[0].unlink()
    sandbox.requests.clear()
    second = await pl.data.download_assets(keys, "ortho_udm2", tmp_path, progress_bar=False)
    assert list(second) == list(first)
    assert [entry.outcome for entry in second.outcomes] == ["fetched", "kept"]
    downloads = [seen for seen in sandbox.requests if "/download" in seen.path or seen.origin == "storage"]
    assert len(downloads) == 2, "the link, and where it leads: of the missing one alone"


async def test_what_cannot_be_had_is_in_the_account_and_keeps_nothing_else(pl, sandbox, tmp_path):
    keys = [("PSScene", ITEMS[0]), forbidden_asset(sandbox)[:2], ("PSScene", "nothing"), ("PSScene", ITEMS[1])]
    with pytest.raises(DownloadError, match="4 of 8") as caught:
        await pl.data.download_assets(keys, ["ortho_visual", "ortho_udm2"], tmp_path, progress_bar=False)
    outcomes = {entry.name.split("/", 1)[1]: entry.outcome for entry in caught.value.report.outcomes}
    assert outcomes[f"{ITEMS[1]}/ortho_udm2"] == outcomes[f"{ITEMS[0]}/ortho_visual"] == "fetched"
    assert [type(error) for error in caught.value.failures.values()] == [
        NoPermission, NoPermission, MissingResource, MissingResource,
    ]  # fmt: skip


async def test_an_asset_that_is_not_active_in_time(pl, sandbox, tmp_path, monkeypatch):
    ready = await active(pl)
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 1000))
    with pytest.raises(DownloadError) as caught:
        await pl.data.download_assets(
            [("PSScene", item_id) for item_id in reversed(ITEMS)], "ortho_visual", tmp_path, timeout=0.5
        )
    report = caught.value.report
    assert [entry.outcome for entry in report.outcomes] == ["failed", "fetched"]
    assert isinstance(report.failed[0].error, WaitTimeout)
    pl.data.validate_checksum(ready, report.fetched[0].path)


async def test_an_asset_that_the_service_lets_go_of_is_activated_again(pl, sandbox, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 0.4))
    let_go = let_go_once(sandbox, monkeypatch)
    report = await pl.data.download_assets([ASSET[:2]], "ortho_visual", tmp_path, progress_bar=False, timeout=PATIENCE)
    assert len(let_go) == 1
    assert [entry.outcome for entry in report.outcomes] == ["fetched"]


async def test_what_is_ready_does_not_wait_for_what_is_not(pl, sandbox, tmp_path, monkeypatch):
    items = [item async for item in search(pl, 14)]
    keep_activating(sandbox, monkeypatch, {item.id for item in items[:12]})

    def clock():
        """When what is ready has come, the time is up."""
        return monotonic() + (2 * PATIENCE if len(list(tmp_path.glob("*.tif"))) == 2 else 0)

    monkeypatch.setattr(asset_download, "monotonic", clock)
    with pytest.raises(DownloadError) as caught:
        await pl.data.download_assets(items, "ortho_udm2", tmp_path, progress_bar=False, timeout=PATIENCE)
    outcomes = [entry.outcome for entry in caught.value.report.outcomes]
    assert outcomes == ["failed"] * 12 + ["fetched"] * 2
    assert all(isinstance(entry.error, WaitTimeout) for entry in caught.value.report.failed)


async def test_an_asset_that_never_stays_active_is_given_up(pl, sandbox, tmp_path, monkeypatch):
    keep_activating(sandbox, monkeypatch, {ITEMS[0]})
    monkeypatch.setattr(sandbox._world, "activate", lambda asset: None)
    with pytest.raises(DownloadError, match="activated 3 times"):
        await pl.data.download_assets([ASSET[:2]], "ortho_udm2", tmp_path, progress_bar=False)


async def test_an_asset_that_lapses_before_its_download_is_activated_again(pl, sandbox, tmp_path):
    await active(pl)
    sandbox.inject("status", path="/data/v1/download", status=401)
    lapse = sandbox._world.assets[ASSET]
    lapse.status = "active"
    before = len([seen for seen in sandbox.requests if seen.path.endswith("/activate")])
    job = pl.data.download_assets([ASSET[:2]], "ortho_visual", tmp_path, progress_bar=False)
    report = await job
    assert [entry.outcome for entry in report.outcomes] == ["fetched"]
    assert len([seen for seen in sandbox.requests if seen.path.endswith("/activate")]) >= before


@pytest.mark.parametrize("overwrite", [False, True])
async def test_two_assets_never_get_the_same_file(pl, sandbox, tmp_path, overwrite):
    sandbox.inject("hostile_name", path="^/assets/", name="same.tif", times=None)
    with pytest.raises(DownloadError, match=r"another file of this download has the name 'same.tif'") as caught:
        await pl.data.download_assets(
            [("PSScene", item_id) for item_id in ITEMS], "ortho_udm2", tmp_path, overwrite, progress_bar=False
        )
    (kept,) = caught.value.report.fetched
    assert [entry.outcome for entry in caught.value.report.outcomes].count("failed") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["same.tif"]
    asset = await pl.data.get_asset(*kept.name.split("/"))
    pl.data.validate_checksum(asset, kept.path)


async def test_one_asset_that_is_refused_keeps_no_other(pl, sandbox, tmp_path):
    sandbox.inject("status", path="/activate$", status=401)
    with pytest.raises(DownloadError, match="1 of 2") as caught:
        await pl.data.download_assets(
            [("PSScene", item_id) for item_id in ITEMS], "ortho_udm2", tmp_path, progress_bar=False
        )
    assert len(caught.value.report.fetched) == 1


async def test_a_digest_that_is_none(pl, tmp_path):
    asset = await active(pl)
    for odd in (5, "x", "", ["a"]):
        path = await pl.data.download_asset({**asset, "md5_digest": odd}, "", tmp_path, progress_bar=False)
        assert path.name == f"{ITEMS[0]}_3B_Visual.tif"
        with pytest.raises(ClientError, match="md5_digest"):
            pl.data.validate_checksum({**asset, "md5_digest": odd}, path)


@pytest.mark.parametrize("details", [{"timeout": "5"}, {"timeout": -1}])
async def test_a_timeout_that_is_none(pl, tmp_path, details):
    with pytest.raises(ClientError, match="timeout"):
        await pl.data.download_assets([ASSET[:2]], "ortho_visual", tmp_path, **details)
    asset = await pl.data.get_asset(*ASSET)
    for wrong in ({"max_attempts": "3"}, {"max_attempts": -1}, {"delay": "x"}, details):
        with pytest.raises(ClientError):
            await pl.data.wait_asset(asset, **wrong)


async def test_a_key_that_is_refused_ends_all_of_it(pl, sandbox, tmp_path):
    sandbox.inject("status", path="/items/", status=401, times=None)
    with pytest.raises(InvalidAPIKey):
        await pl.data.download_assets([("PSScene", i) for i in ITEMS], "ortho_visual", tmp_path, progress_bar=False)
    await sleep(0.1)  # what was given up may still be on its way


@pytest.mark.parametrize(
    "items", [["x"], [{}], {}, [("PSScene",)], [("PSScene", 3)], [{"id": "x", "properties": None}]]
)
async def test_what_is_no_item(pl, sandbox, tmp_path, items):
    with pytest.raises(ClientError, match="must be an item"):
        await pl.data.download_assets(items, "ortho_visual", tmp_path)
    for types in ([], None, [3], ""):
        with pytest.raises(ClientError, match="asset_types"):
            await pl.data.download_assets([ASSET[:2]], types, tmp_path)
    with pytest.raises(ClientError, match="got None"):
        await pl.data.download_assets(None, "ortho_visual", tmp_path)
    assert sandbox.requests == []

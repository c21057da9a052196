# Generated from tests/_async/apis/test_quick_order.py by tools/unasync.py. Edit that file and run the tool again.

"""From an AOI to verified files in one call."""

import pytest

from planet import Auth, Planet, order_request, raster, stac
from planet.exceptions import ArgumentTypeError, ClientError, WaitTimeout
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, locals_with

JUNE = "2022-06-01/2022-06-03"


def orders_created(sandbox):
    return [seen for seen in sandbox.requests if seen.method == "POST" and seen.path.endswith("/orders/v2")]


def test_the_same_call_orders_once(pl, sandbox, tmp_path, monkeypatch):
    report = pl.order(OREGON, JUNE, "analytic_udm2", limit=2, directory=tmp_path, progress_bar=False)
    assert report.folder.parent == tmp_path and (report.folder / "manifest.json").is_file()
    order = pl.orders.get_order(report.folder.name)
    assert (
        order.name.startswith("PSScene 2022-06-0") and order.aoi == OREGON and len(order.products[0]["item_ids"]) == 2
    )
    again = pl.order(OREGON, JUNE, "analytic_udm2", limit=2, directory=tmp_path, progress_bar=False)
    assert (
        list(again) == list(report) and len(again.kept) == len(report) - 1
    )  # the manifest and len(orders_created(sandbox)) == 1
    other = pl.order(OREGON, JUNE, "visual", limit=1, clip=False, name="mine", directory=tmp_path, progress_bar=False)
    assert other.folder != report.folder and len(orders_created(sandbox)) == 2
    scenes = raster.open_order(report)
    assert scenes.sizes["time"] == 2 == len(stac.from_order(report))
    monkeypatch.chdir(tmp_path)
    assert raster.open_order(order).sizes == scenes.sizes and len(stac.from_order(order)) == 2


def test_nothing_is_ordered_without_consent(pl, sandbox, tmp_path, monkeypatch):
    seen = []
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ClientError, match=r"No order was created: 2 scenes, about 5 files, .* km² clipped"):
        pl.order(OREGON, JUNE, "visual", limit=2, confirm=lambda found: seen.append(found), progress_bar=False)
    (found,) = seen
    assert found.scenes == 2 and found.is_exact and any("PlanetScope" in left for left in found.quota)

    def no(found):
        return False

    with pytest.raises((ClientError, TypeError), match="was not confirmed|coroutine"):
        pl.order(OREGON, JUNE, "visual", limit=2, confirm=no, progress_bar=False)

    def nobody(text):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(ClientError, match="nobody can be asked"):
        pl.order(OREGON, JUNE, "visual", limit=2, confirm=True, progress_bar=False)
    monkeypatch.setattr("builtins.input", lambda text: "n")
    with pytest.raises(ClientError, match="was not confirmed"):
        pl.order(OREGON, JUNE, "visual", limit=2, confirm=True, progress_bar=False)
    assert not orders_created(sandbox)
    monkeypatch.setattr("builtins.input", lambda text: "y" if text.startswith("2 scenes") else "n")
    assert pl.order(OREGON, JUNE, "visual", limit=2, confirm=True, progress_bar=False)


def test_what_keeps_from_ordering(pl, sandbox, tmp_path, monkeypatch):
    with pytest.raises(ClientError, match="No scenes were found"):
        pl.order(OREGON, "1990", "visual", directory=tmp_path)
    with pytest.raises(ClientError, match="aoi is required"):
        pl.order(None, JUNE, "visual", directory=tmp_path)
    wrong = {"tools": {"bandmath": {"b1": "b9 + 1"}}, "directory": tmp_path, "progress_bar": False}
    for _ in range(2):  # a failed order is not used again
        with pytest.raises(ClientError, match=r"Order [0-9a-f-]{36} failed: .*b9"):
            pl.order(OREGON, JUNE, "visual", limit=1, **wrong)
    assert len(orders_created(sandbox)) == 2
    sandbox.inject("status", path="/my/products", status=403, times=None)
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    with pytest.raises(WaitTimeout):
        pl.order(OREGON, JUNE, "visual", limit=1, directory=tmp_path, timeout=0.1, confirm=bool, progress_bar=False)
    assert len(orders_created(sandbox)) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"directory": 5}, {"timeout": "3"}, {"limit": 0}, {"limit": 501}, {"tools": "clip"}, {"tools": order_request.clip_tool(OREGON)}],
    ids=range(6),
)  # fmt: skip
def test_wrong_arguments_order_nothing(pl, sandbox, tmp_path, monkeypatch, wrong):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ClientError):
        pl.order(OREGON, JUNE, "visual", **{"progress_bar": False, "limit": 1, **wrong})
    (tmp_path / "a file").write_text("")
    with pytest.raises(OSError, match="a file"):
        pl.order(OREGON, JUNE, "visual", directory=tmp_path / "a file" / "x", limit=1, progress_bar=False)
    assert not orders_created(sandbox)


def test_an_order_of_the_same_name_with_other_tools_is_another_one(pl, sandbox, tmp_path):
    settings = {"limit": 1, "name": "mine", "clip": False, "directory": tmp_path, "progress_bar": False}
    tools = [order_request.reproject_tool("EPSG:4326", resolution=0.001), order_request.reproject_tool("EPSG:4326")]
    folders = [(pl.order(OREGON, JUNE, "visual", tools=tool, **settings)).folder for tool in (*tools, *tools)]
    assert folders[0] != folders[1] and folders[:2] == folders[2:] and len(orders_created(sandbox)) == 2
    one, other = [
        (
            pl.order(
                (each for each in [OREGON]), JUNE, "visual", directory=tmp_path, limit=3, sort=sort, progress_bar=False
            )
        ).folder
        for sort in ("acquired asc", "acquired asc")
    ]  # a generator is read once
    assert one == other


def test_waiting_with_a_bar(pl, capsys):
    items = [item for item in pl.data.search("PSScene", geometry=OREGON, datetime=JUNE, downloadable=True, limit=1)]
    order = pl.orders.create_order(order_request.request_for_items("one", items, "visual"))
    assert pl.orders.wait(order.id, progress_bar=True) == "success"
    assert "state: success" in capsys.readouterr().err


def test_an_estimate(pl):
    results = pl.data.search("PSScene", geometry=OREGON, datetime=JUNE, downloadable=True, limit=3)
    items = [item for item in results]
    whole = order_request.request_for_items("three", items, "visual")
    clipped = {**whole, "tools": [order_request.clip_tool(OREGON)]}
    all_of_it, part = (order_request.estimate(request, items) for request in (whole, clipped))
    assert part.km2 < all_of_it.km2 and part.scenes == all_of_it.scenes == 3 and part.is_clipped
    assert "3 scenes" in str(part) and "clipped" in str(part) and "clipped" not in str(all_of_it)
    assert order_request.estimate(whole).km2 is None  # without the items
    products = [product for product in pl.quota.list_products()]
    known = order_request.estimate(clipped, items, quota=products)
    assert "Quota left: " in str(known) and "km²" in known.quota[0] and known.quota[0] in known._repr_html_()
    composite = {**clipped, "tools": [*clipped["tools"], order_request.composite_tool()]}
    assert order_request.estimate(composite, items).files is None
    by_ref = {**whole, "tools": [{"clip": {"aoi": {"type": "ref", "content": "pl:features/my/a/b"}}}]}
    assert order_request.estimate(by_ref, items).km2 is None
    with pytest.raises(ClientError, match="must be an order request"):
        order_request.estimate(items)


def test_an_api_key_as_an_argument(sandbox):
    with Planet(api_key=sandbox.api_key, base_url=sandbox.base_url) as pl:
        assert pl.data.search("PSScene", geometry=OREGON, limit=1).first()
    with pytest.raises(ArgumentTypeError, match="api_key and auth cannot be combined") as raised:
        Planet(api_key="PLAKsecret", auth=Auth.none())
    assert not locals_with("PLAKsecret", raised.value, __file__)
    with pytest.raises(ArgumentTypeError, match=r"'limit' is not a setting of \w*Planet\. Did you mean 'limits'"):
        Planet(limit=3)
    with pytest.raises(ArgumentTypeError, match="A key is passed as api_key="):
        Planet("PLAKsecret")
    with pytest.raises(ArgumentTypeError, match="timeouts must be") as raised:
        Planet(api_key="PLAKsecret", timeouts=3)
    assert not locals_with("PLAKsecret", raised.value, __file__)

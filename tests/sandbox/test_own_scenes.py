"""Scenes that a test adds to the catalogue of the sandbox."""

import httpx
import pytest

from planet import order_request, raster
from planet.exceptions import ArgumentError, BadQuery, ClientError
from planet.sandbox import OwnScene, Sandbox

HERE = (6.38, 45.87)
ID = "20240601_101500_00_0001"
BOX = (6.37, 45.86, 6.39, 45.88)


def test_a_scene_is_found_ordered_and_has_its_clouds(sandbox, tmp_path):
    added = sandbox.add_scene(ID, *HERE, cloud_cover=0.6, properties={"instrument": "MINE"})
    with sandbox.planet() as pl:
        found = {item.id: item for item in pl.data.search("PSScene", bbox=BOX, datetime="2024-06-01", limit=0)}
        assert found[ID] == pl.data.get_item("PSScene", ID) and found[ID].properties["instrument"] == "MINE"
        assert found[ID].cloud_cover == pytest.approx(0.6, abs=0.03) == added.cloud_cover
        report = pl.order(
            BOX, ("2024-06-01T10:14:00Z", "2024-06-01T10:16:00Z"), "visual", directory=tmp_path, progress_bar=False
        )
        assert any(ID in path.name for path in report)
        order = pl.orders.create_order(order_request.request_for_items("whole", [added], "analytic_udm2"))
        pl.orders.wait(order.id)
        scene = raster.open_order(pl.orders.download_order(order.id, tmp_path))
    seen = (scene.blue.isel(time=0) > 0).compute()
    assert float(scene.cloud.isel(time=0).where(seen).mean()) == pytest.approx(0.6, abs=0.05)
    sandbox.reset()
    with sandbox.planet() as pl:
        assert ID not in {item.id for item in pl.data.search("PSScene", bbox=BOX, datetime="2024-06-01", limit=0)}


def test_missing_assets_and_permissions(sandbox):
    sandbox.add_scene(ID, *HERE, missing_assets=["ortho_udm2"])
    other = sandbox.add_scene(ID.replace("1500", "1600"), *HERE, downloadable=False)
    with sandbox.planet() as pl:
        assert "ortho_udm2" not in pl.data.list_item_assets("PSScene", ID) and other["_permissions"] == []
        with pytest.raises(ClientError, match="may not download"):
            order_request.request_for_items("x", [other], "visual")
        with pytest.raises(BadQuery, match="no access to assets"):
            pl.orders.create_order(
                order_request.build_request("x", [order_request.product([ID], "analytic_udm2", "PSScene")])
            )
        items = pl.data.search("PSScene", bbox=BOX, datetime="2024-06-01", downloadable=True, limit=0)
        assert other.id not in {item.id for item in items}


def test_the_same_over_http(sandbox):
    with httpx.Client(base_url=sandbox.base_url) as client:
        made = client.post("/_sandbox/scenes", json={"item_id": ID, "lon": 6.38, "lat": 45.87, "cloud_cover": 0})
        assert made.status_code == 201 and made.json()["id"] == ID
        for wrong, said in (
            ({}, "item_id, lon and lat"),
            ({"item_id": "x", "lon": 0, "lat": 0}, "begins with the date|must be an id such as"),
            ({"item_id": ID, "lon": 0, "lat": 100}, "must be degrees"),
            ({"item_id": ID, "lon": 0, "lat": 0, "cloud_cover": 20}, "from 0 to 1"),
        ):
            answer = client.post("/_sandbox/scenes", json=wrong)
            assert answer.status_code == 400 and any(part in answer.text for part in said.split("|"))


def test_the_same_scene_in_every_sandbox():
    scenes = [OwnScene(item_id=ID, lon=6.38, lat=45.87, cloud_cover=0.3).scene() for _ in range(2)]
    assert scenes[0] == scenes[1] and scenes[0].conditions == scenes[1].conditions
    with pytest.raises(ArgumentError):
        OwnScene(item_id=7, lon=0, lat=0).scene()


def test_a_scene_that_is_covered_completely_can_be_clipped(sandbox, tmp_path):
    with sandbox.planet() as pl:
        covered = pl.data.get_item("PSScene", "20240605_100026_71_2490")
        assert covered.properties["clear_percent"] == 0
        tools = [order_request.clip_tool(covered)]
        order = pl.orders.create_order(order_request.request_for_items("covered", [covered], "visual", tools=tools))
        assert pl.orders.wait(order.id) == "success"


def test_a_sandbox_that_is_not_running_makes_no_client():
    with pytest.raises(ClientError, match="not running"):
        Sandbox().planet()

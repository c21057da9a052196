"""What the sandbox renders: where scenes lie, how large their pixels are, and that requests are answered meanwhile."""

import itertools
import math
import os
import subprocess
import sys
import textwrap
import threading
import time

import pytest
import rasterio

from planet.sandbox.catalog.catalog import Catalog
from planet.sandbox.imagery import workers
from planet.sandbox.imagery.grid import NoOverlap, area_grid, scene_grid
from planet.sandbox.imagery.images import render
from tests.helpers import ITEMS, OREGON, PATIENCE, an_order


def square(item_id, metres):
    """A square around the centre of a scene."""
    scene = Catalog().get("PSScene", item_id)
    high = metres / 2 / 111_000
    wide = high / math.cos(math.radians(scene.lat))
    west, east, south, north = scene.lon - wide, scene.lon + wide, scene.lat - high, scene.lat + high
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def images(sandbox, order):
    """{path: image} of the GeoTIFFs of an order."""
    folder = sandbox.folder / "orders" / order["id"]
    return {path.relative_to(folder).as_posix(): rasterio.open(path) for path in sorted(folder.rglob("*.tif"))}


@pytest.mark.parametrize("satellite", ["2429", "24a1", "1014"])
def test_scenes_of_one_pass_lie_along_the_orbit(satellite):
    catalog = Catalog()
    places = [catalog.get("PSScene", f"20210304_0933{second:02d}_37_{satellite}") for second in range(0, 40, 2)]
    for one, following in itertools.pairwise(places):
        assert abs(one.lat - following.lat) < 0.25 and abs(one.lon - following.lon) < 0.1


def test_a_scene_beside_a_known_one_lies_beside_it():
    catalog = Catalog()
    known = catalog.get("PSScene", "20220304_093300_37_2430")
    beside = catalog.get("PSScene", "20220304_093302_84_2430")
    assert 0.03 < known.lat - beside.lat < 0.25 and abs(known.lon - beside.lon) < 0.1


def test_a_composite_of_neighbours(sandbox, finished):
    order = finished(an_order(items=["20210304_093300_37_2429", "20210304_093301_37_2429"], tools=[{"composite": {}}]))
    assert order["state"] == "success"
    composite = images(sandbox, order)["composite.tif"]
    assert composite.width * composite.height < 1_000_000


@pytest.mark.parametrize(("tools", "said"), [
    ([{"composite": {}}], "composite: the result would have"),
    ([{"reproject": {"projection": "EPSG:4326", "resolution": 0.00001}}], "reproject: the result would have"),
])  # fmt: skip
def test_what_would_take_gigabytes_fails(finished, tools, said):
    order = finished(an_order(items=["20210304_093300_37_2429", "20210304_094100_37_2429"], tools=tools))
    assert order["state"] == "failed" and order["error_hints"][0].startswith(said)


@pytest.mark.parametrize(
    "after", [{"toar": {}}, {"file_format": {"format": "COG"}}, {"reproject": {"projection": "EPSG:4326"}}]
)
@pytest.mark.parametrize("template", ["{tilex}_{tiley}", "{tilex}_{tiley}.tif"])
def test_a_tool_after_tile_keeps_every_file(sandbox, finished, template, after):
    tile = {"tile": {"tile_size": 32, "name_template": template}}
    alone = images(sandbox, finished(an_order(tools=[tile])))
    both = images(sandbox, finished(an_order(tools=[tile, after])))
    assert len(both) == len(alone) > 4
    assert {os.path.dirname(path) for path in both} == {os.path.dirname(path) for path in alone}


def test_a_small_clip_has_the_true_resolution(sandbox, finished):
    order = finished(an_order(tools=[{"clip": {"aoi": square(ITEMS[0], 300)}}]))
    for image in images(sandbox, order).values():
        assert image.res == (3.0, 3.0) and 90 < image.width < 150 and image.read(1).any()
    assert len({image.bounds for image in images(sandbox, order).values()}) == 1


def test_a_large_clip_is_coarser_and_a_whole_scene_coarsest(sandbox, finished):
    clip = {"clip": {"aoi": square(ITEMS[0], 6000)}}
    middle = next(iter(images(sandbox, finished(an_order(tools=[clip]))).values()))
    whole = next(iter(images(sandbox, finished(an_order())).values()))
    assert 3.0 < middle.res[0] < whole.res[0] and middle.res[0] % 3 == 0
    assert middle.width * middle.height <= 400_000 * 1.05


def test_a_tool_that_moves_pixels_before_the_clip_gets_the_whole_scene(sandbox, finished):
    tools = [{"reproject": {"projection": "EPSG:4326"}}, {"clip": {"aoi": square(ITEMS[0], 3000)}}]
    image = next(iter(images(sandbox, finished(an_order(tools=tools))).values()))
    assert image.crs.to_epsg() == 4326 and image.width < 100


def test_a_part_shows_the_same_ground_as_the_whole():
    scene = Catalog().get("PSScene", ITEMS[0])
    whole = render(scene, scene_grid(scene, 512))
    part = render(scene, area_grid(scene, square(ITEMS[0], 20_000), 66_000))
    for mask in ("cloud", "shadow"):
        inside = [view.valid & True for view in (whole, part)]
        shares = [getattr(view, mask)[valid].mean() for view, valid in zip((whole, part), inside, strict=True)]
        assert shares[1] == pytest.approx(shares[0], abs=0.15)
    means = [view.reflectance[7][view.valid].mean() for view in (whole, part)]
    assert means[1] == pytest.approx(means[0], rel=0.35)


def test_an_area_elsewhere_is_no_part_of_a_scene():
    with pytest.raises(NoOverlap):
        area_grid(Catalog().get("PSScene", ITEMS[0]), OREGON, 1000)


def test_coordinates_are_those_of_the_projection():
    grid = scene_grid(Catalog().get("PSScene", ITEMS[0]), 200)
    lons, lats = grid.coordinates()
    xs, ys = (grid.west + (17 + 0.5) * grid.size, grid.north - (91 + 0.5) * grid.size)
    (lon,), (lat,) = rasterio.warp.transform(grid.crs, "EPSG:4326", [xs], [ys])
    assert lons[91, 17] == pytest.approx(lon, abs=2e-6) and lats[91, 17] == pytest.approx(lat, abs=2e-6)


# -- worker processes ----------------------------------------------------------------------------------------


def test_images_are_made_in_other_processes():
    assert workers.run(os.getpid) != os.getpid()


def test_several_are_busy_at_the_same_time():
    ended = []

    def work():
        workers.run(time.sleep, 0.5)
        ended.append(time.monotonic())

    workers.run(os.getpid)  # starts one
    threads = [threading.Thread(target=work) for _ in range(workers.COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == workers.COUNT


def test_an_error_is_that_of_the_function():
    with pytest.raises(ZeroDivisionError):
        workers.run(divmod, 1, 0)


def test_what_cannot_be_sent_back_is_an_error():
    with pytest.raises(RuntimeError, match="module"):
        workers.run(__import__, "os")


def test_a_worker_that_dies_fails_one_call_only():
    with pytest.raises(RuntimeError, match="ended"):
        workers.run(os._exit, 3)
    assert workers.run(abs, -1) == 1


def test_what_a_worker_prints_is_no_answer(capfd):
    assert workers.run(print, "noise") is None
    assert workers.run(abs, -2) == 2


def test_a_program_is_not_run_again_by_workers(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            """
            import warnings
            from planet import order_request
            from planet.sandbox import Sandbox
            print("begin")
            with Sandbox() as sandbox:
                pl = sandbox.planet()
                request = order_request.build_request("n", [order_request.product([%r], "visual", "PSScene")])
                print(pl.orders.wait(pl.orders.create_order(request).id))
            """
        )
        % ITEMS[0]
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", program], capture_output=True, encoding="utf-8", timeout=PATIENCE, check=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["begin", "success"], "")


def test_a_forked_child_has_workers_of_its_own():
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    program = (
        "import os; from planet.sandbox.imagery import workers; first = workers.run(os.getpid); child = os.fork()\n"
        "second = workers.run(os.getpid)\n"
        "if child:\n"
        "    assert os.waitpid(child, 0)[1] == 0 and second == first\n"
        "else:\n"
        "    assert second != first\n"
    )
    subprocess.run([sys.executable, "-c", program], timeout=PATIENCE, check=True)


# -- the storage ---------------------------------------------------------------------------------------------


def test_the_storage_is_another_host(sandbox):
    assert sandbox.base_url.startswith("http://127.0.0.1:") and sandbox.storage_url.startswith("http://localhost:")


@pytest.mark.parametrize(("host", "storage"), [
    ("localhost:9", "127.0.0.1"), ("127.0.0.1:9", "localhost"), ("planet:8900", "planet"),
])  # fmt: skip
def test_links_lead_to_it_whatever_the_client_calls_the_api(sandbox, finished, api, host, storage):
    order = finished(an_order())
    link = api.get(f"/orders/v2/{order['id']}").json()["_links"]["results"][0]["location"]
    path = link.split("/compute/ops", 1)[1]
    answer = api.get(path, headers={"host": host})
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"http://{storage}:{sandbox.storage_url.rsplit(':', 1)[1]}/")

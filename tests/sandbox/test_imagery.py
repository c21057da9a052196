"""What the sandbox renders: where scenes lie, how large their pixels are, and that requests are answered meanwhile."""

import datetime
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio

from planet import order_request
from planet._models.bands import FOUR
from planet.sandbox.catalog.catalog import Catalog
from planet.sandbox.catalog.conditions import conditions_at
from planet.sandbox.catalog.item_types import item_type
from planet.sandbox.catalog.random_numbers import mix
from planet.sandbox.catalog.scene import Scene
from planet.sandbox.catalog.sun import sun_position
from planet.sandbox.catalog.window import Window
from planet.sandbox.imagery import workers
from planet.sandbox.imagery.assets import make
from planet.sandbox.imagery.grid import NoOverlap, area_grid, scene_grid
from planet.sandbox.imagery.images import clear_percent, render
from planet.sandbox.imagery.radiometry import reflectance_coefficients
from planet.sandbox.imagery.sky import CLEAR, CLOUD, SHADOW
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
        assert image.res == (3.0, 3.0) and 90 < image.width < 150 and image.read().any()
    assert len({image.bounds for image in images(sandbox, order).values()}) == 1


def test_a_large_clip_is_coarser_and_a_whole_scene_coarsest(sandbox, finished):
    clip = {"clip": {"aoi": square(ITEMS[0], 6000)}}
    middle = next(iter(images(sandbox, finished(an_order(tools=[clip]))).values()))
    whole = next(iter(images(sandbox, finished(an_order())).values()))
    assert 3.0 < middle.res[0] < whole.res[0] and middle.res[0] % 3 == 0
    assert middle.width * middle.height <= 40_000 * 1.1


def test_a_tool_that_moves_pixels_before_the_clip_gets_the_whole_scene(sandbox, finished):
    tools = [{"reproject": {"projection": "EPSG:4326"}}, {"clip": {"aoi": square(ITEMS[0], 3000)}}]
    image = next(iter(images(sandbox, finished(an_order(tools=tools))).values()))
    assert image.crs.to_epsg() == 4326 and image.width < 100


def test_a_part_shows_the_same_ground_as_the_whole():
    scene = Catalog().get("PSScene", ITEMS[0])
    whole = render(scene, scene_grid(scene, 512))
    part = render(scene, area_grid(scene, square(ITEMS[0], 20_000), 66_000))
    for cover in (CLOUD, SHADOW, CLEAR):
        shares = [(view.cover == cover)[view.valid].mean() for view in (whole, part)]
        assert shares[1] == pytest.approx(shares[0], abs=0.2)
    means = [view.reflectance[7][view.valid].mean() for view in (whole, part)]
    assert means[1] == pytest.approx(means[0], rel=0.35)


@pytest.mark.parametrize(("lon", "lat", "month"), [(6.4, 45.9, 1), (6.4, 45.9, 7), (-62.8, -9.9, 3), (-21.5, 64.1, 4)])
@pytest.mark.parametrize("number", range(4))
def test_udm2_agrees_with_the_item(lon, lat, month, number):
    day = datetime.datetime(2023, month, 15, (10 - round(lon / 15)) % 24, 20, tzinfo=datetime.timezone.utc)
    scene = Scene(item_type("PSScene"), f"{day:%Y%m%d_%H%M%S}_11_2423", lon, lat, day, seed=mix(number), strip=1)
    properties = scene.properties()
    names = ("clear", "snow_ice", "shadow", "light_haze", "heavy_haze", "cloud")
    shares = [properties[f"{name}_percent"] for name in names]
    assert sum(shares) == 100 and min(shares) >= 0
    view = render(scene, scene_grid(scene, 200))
    bands = make(scene, "ortho_udm2", view).raster.pixels
    assert (bands[:6].sum(axis=0) == view.valid).all(), "each pixel has one class"
    measured = [100 * bands[index][view.valid].mean() for index in range(6)]
    assert measured == pytest.approx(shares, abs=2)
    assert properties["cloud_cover"] == properties["cloud_percent"] / 100
    for name, share in zip(names, shares, strict=True):
        assert clear_percent(scene, scene.geometry, name) == pytest.approx(share, abs=2)


@pytest.mark.parametrize(("place", "cloudy", "snowy"), [
    ((10.0, 24.0), 0.1, 0.0), ((100.5, 14.0), 0.6, 0.0), ((-62.8, -9.9), 0.7, 0.0), ((100.0, 62.0), 0.8, 1.0),
])  # fmt: skip
def test_clouds_and_snow_follow_the_climate(place, cloudy, snowy):
    january = [conditions_at(*place, 0.16, 15, mix(number)) for number in range(300)]
    july = [conditions_at(*place, 0.16, 196, mix(number)) for number in range(300)]
    clouds = statistics.mean(one.cloud for one in january + july) / 100
    assert cloudy / 3 <= clouds <= cloudy
    assert (max(one.snow for one in january) > 0) == bool(snowy) and max(one.snow for one in july) == 0


def test_the_sun_stands_where_it_does():
    noon = datetime.datetime(2022, 12, 21, 12, 0, tzinfo=datetime.timezone.utc).timestamp()
    elevation, azimuth = sun_position(0.0, 51.48, noon)  # Greenwich, at the winter solstice
    assert elevation == pytest.approx(15.1, abs=0.3) and azimuth == pytest.approx(180.3, abs=1)
    assert sun_position(0.0, 80.0, noon)[0] < 0, "the polar night"


def test_no_scene_is_taken_in_the_polar_night():
    window = Window()
    window.boxes = [(20.0, 69.0, 21.0, 70.0)]
    found = {}
    for month in (6, 12):
        window.first, window.last = datetime.date(2022, month, 10), datetime.date(2022, month, 20)
        found[month] = Catalog().find(["PSScene"], window, datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc))
    assert len(found[6]) > 10 and len(found[12]) == 0


@pytest.mark.parametrize(
    ("year", "parts", "bands", "instrument"), [(2016, 3, 4, "PS2"), (2018, 3, 4, "PS2"), (2022, 4, 8, "PSB.SD")]
)
def test_generations_of_satellites(year, parts, bands, instrument):
    window = Window()
    window.boxes = [(6.0, 45.5, 7.0, 46.5)]
    window.first, window.last = datetime.date(year, 6, 1), datetime.date(year, 6, 10)
    rows = Catalog().find(["PSScene"], window, datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc))
    scenes = [rows.scene(index) for index in range(len(rows))]
    catalog = Catalog()
    for scene in scenes:
        assert len(scene.id.split("_")) == parts and scene.properties()["instrument"] == instrument
        assert ("ortho_analytic_8b" in scene.assets) == (bands == 8)
        assert catalog.get("PSScene", scene.id) == scene, "an id tells where the scene is"
    assert len({scene.id for scene in scenes}) == len(scenes) > 20
    by_pass = {}
    for scene in scenes:
        by_pass.setdefault((scene.id[:8], scene.properties()["satellite_id"]), []).append(scene)
    assert len(by_pass) < len(scenes) / 2
    for taken in by_pass.values():
        assert (
            max(scene.properties()["view_angle"] for scene in taken)
            - min(scene.properties()["view_angle"] for scene in taken)
            < 6
        )


def test_an_area_elsewhere_is_no_part_of_a_scene():
    with pytest.raises(NoOverlap):
        area_grid(Catalog().get("PSScene", ITEMS[0]), OREGON, 1000)


def test_coordinates_are_those_of_the_projection():
    grid = scene_grid(Catalog().get("PSScene", ITEMS[0]), 200)
    lons, lats = grid.coordinates()
    xs, ys = (grid.west + (17 + 0.5) * grid.size, grid.north - (91 + 0.5) * grid.size)
    (lon,), (lat,) = rasterio.warp.transform(grid.crs, "EPSG:4326", [xs], [ys])
    assert lons[91, 17] == pytest.approx(lon, abs=2e-6) and lats[91, 17] == pytest.approx(lat, abs=2e-6)


# -- files ---------------------------------------------------------------------------------------------------


def test_the_metadata_of_an_analytic_image(sandbox, finished):
    order = finished(an_order())
    folder = sandbox.folder / "orders" / order["id"] / "PSScene"
    root = ElementTree.parse(folder / f"{ITEMS[0]}_3B_AnalyticMS_metadata.xml").getroot()
    spaces = {
        "ps": "http://schemas.planet.com/ps/v1/planet_product_metadata_geocorrected_level",
        "gml": "http://www.opengis.net/gml", "eop": "http://earth.esa.int/eop", "opt": "http://earth.esa.int/opt",
    }  # fmt: skip
    scene = Catalog().get("PSScene", ITEMS[0])
    with rasterio.open(folder / f"{ITEMS[0]}_3B_AnalyticMS.tif") as image:
        facts = {
            "ps:numRows": image.height, "ps:numColumns": image.width, "ps:numBands": image.count,
            "ps:epsgCode": image.crs.to_epsg(), "eop:fileName": f"{ITEMS[0]}_3B_AnalyticMS.tif",
            "eop:serialIdentifier": "2430", "opt:illuminationElevationAngle": f"{scene.sun[0]:.6e}",
        }  # fmt: skip
        pixels, colours = image.read(), [colour.name for colour in image.colorinterp]
        assert image.tags()["TIFFTAG_DATETIME"] == "2022:03:04 09:33:00"
        assert colours == ["blue", "green", "red", "undefined"]
    for name, value in facts.items():
        assert root.find(f".//{name}", spaces).text == str(value)
    bands = root.findall(".//ps:bandSpecificMetadata", spaces)
    assert [band.find("ps:bandNumber", spaces).text for band in bands] == ["1", "2", "3", "4"]
    assert all(float(band.find("ps:radiometricScaleFactor", spaces).text) == 0.01 for band in bands)
    coefficients = [float(band.find("ps:reflectanceCoefficient", spaces).text) for band in bands]
    reflectance = pixels * np.array(coefficients)[:, None, None]
    assert 0.0 < reflectance[:, pixels[0] > 0].mean() < 0.9 and reflectance.max() < 1.5
    toar = finished(an_order(tools=[{"toar": {}}]))
    with rasterio.open(
        sandbox.folder / "orders" / toar["id"] / "PSScene" / f"{ITEMS[0]}_3B_AnalyticMS_toar.tif"
    ) as image:
        assert image.read() == pytest.approx(reflectance * 10_000, abs=1)


def test_each_archive_has_what_its_bundle_shares_with_others(sandbox, finished):
    products = [order_request.product(ITEMS[:1], bundle, "PSScene") for bundle in ("analytic_udm2", "visual")]
    delivery = {"archive_type": "zip", "archive_filename": "{{name}}.zip"}
    order = finished(order_request.build_request("n", products, delivery=delivery))
    archives = sorted((sandbox.folder / "orders" / order["id"]).glob("*.zip"))
    assert len(archives) == 2
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            listed = [entry["path"] for entry in json.loads(archive.read("manifest.json"))["files"]]
        assert f"PSScene/{ITEMS[0]}_metadata.json" in names
        assert sorted(names) == sorted([*listed, "manifest.json"]), "each file once"


def test_coefficients_follow_the_sun():
    low, high = (
        Scene(
            item_type("PSScene"),
            "x_y_z",
            6.4,
            45.9,
            datetime.datetime(2023, month, 15, 10, 20, tzinfo=datetime.timezone.utc),
            1,
            1,
        )
        for month in (1, 7)
    )
    assert low.sun[0] < high.sun[0]
    assert reflectance_coefficients(low, FOUR)[0] > 2 * reflectance_coefficients(high, FOUR)[0]


@pytest.mark.parametrize(("bundle", "tool", "said"), [
    ("basic_analytic_udm2", {"clip": {"aoi": OREGON}}, "clip is not supported for basic bundles"),
    ("analytic_udm2", {"harmonize": {"target_sensor": "Landsat"}}, "unknown target_sensor"),
    ("analytic_udm2", {"clip": {"aoi": {"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]]}}}, "altitudes"),
])  # fmt: skip
def test_what_the_service_refuses_is_refused(api, bundle, tool, said):
    answer = api.post("/orders/v2", json=an_order(bundle=bundle, tools=[tool]))
    assert answer.status_code == 400 and said in answer.text


def test_no_credentials_of_a_delivery_are_shown(api):
    delivery = {"azure_blob_storage": {"account": "a", "container": "c", "sas_token": "hunter2"}}
    answer = api.post("/orders/v2", json=an_order(delivery=delivery))
    assert answer.status_code == 202 and "hunter2" not in answer.text and "<REDACTED>" in answer.text


def test_recorded_requests_have_what_was_sent_and_answered(api, sandbox):
    api.post("/orders/v2?x=1", content=b"nonsense")
    seen = sandbox.requests[-1]
    assert (seen.method, seen.path, seen.query, seen.body, seen.status) == (
        "POST", "/compute/ops/orders/v2", "x=1", b"nonsense", 400)  # fmt: skip
    assert seen.sent > 0


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

"""The Orders API of the sandbox: its wire format, tested with a plain HTTP client."""

import json
import uuid
import zipfile
from io import BytesIO

import httpx
import pytest
import rasterio

from planet.sandbox import Timing
from tests.helpers import ITEMS, OREGON, an_order

SCENES = an_order(items=ITEMS)


def delivered(sandbox, order):
    """Return {path: content} of the files of an order."""
    folder = sandbox.folder / "orders" / order["id"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_order(api, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    answer = api.post("/orders/v2/", json=SCENES)
    order = answer.json()
    assert answer.status_code == 202
    assert list(order["_links"]) == ["_self"]
    assert (order["state"], order["last_message"], order["error_hints"]) == ("queued", "Preparing order", [])
    assert order["created_on"] == order["last_modified"]
    assert order["created_on"].endswith("Z")
    assert (order["source_type"], order["order_type"], order["subscription_id"]) == ("scenes", "full", 0)
    assert "tools" not in order
    assert api.get(order["_links"]["_self"]).json()["state"] == "queued"
    again = {key: value for key, value in order.items()}
    assert api.post("/orders/v2", json=again).status_code == 202, "a body that was got can be posted again"


def test_states_depend_on_the_clock(api, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(queued=60, running=300))
    sandbox.clock.stop()
    order_id = api.post("/orders/v2", json=an_order()).json()["id"]
    states = []
    for seconds in (0, 59, 2, 200, 100):
        sandbox.clock.advance(seconds)
        states.append(api.get(f"/orders/v2/{order_id}").json()["state"])
    assert states == ["queued", "queued", "running", "running", "success"]


def test_results_and_links(api, sandbox, finished):
    order = finished(an_order())
    results = order["_links"]["results"]
    assert results[-1]["name"] == f"{order['id']}/manifest.json"
    assert {result["delivery"] for result in results} == {"success"}
    first = results[0]
    answer = httpx.get(first["location"])
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(sandbox.storage_url)
    assert httpx.get(answer.headers["location"]).status_code == 200
    assert httpx.get(answer.headers["location"], headers={"authorization": "api-key k"}).status_code == 400
    part = httpx.get(answer.headers["location"], headers={"range": "bytes=5-9"})
    assert (part.status_code, len(part.content)) == (206, 5)
    assert httpx.get(first["location"][:-3] + "xyz").status_code == 401
    assert api.get(f"/orders/v2/{order['id']}").json()["_links"]["results"][0]["location"] != ""
    sandbox.clock.advance(24 * 3600 + 1)
    assert httpx.get(first["location"]).status_code == 401
    assert httpx.get(answer.headers["location"]).status_code == 403
    assert "results" not in api.get("/orders/v2").json()["orders"][0]["_links"]


def test_the_layout_and_the_manifest(sandbox, finished):
    files = delivered(sandbox, finished(an_order(tools=[{"clip": {"aoi": _around(ITEMS[0])}}])))
    stem = f"PSScene/{ITEMS[0]}"
    assert set(files) == {
        "manifest.json", f"{stem}_metadata.json", f"{stem}_3B_AnalyticMS_clip.tif",
        f"{stem}_3B_AnalyticMS_metadata_clip.xml", f"{stem}_3B_udm2_clip.tif",
    }  # fmt: skip
    manifest = json.loads(files["manifest.json"])
    assert manifest["name"] == ""
    by_path = {entry["path"]: entry for entry in manifest["files"]}
    assert set(by_path) == set(files) - {"manifest.json"}
    image = by_path[f"{stem}_3B_AnalyticMS_clip.tif"]
    assert image["media_type"] == "image/tiff"
    assert image["size"] == len(files[image["path"]])
    assert image["annotations"] == {
        "planet/item_id": ITEMS[0], "planet/item_type": "PSScene", "planet/asset_type": "ortho_analytic_4b",
        "planet/bundle_type": "analytic_udm2",
    }  # fmt: skip
    metadata = by_path[f"{stem}_metadata.json"]
    assert set(metadata["annotations"]) == {"planet/item_id", "planet/item_type"}
    assert set(json.loads(files[metadata["path"]])) == {"id", "type", "geometry", "properties"}


def _around(item_id, size=0.05):
    from planet.sandbox.catalog.catalog import Catalog

    scene = Catalog().get("PSScene", item_id)
    west, east, south, north = scene.lon - size, scene.lon + size, scene.lat - size, scene.lat + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def _images(sandbox, order):
    return {
        path: rasterio.open(BytesIO(content))
        for path, content in delivered(sandbox, order).items()
        if path.endswith(".tif")
    }


def test_images_are_georeferenced(sandbox, finished):
    for path, image in _images(sandbox, finished(an_order(bundle="analytic_8b_udm2"))).items():
        assert image.crs.to_epsg() == 32632
        assert image.profile["tiled"] or image.width < 256
        west, south, east, north = rasterio.warp.transform_bounds(image.crs, "EPSG:4326", *image.bounds)
        assert west < 6.3355 < east
        assert south < 45.8222 < north
        assert image.count == 8
        assert image.descriptions[-1] == ("udm1" if "udm2" in path else "nir")
        assert image.read(1).any()


def test_every_bundle_of_every_type_can_be_delivered(sandbox, finished, monkeypatch):
    from planet import specs

    monkeypatch.setattr(sandbox._world, "pixels", 32)
    for item_type in sorted(specs.get_item_types()):
        products = [
            {"item_ids": [f"20230101_10101{n}_1{n}_2222"], "item_type": item_type, "product_bundle": bundle}
            for n, bundle in enumerate(specs.get_product_bundles(item_type)[:10])
        ]
        order = finished({"name": item_type, "products": products})
        assert order["state"] == "success", (item_type, order["error_hints"])
        assert len(delivered(sandbox, order)) > len(products)


def test_the_tools(sandbox, finished):
    def one(suffix, *tools, bundle="analytic_udm2"):
        order = finished(an_order(tools=list(tools), bundle=bundle))
        assert order["state"] == "success", order["error_hints"]
        return _images(sandbox, order)[f"PSScene/{ITEMS[0]}_3B_AnalyticMS{suffix}.tif"]

    plain = one("")
    clipped = one("_clip", {"clip": {"aoi": _around(ITEMS[0])}})
    assert clipped.bounds.right - clipped.bounds.left < plain.bounds.right - plain.bounds.left
    reprojected = one("_reproject", {"reproject": {"projection": "EPSG:3857", "resolution": 500, "kernel": "cubic"}})
    assert (reprojected.crs.to_epsg(), reprojected.res) == (3857, (500, 500))
    toar = one("_toar", {"toar": {"scale_factor": 1000}})
    assert 0 < toar.read(4).max() < plain.read(4).max()
    ndvi = one(
        "_clip_bandmath",
        {"clip": {"aoi": _around(ITEMS[0])}},
        {"bandmath": {"b1": "(b4 - b3) / (b4 + b3)", "pixel_type": "32R"}},
    )
    assert ndvi.dtypes == ("float32",)
    assert -1 <= ndvi.read(1).min() < ndvi.read(1).max() <= 1
    assert one("_harmonize", {"harmonize": {"target_sensor": "Sentinel-2"}}).shape == plain.shape
    assert one("_file_format", {"file_format": {"format": "COG"}}).shape == plain.shape
    assert one("_coreg", {"coregister": {"anchor_item": ITEMS[0]}}).shape == plain.shape


def test_tiles(sandbox, finished):
    order = finished(an_order(tools=[{"tile": {"tile_size": 64, "name_template": "{tilex:06d}_{tiley}.tif"}}]))
    images = {path: image for path, image in _images(sandbox, order).items() if "AnalyticMS/" in path}
    assert len(images) >= 4
    for path, image in images.items():
        x, y = path.rsplit("/", 1)[1].removesuffix(".tif").split("_")
        step = 64 * image.res[0]
        assert image.bounds.left == pytest.approx(int(x) * step)
        assert image.bounds.bottom == pytest.approx(int(y) * step)


def test_nitf(sandbox, finished):
    files = delivered(sandbox, finished(an_order(tools=[{"file_format": {"format": "PL_NITF"}}])))
    content = files[f"PSScene/{ITEMS[0]}_3B_AnalyticMS_file_format.ntf"]
    assert content.startswith(b"NITF")


def test_composites(sandbox, finished):
    order = finished(an_order(items=ITEMS, tools=[{"composite": {}}]))
    images = _images(sandbox, order)
    assert set(images) == {"composite.tif", "composite_udm.tif"}
    paths = set(delivered(sandbox, order))
    assert {f"{ITEMS[0]}_metadata.json", f"{ITEMS[1]}_3B_AnalyticMS_metadata.xml"} <= paths
    single = _images(sandbox, finished(an_order()))[f"PSScene/{ITEMS[0]}_3B_AnalyticMS.tif"]
    assert images["composite.tif"].height > single.height
    strips = _images(sandbox, finished(an_order(items=ITEMS, tools=[{"composite": {"group_by": "strip_id"}}])))
    assert len(strips) == 4


@pytest.mark.parametrize("single", [True, False])
def test_archives(sandbox, finished, single):
    delivery = {"archive_type": "zip", "single_archive": single, "archive_filename": "{{name}}_{{order_id}}.zip"}
    order = finished(an_order("my order", items=ITEMS, delivery=delivery))
    files = delivered(sandbox, order)
    if single:
        names = {f"my order_{order['id']}.zip"}
    else:
        names = {f"PSScene_{item}_analytic_udm2_{order['id']}.zip" for item in ITEMS}
    assert set(files) == names | {"manifest.json"}
    outer = {entry["path"]: entry for entry in json.loads(files["manifest.json"])["files"]}
    assert set(outer) == names
    for name in names:
        assert outer[name]["size"] == len(files[name])
        with zipfile.ZipFile(BytesIO(files[name])) as archive:
            inner = json.loads(archive.read("manifest.json"))["files"]
            assert {entry["path"] for entry in inner} == set(archive.namelist()) - {"manifest.json"}
            assert all(len(archive.read(entry["path"])) == entry["size"] for entry in inner)


def test_basemaps(sandbox, finished):
    name = "global_monthly_2022_01_mosaic"
    by_id = {"name": "b", "source_type": "basemaps", "products": [{"mosaic_name": name, "quad_ids": ["1050-1374"]}]}
    images = _images(sandbox, finished(by_id))
    (path,) = images
    assert path == f"{name}/L15-1050E-1374N.tif"
    assert images[path].crs.to_epsg() == 3857
    area = {
        "type": "Polygon",
        "coordinates": [
            [
                [4.607406, 52.353994],
                [4.680005, 52.353994],
                [4.680005, 52.395523],
                [4.607406, 52.395523],
                [4.607406, 52.353994],
            ]
        ],
    }
    by_area = {"name": "b", "source_type": "basemaps", "products": [{"mosaic_name": name, "geometry": area}]}
    assert "1050-1374" in {
        path.split("L15-")[1].replace("E-", "-").removesuffix("N.tif") for path in _images(sandbox, finished(by_area))
    }
    merged = _images(sandbox, finished({**by_area, "tools": [{"clip": {}}, {"merge": {}}]}))
    assert list(merged) == [f"{name}/merged.tif"]


@pytest.mark.parametrize(
    ("delivery", "folder"),
    [
        (
            {
                "amazon_s3": {
                    "bucket": "foo",
                    "aws_region": "r",
                    "aws_access_key_id": "",
                    "aws_secret_access_key": "",
                    "path_prefix": "f/p/",
                }
            },
            "amazon_s3/foo/f/p/{id}",
        ),
        (
            {"azure_blob_storage": {"account": "", "container": "", "sas_token": "", "path_prefix": "pre-"}},
            "azure_blob_storage/_/pre-{id}",
        ),
        ({"google_cloud_storage": {"bucket": "../../x", "credentials": ""}}, "google_cloud_storage/.._.._x/{id}"),
    ],
)
def test_cloud_deliveries(sandbox, finished, delivery, folder):
    order = finished(an_order(delivery=delivery))
    assert order["state"] == "success"
    assert all("location" not in result for result in order["_links"]["results"])
    assert order["_links"]["results"][0]["expires_at"] == "0001-01-01T00:00:00.000Z"
    assert (sandbox.folder / "delivered" / folder.format(id=order["id"]) / "manifest.json").exists()


def test_a_path_prefix_cannot_leave_the_folder(sandbox, finished):
    delivery = {"google_cloud_storage": {"bucket": "b", "credentials": "", "path_prefix": "../../../../../../tmp/out-"}}
    order = finished(an_order(delivery=delivery))
    from pathlib import Path

    assert not Path(f"/tmp/out-{order['id']}").exists()


def test_hosting(api, finished):
    order = finished(an_order(hosting="sentinel_hub"))
    assert uuid.UUID(order["hosting"]["sentinel_hub"]["collection_id"])
    assert order["tools"] == [{"file_format": {"format": "COG"}}]


PRODUCT = SCENES["products"][0]


@pytest.mark.parametrize(
    ("request_body", "field", "words"),
    [
        ({}, "Name", "name"),
        ({"name": "x"}, "Products", "required"),
        ({"name": "x", "products": []}, "Products", "required"),
        ({"name": "x", "products": [{}]}, "Products", "item_ids"),
        (
            {"name": "x", "products": [{**PRODUCT, "item_type": "X"}]},
            "Products",
            "Bad item type 'X' for bundle type 'analytic_udm2'",
        ),
        (
            {"name": "x", "products": [{**PRODUCT, "item_ids": ["nonsense"]}]},
            "Details",
            "Item ID nonsense / Item Type PSScene doesn't exist",
        ),
        ({"name": "x", "products": [{**PRODUCT, "item_ids": ["20241399_000000_00_0000"]}]}, "Details", "doesn't exist"),
        (
            {"name": "x", "products": [{**PRODUCT, "item_ids": [f"20230101_{n:06d}_00_0000" for n in range(501)]}]},
            "Products",
            "too many",
        ),
        ({"name": "x", "products": [PRODUCT], "order_type": "half"}, "OrderType", "full or partial"),
        ({"name": "x", "products": [PRODUCT], "source_type": "x"}, "SourceType", "unknown"),
        ({"name": "x", "products": [PRODUCT], "tools": [{"cut": {}}]}, "Tools", "not supported"),
        ({"name": "x", "products": [PRODUCT], "tools": [{"clip": {}}]}, "Tools", "aoi is required"),
        ({"name": "x", "products": [PRODUCT], "tools": [{"clip": {"aoi": {"type": "Polygon"}}}]}, "Tools", "GeoJSON"),
        ({"name": "x", "products": [PRODUCT], "tools": [{"coregister": {"anchor_item": "x"}}]}, "Tools", "anchor_item"),
        ({"name": "x", "products": [PRODUCT], "delivery": {"archive_type": "tar"}}, "Delivery", "archive_type"),
        (
            {"name": "x", "products": [PRODUCT], "delivery": {"amazon_s3": {"bucket": "b"}}},
            "Delivery",
            "aws_region is required",
        ),
        (
            {"name": "x", "source_type": "basemaps", "products": [{"mosaic_name": "none", "quad_ids": ["1-1"]}]},
            "Products",
            "Mosaic Not Found",
        ),
        (
            {"name": "x", "source_type": "basemaps", "products": [{"mosaic_name": "global_monthly_2022_01_mosaic"}]},
            "Products",
            "exactly one",
        ),
    ],
)
def test_validation_errors(api, request_body, field, words):
    answer = api.post("/orders/v2", json=request_body)
    assert answer.status_code == 400
    body = answer.json()
    assert body["general"] == [{"message": "Unable to accept order"}]
    assert words in body["field"][field][0]["message"]


def test_invalid_bodies(api):
    for content in (b"", b"{", b"[]", b"\xff"):
        answer = api.post("/orders/v2", content=content)
        assert answer.status_code == 400
        assert set(answer.json()) == {"general", "field"}


def test_other_errors(api):
    nowhere = uuid.uuid4()
    assert api.get(f"/orders/v2/{nowhere}").json() == {"message": f"Could not load order ID: {nowhere}."}
    assert api.put(f"/orders/v2/{nowhere}").json() == {"message": f"No such order ID: {nowhere}."}
    assert api.get("/orders/v2?sort_by=colour").status_code == 400
    assert api.get("/orders/v2?created_on=yesterday").status_code == 400
    assert api.get("/nothing").status_code == 404


def test_an_order_fails_if_the_aoi_does_not_overlap(finished):
    order = finished(an_order(tools=[{"clip": {"aoi": OREGON}}]))
    assert order["state"] == "failed"
    assert "does not overlap" in order["error_hints"][0]


def test_an_unknown_scene_is_located_at_the_clip_geometry(finished):
    order = finished(an_order(items=["20200101_181818_5e_1234"], tools=[{"clip": {"aoi": OREGON}}]))
    assert order["state"] == "success"


def test_credentials(sandbox):
    url = f"{sandbox.base_url}/compute/ops/orders/v2"
    assert httpx.get(url).status_code == 401
    for auth in ("api-key k", "Bearer k"):
        assert httpx.get(url, headers={"authorization": auth}).status_code == 200
    assert httpx.get(url, auth=("k", "")).status_code == 200
    assert httpx.get(f"{sandbox.base_url}/compute/ops/bundles/spec").status_code == 200


def test_orders_belong_to_their_key(sandbox, api):
    order_id = api.post("/orders/v2", json=an_order()).json()["id"]
    other = httpx.get(f"{sandbox.base_url}/compute/ops/orders/v2/{order_id}", auth=("other", ""))
    assert other.status_code == 404


def test_both_endpoints_for_bulk_cancel(api, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    for path in ("/bulk/orders/v2/cancel", "/orders/v2/cancel"):
        api.post("/orders/v2", json=an_order())
        assert api.post(path, json={}).json()["result"]["succeeded"]["count"] == 1


def test_rate_limits(api, sandbox, monkeypatch, no_time_passes):
    monkeypatch.setattr(sandbox._app, "_rate_limits", True)
    answers = [api.get("/orders/v2") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert api.get("/stats/orders/v2").status_code == 200

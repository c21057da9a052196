"""Items and orders as STAC, checked by pystac's validator."""

import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import odc.stac
import pystac
import pytest
import rasterio
from pystac.validation.stac_validator import JsonSchemaSTACValidator

from planet import collect, order_request, stac
from planet._html import footprints
from planet.exceptions import ClientError
from planet.geojson import box
from planet.manifest import Manifest
from planet.models import Item
from tests.helpers import OREGON
from tests.unit.imagery.conftest import download, handmade, two_scenes
from tests.unit.imagery.stac_schemas import schemas


@pytest.fixture(autouse=True)
def _schemas(monkeypatch):
    """The schemas of the core are pystac's own; those of extensions would be fetched."""
    validator = JsonSchemaSTACValidator()
    validator.schema_cache |= schemas()
    monkeypatch.setattr(pystac.validation.RegisteredValidator, "_validator", validator)


def valid(item):
    """The item, checked with all of its extensions, after a way through JSON."""
    item = pystac.Item.from_dict(json.loads(json.dumps(item.to_dict())))
    assert len(item.validate()) == 1 + len(item.stac_extensions)
    return item


def test_the_schemas_find_mistakes(pl):
    item = stac.to_item(pl.data.search(["PSScene"], limit=1).first())
    valid(item)
    for name, value in [("eo:cloud_cover", 300), ("view:sun_elevation", "high"), ("eo:clouds", 3)]:
        wrong = item.clone()
        wrong.properties[name] = value
        with pytest.raises(pystac.errors.STACValidationError):
            valid(wrong)


def test_items_of_the_catalogue(pl):
    scenes = collect(pl.data.search(["PSScene", "SkySatCollect", "REOrthoTile"], limit=60))
    collection = scenes.to_stac()
    assert len(collection) == 60
    for scene, item in zip(scenes.features, collection, strict=True):
        item = valid(item)
        assert item.id == scene.id
        assert item.datetime == scene.acquired
        assert item.ext.eo.cloud_cover == pytest.approx(100 * scene.cloud_cover)
        assert item.ext.view.sun_elevation == scene.sun_elevation
        assert set(item.assets) == {*scene.assets, "thumbnail"}
        assert item.properties["pl:item_type"] == scene.item_type
        assert len({asset.href for asset in item.assets.values()}) == len(item.assets)
    assert {item.properties["constellation"] for item in collection} >= {"planetscope"}


def test_tiles_have_a_grid(pl):
    item = valid(stac.to_item(pl.data.search(["REOrthoTile"], limit=1).first()))
    assert item.ext.proj.code.startswith("EPSG:32")
    assert item.ext.proj.shape == [5000, 5000]
    assert item.ext.proj.transform[0] == -item.ext.proj.transform[4] == 5


def test_assets_lead_to_the_api_and_never_to_a_link_with_a_token(pl):
    scene = pl.data.get_item("PSScene", "20220304_093300_37_2430")
    asset = pl.data.get_asset("PSScene", scene.id, "ortho_visual")
    pl.data.activate_asset(asset)
    pl.data.wait_asset(asset, delay=0.05)
    assets = pl.data.list_item_assets("PSScene", scene.id)
    item = valid(stac.to_item(scene, assets))
    text = json.dumps(item.to_dict())
    assert assets["ortho_visual"].location not in text
    assert "?" not in text
    assert item.assets["ortho_visual"].href == assets["ortho_visual"]["_links"]["_self"]
    assert item.assets["ortho_visual"].roles == ["visual"]
    assert [band.name for band in item.assets["ortho_analytic_4b"].ext.eo.bands] == ["blue", "green", "red", "nir"]
    assert "eo:bands" not in item.assets["ortho_udm2"].to_dict()
    bands = item.assets["ortho_analytic_4b"].to_dict()["bands"]
    assert [(band["name"], band["eo:common_name"]) for band in bands] == [
        (name, name) for name in ("blue", "green", "red", "nir")
    ]
    assert [band["name"] for band in item.assets["ortho_udm2"].to_dict()["bands"]][:2] == ["clear", "snow"]
    assert item.assets["ortho_analytic_4b_xml"].media_type == "application/xml"


@pytest.mark.filterwarnings("ignore:.*shapely.ops.transform:DeprecationWarning")  # in odc-geo
def test_odc_stac_reads_bands_by_name(clipped):
    _, folder = clipped
    cube = odc.stac.load(list(stac.from_order(folder)), bands=["red", "nir"], chunks={})
    assert set(cube.data_vars) == {"red", "nir"}
    assert float(cube["nir"].max().compute()) > 0
    assert not np.array_equal(cube["nir"].isel(time=0), cube["red"].isel(time=0))


def test_a_downloaded_order(clipped):
    _, folder = clipped
    collection = stac.from_order(folder)
    assert len(collection) == 2
    for item in map(valid, collection):
        assert set(item.assets) == {"ortho_analytic_4b", "ortho_analytic_4b_xml", "ortho_udm2"}
        for asset in item.assets.values():
            content = Path(asset.href).read_bytes()
            assert asset.ext.file.size == len(content)
            assert asset.ext.file.checksum == "1220" + hashlib.sha256(content).hexdigest()
        image = item.assets["ortho_analytic_4b"]
        bands = image.to_dict()["bands"]
        assert [(band["name"], band["data_type"]) for band in bands] == [
            (name, "uint16") for name in ("blue", "green", "red", "nir")
        ]
        with rasterio.open(image.href) as opened:
            assert bands[0].get("nodata") == opened.nodata
            assert image.ext.proj.code == f"EPSG:{opened.crs.to_epsg()}"
            assert image.ext.proj.shape == list(opened.shape)
            assert image.ext.proj.transform == list(opened.transform)[:6]
        west, south, east, north = item.bbox
        assert west >= -117.56
        assert east <= -117.45
        assert south < north


def test_a_catalogue_that_moves_with_the_files(clipped, tmp_path):
    collection = stac.from_order(clipped[1], root=".")
    collection.save_object(tmp_path / "stac.json")
    again = pystac.ItemCollection.from_file(str(tmp_path / "stac.json"))
    assert {asset.href[:10] for item in again for asset in item.assets.values()} == {"./PSScene/"}
    root = stac.from_order(clipped[1], root="s3://bucket/orders/1/")
    assert next(iter(root[0].assets.values())).href.startswith("s3://bucket/orders/1/PSScene/")


def test_scenes_that_were_joined_are_one_item(pl, tmp_path):
    items = two_scenes(pl)
    _, folder = download(pl, tmp_path, *items, tools=[order_request.composite_tool()])
    (item,) = map(valid, stac.from_order(folder))
    assert item.id == "composite"
    assert item.datetime is None
    assert item.common_metadata.start_datetime < item.common_metadata.end_datetime
    assert set(item.assets) >= {"composite", "composite_udm"}
    assert item.geometry["type"] == "MultiPolygon"


def test_an_order_whose_files_are_still_packed(pl, tmp_path):
    delivery = order_request.delivery(archive_type="zip", single_archive=True)
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430", delivery=delivery)
    with pytest.raises(ClientError, match="unzip=True"):
        stac.from_order(folder)
    pl.orders.download_order(folder.name, tmp_path, unzip=True)
    assert len(stac.from_order(folder)) == 1


def test_what_is_none(tmp_path, clipped):
    with pytest.raises(ClientError, match="no id or no acquisition time"):
        stac.to_item(Item(id="a", properties={}))
    with pytest.raises(ClientError, match=r"manifest"):
        stac.from_order(tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": []}')
    with pytest.raises(ClientError, match="no scenes"):
        stac.from_order(tmp_path)


def test_metadata_that_is_broken_is_named(clipped, tmp_path):
    manifest = json.loads((clipped[1] / "manifest.json").read_bytes())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ClientError, match=r"_metadata.json cannot be read.*Download the order again"):
        stac.from_order(tmp_path)


def test_a_package_that_is_missing_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pystac", None)
    with pytest.raises(ClientError, match=r"pystac.*pip install 'planet\[stac\]'"):
        stac.to_item({})


def test_every_file_of_an_order_is_an_asset(pl, tmp_path):
    items = two_scenes(pl)
    for tools in ([order_request.tile_tool(64)], [order_request.composite_tool(), order_request.tile_tool(64)]):
        _, folder = download(pl, tmp_path, *items, tools=tools)
        hrefs = {asset.href for item in map(valid, stac.from_order(folder)) for asset in item.assets.values()}
        files = {(folder / e.path).as_posix() for e in Manifest.read(folder) if "_metadata.json" not in e.path}
        assert hrefs == files


def test_what_clipping_leaves_of_an_outline(tmp_path):
    left = {"type": "GeometryCollection", "geometries": [OREGON, {"type": "Point", "coordinates": [0, 0]}]}
    split = {
        "type": "MultiPolygon",
        "coordinates": [box(179, 10, 180, 11)["coordinates"], box(-180, 10, -179, 11)["coordinates"]],
    }
    items = [
        ("a", {"geometry": left}),
        ("b", {"geometry": split}),
        ("c", {"geometry": {"type": "Polygon", "coordinates": []}}),
    ]
    images = [(f"{name}.tif", "ortho_visual", name, np.ones((3, 4, 4), "uint8"), {}) for name, _ in items]
    one, two, three = map(valid, stac.from_order(handmade(tmp_path, *images, items=items)))
    assert one.geometry == OREGON
    assert two.bbox == [179, 10, -179, 11]
    assert three.geometry is None
    assert to_svg(two.geometry) < 400


def to_svg(geometry):
    """How wide a drawing is."""
    return float(re.search(r'width="(\d+)"', footprints([geometry], 160)).group(1))


def test_what_the_files_are_is_told_by_the_files(tmp_path):
    plain = {"crs": "+proj=laea +lat_0=45 +lon_0=-117 +units=m"}
    image = ("PSScene/my file #1.tif", "ortho_analytic_4b", "a", np.ones((1, 4, 4), "float32"), plain)
    folder = handmade(tmp_path, image, items=[("a", {})])
    (item,) = stac.from_order(folder)
    asset = item.assets["ortho_analytic_4b"]
    assert asset.media_type == pystac.MediaType.GEOTIFF
    assert "eo:bands" not in asset.to_dict()
    assert asset.ext.proj.shape == [4, 4]
    assert asset.ext.proj.wkt2.startswith("PROJCRS")
    with rasterio.open(asset.href):
        assert asset.href.endswith("my file #1.tif")
    (item,) = stac.from_order(folder, root="https://host/my dir")
    assert item.assets["ortho_analytic_4b"].href == "https://host/my%20dir/PSScene/my%20file%20%231.tif"
    for root, start in ((Path(), "./PSScene"), ("", "PSScene")):
        (item,) = stac.from_order(folder, root=root)
        assert item.assets["ortho_analytic_4b"].href.startswith(start)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: stac.to_item(5), "item must be a mapping, got 5"), (lambda: stac.to_item({"id": "a"}, ["b"]), "assets must be"),
    (lambda: stac.to_item_collection(5), "Results or a list"), (lambda: stac.to_item_collection([5]), "item must be a mapping, got 5"),
])  # fmt: skip
def test_arguments_that_make_no_sense(call, words):
    with pytest.raises(ClientError, match=words):
        call()


def test_numbers_that_are_none(pl):
    item = pl.data.search(["PSScene"], limit=1).first()
    item["properties"]["cloud_cover"] = float("nan")
    assert "eo:cloud_cover" not in stac.to_item(item).properties
    assert len(stac.to_item_collection(item)) == 1

"""Orders as xarray Datasets."""

import sys

import numpy as np
import pytest
import rasterio
import xarray
from rasterio.enums import ColorInterp
from rasterio.transform import from_origin

from planet import order_request, raster
from planet.exceptions import ClientError
from planet.manifest import Manifest
from tests.helpers import OREGON
from tests.unit.imagery.conftest import download, fetch, handmade, two_scenes

FOUR = ("blue", "green", "red", "nir")


def test_the_scenes_of_an_order_lie_above_each_other(clipped):
    _, folder = clipped
    scenes = raster.open_order(folder)
    assert set(FOUR) | {"clear", "cloud"} <= set(scenes)
    assert scenes.red.dims == ("time", "y", "x")
    assert scenes.sizes["time"] == 2
    assert scenes.indexes["time"].is_monotonic_increasing
    entries = Manifest.read(folder).find(asset_type="ortho_analytic_4b")
    assert set(scenes.item_id.values) == {entry.item_id for entry in entries}
    assert scenes.rio.crs.to_epsg() == 32611
    assert scenes.red.dtype == "uint16"
    assert scenes.red.attrs["_FillValue"] == 0


def test_no_pixel_is_read_before_it_is_wanted(clipped, monkeypatch):
    scenes = raster.open_order(clipped[1], chunks=16)
    assert all(band.chunks is not None for band in scenes.data_vars.values())
    assert scenes.red.data.chunksize[1:] == (16, 16)
    now = raster.open_order(clipped[1], chunks=None)
    assert all(band.chunks is None for band in now.data_vars.values())
    np.testing.assert_array_equal(now.nir, scenes.nir)


def test_the_pixels_are_those_of_the_files(pl, tmp_path):
    """One scene on its own grid: nothing is changed."""
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430")
    scenes = raster.open_order(folder)
    (entry,) = Manifest.read(folder).find(asset_type="ortho_analytic_4b")
    with rasterio.open(folder / entry.path) as image:
        assert scenes.sizes["x"] == image.width
        assert scenes.sizes["y"] == image.height
        assert scenes.rio.transform() == image.transform
        for number, name in enumerate(FOUR, 1):
            np.testing.assert_array_equal(scenes[name][0], image.read(number))
        assert float(scenes.x[0]) == pytest.approx(image.xy(0, 0)[0])


def test_values_stay_values_and_nothing_becomes_nan(clipped):
    raw, masked = raster.open_order(clipped[1]), raster.open_order(clipped[1], masked=True)
    assert masked.red.dtype.kind == "f"
    assert masked.clear.dtype == "uint8"
    np.testing.assert_array_equal(masked.red.isnull(), raw.red == 0)
    np.testing.assert_array_equal(masked.red.fillna(0), raw.red)


def test_another_projection_and_resolution(clipped):
    scenes = raster.open_order(
        clipped[1], ["ortho_analytic_4b"], crs="EPSG:4326", resolution=0.001, resampling="bilinear"
    )
    assert set(scenes.data_vars) == set(FOUR)
    assert scenes.rio.crs.to_epsg() == 4326
    assert scenes.rio.resolution() == pytest.approx((0.001, -0.001))
    west, _, _, north = scenes.rio.bounds()
    assert west == pytest.approx(-117.559, abs=0.006)
    assert north == pytest.approx(45.302, abs=0.006)
    assert int(scenes.red.max()) > 0


def test_scenes_of_different_places_lie_where_they_belong(pl, tmp_path):
    """Two scenes that touch in part: each keeps its own pixels, up to half of one."""
    items = two_scenes(pl)
    _, folder = download(pl, tmp_path, *items)
    scenes = raster.open_order(folder)
    for entry in Manifest.read(folder).find(asset_type="ortho_analytic_4b"):
        at = list(scenes.item_id.values).index(entry.item_id)
        with rasterio.open(folder / entry.path) as image:
            rows, columns = np.nonzero(image.read(4))
            for row, column in list(zip(rows, columns, strict=True))[:: len(rows) // 25]:
                x, y = image.xy(row, column)
                near = scenes.nir[at].sel(x=x, y=y, method="nearest")
                window = image.read(4, window=((max(row - 1, 0), row + 2), (max(column - 1, 0), column + 2)))
                assert int(near) in window


def test_bands_that_two_types_have_bear_their_names(pl, tmp_path):
    product = [
        order_request.product(["20220304_093300_37_2430"], bundle, "PSScene") for bundle in ("visual", "analytic_udm2")
    ]
    _, folder = fetch(pl, tmp_path, order_request.build_request("both", product))
    scenes = raster.open_order(folder)
    assert {"ortho_visual_red", "ortho_analytic_4b_red", "nir", "clear"} <= set(scenes)
    assert scenes.sizes["time"] == 1


def test_scenes_with_different_bands(pl, tmp_path):
    """A scene that lacks a band has no value there."""
    products = [
        order_request.product(["20220304_093300_37_2430"], "visual", "PSScene"),
        order_request.product(["20220305_093440_25_2429"], "analytic_udm2", "PSScene"),
    ]
    _, folder = fetch(pl, tmp_path, order_request.build_request("mixed", products))
    scenes = raster.open_order(folder, masked=True)
    assert bool(scenes.nir[0].isnull().all())
    assert float(scenes.nir[1].mean()) > 0


def test_what_is_not_rectified_lies_on_no_grid(pl, tmp_path):
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430", bundle="basic_analytic_udm2")
    for types in (None, "basic_analytic_4b"):
        with pytest.raises(ClientError, match="It has basic_analytic_4b.*not orthorectified"):
            raster.open_order(folder, types)


def test_a_composite(pl, tmp_path):
    items = two_scenes(pl)
    _, folder = download(pl, tmp_path, *items, tools=[order_request.composite_tool()])
    scenes = raster.open_order(folder)
    assert scenes.sizes["time"] == 1
    assert set(FOUR) <= set(scenes)


def test_basemaps(pl, tmp_path):
    product = order_request.basemap_product("global_monthly_2022_01_mosaic", geometry=OREGON)
    request = order_request.build_request("map", [product], order_type="partial", source_type="basemaps")
    _, folder = fetch(pl, tmp_path, request)
    scenes = raster.open_order(folder)
    assert int(scenes.red.max()) > 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"asset_types": ["ortho_visual"]}, "It has ortho_analytic_4b, ortho_udm2"),
        ({"resampling": "sharp"}, "one of 'nearest', 'bilinear'"),
    ],
)
def test_what_cannot_be_had(clipped, options, words):
    with pytest.raises(ClientError, match=words):
        raster.open_order(clipped[1], **options)


def test_files_that_are_missing_or_broken(pl, tmp_path):
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430")
    (entry,) = Manifest.read(folder).find(asset_type="ortho_analytic_4b")
    (folder / entry.path).write_bytes(b"nothing of an image")
    with pytest.raises(ClientError, match=r"cannot be read"):
        raster.open_order(folder)
    (folder / entry.path).unlink()
    with pytest.raises(ClientError, match=r"is missing.*Download the order again"):
        raster.open_order(folder)


def test_a_package_that_is_missing_is_named_with_the_command(monkeypatch, clipped):
    monkeypatch.setitem(sys.modules, "rioxarray", None)
    with pytest.raises(ClientError, match=r"rioxarray.*pip install 'planet\[xarray\]'"):
        raster.open_order(clipped[1])


def a_mask(width=8):
    """A UDM2 whose left half is clear, and whose right half is clouds."""
    mask = np.zeros((8, width, width), "uint8")
    mask[0, :, : width // 2] = 1
    mask[5, :, width // 2 :] = 1
    return mask


ONE = [("a", {})]


@pytest.mark.parametrize(
    "options", [{"resampling": "bilinear", "crs": "EPSG:4326"}, {"resampling": "mode", "resolution": 6}]
)
def test_masks_stay_what_they_are_whatever_is_done_to_the_others(tmp_path, options):
    image = ("a_udm2.tif", "ortho_udm2", "a", a_mask(), {})
    scenes = raster.open_order(handmade(tmp_path, image, items=ONE), **options)
    assert 0 < int(scenes.clear.sum()) < scenes.clear.size
    assert not bool(((scenes.clear == 1) & (scenes.cloud == 1)).any())


def test_black_is_black_where_a_file_has_no_value_for_nothing(tmp_path):
    image = ("a.tif", "ortho_visual", "a", np.zeros((3, 8, 8), "uint8"), {})
    scenes = raster.open_order(handmade(tmp_path, image, items=ONE), resampling="cubic", resolution=2)
    assert int(scenes.red.max()) == 0


def test_tiles_are_put_together(pl, tmp_path):
    """Of one scene, whose tiles lie on one grid: no pixel is lost, and none counted twice."""
    items = ["20220304_093300_37_2430"]
    for tools in ([order_request.tile_tool(64)], [order_request.composite_tool(), order_request.tile_tool(64)]):
        _, tiled = download(pl, tmp_path, *items, tools=tools)
        count = int((raster.open_order(tiled).blue > 0).sum())
        expected = 0
        for entry in Manifest.read(tiled):
            if entry.path.endswith(".tif") and "udm" not in entry.path:
                with rasterio.open(tiled / entry.path) as image:
                    expected += int((image.read(1) > 0).sum())
        assert count == expected > 1000
        masked = raster.open_order(tiled, masked=True)
        assert int(masked.blue.notnull().sum()) == count


def test_mosaics_of_an_order_are_kept_apart(tmp_path):
    pixels = np.ones((3, 4, 4), "uint8")
    images = [(f"{month}_mosaic/355-1313.tif", None, None, pixels * n, {}) for n, month in enumerate(["jan", "feb"], 1)]
    scenes = raster.open_order(handmade(tmp_path, *images))
    assert sorted(zip(scenes.item_id.values, scenes.band_1.max(["x", "y"]).values.tolist(), strict=True)) == [
        ("feb_mosaic", 2), ("jan_mosaic", 1)
    ]  # fmt: skip


def test_what_a_tool_computed_has_no_name_of_another_band(tmp_path):
    images = [("a.tif", "ortho_analytic_4b", "a", np.ones((1, 4, 4), "float32"), {}),
              ("b.tif", "ortho_panchromatic", "a", np.ones((1, 4, 4), "uint16"), {})]  # fmt: skip
    scenes = raster.open_order(handmade(tmp_path, *images, items=ONE))
    assert set(scenes) == {"ortho_analytic_4b_band_1", "ortho_panchromatic_band_1"}


def test_opacity_says_where_there_is_an_image(tmp_path):
    pixels = np.zeros((4, 8, 8), "uint8")
    pixels[3, :, :4] = 255  # black, and there
    folder = handmade(tmp_path, ("a.tif", "ortho_visual", "a", pixels, {}), items=ONE)
    with rasterio.open(folder / "a.tif", "r+") as image:
        image.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
    scenes = raster.open_order(folder, masked=True)
    assert int(scenes.red.notnull().sum()) == 32
    assert set(scenes) == {"red", "green", "blue", "alpha"}


def test_outside_of_a_file_without_a_value_for_nothing_is_nan(tmp_path):
    moved = {"transform": from_origin(400_012, 5_000_000, 3, 3)}
    images = [("a.tif", "ortho_visual", "a", np.zeros((3, 4, 4), "uint8"), {}),
              ("b.tif", "ortho_visual", "b", np.zeros((3, 4, 4), "uint8"), moved)]  # fmt: skip
    items = [("a", {}), ("b", {"acquired": "2024-06-02T10:00:00Z"})]
    scenes = raster.open_order(handmade(tmp_path, *images, items=items), masked=True)
    assert scenes.red.notnull().sum(["x", "y"]).values.tolist() == [16, 16]
    assert scenes.sizes["x"] == 8


def test_values_for_nothing_are_made_the_same(tmp_path):
    pixels = np.full((1, 4, 4), 7, "uint8")
    images = [("a.tif", "pan", "a", pixels, {"nodata": 255}),
              ("b.tif", "pan", "b", pixels, {"nodata": 0, "transform": from_origin(400_012, 5_000_000, 3, 3)})]  # fmt: skip
    items = [("a", {}), ("b", {"acquired": "2024-06-02T10:00:00Z"})]
    scenes = raster.open_order(handmade(tmp_path, *images, items=items))
    assert set(np.unique(scenes.band_1)) == {7, 255}
    assert scenes.band_1.attrs["_FillValue"] == 255


def test_it_is_read_wherever_the_program_has_gone(clipped, monkeypatch, tmp_path):
    monkeypatch.chdir(clipped[1].parent)
    scenes = raster.open_order(clipped[1].name)
    monkeypatch.chdir(tmp_path)
    assert int(scenes.red.max()) > 0
    scenes.close()


def test_strips_whose_numbers_begin_alike(tmp_path):
    images = [(f"{strip}_composite.tif", None, None, np.ones((1, 4, 4), "uint8"), {}) for strip in ("461", "4613")]
    items = [("a", {"strip_id": "461"}), ("b", {"strip_id": "4613", "acquired": "2024-06-03T10:00:00Z"})]
    scenes = raster.open_order(handmade(tmp_path, *images, items=items))
    assert [str(time)[:10] for time in scenes.time.values] == ["2024-06-01", "2024-06-03"]


def test_the_date_line(tmp_path):
    at = {"crs": "EPSG:32601", "transform": from_origin(165_000, 1_200_000, 500, 500)}
    folder = handmade(tmp_path, ("a.tif", "ortho_visual", "a", np.ones((3, 40, 40), "uint8"), at), items=ONE)
    assert raster.open_order(folder).sizes["x"] == 40
    for crs in ("EPSG:4326", "EPSG:3857"):
        with pytest.raises(ClientError, match="crosses the antimeridian"):
            raster.open_order(folder, crs=crs)


@pytest.mark.parametrize(
    "options",
    [{"crs": "nonsense"}, {"resolution": "3"}, {"resolution": (3, 3)}, {"resolution": float("nan")}, {"resolution": 0},
     {"resolution": -3}, {"resampling": "gauss"}, {"resampling": 3}, {"chunks": 0}, {"chunks": "many"}, {"asset_types": 5},
     {"asset_types": [5]}],
    ids=str,
)  # fmt: skip
def test_arguments_that_make_no_sense(clipped, options):
    with pytest.raises(ClientError, match=next(iter(options))):
        raster.open_order(clipped[1], **options)


def test_images_that_do_not_say_where_they_lie(tmp_path):
    nowhere = {"crs": None, "transform": None}
    folder = handmade(tmp_path, ("a.tif", "ortho_visual", "a", np.ones((3, 4, 4), "uint8"), nowhere), items=ONE)
    with pytest.raises(ClientError, match="has no coordinate reference system"):
        raster.open_order(folder)


@pytest.mark.parametrize(
    "note", [{"planet/item_id": ["a"]}, {"planet/item_id": "a", "planet/asset_type": 3}, {"planet/item_id": "a"}]
)
def test_manifests_and_metadata_that_make_no_sense(tmp_path, note):
    (tmp_path / "a.json").write_text('{"type": "Feature", "id": "a", "properties": {"acquired": "tomorrow"}}')
    entry = {"path": "a.json", "media_type": "application/json", "annotations": note}
    with pytest.raises(ClientError, match=r"a\.json"):
        raster.open_order(handmade(tmp_path, manifest=[entry]))


def test_attributes_follow_the_cf_conventions(pl, tmp_path):
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430", bundle="analytic_sr_udm2")
    scenes = raster.open_order(folder)
    assert scenes.attrs["order_id"] == str(folder.name) and scenes.attrs["Conventions"].startswith("CF-")
    assert scenes.x.attrs["standard_name"] and scenes.time.attrs["standard_name"] == "time"
    assert scenes.clear.attrs["flag_values"] == [0, 1] and scenes.clear.attrs["flag_meanings"] == "not_clear clear"
    assert scenes.confidence.attrs["units"] == "percent" and scenes.nir.attrs["long_name"] == "nir, surface reflectance"
    decoded = xarray.decode_cf(scenes)
    np.testing.assert_array_equal(decoded.cloud, scenes.cloud)
    assert decoded.time.dtype == scenes.time.dtype and scenes.nir.attrs["scale_to_reflectance"] == 0.0001
    ratio = (scenes.nir / scenes.red.where(scenes.red > 0)).isel(time=0)
    ratio.rio.to_raster(tmp_path / "ratio.tif")
    with rasterio.open(tmp_path / "ratio.tif") as image:
        assert image.scales == (1.0,)
    (tmp_path / "renamed").mkdir()
    folder.rename(tmp_path / "renamed" / "june")
    assert "order_id" not in raster.open_order(tmp_path / "renamed" / "june").attrs

"""Orders as xarray Datasets."""

import sys

import numpy as np
import pytest
import rasterio

from planet import order_request, raster
from planet.exceptions import ClientError
from planet.manifest import Manifest
from tests.helpers import OREGON
from tests.integrations.conftest import download

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
    items = [item.id for item in pl.data.search(["PSScene"], geometry=OREGON, limit=2)]
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
    order = pl.orders.create_order(order_request.build_request("both", product))
    pl.orders.wait(order.id, delay=0.05)
    pl.orders.download_order(order.id, tmp_path)
    scenes = raster.open_order(tmp_path / order.id)
    assert {"ortho_visual_red", "ortho_analytic_4b_red", "nir", "clear"} <= set(scenes)
    assert scenes.sizes["time"] == 1


def test_scenes_with_different_bands(pl, tmp_path):
    """A scene that lacks a band has no value there."""
    products = [
        order_request.product(["20220304_093300_37_2430"], "visual", "PSScene"),
        order_request.product(["20220305_093440_25_2429"], "analytic_udm2", "PSScene"),
    ]
    order = pl.orders.create_order(order_request.build_request("mixed", products))
    pl.orders.wait(order.id, delay=0.05)
    pl.orders.download_order(order.id, tmp_path)
    scenes = raster.open_order(tmp_path / order.id, masked=True)
    assert bool(scenes.nir[0].isnull().all())
    assert float(scenes.nir[1].mean()) > 0


def test_what_is_not_rectified_lies_on_no_grid(pl, tmp_path):
    _, folder = download(pl, tmp_path, "20220304_093300_37_2430", bundle="basic_analytic_udm2")
    for types in (None, "basic_analytic_4b"):
        with pytest.raises(ClientError, match="There are basic_analytic_4b.*not rectified"):
            raster.open_order(folder, types)


def test_a_composite(pl, tmp_path):
    items = [item.id for item in pl.data.search(["PSScene"], geometry=OREGON, limit=2)]
    _, folder = download(pl, tmp_path, *items, tools=[order_request.composite_tool()])
    scenes = raster.open_order(folder)
    assert scenes.sizes["time"] == 1
    assert set(FOUR) <= set(scenes)


def test_basemaps(pl, tmp_path):
    product = order_request.basemap_product("global_monthly_2022_01_mosaic", geometry=OREGON)
    order = pl.orders.create_order(
        order_request.build_request("map", [product], order_type="partial", source_type="basemaps")
    )
    pl.orders.wait(order.id, delay=0.05)
    pl.orders.download_order(order.id, tmp_path)
    scenes = raster.open_order(tmp_path / order.id)
    assert int(scenes.red.max()) > 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"asset_types": ["ortho_visual"]}, "There are ortho_analytic_4b, ortho_udm2"),
        ({"resampling": "sharp"}, "There are nearest, bilinear"),
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

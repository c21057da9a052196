# Generated from tests/_async/geocatalog/test_tiles.py by tools/unasync.py. Edit that file and run the tool again.

"""Images that the sandbox's catalogue draws."""

import io

import numpy as np
import pytest
import rasterio

from planet._runtime._sync import map_bounded
from planet.exceptions import ArgumentError, BadQuery, ClientError, InvalidAnswer, MissingResource, ServerError
from planet.geocatalog import Picture, Render
from tests.geocatalog_data import BOX

TILE = (12, 2122, 1459)  # in the middle of the images
MIDDLE = (6.55, 45.85)


def pixels(picture):
    with rasterio.open(io.BytesIO(picture)) as image:
        return image.read()


def test_a_tile_of_an_item(filled, tmp_path):
    source = filled.data.item("fields", "a")
    tile = source.tile(*TILE, assets="image", format="png")
    assert isinstance(tile, Picture)
    assert tile.media_type == "image/png"
    assert tile.save(tmp_path / "tile.png").read_bytes() == bytes(tile)
    red, green, blue, alpha = pixels(tile)
    inside = alpha > 0
    assert red.shape == (256, 256)
    assert set(np.unique(blue[inside])) == {1}  # the day of the image
    assert red[128, 255] > red[128, 0]
    assert green[255, 128] > green[0, 128]
    assert pixels(source.tile(*TILE, assets="image", scale=2, format="png")).shape == (4, 512, 512)
    assert pixels(source.tile(*TILE, assets="image", tms=None, format="jpeg")).shape[0] == 3
    with pytest.raises(MissingResource, match="outside bounds"):
        source.tile(12, 0, 0, assets="image")


def test_a_collection_and_a_mosaic_are_drawn_as_one(filled):
    newest = filled.data.collection("fields", sortby="-datetime")
    oldest = filled.data.collection("fields", sortby="datetime")
    render = Render(assets="image", asset_bidx="image|3", rescale=(0, 2))
    for source, value in [(newest, 255), (oldest, 127), (filled.data.collection("fields", ids=["a"]), 127)]:
        grey, alpha = pixels(source.tile(*TILE, render=render, format="png"))
        assert set(np.unique(grey[alpha > 0])) == {value}
    empty = newest.tile(12, 0, 0, render=render)
    assert (bytes(empty), len(empty)) == (b"", 0)  # 204: there is nothing
    mosaic = filled.data.register_mosaic(collections=["fields"], datetime="2024-06-01")
    assert mosaic.search_id
    same = filled.data.register_mosaic(collections=["fields"], datetime="2024-06-01")
    assert same.search_id == mosaic.search_id
    grey, alpha = pixels(filled.data.mosaic(mosaic.search_id).tile(*TILE, render=render, format="png"))
    assert set(np.unique(grey[alpha > 0])) == {127}
    tilejson = mosaic.tilejson(render=render)
    assert tilejson.bounds == list(BOX)
    assert "{z}/{x}/{y}" in tilejson.tiles[0]
    assert "asset_bidx=image" in tilejson.tiles[0]
    assert [found["id"] for found in mosaic.assets_at(point=MIDDLE)] == ["a"]
    assert [found["id"] for found in newest.assets_at(bbox=BOX)] == ["b", "a"]
    assert [found["id"] for found in mosaic.assets_at(tile=TILE, collection="fields")] == ["a"]
    assert newest.assets_at(tile=(12, 0, 0)) == []
    assert "search" in mosaic.info()


def test_a_box_chooses_items_or_what_is_drawn(filled, sandbox):
    """Of a collection, `bbox` has two meanings: which items, and which part."""
    west, south, east, north = BOX
    source = filled.data.collection("fields", bbox=[west, south, east, north])
    sandbox.requests.clear()
    source.crop(bbox=[6.52, 45.82, 6.55, 45.85], assets="image", width=8, height=8)
    (seen,) = sandbox.requests
    assert seen.path.endswith("/bbox/6.52,45.82,6.55,45.85/8x8.png")
    assert f"bbox={west}%2C{south}%2C{east}%2C{north}" in seen.query


def test_parts_values_and_statistics(filled, tmp_path):
    source = filled.data.item("fields", "a")
    assert source.assets() == ["image"]
    assert source.bounds() == list(BOX)
    assert (source.info(assets="image"))["image"]["count"] == 3
    assert (source.info_geojson())["type"] == "Feature"
    half = [6.5, 45.8, 6.55, 45.9]
    crop = pixels(source.crop(bbox=half, assets="image", format="tif"))
    assert crop.shape == (4, 64, 32)
    assert crop[0].max() < 140  # the western half
    path = source.crop(bbox=half, assets="image", width=20, height=40, to=tmp_path / "crop.png")
    assert pixels(path.read_bytes()).shape == (4, 40, 20)
    assert [entry.name for entry in tmp_path.iterdir()] == ["crop.png"]
    triangle = {"type": "Polygon", "coordinates": [[[6.5, 45.8], [6.6, 45.8], [6.5, 45.9], [6.5, 45.8]]]}
    shape = pixels(source.crop(feature=triangle, assets="image", width=64, height=64))
    assert 0.4 < (shape[3] > 0).mean() < 0.6
    assert pixels(source.preview(assets="image", max_size=32)).shape == (4, 32, 32)
    point = source.point(*MIDDLE, assets="image")
    assert point["band_names"] == ["image_b1", "image_b2", "image_b3"]
    assert point["values"] == pytest.approx([130, 130, 1], abs=5)
    ratio = source.point(*MIDDLE, expression="(image_b1-image_b2)/(image_b1+image_b2)")
    assert abs(ratio["values"][0]) < 0.05
    bands = source.statistics(assets="image", p=[10, 90])
    assert bands["image_b1"]["max"] == 255
    assert {"percentile_10", "percentile_90"} <= set(bands["image_b1"])
    within = source.statistics(feature=triangle, assets="image")
    assert within["properties"]["statistics"]["image_b1"]["mean"] < bands["image_b1"]["mean"]
    assert set(source.asset_statistics(assets="image")) == {"image"}
    assert "tilesets" in source.tilesets()
    assert (source.tileset("WebMercatorQuad"))["crs"] == "EPSG:3857"
    assert filled.data.list_tile_matrix_sets() == ["WebMercatorQuad"]
    assert (filled.data.get_tile_matrix_set("WebMercatorQuad"))["id"] == "WebMercatorQuad"


def test_an_interrupted_crop_leaves_nothing(filled, sandbox, tmp_path):
    sandbox.inject("cut", path=r"/bbox/", after=20, times=None)
    with pytest.raises(Exception, match="connection"):
        filled.data.item("fields", "a").crop(bbox=BOX, assets="image", to=tmp_path / "crop.png")
    assert list(tmp_path.iterdir()) == []


def test_what_a_source_cannot_do_is_said_before(filled, sandbox):
    item, mosaic = filled.data.item("fields", "a"), filled.data.mosaic("x")
    sandbox.requests.clear()
    for call, error, message in [
        (lambda: item.tile(*TILE, colour_map="viridis"), ArgumentError, "Did you mean 'color_map"),
        (lambda: item.tile(*TILE, categorical=True), ArgumentError, r"tile\(\) of an item does not take"),
        (lambda: item.tile(*TILE, pixel_selection="first"), ArgumentError, "does not take the option"),
        (lambda: item.tile(1.5, 0, 0), TypeError, "z must be"),
        (lambda: item.tile(1, -1, 0), ArgumentError, "x must be"),
        (lambda: mosaic.preview(), ClientError, r"preview\(\) is not possible for a mosaic"),
        (lambda: mosaic.statistics(), ClientError, "not possible"),
        (lambda: item.assets_at(point=MIDDLE), ClientError, "not possible for an item"),
        (lambda: mosaic.assets_at(), ArgumentError, "Exactly one of tile"),
        (lambda: mosaic.assets_at(tile=TILE), ArgumentError, "collection is required"),
        (lambda: item.crop(), ArgumentError, "Exactly one of bbox"),
        (lambda: item.crop(bbox=BOX, width=5), ArgumentError, "width and height"),
        (lambda: item.crop(bbox=BOX, format=None), ArgumentError, "format is required"),
        (lambda: item.point(500, "x"), ArgumentError, "bbox must have numbers"),
        (lambda: item.preview(render=5), TypeError, "render must be a Render"),
    ]:
        with pytest.raises(error, match=message):
            call()
    assert sandbox.requests == []


def test_errors_of_the_tiler_have_another_form(filled, sandbox):
    source = filled.data.item("fields", "a")
    with pytest.raises(BadQuery, match="nope is not one of the assets image"):
        source.preview(assets="nope")
    sandbox.requests.clear()
    with pytest.raises(ServerError, match=r"at most three bands.*asset_bidx"):
        source.preview(assets="image", bidx=[1, 2, 3, 1])
    assert len(sandbox.requests) == 1  # what cannot be drawn is not asked for again


def test_many_tiles_at_once(filled):
    """200 tiles of one mosaic; other requests are answered meanwhile."""
    mosaic = filled.data.register_mosaic(collections=["fields"])
    render = Render(assets="image")

    def draw(number):
        return mosaic.tile(14, 8488 + number % 4, 5837 + number // 4 % 4, render=render, format="png")

    tiles = map_bounded(draw, range(200), limit=16)
    assert len(tiles) == 200
    assert {len(tile) for tile in tiles} != {0}


def test_a_source_draws_itself_on_a_map(filled, tmp_path):
    item = filled.data.item("fields", "a")
    for source in (item, filled.data.collection("fields"), filled.data.register_mosaic(collections=["fields"])):
        shown = source.to_map()
        shown.save(tmp_path / "map.html")
        page = (tmp_path / "map.html").read_text()
        assert page.count("data:image/png;base64") >= 4
        assert "a-token" not in page
        assert "authorization" not in page.lower()
    shown = item.to_map(zoom=9, assets="image", bidx=[1])
    assert shown.get_root().render().count("data:image/png;base64") == 1
    assert "to_map" in item._repr_html_() or "leaflet" in item._repr_html_()
    assert "has no items" in str(refused(filled.data.collection("fields", ids=["none"]).to_map))


def test_natural_colours(filled):
    source = filled.data.item("fields", "a")
    render = source.natural_look()
    assert str(render) == "assets=image&asset_bidx=image|1,2,3&rescale=0,255"
    assert str(filled.data.collection("fields").natural_look("image")) == str(render)
    assert pixels(source.preview(render=render, max_size=32)).shape == (4, 32, 32)


def test_maps_that_cannot_be(filled):
    source = filled.data.item("fields", "a")
    for zoom in (22, 40, -1, 1.5):
        with pytest.raises((ArgumentError, TypeError), match="zoom"):
            source.to_map(zoom=zoom, assets="image")


def test_pages_of_a_proxy_are_no_images(filled, sandbox, tmp_path):
    source = filled.data.item("fields", "a")
    for call in (
        lambda: source.tile(*TILE, assets="image"),
        lambda: source.preview(assets="image"),
        lambda: source.crop(bbox=BOX, assets="image", to=tmp_path / "crop.png"),
    ):
        sandbox.inject("login_page", path="/data/mosaic")
        with pytest.raises(InvalidAnswer, match="not an image"):
            call()
    assert list(tmp_path.iterdir()) == []
    empty = filled.data.collection("fields").tile(12, 0, 0, assets="image")
    with pytest.raises(ClientError, match="no data"):
        empty.save(tmp_path / "empty.png")
    for wrong in ("../../x", "png?x=1#", 5):
        with pytest.raises((ArgumentError, TypeError), match="format"):
            source.tile(*TILE, format=wrong)
    assert (source.tile(*TILE, assets="image")) == filled.data.item(filled.stac.get_item("fields", "a")).tile(
        *TILE, assets="image"
    )


def refused(call):
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value

"""Geometries as people have them."""

import decimal
import json
import math

import numpy
import pytest
import shapely
import shapely.geometry
from hypothesis import given
from hypothesis import strategies as st

from planet import data_filter, geojson, order_request
from planet._apis.data import search_body
from planet._apis.features import as_features
from planet.exceptions import ClientError, FeatureError, GeoJSONError
from planet.models import Feature, Item, Quad
from tests.helpers import OREGON

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
REF = {"type": "ref", "content": "pl:features/my/farms/north"}


class Shape:
    __geo_interface__ = SQUARE


class Behind:
    """An object that hands on what is asked of it to another, as proxies do."""

    def __getattr__(self, name):
        return getattr(Shape(), name)


class Nowhere:
    """An object that could say where it lies, and does not."""

    @property
    def __geo_interface__(self):
        raise AttributeError("nowhere")

    def __repr__(self):
        return "<Nowhere>"


@pytest.mark.parametrize(
    "data",
    [
        SQUARE,
        {"type": "Feature", "geometry": SQUARE, "properties": {}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]},
        Shape(),
        Behind(),
        Quad(id="1-1", bbox=[0, 0, 1, 1]),
        Item(id="x", geometry=SQUARE, type="Feature"),
        Feature(type="Feature", geometry=SQUARE, properties={}),
    ],
    ids=lambda data: type(data).__name__ + str(getattr(data, "get", lambda _: "")("type")),
)
def test_every_form_of_a_geometry(data):
    assert geojson.as_geom_or_ref(data) == SQUARE


def test_what_does_not_say_where_it_lies():
    """On every Python: what `isinstance` says of a protocol with a property has changed with 3.12."""
    for thing, said in ((Quad(id="1-1"), "{'id': '1-1'} has no geometry"), (Nowhere(), "<Nowhere> has no geometry")):
        with pytest.raises(GeoJSONError, match=said):
            geojson.as_geom_or_ref(thing)
        with pytest.raises(GeoJSONError):
            as_features(thing)
    assert as_features(Behind())["geometry"] == SQUARE


def test_shapely():
    shape = shapely.box(0, 0, 1, 1)
    geometry = geojson.as_geom_or_ref(shape)
    assert shapely.geometry.shape(geometry).equals(shape)


@pytest.mark.parametrize("data", [REF, REF["content"], Feature(properties={"pl:ref": REF["content"]})])
def test_every_form_of_a_reference(data):
    assert geojson.as_geom_or_ref(data) == REF


@pytest.mark.parametrize(
    "ref", ["", "farms/north", "pl:features", "pl:features/my", "pl:features//x/y", "pl:other/a/b", 7]
)
def test_what_is_no_reference(ref):
    with pytest.raises(FeatureError):
        geojson.validate_ref(ref)


def test_references_split():
    assert geojson.split_ref("pl:features/my/a/b") == ("a", "b")
    assert geojson.split_ref("pl:features/a/b") == ("a", "b")
    with pytest.raises(FeatureError):
        geojson.split_ref("pl:features/a/b/c/d/e")
    with pytest.raises(FeatureError):
        geojson.as_ref({"type": "ref"})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "got NoneType"),
        ([], "got list"),
        ({}, "no type"),
        ({"type": "polygon", "coordinates": []}, "is not a geometry type"),
        ({"type": "GeometryCollection", "geometries": []}, "GeometryCollection is empty"),
        ({"type": "GeometryCollection", "geometries": [{}]}, "GeometryCollection is not supported"),
        ({"type": "Polygon"}, "no coordinates"),
        ({"type": "Polygon", "coordinates": []}, "Polygon is empty"),
        ({"type": "Polygon", "coordinates": [[]]}, "Polygon is empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "MultiPolygon is empty"),
        ({"type": "MultiPoint", "coordinates": []}, "MultiPoint is empty"),
        ({"type": "Point", "coordinates": ()}, "Point is empty"),
        ({"type": "MultiPolygon", "coordinates": [[], [[[0, 0], [1, 0], [1, 1], [0, 0]]]]}, "no ring"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "at least four positions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["1", 0], [1, 1], [0, 0]]]}, r"coordinates\.0\.1: .*, got '1'"),
        ({"type": "Polygon", "coordinates": [[0, 0], [1, 1]]}, "must be a list"),
        ({"type": "Point", "coordinates": [math.nan, 0]}, "must be a finite number"),
        ({"type": "Point", "coordinates": [True, 0]}, "must be a finite number"),
        ({"type": "Point", "coordinates": [1]}, "longitude, latitude"),
        ({"type": "Point", "coordinates": [45.2, -117.5]}, "look swapped"),
        ({"type": "Point", "coordinates": [500000, 4649776]}, "not projected"),
        ({"type": "Feature", "geometry": None}, "no geometry"),
        ({"type": "FeatureCollection", "features": []}, "no features.* is not empty"),
        ({"type": "FeatureCollection", "features": [{}, {}]}, r"features\.0: The geometry has no type"),
        ({"type": "FeatureCollection"}, "no features"),
    ],
)
def test_what_is_wrong_is_said(data, words):
    with pytest.raises(GeoJSONError, match=words):
        geojson.as_geom_or_ref(data)


def test_too_many_vertices():
    ring = [[math.cos(n / 1000), math.sin(n / 1000)] for n in range(1600)]
    with pytest.raises(GeoJSONError, match="1601 vertices; the service accepts at most 1500"):
        geojson.as_geom_or_ref({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def test_the_steps():
    assert geojson.as_polygon(SQUARE) == SQUARE
    with pytest.raises(GeoJSONError, match="must be a Polygon"):
        geojson.as_polygon({"type": "Point", "coordinates": [0, 0]})
    feature = {"type": "Feature", "geometry": SQUARE, "properties": {}}
    assert geojson.as_featurecollection([feature])["features"] == [feature]
    with pytest.raises(GeoJSONError, match=r"features\.0"):
        geojson.as_featurecollection([SQUARE])


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.fixed_dictionaries(
                {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "Feature", "FeatureCollection", "ref"])},
                optional={"coordinates": inner, "geometry": inner, "features": inner, "content": inner},
            )
        ),
        max_leaves=15,
    )
)
def test_anything_is_a_geometry_or_a_clear_error(data):
    try:
        geojson.as_geom_or_ref(data)
    except ClientError as error:
        assert str(error)


@pytest.mark.parametrize("number", [int, float, numpy.float32, numpy.int64, decimal.Decimal])
def test_coordinates_of_every_library(number):
    ring = [[number(x), number(y)] for x, y in ((10, 45), (11, 45), (11, 46), (10, 45))]
    for coordinates in ([ring], numpy.array([ring], dtype=float), (tuple(map(tuple, ring)),)):
        shape = geojson.as_geom_or_ref({"type": "Polygon", "coordinates": coordinates})
        assert json.loads(json.dumps(shape))["coordinates"][0][0] == [10, 45]


def test_altitudes_are_dropped():
    ring = [[10, 45, 0.0], [11, 45, 12.5], [11, 46, None], [10, 46, 0.0], [10, 45, 3.0]]
    shape = {"type": "Polygon", "coordinates": [ring], "bbox": [10, 45, 0, 11, 46, 12.5]}
    flat = {"type": "Polygon", "coordinates": [[[10, 45], [11, 45], [11, 46], [10, 46], [10, 45]]]}
    assert geojson.as_geom_or_ref(shape) == geojson.validate_geom_as_geojson(shape) == flat
    assert shape["coordinates"][0][1] == [11, 45, 12.5], "what was passed does not change"
    for build in (data_filter.geometry_filter, order_request.clip_tool, as_features):
        assert "12.5" not in json.dumps(build(shape))
    by_hand = {"type": "AndFilter", "config": [{"type": "GeometryFilter", "field_name": "geometry", "config": shape}]}
    assert "12.5" not in json.dumps(search_body(["PSScene"], by_hand, validate=True))
    assert geojson.as_geom_or_ref({"type": "Point", "coordinates": (1, 2, 3)})["coordinates"] == [1, 2]


def test_a_flat_geometry_is_returned_itself():
    assert geojson.geom_from_geojson(OREGON) is OREGON
    assert geojson.validate_geom_as_geojson(OREGON) is OREGON


def test_longitudes_beyond_the_date_line():
    rounded = [[179, 1], [180.00000000000003, 1], [180, 90.00000000000003], [179, 1]]
    snapped = geojson.geom_from_geojson({"type": "Polygon", "coordinates": [rounded]})
    assert snapped["coordinates"][0][1:3] == [[180, 1], [180, 90]]
    for first, turn in ((200, -360), (-200, 360)):
        ring = [[first, 1], [first + 1, 1], [first + 1, 2], [first, 1]]
        moved = geojson.geom_from_geojson({"type": "Polygon", "coordinates": [ring]})
        assert moved["coordinates"] == [[[x + turn, y] for x, y in ring]]
    with pytest.raises(
        GeoJSONError, match=r"coordinates\.0\.1: .* crosses the date line, longitude 182 .* MultiPolygon"
    ):
        geojson.box(178, -18, 182, -16)
    with pytest.raises(GeoJSONError, match="two boxes"):
        geojson.box(178, -18, -178, -16)


def test_features_without_a_type():
    assert geojson.geom_from_geojson({"geometry": OREGON, "properties": {}}) == OREGON
    assert geojson.geom_from_geojson({"features": [{"geometry": OREGON}]}) == OREGON
    assert data_filter.geometry_filter({"geometry": OREGON})["config"] == OREGON


def test_vertices_are_limited_where_the_service_limits_them():
    ring = [[number / 1000, number % 2] for number in range(2000)]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    with pytest.raises(GeoJSONError, match=r"2001 vertices; .* at most 1500\. features\.suggest"):
        order_request.clip_tool(shape)
    assert data_filter.geometry_filter(shape)["config"] is shape
    assert search_body(["PSScene"], data_filter.geometry_filter(shape), shape, validate=True)["geometry"] is shape

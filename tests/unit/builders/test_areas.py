"""Areas in the forms that people have: tables, files, WKT, bounding boxes, several geometries."""

import io
import json
import sys
import zipfile

import geopandas
import numpy
import pandas
import pytest
import shapely
from shapely.geometry import mapping, shape

from planet import data_filter, geojson, order_request
from planet.exceptions import ClientError, FeatureError, GeoJSONError

WEST, SOUTH, EAST, NORTH = -117.56, 45.23, -117.45, 45.30
BOX = shapely.box(WEST, SOUTH, EAST, NORTH)
FARAWAY = shapely.box(-117.40, 45.23, -117.39, 45.24)


def polygon_of(data):
    return shape(geojson.as_geom_or_ref(data))


def is_near(one, other, tolerance=1e-7):
    return one.symmetric_difference(other).area < tolerance


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32611", "EPSG:3857"])
def test_tables_of_any_number_of_rows_in_any_crs(crs):
    table = geopandas.GeoDataFrame({"name": ["a", "b"]}, geometry=[BOX, FARAWAY], crs="EPSG:4326").to_crs(crs)
    both = shapely.union_all([BOX, FARAWAY])
    for area in (table, table.geometry, table.to_crs(crs)):
        assert is_near(polygon_of(area), both)
    assert is_near(polygon_of(table[:1]), BOX)
    assert is_near(polygon_of(table.to_crs("EPSG:4326").iloc[0]), BOX)  # a row


def test_rows_without_a_geometry_are_left_out():
    table = geopandas.GeoDataFrame(geometry=[None, BOX, shapely.Polygon()], crs="EPSG:4326")
    assert polygon_of(table).equals(BOX)
    for nothing in (table[:0], table[:1], table.geometry[:1]):
        with pytest.raises(GeoJSONError, match="no features"):
            geojson.as_geom_or_ref(nothing)


def test_a_table_without_a_crs_must_be_in_degrees():
    assert polygon_of(geopandas.GeoSeries([BOX])).equals(BOX)
    projected = geopandas.GeoSeries([BOX], crs="EPSG:4326").to_crs("EPSG:32611").set_crs(None, allow_override=True)
    with pytest.raises(GeoJSONError, match="not projected"):
        geojson.as_geom_or_ref(projected)


@pytest.mark.parametrize(
    "box",
    [
        (WEST, SOUTH, EAST, NORTH),
        [WEST, SOUTH, EAST, NORTH],
        numpy.array([WEST, SOUTH, EAST, NORTH]),
        f"{WEST},{SOUTH},{EAST},{NORTH}",
        f" {WEST}, {SOUTH}, {EAST}, {NORTH} ",
        f"[{WEST}, {SOUTH}, {EAST}, {NORTH}]",
        BOX.wkt,
        f"SRID=4326;{BOX.wkt}",
        json.dumps(mapping(BOX)),
        "POLYGON Z ((-117.56 45.23 9, -117.45 45.23 9, -117.45 45.3 9, -117.56 45.3 9, -117.56 45.23 9))",
    ],
    ids=range(10),
)
def test_boxes_and_text(box):
    assert polygon_of(box).equals(BOX)


def test_several_geometries_are_united():
    right = shapely.box(EAST, SOUTH, EAST + 0.1, NORTH)
    whole = shapely.box(WEST, SOUTH, EAST + 0.1, NORTH)
    features = [{"type": "Feature", "properties": {}, "geometry": mapping(each)} for each in (BOX, right)]
    forms = [
        {"type": "FeatureCollection", "features": features}, [BOX, right], (mapping(BOX), mapping(right)),
        pandas.Series([BOX, right]), numpy.array([BOX, right]), (each for each in (BOX, right)),
    ]  # fmt: skip
    for area in forms:
        assert polygon_of(area).equals(whole)
    assert polygon_of([BOX]).equals(BOX)
    assert order_request.clip_tool([BOX, FARAWAY])["clip"]["aoi"]["type"] == "MultiPolygon"
    assert data_filter.geometry_filter([BOX, right])["config"]["type"] == "Polygon"


def test_several_references():
    refs = ["pl:features/my/farms/north", "pl:features/my/farms/south"]
    assert geojson.as_geom_or_ref(refs) == {"type": "ref", "content": refs}


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ([BOX, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}], r"features\.1: coordinates\.0: a ring"),
        ([BOX, shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], r"features\.1: .* invalid: Self-intersection"),
        ([BOX, shapely.Point(0, 0)], "several types: Point, Polygon"),
        ((EAST, SOUTH, WEST, NORTH), "west < east"),
        ("1,2,3,four", "not a feature reference"),
        ("1,2,3,4e", "not west,south,east,north"),
        ("POLYGON((0 0, 1 1))", "Invalid WKT"),
        (f"SRID=32611;{BOX.wkt}", "SRID=32611"),
        ('{"type": "Polygon"', "is not JSON"),
        ("nowhere.gpkg", "'nowhere.gpkg' does not exist"),
    ],
    ids=range(10),
)
def test_what_is_wrong_is_said(area, words):
    with pytest.raises((GeoJSONError, FeatureError), match=words):
        geojson.as_geom_or_ref(area)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.fgb"])
@pytest.mark.parametrize("as_text", [True, False], ids=["str", "Path"])
def test_files(tmp_path, name, as_text):
    table = geopandas.GeoDataFrame({"name": ["a", "b"]}, geometry=[BOX, FARAWAY], crs="EPSG:4326")
    crs = "EPSG:4326" if name == "a.geojson" else "EPSG:32611"
    table.to_crs(crs).to_file(tmp_path / name)
    path = tmp_path / name
    assert is_near(polygon_of(str(path) if as_text else path), shapely.union_all([BOX, FARAWAY]))


def test_zipped_shapefiles(tmp_path):
    table = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs="EPSG:4326")
    table.to_crs("EPSG:32611").to_file(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "fields.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            archive.write(part, part.name)
    assert is_near(polygon_of(tmp_path / "fields.zip"), BOX)


def test_the_folders_of_a_kml_or_kmz_file_are_one_area(tmp_path):
    def folder(shape):
        ring = " ".join(f"{x},{y},12.5" for x, y in shape.exterior.coords)
        place = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        return f"<Folder><name>{shape.bounds[0]}</name><Placemark><name>é</name>{place}</Placemark></Folder>"

    text = f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folder(BOX)}{folder(FARAWAY)}</Document></kml>'
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", text)
    for name in ("a.kml", "a.kmz"):
        assert is_near(polygon_of(tmp_path / name), shapely.union_all([BOX, FARAWAY]))


def test_geojson_in_another_crs(tmp_path):
    table = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs="EPSG:4326").to_crs("EPSG:32611")
    projected = json.loads(table.to_json())
    assert "32611" in projected["crs"]["properties"]["name"]
    (tmp_path / "a.geojson").write_text(json.dumps(projected))
    for area in (projected, tmp_path / "a.geojson"):
        assert is_near(polygon_of(area), BOX)
    degrees = {**mapping(BOX), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}
    assert "crs" not in geojson.as_geom_or_ref(degrees) and polygon_of(degrees).equals(BOX)
    degrees["crs"]["properties"]["name"] = "EPSG:999999"
    with pytest.raises(GeoJSONError, match="'EPSG:999999' is not known"):
        geojson.as_geom_or_ref(degrees)


def test_a_geopackage_with_several_layers(tmp_path):
    table = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs="EPSG:4326")
    for layer in ("fields", "farms"):
        table.to_file(tmp_path / "a.gpkg", layer=layer)
    with pytest.raises(GeoJSONError, match="2 layers: 'fields', 'farms'.*layer="):
        geojson.as_geom_or_ref(tmp_path / "a.gpkg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"{}", "is empty"),
        (b"\xff\xfe\xfd", "not UTF-8"),
        (b"fgb\x03fgb\x00" + bytes(40), "a FlatGeobuf file that cannot be read: it has no layer"),
        (b"PAR1" + bytes(40), "Parquet"),
        (b"II*\x00", "a TIFF image, not GeoJSON"),
    ],
    ids=range(6),
)
def test_files_that_cannot_be_read(tmp_path, content, words):
    (tmp_path / "a\x1b[31m.dat").write_bytes(content)
    with pytest.raises(ClientError, match=words) as raised:
        geojson.as_geom_or_ref(tmp_path / "a\x1b[31m.dat")
    assert "\x1b" not in str(raised.value)
    with pytest.raises(GeoJSONError, match="is not a regular file"):
        geojson.as_geom_or_ref(tmp_path)


@pytest.mark.parametrize("module", ["geopandas", "shapely"])
def test_a_missing_package_says_how_to_install_it(tmp_path, monkeypatch, module):
    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    monkeypatch.setitem(sys.modules, module, None)
    area = {"geopandas": tmp_path / "a.gpkg", "shapely": [mapping(BOX), mapping(FARAWAY)]}[module]
    with pytest.raises(ClientError, match=rf"needs {module}, .*pip install 'planet\[geo\]'"):
        geojson.as_geom_or_ref(area)


@pytest.mark.parametrize("crs", ["EPSG:32660", "EPSG:3995"])
def test_areas_across_the_antimeridian_or_a_pole_are_refused(crs):
    bounds = {"EPSG:32660": (750000, -100000, 850000, 0), "EPSG:3995": (-100000, -100000, 100000, 100000)}[crs]
    with pytest.raises(GeoJSONError, match="crosses the antimeridian, or has a pole"):
        geojson.as_geom_or_ref(geopandas.GeoSeries([shapely.box(*bounds)], crs=crs))


def test_xml_that_is_not_kml_is_never_given_to_gdal(tmp_path):
    (tmp_path / "secret.geojson").write_text(json.dumps(mapping(BOX)))
    source = f"<SrcDataSource>{tmp_path / 'secret.geojson'}</SrcDataSource>"
    vrt = f'<!-- <kml> --><OGRVRTDataSource><OGRVRTLayer name="secret">{source}</OGRVRTLayer></OGRVRTDataSource>'
    for name in ("a.kml", "a.vrt", "a.geojson", "a.xml"):
        (tmp_path / name).write_text(vrt)
        with pytest.raises(GeoJSONError, match="an XML file, not GeoJSON"):
            geojson.as_geom_or_ref(tmp_path / name)
    for name, inner in (("a.kmz", "doc.kml"), ("b.zip", "doc.kml"), ("c.zip", "a.vrt")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inner, vrt)
        with pytest.raises(GeoJSONError, match="is not KML|has no shapefile"):
            geojson.as_geom_or_ref(tmp_path / name)


def test_arrays_of_geopandas_and_columns_of_any_type():
    table = geopandas.GeoDataFrame({"when": [pandas.Timestamp("2024-06-01")], "what": [b"x"]}, geometry=[BOX], crs=4326)
    for area in (table, table.geometry.values, table.rename_geometry("shape")):
        assert polygon_of(area).equals(BOX)
    with pytest.raises(GeoJSONError, match="no active geometry"):
        geojson.as_geom_or_ref(table.set_geometry("geometry").rename(columns={"geometry": "other"}))


def test_text_is_reprojected_wherever_it_is_taken():
    projected = geopandas.GeoSeries([BOX], crs="EPSG:4326").to_crs("EPSG:3857").to_json()
    assert is_near(shape(geojson.geom_from_geojson(projected)), BOX) and is_near(polygon_of(projected), BOX)


def test_a_name_with_a_scheme_is_never_opened(monkeypatch):
    monkeypatch.setattr(io, "open", None)
    for name in ("https://example.com/aoi.geojson", "/vsicurl/https://example.com/aoi"):
        with pytest.raises(FeatureError):
            geojson.as_geom_or_ref(name)

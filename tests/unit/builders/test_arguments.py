"""Arguments in the forms that people hold: series, arrays and numbers of other libraries, objects, texts, paths."""

import datetime
import decimal
import json
import os
import unittest.mock
import uuid
from pathlib import Path

import numpy
import pytest

from planet import data_filter, geojson, io, order_request, specs, subscription_request
from planet._apis.data import search_body
from planet._apis.destinations import destination_id
from planet._apis.features import as_features, collection_id_of, feature_id_of
from planet._apis.mosaics import check_bbox, name_of
from planet._apis.quota import number_of, reservation_body
from planet._utils.arguments import (
    as_id_list,
    as_number,
    as_str_list,
    check_id,
    check_int,
    check_list,
    check_uuid,
    destination_ref_of,
    plain,
    ref_of,
    split_ids,
)
from planet._utils.paths import as_path
from planet._utils.times import as_instant, as_time
from planet.exceptions import ArgumentError, ArgumentTypeError, ClientError, GeoJSONError, SpecificationException
from planet.models import Destination, Feature, Item, Job, Product, Reservation
from tests.helpers import ITEMS, OREGON

ORDER_ID = "0f5c7d36-5d2a-4a1f-9d43-3c2b6c0e8a11"


class Series:
    """Behaves like a pandas Series where it matters: it has no truth value."""

    def __init__(self, *values):
        self.values = values

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)

    def __bool__(self):
        raise ValueError("The truth value of a Series is ambiguous.")

    def tolist(self):
        return list(self.values)


class Folder:
    """A path-like object that is neither a str nor a Path."""

    def __init__(self, path):
        self._path = path

    def __fspath__(self):
        return self._path


def lists_of(*values):
    """The same values in every form of a list."""
    return [list(values), tuple(values), Series(*values), numpy.array(values), (value for value in values)]


@pytest.mark.parametrize("ids", [*lists_of(*ITEMS), [Item(id=one) for one in ITEMS], "\n".join(ITEMS), ",".join(ITEMS),
                                 [f"{one}\r\n" for one in ITEMS], [*[f"{one}\n" for one in ITEMS], "\n"],
                                 {"type": "FeatureCollection", "features": [{"id": one} for one in ITEMS]}])  # fmt: skip
def test_ids_in_every_form(ids):
    product = order_request.product(ids, "visual", "PSScene")
    assert json.loads(json.dumps(product))["item_ids"] == ITEMS


@pytest.mark.parametrize("wrong", ["", " ", [], "ids.txt", ["IDS.CSV"], Path("ids.json"), [None], [3], [""], None, 7])
def test_what_is_not_an_id_is_refused(wrong):
    with pytest.raises(ClientError, match="item_ids must"):
        order_request.product(wrong, "visual", "PSScene")


def test_the_name_of_a_file_gets_a_hint():
    with pytest.raises(ArgumentError, match=r"name of a file: 'ids\.txt'\. .*read_text"):
        as_id_list("item_ids", ["ids.txt"])


def test_one_id():
    known = uuid.UUID(ORDER_ID)
    for form in (ORDER_ID, f" {ORDER_ID}\n", known, {"id": ORDER_ID}, Item(id=known), numpy.str_(ORDER_ID)):
        assert check_id("order_id", form) == check_uuid("order_id", form) == ORDER_ID
    assert type(check_id("order_id", numpy.str_("a"))) is str
    assert split_ids(" a, b;c\n\nd ") == ["a", "b", "c", "d"]
    for wrong in ("a\nb", "a\x00"):
        with pytest.raises(ArgumentError, match="must be one id"):
            check_id("order_id", wrong)
    for wrong in (None, 3, ["a"], object()):
        with pytest.raises(ArgumentTypeError, match="order_id"):
            check_id("order_id", wrong)
        with pytest.raises(ArgumentError, match="must be a UUID"):
            check_uuid("order_id", wrong)


def test_numbers_of_every_library():
    for number in (1, 1.0, numpy.int64(1), numpy.float32(1), numpy.array(1), decimal.Decimal(1)):
        assert as_number(number) == 1
        assert type(as_number(number)) in (int, float)
    for wrong in (True, numpy.bool_(True), "1", None, [1], Series(1), numpy.array([1, 2]), object()):
        assert as_number(wrong) is None
    assert check_int("page_size", numpy.int64(3)) == 3
    for wrong in (True, 1.5, "3", numpy.float32(1)):
        with pytest.raises(ArgumentTypeError, match="must be an int"):
            check_int("page_size", wrong)
    with pytest.raises(ArgumentError, match="1 or greater"):
        check_int("page_size", 0)


def test_json_data_of_every_library():
    given = {
        "flag": numpy.bool_(True),
        "numbers": numpy.array([1, 2]),
        "nested": [{"share": decimal.Decimal("0.5")}, (numpy.int64(3),)],
        "series": Series("a", numpy.float32(1)),
        "each": (number for number in (1, 2)),
        "id": uuid.UUID(ORDER_ID),
        "day": datetime.date(2024, 6, 1),
        "times": numpy.array(["2024-06-01T12:00"], "datetime64[ns]"),
    }
    assert json.loads(json.dumps(plain(given))) == {
        "flag": True,
        "numbers": [1, 2],
        "nested": [{"share": 0.5}, [3]],
        "series": ["a", 1],
        "each": [1, 2],
        "id": ORDER_ID,
        "day": "2024-06-01",
        "times": ["2024-06-01T12:00:00Z"],
    }
    mock = unittest.mock.MagicMock(spec=["tolist", "item"])
    assert plain({"mock": mock}) == {"mock": mock}
    clean = {"a": [1, {"b": None}], "c": "d"}
    assert plain(clean) is clean, "what is JSON already is not copied"


@pytest.mark.parametrize("types", lists_of("PSScene", "SkySatScene"))
def test_types_in_every_form(types):
    assert search_body(types, None, validate=True)["item_types"] == ["PSScene", "SkySatScene"]


def test_lists_in_every_form():
    for values in lists_of("a", "b"):
        assert as_str_list("status", values) == ["a", "b"]
    assert as_str_list("status", "a") == ["a"]
    assert check_list("requests", Series({"name": "a"}), "requests") == [{"name": "a"}]
    with pytest.raises(ArgumentTypeError, match="status"):
        as_str_list("status", {"a": 1})
    for tools in lists_of(order_request.toar_tool(numpy.int64(5))):
        request = order_request.build_request("n", [{"item_ids": []}], tools=tools)
        assert json.loads(json.dumps(request))["tools"] == [{"toar": {"scale_factor": 5}}]


def test_numbers_in_filters():
    for bound in (numpy.float32(0.5), decimal.Decimal("0.5"), 0.5):
        clear = data_filter.range_filter("cloud_cover", lte=bound)
        assert json.loads(json.dumps(clear))["config"] == {"lte": 0.5}
    for rows in lists_of(1, 2):
        assert json.loads(json.dumps(data_filter.number_in_filter("rows", rows)))["config"] == [1, 2]
    by_hand = {"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lte": numpy.float32(0.5)}}
    body = search_body(["PSScene"], by_hand, validate=True)
    assert json.loads(json.dumps(body))["filter"]["config"] == {"lte": 0.5}
    tool = subscription_request.cloud_filter_tool({"gte": numpy.int64(3), "lte": decimal.Decimal(90)})
    assert json.loads(json.dumps(tool))["parameters"] == {"clear_percent": {"gte": 3, "lte": 90}}


@pytest.mark.parametrize(
    "day", [datetime.date(2024, 6, 1), datetime.datetime(2024, 6, 1), numpy.datetime64("2024-06-01"),
            numpy.datetime64("2024-06-01T00:00:00.000000000")],
)  # fmt: skip
def test_days_where_a_time_is_taken(day):
    assert as_time(day) == datetime.datetime(2024, 6, 1)
    june = data_filter.date_range_filter("acquired", gte=day)
    assert june["config"] == {"gte": "2024-06-01T00:00:00Z"}
    assert data_filter.update_filter("acquired", gt=day)["config"] == {"gt": "2024-06-01T00:00:00Z"}
    source = subscription_request.catalog_source(["PSScene"], ["ortho_visual"], OREGON, day, end_time=day)
    assert source["parameters"]["start_time"] == source["parameters"]["end_time"] == "2024-06-01T00:00:00Z"
    assert as_instant("created", day).startswith("2024-06-01")


def test_what_is_not_a_time():
    for wrong in (3, numpy.datetime64("NaT", "D"), numpy.array(["2024-06-01"], "datetime64[D]")):
        assert as_time(wrong) is None
        with pytest.raises(ArgumentTypeError, match="gte must be a datetime"):
            data_filter.date_range_filter("acquired", gte=wrong)


def test_paths(tmp_path):
    for form in (str(tmp_path), tmp_path, Folder(str(tmp_path)), os.fsencode(tmp_path)):
        assert as_path("directory", form) == tmp_path
    assert as_path("directory", "~/scenes") == Path.home() / "scenes"
    for wrong in (None, 3, ["a"]):
        with pytest.raises(ArgumentTypeError, match="directory must be a str or Path"):
            as_path("directory", wrong)
    for remote in ("s3://bucket/x", "gs://bucket", "az://c", "abfss://c", Path("s3://bucket"), Folder("https://a.b/c")):
        with pytest.raises(ArgumentError, match="directory must be a local path, got .*cloud storage"):
            as_path("directory", remote)
    assert as_path("directory", "s3/bucket") == Path("s3/bucket")
    assert as_path("directory", "C:/scenes").name == "scenes"


def test_references_of_destinations():
    ref = "pl:destinations/my-bucket"
    stored = Destination({"id": "my-bucket", "pl:ref": ref})
    for form in ("my-bucket", ref, f"{ref}\n", stored, dict(stored), {"id": "my-bucket"}):
        assert destination_ref_of(form) == ref
        assert order_request.destination(form) == {"destination": {"ref": ref}}
        assert destination_id(form) == "my-bucket"
    for wrong in (None, "", "a b", "pl:features/my/a", 3):
        with pytest.raises(ArgumentError, match="destination_ref must be"):
            destination_ref_of(wrong)


def test_references_of_features():
    ref = "pl:features/my/farms/north"
    feature = {"type": "Feature", "id": "north", "properties": {"pl:ref": ref}}
    for form in (ref, Feature(feature), feature, {"type": "ref", "content": ref}):
        assert ref_of(form) == ref
        assert reservation_body(form, 3, None)["aoi_refs"] == [ref]
    for forms in (*lists_of(ref, ref), f"{ref}\n{ref}", {"type": "FeatureCollection", "features": [feature, feature]}):
        assert reservation_body(forms, numpy.int64(3), None) == {"aoi_refs": [ref, ref], "product_id": 3}
    assert reservation_body([ref], Product(id=3), None)["product_id"] == 3
    assert [feature_id_of(form) for form in ("north", ref, feature)] == ["north"] * 3
    assert [collection_id_of(form) for form in ("farms", "pl:features/my/farms", ref, {"id": "farms"})] == ["farms"] * 4


def test_numeric_ids():
    for form in (3, "3", " 3\n", numpy.int64(3), Reservation(id=3), Job(job_id="3")):
        assert number_of("job_id", form) == "3"
    for wrong in ("", None, True, [3]):
        with pytest.raises(ClientError, match="job_id"):
            number_of("job_id", wrong)


def test_names_of_mosaics():
    assert name_of("Mosaic", " Global Monthly\n") == "Global Monthly"
    assert name_of("Mosaic", uuid.UUID(ORDER_ID)) == ORDER_ID
    assert order_request.basemap_product("m", quad_ids="1-2\n1-3")["quad_ids"] == ["1-2", "1-3"]
    assert check_bbox(numpy.array([-180.00000000000003, 1, 2, 3])) == [-180, 1, 2, 3]
    for wrong in ([178, 0, 182, 1], [178, 0, -178, 1]):
        with pytest.raises(ArgumentError, match="date line"):
            check_bbox(wrong)


def test_files_of_features(tmp_path):
    (tmp_path / "aoi.json").write_text(json.dumps(OREGON))
    assert as_features(Folder(str(tmp_path / "aoi.json")))["geometry"] == OREGON
    with pytest.raises(ArgumentError, match="local path"):
        as_features("s3://bucket/aoi.json")


def test_untyped_features_are_features():
    feature = as_features({"geometry": OREGON, "id": "1", "properties": {"rows": numpy.int64(3)}})
    assert json.loads(json.dumps(feature))["properties"] == {"rows": 3}
    assert feature["type"] == "Feature"
    assert as_features({"features": [{"geometry": OREGON}]})["features"][0]["geometry"] == OREGON
    with pytest.raises(GeoJSONError, match="suggest"):
        ring = [[number / 1000, number % 2] for number in range(2000)]
        as_features({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def test_assets_of_an_item_type():
    assert specs.get_supported_assets("psscene") == specs.get_supported_assets("PSScene") != []
    assert specs.get_product_bundles(" psscene") == specs.get_product_bundles("PSScene")
    with pytest.raises(SpecificationException, match="item_type"):
        specs.get_supported_assets("PSScen")


def test_parameters_have_the_names_that_scripts_use():
    ref = "pl:features/my/farms/north"
    assert geojson.validate_ref(uri=ref)
    assert geojson.split_ref(uri=ref) == ("farms", "north")
    assert geojson.convert_ref_to_dict(data=ref) == geojson.as_ref(data=ref) == geojson.as_geom_or_ref(data=ref)
    assert geojson.geom_from_geojson(data=OREGON) == geojson.validate_geom_as_geojson(data=OREGON) == OREGON
    assert io.str_to_datetime(string="2024-06-01").day == 1
    assert io.collect(values=[1, 2]) == [1, 2]
    assert data_filter.number_in_filter(field_name="rows", values=[1])["config"] == [1]
    assert data_filter.string_in_filter(field_name="id", values=["a"])["config"] == ["a"]
    assert order_request.destination(destination_ref="pl:destinations/a") == order_request.destination("a")

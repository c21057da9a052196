"""Requests for subscriptions."""

import dataclasses
import inspect
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from planet import constants, data_filter, order_request, specs
from planet import subscription_request as sr
from planet._redact import brief
from planet.exceptions import ClientError, FeatureError, GeoJSONError, SpecificationException
from planet.models import Destination, Feature
from planet.types.destinations import AmazonS3Params

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
START, END = datetime(2024, 5, 1), datetime(2024, 9, 1, tzinfo=timezone(timedelta(hours=2)))
SOURCE = {"parameters": {"id": "SWC"}}


def test_a_request_with_everything():
    source = sr.catalog_source(
        ["psscene"],
        ["ORTHO_analytic_4b_sr", "ortho_udm2"],
        SQUARE,
        START,
        filter=data_filter.range_filter("cloud_cover", lt=0.1),
        end_time=END,
        rrule="FREQ=MONTHLY;BYMONTH=5,6",
        publishing_stages=["finalized", "Standard", "finalized"],
        time_range_type="Acquired",
        geometry_relation="within",
    )
    request = sr.build_request(
        "n",
        source,
        delivery=sr.amazon_s3("i", "s", "b", "r", "p"),
        notifications=sr.notifications("https://h", ["Delivery.Success"]),
        tools=[sr.toar_tool(), sr.reproject_tool("EPSG:4326")],
        hosting="sentinel_hub",
        collection_id="c",
        clip_to_source=True,
    )
    assert request == {
        "name": "n",
        "source": {
            "parameters": {
                "item_types": ["PSScene"],
                "asset_types": ["ortho_analytic_4b_sr", "ortho_udm2"],
                "geometry": SQUARE,
                "start_time": "2024-05-01T00:00:00Z",
                "filter": {"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lt": 0.1}},
                "end_time": "2024-09-01T00:00:00+02:00",
                "rrule": "FREQ=MONTHLY;BYMONTH=5,6",
                "publishing_stages": ["standard", "finalized"],
                "time_range_type": "acquired",
                "geometry_relation": "within",
            }
        },
        "delivery": {
            "type": "amazon_s3",
            "parameters": {
                "aws_access_key_id": "i", "aws_secret_access_key": "s", "bucket": "b", "aws_region": "r",
                "path_prefix": "p",
            },
        },
        "notifications": {"webhook": {"url": "https://h", "topics": ["delivery.success"]}},
        "tools": [
            {"type": "toar", "parameters": {"scale_factor": 10000}},
            {"type": "clip", "parameters": {}},
            {"type": "reproject", "parameters": {"projection": "EPSG:4326", "kernel": "near"}},
        ],
        "hosting": {"type": "sentinel_hub", "parameters": {"collection_id": "c"}},
    }  # fmt: skip
    assert list(request) == ["name", "source", "delivery", "notifications", "tools", "hosting"]


def test_what_was_not_given_is_not_sent_and_nothing_that_was_given_is_changed():
    source, tools, topics = {"parameters": {}}, [sr.toar_tool()], ["STATUS.ALL"]
    request = sr.build_request("n", source, tools=tools, clip_to_source=True)
    assert list(request) == ["name", "source", "tools"]
    request["source"]["type"] = "catalog"
    assert source == {"parameters": {}} and len(tools) == 1
    sr.notifications("https://h", topics)
    assert topics == ["STATUS.ALL"]
    assert sr.catalog_source(["PSScene"], ["ortho_visual"], SQUARE, START)["parameters"].keys() == {
        "item_types", "asset_types", "geometry", "start_time",
    }  # fmt: skip


def test_a_planetary_variable():
    assert sr.subscription_source("SWC-AMSR2-C_V1.0_100", "pl:features/my/c/f", START, END) == {
        "parameters": {
            "id": "SWC-AMSR2-C_V1.0_100",
            "geometry": {"type": "ref", "content": "pl:features/my/c/f"},
            "start_time": "2024-05-01T00:00:00Z",
            "end_time": "2024-09-01T00:00:00+02:00",
        }
    }


class Shape:
    __geo_interface__ = SQUARE


@pytest.mark.parametrize("geometry", [Shape(), {"type": "Feature", "geometry": SQUARE}, SQUARE], ids=["geo", "f", "g"])
def test_geometries_in_every_form(geometry):
    assert sr.catalog_source(["PSScene"], ["ortho_visual"], geometry, START)["parameters"]["geometry"] == SQUARE
    assert sr.subscription_source("x", geometry, START)["parameters"]["geometry"] == SQUARE


def test_a_feature_stays_a_reference():
    feature = Feature(type="Feature", geometry=SQUARE, properties={"pl:ref": "pl:features/my/c/f"})
    parameters = sr.catalog_source(["PSScene"], ["ortho_visual"], feature, START)["parameters"]
    assert parameters["geometry"] == {"type": "ref", "content": "pl:features/my/c/f"}


@pytest.mark.parametrize(
    ("types", "place"),
    [
        ([], 0),
        (["harmonize"], 1),
        (["harmonize", "toar"], 2),
        (["toar", "bandmath"], 1),
        (["reproject", "bandmath"], 0),
        (["cloud_filter"], 0),
        (["harmonize", "file_format"], 1),
    ],
)
def test_the_clip_goes_where_it_belongs(types, place):
    tools = [{"type": name} for name in types]
    made = [tool["type"] for tool in sr.build_request("n", SOURCE, tools=tools, clip_to_source=True)["tools"]]
    assert made == [*types[:place], "clip", *types[place:]]


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ([{"type": "toar"}, {"type": "harmonize"}], "harmonize comes after toar"),
        ([{"type": "file_format"}, {"type": "clip"}], "clip comes after file_format"),
        ([{"clip": {"aoi": SQUARE}}], "must be a dict with a type"),
        (["clip"], "must be a dict with a type"),
        ([{"type": "composite"}], "'composite' is not one of"),
    ],
)
def test_tools_that_do_not_go_together(tools, said):
    with pytest.raises(ClientError, match=said):
        sr.build_request("n", SOURCE, tools=tools)


def test_a_clip_and_a_clip_to_the_source():
    with pytest.raises(ClientError, match="mutually exclusive"):
        sr.build_request("n", SOURCE, tools=[{"type": "clip"}], clip_to_source=True)
    assert constants._SUBSCRIPTION_TOOL_WEIGHT == {
        "harmonize": 1, "toar": 2, "clip": 3, "reproject": 3, "bandmath": 3, "cloud_filter": 4, "file_format": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"item_types": ["PSScene", "SkySatScene"]}, ClientError, "exactly one entry, got 2"),
        ({"item_types": "PSScene"}, ClientError, r"must be a list .* Pass \['PSScene'\]"),
        ({"item_types": []}, ClientError, "at least one"),
        ({"item_types": ["PSScen"]}, SpecificationException, "PSScene"),
        ({"asset_types": ["ortho_visua"]}, SpecificationException, "ortho_visual"),
        ({"asset_types": "ortho_visual"}, ClientError, "asset_types"),
        ({"geometry": {"type": "Polygon"}}, GeoJSONError, "coordinates"),
        ({"geometry": "north field"}, FeatureError, "reference"),
        ({"start_time": "in May"}, ClientError, "start_time: 'in May' is not a valid time"),
        ({"start_time": 3}, ClientError, "start_time must be a datetime"),
        ({"end_time": "2024-04-01"}, ClientError, "end_time"),
        ({"end_time": datetime(2024, 4, 1)}, ClientError, "before start_time"),
        ({"filter": data_filter.range_filter("cloud_covr", lt=1)}, ClientError, "cloud_cover"),
        ({"filter": "clear"}, ClientError, "filter"),
        ({"publishing_stages": ["final"]}, SpecificationException, "publishing_stages"),
        ({"publishing_stages": "finalized"}, ClientError, "publishing_stages"),
        ({"time_range_type": "updated"}, SpecificationException, "time_range_type"),
        ({"geometry_relation": "touches"}, SpecificationException, "geometry_relation"),
    ],
)
def test_a_source_that_makes_no_sense(changes, error, said):
    arguments = {
        "item_types": ["PSScene"], "asset_types": ["ortho_visual"], "geometry": SQUARE, "start_time": START, **changes,
    }  # fmt: skip
    with pytest.raises(error, match=said):
        sr.catalog_source(**arguments)


def test_what_the_catalogue_does_not_know_can_be_sent_all_the_same():
    source = sr.catalog_source(["NewScene"], ["new_asset"], SQUARE, START, validate=False)
    assert source["parameters"]["item_types"] == ["NewScene"]


def test_deliveries():
    assert sr.azure_blob_storage("a", "c", "?s", path_prefix="p") == {
        "type": "azure_blob_storage",
        "parameters": {"account": "a", "container": "c", "sas_token": "s", "path_prefix": "p"},
    }
    assert sr.google_cloud_storage("cred", "bucket", "p") == {
        "type": "google_cloud_storage",
        "parameters": {"bucket": "bucket", "credentials": "cred", "path_prefix": "p"},
    }
    assert sr.google_earth_engine("p", "c", "cred")["parameters"] == {
        "project": "p",
        "collection": "c",
        "credentials": "cred",
    }
    assert sr.oracle_cloud_storage("i", "k", "b", "r", "n")["parameters"] == {
        "customer_access_key_id": "i", "customer_secret_key": "k", "bucket": "b", "region": "r", "namespace": "n",
    }  # fmt: skip
    assert sr.s3_compatible("e", "b", "r", "i", "s")["parameters"]["use_path_style"] is False
    assert sr.destination("pl:destinations/x", "p") == {
        "type": "destination",
        "parameters": {"ref": "pl:destinations/x", "path_prefix": "p"},
    }
    assert sr.default_destination() == {"type": "destination", "parameters": {"ref": "pl:destinations/default"}}


def test_a_delivery_that_was_made_for_an_order():
    made = AmazonS3Params(
        bucket="b", aws_region="r", aws_access_key_id="i", aws_secret_access_key="s", explicit_sse=True
    ).delivery("p")
    expected = sr.amazon_s3("i", "s", "b", "r", "p")
    assert sr.build_request("n", SOURCE, made)["delivery"] == expected
    assert sr.build_request("n", SOURCE, order_request.amazon_s3("i", "s", "b", "r", "p"))["delivery"] == expected
    own = {"type": "new_storage", "parameters": {"a": 1}}
    assert sr.build_request("n", SOURCE, own)["delivery"] == own


def test_a_destination_itself():
    stored = Destination({"id": "x", "pl:ref": "pl:destinations/x", "parameters": {"credentials": "<REDACTED>"}})
    expected = {"type": "destination", "parameters": {"ref": "pl:destinations/x"}}
    assert sr.destination(stored) == sr.build_request("n", SOURCE, stored)["delivery"] == expected
    assert order_request.destination(stored) == {"destination": {"ref": "pl:destinations/x"}}
    params = AmazonS3Params(bucket="b", aws_region="r", aws_access_key_id="i", aws_secret_access_key="s")
    assert sr.build_request("n", SOURCE, params)["delivery"]["type"] == "amazon_s3"
    for wrong in ("pl:features/my/a/b", "two ids", None, {"ref": 3}, 7):
        with pytest.raises(ClientError, match="destination_ref must be"):
            sr.destination(wrong)
    for wrong in ("pl:destinations/x", [1]):
        with pytest.raises(ClientError, match="delivery must be"):
            sr.build_request("n", SOURCE, wrong)


@pytest.mark.parametrize("tools", [5, "clip", {"type": "clip"}, [{"type": ["clip"]}], [5]])
def test_tools_that_are_none(tools):
    with pytest.raises(ClientError):
        sr.build_request("n", SOURCE, tools=tools)


def test_no_secret_in_what_is_said_of_a_wrong_tool():
    with pytest.raises(ClientError) as caught:
        sr.build_request("n", SOURCE, tools=[order_request.amazon_s3("AKIAKEY", "SECRET", "b", "r")])
    assert "SECRET" not in str(caught.value) and "AKIAKEY" not in str(caught.value)
    assert "hidden" not in brief({"aws_secret_access_key": "hidden", "token": "hidden", "x": 1})
    for name in (None, "", 3):
        with pytest.raises(ClientError, match="name must be"):
            sr.build_request(name, SOURCE)


def test_hosting():
    assert sr.sentinel_hub(None) == {"type": "sentinel_hub", "parameters": {}}
    assert sr.sentinel_hub(None, True)["parameters"] == {"create_configuration": True}
    assert sr.build_request("n", SOURCE, hosting={"type": "x"})["hosting"] == {"type": "x"}
    with pytest.raises(SpecificationException, match="sentinel_hub"):
        sr.build_request("n", SOURCE, hosting="sentinel")
    with pytest.raises(ClientError, match="mutually exclusive"):
        sr.sentinel_hub("c", True)
    with pytest.raises(ClientError, match="source"):
        sr.build_request("n", None)


def test_tools():
    assert sr.band_math_tool("b1", "b2*2", pixel_type="32r") == {
        "type": "bandmath",
        "parameters": {"b1": "b1", "b2": "b2*2", "pixel_type": "32R"},
    }
    assert sr.file_format_tool("cog") == {"type": "file_format", "parameters": {"format": "COG"}}
    assert sr.harmonize_tool("sentinel-2") == {"type": "harmonize", "parameters": {"target_sensor": "Sentinel-2"}}
    assert sr.reproject_tool("WGS84", 0, "Q1")["parameters"] == {
        "projection": "WGS84",
        "kernel": "q1",
        "resolution": 0,
    }
    assert sr.toar_tool(5)["parameters"] == {"scale_factor": 5}
    for wrong in (
        lambda: sr.file_format_tool("jpg"),
        lambda: sr.harmonize_tool("Landsat"),
        lambda: sr.reproject_tool("WGS84", kernel="best"),
        lambda: sr.band_math_tool("b1", b3="b3"),
        lambda: sr.notifications("https://h", ["delivery"]),
        lambda: sr.notifications("https://h", "delivery.success"),
    ):
        with pytest.raises(ClientError):
            wrong()


def test_cloud_filters():
    tool = sr.cloud_filter_tool(clear_percent=sr.FilterValue(gte=90), snow_ice_percent={"lte": 0})
    assert tool == {
        "type": "cloud_filter",
        "parameters": {"clear_percent": {"gte": 90}, "snow_ice_percent": {"lte": 0}},
    }
    assert sr.FilterValue(1, 2) == sr.FilterValue(gte=1, lte=2)
    assert dataclasses.asdict(sr.FilterValue(gte=np.float32(90))) == {"gte": 90.0, "lte": None}
    for wrong in (
        lambda: sr.FilterValue(gte=101),
        lambda: sr.FilterValue(gte=True),
        lambda: sr.FilterValue(gte="90"),
        lambda: sr.FilterValue(gte=50, lte=40),
        lambda: sr.cloud_filter_tool(),
        lambda: sr.cloud_filter_tool(clear_percent=sr.FilterValue()),
        lambda: sr.cloud_filter_tool(clear_percent={"gt": 3}),
        lambda: sr.cloud_filter_tool(clear_percent=90),
    ):
        with pytest.raises(ClientError):
            wrong()


def test_builders_that_orders_have_too_take_the_same_arguments():
    for name in ("amazon_s3", "azure_blob_storage", "oracle_cloud_storage", "s3_compatible", "destination",
                 "default_destination", "band_math_tool", "file_format_tool", "harmonize_tool"):  # fmt: skip
        ours, theirs = getattr(sr, name), getattr(order_request, name)
        assert inspect.signature(ours) == inspect.signature(theirs), name
        assert ours is not theirs
    assert set(sr.REPROJECT_KERNEL) > {"near", "bilinear"}
    assert specs.get_supported_assets("PSScene")

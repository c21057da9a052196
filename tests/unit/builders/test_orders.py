"""Requests, filters and the catalogue."""

import inspect
import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet import data_filter, order_request, specs
from planet._builders import catalog
from planet.exceptions import ClientError, FetchBundlesSpecError, GeoJSONError, PlanetError, SpecificationException

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def test_a_request_with_everything():
    request = order_request.build_request(
        "n",
        [order_request.product(["a", "b"], "ANALYTIC_udm2", "psscene", "visual, analytic_sr_udm2")],
        subscription_id=5,
        delivery=order_request.delivery("ZIP", True, cloud_config=order_request.amazon_s3("i", "s", "b", "r", "p")),
        notifications=order_request.notifications(email=False, webhook_url="https://h", webhook_per_order=True),
        order_type="Partial",
        tools=[order_request.clip_tool(SQUARE)],
        stac={"stac": {}},
        hosting="sentinel_hub",
        collection_id="c",
    )
    assert request == {
        "name": "n",
        "products": [
            {"item_ids": ["a", "b"], "item_type": "PSScene", "product_bundle": "analytic_udm2,visual,analytic_sr_udm2"}
        ],
        "subscription_id": 5,
        "delivery": {
            "archive_type": "zip", "single_archive": True, "archive_filename": "{{name}}_{{order_id}}.zip",
            "amazon_s3": {
                "aws_access_key_id": "i", "aws_secret_access_key": "s", "bucket": "b", "aws_region": "r", "path_prefix": "p"
            },
        },
        "notifications": {"webhook": {"url": "https://h", "per_order": True}, "email": False},
        "order_type": "partial",
        "tools": [{"clip": {"aoi": SQUARE}}],
        "metadata": {"stac": {}},
        "hosting": {"sentinel_hub": {"collection_id": "c"}},
    }  # fmt: skip
    assert list(request)[:3] == ["name", "products", "subscription_id"]


def test_what_was_not_given_is_not_sent():
    assert order_request.build_request("n", [{"x": 1}]) == {"name": "n", "products": [{"x": 1}]}
    assert order_request.notifications() == {}
    assert order_request.notifications(webhook_per_order=True) == {}
    assert order_request.delivery() == {}
    assert order_request.composite_tool() == {"composite": {}}


def test_zero_and_false_are_sent():
    assert order_request.reproject_tool("EPSG:4326", resolution=0)["reproject"]["resolution"] == 0
    tile = order_request.tile_tool(100, origin_x=0, origin_y=0, conformal_x_scaling=False)["tile"]
    assert tile == {"tile_size": 100, "origin_x": 0, "origin_y": 0, "conformal_x_scaling": False}
    assert order_request.s3_compatible("e", "b", "r", "i", "s")["s3_compatible"]["use_path_style"] is False


def test_clouds():
    build = order_request
    assert build.azure_blob_storage("a", "c", "?sv=1", "core.x", "p") == {
        "azure_blob_storage": {
            "account": "a", "container": "c", "sas_token": "sv=1", "storage_endpoint_suffix": "core.x", "path_prefix": "p"
        }
    }  # fmt: skip
    assert build.google_cloud_storage("b", "c") == {"google_cloud_storage": {"bucket": "b", "credentials": "c"}}
    assert build.google_earth_engine("p", "c") == {"google_earth_engine": {"project": "p", "collection": "c"}}
    oracle = build.oracle_cloud_storage("i", "s", "b", "r", "n")["oracle_cloud_storage"]
    assert oracle == {
        "customer_access_key_id": "i", "customer_secret_key": "s", "bucket": "b", "region": "r", "namespace": "n"
    }  # fmt: skip
    assert build.destination("pl:destinations/x", "p") == {
        "destination": {"ref": "pl:destinations/x", "path_prefix": "p"}
    }
    assert build.default_destination() == {"destination": {"ref": "pl:destinations/default"}}


def test_tools():
    build = order_request
    assert build.coregister_tool("i") == {"coregister": {"anchor_item": "i"}}
    assert build.file_format_tool("cog") == {"file_format": {"format": "COG"}}
    assert build.toar_tool(5) == {"toar": {"scale_factor": 5}}
    assert build.harmonize_tool("sentinel-2") == {"harmonize": {"target_sensor": "Sentinel-2"}}
    assert build.band_math_tool("b1", "b2", pixel_type="8u") == {
        "bandmath": {"b1": "b1", "b2": "b2", "pixel_type": "8U"}
    }
    assert build.composite_tool("strip_id") == {"composite": {"group_by": "strip_id"}}
    assert build.clip_tool("pl:features/my/a/b")["clip"]["aoi"]["type"] == "ref"
    assert build.clip_tool() == {"clip": {}}
    assert build.merge_tool() == {"merge": {}}
    assert build._tool("Clip", {"x": 1}) == {"clip": {"x": 1}}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda b: b.product(["a"], "analytic_udm2", "PSScen"), "Did you mean 'PSScene'"),
        (lambda b: b.product(["a"], "analytic_udm", "PSScene"), "'analytic_udm2'"),
        (lambda b: b.product(["a"], "panchromatic", "PSScene"), r"specs\.refresh"),
        (lambda b: b.product([], "visual", "PSScene"), "list of at least one id"),
        (lambda b: b.product("", "visual", "PSScene"), "item_ids must not be empty"),
        (lambda b: b.product(["a", " "], "visual", "PSScene"), "item_ids must not be empty"),
        (lambda b: b.product("ids.txt", "visual", "PSScene"), "the name of a file"),
        (lambda b: b.product([], "visual", "PSScene"), "at least one"),
        (lambda b: b.build_request("n", [b.product([str(n) for n in range(501)], "visual", "PSScene")]), "at most 500"),
        (lambda b: b.build_request("n", [], order_type="half"), "order_type - 'half'"),
        (lambda b: b.build_request("n", [], hosting="elsewhere"), "hosting"),
        (lambda b: b.build_request("n", [{"mosaic_name": "m"}, {"item_ids": []}]), "Scenes and basemaps"),
        (lambda b: b.delivery("tar"), "archive_type"),
        (lambda b: b.clip_tool({"type": "Point", "coordinates": [0, 0]}), "got a Point"),
        (lambda b: b.composite_tool("day"), "group_by"),
        (lambda b: b.file_format_tool("png"), "file_format"),
        (lambda b: b.harmonize_tool("PS2"), "target_sensor"),
        (lambda b: b.band_math_tool("b1", b3="b3"), "b2 is required"),
        (lambda b: b.band_math_tool("b1", pixel_type="64R"), "pixel_type"),
        (lambda b: b.sentinel_hub("c", True), "mutually exclusive"),
        (lambda b: b.basemap_product("m"), "Exactly one"),
        (lambda b: b.basemap_product("m", quad_ids=[]), "at least one id"),
        (lambda b: b._tool("cut", {}), "tool - 'cut'"),
    ],
)
def test_what_is_wrong_is_said(call, words):
    with pytest.raises(ClientError, match=words):
        call(order_request)


def test_the_check_can_be_skipped():
    product = order_request.product(["a"], "brand_new", "NewScene", validate=False)
    assert (product["item_type"], product["product_bundle"]) == ("NewScene", "brand_new")


def test_basemaps():
    by_area = order_request.basemap_product("m", geometry=SQUARE)
    request = order_request.build_request("n", [by_area])
    assert request["source_type"] == "basemaps"
    assert request["products"] == [{"mosaic_name": "m", "geometry": SQUARE}]
    with pytest.raises(GeoJSONError):
        order_request.basemap_product("m", geometry={"type": "Polygon", "coordinates": []})


def test_signatures_that_scripts_rely_on():
    def names(function):
        return [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        ]

    assert names(order_request.build_request) == [
        "name", "products", "subscription_id", "delivery", "notifications", "order_type", "tools", "stac", "hosting",
        "collection_id", "create_configuration",
    ]  # fmt: skip
    assert names(order_request.product) == ["item_ids", "product_bundle", "item_type", "fallback_bundle"]
    assert names(order_request.delivery) == ["archive_type", "single_archive", "archive_filename", "cloud_config"]


# -- the catalogue -------------------------------------------------------------------------------------------


def test_the_catalogue_needs_no_network():
    assert "PSScene" in specs.get_item_types()
    assert specs.get_data_item_types() - specs.get_item_types() == {"SkySatVideo"}
    assert specs.get_item_types("radiance_hdf5") == {"TanagerScene"}
    assert "visual" in specs.get_product_bundles("PSScene")
    assert specs.get_product_bundles("Nothing") == []
    assert "ortho_udm2" in specs.get_supported_assets("PSScene")
    assert specs.validate_asset_type("psscene", "ORTHO_UDM2") == "ortho_udm2"
    assert specs.PRODUCT_BUNDLES["bundles"]["visual"]["assets"]["PSScene"] == ["ortho_visual"]
    assert set(specs.PRODUCT_BUNDLES) == {"bundles", "bundle_names", "item_types"}
    with pytest.raises(KeyError):
        specs.get_item_types("nothing")


def test_errors_of_the_catalogue_carry_their_parts():
    with pytest.raises(SpecificationException) as caught:
        specs.validate_bundle("PSScene", "x")
    error = caught.value
    assert (error.value, error.field_name) == ("x", "bundle")
    assert "analytic_udm2" in error.supported
    assert str(error).startswith("bundle - 'x' is not one of 'analytic_3b_udm2', ")


def test_a_catalogue_that_was_fetched_is_kept(monkeypatch):
    document = {"version": "new", "bundles": {"shiny": {"assets": {"NewScene": ["gold"]}}}}
    specs.use_spec(document)
    assert specs.get_item_types() == {"NewScene"}
    monkeypatch.setattr(catalog, "_catalog", None)  # the next run of the program
    assert specs.get_product_bundles("NewScene") == ["shiny"]
    catalog._cache_file().write_text("{")
    monkeypatch.setattr(catalog, "_catalog", None)
    assert "PSScene" in specs.get_item_types()
    for nonsense in (None, {}, {"bundles": []}, {"bundles": {"x": 1}}):
        with pytest.raises(FetchBundlesSpecError):
            specs.use_spec(nonsense)


def test_refresh(sandbox):
    specs.refresh()
    assert catalog._cache_file().exists()
    assert not any("authorization" in seen.headers for seen in sandbox.requests)
    sandbox.inject("status", path="spec", status=404)
    with pytest.raises(FetchBundlesSpecError, match="could not be fetched"):
        specs.refresh(sandbox.base_url)


# -- filters -------------------------------------------------------------------------------------------------


def test_filters():
    f = data_filter
    noon = datetime(2022, 6, 1, 12)
    zoned = datetime(2022, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert f.date_range_filter("acquired", gt=noon, lte=zoned) == {
        "type": "DateRangeFilter", "field_name": "acquired",
        "config": {"gt": "2022-06-01T12:00:00Z", "lte": "2022-06-01T12:00:00+02:00"},
    }  # fmt: skip
    assert f.range_filter("cloud_cover", gt=0, lt=0.0)["config"] == {"gt": 0, "lt": 0.0}
    assert f.update_filter("ground_control", gte=noon)["config"] == {"gte": "2022-06-01T12:00:00Z"}
    assert f.geometry_filter(SQUARE, "contains") == {
        "type": "GeometryFilter", "field_name": "geometry", "config": SQUARE, "relation": "contains"
    }  # fmt: skip
    assert f.geometry_filter("pl:features/my/a/b")["config"]["type"] == "ref"
    assert f.not_filter(f.empty_filter()) == {"type": "NotFilter", "config": {"type": "AndFilter", "config": []}}
    assert f.or_filter([f.permission_filter()])["config"] == [
        {"type": "PermissionFilter", "config": ["assets:download"]}
    ]
    assert f.std_quality_filter() == f.string_in_filter("quality_category", ["standard"])
    assert f.number_in_filter("gsd", [3]) == {"type": "NumberInFilter", "field_name": "gsd", "config": [3]}
    assert f.asset_filter(["a"]) == {"type": "AssetFilter", "config": ["a"]}


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f.date_range_filter("acquired"),
        lambda f: f.date_range_filter("acquired", gt="in 2022"),
        lambda f: f.range_filter("cloud_cover"),
        lambda f: f.update_filter("x", lt=datetime(2022, 1, 1)),
        lambda f: f.geometry_filter(SQUARE, "touches"),
        lambda f: f.geometry_filter({}),
    ],
)
def test_filters_that_make_no_sense(call):
    with pytest.raises(PlanetError):
        call(data_filter)


@given(st.datetimes(timezones=st.none() | st.just(timezone.utc)), st.floats(allow_nan=False))
def test_filters_are_json(moment, number):
    json.dumps([data_filter.date_range_filter("a", gt=moment), data_filter.range_filter("b", lt=number)])


# -- items to orders -----------------------------------------------------------------------------------------


def an_item(item_id, item_type="PSScene", permissions=None):
    item = {"id": item_id, "type": "Feature", "properties": {"item_type": item_type}}
    return item if permissions is None else {**item, "_permissions": permissions}


ALLOWED = [f"assets.{asset}:download" for asset in specs.get_supported_assets("PSScene")]


def test_items_become_a_request():
    items = [an_item("a", permissions=ALLOWED), an_item("s", "SkySatScene"), an_item("b"), an_item("a")]
    request = order_request.request_for_items("n", items, "analytic_udm2", order_type="partial", stac={"stac": {}})
    assert request == {
        "name": "n",
        "products": [
            {"item_ids": ["a", "b"], "item_type": "PSScene", "product_bundle": "analytic_udm2"},
            {"item_ids": ["s"], "item_type": "SkySatScene", "product_bundle": "analytic_udm2"},
        ],
        "order_type": "partial",
        "metadata": {"stac": {}},
    }
    pairs = order_request.request_for_items("n", iter([("PSScene", "a")]), "analytic_udm2")
    assert pairs["products"][0]["item_ids"] == ["a"]


def test_items_that_this_account_may_not_have():
    items = [an_item("a", permissions=ALLOWED), an_item("b", permissions=[])]
    with pytest.raises(ClientError, match="may not download analytic_udm2 of b"):
        order_request.request_for_items("n", items, "analytic_udm2")
    only_visual = [an_item("c", permissions=["assets.ortho_visual:download"])]
    request = order_request.request_for_items("n", only_visual, "analytic_udm2", fallback_bundle="visual")
    assert request["products"][0]["product_bundle"] == "analytic_udm2,visual"
    assert order_request.request_for_items("n", items, "analytic_udm2", order_type="partial")


def test_items_that_are_none():
    with pytest.raises(ClientError, match="items must not be empty"):
        order_request.request_for_items("n", [], "analytic_udm2")
    with pytest.raises(ClientError, match="must be an item"):
        order_request.request_for_items("n", ["a"], "analytic_udm2")
    with pytest.raises(ClientError, match="500"):
        order_request.request_for_items("n", [an_item(str(n)) for n in range(501)], "analytic_udm2")

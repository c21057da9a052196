# Generated from tests/_async/apis/test_data.py by tools/unasync.py. Edit that file and run the tool again.

"""The Data API against the sandbox's real server."""

from datetime import datetime, timezone

import geopandas
import pytest
from shapely.geometry import shape

from planet import collect, coverage, data_filter, order_request, stac
from planet.exceptions import (
    BadQuery,
    ClientError,
    FeatureError,
    GeoJSONError,
    MissingResource,
    OutcomeUnknown,
    SpecificationException,
)
from planet.geo import to_geodataframe
from planet.models import Feature, FeatureCollection
from tests.helpers import ITEMS, OREGON

JUNE = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))


def test_search(pl):
    items = [item for item in pl.data.search(["psscene"], JUNE, geometry=OREGON, limit=0)]
    assert len(items) > 10
    assert len({item.id for item in items}) == len(items)
    start, end = (datetime(2022, month, 1, tzinfo=timezone.utc) for month in (6, 7))
    assert all(start <= item.acquired < end for item in items)
    published = [item.published for item in items]
    assert published == sorted(published, reverse=True)
    assert all(item.item_type == "PSScene" and "ortho_analytic_4b" in item.assets for item in items)


def test_search_sorted_and_filtered(pl):
    clear = data_filter.and_filter([JUNE, data_filter.range_filter("cloud_cover", lte=0.1)])
    items = [item for item in pl.data.search(["PSScene"], clear, sort="acquired asc", geometry=OREGON)]
    assert items
    assert all(item.cloud_cover <= 0.1 for item in items)
    assert [item.acquired for item in items] == sorted(item.acquired for item in items)


def test_a_search_in_plain_words(pl):
    box = (-117.56, 45.23, -117.45, 45.30)
    words = {"datetime": "2022-06", "cloud_cover": 0.1, "downloadable": True}
    clear = JUNE & data_filter.range_filter("cloud_cover", lte=0.1) & data_filter.permission_filter()
    by_filter = [item.id for item in pl.data.search(["PSScene"], clear, bbox=box, limit=0)]
    by_words = [item.id for item in pl.data.search("PSScene", bbox=box, limit=0, **words)]
    assert by_words and by_words == by_filter
    stats = pl.data.get_stats("PSScene", bbox=box, **words)
    assert stats["interval"] == "day" and sum(bucket["count"] for bucket in stats["buckets"]) == len(by_words)


def test_a_search_can_be_read_one_by_one(pl, sandbox):
    results = pl.data.search(["PSScene"], geometry=OREGON)
    assert sandbox.requests == []
    first = next(results)
    assert (next(results)).id != first.id
    results.close()
    assert [item for item in results] == []


def test_no_more_is_fetched_than_is_wanted(pl, sandbox):
    results = pl.data.search(["PSScene"], geometry=OREGON, limit=3)
    assert len([item for item in results]) == 3
    assert len(sandbox.requests) == 1
    assert len([item for item in pl.data.search(["PSScene"], geometry=OREGON, limit=260)]) == 260
    assert len(sandbox.requests) == 3


def test_get_item(pl):
    item = pl.data.get_item("PSScene", ITEMS[0])
    assert item.id == ITEMS[0]
    assert item.__geo_interface__["geometry"] == item.geometry
    with pytest.raises(MissingResource):
        pl.data.get_item("PSScene", "no item")


def test_ids_cannot_change_the_path(pl, sandbox):
    with pytest.raises(MissingResource):
        pl.data.get_item("PSScene", "../../../compute/ops?x=1#y")
    assert sandbox.requests[-1].path.startswith("/data/v1/item-types/PSScene/items/")


def test_a_filter_that_the_service_refuses(pl):
    wrong = {"type": "AndFilter", "config": [{"type": "RangeFilter"}]}
    with pytest.raises(BadQuery) as caught:
        next(pl.data.search(["PSScene"], wrong, validate=False))
    assert list(caught.value.field_errors) == ["filter.config.0.config"]
    with pytest.raises(ClientError) as refused:
        pl.data.search(["PSScene"], wrong)
    assert list(refused.value.field_errors) == ["filter.config.0.config"]


def test_arguments_are_checked_at_the_call(pl, sandbox):
    with pytest.raises(SpecificationException, match="Did you mean 'PSScene'"):
        pl.data.search(["PSScen"])
    with pytest.raises(ClientError, match="item_types must be a"):
        pl.data.search(7)
    with pytest.raises(ClientError, match="cannot be combined"):
        pl.data.search("PSScene", geometry=OREGON, bbox=(0, 0, 1, 1))
    with pytest.raises(ClientError, match="sort"):
        pl.data.search(["PSScene"], sort="newest")
    with pytest.raises(GeoJSONError):
        pl.data.search(["PSScene"], geometry={"type": "Polygon", "coordinates": []})
    assert sandbox.requests == []
    with pytest.raises(BadQuery, match="not a valid item type"):
        next(pl.data.search(["NewScene"], validate=False))


CLEAR = data_filter.range_filter("cloud_cover", lte=0.1)


class Row:
    """What GeoPandas and shapely have in common."""

    __geo_interface__ = OREGON


@pytest.mark.parametrize(
    "geometry",
    [OREGON, Row(), {"type": "Feature", "properties": {}, "geometry": OREGON},
     {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": OREGON}]},
     Feature(type="Feature", properties={}, geometry=OREGON)],
    ids=["geometry", "interface", "feature", "collection", "unstored"],
)  # fmt: skip
def test_a_geometry_in_every_form(pl, geometry):
    wanted = [item.id for item in pl.data.search(["PSScene"], JUNE, geometry=OREGON)]
    assert [item.id for item in pl.data.search(["PSScene"], JUNE, geometry=geometry)] == wanted
    within = JUNE & data_filter.geometry_filter(geometry)
    assert [item.id for item in pl.data.search(["PSScene"], within)] == wanted


@pytest.mark.parametrize(
    "geometry",
    ["pl:features/my/farms/north", {"type": "ref", "content": "pl:features/my/farms/north"},
     Feature(type="Feature", geometry=OREGON, properties={"pl:ref": "pl:features/my/farms/north"})],
    ids=["text", "dict", "stored"],
)  # fmt: skip
def test_a_reference_is_sent_as_one(pl, geometry):
    with pytest.raises(BadQuery, match="pl:features/my/farms/north"):
        next(pl.data.search(["PSScene"], geometry=geometry))
    with pytest.raises(FeatureError):
        pl.data.search(["PSScene"], geometry="north")


def test_a_search_over_every_type(pl):
    types = ["PSScene", "SkySatScene", "SkySatCollect", "REOrthoTile", "TanagerScene"]
    items = collect(pl.data.search(types, limit=0))
    assert items["type"] == "FeatureCollection"
    assert {item.item_type for item in items["features"]} == set(types)
    assert len(items["features"]) >= 5000 - 10


def test_a_saved_search_from_birth_to_death(pl):
    created = pl.data.create_search(["psscene"], CLEAR, "clear", geometry=OREGON)
    assert (created.name, created.item_types, created.search_type) == ("clear", ["PSScene"], "saved")
    assert created["geometry"] == OREGON
    assert created["__daily_email_enabled"] is False
    assert (pl.data.get_search(created.id)).id == created.id
    items = [item for item in pl.data.run_search(created.id, sort="acquired asc", limit=300)]
    assert len(items) == 300
    assert all(item.cloud_cover <= 0.1 for item in items)
    assert [item.acquired for item in items] == sorted(item.acquired for item in items)
    assert (pl.data.get_search(created.id)).last_executed is not None
    updated = pl.data.update_search(created.id, ["SkySatScene"], CLEAR, "other", enable_email=True)
    assert (updated.id, updated.name, updated.item_types) == (created.id, "other", ["SkySatScene"])
    assert "geometry" not in updated
    assert updated["__daily_email_enabled"] is True
    assert updated.updated > updated.created
    assert pl.data.delete_search(created.id) is None
    for call in (pl.data.get_search, pl.data.delete_search):
        with pytest.raises(MissingResource, match="does not exist"):
            call(created.id)
    with pytest.raises(MissingResource):
        next(pl.data.run_search(created.id))


def test_listing_searches(pl):
    for number in range(3):
        pl.data.create_search(["PSScene"], CLEAR, f"saved {number}")
        pl.data.search(["PSScene"], CLEAR, name=f"quick {number}", limit=1).first()
    names = [search.name for search in pl.data.list_searches()]
    assert names == ["quick 2", "saved 2", "quick 1", "saved 1", "quick 0", "saved 0"]
    assert [s.name for s in pl.data.list_searches("created asc", "saved", 2)] == ["saved 0", "saved 1"]
    assert [s.name for s in pl.data.list_searches(search_type="QUICK")] == ["quick 2", "quick 1", "quick 0"]


@pytest.mark.parametrize("search_id", ["", "x", "../..", None, 7])
def test_what_is_no_id_of_a_search(pl, sandbox, search_id):
    with pytest.raises(ClientError, match="search_id must be a UUID"):
        pl.data.run_search(search_id)
    assert sandbox.requests == []


def test_a_search_is_not_saved_twice(pl, sandbox):
    sandbox.inject("lose_answer", method="POST", path="/searches")
    with pytest.raises(OutcomeUnknown):
        pl.data.create_search(["PSScene"], CLEAR, "once")
    assert len([search for search in pl.data.list_searches()]) == 1


def test_a_search_that_is_gone_after_a_lost_answer_was_deleted(pl, sandbox):
    search = pl.data.create_search(["PSScene"], CLEAR, "gone")
    sandbox.inject("lose_answer", method="DELETE")
    pl.data.delete_search(search.id)
    with pytest.raises(MissingResource):
        pl.data.get_search(search.id)
    for nothing in ("", None, ".."):
        with pytest.raises((ClientError, MissingResource)):
            pl.data.delete_search(nothing)


def test_an_empty_filter_is_everything(pl):
    assert pl.data.search(["PSScene"], {}, limit=1).first() is not None
    with pytest.raises(ClientError, match="interval"):
        pl.data.get_stats(["PSScene"], {}, None)


def test_a_search_that_only_reads_is_repeated(pl, sandbox):
    sandbox.inject("reset", method="POST", times=2)
    sandbox.inject("status", method="POST", status=503)
    assert pl.data.search(["PSScene"], limit=1).first() is not None
    sandbox.inject("reset", method="POST")
    assert (pl.data.get_stats(["PSScene"], CLEAR, "year"))["buckets"]


@pytest.mark.parametrize("interval", ["hour", "Day", "week", "month", "year"])
def test_stats(pl, interval):
    passes = JUNE & data_filter.geometry_filter(OREGON)
    stats = pl.data.get_stats(["PSScene"], passes, interval)
    assert stats["interval"] == interval.lower()
    assert sum(bucket["count"] for bucket in stats["buckets"]) == len(
        [item for item in pl.data.search(["PSScene"], passes, limit=0)]
    )
    starts = [bucket["start_time"] for bucket in stats["buckets"]]
    assert starts == sorted(starts)
    assert len(starts) >= {"hour": 600, "day": 28, "week": 4, "month": 1, "year": 1}[interval.lower()]
    with pytest.raises(ClientError, match="interval"):
        pl.data.get_stats(["PSScene"], passes, "decade")


def test_the_coverage_of_an_item(pl):
    clear = data_filter.range_filter("clear_percent", gte=100) & data_filter.range_filter("cloud_cover", lte=0)
    whole = data_filter.geometry_filter(OREGON, "contains")
    item = pl.data.search(["PSScene"], clear & whole, limit=1).first()
    assert pl.data.get_item_coverage("PSScene", item.id, OREGON) == {"clear_percent": 100, "status": "complete"}
    cloud = pl.data.get_item_coverage("PSScene", item.id, Row(), mode="UDM2", band="cloud")
    assert cloud == {"cloud_percent": 0, "status": "complete"}
    with pytest.raises(BadQuery, match="mode"):
        pl.data.get_item_coverage("PSScene", item.id, OREGON, mode="guess")
    with pytest.raises(MissingResource):
        pl.data.get_item_coverage("PSScene", "nothing", OREGON)


def test_items_have_typed_properties(pl):
    item = pl.data.get_item("PSScene", ITEMS[0])
    assert item.acquired == datetime(2022, 3, 4, 9, 33, item.acquired.second, item.acquired.microsecond, timezone.utc)
    assert item.published > item.acquired
    assert item.updated > item.published
    assert 0 <= item.cloud_cover <= 1
    assert 0 <= item.clear_percent <= 100
    assert (item.instrument, item.satellite_id, item.strip_id) == ("PSB.SD", "2430", item["properties"]["strip_id"])
    assert all(isinstance(value, float) for value in (item.gsd, item.sun_elevation, item.view_angle))
    assert item.quality_category in ("standard", "test")
    assert "assets.ortho_visual:download" in item.permissions
    assert item.geometry["type"] == "Polygon"
    assert type(item)({}).geometry == type(item)({}).properties == {}


def test_an_order_from_what_a_search_has_found(pl):
    results = pl.data.search(["PSScene"], JUNE & data_filter.permission_filter(), geometry=OREGON, limit=3)
    items = [item for item in results]
    request = order_request.request_for_items("found", items, "analytic_udm2", tools=[order_request.clip_tool(OREGON)])
    assert request["products"] == [
        {"item_ids": [item.id for item in items], "item_type": "PSScene", "product_bundle": "analytic_udm2"}
    ]
    assert (pl.orders.create_order(request)).state == "queued"


def test_rows_of_a_table_and_items_of_pystac_are_items(pl, tmp_path):
    items = [
        item for item in pl.data.search("PSScene", geometry=OREGON, datetime="2022-06", downloadable=True, limit=3)
    ]
    ids = [item.id for item in items]
    table = to_geodataframe(items)
    forms = [
        table,
        table.set_index("id"),
        [row for _, row in table.iterrows()],
        stac.to_item_collection(items),
        FeatureCollection(items),
    ]
    for form in forms:
        request = order_request.request_for_items("three", form, "visual")
        assert request["products"] == [{"item_ids": ids, "item_type": "PSScene", "product_bundle": "visual"}]
        assert order_request.estimate(request, table.to_crs("EPSG:3857")).km2 == pytest.approx(
            order_request.estimate(request, items).km2, rel=1e-3
        )
        estimates = order_request.estimate(request, form)
        assert estimates.km2 == pytest.approx(order_request.estimate(request, items).km2)
    assert order_request.request_for_items("one", table.iloc[0], "visual")["products"][0]["item_ids"] == ids[:1]
    assert (pl.data.get_item(table.iloc[0], table.iloc[0])).id == ids[0]
    for series in (table.id, table, table[["id"]], table.set_index("id")):
        assert order_request.product(series, "visual", "PSScene")["item_ids"] == ids
    with pytest.raises(ClientError, match="no column 'id'"):
        order_request.product(table[["geometry"]], "visual", "PSScene")
    again = pl.data.search("PSScene", geometry=table, datetime="2022-06", limit=1)  # with columns of times
    assert again.first()
    report = pl.data.download_assets(table[:1], "ortho_visual", tmp_path, progress_bar=False)
    assert len(report) == 1 and report.folder == tmp_path


def test_swapped_arguments_say_so(pl, sandbox):
    with pytest.raises(ClientError, match="The item type comes first"):
        pl.data.get_item(ITEMS[0], "PSScene")
    with pytest.raises(ClientError, match="Pass it as geometry="):
        pl.data.search("PSScene", OREGON)
    with pytest.raises(ClientError, match="The order of the arguments is item_ids"):
        order_request.product("PSScene", "visual", ITEMS)
    with pytest.raises(ClientError, match="The name of the order comes first"):
        order_request.request_for_items([("PSScene", ITEMS[0])], "name", "visual")
    assert sandbox.requests == []


def test_the_coverage_of_a_table_and_of_a_file(pl, tmp_path):
    results = pl.data.search("PSScene", geometry=OREGON, datetime="2022-06", limit=5)
    table = results.to_geodataframe()
    geopandas.GeoSeries([shape(OREGON)], crs="EPSG:4326").to_crs("EPSG:32611").to_file(tmp_path / "field.shp")
    shares = [coverage.share(item, OREGON) for item in results.again()]
    assert [coverage.share(row, tmp_path / "field.shp") for row in table.geometry] == pytest.approx(shares, abs=1e-4)
    enough = [item.id for item in coverage.covering(table, str(tmp_path / "field.shp"), at_least=0.3)]
    assert coverage.share(table, OREGON) == coverage.share(table.to_crs("EPSG:3857"), OREGON) > max(shares) - 1e-6
    assert coverage.share(table.geometry, OREGON) == pytest.approx(coverage.share(table, OREGON))
    assert enough == [item_id for item_id, share in zip(table.id, shares, strict=True) if share >= 0.3]

"""The Data API of the sandbox: its wire format, and the results of searches."""

import base64
import datetime
import hashlib
import json
from io import BytesIO

import httpx
import pytest
import rasterio
import shapely
import shapely.geometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planet import data_filter as f
from planet.exceptions import ClientError
from planet.http import Limits
from planet.sandbox import AOIS, Sandbox, Timing
from planet.sandbox.catalog.catalog import Catalog
from tests.helpers import ITEMS, OREGON, PATIENCE, wait_until

TYPES = ["PSScene", "SkySatScene", "SkySatCollect", "REOrthoTile", "TanagerScene"]
PAST = f.date_range_filter("acquired", lt=datetime.datetime(2024, 1, 1))  # the same scenes whenever the test is run


@pytest.fixture
def api(sandbox):
    with httpx.Client(
        base_url=f"{sandbox.base_url}/data/v1", auth=(sandbox.api_key, ""), follow_redirects=False, timeout=PATIENCE
    ) as client:
        yield client


@pytest.fixture(scope="module")
def small():
    """A sandbox with a catalogue small enough to list completely."""
    with Sandbox(catalog_size=300) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def everything(small):
    with small.planet(limits=Limits(rate=0)) as pl:
        return list(pl.data.search(TYPES, limit=0))


# -- results of searches --------------------------------------------------------------------------------------


def naive(node, item):
    """Whether an item matches a filter: a straightforward reference implementation."""
    kind, config = node["type"], node["config"]
    if kind == "AndFilter":
        return all(naive(part, item) for part in config)
    if kind == "OrFilter":
        return any(naive(part, item) for part in config)
    if kind == "NotFilter":
        return not naive(config, item)
    if kind == "AssetFilter":
        return any(asset in item["assets"] for asset in config)
    if kind == "PermissionFilter":
        return any(
            bool(item["_permissions"]) if word == "assets:download" else word in item["_permissions"] for word in config
        )
    if kind == "GeometryFilter":
        one, two = shapely.geometry.shape(item["geometry"]), shapely.geometry.shape(config)
        return getattr(one, node.get("relation", "intersects"))(two)
    field = node["field_name"]
    if kind == "UpdateFilter" and field in item["properties"]:
        field = "updated"
    value = item["id"] if field == "id" else item["properties"].get(field)
    if value is None:
        return False
    if kind == "StringInFilter":
        return (
            {True: "true", False: "false"}.get(value, value) in config if isinstance(value, bool) else value in config
        )
    if kind == "NumberInFilter":
        return value in config

    def moment(text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

    if kind in ("DateRangeFilter", "UpdateFilter"):
        value, config = moment(value), {name: moment(bound) for name, bound in config.items()}
    return all(
        {"gt": value > bound, "gte": value >= bound, "lt": value < bound, "lte": value <= bound}[name]
        for name, bound in config.items()
    )


numbers = st.sampled_from(
    ["cloud_cover", "clear_percent", "gsd", "sun_elevation", "view_angle", "usable_data", "ground_control_ratio"]
)
values = st.one_of(st.floats(-10, 110, allow_nan=False), st.integers(-5, 110), st.sampled_from([0.0, 0.05, 0.5, 3.7]))
times = st.datetimes(datetime.datetime(2008, 1, 1), datetime.datetime(2027, 1, 1))
zoned = st.one_of(times, times.map(lambda t: t.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=5)))))


def bounds(value):
    """Return a strategy for the bounds of a range."""
    return st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), value, min_size=1, max_size=2)


@st.composite
def boxes(draw):
    west, south = draw(st.floats(-179, 170)), draw(st.floats(-80, 70))
    return shapely.geometry.mapping(
        shapely.box(west, south, min(west + draw(st.floats(0.1, 60)), 180), min(south + draw(st.floats(0.1, 40)), 90))
    )


areas = st.one_of(boxes(), st.sampled_from(list(AOIS.values())))


def leaves(items):
    ids = st.sampled_from([item["id"] for item in items])
    strips = st.sampled_from([item["properties"]["strip_id"] for item in items])
    assets = st.sampled_from(["ortho_visual", "analytic_sr", "basic_udm2", "ortho_analytic_8b", "ortho_sr_hdf5"])
    return st.one_of(
        st.builds(lambda field, ops: f.range_filter(field, **ops), numbers, bounds(values)),
        st.builds(
            lambda field, ops: f.date_range_filter(field, **ops),
            st.sampled_from(["acquired", "published", "updated"]), bounds(zoned),
        ),
        st.builds(
            lambda field, when: f.update_filter(field, gt=when),
            st.sampled_from(["updated", "ground_control", "quality_category", "usable_data"]), zoned,
        ),
        st.builds(f.number_in_filter, numbers, st.lists(values, max_size=4)),
        st.builds(f.string_in_filter, st.just("id"), st.lists(ids, max_size=3)),
        st.builds(f.string_in_filter, st.just("strip_id"), st.lists(strips, max_size=3)),
        st.builds(f.string_in_filter, st.just("ground_control"), st.lists(st.sampled_from(["true", "false"]), max_size=2)),
        st.builds(f.string_in_filter, st.just("instrument"), st.lists(st.sampled_from(["PS2", "PSB.SD", "x"]))),
        st.builds(f.geometry_filter, areas, st.sampled_from([None, "intersects", "contains", "within", "disjoint"])),
        st.builds(f.asset_filter, st.lists(assets, max_size=3)),
        st.just(f.permission_filter()), st.just(f.std_quality_filter()), st.just(f.empty_filter()),
    )  # fmt: skip


def filters(items):
    return st.recursive(
        leaves(items),
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a: ~a, inner),
            st.builds(f.or_filter, st.lists(inner, max_size=3)),
        ),
        max_leaves=6,
    )


@pytest.mark.filterwarnings("ignore:.*The filter is sent as it is")
def test_filters_match_the_reference_implementation(small, everything):
    with small.planet(limits=Limits(rate=0)) as pl:

        @given(filters(everything), st.sets(st.sampled_from(TYPES), min_size=1))
        @settings(max_examples=120, suppress_health_check=list(HealthCheck))
        def check(search_filter, types):
            found = {item.id for item in pl.data.search(sorted(types), search_filter, limit=0)}
            wanted = {item.id for item in everything if item.item_type in types and naive(search_filter, item)}
            assert found == wanted

        check()


@pytest.mark.parametrize("sort", ["published desc", "published asc", "acquired desc", "acquired asc"])
def test_sort_order_and_pages(small, everything, sort):
    field, direction = sort.split()
    with httpx.Client(base_url=f"{small.base_url}/data/v1", auth=("k", ""), timeout=PATIENCE) as api:
        body = {"item_types": TYPES, "filter": f.empty_filter()}
        page = api.post("/quick-search", params={"_sort": sort, "_page_size": 7}, json=body).json()
        found = []
        while True:
            assert len(page["features"]) <= 7
            found += page["features"]
            if not page["_links"]["_next"]:
                break
            page = api.get(page["_links"]["_next"]).json()
        again = api.get(page["_links"]["_first"]).json()
    assert again["features"] == found[:7]
    assert len({item["id"] for item in found}) == len(found) == len(everything)
    keys = [datetime.datetime.fromisoformat(item["properties"][field].replace("Z", "+00:00")) for item in found]
    assert keys == sorted(keys, reverse=direction == "desc")


# -- the catalogue -------------------------------------------------------------------------------------------


def test_a_search_with_a_geometry_finds_all_scenes_there(sandbox):
    """A search with a geometry finds scenes everywhere, and they can be retrieved by their ids."""
    nowhere = shapely.geometry.mapping(shapely.box(100, 20, 100.1, 20.1))
    with sandbox.planet(limits=Limits(rate=0)) as pl:
        may = f.date_range_filter("acquired", gte=datetime.datetime(2023, 5, 1), lt=datetime.datetime(2023, 6, 1))
        found = list(pl.data.search(["PSScene"], may, geometry=nowhere, limit=0))
        assert 15 < len(found) < 200
        for item in found[:5]:
            assert pl.data.get_item("PSScene", item.id) == item
        ids = [item.id for item in found]
        assert {item.id for item in pl.data.search(["PSScene"], f.string_in_filter("id", ids), limit=0)} == set(ids)
        for name in AOIS:
            assert pl.data.search(TYPES, geometry=AOIS[name], limit=1).first() is not None


def test_properties_of_item_types(everything):
    by_type = {}
    for item in everything:
        by_type.setdefault(item.item_type, item)
        assert Catalog().get(item.item_type, item.id).item()["properties"] == item.properties
    assert set(by_type) == set(TYPES)
    assert by_type["SkySatScene"].id.split("_")[2].startswith("ssc")
    assert by_type["REOrthoTile"].id.split("_")[3].startswith("RapidEye-")
    assert "camera_id" in by_type["SkySatScene"].properties
    assert "ground_control" not in by_type["SkySatCollect"].properties
    assert {"grid_cell", "epsg_code", "usable_data"} <= set(by_type["REOrthoTile"].properties)
    scene = by_type["PSScene"].properties
    assert set(scene) == {
        "acquired", "anomalous_pixels", "clear_confidence_percent", "clear_percent", "cloud_cover", "cloud_percent",
        "ground_control", "gsd", "heavy_haze_percent", "instrument", "item_type", "light_haze_percent",
        "pixel_resolution", "provider", "published", "publishing_stage", "quality_category", "satellite_azimuth",
        "satellite_id", "shadow_percent", "snow_ice_percent", "strip_id", "sun_azimuth", "sun_elevation", "updated",
        "view_angle", "visible_confidence_percent", "visible_percent",
    }  # fmt: skip


def test_the_size_of_the_catalogue(everything):
    assert len(everything) == 300
    rows = Catalog(1_000_000)._selection()
    assert len(rows) > 999_900
    assert len({rows.scene(index).id for index in range(0, len(rows), 97)}) == len(range(0, len(rows), 97))
    for size in (0, -1, 10**7):
        with pytest.raises(ClientError, match="catalog_size must be between"), Sandbox(catalog_size=size):
            pass


def test_strips(sandbox):
    with sandbox.planet(limits=Limits(rate=0)) as pl:
        items = list(
            pl.data.search(["PSScene"], PAST, geometry=shapely.geometry.mapping(shapely.box(5, 40, 6, 44)), limit=500)
        )
    strips = {}
    for item in items:
        strips.setdefault(item.strip_id, []).append(item.acquired)
    assert max(map(len, strips.values())) >= 3
    assert all(max(times) - min(times) < datetime.timedelta(minutes=5) for times in strips.values())


# -- saved searches ----------------------------------------------------------------------------------


def test_a_search_object(api):
    body = {"name": "n", "item_types": ["PSScene"], "filter": f.std_quality_filter(), "__daily_email_enabled": True}
    search = api.post("/searches", json=body).json()
    assert set(search) == {
        "__daily_email_enabled", "_links", "created", "filter", "id", "item_types", "last_executed", "name",
        "search_type", "updated",
    }  # fmt: skip
    assert len(search["id"]) == 32
    assert search["created"].endswith("Z")
    assert len(search["created"]) == len("2023-01-01T00:00:00.000000Z")
    assert api.put(f"/searches/{search['id']}", json=search).status_code == 400, "read-only fields are refused"
    assert api.delete(f"/searches/{search['id']}").status_code == 204


def test_searches_belong_to_their_key(api, sandbox):
    body = {"name": "n", "item_types": ["PSScene"], "filter": f.empty_filter()}
    search_id = api.post("/searches", json=body).json()["id"]
    other = httpx.get(f"{sandbox.base_url}/data/v1/searches/{search_id}", auth=("another", ""))
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/quick-search", {"filter": f.empty_filter()}, "item_types"),
        ("/quick-search", {"item_types": ["PSScene"]}, "filter"),
        ("/quick-search", {"item_types": ["PSScene", "X"], "filter": f.empty_filter()}, "item_types.1"),
        ("/quick-search", {"item_types": ["PSScene"], "filter": {"config": []}}, "filter.type"),
        ("/quick-search", {"item_types": ["PSScene"], "filter": f.and_filter([f.empty_filter(), {"type": "OrFilter"}])}, "filter.config.1.config"),
        ("/quick-search", {"item_types": ["PSScene"], "filter": f.empty_filter(), "geometry": {"type": "Polygon"}}, "geometry"),
        ("/quick-search?_sort=newest", {"item_types": ["PSScene"], "filter": f.empty_filter()}, "_sort"),
        ("/quick-search?_page_size=x", {"item_types": ["PSScene"], "filter": f.empty_filter()}, "_page_size"),
        ("/quick-search", {"item_types": [["PSScene"]], "filter": f.empty_filter()}, "item_types.0"),
        ("/quick-search", {"item_types": ["PSScene"], "filter": {**f.geometry_filter(OREGON), "relation": []}}, "filter.relation"),
        ("/quick-search", {"item_types": ["PSScene"], "filter": f.empty_filter(), "geometry": {"type": "Point", "coordinates": [1e308, 0]}}, "geometry"),
        ("/stats", {"item_types": ["PSScene"], "filter": f.empty_filter(), "interval": "day", "utc_offset": "+99999999h"}, "utc_offset"),
        ("/searches", {"item_types": ["PSScene"], "filter": f.empty_filter()}, "name"),
        ("/stats", {"item_types": ["PSScene"], "filter": f.empty_filter(), "interval": "decade"}, "interval"),
    ],
)  # fmt: skip
def test_validation_errors(api, path, body, field):
    answer = api.post(path, json=body)
    assert answer.status_code == 400
    assert list(answer.json()["field"]) == [field]
    assert answer.json()["general"] == []


@pytest.mark.parametrize("depth", [90, 200, 450, 900])
@pytest.mark.parametrize(
    ("begin", "end"), [('{"type": "NotFilter", "config": ', "}"), ('{"type": "AndFilter", "config": [', "]}")]
)
def test_deeply_nested_filters(api, begin, end, depth):
    text = begin * depth + json.dumps(f.empty_filter()) + end * depth
    answer = api.post("/quick-search", content=f'{{"item_types": ["PSScene"], "filter": {text}}}')
    assert answer.status_code == (200 if depth == 90 else 400)


@pytest.mark.parametrize(
    "page", [{}, [], {"sort": "foo desc"}, {"sort": 5}, {"until": 1e300}, {"start": -1}, {"size": 0}, {"size": "x"}],
)  # fmt: skip
def test_forged_page_tokens(api, page):
    link = api.post("/quick-search", json={"item_types": ["PSScene"], "filter": f.empty_filter()}).json()["_links"][
        "_self"
    ]
    token = {"size": 10, "sort": "published desc", "start": 0, "until": 1.7e9}
    token = base64.urlsafe_b64encode(json.dumps({**token, **page} if page else page).encode()).decode()
    assert api.get(f"{link.split('?')[0]}?_page={token}").status_code == 400


def test_geometries_at_the_antimeridian_and_in_or_filters(sandbox):
    west, east = shapely.box(179.8, -17, 180, -16.5), shapely.box(-180, -17, -179.8, -16.5)
    june = f.date_range_filter("acquired", gte=datetime.datetime(2023, 6, 1), lt=datetime.datetime(2023, 7, 1))
    with sandbox.planet(limits=Limits(rate=0)) as pl:

        def ids(passes):
            return {item.id for item in pl.data.search(["PSScene"], passes, limit=0)}

        one, two = (june & f.geometry_filter(shapely.geometry.mapping(box)) for box in (west, east))
        both = shapely.geometry.mapping(shapely.MultiPolygon([west, east]))
        assert ids(one)
        assert ids(two)
        assert ids(june & f.geometry_filter(both)) == ids(one) | ids(two) == ids(one | two)
        ever = f.date_range_filter("acquired", lt=datetime.datetime(2023, 7, 1)) & f.geometry_filter(both)
        assert sum(bucket["count"] for bucket in pl.data.get_stats(["PSScene"], ever, "year")["buckets"]) > 3000


def test_concurrent_searches(sandbox):
    from concurrent.futures import ThreadPoolExecutor

    with sandbox.planet(limits=Limits(rate=0)) as pl, ThreadPoolExecutor(8) as pool:
        counts = pool.map(lambda _: sum(1 for _ in pl.data.search(["PSScene"], geometry=OREGON, limit=60)), range(40))
        assert set(counts) == {60}


def test_trace_logging(caplog):
    import logging

    with caplog.at_level(1, logger=""), Sandbox(catalog_size=10) as sandbox:
        answer = httpx.get(f"{sandbox.base_url}/data/v1/", auth=("k", ""))
        assert answer.status_code == 200
    assert logging.getLogger("uvicorn.asgi").getEffectiveLevel() > 5


def test_other_errors(api):
    for path in ("/item-types/X/items/y", "/item-types/PSScene/items/y", "/item-types/PSScene/items/y/assets",
                 "/assets/x", "/assets/e30", "/searches/0", "/item-types/X", "/asset-types/x"):  # fmt: skip
        answer = api.get(path)
        assert answer.status_code == 404, path
        assert set(answer.json()) == {"message"}
    assert api.get("/searches/x/results?_page=x").status_code == 404
    search_id = api.post("/quick-search", json={"item_types": ["PSScene"], "filter": f.empty_filter()}).json()[
        "_links"
    ]["_self"]
    assert api.get(search_id.split("?")[0] + "?_page=nonsense").status_code == 400
    assert api.get("/download?token=x").status_code == 401


def test_an_item_id_has_no_line_break(api, sandbox):
    """A program that forgets to strip what it has read from a file must notice here, as it would at the service."""
    for wrong in (f"{ITEMS[0]}%0A", f"{ITEMS[0]}%20"):
        assert api.get(f"/item-types/PSScene/items/{wrong}").status_code == 404
    with sandbox.planet() as pl, pytest.raises(ClientError, match="must not contain white space"):
        pl.data.get_item("PSScene", f"{ITEMS[0]}\n")


def test_types(api):
    assert set(api.get("/").json()["_links"]) == {"_self", "asset-types", "item-types", "spec"}
    assert "PSScene" in [entry["id"] for entry in api.get("/item-types").json()["item_types"]]
    assert "ortho_visual" in api.get("/item-types/PSScene").json()["supported_asset_types"]
    assert api.get("/asset-types/ortho_visual").json()["id"] == "ortho_visual"
    assert len(api.get("/asset-types").json()["asset_types"]) > 100


def test_the_buckets_of_statistics(api):
    day = f.date_range_filter("acquired", gte=datetime.datetime(2022, 6, 1), lt=datetime.datetime(2022, 6, 4))
    body = {"item_types": ["PSScene"], "filter": day & f.geometry_filter(OREGON), "interval": "hour"}
    answer = api.post("/stats", json=body).json()
    assert answer["utc_offset"] == "+0h"
    assert 0 in [bucket["count"] for bucket in answer["buckets"]], "hours in between are there"
    assert answer["buckets"][0]["start_time"].endswith(":00:00.000000Z")
    nothing = {**body, "filter": f.or_filter([])}
    assert api.post("/stats", json=nothing).json()["buckets"] == []
    moved = api.post("/stats", json={**body, "interval": "day", "utc_offset": "-8h"}).json()
    assert all("T08:00:00" in bucket["start_time"] for bucket in moved["buckets"])


# -- assets --------------------------------------------------------------------------------------------------


def test_an_asset_from_inactive_to_a_file(api, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 60))
    sandbox.clock.stop()
    here = f"/item-types/PSScene/items/{ITEMS[0]}/assets"
    asset = api.get(here).json()["ortho_analytic_4b"]
    assert set(asset) == {"_links", "_permissions", "md5_digest", "status", "type"}
    name = asset["_links"]["_self"].rsplit("/", 1)[1]
    facts = json.loads(base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    assert facts == {"i": ITEMS[0], "c": "PSScene", "t": "ortho_analytic_4b", "ct": "item-type"}
    assert api.post(asset["_links"]["activate"]).status_code == 202
    assert api.get(asset["_links"]["activate"]).status_code == 202
    assert api.get(asset["_links"]["_self"]).json()["status"] == "activating"
    sandbox.clock.advance(61)
    wait_until(lambda: api.get(here).json()["ortho_analytic_4b"]["status"] == "active")  # it is made in real time
    asset = api.get(here).json()["ortho_analytic_4b"]
    assert api.get(asset["_links"]["activate"]).status_code == 204
    assert "Z" not in asset["expires_at"]
    redirect = httpx.get(asset["location"])
    assert redirect.status_code == 302
    file = httpx.get(redirect.headers["location"])
    assert file.headers["content-disposition"] == f'attachment; filename="{ITEMS[0]}_3B_AnalyticMS.tif"'
    assert hashlib.md5(file.content).hexdigest() == asset["md5_digest"]
    with rasterio.open(BytesIO(file.content)) as image:
        assert image.count == 4
        assert image.crs.is_projected
    sandbox.clock.advance(3601)
    assert httpx.get(asset["location"]).status_code == 401, "links are good for an hour"
    assert httpx.get(redirect.headers["location"]).status_code == 403
    fresh = api.get(asset["_links"]["_self"]).json()
    assert httpx.get(fresh["location"], follow_redirects=True).content == file.content
    sandbox.clock.advance(24 * 3600)
    assert api.get(asset["_links"]["_self"]).json()["status"] == "inactive", "the service lets go of it"


def test_asset_permissions(api, sandbox):
    body = {"item_types": ["PSScene"], "filter": PAST}
    items = api.post("/quick-search", json=body, params={"_page_size": 250}).json()["features"]
    closed = [item for item in items if not item["_permissions"]]
    some = [item for item in items if 0 < len(item["_permissions"]) < len(item["assets"])]
    assert closed
    assert some
    assets = api.get(f"/item-types/PSScene/items/{closed[0]['id']}/assets").json()
    assert all(asset["_permissions"] == [] for asset in assets.values())
    assert api.get(assets["ortho_visual"]["_links"]["activate"]).status_code == 401
    order = {
        "name": "n",
        "products": [{"item_ids": [closed[0]["id"]], "item_type": "PSScene", "product_bundle": "visual"}],
    }
    refused = httpx.post(f"{sandbox.base_url}/compute/ops/orders/v2", json=order, auth=(sandbox.api_key, ""))
    assert "no access to assets" in refused.text


def test_thumbnails(api):
    answer = api.get(f"/item-types/PSScene/items/{ITEMS[0]}/thumb")
    assert answer.headers["content-type"] == "image/png"
    with rasterio.open(BytesIO(answer.content)) as picture:
        assert picture.width == 256
        assert picture.read(2).max() > 50


def test_rate_limits_of_activation_and_search(sandbox, api, monkeypatch, no_time_passes):
    monkeypatch.setattr(sandbox._app, "_rate_limits", True)
    path = api.get(f"/item-types/PSScene/items/{ITEMS[0]}/assets").json()["ortho_visual"]["_links"]["activate"]
    assert [api.get(path).status_code for _ in range(6)][-1] == 429
    assert 429 in [api.get(f"/item-types/PSScene/items/{ITEMS[0]}").status_code for _ in range(12)]

"""Results as GeoDataFrames."""

import sys

import geopandas
import pandas
import pytest

from planet import collect, data_filter
from planet.exceptions import ClientError
from planet.geo import to_geodataframe
from planet.models import Item
from tests.helpers import OREGON, a_subscription

NOTHING = data_filter.string_in_filter("id", ["nothing"])


def test_items(pl):
    scenes = collect(pl.data.search(["PSScene"], geometry=OREGON, limit=30, sort="acquired asc"))
    table = scenes.to_geodataframe()
    assert isinstance(table, geopandas.GeoDataFrame)
    assert table.crs == "EPSG:4326"
    assert list(table.id) == [scene.id for scene in scenes.features]
    assert str(table.acquired.dtype).endswith("UTC]")
    assert table.acquired.is_monotonic_increasing
    assert table.cloud_cover.dtype == "float64"
    assert table.geometry.iloc[0].equals(to_geodataframe(scenes.features[:1]).geometry.iloc[0])
    assert table.geometry.is_valid.all()
    assert not {"_links", "_permissions", "type"} & set(table.columns)
    again = pl.data.search(["PSScene"], geometry=OREGON, limit=30, sort="acquired asc").to_geodataframe()
    assert list(again.id) == list(table.id)
    assert to_geodataframe(scenes).equals(again)
    assert table.to_crs("EPSG:32611").area.iloc[0] > 1e8


def test_it_can_be_saved(pl, tmp_path):
    table = pl.data.search(["PSScene"], geometry=OREGON, limit=3).to_geodataframe()
    table.to_file(tmp_path / "scenes.geojson")
    assert len(geopandas.read_file(tmp_path / "scenes.geojson")) == 3


def test_orders_lie_where_they_are_clipped(pl, clipped):
    table = pl.orders.list_orders().to_geodataframe()
    row = table[table.id == clipped[1].name].iloc[0]
    assert row.state == "success"
    assert row.geometry.bounds == pytest.approx((-117.558734, 45.229745, -117.452447, 45.301865))
    assert pandas.Timestamp(row.created_on).tzinfo is not None
    assert not [name for name in table.columns if "links" in name or "delivery" in name]


def test_quads_and_mosaics(pl):
    quads = pl.mosaics.list_quads("global_monthly_2022_01_mosaic", geometry=OREGON).to_geodataframe()
    assert quads.percent_covered.max() <= 100
    assert not quads.geometry.is_empty.any()
    mosaics = to_geodataframe(pl.mosaics.list_mosaics(name_contains="2022"))
    assert mosaics.total_bounds.tolist() == [-180, -85, 180, 85]
    assert str(mosaics.first_acquired.dtype).endswith("UTC]")


def test_subscriptions_and_their_results(pl):
    subscription = pl.subscriptions.create_subscription(a_subscription())
    pl.subscriptions.wait_subscription(subscription.id, delay=0.05)
    results = pl.subscriptions.get_results(subscription.id).to_geodataframe()
    assert len(results) > 0
    assert set(results.status.str.lower()) <= {"success", "failed", "cancelled"}
    assert len(pl.subscriptions.list_subscriptions().to_geodataframe()) == 1


def test_features(pl):
    collection = pl.features.create_collection("fields")
    pl.features.add_items(collection, OREGON)
    table = pl.features.list_items(collection).to_geodataframe()
    assert table.geometry.iloc[0].bounds[0] == -117.558734
    assert table["pl:ref"].iloc[0].startswith("pl:features/my/")


def test_nothing_at_all():
    assert len(to_geodataframe([])) == 0


def test_what_has_no_outline():
    rows = to_geodataframe([Item(id="a", geometry=None), {"id": "b"}, Item(id="c", geometry={"type": "Polygon"})])
    assert list(rows.geometry.isna()) == [True, True, True]


def test_what_is_no_result():
    with pytest.raises(ClientError, match="3"):
        to_geodataframe([3])


def test_asynchronous_results_have_a_method_of_their_own():
    class Results:
        def __aiter__(self):
            return self

    with pytest.raises(ClientError, match="await collect"):
        to_geodataframe(Results())


def test_a_package_that_is_missing_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "geopandas", None)
    with pytest.raises(ClientError, match=r"geopandas.*pip install 'planet\[geo\]'"):
        to_geodataframe([])


def test_links_and_their_tokens_stay_out(pl, clipped):
    order = pl.orders.get_order(clipped[1].name)
    asset = {
        **pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual"),
        "location": "https://x/y?token=hush",
    }
    for things in (order.results, [asset]):
        table = to_geodataframe(things)
        assert "location" not in table
        assert "token" not in table._repr_html_()


def test_what_people_call_things_stays_as_it_is():
    feature = {"type": "Feature", "id": "feat-1", "geometry": OREGON,
               "properties": {"id": 7, "created": "spring", "start_time": "08:30 or so", "updated": "2024-06-01T00:00:00Z"}}  # fmt: skip
    row = to_geodataframe([feature]).iloc[0]
    assert (row.id, row.created, row.start_time) == ("feat-1", "spring", "08:30 or so")
    assert row.updated.year == 2024


def test_a_search_that_finds_nothing_has_its_columns(pl):
    table = pl.data.search(["PSScene"], geometry=OREGON, limit=1, search_filter=NOTHING).to_geodataframe()
    assert len(table) == 0
    assert len(table[table.cloud_cover < 0.1].sort_values("acquired")) == 0


@pytest.mark.parametrize(
    "geometry",
    [{"type": "Polygon", "coordinates": [[[0, 0], [1]]]}, {"type": "Nonsense", "coordinates": [1]},
     {"type": "Polygon", "coordinates": "x"}],
)  # fmt: skip
def test_a_geometry_that_makes_no_sense_is_named(geometry):
    with pytest.raises(ClientError, match="geometry of 'field 7'"):
        to_geodataframe([{"type": "Feature", "id": "field 7", "geometry": geometry, "properties": {}}])


@pytest.mark.parametrize("things", [None, 5, "PSScene"])
def test_what_are_no_results(things):
    with pytest.raises(ClientError, match="Results or a list are required"):
        to_geodataframe(things)

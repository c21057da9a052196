"""How much of an area items cover, against shapes whose areas are plain."""

import asyncio
import datetime
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet import coverage
from planet.exceptions import ClientError
from planet.models import Feature, Item


def box(west, south, east, north):
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def item(shape, when="2024-06-01T10:00:00Z", strip="1", number=0):
    return Item(
        {"type": "Feature", "id": f"i{number}", "geometry": shape, "properties": {"acquired": when, "strip_id": strip}}
    )


AOI = box(10, 50, 12, 51)
LEFT, RIGHT = box(9, 49, 11, 52), box(11, 49, 13, 52)


def test_shares():
    assert coverage.share(item(LEFT), AOI) == pytest.approx(0.5)
    assert coverage.share([item(LEFT), item(LEFT)], AOI) == pytest.approx(0.5)
    assert coverage.share([item(LEFT), item(RIGHT)], AOI) == pytest.approx(1)
    assert coverage.share(item(box(0, 0, 1, 1)), AOI) == 0
    assert coverage.share([], AOI) == 0
    feature = Feature(type="Feature", properties={"pl:ref": "pl:features/my/a/b"}, geometry=AOI)
    assert coverage.share(LEFT, feature) == pytest.approx(0.5)


def test_areas_are_those_on_the_sphere():
    """The south half of a tall area far in the north is the larger one."""
    tall = box(0, 60, 1, 80)
    assert coverage.share(box(0, 60, 1, 70), tall) == pytest.approx(0.6208, abs=1e-3)


@pytest.mark.parametrize(
    "aoi",
    [box(179, 0, 180, 1), {"type": "MultiPolygon", "coordinates": [box(179, 0, 180, 1)["coordinates"], box(-180, 0, -179, 1)["coordinates"]]}],
)  # fmt: skip
def test_the_date_line_cuts_nothing(aoi):
    assert coverage.share([box(179, 0, 180, 1), box(-180, 0, -179, 1)], aoi) == pytest.approx(1)
    assert coverage.share(box(-180, 0, -179, 1), aoi) == pytest.approx(0.5 if aoi["type"] == "MultiPolygon" else 0)


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(1, 10), st.integers(1, 10)), max_size=5),
    st.integers(-170, 160),
)
def test_shares_are_those_of_counted_squares(boxes, west):
    """On the equator, where degrees are square, against squares that are counted."""
    size = 0.01
    aoi = box(west, 0, west + 10 * size, 10 * size)
    shapes = [box(west + x * size, y * size, west + (x + w) * size, (y + h) * size) for x, y, w, h in boxes]
    covered = {
        (column, row) for x, y, w, h in boxes for column in range(x, min(x + w, 10)) for row in range(y, min(y + h, 10))
    }
    assert coverage.share([*shapes], aoi) == pytest.approx(len(covered) / 100, abs=1e-6)


@pytest.mark.parametrize(
    ("aoi", "words"),
    [("pl:features/my/a/b", "reference"), ({"type": "ref", "content": "pl:features/my/a/b"}, "reference"),
     ({"type": "Point", "coordinates": [1, 2]}, "must have an area"), ({"type": "Polygon", "coordinates": []}, "is empty")],
)  # fmt: skip
def test_areas_that_are_none(aoi, words):
    with pytest.raises(ClientError, match=words):
        coverage.covering([], aoi)


def test_what_is_no_share():
    for wrong in (-0.1, 1.1, "all", None, True):
        with pytest.raises(ClientError, match="at_least"):
            coverage.covering([], AOI, at_least=wrong)


@pytest.mark.parametrize(
    "odd",
    [{"type": "Feature"}, {"type": "Feature", "geometry": None}, {"type": "Polygon", "coordinates": [[[1]]]},
     {"type": "Feature", "geometry": {"type": "Nothing", "coordinates": []}}, {"type": "Point", "coordinates": [11, 50]}],
)  # fmt: skip
def test_what_has_no_usable_footprint_covers_nothing_and_ends_nothing(odd):
    assert coverage.share(odd, AOI) == 0
    assert coverage.share([odd, LEFT], AOI) == pytest.approx(0.5)
    odd = Item({"id": "x", "properties": {"acquired": "2024-06-01T10:00:00Z"}, **odd})
    assert [found.id for found in coverage.covering([odd, item(AOI)], AOI)] == ["i0"]


@pytest.mark.parametrize("wrong", ["x", ("PSScene", "x"), None, 3])
def test_what_is_no_item(wrong):
    with pytest.raises(ClientError, match="must be GeoJSON features"):
        coverage.share(wrong, AOI)
    with pytest.raises(ClientError, match="must be GeoJSON features"):
        list(coverage.covering([wrong], AOI))


def test_a_footprint_may_have_many_corners():
    ring = [[10 + n / 1000, 50] for n in range(2000)] + [[12, 51], [10, 51], [10, 50]]
    assert coverage.share({"type": "Polygon", "coordinates": [ring]}, AOI) == pytest.approx(1, abs=1e-2)


@pytest.mark.parametrize(("west", "east", "share"), [(-100, 100, 0.05), (-170, 170, 10 / 340), (-180, 180, 10 / 360)])
def test_areas_that_go_around_half_the_world(west, east, share):
    assert coverage.share(box(-5, -20, 5, 20), box(west, -10, east, 10)) == pytest.approx(share)


def test_parts_far_apart():
    both = {
        "type": "MultiPolygon",
        "coordinates": [box(0, 0, 1, 1)["coordinates"], box(-179, 0, -177, 1)["coordinates"]],
    }
    assert coverage.share(box(-180, 0, -177, 1), both) == pytest.approx(2 / 3)
    assert coverage.share(box(-60, 0, -50, 1), both) == 0


def test_a_footprint_beyond_the_date_line():
    assert coverage.share(box(179, 0, 180.5, 1), box(-180, 0, -179, 1)) == pytest.approx(0.5)


def test_covering_is_lazy_and_keeps_the_order():
    read = []

    def items():
        for number, shape in enumerate([AOI, LEFT, box(9, 49, 13, 52), RIGHT]):
            read.append(number)
            yield item(shape, number=number)

    results = coverage.covering(items(), AOI)
    assert read == []
    assert next(results).id == "i0"
    assert read == [0]
    assert [found.id for found in results] == ["i2"]
    assert [found.id for found in coverage.covering(items(), AOI, 0.4)] == ["i0", "i1", "i2", "i3"]


def collected(results):
    async def collect():
        return [result async for result in results]

    return asyncio.run(collect()) if hasattr(results, "__aiter__") else list(results)


async def trickle(items):
    for one in items:
        yield one


@pytest.fixture(params=["sync", "async"])
def colour(request):
    return iter if request.param == "sync" else trickle


def test_days_together(colour):
    items = [
        item(LEFT, "2024-06-03T10:00:00Z"), item(RIGHT, "2024-06-03T09:00:00Z"), item(LEFT, "2024-06-02T10:00:00Z"),
        item(AOI, "2024-05-30T10:00:00Z"),
    ]  # fmt: skip
    days = collected(coverage.by_day(colour(items), AOI))
    assert [(day.key.isoformat(), len(day.items), round(day.share, 6)) for day in days] == [
        ("2024-06-03", 2, 1.0), ("2024-06-02", 1, 0.5), ("2024-05-30", 1, 1.0),
    ]  # fmt: skip
    days = collected(coverage.by_day(colour(items[::-1]), AOI, at_least=1))
    assert [day.key.isoformat() for day in days] == ["2024-05-30", "2024-06-03"]


def test_a_day_is_there_as_soon_as_the_next_one_begins():
    read = []

    def items():
        for day in (3, 3, 2, 1):
            read.append(day)
            yield item(AOI, f"2024-06-0{day}T10:00:00Z")

    days = coverage.by_day(items(), AOI)
    assert next(days).key.day == 3
    assert read == [3, 3, 2]


def test_a_day_is_one_where_the_area_lies():
    """Ten in the morning in the east of Australia is midnight in UTC."""
    sydney = box(150, -34, 152, -33)
    items = [item(sydney, "2024-06-02T00:20:00Z"), item(sydney, "2024-06-01T23:40:00Z")]
    (day,) = coverage.by_day(items, sydney)
    assert day.key == datetime.date(2024, 6, 2)


def test_strips_that_come_at_the_same_time(colour):
    items = [
        item(LEFT, "2024-06-01T10:00:02Z", "a"), item(RIGHT, "2024-06-01T10:00:01Z", "b"),
        item(RIGHT, "2024-06-01T10:00:00Z", "a"), item(AOI, "2024-05-31T10:00:00Z", "c"),
    ]  # fmt: skip
    strips = collected(coverage.by_strip(colour(items), AOI))
    assert [(strip.key, round(strip.share, 6)) for strip in strips] == [("a", 1.0), ("b", 0.5), ("c", 1.0)]


def test_items_in_no_order_are_an_error_and_not_a_wrong_answer(colour):
    items = [item(LEFT, f"2024-06-0{day}T10:00:00Z") for day in (3, 1, 3)]
    with pytest.raises(ClientError, match="acquired desc"):
        collected(coverage.by_day(colour(items), AOI))


def test_results_that_are_sorted_otherwise_are_refused_at_the_call(sandbox):
    with sandbox.planet() as pl:
        for sort in (None, "published asc"):
            with pytest.raises(ClientError, match="acquired desc"):
                coverage.by_day(pl.data.search(["PSScene"], sort=sort), AOI)
        coverage.by_strip(pl.data.search(["PSScene"], sort="acquired asc"), AOI)


def test_one_item_and_a_collection_of_them():
    assert coverage.share(item(LEFT), AOI) == pytest.approx(0.5)
    collection = {"type": "FeatureCollection", "features": [item(LEFT), item(RIGHT)]}
    assert coverage.share(collection, AOI) == pytest.approx(1)
    assert [found.id for found in coverage.covering(item(AOI), AOI)] == ["i0"]
    assert len(list(coverage.by_day(collection, AOI))) == 1


def test_items_without_what_is_needed():
    with pytest.raises(ClientError, match="no acquisition time"):
        list(coverage.by_day([Item(id="x", geometry=AOI)], AOI))
    with pytest.raises(ClientError, match="strip_id"):
        list(coverage.by_strip([item(AOI, strip=None)], AOI))


def test_the_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    with pytest.raises(ClientError, match=r"pip install 'planet\[geo\]'"):
        coverage.share(AOI, AOI)


def test_on_search_results(sandbox):
    from planet.sandbox import AOIS

    aoi = AOIS["rondonia"]
    with sandbox.planet() as pl:
        whole = {
            found.id for found in coverage.covering(pl.data.search(["PSScene"], geometry=aoi, limit=200), aoi, 0.6)
        }
        results = pl.data.search(["PSScene"], geometry=aoi, sort="acquired desc", limit=200)
        days = list(coverage.by_day(results, aoi, at_least=0.5))
    assert 0 < len(whole) < 200
    assert len(days) > 20
    assert sum(len(day.items) for day in days) <= 200
    assert all(day.share >= 0.5 for day in days)


def test_wrong_arguments_are_also_value_or_type_errors():
    with pytest.raises(ValueError, match="at_least must be a number from 0 to 1, got 2"):
        coverage.covering([], AOI, at_least=2)
    with pytest.raises(TypeError, match="items must be GeoJSON features, got 3"):
        coverage.share(3, AOI)

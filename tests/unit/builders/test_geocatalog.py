"""What is sent to catalogues: times, areas, orders, options."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._builders.geocatalog.render import encode_options
from planet._builders.geocatalog.search import as_bbox, as_search_interval, build_search, sort_text
from planet._utils.times import str_to_datetime
from planet.exceptions import ArgumentError, ArgumentTypeError
from planet.geocatalog import Render

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("2024", "2024-01-01T00:00:00Z/2024-12-31T23:59:59Z"),
        ("2024-02", "2024-02-01T00:00:00Z/2024-02-29T23:59:59Z"),
        ("2024-06-01", "2024-06-01T00:00:00Z/2024-06-01T23:59:59Z"),
        ("2024-06-01T12:00:00Z", "2024-06-01T12:00:00Z"),
        ("2024-06-01T12:00:00+02:00", "2024-06-01T10:00:00Z"),
        ("2024-06-01T12:00", "2024-06-01T12:00:00Z"),
        ("2023/2024-06", "2023-01-01T00:00:00Z/2024-06-30T23:59:59Z"),
        ("../2024", "../2024-12-31T23:59:59Z"),
        ("2024-06-01/..", "2024-06-01T00:00:00Z/.."),
        ("2024-06-01/", "2024-06-01T00:00:00Z/.."),
        (datetime.date(2024, 6, 1), "2024-06-01T00:00:00Z/2024-06-01T23:59:59Z"),
        (datetime.datetime(2024, 6, 1, 12), "2024-06-01T12:00:00Z"),
        ((datetime.datetime(2024, 6, 1, tzinfo=UTC), None), "2024-06-01T00:00:00Z/.."),
        ((datetime.date(2024, 6, 1), "2024-07"), "2024-06-01T00:00:00Z/2024-07-31T23:59:59Z"),
    ],
)
def test_times(value, expected):
    assert as_search_interval(value) == expected


@pytest.mark.parametrize("value", ["June", "2024-13", "2024-02-30", "a/b/c", "../..", "2025/2024", ("2024",), ""])
def test_times_that_are_none(value):
    with pytest.raises(ArgumentError):
        as_search_interval(value)


def test_a_number_is_no_time():
    with pytest.raises(ArgumentTypeError, match="datetime must be text or a datetime, got 5"):
        as_search_interval(5)


@given(st.dates(datetime.date(1, 1, 1)), st.dates(datetime.date(1, 1, 1)))
def test_intervals_of_days_are_valid(one, other):
    first, last = sorted((one, other))
    begin, end = as_search_interval(f"{first.isoformat()}/{last.isoformat()}").split("/")
    assert str_to_datetime(begin).date() == first
    assert str_to_datetime(end).date() == last
    assert str_to_datetime(begin) < str_to_datetime(end)


def test_boxes():
    assert as_bbox("6.5, 45,7,46") == [6.5, 45.0, 7.0, 46.0]
    assert as_bbox((170, -10, -170, 10)) == [170, -10, -170, 10]  # across the antimeridian
    assert as_bbox([0, 0, 5, 1, 1, 9]) == [0, 0, 5, 1, 1, 9]
    for wrong in ([1, 2, 3], "a,b,c,d", [0, 5, 1, 4], None, [0, 0, 1, float("nan")], 5):
        with pytest.raises(ArgumentError, match="bbox"):
            as_bbox(wrong)


def test_a_search():
    body = build_search(
        collections="naip", ids=("a", "b"), intersects={"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}},
        datetime="2024", query={"gsd": {"lt": 5}}, filter={"op": "isNull", "args": []}, sortby="-datetime,+id",
        fields=["id", "-links", "+properties"],
    )  # fmt: skip
    assert body == {
        "collections": ["naip"],
        "ids": ["a", "b"],
        "intersects": {"type": "Point", "coordinates": [1, 2]},
        "datetime": "2024-01-01T00:00:00Z/2024-12-31T23:59:59Z",
        "query": {"gsd": {"lt": 5}},
        "filter": {"op": "isNull", "args": []},
        "sortby": [{"field": "datetime", "direction": "desc"}, {"field": "id", "direction": "asc"}],
        "fields": {"include": ["id", "properties"], "exclude": ["links"]},
        "filter-lang": "cql2-json",
    }
    assert build_search() == {}
    assert build_search(filter="gsd < 5")["filter"] == {"op": "<", "args": [{"property": "gsd"}, 5.0]}
    assert sort_text([{"field": "a", "direction": "desc"}, "b"]) == "-a,b"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bbox": [0, 0, 1, 1], "intersects": {}}, "cannot be combined"),
        ({"filter": "gsd <"}, "not valid CQL2"),
        ({"filter": 5}, "filter must be CQL2"),
        ({"filter_lang": "cql2-json"}, "without filter"),
        ({"query": "gsd"}, "query must be a dictionary"),
        ({"sortby": ["-"]}, "sortby has an invalid entry"),
        ({"sortby": 5}, "sortby must be text"),
        ({"fields": {"only": ["id"]}}, "unknown key 'only'"),
        ({"intersects": "pl:features/my/a/b"}, "geometry"),
    ],
)
def test_searches_that_cannot_be(arguments, message):
    with pytest.raises(Exception, match=message) as caught:
        build_search(**arguments)
    assert isinstance(caught.value, (ValueError, TypeError))


def test_a_filter_as_text_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cql2", None)
    with pytest.raises(Exception, match=r"pip install 'planet\[geocatalog\]'"):
        build_search(filter="gsd < 5")


def test_a_render_holds_options():
    render = Render(assets=["a", "b"], rescale=[(0, 1), (2, 3)], color_map_name="viridis", no_data=0, unscale=True)
    assert str(render) == "assets=a&assets=b&rescale=0,1&rescale=2,3&colormap_name=viridis&nodata=0&unscale=true"
    assert Render.parse(str(render)) == Render.parse(f"?{render}")
    assert str(Render.parse(str(render))) == str(render)
    assert eval(repr(render), {"Render": Render}) == Render.parse(str(render))
    assert dict(render | {"assets": "c", "no_data": None}) == {
        "assets": "c",
        "rescale": [(0, 1), (2, 3)],
        "colormap_name": "viridis",
        "unscale": True,
    }
    assert render["color_map_name"] == render["colormap_name"] == "viridis"
    for wrong, message in [
        ({"colour": 1}, "not an option"),
        ({"rescale": 5}, "rescale must be"),
        ({"bidx": {}}, "text"),
    ]:
        with pytest.raises((ArgumentError, ArgumentTypeError), match=message):
            Render(**wrong)
    assert Render.parse("asset_bidx=image|1,2,3&asset_bidx=mask|1")["asset_bidx"] == ["image|1,2,3", "mask|1"]


@given(
    st.dictionaries(st.sampled_from(["expression", "colormap_name", "nodata", "color_formula"]), st.text(min_size=1))
)
def test_renders_survive_their_text(options):
    assert dict(Render.parse(str(Render(**options)))) == options


def test_options_are_encoded():
    options = {
        "assets": ["a", "b"], "p": [2, 98], "rescale": (0, 4000), "colormap": {"1": [0, 0, 0, 255]}, "query": {"a": {"eq": 1}},
        "ids": ["x", "y"], "bbox": (0, 0, 1, 1), "sortby": ["-datetime"], "skip_covered": False, "max_size": 64,
    }  # fmt: skip
    given_to_tile = {name: value for name, value in options.items() if name not in ("p", "max_size")}
    assert encode_options("collection", "tile", None, given_to_tile) == {
        "assets": ["a", "b"],
        "rescale": ["0,4000"],
        "colormap": '{"1": [0, 0, 0, 255]}',
        "query": '{"a": {"eq": 1}}',
        "ids": "x,y",
        "bbox": "0,0,1,1",
        "sortby": "-datetime",
        "skipcovered": "false",
    }
    render = Render(assets="a", rescale=(0, 1), colormap_name="viridis", max_size=5)
    # Of a render, what the request takes; of options, all or an error.
    assert encode_options("item", "point", render, {"assets": "b"}) == {"assets": ["b"]}
    assert encode_options("item", "statistics", str(render), {"p": [5]}) == {
        "assets": ["a"],
        "max_size": "5",
        "p": ["5"],
    }
    with pytest.raises(ArgumentError, match=r"point\(\) of an item does not take the option 'rescale'"):
        encode_options("item", "point", None, {"rescale": (0, 1)})
    with pytest.raises(ArgumentError, match="It takes none"):
        encode_options("collection", "info", None, {"assets": "a"})

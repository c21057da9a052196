"""What a notebook shows: everything in it, nothing from elsewhere, nothing secret, nothing of the page's own making."""

import copy
import html.parser
import json
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet import collect
from planet._html import as_size, as_text, footprints, record, table
from planet.download_report import DownloadReport, FileOutcome
from planet.exceptions import MissingResource, NetworkError
from planet.geojson import box
from planet.manifest import Manifest
from planet.models import (
    Asset,
    Collection,
    Destination,
    Feature,
    FeatureCollection,
    Item,
    Job,
    Mosaic,
    Order,
    OrderResult,
    Product,
    Quad,
    Reservation,
    Search,
    Series,
    Subscription,
    SubscriptionResult,
)
from tests.helpers import OREGON

MODELS = [
    Asset, Collection, Destination, Feature, Item, Job, Mosaic, Order, OrderResult, Product, Quad, Reservation, Search,
    Series, Subscription, SubscriptionResult,
]  # fmt: skip
EVIL = '<script>alert("x")</script>'


class Page(html.parser.HTMLParser):
    """What is wrong with a piece of HTML: tags that are not closed, or that load something."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.sources = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href", "onload", "onerror")]
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def shown(thing):
    """The HTML of a thing, checked."""
    text = thing._repr_html_()
    page = Page(text)
    assert not {"script", "link", "iframe", "style", "object", "foreignobject"} & set(page.tags)
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert "url(" not in text
    return text


def test_an_item_with_its_picture_and_its_outline(pl):
    item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
    assert "<img" not in shown(item)
    png = pl.data.get_thumbnail(item)
    text = shown(item)
    assert "<img" in text
    assert "<svg" in text
    assert item.id in text
    assert item.thumbnail == png
    assert "thumbnail" not in json.dumps(item).replace('"thumbnail": "http', "")
    assert pickle.loads(pickle.dumps(item)).thumbnail == png


def test_a_collection_draws_all_and_lists_ten(pl):
    scenes = pl.data.add_thumbnails(pl.data.search(["PSScene"], geometry=OREGON, limit=12))
    text = shown(scenes)
    assert text.count("<path") == 12
    assert text.count("<img") == 10
    assert "and 2 more" in text
    assert isinstance(scenes, FeatureCollection)
    assert json.loads(json.dumps(scenes))["features"][0]["id"] == scenes.features[0].id
    assert pickle.loads(pickle.dumps(scenes)) == scenes
    assert "0 features" in shown(collect([]))


def test_results_show_how_far_they_are_and_what_comes_next_and_lose_nothing(pl):
    results = pl.data.search(["PSScene"], geometry=OREGON, limit=12)
    assert "nothing fetched yet" in shown(results)
    first = results.first()
    second = shown(results)
    assert "1 read" in second
    assert first.id not in second
    left = list(results)
    assert left[0].id in second
    assert len(left) == 11
    assert "12 read" in shown(results)
    orders = pl.orders.list_orders()
    orders.first()
    shown(orders)


def test_an_order_shows_no_link_and_no_credentials(pl, clipped):
    order = pl.orders.get_order(clipped[1].name)
    text = shown(order)
    assert "2 PSScene as analytic_udm2" in text
    assert "<svg" in text
    assert "success" in text
    for secret in (*(result.location for result in order.results), "token", "http"):
        assert secret not in text.replace("http://www.w3.org/2000/svg", "")
    order["delivery"] = {"amazon_s3": {"aws_secret_access_key": "hush", "bucket": "b"}}
    assert "hush" not in shown(order)
    assert "<svg" not in shown(Order(order, tools=[{"clip": {"aoi": {"content": "pl:features/my/a/b"}}}]))


def test_a_manifest_and_a_report(clipped):
    report, folder = clipped
    text = shown(Manifest.read(folder))
    assert "ortho_analytic_4b" in text
    assert "8 files" in text
    text = shown(report)
    assert "fetched" in text
    failed = FileOutcome("a/b", folder / "b", "failed", None, NetworkError(EVIL))
    text = shown(DownloadReport([], [*(FileOutcome("a/c", folder / "c", "kept", 3),) * 12, failed]))
    assert "&lt;script&gt;" in text
    assert text.index(">failed<") < text.index(">kept<")


def test_an_item_of_which_there_is_no_picture(pl):
    known = pl.data.get_item("PSScene", "20220304_093300_37_2430")
    unknown = Item(known, id="nothing")
    with pytest.raises(MissingResource):
        pl.data.get_thumbnail(unknown)
    scenes = pl.data.add_thumbnails([known, unknown])
    assert [bool(scene.thumbnail) for scene in scenes.features] == [True, False]


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("content", [{}, {"id": EVIL, "name": EVIL, "type": EVIL, "geometry": EVIL, "state": None}])
def test_nothing_of_the_page_s_own_making(kind, content):
    assert "<script" not in shown(kind(content))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(MODELS), st.dictionaries(st.sampled_from(
    ["id", "name", "type", "geometry", "properties", "products", "tools", "_links", "bbox", "created", "acquired", "assets"]
), anything, max_size=5))  # fmt: skip
def test_whatever_the_service_sends_is_shown_or_left_out(kind, content):
    shown(kind(content))


places = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(st.lists(places, min_size=3, max_size=6), min_size=1, max_size=4))
def test_a_drawing_has_all_its_places_in_it(rings):
    drawing = footprints([{"type": "Polygon", "coordinates": [ring]} for ring in rings])
    width, height = (float(value) for value in re.search(r'width="(\d+)" height="(\d+)"', drawing).groups())
    for path in re.findall(r'd="M([^"]*)Z"', drawing):
        for place in path.split("L"):
            x, y = map(float, place.split())
            assert -0.6 <= x <= width + 0.6
            assert -0.6 <= y <= height + 0.6


def test_outlines_that_make_no_sense_are_not_drawn():
    assert (
        footprints([None, 3, {}, {"type": "Polygon", "coordinates": "x"}, {"type": "Polygon", "coordinates": []}]) == ""
    )
    nested = {"type": "GeometryCollection", "geometries": [OREGON, OREGON]}
    assert footprints([{"type": "Feature", "geometry": nested}]).count("M") == 2


def test_texts():
    assert as_size(None) == ""
    assert [as_size(n) for n in (0, 999, 1000, 2_500_000, 3_000_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "2.5 MB",
        "3.0 GB",
    ]
    assert as_text([1, 2, 3, 4, 5]) == "1, 2, 3, 4 and 1 more"
    assert as_text("x" * 300).endswith("…")
    assert "and 1,990 more" in table(["n"], ([n] for n in range(2000)), 2000)
    assert "nothing" not in record("a thing", {"nothing": None})


def test_a_collection_keeps_what_is_added_to_it():
    collection = FeatureCollection([{"type": "Feature", "id": "a", "properties": [], "geometry": None}, "nonsense"])
    collection["name"] = "fields"
    for again in (copy.copy(collection), copy.deepcopy(collection), pickle.loads(pickle.dumps(collection))):
        assert again == collection
        assert isinstance(again, FeatureCollection)
    assert FeatureCollection(json.loads(json.dumps(collection))) == collection
    shown(collection)
    del collection["features"]
    assert "0 features" in shown(collection)


def test_results_that_were_closed_say_how_many_were_read(pl):
    results = pl.data.search(["PSScene"], geometry=OREGON, limit=20)
    results.first()
    results.close()
    assert "1 read" in shown(results)


def test_a_token_in_a_message_is_cut_out():
    order = Order(
        id="a", last_message="see https://x.example/y?token=hush", error_hints=["https://x.example/y?sig=hush"]
    )
    assert "hush" not in shown(order)


def test_a_drawing_of_fine_outlines_stays_small():
    ring = [[10 + n / 1e4, 50 + n % 7 / 1e3] for n in range(1500)]
    assert len(footprints([{"type": "Polygon", "coordinates": [ring]}] * 500)) < 1_500_000


def test_a_drawing_across_the_date_line_does_not_go_around_the_world():
    boxes = [box(179, 10, 180, 11), box(-180, 10, -179, 11)]
    drawing = footprints([{"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in boxes]}], 100)
    assert float(re.search(r'height="(\d+)"', drawing).group(1)) > 40

# Generated from tests/_async/apis/test_features.py by tools/unasync.py. Edit that file and run the tool again.

"""The Features API against the sandbox's real server."""

import json

import pytest

from planet import data_filter, order_request
from planet.exceptions import BadQuery, ClientError, GeoJSONError, MissingResource, OutcomeUnknown
from planet.models import Collection, Feature
from tests.helpers import OREGON, a_subscription, an_order

from ..steps import done

FEATURE = {"type": "Feature", "properties": {"name": "north field", "n": 7}, "geometry": OREGON}


class Row:
    """What GeoPandas and shapely have in common."""

    @property
    def __geo_interface__(self):
        return {"type": "FeatureCollection", "features": [FEATURE, FEATURE]}


def fields(pl, *features, **details):
    """A collection with these features: its id, and the references to them."""
    collection_id = pl.features.create_collection("My Fields!", "where corn grows")
    refs = []
    for feature in features:
        refs += pl.features.add_items(collection_id, feature, **details)
    return collection_id, refs


def test_a_collection_from_birth_to_death(pl):
    collection_id = pl.features.create_collection("My Fields!", "where corn grows")
    assert collection_id.startswith("my-fields-")
    collection = pl.features.get_collection(collection_id)
    assert isinstance(collection, Collection)
    assert (collection.id, collection.title, collection.feature_count) == (collection_id, "My Fields!", 0)
    assert (collection.description, collection.ref) == ("where corn grows", f"pl:features/my/{collection_id}")
    assert [found.id for found in pl.features.list_collections()] == [collection_id]
    assert (pl.features.get_collection(collection_id.rpartition("-")[2])).id == collection_id, "its hash is enough"
    assert pl.features.delete_collection(collection_id) is None
    with pytest.raises(MissingResource, match="Collection not found"):
        pl.features.get_collection(collection_id)
    assert [found for found in pl.features.list_collections()] == []


def test_a_feature_from_birth_to_death(pl):
    collection_id, (ref,) = fields(pl, FEATURE)
    assert ref.startswith(f"pl:features/my/{collection_id}/")
    feature = pl.features.get_item(collection_id, ref.rpartition("/")[2])
    assert isinstance(feature, Feature)
    assert (feature.ref, feature.id, feature.geometry) == (ref, ref.rpartition("/")[2], OREGON)
    assert feature["properties"]["name"] == "north field"
    assert feature.__geo_interface__["geometry"] == OREGON
    assert [found.ref for found in pl.features.list_items(collection_id)] == [ref]
    pl.features.delete_item(collection_id, feature.id)
    with pytest.raises(MissingResource, match="Feature not found"):
        pl.features.get_item(collection_id, feature.id)


def test_everything_that_can_be_added(pl, tmp_path):
    file = tmp_path / "fields.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [FEATURE]}))
    _, refs = fields(pl, OREGON, FEATURE, Row(), file, str(file), {"type": "featurecollection", "features": [FEATURE]})
    assert len(refs) == len(set(refs)) == 7
    _, (named,) = fields(pl, FEATURE, property_id="name")
    assert named.rpartition("/")[2].startswith("north-field-")


def test_many_features_come_in_pages(pl, sandbox):
    collection_id = pl.features.create_collection("many")
    pl.features.add_items(collection_id, {"type": "FeatureCollection", "features": [FEATURE] * 35})
    sandbox.requests.clear()
    assert len([feature for feature in pl.features.list_items(collection_id)]) == 35
    assert len(sandbox.requests) == 4
    assert len([feature for feature in pl.features.list_items(collection_id, limit=12)]) == 12
    assert len([page for page in pl.features.list_items(collection_id).pages()]) == 4


def test_a_feature_stands_wherever_a_geometry_does(pl):
    collection_id, (ref,) = fields(pl, FEATURE)
    feature = pl.features.list_items(collection_id).first()
    wanted = [item.id for item in pl.data.search(["PSScene"], geometry=OREGON, limit=20)]
    for geometry in (feature, ref, {"type": "ref", "content": ref}, {"type": "ref", "content": [ref]}, f"{ref}#1"):
        assert [item.id for item in pl.data.search(["PSScene"], geometry=geometry, limit=20)] == wanted
        within = data_filter.geometry_filter(geometry)
        assert [item.id for item in pl.data.search(["PSScene"], within, limit=20)] == wanted
    whole = f"pl:features/my/{collection_id}"
    assert [
        item.id for item in pl.data.search(["PSScene"], geometry={"type": "ref", "content": whole}, limit=20)
    ] == wanted
    saved = pl.data.create_search(["PSScene"], data_filter.empty_filter(), "by reference", geometry=feature)
    assert saved["geometry"] == {"type": "ref", "content": ref}
    assert [item.id for item in pl.data.run_search(saved.id, limit=20)] == wanted
    assert (pl.data.get_stats(["PSScene"], {}, "year", geometry=feature))["buckets"]
    assert (pl.data.get_item_coverage("PSScene", wanted[0], feature))["status"] == "complete"
    order_id = done(pl, an_order(items=["20200909_182525_1014"], tools=[order_request.clip_tool(feature)]))
    assert (pl.orders.get_order(order_id))["tools"] == [{"clip": {"aoi": {"type": "ref", "content": ref}}}]
    subscription = pl.subscriptions.create_subscription(a_subscription(area=feature))
    assert subscription["source"]["parameters"]["geom_ref"] == ref
    product = pl.quota.list_products(supports_reservation=True).first()
    assert (pl.quota.estimate_reservation([feature], product.id))["total_cost"] > 0
    assert pl.mosaics.summarize_quads("global_monthly_2022_01_mosaic", geometry=feature) == {"total_quads": 1}


def test_a_reference_to_nothing(pl):
    with pytest.raises(BadQuery, match="does not exist"):
        next(pl.data.search(["PSScene"], geometry="pl:features/my/no/thing"))
    with pytest.raises(BadQuery, match="does not exist"):
        pl.orders.create_order(an_order(tools=[order_request.clip_tool("pl:features/my/no/thing")]))


def test_references_belong_to_their_account(pl, sandbox):
    from planet.auth import Auth

    _, (ref,) = fields(pl, FEATURE)
    with sandbox.planet(auth=Auth.from_key("another")) as other:
        assert [found for found in other.features.list_collections()] == []
        with pytest.raises(BadQuery, match="does not exist"):
            next(other.data.search(["PSScene"], geometry=ref))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "is not valid GeoJSON"), (3, "is not valid GeoJSON"), ({}, "is not valid GeoJSON"), ("not/there.geojson", "cannot be read"),
        ({"type": "FeatureCollection", "features": []}, "no features"),
        ({"type": "Feature", "geometry": None}, "no geometry"),
        ({"type": "Point", "coordinates": [1, 2]}, "A Point is not accepted"),
        ({"type": "FeatureCollection", "features": [FEATURE, {"type": "Point", "coordinates": [1, 2]}]}, "features.1: A Point"),
        ({"type": "FeatureCollection", "features": [FEATURE, 3]}, "features.1: 3 is not a valid feature"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 1600]}, "1600 vertices"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_said_before_it_is_sent(pl, sandbox, wrong, words):
    with pytest.raises(GeoJSONError, match=words):
        pl.features.add_items("fields-1", wrong)
    assert sandbox.requests == []


def test_a_file_that_is_no_json(pl, tmp_path):
    (tmp_path / "x.geojson").write_text("{")
    with pytest.raises(GeoJSONError, match="is not valid JSON"):
        pl.features.add_items("fields-1", tmp_path / "x.geojson")


def test_what_the_service_does_not_take_comes_with_what_it_suggests(pl):
    collection_id = pl.features.create_collection("crossed")
    crossed = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    with pytest.raises(BadQuery, match="not valid.*Convex hull") as caught:
        pl.features.add_items(collection_id, crossed)
    suggested = caught.value.alternatives
    assert [shape["properties"]["technique"] for shape in suggested] == [
        "Bounding box",
        "Convex hull",
        "Simplified to ~10m",
    ]
    assert len(pl.features.add_items(collection_id, suggested[1])) == 1
    ring = [[n / 1000, n % 2 / 1000] for n in range(1600)] + [[1.6, 1], [0, 1], [0, 0]]
    detailed = {"type": "Polygon", "coordinates": [ring]}
    assert "Convex hull" in [shape["properties"]["technique"] for shape in pl.features.suggest(detailed)]


def test_nothing_is_added_twice(pl, sandbox):
    collection_id = pl.features.create_collection("once")
    sandbox.inject("lose_answer", method="POST", path="/items")
    with pytest.raises(OutcomeUnknown):
        pl.features.add_items(collection_id, FEATURE)
    assert len([feature for feature in pl.features.list_items(collection_id)]) == 1
    sandbox.inject("lose_answer", method="DELETE")
    pl.features.delete_collection(collection_id)


@pytest.mark.parametrize("nothing", ["", None, 3])
def test_ids_that_are_none(pl, sandbox, nothing):
    for call in (pl.features.get_collection, pl.features.delete_collection, pl.features.list_items):
        with pytest.raises(ClientError, match="collection_id"):
            call(nothing)
    for call in (pl.features.get_item, pl.features.delete_item):
        with pytest.raises(ClientError, match="feature_id"):
            call("fields-1", nothing)
    assert sandbox.requests == []


def test_a_feature_without_a_reference():
    with pytest.raises(AttributeError, match="no reference"):
        _ = Feature(FEATURE).ref

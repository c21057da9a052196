"""The fields of models: values, texts, and that they cannot be set."""

import datetime
import inspect
import pickle
import pydoc

import pytest

import planet.models
from planet._models.fields import Field
from planet.exceptions import PlanetError
from planet.models import Feature, Item, Job, Mosaic, Order, Product, Subscription, SubscriptionResult

MODELS = [
    model
    for name in planet.models.__all__
    if inspect.isclass(model := getattr(planet.models, name)) and issubclass(model, dict)
]
FIELDS = [
    pytest.param(model, name, id=f"{model.__name__}.{name}")
    for model in MODELS
    for name, value in inspect.getmembers(model)
    if isinstance(value, Field) and not name.startswith("_")
]
UTC = datetime.timezone.utc


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_a_field_is_documented_and_read_only(model, name):
    text = inspect.getdoc(getattr(model, name))
    assert text != inspect.getdoc(Field)
    assert text in pydoc.plain(pydoc.render_doc(model))
    with pytest.raises(AttributeError, match=rf"{model.__name__}\.{name} .*read-only"):
        setattr(model(id="a"), name, "b")


def test_there_are_fields():
    assert len(FIELDS) > 70


def test_missing_values():
    with pytest.raises(KeyError, match="id"):
        _ = Item().id
    item = Item()
    assert (item.cloud_cover, item.acquired, item.assets, item.permissions) == (None, None, [], [])
    assert (Order().state, Mosaic().quad_download, Mosaic().bbox) == ("None", False, None)
    assert (Subscription().source, Subscription().end_time, SubscriptionResult().item_id) == ({}, None, None)
    assert (Product().quota_used, Job().percentage) == (None, None)


def test_values_are_converted():
    item = Item(id=7, assets=("a",), properties={"acquired": "2024-06-01T12:00:00Z", "cloud_cover": 0.5})
    assert (item.id, item.assets, item.cloud_cover) == ("7", ["a"], 0.5)
    assert item.acquired == datetime.datetime(2024, 6, 1, 12, tzinfo=UTC)
    assert (Product(id="7", quota_used="1.5").id, Product(quota_used="1.5").quota_used) == (7, 1.5)
    assert Product(quota_used="much").quota_used is None
    assert Mosaic(bbox=["1", 2, 3, 4]).bbox == [1, 2, 3, 4]
    source = {"parameters": {"start_time": "2024-06-01"}}
    assert Subscription(source=source).start_time == datetime.datetime(2024, 6, 1, tzinfo=UTC)
    with pytest.raises(PlanetError):
        _ = Order(created_on="yesterday").created_on


@pytest.mark.parametrize("model", MODELS)
def test_models_are_dictionaries_that_can_be_pickled(model):
    document = model({"id": "a", "type": "Feature"})
    again = pickle.loads(pickle.dumps(document))
    assert (type(again), again, model.__module__) == (model, document, "planet.models")


def test_a_feature_without_a_reference_says_which_one():
    with pytest.raises(AttributeError, match="feature 7 has no reference"):
        _ = Feature(id=7).ref

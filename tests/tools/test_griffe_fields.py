"""The reference shows the fields of models with their types and texts."""

import inspect

import pytest

import planet.models
from planet._models.fields import Field
from tools.unasync import ROOT

griffe = pytest.importorskip("griffe")


@pytest.fixture(scope="module")
def package():
    extensions = griffe.load_extensions(str(ROOT / "tools" / "griffe_fields.py"))
    return griffe.load("planet", search_paths=[ROOT], extensions=extensions)


def test_fields_have_types_and_texts(package):
    item = package["models.Item"]
    shown = {name: (str(item[name].annotation), item[name].docstring.value) for name in ("id", "gsd", "assets")}
    assert shown == {
        "id": ("str", inspect.getdoc(planet.models.Item.id)),
        "gsd": ("float | None", inspect.getdoc(planet.models.Item.gsd)),
        "assets": ("list[str]", inspect.getdoc(planet.models.Item.assets)),
    }
    assert str(package["models.Order"]["products"].annotation) == "list[dict[str, Any]]"
    assert str(package["models.Order"]["created_on"].annotation) == "datetime.datetime | None"


def test_no_field_is_forgotten(package):
    for name in planet.models.__all__:
        model = getattr(planet.models, name)
        for member, value in vars(model).items() if inspect.isclass(model) else ():
            if isinstance(value, Field):
                attribute = package["models"][name][member]
                assert attribute.docstring.value == inspect.getdoc(value)
                assert attribute.annotation is not None
                assert attribute.value is None

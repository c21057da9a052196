"""Filters: composed, and checked before they are sent."""

import json
from datetime import datetime

import pytest

from planet import data_filter as f
from planet.exceptions import ClientError

A = f.range_filter("cloud_cover", lte=0.1)
B = f.std_quality_filter()
C = f.permission_filter()


def test_filters_compose():
    assert A & B == {"type": "AndFilter", "config": [A, B]}
    assert A | B == {"type": "OrFilter", "config": [A, B]}
    assert ~A == {"type": "NotFilter", "config": A}
    assert f.and_filter([A, B, C]) == A & B & C
    assert f.and_filter([A, B, C]) == A & (B & C)
    assert f.or_filter([A, B, C]) == A | B | C
    assert f.and_filter([f.or_filter([A, B]), C]) == (A | B) & C
    assert f.not_filter(f.and_filter([A, B])) == ~(A & B)
    assert f.empty_filter() & A == f.and_filter([A])


def test_composing_changes_none_of_the_parts():
    both = A & B
    more = both
    more &= C
    either = both
    either |= C
    assert both == f.and_filter([A, B])
    assert more == f.and_filter([A, B, C])
    assert either == f.or_filter([both, C])


def test_plain_dictionaries_compose_too():
    plain = dict(A)
    assert B & plain == f.and_filter([B, plain])
    assert plain & B == f.and_filter([plain, B])
    assert plain | B == f.or_filter([plain, B])
    for other in (3, None, "x", [A]):
        with pytest.raises(ClientError, match="must be a dict"):
            A & other


def test_filters_are_json():
    assert json.loads(json.dumps(~(A & B) | C)) == ~(A & B) | C


@pytest.mark.parametrize(
    "good",
    [
        f.empty_filter(), f.or_filter([]), A & B | ~C, f.asset_filter(["ortho_visual"]),
        f.date_range_filter("acquired", gt=datetime(2022, 1, 1)), f.update_filter("updated", gte=datetime(2022, 1, 1)),
        f.number_in_filter("gsd", [3, 3.5]), f.string_in_filter("ground_control", ["true"]),
        f.geometry_filter("pl:features/my/a/b", relation="within"), f.update_filter("ground_control", gt=datetime(2020, 4, 15)),
        f.range_filter("cloud_cover", lt=1), {"type": "NotFilter", "config": [A, B]},
        {"type": "PermissionFilter", "config": ["assets.ortho_visual:download"]},
    ],
)  # fmt: skip
def test_what_is_right_passes(good):
    f.check_filter(good)


@pytest.mark.parametrize(
    ("bad", "path", "words"),
    [
        (None, "filter", "must be a dict"),
        ({}, "filter.type", "None is not a filter type; build filters with"),
        ({"type": "RangFilter", "config": {}}, "filter.type", "did you mean 'RangeFilter'"),
        ({"type": "AndFilter"}, "filter.config", "missing"),
        ({"type": "AndFilter", "config": {}}, "filter.config", "list of filters"),
        (A & {"type": "OrFilter", "config": [A, 3]}, "filter.config.1.config.1", "must be a dict"),
        ([A, B], "filter", "combine filters with &"),
        ({"cloud_cover": {"lt": 0.2}}, "filter.type", "planet.data_filter"),
        (~f.range_filter("cloud_covr", lt=1), "filter.config.field_name", "did you mean 'cloud_cover'"),
        (f.range_filter("cluod_cover", lt=1), "filter.field_name", "did you mean 'cloud_cover'"),
        (f.date_range_filter("aquired", lt=datetime(2022, 1, 1)), "filter.field_name", "did you mean 'acquired'"),
        ({"type": "GeometryFilter", "field_name": "geometry", "config": {"type": "Feature", "geometry": None}}, "filter.config", "must be a geometry or a reference"),
        ({"type": ["x"], "config": []}, "filter.type", "is not a filter type"),
        ({"type": "RangeFilter", "config": {"lt": 1}}, "filter.field_name", "missing"),
        ({"type": "RangeFilter", "field_name": "gsd", "config": {"less": 1}}, "filter.config.less", "gt, gte, lt, lte"),
        ({"type": "RangeFilter", "field_name": "gsd", "config": {}}, "filter.config", "at least one"),
        ({"type": "RangeFilter", "field_name": "gsd", "config": {"lt": "4"}}, "filter.config.lt", "must be a number"),
        ({"type": "UpdateFilter", "field_name": "updated", "config": {"lt": "2022-01-01T00:00:00Z"}}, "filter.config.lt", "gt, gte"),
        ({"type": "DateRangeFilter", "field_name": "acquired", "config": {"lt": "June"}}, "filter.config.lt", "must be an RFC 3339 time"),
        (f.range_filter("acquired", lt=3), "filter", "date_range_filter"),
        (f.date_range_filter("cloud_cover", lt=datetime(2022, 1, 1)), "filter", "use range_filter"),
        (f.number_in_filter("strip_id", [1]), "filter", "use string_in_filter"),
        (f.number_in_filter("gsd", ["x"]), "filter.config", "numbers only"),
        ({"type": "StringInFilter", "field_name": "id", "config": "x"}, "filter.config", "must be a list"),
        ({"type": "AssetFilter", "config": [3]}, "filter.config", "strings only"),
        ({"type": "GeometryFilter", "field_name": "geom", "config": {}}, "filter.field_name", "must be 'geometry'"),
        ({"type": "GeometryFilter", "field_name": "geometry", "config": {"type": "Polygon"}}, "filter.config", "no coordinates"),
        ({"type": "GeometryFilter", "field_name": "geometry", "config": "x", "relation": "touches"}, "filter.relation", "within"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_path(bad, path, words):
    with pytest.raises(ClientError) as caught:
        f.check_filter(bad)
    assert words in "; ".join(caught.value.field_errors[path])
    assert path in str(caught.value)
    assert "validate=False" in str(caught.value)


@pytest.mark.parametrize(
    "doubtful",
    [
        f.string_in_filter("some_new_field", ["x"]), f.range_filter("column", gt=1), f.range_filter("clouds", lt=1),
        f.range_filter("satellite_zenith", lt=9), f.range_filter("cloud_cover", lte=20),
    ],
)  # fmt: skip
def test_what_may_be_a_mistake_is_a_warning_and_no_error(doubtful):
    with pytest.warns(UserWarning, match=r"filter.*sent as it is"):
        f.check_filter(doubtful)


def test_a_warning_names_the_line_that_caused_it(sandbox):
    with sandbox.planet() as pl, pytest.warns(UserWarning) as caught:
        pl.data.search(["PSScene"], f.range_filter("cloud_cover", lt=20))
    assert caught[0].filename == __file__


@pytest.mark.parametrize("name", ["cloudCover", "Cloud_Cover", "properties.cloud_cover", "cloudcover"])
def test_fields_as_people_write_them(name):
    with pytest.raises(ClientError, match="did you mean 'cloud_cover'"):
        f.check_filter(f.range_filter(name, lt=0.1))


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ClientError) as caught:
        f.check_filter(f.range_filter("cloud_covr", lt=1) & {"type": "AssetFilter"})
    assert list(caught.value.field_errors) == ["filter.config.0.field_name", "filter.config.1.config"]


@pytest.mark.parametrize("call", [lambda: f.string_in_filter("id", "abc"), lambda: f.asset_filter("ortho_visual")])
def test_a_single_text_is_not_a_list_of_letters(call):
    with pytest.raises(ClientError, match="must be a list"):
        call()


def test_a_filter_that_is_nested_too_deeply():
    deep = f.empty_filter()
    for _ in range(3000):
        deep = ~deep
    with pytest.raises(ClientError, match="nested too deeply"):
        f.check_filter(deep)


def test_a_relation_that_is_none_is_also_a_value_error():
    with pytest.raises(ValueError, match="relation"):
        f.geometry_filter("pl:features/my/a/b", relation="touches")


def test_no_token_in_what_is_said_of_a_wrong_filter():
    asset = {"location": "https://api.planet.com/data/v1/download?token=SECRET123"}
    for wrong in ([asset], asset, {"type": "AndFilter", "config": asset}, {"type": "AssetFilter", "config": [asset]}):
        with pytest.raises(ClientError) as caught:
            f.check_filter(wrong)
        assert "SECRET123" not in str(caught.value)
    with pytest.raises(ClientError) as caught:
        A & [asset]
    assert "SECRET123" not in str(caught.value)

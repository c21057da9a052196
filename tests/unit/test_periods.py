"""Times as people write them."""

import datetime

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet import data_filter, subscription_request
from planet._builders.search_words import area_of, combined_filter
from planet._utils import periods
from planet._utils.periods import as_bound, as_interval, as_period, period_of
from planet.exceptions import ClientError, PlanetError
from tests.helpers import OREGON

NOW = datetime.datetime(2024, 3, 31, 12, tzinfo=datetime.timezone.utc)


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(periods, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        (" 2024-02-29 ", "2024-02-29", "2024-03-01"),
        ("2024-02-29Z", "2024-02-29", "2024-03-01"),
        (datetime.date(2024, 12, 31), "2024-12-31", "2025-01-01"),
        (numpy.datetime64("2024-12-31"), "2024-12-31", "2025-01-01"),
        (numpy.datetime64("2024-06"), "2024-06-01", "2024-07-01"),
    ],
    ids=range(8),
)
def test_a_year_a_month_or_a_day_means_all_of_it(value, start, end):
    found = period_of("acquired", value)
    assert [str(found.start.date()), str(found.end.date())] == [start, end]


@pytest.mark.parametrize(
    "value",
    [
        "2024-06-01T12:00:00Z",
        "2024-06-01T14:00:00+02:00",
        datetime.datetime(2024, 6, 1, 12),
        datetime.datetime(2024, 6, 1, 14, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        numpy.datetime64("2024-06-01T12:00"),
    ],
    ids=range(5),
)
def test_an_instant_is_its_own_start_and_end(value):
    found = period_of("acquired", value)
    assert found.start == found.end and found.start.isoformat() == "2024-06-01T12:00:00+00:00"
    with pytest.raises(ClientError, match="one instant"):
        combined_filter(None, datetime=value)


@pytest.mark.parametrize(("text", "age"), [("12h", 0.5), ("7d", 7), ("2w", 14), ("3m", 90), ("1y", 365), ("now", 0)])
def test_ages(noon, text, age):
    then = NOW - datetime.timedelta(days=age)
    assert as_bound("since", text) == then.replace(tzinfo=None)
    assert as_period("acquired", text) == ((then, None), None)
    written = then.replace(tzinfo=None).isoformat() + "Z"
    assert as_interval("created", text) == f"{written}/.."
    assert as_interval("created", f"{text}/..") == f"{written}/.." == as_interval("created", (text, None))
    assert data_filter.date_range_filter("acquired", gte=text)["config"] == {"gte": written}


@pytest.mark.parametrize(
    ("value", "config"),
    [
        ("2024-06", {"gte": "2024-06-01T00:00:00Z", "lt": "2024-07-01T00:00:00Z"}),
        ("2024-06-01/2024-06-15", {"gte": "2024-06-01T00:00:00Z", "lt": "2024-06-16T00:00:00Z"}),
        ("2024-06-01/..", {"gte": "2024-06-01T00:00:00Z"}),
        ((None, datetime.date(2024, 6, 1)), {"lt": "2024-06-02T00:00:00Z"}),
        ((datetime.datetime(2024, 6, 1, 9), "2024-06-01T10:00:00Z"), {"gte": "2024-06-01T09:00:00Z", "lte": "2024-06-01T10:00:00Z"}),
        ("1y", {"gte": "2023-04-01T12:00:00Z"}),
        ("2w/1w", {"gte": "2024-03-17T12:00:00Z", "lte": "2024-03-24T12:00:00Z"}),
    ],
    ids=range(7),
)  # fmt: skip
def test_the_time_of_a_search(noon, value, config):
    assert combined_filter(None, datetime=value) == {
        "type": "DateRangeFilter", "field_name": "acquired", "config": config,
    }  # fmt: skip


def test_the_words_of_a_search_are_added_to_its_filter():
    own = data_filter.string_in_filter("instrument", ["PSB.SD"])
    assert combined_filter(own) is own and combined_filter(None) is None
    found = combined_filter(own, datetime="2024", cloud_cover=0.1, downloadable=True)
    kinds = [each["type"] for each in found["config"]]
    assert kinds == ["StringInFilter", "DateRangeFilter", "RangeFilter", "PermissionFilter"]
    assert combined_filter(None, cloud_cover=(0.1, 0.2))["config"] == {"gte": 0.1, "lte": 0.2}
    assert area_of(OREGON, None) is OREGON and area_of(None, (0, 0, 1, 1))["type"] == "Polygon"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"datetime": "June"}, "not a valid date"),
        ({"datetime": "2024-13"}, "not a valid date"),
        ({"datetime": ("2024-06", "2024-05")}, "ends before it begins"),
        ({"datetime": "../.."}, "neither a beginning nor an end"),
        ({"datetime": 3}, "must be text or a datetime"),
        ({"datetime": "2024-W10"}, "not a valid date"),
        ({"datetime": "20240601"}, "not a valid date"),
        ({"datetime": "99999999999d"}, "too long ago"),
        ({"cloud_cover": 10}, "10 percent is 0.1"),
        ({"cloud_cover": "low"}, "from 0 to 1"),
        ({"cloud_cover": (0.5, 0.1)}, "greater maximum"),
        ({"datetime": (None, datetime.date(9999, 12, 31))}, "not a valid date"),
    ],
    ids=range(12),
)
def test_what_is_wrong_is_said(words, said):
    with pytest.raises(ClientError, match=said):
        combined_filter(None, **words)


def test_area_and_box_cannot_be_combined():
    with pytest.raises(ClientError, match="cannot be combined"):
        area_of(OREGON, (0, 0, 1, 1))


def test_a_date_as_an_interval_means_the_day():
    day = "2024-06-01T00:00:00Z/2024-06-01T23:59:59.999999Z"
    assert as_interval("created_on", "2024-06-01") == day == as_interval("created_on", datetime.date(2024, 6, 1))


def test_text_as_the_times_of_a_subscription():
    source = subscription_request.catalog_source(
        ["PSScene"], ["ortho_analytic_4b"], OREGON, "2024-06-01", end_time="2024-07-01"
    )["parameters"]
    assert (source["start_time"], source["end_time"]) == ("2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z")


@given(st.text(max_size=12) | st.from_regex(r"\d{1,12}[hdwmy]", fullmatch=True))
def test_any_text_is_a_time_or_an_error_of_this_package(text):
    for read in (period_of, as_bound, as_period, as_interval):
        try:
            read("time", text)
        except PlanetError:
            assert (
                read is not as_interval
                or "/" in text
                or text.strip()[-1:] in "hdwmy"
                or text.strip().isdigit()
                or "-" in text
            )

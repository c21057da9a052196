"""Which limit applies to which endpoint."""

import pytest

from planet._http.limits import Limits, bucket, endpoint_class
from planet.exceptions import ArgumentError, ArgumentTypeError


def test_buckets_belong_to_the_process_the_origin_and_the_limits():
    usual, own = Limits(), Limits(rate=2)
    assert bucket("https://a:443", "x", 3, usual) is bucket("https://a:443", "x", 3, Limits())
    assert bucket("https://a:443", "x", 3, usual) is not bucket("https://b:443", "x", 3, usual)
    assert bucket("https://a:443", "x", 3, usual) is not bucket("https://a:443", "x", 3, own)
    assert bucket("https://a:443", "x", 3, Limits(rate=0)) is None


def test_classes_of_endpoints():
    root = "/compute/ops"
    assert endpoint_class("POST", f"{root}/orders/v2") == ("orders create", 3)
    assert endpoint_class("GET", f"{root}/orders/v2/") == ("orders list", 3)
    assert endpoint_class("GET", f"{root}/orders/v2/1") == ("orders get", 3)
    assert endpoint_class("PUT", f"{root}/orders/v2/1") == ("orders cancel", 3)
    assert endpoint_class("POST", f"{root}/bulk/orders/v2/cancel") == ("orders bulk cancel", 5)
    assert endpoint_class("GET", f"{root}/stats/orders/v2") == ("orders stats", 5)
    assert endpoint_class("GET", f"{root}/download/") == ("orders download", 5)
    assert endpoint_class("POST", "/data/v1/quick-search") == ("data", 10)
    assert endpoint_class("GET", "/data/v1/assets/x/activate") == ("data activation", 5)
    assert endpoint_class("GET", "/data/v1/download") == ("data download", 15)
    assert endpoint_class("GET", "/destinations/v1/x") == ("destinations", 3)
    assert endpoint_class("GET", "/anything/else") == ("anything", None)


@pytest.mark.parametrize(
    ("limits", "documented", "rates"),
    [
        (Limits(), 3, (3, 12)),
        (Limits(), None, (10, 40)),
        (Limits(rate=2), 3, (2, 2)),
        (Limits(rate=5), 3, (3, 5)),
        (Limits(rate=50), 3, (3, 12)),
        (Limits(rate=7), None, (7, 7)),
        (Limits(rate=0), 3, (0, 0)),
        (Limits(adaptive=False), 3, (3, 3)),
        (Limits(adaptive=False, rate=2), 3, (2, 2)),
        (Limits(adaptive=False), None, (10, 10)),
    ],
)
def test_it_begins_as_documented_and_never_passes_a_ceiling(limits, documented, rates):
    assert limits.rates(documented) == rates


@pytest.mark.parametrize(
    ("setting", "error", "message"),
    [
        ({"rate": -1}, ArgumentError, "rate must be 0 or greater"),
        ({"rate": "fast"}, ArgumentTypeError, "rate must be a number"),
        ({"max_active": True}, ArgumentTypeError, "max_active must be an int"),
        ({"max_downloads": 1.5}, ArgumentTypeError, "max_downloads must be an int"),
        ({"adaptive": "no"}, ArgumentTypeError, "adaptive must be True or False"),
    ],
)
def test_what_is_no_limit(setting, error, message):
    with pytest.raises(error, match=message):
        Limits(**setting)

"""Which order is the one that a request has created."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._apis.order_recovery import OrdersInFlight, is_stored_as, matching
from planet.exceptions import BadQuery, OutcomeUnknown
from planet.models import Order

NOW = datetime.datetime(2024, 6, 1, tzinfo=datetime.timezone.utc)
AOI = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
OTHER = {"type": "Polygon", "coordinates": [[[5, 5], [6, 5], [6, 6], [5, 5]]]}
REQUEST = {
    "name": "fields",
    "products": [{"item_ids": ["a", "b"], "item_type": "PSScene", "product_bundle": "analytic_udm2"}],
    "tools": [{"clip": {"aoi": AOI}}],
    "delivery": {"amazon_s3": {"bucket": "b", "aws_region": "us-east-1", "aws_secret_access_key": "secret"}},
}


def stored(**changes):
    """What the service stores for the request."""
    order = {**REQUEST, "id": "1", "created_on": "2024-06-01T00:00:01Z", "state": "queued", "source_type": "scenes"}
    order["delivery"] = {"amazon_s3": {"bucket": "b", "aws_region": "us-east-1"}}
    return Order({**order, **changes})


def test_the_whole_request_counts():
    assert is_stored_as(REQUEST, stored())


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other"},
        {"tools": [{"clip": {"aoi": OTHER}}]},
        {"tools": []},
        {"tools": [{"clip": {"aoi": AOI}}, {"toar": {}}]},
        {"products": [{**REQUEST["products"][0], "item_ids": ["a"]}]},
        {"products": [{**REQUEST["products"][0], "product_bundle": "visual"}]},
        {"delivery": {}},
        {"delivery": {"amazon_s3": {"bucket": "another", "aws_region": "us-east-1"}}},
        {"hosting": {"sentinel_hub": {"collection_id": "1"}}},
        {"order_type": "partial"},
        {"source_type": "basemaps"},
        {"notifications": {"email": True}},
        {"subscription_id": 7},
    ],
)
def test_an_order_of_another_request_is_not_taken(changes):
    assert not is_stored_as(REQUEST, stored(**changes))


def test_what_the_service_adds_does_not_count():
    order = stored(
        tools=[{"clip": {"aoi": {**AOI, "bbox": [0, 0, 1, 1]}}}],
        notifications={"email": False},
        order_type="full",
        subscription_id=0,
        metadata={},
    )
    assert is_stored_as(REQUEST, order)
    assert is_stored_as({**REQUEST, "hosting": {"sentinel_hub": {}}}, stored(hosting={"sentinel_hub": {"id": "x"}}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_request_is_stored_as_itself(value):
    request = {"name": "x", "products": [], "tools": [value]}
    assert is_stored_as(request, request)


def test_orders_that_are_too_old_or_known_are_left_out():
    earlier = stored(id="0", created_on="2024-05-31T23:59:00Z")
    broken = stored(id="3", created_on="yesterday")
    orders = [earlier, stored(), stored(id="2"), broken]
    assert [order.id for order in matching(REQUEST, orders, NOW, known={"2"})] == ["1"]


def test_the_same_request_twice_at_once_is_not_unique():
    orders = OrdersInFlight()
    with orders.sending(REQUEST):
        assert orders.is_unique(REQUEST)
        with orders.sending(dict(REQUEST)):
            assert not orders.is_unique(REQUEST)
        with orders.sending({**REQUEST, "name": "another"}):
            assert orders.is_unique(REQUEST)


def test_the_orders_that_are_remembered_are_bounded():
    orders = OrdersInFlight()
    for number in range(10_100):
        orders.own(str(number))
    assert len(orders.owned()) == 10_000 and "10099" in orders.owned()


def test_a_request_whose_outcome_is_unknown_may_still_own_an_order():
    """Two calls of one request: the first gives up, and the order that appears may be either's."""
    orders = OrdersInFlight()
    with pytest.raises(OutcomeUnknown), orders.sending(REQUEST):
        raise OutcomeUnknown
    with orders.sending(REQUEST):
        assert not orders.is_unique(REQUEST)
    with pytest.raises(BadQuery), orders.sending({**REQUEST, "name": "refused"}):
        raise BadQuery(status_code=400)
    with orders.sending({**REQUEST, "name": "refused"}):
        assert orders.is_unique({**REQUEST, "name": "refused"})


def test_requests_in_flight_are_not_kept():
    orders = OrdersInFlight()
    with orders.sending(REQUEST):
        assert "secret" not in repr(vars(orders))
    assert not orders._requests


def test_listed_orders_without_an_id_are_left_out():
    assert matching(REQUEST, [stored(id=None), stored(id=["1"])], NOW, known=()) == []

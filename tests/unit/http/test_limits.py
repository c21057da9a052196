"""The schedule of requests."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._http.limits import _MARGIN, Bucket, Limits, bucket, endpoint_class


def slots(schedule, count, rate, now=0.0):
    tickets = [schedule.reserve(now, rate) for _ in range(count)]
    return tickets, [schedule.wait(ticket, now) for ticket in tickets]


def test_the_first_goes_at_once_and_the_others_evenly_after_it():
    _, waits = slots(Bucket(), 4, 10.0)
    assert waits[0] == 0
    assert all(abs(wait - n * 0.1 * _MARGIN) < 1e-9 for n, wait in enumerate(waits))


def test_a_place_given_back_goes_to_the_next_caller():
    schedule = Bucket()
    tickets, waits = slots(schedule, 4, 10.0)
    schedule.cancel(tickets[1])
    assert schedule.wait(schedule.reserve(0.0, 10.0), 0.0) == waits[1]
    assert schedule.wait(schedule.reserve(0.0, 10.0), 0.0) > waits[3]


def test_a_refusal_moves_everybody_and_keeps_their_distance():
    schedule = Bucket()
    tickets, before = slots(schedule, 3, 10.0)
    schedule.on_throttled(0.0, 5.0)
    after = [schedule.wait(ticket, 0.0) for ticket in tickets]
    assert after == [wait + 5.0 for wait in before]
    schedule.on_throttled(1.0, 4.5)  # another answer to the same storm: half a second more, not 4.5
    assert schedule.wait(tickets[0], 1.0) == 4.5
    assert schedule.wait(schedule.reserve(1.0, 10.0), 1.0) >= 4.5


def test_it_slows_down_when_refused_and_recovers():
    schedule = Bucket()

    def distance(now):
        one, two = schedule.reserve(now, 10.0), schedule.reserve(now, 10.0)
        return two.slot - one.slot

    full = distance(0.0)
    schedule.on_throttled(0.0)
    assert distance(100.0) > 1.9 * full
    for _ in range(50):
        schedule.on_success()
    assert distance(200.0) == pytest.approx(full)


def test_after_a_stall_they_do_not_all_come_at_once():
    """A laptop that slept, a machine that was busy: who is late keeps its distance from the others all the same."""
    schedule, rate = Bucket(), 10.0
    tickets, _ = slots(schedule, 30, rate)
    waits = [schedule.wait(ticket, 10.0) for ticket in tickets[1:]]
    assert waits[0] == 0
    assert all(two - one >= 0.089 for one, two in itertools.pairwise(waits))
    assert waits[-1] < 30 / rate, "and no slower than before"
    assert [schedule.wait(ticket, 20.0) <= 0 for ticket in tickets[1:]] == [True] * 29
    assert 0 <= schedule.wait(schedule.reserve(20.0, rate), 20.0) < 0.1


def test_one_that_is_late_delays_nobody():
    schedule, rate = Bucket(), 10.0
    tickets, waits = slots(schedule, 5, rate)
    for ticket, wait in zip(tickets[:1] + tickets[2:], waits[:1] + waits[2:], strict=True):
        assert schedule.wait(ticket, wait) <= 0
    assert schedule.wait(tickets[1], 3.0) == 0
    assert schedule.wait(schedule.reserve(3.2, rate), 3.2) == 0


def test_no_rate_is_no_wait():
    _, waits = slots(Bucket(), 100, 0)
    assert waits == [0] * 100


@given(st.lists(st.tuples(st.floats(0, 2), st.sampled_from(["take", "refuse", "back"])), max_size=60))
def test_whatever_happens_nobody_goes_faster_than_the_rate(events):
    """Places are never closer together than the rate allows."""
    schedule, now, rate = Bucket(), 0.0, 5.0
    held = []
    for step, event in events:
        now += step
        if event == "take":
            held.append(schedule.reserve(now, rate))
        elif event == "refuse":
            schedule.on_throttled(now, step)
        elif held:
            schedule.cancel(held.pop())
    places = sorted(ticket.slot for ticket in held)
    assert all(b - a >= 1 / rate - 1e-9 for a, b in itertools.pairwise(places))


def test_buckets_belong_to_the_process_and_the_origin():
    assert bucket("https://a:443", "x") is bucket("https://a:443", "x")
    assert bucket("https://a:443", "x") is not bucket("https://b:443", "x")


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


def test_the_lower_of_two_rates_counts_and_zero_switches_off():
    assert Limits(rate=10).rate_of(3) == 3
    assert Limits(rate=2).rate_of(3) == 2
    assert Limits(rate=7).rate_of(None) == 7
    assert Limits(rate=0).rate_of(3) == 0

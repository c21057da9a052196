"""The queue of one class of endpoint, in simulated time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._http.bucket import Bucket
from planet._http.learning import LearnedRate


def a_bucket(rate=10.0, *, bursts=False):
    return Bucket(LearnedRate(rate, rate, bursts=bursts))


def send_all(bucket, tickets, now=0.0):
    """When each of the tickets is sent, in ascending order of time."""
    waiting, times = list(tickets), []
    while waiting:
        pause, ticket = min(((bucket.wait(ticket, now), ticket) for ticket in waiting), key=lambda pair: pair[0])
        if pause > 0:
            now += pause
        else:
            waiting.remove(ticket)
            times.append(now)
    return times


def reserve(bucket, count, now=0.0):
    return [bucket.reserve(now) for _ in range(count)]


def distances(times):
    return [two - one for one, two in itertools.pairwise(times)]


def test_the_first_goes_at_once_and_the_others_evenly_after_it():
    bucket = a_bucket()
    times = send_all(bucket, reserve(bucket, 30))
    assert times[0] == 0
    assert all(0.084 < distance < 0.101 for distance in distances(times))
    assert times[-1] == pytest.approx(2.9, abs=0.05)


def test_a_burst_is_that_of_one_second_and_not_all_at_once():
    bucket = a_bucket(bursts=True)
    times = send_all(bucket, reserve(bucket, 30))
    assert times[9] < 0.3
    assert all(distance >= 0.0249 for distance in distances(times))
    assert times[-1] == pytest.approx(2.0, abs=0.05)


def test_a_place_given_back_moves_those_behind_it():
    bucket = a_bucket()
    tickets = reserve(bucket, 4)
    last = bucket.wait(tickets[3], 0.0)
    bucket.cancel(tickets[1])
    assert bucket.wait(tickets[3], 0.0) == pytest.approx(last - 0.1, abs=0.03)


def test_one_that_was_refused_goes_first():
    bucket = a_bucket()
    assert bucket.wait(bucket.reserve(0.0), 0.0) == 0
    behind = reserve(bucket, 3)
    again = bucket.reserve(0.0, first=True)
    assert bucket.wait(again, 0.0) < min(bucket.wait(ticket, 0.0) for ticket in behind)


def test_nothing_is_sent_in_a_pause_and_nothing_bunches_up_after_it():
    bucket = a_bucket()
    tickets = reserve(bucket, 4)
    assert bucket.wait(tickets[0], 0.0) == 0
    assert bucket.refused(tickets[0], 0.05, 5.0) == 5.0
    times = send_all(bucket, tickets[1:], 0.05)
    assert times[0] >= 5.05
    assert all(distance >= 0.085 for distance in distances(times))
    again = bucket.reserve(6.0)
    bucket.refused(tickets[1], 6.0, 2.0)
    bucket.refused(tickets[2], 6.5, 1.0)  # another answer of the same time: no second longer
    assert 8.0 <= send_all(bucket, [again], 6.5)[0] < 8.5


def test_after_a_stall_they_do_not_all_come_at_once():
    """A laptop that slept, a machine that was busy."""
    bucket = a_bucket()
    tickets = reserve(bucket, 30)
    assert bucket.wait(tickets[0], 0.0) == 0
    times = send_all(bucket, tickets[1:], 3600.0)
    assert all(distance >= 0.0849 for distance in distances(times))
    assert times[-1] - times[0] < 3.0, "and no slower than before"


def test_a_clock_that_goes_back_stops_nobody():
    bucket = a_bucket()
    assert send_all(bucket, reserve(bucket, 5, 100.0), 100.0)[-1] < 100.5
    assert send_all(bucket, reserve(bucket, 5, 40.0), 40.0)[-1] < 101.0


@given(st.lists(st.tuples(st.floats(0, 2), st.sampled_from(["take", "refuse", "back", "send"])), max_size=80))
def test_whatever_happens_nobody_goes_faster_than_the_rate(events):
    bucket, now, rate = a_bucket(5.0), 0.0, 5.0
    held, sent, times = [], [], []
    for step, event in events:
        now += step
        if event == "take":
            held.append(bucket.reserve(now))
        elif event == "refuse" and sent:
            bucket.refused(sent.pop(), now, step)
        elif event == "back" and held:
            bucket.cancel(held.pop())
        elif event == "send":
            for ticket in list(held):
                if bucket.wait(ticket, now) == 0:
                    held.remove(ticket)
                    sent.append(ticket)
                    times.append(now)
    assert all(distance >= 0.85 / rate - 1e-6 for distance in distances(times))
    for count in range(2, len(times)):
        assert times[count] - times[0] >= (count - 1.3) / rate / 1.3

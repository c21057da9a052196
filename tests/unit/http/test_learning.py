"""The learned rate against simulated quotas, in simulated time."""

import pytest

from .quotas import MinuteQuota, Program, TokenQuota, simulate

# The documented rates that an endpoint begins with, and what a service may really allow.
STARTS_AND_QUOTAS = [(5, 15), (15, 15), (5, 5), (3, 5), (3, 10), (10, 10), (10, 5), (3, 3), (10, 50), (3, 1)]


def ideal(count, lanes, quota, burst, ceiling):
    return max((count - burst) / min(quota, ceiling), count * 0.06 / lanes)


@pytest.mark.parametrize(("start", "quota"), STARTS_AND_QUOTAS)
def test_a_service_that_takes_the_requests_of_a_second_at_once(start, quota):
    program = Program(201, 16, start, 4 * start)
    simulate(TokenQuota(quota, quota), program)
    burst = min(quota, 4 * start)
    assert program.done_at <= 1.2 * ideal(201, 16, quota, burst if quota < 4 * start else start, 4 * start)
    assert program.refused <= (6 if start <= quota else 12) + (10 if quota == 1 else 0)


@pytest.mark.parametrize(("start", "quota"), STARTS_AND_QUOTAS)
@pytest.mark.parametrize("burst", [1, 2])
def test_a_service_that_takes_them_evenly(start, quota, burst):
    program = Program(201, 16, start, 4 * start)
    simulate(TokenQuota(quota, burst), program)
    assert program.done_at <= 1.4 * ideal(201, 16, quota, burst, 4 * start)
    assert program.refused <= (10 if start <= quota else 20)


@pytest.mark.parametrize("retry_after", [0.0, 1.0])
def test_one_request_after_the_other(retry_after):
    program = Program(50, 1, 3, 12)
    simulate(TokenQuota(10, 10, retry_after), program)
    assert program.done_at <= 1.2 * ideal(50, 1, 10, 10, 12)
    assert program.refused <= 1


@pytest.mark.parametrize("says_when", [False, True])
def test_a_quota_by_the_minute(says_when):
    program = Program(1000, 16, 5, 20)
    simulate(MinuteQuota(300, says_when=says_when), program)
    assert program.accepted == 1000
    assert program.done_at < 200, "four minutes' worth: three whole ones, and a part of the fourth"
    assert program.refused <= (20 if says_when else 60)


def test_a_quota_that_drops_and_recovers():
    program = Program(1000, 16, 5, 20)
    simulate(TokenQuota(lambda now: 3 if 20 < now < 60 else 15, 5), program)
    allowed_at_best = 60 + (1000 - 300 - 120) / 15
    assert program.done_at <= 1.3 * allowed_at_best
    assert program.refused <= 30


def test_two_programs_on_one_account():
    one, two = Program(201, 16, 5, 20), Program(201, 16, 5, 20)
    simulate(TokenQuota(15, 15), one, two, jitter=0.02)
    assert max(one.done_at, two.done_at) <= 1.2 * (402 - 15) / 15
    assert min(one.done_at, two.done_at) >= 0.6 * max(one.done_at, two.done_at), "neither starves"
    assert one.refused + two.refused <= 0.05 * 402


def test_one_that_comes_later_gets_its_share():
    one, two = Program(600, 16, 5, 20), Program(150, 16, 5, 20, begins=15.0)
    simulate(TokenQuota(15, 15), one, two, jitter=0.02)
    assert two.done_at - two.begins <= 3 * 150 / 15


def test_a_machine_that_slept():
    program = Program(300, 16, 5, 20)
    simulate(TokenQuota(15, 15), program, stalls=[(5.0, 3605.0)])
    assert program.accepted == 300
    assert program.done_at <= 3605 + 1.2 * 240 / 15
    assert program.refused <= 20


def test_never_beyond_the_ceiling():
    program = Program(400, 50, 3, 12, bursts=False)
    simulate(TokenQuota(1000, 1000), program)
    later = [moment for moment in program.sent_at if moment > 5]
    assert len(later) / (later[-1] - later[0]) <= 12 * 1.05
    assert program.bucket.rate.rate == 12


def test_without_learning_it_is_no_faster_than_documented_and_comes_back_to_that():
    program = Program(300, 16, 3, 3, bursts=False)
    simulate(TokenQuota(lambda now: 1 if 10 < now < 20 else 100, 5), program)
    assert max(b - a for a, b in zip(program.sent_at, program.sent_at[1:], strict=False)) < 15
    assert min(b - a for a, b in zip(program.sent_at, program.sent_at[1:], strict=False)) >= 0.85 / 3 - 1e-6
    assert program.bucket.rate.rate == pytest.approx(3)


def test_who_needs_no_more_does_not_grow():
    """One request a second is no reason to go faster than three a second."""
    program = Program(1, 1, 3, 12)
    bucket = program.bucket
    for second in range(60):
        ticket = bucket.reserve(float(second))
        assert bucket.wait(ticket, float(second)) == 0
        bucket.accepted(ticket, second + 0.1)
    assert bucket.rate.rate == 3


def test_a_service_that_refuses_everything_teaches_nothing():
    program = Program(1, 1, 3, 12)
    bucket, now, pauses = program.bucket, 0.0, []
    while bucket.rate.is_learning:
        ticket = bucket.reserve(now, first=True)
        while (pause := bucket.wait(ticket, now)) > 0:
            now += pause
        pauses.append(bucket.refused(ticket, now))
    assert len(pauses) <= 10
    assert pauses[-1] >= 4

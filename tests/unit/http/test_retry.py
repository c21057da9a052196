"""Whether to send again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._http.retry import Attempt, RetryPolicy, _Budget
from planet.exceptions import (
    APIError,
    BadQuery,
    CertificateError,
    ClientError,
    InvalidAnswer,
    NetworkError,
    OutcomeUnknown,
    OverQuota,
    PlanetError,
    ServerError,
    TooManyRequests,
)


def failing(attempt, error, start=0.0):
    """The waits until it gives up, and what it raises in the end."""
    waits, now = [], start
    while True:
        try:
            wait = attempt.next_delay(error, now=now)
        except PlanetError as raised:
            return waits, raised
        waits.append(wait)
        now += wait


def test_six_attempts_in_a_window_of_five_to_a_hundred_seconds(monkeypatch):
    for _ in range(200):
        monkeypatch.setattr("planet._http.retry.budget", _Budget())
        waits, raised = failing(Attempt(RetryPolicy(), "GET", None), ServerError("no", status_code=500))
        assert len(waits) == 5
        assert 5 <= sum(waits) <= 100
        assert "tried 6 times" in str(raised)


def test_what_is_asked_for_is_waited_for_and_never_less():
    error = TooManyRequests("slow down", status_code=429, retry_after=9.0)
    assert Attempt(RetryPolicy(), "GET", None).next_delay(error, now=0.0) == 9.0
    with pytest.raises(TooManyRequests, match="61 seconds"):
        error = TooManyRequests("slow down", status_code=429, retry_after=61.0)
        Attempt(RetryPolicy(), "GET", None).next_delay(error, now=0.0)


def test_the_deadline():
    attempt = Attempt(RetryPolicy(deadline=50, max_retries=10), "GET", None)
    attempt.next_delay(NetworkError("slow"), now=125.0)  # what came before the first failure does not count
    with pytest.raises(NetworkError) as caught:
        attempt.next_delay(NetworkError("slow"), now=176.0)
    assert caught.value._retry.retries_exhausted


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_changes_something_is_not_sent_again_blindly(method):
    attempt = Attempt(RetryPolicy(), method, None)
    with pytest.raises(OutcomeUnknown):
        attempt.next_delay(NetworkError("reset"), now=0.0)
    with pytest.raises(ServerError, match="outcome is unknown"):
        attempt.next_delay(ServerError("x", status_code=503), now=0.0)
    with pytest.raises(BadQuery):
        attempt.next_delay(BadQuery("x", status_code=400), now=0.0)
    refused = NetworkError("refused")
    refused._retry.not_sent = True
    assert attempt.next_delay(refused, now=0.0) >= 0
    assert attempt.next_delay(TooManyRequests("x", status_code=429), now=0.0) >= 0
    assert Attempt(RetryPolicy(), method, True).next_delay(NetworkError("reset"), now=0.0) >= 0


def test_what_is_transient():
    assert NetworkError().is_transient
    assert InvalidAnswer().is_transient
    assert not CertificateError().is_transient
    assert not OverQuota(status_code=429).is_transient
    assert not ClientError().is_transient
    for status in range(400, 600):
        assert APIError(status_code=status).is_transient is (status in {408, 429, 500, 502, 503, 504})


def test_the_budget_ends_a_storm_and_is_earned_back(monkeypatch):
    budget = _Budget()
    monkeypatch.setattr("planet._http.retry.budget", budget)
    spent = 0
    while budget.spend():
        spent += 1
    assert spent == 100
    with pytest.raises(NetworkError, match="too many requests of this program fail"):
        Attempt(RetryPolicy(), "GET", None).next_delay(NetworkError("x"), now=0.0)
    for _ in range(5):
        Attempt(RetryPolicy(), "GET", None).succeeded()
    assert budget.spend()


@given(
    st.integers(0, 8), st.floats(0, 100), st.floats(0, 10), st.floats(0, 30),
    st.lists(st.none() | st.floats(0, 200), min_size=1, max_size=10),
)  # fmt: skip
def test_it_always_ends_and_never_waits_less_than_asked(retries, backoff, base, window, asked):
    policy = RetryPolicy(max_retries=retries, max_backoff=backoff, base=base, window=window)
    attempt, now = Attempt(policy, "GET", None), 0.0
    for count, seconds in enumerate(asked * 10):
        error = TooManyRequests("x", status_code=429, retry_after=seconds)
        try:
            wait = attempt.next_delay(error, now=now)
        except TooManyRequests:
            assert count <= retries
            return
        assert wait >= (seconds or 0)
        now += wait
    raise AssertionError("it goes on for ever")

# Generated from tests/_async/http/test_events.py by tools/unasync.py. Edit that file and run the tool again.

"""What a session tells about itself: events for the hook, the same as log lines, and never a secret."""

import logging

import httpx
import pytest

from planet._sync.session import SyncSession
from planet.auth import Auth
from planet.exceptions import NetworkError
from planet.http import Limits, RequestEvent, RetryEvent, RetryPolicy, ThrottleEvent
from tests.helpers import Parrot

SECRET = "PLAKhunter2hunter2"
QUICK = RetryPolicy(base=0.01, window=0.0)
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 1}'
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy"
DOWN = b"HTTP/1.1 503 -\r\nContent-Length: 4\r\n\r\ndown"


def a_session(server, events, **settings):
    defaults = {"auth": Auth.from_key(SECRET), "base_url": server.url, "limits": Limits(rate=0), "retry": QUICK}
    return SyncSession(**{**defaults, "on_event": events.append, **settings})


def api(session, url):
    session.request("GET", url)


def file(session, url):
    with session.download(url, {"Accept-Encoding": "identity"}) as answer:
        for _ in answer.iter_raw():
            continue


WAYS = pytest.mark.parametrize("way", [api, file], ids=["api", "file"])


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def lines(log, name="planet"):
    return [record.getMessage() for record in log.records if record.name.startswith(name)]


@WAYS
@pytest.mark.parametrize("elsewhere", [False, True], ids=["credentials", "file transport"])
def test_every_request_is_an_event_and_a_line(way, elsewhere, log):
    events = []
    with Parrot(DOWN, OK) as server:
        settings = {"base_url": "http://127.0.0.1:9"} if elsewhere else {}
        with a_session(server, events, **settings) as session:
            way(session, f"{server.url}/x?token={SECRET}")
    first, retry, second = events
    url = f"{server.url}/x"
    assert isinstance(first, RequestEvent)
    assert (first.method, first.url, first.status_code, first.num_bytes, first.attempt) == ("GET", url, 503, 4, 1)
    assert "down" in first.error
    assert isinstance(retry, RetryEvent)
    assert (retry.method, retry.url, retry.attempt) == ("GET", url, 1)
    assert "down" in retry.reason
    assert 0 <= retry.pause <= 0.01
    assert (second.status_code, second.num_bytes, second.attempt, second.error) == (200, 8, 2, None)
    assert 0 <= second.duration < 5
    assert lines(log, "planet.http") == [str(event) for event in events]
    assert f"GET {url}: 200, 8 bytes in" in lines(log)[-1]
    assert lines(log)[-1].endswith(", attempt 2")
    assert SECRET not in log.text + repr(events)


@WAYS
def test_failures_are_events_too(way, log):
    events = []
    with Parrot(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", hang_up=True) as server:
        with a_session(server, events, retry=RetryPolicy(max_retries=0)) as session:
            with pytest.raises(NetworkError):
                way(session, f"{server.url}/x?token={SECRET}")
            with pytest.raises(NetworkError):
                way(session, f"http://127.0.0.1:9/y?token={SECRET}")
    cut, refused = events
    assert (cut.status_code, cut.num_bytes) == (200, 4)
    assert "failed" in cut.error
    assert (refused.status_code, refused.num_bytes) == (None, 0)
    assert "cannot be reached" in refused.error
    assert "no answer" in lines(log)[-1]
    assert SECRET not in log.text + repr(events)


def test_throttling_is_an_event(log):
    events = []
    with Parrot(BUSY, OK) as server:
        with a_session(server, events) as session:
            session.request("GET", f"{server.url}/data/v1/x?key={SECRET}")
    throttled = [event for event in events if isinstance(event, ThrottleEvent)]
    assert [(event.origin.rsplit(":", 1)[1], event.endpoint, event.pause) for event in throttled] == [
        (server.url.rsplit(":", 1)[1], "data", 0.0)
    ]
    assert str(throttled[0]) in lines(log, "planet.limits")
    assert [type(event) for event in events] == [ThrottleEvent, RequestEvent, RetryEvent, RequestEvent]


def test_redirects_are_requests_of_their_own(log):
    events = []
    with Parrot(
        b"HTTP/1.1 302 Found\r\nLocation: /y?token=%s\r\nContent-Length: 0\r\n\r\n" % SECRET.encode(), OK
    ) as server:
        with a_session(server, events) as session:
            session.request("GET", f"{server.url}/x")
    assert [(event.status_code, event.url.rsplit("/", 1)[1]) for event in events] == [(302, "x"), (200, "y")]
    assert SECRET not in log.text + repr(events)


@WAYS
@pytest.mark.parametrize("error", [ValueError("a bug"), NetworkError("a bug"), httpx.ReadError("a bug")])
def test_a_hook_that_fails_stops_nothing(way, error, log):
    def hook(event):
        raise error

    with Parrot(DOWN, OK) as server:
        with a_session(server, [], on_event=hook) as session:
            way(session, f"{server.url}/x")
    assert len(server.requests) == 2
    assert lines(log).count("on_event failed for RequestEvent") == 2
    assert lines(log).count("on_event failed for RetryEvent") == 1


def test_no_line_of_a_library_is_doubled(log):
    with Parrot(OK) as server:
        with a_session(server, []) as session:
            session.request("GET", f"{server.url}/x")
    assert lines(log, "httpx") == []
    assert len(lines(log, "planet.http")) == 1

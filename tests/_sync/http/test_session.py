# Generated from tests/_async/http/test_session.py by tools/unasync.py. Edit that file and run the tool again.

"""The one door: what leaves, what comes back, what is tried again, and what never gets out."""

import importlib
import json
import logging
import traceback
from dataclasses import replace
from time import monotonic

import httpx
import pytest

from planet import geojson, http, order_request
from planet._http.service import PLANET
from planet._http.settings import Settings
from planet._runtime._sync import map_bounded
from planet._sync.apis import order_recovery as created_module
from planet._sync.apis.orders import OrdersAPI
from planet._sync.download.streaming_body import StreamingBody
from planet._sync.http import transport as session_module
from planet._sync.planet import Planet
from planet._sync.session import SyncSession
from planet.auth import Auth
from planet.exceptions import (
    APIError,
    AuthError,
    BadGateway,
    ClientError,
    Conflict,
    InvalidAnswer,
    NetworkError,
    OutcomeUnknown,
    OverQuota,
    PlanetError,
    ServerError,
    TooManyRequests,
)
from planet.http import Limits, RetryPolicy, Timeouts
from tests.helpers import PATIENCE, Parrot, an_order

from ..conftest import QUICK
from ..steps import until

BASE = "https://api.planet.test"
SECRET = "PLAKsecretsecret"


def a_session(handler, **settings):
    """A session whose requests are answered by a function."""
    defaults = {"auth": Auth.from_key(SECRET), "base_url": BASE, "retry": QUICK, "limits": Limits(rate=0)}
    return SyncSession(**{**defaults, "transport": httpx.MockTransport(handler), **settings})


def answers(*replies):
    """A handler that gives one reply after the other, the last one for ever, and the requests that it got."""
    seen = []

    def handler(request):
        seen.append(request)
        reply = replies[min(len(seen), len(replies)) - 1]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(**reply) if isinstance(reply, dict) else reply

    return handler, seen


OK = {"status_code": 200, "json": {"ok": True}}


def test_what_is_sent(sandbox, unlimited):
    with SyncSession(limits=unlimited) as session:
        session.request("GET", f"{session.base_url}/compute/ops/stats/orders/v2")
    headers = sandbox.requests[-1].headers
    assert headers["user-agent"].startswith("planet-client-python/")
    assert headers["x-planet-app"].startswith("python-sdk")
    assert headers["authorization"] == f"api-key {sandbox.api_key}"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status):
    handler, seen = answers({"status_code": status}, {"status_code": status}, OK)
    with a_session(handler) as session:
        assert (session.request("GET", f"{BASE}/x")).json() == {"ok": True}
    assert len(seen) == 3
    assert session.outcomes["Successful"] == 1
    assert sum(session.outcomes.values()) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 410, 422, 501])
def test_other_errors_are_raised_at_once(status):
    handler, seen = answers({"status_code": status})
    with a_session(handler) as session:
        with pytest.raises(APIError) as caught:
            session.request("GET", f"{BASE}/x")
    assert len(seen) == 1
    assert caught.value.status_code == status
    assert (caught.value.method, caught.value.url) == ("GET", f"{BASE}/x")


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.WriteTimeout,
     httpx.PoolTimeout, httpx.RemoteProtocolError, httpx.CloseError, httpx.ProxyError],
    ids=lambda error: error.__name__,
)  # fmt: skip
def test_trouble_on_the_way_is_tried_again_and_never_raised_as_httpx(error):
    handler, seen = answers(error("boom"), OK)
    with a_session(handler) as session:
        session.request("GET", f"{BASE}/x")
    assert len(seen) == 2
    handler, seen = answers(error("boom"))
    with a_session(handler) as session:
        with pytest.raises(NetworkError, match="tried 6 times") as caught:
            session.request("GET", f"{BASE}/x?token={SECRET}")
    assert len(seen) == 6
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_retries_can_be_set_as_scripts_do():
    handler, seen = answers({"status_code": 502})
    with a_session(handler) as session:
        session.max_retries = 1
        session.max_retry_backoff = 0
        with pytest.raises(BadGateway):
            session.request("GET", f"{BASE}/x")
    assert len(seen) == 2


@pytest.mark.parametrize(
    "body", [b"", b'{"orders": [', b"\xff\xfe", b"[" * 200_000, b"[1]"], ids=lambda body: repr(body[:9])
)
def test_broken_json_is_tried_again(body):
    handler, seen = answers({"status_code": 200, "content": body}, OK)
    with a_session(handler) as session:
        assert (session.request("GET", f"{BASE}/x", response_type=dict)).json() == {"ok": True}
    assert len(seen) == 2
    handler, seen = answers({"status_code": 200, "content": body})
    with a_session(handler) as session:
        with pytest.raises(InvalidAnswer):
            session.request("GET", f"{BASE}/x", response_type=dict)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>gateway</html>", b"\xff\xfe\x00", b"[" * 100_000, b"x" * 1_000_000, b'{"message": 7}', b'"text"',
     b"null", b'{"general": "x", "field": [1]}', b'{"error": {"reason": "why", "details": []}}'],
    ids=lambda body: repr(body[:9]),
)  # fmt: skip
def test_any_error_body_becomes_a_clear_error(body):
    handler, _ = answers({"status_code": 400, "content": body})
    with a_session(handler) as session:
        with pytest.raises(APIError) as caught:
            session.request("GET", f"{BASE}/x")
    assert len(str(caught.value)) < 5_000
    assert "400 Bad Request" in str(caught.value)
    assert caught.value.message


def test_an_answer_of_unbounded_length_is_cut_off(monkeypatch):
    monkeypatch.setattr(session_module, "MAX_BODY", 1000)
    handler, _ = answers({"status_code": 200, "content": b"1" * 2000})
    with a_session(handler, retry=RetryPolicy(max_retries=0)) as session:
        with pytest.raises(InvalidAnswer, match="longer than 1000"):
            session.request("GET", f"{BASE}/x")


def test_quota_is_not_throttling():
    handler, seen = answers({"status_code": 429, "json": {"message": "Download quota has been exceeded."}})
    with a_session(handler) as session:
        with pytest.raises(OverQuota, match="quota has been exceeded"):
            session.request("GET", f"{BASE}/x")
    assert len(seen) == 1


def test_retry_after_is_honoured(monkeypatch):
    pauses = []

    def note(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(session_module, "sleep", note)
    handler, _ = answers({"status_code": 503, "headers": {"Retry-After": "7"}}, OK)
    with a_session(handler) as session:
        session.request("GET", f"{BASE}/x")
    assert pauses == [7.0]


def test_too_long_a_retry_after_is_an_error_at_once():
    handler, seen = answers({"status_code": 429, "headers": {"Retry-After": "3600"}})
    with a_session(handler) as session:
        with pytest.raises(TooManyRequests, match="asks to wait 3600 seconds"):
            session.request("GET", "https://elsewhere.test/x")
    assert len(seen) == 1


def test_what_may_have_been_done_is_not_sent_twice():
    for failure in (httpx.ReadTimeout("slow"), httpx.ReadError("reset"), httpx.RemoteProtocolError("eof")):
        handler, seen = answers(failure)
        with a_session(handler) as session:
            with pytest.raises(OutcomeUnknown, match="outcome is unknown"):
                session.request("POST", f"{BASE}/x", json={})
        assert len(seen) == 1
    handler, seen = answers({"status_code": 500})
    with a_session(handler) as session:
        with pytest.raises(ServerError, match="outcome is unknown"):
            session.request("POST", f"{BASE}/x", json={})
    assert len(seen) == 1


def test_what_was_not_received_is_sent_again():
    for failure in (httpx.ConnectError("refused"), {"status_code": 429}):
        handler, seen = answers(failure, OK)
        with a_session(handler) as session:
            session.request("POST", f"{BASE}/x", json={})
        assert len(seen) == 2


def test_an_order_whose_answer_is_lost_is_found_and_not_made_twice(pl, sandbox):
    earlier = pl.orders.create_order(an_order("same name"))
    sandbox.inject("lose_answer", path="orders/v2$", method="POST")
    order = pl.orders.create_order(an_order("same name"))
    assert order.id != earlier.id
    assert len([order for order in pl.orders.list_orders()]) == 2


def test_two_fields_below_one_scene_ordered_at_once(pl, sandbox, monkeypatch):
    """Same name, same scene, another clip: the answer to the second is lost, and the order of the first is not its."""
    monkeypatch.setattr(created_module, "_PAUSES", (0.1, 0.1))
    fields = [geojson.box(west, 45.25, west + 0.01, 45.26) for west in (-117.54, -117.52)]
    requests = [an_order("field", tools=[order_request.clip_tool(field)]) for field in fields]
    sandbox.inject("reset", path="orders/v2$", method="POST", after=1)

    def create(request):
        try:
            return pl.orders.create_order(request)
        except OutcomeUnknown as error:
            return error

    first, second = map_bounded(create, requests, limit=2)
    (made,) = [one for one in (first, second) if not isinstance(one, OutcomeUnknown)]
    (lost,) = [one for one in (first, second) if isinstance(one, OutcomeUnknown)]
    assert made["tools"] == requests[0 if made is first else 1]["tools"]
    assert "list_orders(name='field')" in str(lost)


def test_the_same_order_twice_at_once_is_not_mixed_up(pl, sandbox, monkeypatch):
    monkeypatch.setattr(created_module, "_PAUSES", (0.01,))
    sandbox.inject("lose_answer", path="orders/v2$", method="POST", times=2)

    def create(_):
        try:
            return (pl.orders.create_order(an_order("twin"))).id
        except OutcomeUnknown as error:
            return str(error)

    outcomes = map_bounded(create, range(2), limit=2)
    ids = [outcome for outcome in outcomes if len(outcome) == 36]
    assert len(set(ids)) == len(ids), "no order belongs to two requests"
    assert len([order for order in pl.orders.list_orders(name="twin")]) == 2


def test_the_look_up_of_an_order_ends(pl, sandbox, monkeypatch):
    """It has one deadline, and no request of it is repeated."""
    monkeypatch.setattr(created_module, "_DEADLINE", 1.0)
    monkeypatch.setattr(created_module, "_TIMEOUT", 0.2)
    sandbox.inject("lose_answer", path="orders/v2$", method="POST")
    sandbox.inject("delay", path="orders/v2$", method="GET", seconds=30, times=None)
    with pytest.raises(OutcomeUnknown, match="may have been created"):
        pl.orders.create_order(an_order("slow"))
    assert len([seen for seen in sandbox.requests if seen.method == "GET"]) <= 3


def test_a_cancelled_order_whose_answer_was_lost(pl, sandbox):
    order = pl.orders.create_order(an_order())
    sandbox.inject("lose_answer", path=order.id, method="PUT")
    assert (pl.orders.cancel_order(order.id))["state"] == "cancelled"
    with pytest.raises(Conflict):
        pl.orders.cancel_order(order.id)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_what_is_created_when_a_program_is_interrupted_may_exist(interruption, caplog):
    def interrupt(request):
        raise interruption

    with a_session(interrupt) as session:
        orders = OrdersAPI(session)
        with pytest.raises(interruption) as caught:
            orders.create_order(an_order("half"))
    said = "The order 'half' may have been created, because the request was interrupted. Check with list_orders(name='half')."
    assert said in caplog.text
    assert getattr(caught.value, "__notes__", [said]) == [said]


def test_an_order_that_cannot_be_found_is_an_error_that_says_so(pl, sandbox, monkeypatch):
    monkeypatch.setattr(created_module, "_PAUSES", (0.01, 0.01))
    sandbox.inject("reset", path="orders/v2$", method="POST")
    with pytest.raises(OutcomeUnknown, match=r"list_orders\(name='lost'\)"):
        pl.orders.create_order(an_order("lost"))
    sandbox.inject("status", path="orders/v2$", method="POST", status=500)
    with pytest.raises(ServerError, match=r"list_orders\(name='lost'\)"):
        pl.orders.create_order(an_order("lost"))
    assert [order for order in pl.orders.list_orders()] == []


def test_an_answer_that_is_no_order_is_an_unknown_outcome(sandbox, pl, monkeypatch):
    monkeypatch.setattr(created_module, "_PAUSES", (0.01,))
    sandbox.inject("status", path="orders/v2$", method="POST", status=201, body="{}")
    with pytest.raises(OutcomeUnknown, match="not an order"):
        pl.orders.create_order(an_order())
    sandbox.inject("reset", path="orders/v2$", method="POST")
    listed = {"orders": [7, {"name": "an order", "created_on": "", "products": [1]}]}
    sandbox.inject("status", path="orders/v2$", method="GET", status=200, body=json.dumps(listed))
    with pytest.raises(OutcomeUnknown, match="list_orders"):
        pl.orders.create_order(an_order())


def test_everything_is_not_cancelled_twice(pl, sandbox):
    sandbox.inject("reset", path="cancel", times=None)
    with pytest.raises(OutcomeUnknown):
        pl.orders.cancel_orders()
    assert len(sandbox.requests) == 1


def test_a_status_whose_body_is_lost_is_still_that_status():
    headers = {"content-encoding": "gzip, gzip"}
    handler, seen = answers({"status_code": 403, "headers": headers, "stream": httpx.ByteStream(b"a bomb")})
    with a_session(handler) as session:
        with pytest.raises(APIError) as caught:
            session.request("GET", f"{BASE}/x")
    assert (caught.value.status_code, len(seen)) == (403, 1)


def test_the_key_is_not_in_what_an_error_hangs_on_to():
    handler, _ = answers(httpx.ReadError("boom"))
    with a_session(handler, retry=RetryPolicy(max_retries=0)) as session:
        with pytest.raises(NetworkError) as caught:
            session.request("GET", f"{BASE}/x?token=1")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_dead_host_is_tried_no_more_often_for_a_download(tmp_path):
    handler, seen = answers(httpx.ConnectTimeout("dead"))
    with Planet(session=a_session(handler)) as pl:
        with pytest.raises(NetworkError, match=r"tried 6 times\)"):
            pl.orders.download_asset(f"{BASE}/f.tif", "f.tif", tmp_path, progress_bar=False)
    assert len(seen) == 6


@pytest.mark.parametrize("url", ["http://[bad", "https://h/\x00", "", "https://"])
def test_addresses_that_are_none(url):
    handler, seen = answers(OK)
    with a_session(handler) as session:
        with pytest.raises(ClientError):
            session.request("GET", url)
    assert seen == []


def test_settings_that_cannot_be_used(monkeypatch):
    secret = "http://user:hunter2@h"
    for settings in ({"proxy": "nonsense://user:hunter2@h"}, {"cert": "/nothing.pem"}, {"verify": "/nothing"}):
        session = SyncSession(auth=Auth.none(), base_url=secret, **settings)
        with pytest.raises(ClientError) as caught:
            session.request("GET", f"{secret}/x")
        assert "hunter2" not in "".join(traceback.format_exception(caught.value)) + repr(session) + repr(
            session.settings
        )
    assert "hunter2" not in repr(Planet(base_url=secret)) + repr(Planet(base_url=secret).orders)


def test_methods_in_any_case():
    handler, seen = answers({"status_code": 503}, OK)
    with a_session(handler) as session:
        session.request("get", f"{BASE}/x")
    assert len(seen) == 2


def test_no_credentials_for_strangers():
    handler, seen = answers(OK)
    with a_session(handler) as session:
        for url in ("https://evil.test/x", f"{BASE}:8443/x", "http://api.planet.test/x", f"{BASE}@evil.test/x"):
            session.request("GET", url)
    assert not any(SECRET in request.headers.get("authorization", "") for request in seen)


def test_redirects_of_api_calls_stay_at_home():
    handler, seen = answers({"status_code": 302, "headers": {"location": "/y"}}, OK)
    with a_session(handler) as session:
        session.request("POST", f"{BASE}/x", json={"a": 1}, idempotent=True)
    assert [(request.method, request.url.path, request.content) for request in seen] == [
        ("POST", "/x", b'{"a":1}'),
        ("GET", "/y", b""),
    ]
    for target in ("https://evil.test/y", "http://api.planet.test/y", "ftp://api.planet.test/y"):
        handler, seen = answers({"status_code": 307, "headers": {"location": target}})
        with a_session(handler, retry=RetryPolicy(max_retries=0)) as session:
            with pytest.raises(ClientError, match="redirect cannot be followed"):
                session.request("GET", f"{BASE}/x")
        assert len(seen) == 1


@pytest.mark.parametrize("trusted", [True, False], ids=["at the API", "elsewhere"])
def test_a_redirect_keeps_its_connection(trusted):
    found = b"HTTP/1.1 302 Found\r\nLocation: /file\r\nContent-Length: 5\r\n\r\nfound"
    file = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    with Parrot(found, file, found, file) as server:
        with SyncSession(auth=Auth.from_key(SECRET), base_url=server.url if trusted else BASE) as session:
            for _ in range(2):
                with session.download(f"{server.url}/link", {}) as answer:
                    assert b"".join([piece for piece in answer.iter_raw()]) == b"hello"
        assert server.connections == 1


def test_the_body_of_a_redirect_may_be_cut_off():
    found = b"HTTP/1.1 302 Found\r\nLocation: /file\r\nContent-Length: 9\r\n\r\nfound"
    file = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    with Parrot(found, file, hang_up=True) as server:
        with SyncSession(auth=Auth.from_key(SECRET), base_url=BASE) as session:
            with session.download(f"{server.url}/link", {}) as answer:
                assert b"".join([piece for piece in answer.iter_raw()]) == b"hello"
        assert server.connections == 2


def test_redirects_end():
    handler, seen = answers({"status_code": 302, "headers": {"location": "/x"}})
    with a_session(handler, retry=RetryPolicy(max_retries=0)) as session:
        with pytest.raises(ClientError, match="more than 10 times"):
            session.request("GET", f"{BASE}/x")
    assert len(seen) == 11


def test_a_next_link_to_a_stranger_is_refused():
    page = {"_links": {"next": "https://evil.test/orders"}, "orders": [{"id": "1"}]}
    handler, seen = answers({"status_code": 200, "json": page})
    with Planet(session=a_session(handler)) as pl:
        with pytest.raises(ClientError, match="another server"):
            [order for order in pl.orders.list_orders()]
    assert len(seen) == 1


def test_no_secret_gets_out(caplog, sandbox, unlimited, tmp_path):
    token = "tokentokentoken"
    with caplog.at_level(logging.DEBUG):
        with Planet(auth=Auth.from_key(SECRET), limits=unlimited, retry=QUICK) as pl:
            order = pl.orders.create_order(an_order(delivery=order_request.amazon_s3("i", SECRET, "b", "r")))
            try:
                pl.orders.download_asset(f"{pl._session.base_url}/compute/ops/download/?token={token}", "x", tmp_path)
            except PlanetError as error:
                assert token not in "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
            text = repr(pl) + repr(pl._session) + repr(pl._session.settings) + repr(pl.orders) + repr(order)
            assert SECRET not in text
            pl.orders.create_order(an_order())
            other = pl.orders.create_order(an_order())
            pl.orders.wait(other.id, delay=0.05)
            pl.orders.download_order(other.id, tmp_path)
    assert "HTTP" in caplog.text, "the libraries do log"
    assert SECRET not in caplog.text
    assert token not in caplog.text
    assert "Signature=e" not in caplog.text


def test_missing_credentials_are_an_error_before_anything_is_sent(monkeypatch, sandbox):
    monkeypatch.delenv("PL_API_KEY")
    monkeypatch.delenv("PL_AUTH_PROFILE")
    with SyncSession() as session:
        with pytest.raises(AuthError, match="PL_API_KEY"):
            session.request("GET", f"{session.base_url}/compute/ops/stats/orders/v2")
    assert sandbox.requests == []


def test_a_wrong_key_is_refused(sandbox, unlimited, monkeypatch):
    monkeypatch.setattr(sandbox._world, "api_key", "the only one")
    with Planet(auth=Auth.from_key("another"), limits=unlimited) as pl:
        with pytest.raises(APIError, match="Check the API key") as caught:
            pl.orders.aggregated_order_stats()
    assert caught.value.status_code == 401


def test_what_cannot_be_sent_is_a_clear_error():
    handler, _ = answers(OK)
    with a_session(handler) as session:
        for body in ({"a": object()}, {"a": float("nan")}, {"a": "\ud800"}):
            with pytest.raises(ClientError, match="cannot be sent"):
                session.request("POST", f"{BASE}/x", json=body)
        with pytest.raises(PlanetError):
            session.request("GET", "nonsense")


def test_a_closed_session_says_so(pl):
    pl.close()
    with pytest.raises(ClientError, match="closed"):
        pl.orders.aggregated_order_stats()


def test_streams(pl, session, sandbox):
    url = f"{session.base_url}/compute/ops/bundles/spec"
    sandbox.inject("status", path="spec", status=503)
    with session.stream("GET", url) as response:
        assert response.status_code == 200
        assert response.url == url
        body = b"".join([piece for piece in response.iter_bytes()])
    assert json.loads(body)["bundles"]
    with session.stream("GET", url) as response:
        lines = [line for line in response.iter_lines()]
    assert json.loads("".join(lines))
    sandbox.inject("cut", path="spec", after=100)
    with pytest.raises(NetworkError):
        with session.stream("GET", url) as response:
            [piece for piece in response.iter_bytes()]


def test_a_call_that_waits_for_an_answer_is_stopped_as_well(pl, sandbox):
    sandbox.inject("delay", path="stats", seconds=2 * PATIENCE)

    def work(number):
        if number:
            until(lambda: sandbox.requests)
            raise ValueError("stop")
        return pl.orders.aggregated_order_stats()

    start = monotonic()
    with pytest.raises(ValueError, match="stop"):
        map_bounded(work, range(2), limit=2)
    assert monotonic() - start < PATIENCE


def test_a_body_into_a_file(session, tmp_path, sandbox):
    url = f"{session.base_url}/compute/ops/bundles/spec"
    with session.stream("GET", url) as response:
        body = StreamingBody(response)
        assert body.name == "spec"
        assert body.size > 1000
        body.write(tmp_path / body.name, progress_bar=False)
    content = (tmp_path / "spec").read_bytes()
    assert json.loads(content)
    with session.stream("GET", url) as response:
        StreamingBody(response).write(tmp_path / "spec", overwrite=False)
    sandbox.inject("cut", path="spec", after=100)
    with pytest.raises(NetworkError):
        with session.stream("GET", url) as response:
            StreamingBody(response).write(tmp_path / "spec", progress_bar=False)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]


def test_base_urls(monkeypatch, sandbox):
    assert Planet(base_url="http://127.0.0.1:1/a/").orders._base_url == "http://127.0.0.1:1/a/compute/ops"
    assert Planet().orders._base_url == f"{sandbox.base_url}/compute/ops"
    monkeypatch.delenv("PL_API_BASE_URL")
    assert Planet().orders._base_url == "https://api.planet.com/compute/ops"
    session = SyncSession()
    assert session.client("orders")._base_url == "https://api.planet.com/compute/ops"
    assert session.client("orders", base_url="https://x.test/ops/")._base_url == "https://x.test/ops"
    for bad in ("x", "ftp://x", "https://", "http://x:y"):
        with pytest.raises(ClientError, match="not an http"):
            SyncSession(base_url=bad)
    monkeypatch.setenv("PL_API_BASE_URL", "nonsense")
    with pytest.raises(ClientError, match="PL_API_BASE_URL"):
        SyncSession()
    with pytest.raises(ClientError, match="is not one of 'data'"):
        session.client("order")


def test_limits_as_scripts_set_them(monkeypatch):
    monkeypatch.setattr(http, "RATE_LIMIT", 0)
    monkeypatch.setattr(http, "MAX_ACTIVE", 0)
    assert SyncSession().settings.limits == Limits(rate=0, max_active=0)


def test_settings_of_an_async_session():
    kind = importlib.import_module("planet").SyncSession  # of the async variant, in the tests of both
    settings = kind(auth=Auth.from_key(SECRET), read_timeout_secs=3).settings
    pl = Planet(session=kind.from_settings(settings))
    assert isinstance(pl._session, SyncSession)
    assert pl._session.settings is settings
    assert settings.timeouts == Timeouts(read=3)


@pytest.mark.parametrize("is_set", ["before", "after"])
def test_retries_that_a_script_sets_on_its_session_count_in_planet(is_set, monkeypatch):
    def no_pause(seconds):
        pass

    monkeypatch.setattr(session_module, "sleep", no_pause)
    kind = importlib.import_module("planet").SyncSession  # of the async variant, in the tests of both
    handler, seen = answers({"status_code": 502})
    session = kind(auth=Auth.from_key(SECRET), base_url=BASE, transport=httpx.MockTransport(handler))
    pl = Planet(session=session) if is_set == "after" else None
    session.max_retries = 2
    session.max_retry_backoff = 0
    pl = pl or Planet(session=session)
    for orders in (pl.orders, OrdersAPI(session)):
        seen.clear()
        with pytest.raises(BadGateway):
            orders.aggregated_order_stats()
        assert len(seen) == 3
    assert session.outcomes == {BadGateway: 6}
    pl.close()


def test_what_is_not_a_session():
    for make in (Planet, OrdersAPI):
        for wrong in ("my key", 3, {"auth": "key"}):
            with pytest.raises(TypeError, match=rf"session must be a Session, got {type(wrong).__name__}"):
                make(wrong)


def test_many_calls_at_once_meet_no_pool_timeout_and_stay_inside_the_limits(sandbox, monkeypatch):
    limits = Limits(rate=200, max_active=20)
    one, two = (sandbox.planet(limits=limits) for _ in range(2))

    def get(number):
        return ((one, two)[number % 2].data.get_item("PSScene", "20220304_093300_37_2430")).id

    for client in (one, two):  # no class of endpoint has a rate of its own
        monkeypatch.setattr(client._session.settings, "service", replace(PLANET, classes=()))
    with one, two:
        assert len(map_bounded(get, range(600), limit=200)) == 600
    # Over all of it: how requests bunch up on a busy machine says more about that than about the limits, of which the
    # distances are tested by themselves. The first ones are late, while connections are made.
    times = sorted(seen.at for seen in sandbox.requests)[20:]
    assert (len(times) - 1) / (times[-1] - times[0]) <= 202
    assert one._session.outcomes == {"Successful": 300}


def test_the_documented_limits_are_kept(sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._app, "_rate_limits", True)
    with sandbox.planet() as pl:
        for _ in range(5):
            pl.orders.create_order(an_order())
        map_bounded(lambda _: pl.orders.aggregated_order_stats(), range(8), limit=8)
    assert pl._session.outcomes["Successful"] == 13
    # Paced, none is refused; where this machine holds a request up for a while, two may arrive as one.
    assert len(sandbox.requests) <= 15


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"retry": 5}, "retry must be a planet.http.RetryPolicy, got 5"),
        ({"timeouts": 5}, "timeouts must be a planet.http.Timeouts"),
        ({"limits": 5}, "limits must be a planet.http.Limits"),
        ({"proxy": 5}, "proxy must be a URL, got int"),
        ({"verify": 5}, "verify must be a bool"),
        ({"on_event": 5}, "on_event must be a function"),
        ({"app": "a\r\nX-Evil: 1"}, "app must be printable ASCII"),
        ({"app": "é"}, "app must be printable ASCII"),
    ],
)
def test_settings_of_a_wrong_type_are_said_at_once(setting, message):
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        SyncSession(auth=Auth.none(), **setting)
    assert isinstance(caught.value, PlanetError)


def test_many_first_requests_read_the_certificates_once(sandbox, monkeypatch):
    read = []
    monkeypatch.setattr(Settings, "ssl_context", lambda self: read.append(self) or True)
    with SyncSession(auth=Auth.from_key("k"), base_url=sandbox.base_url, limits=Limits(rate=0)) as session:

        def ask(_):
            session.request("GET", f"{sandbox.base_url}/compute/ops/bundles/spec")

        map_bounded(ask, range(20), limit=20)
    assert len(read) == 1

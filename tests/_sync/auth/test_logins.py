# Generated from tests/_async/auth/test_logins.py by tools/unasync.py. Edit that file and run the tool again.

"""Logins end to end, against the login service of the sandbox, whose API takes nothing but valid tokens here."""

import copy
import json
import logging
import pickle
import re
import threading
import time
import traceback
from pathlib import Path

import httpx
import pytest

from planet import PlanetOAuthScopes
from planet._runtime._sync import map_bounded, sleep
from planet._sync.planet import Planet
from planet.auth import Auth
from planet.auth._token import Token
from planet.exceptions import AuthError, InvalidAPIKey, NetworkError, PlanetError
from planet.http import Limits, RequestEvent, RetryPolicy, TokenEvent
from tests.helpers import PATIENCE, WatchedTransport, an_order, locals_with, wait_until

from ..steps import until

QUICK = {"limits": Limits(rate=0), "retry": RetryPolicy(base=0.01, window=0.0)}
SECRET = "s3cret-of-a-service-account"


class Clock:
    """A clock that is ahead of the real one by so many seconds."""

    def __init__(self, ahead=0.0):
        self.ahead = ahead

    def time(self):
        return time.time() + self.ahead

    def monotonic(self):
        return time.monotonic() + self.ahead


@pytest.fixture
def pass_time(guarded, monkeypatch):
    """Lets time pass, for the clients and for the sandbox: a function that takes seconds."""
    clock = Clock()
    for module in ("_token_cache", "_refresher", "_grants", "_refresh"):
        monkeypatch.setattr(f"planet.auth.{module}.time", clock)

    def advance(seconds):
        clock.ahead += seconds
        guarded.clock.advance(seconds)

    return advance


def client(sandbox, auth, **settings):
    return Planet(base_url=sandbox.base_url, auth=auth, **{**QUICK, **settings})


def a_user(sandbox, **details):
    """Somebody who has logged in on another device."""
    auth = Auth.from_oauth_user_device_code("my-program", **details)
    info = auth.device_user_login_initiate()
    sandbox.identity.approve(info["user_code"])
    auth.device_user_login_complete(info)
    return auth


def asked_for_tokens(sandbox):
    return len([seen for seen in sandbox.requests if seen.path == "/idp/token"])


def test_a_service_account(guarded):
    with client(guarded, Auth.from_oauth_m2m("svc", SECRET)) as pl:
        for _ in range(3):
            assert pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 1
    with client(guarded, Auth.from_oauth_m2m("svc", SECRET)) as pl:
        assert pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 1, "the next program finds the token"
    with client(guarded, Auth.from_oauth_m2m("other", "wrong")) as pl:
        with pytest.raises(AuthError, match="invalid_client.*Check the client id and its secret"):
            pl.orders.aggregated_order_stats()


def test_a_user_on_another_device(guarded):
    auth = a_user(guarded, requested_scopes=[PlanetOAuthScopes.PLANET, PlanetOAuthScopes.OFFLINE_ACCESS])
    assert auth.is_initialized() and auth.token.scopes == ["planet", "offline_access"]
    with client(guarded, auth) as pl:
        order = pl.orders.create_order(an_order())
        assert [found.id for found in pl.orders.list_orders()] == [order.id]
    with client(guarded, Auth.from_profile("MY-program")) as pl:
        assert [found.id for found in pl.orders.list_orders()] == [order.id]


def test_a_user_who_refuses_and_one_who_does_nothing(guarded):
    auth = Auth.from_oauth_user_device_code("my-program")
    info = auth.device_user_login_initiate()
    guarded.identity.deny(info["user_code"])
    with pytest.raises(AuthError, match="access_denied"):
        auth.device_user_login_complete(info)
    info = auth.device_user_login_initiate()
    with pytest.raises(AuthError, match="not entered in time"):
        auth.device_user_login_complete({**info, "expires_in": 0.1})
    assert not auth.is_initialized()


def test_a_device_that_asks_too_often(guarded, monkeypatch):
    monkeypatch.setattr("planet.auth._grants._SLOW_DOWN_STEP", 0.02)
    auth = Auth.from_oauth_user_device_code("my-program")
    info = auth.device_user_login_initiate()
    guarded.inject("status", path="/idp/token", status=400, body='{"error": "slow_down"}', times=2)
    guarded.inject("status", path="/idp/token", status=503)
    guarded.identity.approve(info["user_code"])
    assert auth.device_user_login_complete(info).access_token
    assert asked_for_tokens(guarded) == 4


def in_the_browser(decision, opened):
    """What stands in for a browser, and for the user before it."""

    def visit(url):
        with httpx.Client(follow_redirects=True, timeout=PATIENCE) as browser:
            page = browser.get(url)
            assert "Allow" in page.text
            browser.post(url, data={"decision": decision})

    def open_page(url):
        opened.append(url)
        threading.Thread(target=visit, args=(url,), daemon=True).start()
        return True

    return open_page


def test_a_user_on_a_page(guarded, monkeypatch, free_port):
    opened = []
    monkeypatch.setattr("webbrowser.open", in_the_browser("allow", opened))
    auth = Auth.from_oauth_user_auth_code("my-program", f"http://localhost:{free_port}/done")
    auth.user_login(allow_open_browser=True)
    assert "code_challenge_method=S256" in opened[0] and "code_verifier" not in opened[0]
    with client(guarded, auth) as pl:
        assert pl.orders.aggregated_order_stats()
    monkeypatch.setattr("webbrowser.open", in_the_browser("deny", opened))
    with pytest.raises(AuthError, match="The user has refused"):
        auth.user_login(allow_open_browser=True)


def test_nobody_is_asked_who_must_not_be(guarded):
    auth = Auth.from_oauth_user_device_code("my-program")
    for call in (auth.user_login, auth.ensure_initialized):
        with pytest.raises(AuthError, match="planet auth login"):
            call()
    with client(guarded, auth) as pl:
        with pytest.raises(AuthError, match="Nobody is logged in.*planet auth login --auth-profile my-program"):
            pl.orders.aggregated_order_stats()
    assert guarded.requests == []


# -- renewal -------------------------------------------------------------------------------------------------


def test_tokens_are_renewed_ahead_of_their_end(guarded, pass_time):
    guarded.identity.lifetime = 1200.0
    auth = a_user(guarded)
    first = auth.value
    guarded.requests.clear()
    with client(guarded, auth) as pl:
        pl.orders.aggregated_order_stats()
        assert auth.value == first
        pass_time(1000)
        pl.orders.aggregated_order_stats()
    assert auth.value != first and asked_for_tokens(guarded) == 1
    assert Auth.from_profile("my-program").value == auth.value, "it is kept for others"


def test_many_requests_with_a_token_that_is_not_taken_cause_one_renewal(guarded):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.requests.clear()
    with client(guarded, auth) as pl:

        def ask(_):
            return pl.orders.aggregated_order_stats()

        assert len(map_bounded(ask, range(50), limit=50)) == 50
    assert asked_for_tokens(guarded) == 1


def test_many_requests_with_an_expired_token_cause_one_renewal(guarded, pass_time):
    guarded.identity.lifetime = 600.0
    auths = [a_user(guarded), Auth.from_profile("my-program")]
    guarded.identity.lifetime = 3600.0
    pass_time(700)
    guarded.requests.clear()
    clients = [client(guarded, auth) for auth in auths]

    def ask(number):
        return clients[number % 2].orders.aggregated_order_stats()

    assert len(map_bounded(ask, range(50), limit=50)) == 50
    for pl in clients:
        pl.close()
    assert asked_for_tokens(guarded) == 1
    assert len([seen for seen in guarded.requests if seen.path.endswith("/stats/orders/v2")]) == 50


def test_a_renewal_without_a_new_refresh_token_keeps_the_old_one(guarded):
    guarded.identity.rotates = False
    auth = a_user(guarded)
    before = auth.token.refresh_token
    for _ in range(2):
        guarded.identity.forget_access_tokens()
        with client(guarded, auth) as pl:
            pl.orders.aggregated_order_stats()
    assert auth.token.refresh_token == Auth.from_profile("my-program").token.refresh_token == before


def test_a_login_that_was_ended(guarded):
    auth = a_user(guarded)
    guarded.identity.revoke_all()
    guarded.requests.clear()
    with client(guarded, auth) as pl:

        def ask(_):
            with pytest.raises(AuthError, match="has ended.*planet auth login --auth-profile my-program"):
                pl.orders.aggregated_order_stats()

        map_bounded(ask, range(20), limit=20)
    assert asked_for_tokens(guarded) == 1, "one finds out for all"
    expired = a_user(guarded)
    expired._cache.token = Token({**expired.token, "access_token": "x", "_exp": 1})
    expired.profile.save_token(expired._cache.token)
    guarded.identity.revoke_all()
    with client(guarded, expired) as pl:
        with pytest.raises(AuthError, match="login of the profile 'my-program' has ended"):
            pl.orders.aggregated_order_stats()


def test_a_service_that_takes_no_token(guarded):
    auth = a_user(guarded)
    guarded.inject("status", path="/stats/orders/v2", status=401, times=None)
    guarded.requests.clear()
    with client(guarded, auth) as pl:
        with pytest.raises(InvalidAPIKey, match="planet auth login --auth-profile my-program"):
            pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 1, "once, and not again and again"


def test_a_login_service_in_trouble(guarded):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.inject("status", path="/idp/token", status=503, times=2)
    guarded.inject("reset", path="/idp/token")
    with client(guarded, auth, retry=RetryPolicy(base=0.4, window=4.0)) as pl:
        assert pl.orders.aggregated_order_stats()
    guarded.identity.forget_access_tokens()
    guarded.inject("status", path="/idp/token", status=503, times=None)
    with client(guarded, auth) as pl:
        with pytest.raises(NetworkError, match=r"login service http://127.0.0.1:\d+/idp is unavailable"):
            pl.orders.create_order(an_order("never"))
    guarded.clear_faults()
    sleep(1.1)
    with client(guarded, auth) as pl:
        assert [order for order in pl.orders.list_orders()] == [], "it was not sent"


def test_a_login_service_that_asks_to_wait(guarded):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    guarded.inject("status", path="/idp/token", status=429, retry_after="1")
    guarded.requests.clear()
    with client(guarded, auth) as pl:

        def ask(_):
            return pl.orders.aggregated_order_stats()

        assert len(map_bounded(ask, range(5), limit=5)) == 5
        seen = [request.at for request in guarded.requests if request.path == "/idp/token"]
        assert len(seen) == 2 and seen[1] - seen[0] >= 0.9
        guarded.identity.forget_access_tokens()
        guarded.inject("status", path="/idp/token", status=503, retry_after="300", times=None)
        guarded.requests.clear()
        for _ in range(2):
            with pytest.raises(NetworkError, match="asks to wait 300 seconds") as caught:
                pl.orders.aggregated_order_stats()
        assert asked_for_tokens(guarded) == 1 and caught.value.retry_after == 300


@pytest.mark.parametrize(
    "kind, details",
    [
        ("status", {"status": 503}),
        ("status", {"status": 403, "body": '{"error": "forbidden"}'}),
        ("status", {"status": 404, "body": "{}"}),
        ("reset", {}),
    ],
)
def test_a_token_that_is_still_good_is_used_while_the_login_service_is_down(
    guarded, monkeypatch, pass_time, kind, details
):
    monkeypatch.setattr("planet.auth._refresher._FAILURE_LIFETIME", PATIENCE)
    guarded.identity.lifetime = 2000.0
    auth = a_user(guarded)
    pass_time(1550)
    guarded.inject(kind, path="/idp/token", times=None, **details)
    with client(guarded, auth) as pl:
        for _ in range(3):
            assert pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 2, "it was due, and one finds out for all"


def test_a_renewal_that_nobody_waits_for_any_more_is_kept(guarded):
    """A new refresh token makes the old one worthless: it must not be lost with the request that it was for."""
    auth = a_user(guarded)
    before = auth.value
    guarded.identity.forget_access_tokens()
    guarded.inject("delay", path="/idp/token", seconds=0.6)
    with client(guarded, auth) as pl:

        def ask(_):
            pl.orders.aggregated_order_stats()

        def give_up(_):
            until(lambda: asked_for_tokens(guarded) == 2)
            raise KeyError("something else")

        with pytest.raises(KeyError):
            map_bounded(lambda number: (ask, give_up)[number](number), range(2), limit=2)
        until(lambda: Auth.from_profile("my-program").value != before)
        assert pl.orders.aggregated_order_stats()
    assert Auth.from_profile("my-program").value == auth.value
    assert asked_for_tokens(guarded) == 2, "the login, and one renewal"


def test_a_login_service_that_stalls_is_waited_for_once(guarded):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    asked = []

    def stall(steps):
        asked.append(steps)
        wait_until(lambda: len([seen for seen in guarded.requests if "/stats/" in seen.path]) == 10)
        time.sleep(0.5)  # in which the last ones learn that they are refused
        raise NetworkError("The login service does not answer.")

    auth._client.run = stall
    with client(guarded, auth, retry=RetryPolicy(max_retries=0)) as pl:

        def ask(_):
            with pytest.raises(NetworkError):
                pl.orders.aggregated_order_stats()

        map_bounded(ask, range(10), limit=10)
    assert len(asked) == 1


def test_a_token_that_cannot_be_renewed_and_is_not_taken(guarded):
    auth = a_user(guarded, requested_scopes=["planet"])
    assert auth.token.refresh_token is None
    guarded.inject("status", path="/stats/orders/v2", status=401)
    with client(guarded, auth) as pl:
        with pytest.raises(InvalidAPIKey, match="planet auth login --auth-profile my-program"):
            pl.orders.aggregated_order_stats()
        assert pl.orders.aggregated_order_stats(), "it was not the token's fault"


def test_a_clock_that_is_wrong(guarded, monkeypatch):
    auth = Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False)
    monkeypatch.setattr("planet.auth._refresher.time", Clock(ahead=7200))
    with client(guarded, auth) as pl:
        for _ in range(5):
            assert pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 1


def test_a_login_that_another_program_has_renewed_without_the_lock(guarded):
    auth = a_user(guarded)
    other = a_copy_of(auth)
    guarded.identity.forget_access_tokens()
    with client(guarded, other) as pl:
        assert pl.orders.aggregated_order_stats()
    auth.profile.load_token, loaded = (lambda: loaded.pop(0)), [auth.token, other.token]
    with client(guarded, auth) as pl:
        assert pl.orders.aggregated_order_stats()
    assert auth.value == other.value


def a_copy_of(auth):
    """The same login in a program that shares no storage with this one."""
    other = Auth.from_oauth_user_device_code("my-program", save_state_to_storage=False)
    other._cache.store(Token(auth.token))
    return other


def test_what_a_login_service_echoes_is_not_shown(guarded):
    guarded.inject(
        "status", path="/idp/token", status=400, times=None,
        body=json.dumps({"error": "invalid_client", "error_description": f"bad secret {SECRET} for client"}),
    )  # fmt: skip
    with client(guarded, Auth.from_oauth_m2m("svc", SECRET)) as pl:
        with pytest.raises(AuthError, match="bad secret … for client") as caught:
            pl.orders.aggregated_order_stats()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"access_token": 3}', '{"token_type": "Bearer"}', "[" * 9999])
def test_answers_of_a_login_service_that_make_no_sense(guarded, body):
    guarded.inject("status", path="/idp/token", status=200, body=body, times=None)
    with client(guarded, Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False)) as pl:
        with pytest.raises(PlanetError, match="login service"):
            pl.orders.aggregated_order_stats()


def test_an_address_that_is_no_login_service(guarded, monkeypatch):
    for address, said in (
        (guarded.base_url, "returned status 40"),
        ("http://login.example.com/", "must be an https URL"),
        ("http://127.0.0.1:9/", "cannot be reached"),
    ):
        monkeypatch.setenv("PL_AUTH_ISSUER", address)
        with client(guarded, Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False)) as pl:
            with pytest.raises(PlanetError, match=said):
                pl.orders.aggregated_order_stats()


def test_a_discovery_document_of_another_issuer_is_refused(guarded):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()
    other = {"issuer": "https://evil.example", "token_endpoint": f"{guarded.base_url}/idp/token"}
    guarded.inject(
        "status", path="/idp/.well-known/openid-configuration", status=200, body=json.dumps(other), times=None
    )
    guarded.requests.clear()
    with client(guarded, Auth.from_profile("my-program")) as pl:
        with pytest.raises(AuthError, match="names another issuer, 'https://evil.example'"):
            pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 0, "the refresh token was not sent"
    assert auth.token.refresh_token


# -- secrets and storage -------------------------------------------------------------------------------------


def test_no_secret_is_shown_or_sent_elsewhere(guarded, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    auth = a_user(guarded)
    machine = Auth.from_oauth_m2m("svc", SECRET)
    with client(guarded, auth) as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id, delay=0.05)
        pl.orders.download_order(order.id, tmp_path)
        secrets = [auth.value, auth.token.refresh_token, SECRET]
        guarded.identity.revoke_all()
        try:
            pl.orders.get_order(order.id)
        except PlanetError as error:
            shown = "".join(traceback.format_exception(error))
    shown += f"{auth!r} {auth} {auth.token!r} {auth.token} {machine!r} {machine.profile.config!r} {caplog.text}"
    assert not [secret for secret in secrets if secret in shown]
    storage = [seen for seen in guarded.requests if seen.origin == "storage"]
    assert storage and not any("authorization" in seen.headers for seen in storage)
    kept = "".join(path.read_text() for path in (Path.home() / ".planet").rglob("*.json"))
    assert SECRET not in kept and auth.token.refresh_token in kept


class BrokenTransport(WatchedTransport):
    """A transport that fails in the middle of every request."""

    def handle_request(self, request):
        raise RuntimeError("in the middle")


def test_no_secret_is_in_the_local_variables_of_a_request_that_fails(guarded):
    user = a_user(guarded)
    for auth, secret in ((Auth.from_key(SECRET), SECRET), (user, user.value)):
        with client(guarded, auth, transport=BrokenTransport()) as pl:
            with pytest.raises(RuntimeError) as caught:
                pl.orders.aggregated_order_stats()
        assert not locals_with(secret, caught.value, __file__)


def test_sessions_and_clients_in_pickles(guarded, monkeypatch):
    user = a_user(guarded)
    profile = Auth.from_profile("my-program")
    with client(guarded, profile) as pl:
        pl.orders.aggregated_order_stats()
        pl._session.max_retries = 3
        content = pickle.dumps([pl, pl._session, pl.orders, pl.orders.list_orders])
        assert user.value.encode() not in content and user.token.refresh_token.encode() not in content
        again, session, orders, method = pickle.loads(content)
        assert session.max_retries == 3 and session.trusts(guarded.base_url)
        assert again.orders.aggregated_order_stats() and orders.aggregated_order_stats()
        assert [order for order in method()] == []
        again.close()
        for other in (copy.deepcopy(pl), Planet(copy.copy(session))):
            assert other.orders.aggregated_order_stats()
            other._session.close()
    with pytest.raises(TypeError, match="API key from the argument key> cannot be pickled"):
        pickle.dumps(client(guarded, Auth.from_key(SECRET)))
    for details in ({"proxy": "http://me:hidden@127.0.0.1:9"}, {"cert": ("a.pem", "b.pem", "hidden")}):
        with pytest.raises(TypeError, match="the password of its proxy= or cert="):
            pickle.dumps(client(guarded, profile, **details))


def test_a_refresh_is_logged_and_an_event(guarded, caplog):
    caplog.set_level(logging.DEBUG)
    events = []
    auth = a_user(guarded)
    secrets = [auth.value, auth.token.refresh_token]
    guarded.identity.forget_access_tokens()
    with client(guarded, auth, on_event=events.append) as pl:
        assert pl.orders.aggregated_order_stats()
        secrets += [auth.value, auth.token.refresh_token]
        guarded.identity.revoke_all()
        with pytest.raises(AuthError):
            pl.orders.aggregated_order_stats()
    succeeded, failed = [event for event in events if isinstance(event, TokenEvent)]
    assert (succeeded.profile, succeeded.error, failed.profile) == ("my-program", None, "my-program")
    assert succeeded.duration > 0 and "has ended" in failed.error and "invalid_grant" in failed.error
    login = [event for event in events if isinstance(event, RequestEvent) and event.url.endswith("/idp/token")]
    assert [(event.method, event.status_code, event.attempt) for event in login] == [("POST", 200, 1), ("POST", 400, 1)]
    assert all(event.num_bytes > 0 for event in login)
    lines = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    about_tokens = [line for line in lines if line[0] == "planet.auth"]
    assert about_tokens[0][1:] == ("INFO", "Logged in with the profile my-program")
    assert ("INFO", str(succeeded)) in [line[1:] for line in about_tokens]
    assert ("WARNING", str(failed)) in [line[1:] for line in about_tokens]
    assert len([line for line in lines if line[0] == "planet.http" and "/idp/token: " in line[2]]) == 3
    assert not [line for line in lines if line[0] == "httpx" and "/idp/" in line[2]]
    shown = f"{caplog.text} {events}"
    assert len(set(secrets)) == 4 and not [secret for secret in secrets if secret in shown]


def test_a_login_service_that_cannot_be_reached_is_an_event(guarded, caplog, monkeypatch):
    events = []
    monkeypatch.setenv("PL_AUTH_ISSUER", "http://127.0.0.1:9/?key=hidden-too")
    auth = Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False)
    caplog.set_level(logging.DEBUG)
    with client(guarded, auth, on_event=events.append) as pl:
        with pytest.raises(NetworkError, match="cannot be reached"):
            pl.orders.aggregated_order_stats()
    request = next(
        event for event in events if isinstance(event, RequestEvent) and event.url.startswith("http://127.0.0.1:9")
    )
    assert request.status_code is None and "cannot be reached" in request.error
    failure = next(event for event in events if isinstance(event, TokenEvent))
    assert failure.profile == "svc" and "cannot be reached" in failure.error
    shown = f"{caplog.text} {events}"
    assert SECRET not in shown and "hidden-too" not in shown


class InMemory:
    """The storage of a program of its own."""

    def __init__(self):
        self.kept = {}

    def load_obj(self, key):
        return json.loads(self.kept[str(key)])

    def save_obj(self, key, data):
        self.kept[str(key)] = json.dumps(data)

    def obj_exists(self, key):
        return str(key) in self.kept

    def mtime(self, key):
        return time.time()

    def obj_rename(self, src, dst):
        self.kept[str(dst)] = self.kept.pop(str(src))


def test_a_storage_of_ones_own(guarded):
    storage = InMemory()
    auth = a_user(guarded, storage_provider=storage, profile_name="Mine")
    guarded.identity.forget_access_tokens()
    with client(guarded, auth) as pl:
        assert pl.orders.aggregated_order_stats()
    issuer = re.sub(r"\W+", "-", guarded.base_url.partition("://")[2]).replace("127-0-0-1", "127.0.0.1")
    assert set(storage.kept) == {".planet/mine/auth_client.json", f".planet/mine/token-{issuer}-idp.json"}
    assert not (Path.home() / ".planet").exists()
    with client(guarded, Auth.from_profile("mine", storage_provider=storage)) as pl:
        assert pl.orders.aggregated_order_stats()


def test_nothing_is_kept_that_must_not_be(guarded):
    auth = a_user(guarded, save_state_to_storage=False)
    with client(guarded, auth) as pl:
        assert pl.orders.aggregated_order_stats()
    assert not (Path.home() / ".planet").exists()


@pytest.mark.parametrize("content", ["", '{"access_token": "half', "[]", "\0" * 9])
def test_a_saved_token_of_a_service_account_that_is_invalid(guarded, content):
    Auth.from_oauth_m2m("svc", SECRET).get_token()
    file = next((Path.home() / ".planet" / "svc").glob("token*.json"))
    file.write_text(content)
    guarded.requests.clear()
    with client(guarded, Auth.from_oauth_m2m("svc", SECRET)) as pl:
        assert pl.orders.aggregated_order_stats()
    assert asked_for_tokens(guarded) == 1 and json.loads(file.read_text())["access_token"]


def test_a_home_that_cannot_be_written(guarded, monkeypatch, caplog):
    auth = a_user(guarded)
    guarded.identity.forget_access_tokens()

    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planet.auth._storage.write_private", full)
    with client(guarded, auth) as pl:
        assert pl.orders.aggregated_order_stats()
    assert "kept only in memory" in caplog.text and "No space left" in caplog.text


def test_the_session_of_a_login_reaches_the_login_service_too(guarded):
    """Proxy, certificates and the like hold for every hop."""
    auth, transport = Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False), WatchedTransport()
    with client(guarded, auth, transport=transport) as pl:
        assert pl.orders.aggregated_order_stats()
        assert not transport.closed, "it is the session's"
    assert transport.paths == ["/idp/.well-known/openid-configuration", "/idp/token", "/compute/ops/stats/orders/v2"]

# Generated from tests/_async/geocatalog/test_credentials.py by tools/unasync.py. Edit that file and run the tool again.

"""Credentials of Entra ID: what is asked for, when, and what never gets out."""

import base64
import copy
import inspect
import logging
import pickle
import time
import traceback
from types import SimpleNamespace

import httpx
import pytest

from planet._runtime._sync import map_bounded
from planet._sync.geocatalog.catalog import GeoCatalog
from planet.auth import _entra as entra
from planet.auth._entra import EntraAuth
from planet.auth._flow import Await, Sleep
from planet.exceptions import ArgumentError, ArgumentTypeError, AuthError, ClientError, InvalidAPIKey
from planet.http import Limits, RetryPolicy
from tests.geocatalog_data import asynchronous

ENDPOINT = "https://contoso.hash.region.geocatalog.spatio.azure.com"
SCOPE = "https://geocatalog.spatio.azure.com/.default"
SECRET = "eyJsecretsecret"


class Credential:
    """A credential that counts how often it is asked."""

    def __init__(self, lifetime=3600.0, pause=0.0, **more):
        self.asked = []
        self.lifetime, self.pause, self.more = lifetime, pause, more

    def get_token(self, *scopes, claims=None):
        self.asked.append((scopes, claims))
        time.sleep(self.pause)
        return SimpleNamespace(token=f"{SECRET}{len(self.asked)}", expires_on=time.time() + self.lifetime, **self.more)


class Newer(Credential):
    """One with the newer method, which is preferred."""

    def get_token_info(self, *scopes, options=None):
        return self.get_token(*scopes, claims=(options or {}).get("claims"))


class Server(httpx.MockTransport):
    """Answers every request with a conformance page, or with what *refuse* says."""

    def __init__(self, *refuse):
        super().__init__(self.answer)
        self.refuse, self.requests = list(refuse), []

    def answer(self, request):
        self.requests.append(request)
        if self.refuse:
            return httpx.Response(401, headers={"www-authenticate": self.refuse.pop(0)}, json={})
        return httpx.Response(200, json={"conformsTo": ["core"]})


def catalog(credential, server, endpoint=ENDPOINT, **settings):
    settings = {"limits": Limits(rate=0), "retry": RetryPolicy(max_retries=0), **settings}
    return GeoCatalog(endpoint, credential, transport=server, **settings)


def sent(server):
    return [request.headers["authorization"] for request in server.requests]


@pytest.mark.parametrize("kind", [Credential, Newer])
def test_one_token_serves_many_requests(kind):
    credential, server = kind(pause=0.05), Server()
    with catalog(credential, server) as gc:
        assert credential.asked == []  # nothing happens before the first request

        def ask(_):
            return gc.stac.get_conformance()

        map_bounded(ask, range(12), limit=12)
    assert credential.asked == [((SCOPE,), None)]
    assert set(sent(server)) == {f"Bearer {SECRET}1"}


@pytest.mark.parametrize(
    ("endpoint", "scope"),
    [
        ("https://x.geocatalog.spatio.azure.us", "https://geocatalog.spatio.azure.us/.default"),
        (f"{ENDPOINT}/stac/", SCOPE),
    ],
)
def test_the_scope_follows_the_host(endpoint, scope):
    credential = Credential()
    with catalog(credential, Server(), endpoint) as gc:
        gc.stac.get_conformance()
    assert credential.asked == [((scope,), None)]


def test_a_token_is_renewed_before_its_end():
    credential, server = Credential(lifetime=400.0), Server()
    with catalog(credential, server) as gc:
        gc.stac.get_conformance()
        gc.stac.get_conformance()
        gc._session.settings.auth._token = gc._session.settings.auth._token._replace(renew_on=time.time() - 1)
        gc.stac.get_conformance()
    assert sent(server) == [f"Bearer {SECRET}{number}" for number in (1, 1, 2)]


def test_an_old_token_serves_while_it_cannot_be_renewed():
    credential, server = Credential(), Server()
    with catalog(credential, server) as gc:
        gc.stac.get_conformance()
        auth = gc._session.settings.auth
        auth._token = auth._token._replace(renew_on=0.0)
        credential.get_token = lambda *scopes, **more: 1 / 0
        gc.stac.get_conformance()
        auth._token = auth._token._replace(expires_on=0.0)
        with pytest.raises(AuthError, match=r"returned no token: division by zero\. Sign in"):
            gc.stac.get_conformance()
    assert len(sent(server)) == 2


def test_refresh_on_is_obeyed():
    credential, server = Credential(refresh_on=time.time() + 1), Server()
    with catalog(credential, server) as gc:
        gc.stac.get_conformance()
        assert gc._session.settings.auth._token.renew_on < time.time() + 2


def test_claims_are_asked_for_once():
    claims = '{"access_token": {"acrs": 1}}'
    header = f'Bearer realm="", error="insufficient_claims", claims="{base64.b64encode(claims.encode()).decode()}"'
    credential, server = Credential(), Server(header)
    with catalog(credential, server) as gc:
        assert gc.stac.get_conformance() == ["core"]
        server.refuse.append(header)
        server.refuse.append(header)
        with pytest.raises(InvalidAPIKey):
            gc.stac.get_conformance()
    assert [asked for _, asked in credential.asked] == [None, claims, claims]


def test_a_401_without_claims_is_final():
    credential, server = Credential(), Server('Bearer error="invalid_token"')
    with catalog(credential, server) as gc:
        with pytest.raises(InvalidAPIKey, match=r"az login") as caught:
            gc.stac.get_conformance()
    assert "API key" not in str(caught.value.hint)
    assert len(server.requests) == 1


def test_functions_and_text_are_tokens():
    for credential in (SECRET, f"Bearer {SECRET}", lambda: SECRET, lambda: SimpleNamespace(token=SECRET)):
        server = Server()
        with catalog(credential, server) as gc:
            gc.stac.get_conformance()
        assert sent(server) == [f"Bearer {SECRET}"]


@pytest.mark.parametrize("answer", ["", "a b", None, 5, "two\nlines"])
def test_what_is_no_token_is_not_sent(answer):
    server = Server()
    with catalog(lambda: answer, server) as gc:
        with pytest.raises(AuthError, match="returned no valid token"):
            gc.stac.get_conformance()
    assert server.requests == []


def test_a_failed_credential_is_asked_once_for_all_that_wait():
    asked = []

    def fail(*scopes, **more):
        asked.append(scopes)
        time.sleep(0.1)
        raise RuntimeError(f"no account, client_secret={SECRET}")

    with catalog(SimpleNamespace(get_token=fail), Server()) as gc:

        def ask(_):
            with pytest.raises(AuthError, match="no account") as caught:
                gc.stac.get_conformance()
            return str(caught.value)

        texts = map_bounded(ask, range(8), limit=8)
    assert not any(SECRET in text for text in texts)
    assert len(asked) <= 3


def test_nothing_of_a_token_gets_out(caplog):
    caplog.set_level(logging.DEBUG)
    credential, server = Credential(), Server("Bearer x")
    with catalog(credential, server) as gc:
        with pytest.raises(InvalidAPIKey) as caught:
            gc.stac.get_conformance()
        shown = f"{gc!r} {gc.stac!r} {gc._session!r} {gc._session.settings.auth!r} {caught.value!r}"
        trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = shown + caplog.text + "".join(trace.format())
    assert SECRET not in text
    assert repr(gc) == f"<{type(gc).__name__} {ENDPOINT}>"


def test_only_the_default_credential_is_pickled():
    default = EntraAuth(None, SCOPE)
    assert pickle.loads(pickle.dumps(default)).scope == SCOPE
    assert copy.deepcopy(default) is default
    with pytest.raises(ArgumentTypeError, match="cannot be pickled"):
        pickle.dumps(EntraAuth(SECRET, SCOPE))


def test_the_default_credential_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "azure.identity", None)
    with catalog(None, Server()) as gc:
        with pytest.raises(ClientError, match=r"pip install 'planet\[azure\]'"):
            gc.stac.get_conformance()


def test_the_key_of_planet_never_goes_there(sandbox, monkeypatch):
    monkeypatch.setenv("PL_API_KEY", "PLAKsecret")
    server = Server()
    with catalog(SECRET, server) as gc:
        gc.stac.get_conformance()
    with sandbox.planet() as pl:
        gc = GeoCatalog(sandbox.geocatalog_url, SECRET, session=pl)
        gc.stac.get_conformance()
        gc.close()
    assert sent(server) == [f"Bearer {SECRET}"]
    (seen,) = [seen for seen in sandbox.requests if seen.origin == "geocatalog"]
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert "x-planet-app" not in seen.headers


def test_a_token_never_goes_to_another_host():
    def elsewhere(request):
        if "contoso" in request.url.host:
            return httpx.Response(302, headers={"location": "https://other.example/stac"})
        raise AssertionError(request.url)

    with catalog(SECRET, httpx.MockTransport(elsewhere)) as gc:
        with pytest.raises(ClientError, match="leads to another server"):
            gc.stac.get_conformance()


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ("http://contoso.geocatalog.spatio.azure.com", "must be https"),
        ("contoso.geocatalog", "not the URL of a GeoCatalog"),
        ("https://h/?api-version=1&sig=secret", "not the URL"),
        ("https://h:port", "not the URL"),
    ],
)
def test_endpoints_that_cannot_be(endpoint, message):
    with pytest.raises(ArgumentError, match=message) as caught:
        GeoCatalog(endpoint, SECRET)
    assert "secret" not in str(caught.value)


def test_a_catalogue_that_is_not_named(monkeypatch):
    monkeypatch.delenv("PLANETARYCOMPUTER_ENDPOINT", raising=False)
    with pytest.raises(ClientError, match="PLANETARYCOMPUTER_ENDPOINT"):
        GeoCatalog(credential=SECRET)
    monkeypatch.setenv("PLANETARYCOMPUTER_ENDPOINT", ENDPOINT)
    assert GeoCatalog(credential=SECRET).endpoint == ENDPOINT
    for wrong in ({"auth": 1}, {"base_url": "x"}, {"session": 5}, {"session": 5, "app": "x"}, {"nope": 1}):
        with pytest.raises(TypeError):
            GeoCatalog(ENDPOINT, SECRET, **wrong)
    with pytest.raises(ArgumentTypeError, match="credential must be an object with get_token"):
        GeoCatalog(ENDPOINT, object())


def test_a_blocking_credential_goes_on_when_its_request_is_cancelled():
    credential = Credential(pause=0.2)
    auth = EntraAuth(credential, SCOPE)
    flow = auth._get_token()
    assert isinstance(next(flow), Sleep)  # nobody waits inside of the credential
    flow.close()
    assert auth.value == f"{SECRET}1"
    assert len(credential.asked) == 1


def test_a_cancelled_coroutine_is_asked_for_again():
    auth = EntraAuth(SimpleNamespace(get_token=asynchronous), SCOPE)
    flow = auth._get_token()
    assert isinstance(next(flow), Await)
    other = auth._get_token()
    assert isinstance(next(other), Sleep)
    flow.close()
    assert isinstance(next(other), Await)
    other.close()
    if inspect.iscoroutinefunction(test_a_cancelled_coroutine_is_asked_for_again):
        with catalog(SimpleNamespace(get_token=asynchronous), Server()) as gc:
            assert gc.stac.get_conformance() == ["core"]
    else:
        with pytest.raises(ArgumentTypeError, match="asynchronous, which a blocking client cannot use"):
            auth.ensure_initialized()


def test_a_renewal_whose_event_loop_has_ended_is_given_up(monkeypatch):
    auth = EntraAuth(SimpleNamespace(get_token=asynchronous), SCOPE)
    abandoned = auth._get_token()
    next(abandoned)
    monkeypatch.setattr(entra, "_LONGEST", 0.0)
    assert isinstance(next(auth._get_token()), Await)
    abandoned.close()


def test_failing_renewals_do_not_slow_down_every_request():
    credential, server = Credential(), Server()
    with catalog(credential, server) as gc:
        gc.stac.get_conformance()
        auth = gc._session.settings.auth
        auth._token = auth._token._replace(renew_on=0.0)
        asked = []
        credential.get_token = lambda *scopes, **more: asked.append(1) or 1 / 0
        for _ in range(5):
            gc.stac.get_conformance()
    assert len(asked) == 1

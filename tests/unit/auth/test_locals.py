"""No secret is in the local variables of a traceback: some tools print them."""

import io
import json
import traceback

import httpx
import pytest

from planet import Planet, constants
from planet._utils.tracebacks import copy_error
from planet.auth import Auth
from planet.auth._token import Token
from planet.exceptions import PlanetError
from planet.http import Limits, RetryPolicy
from tests.helpers import locals_with

SECRET = "hidden-0123456789-hidden"


def shown(error):
    return locals_with(SECRET[:12], error, __file__)


class Broken(httpx.BaseTransport):
    """A transport that fails in the middle of a request."""

    def __init__(self, error=RuntimeError):
        self.error = error

    def handle_request(self, request):
        if request.url.path.endswith("openid-configuration"):
            issuer = str(request.url).removesuffix("/.well-known/openid-configuration")
            names = ("token", "device_authorization", "revocation")
            return httpx.Response(200, json={"issuer": issuer, **{f"{n}_endpoint": f"{issuer}/{n}" for n in names}})
        if isinstance(self.error, bytes):
            return httpx.Response(400, content=self.error)
        raise self.error("in the middle")


ERRORS = [RuntimeError, KeyboardInterrupt, httpx.ReadError, b'{"error": "invalid_grant"}', b"[", b'{"access_token": 1}']


@pytest.fixture(params=ERRORS, ids=str)
def broken(request, monkeypatch):
    """A login service that fails."""
    monkeypatch.setattr(
        "planet.auth._client.make_client", lambda settings: httpx.Client(transport=Broken(request.param))
    )


def a_machine():
    return Auth.from_oauth_m2m("svc", SECRET, save_state_to_storage=False)


def a_user(**token):
    auth = Auth.from_oauth_user_device_code("me", save_state_to_storage=False)
    auth._cache.token = Token(access_token=f"{SECRET}-a", refresh_token=f"{SECRET}-r", **token)
    return auth


INFO = {"device_code": SECRET, "user_code": "A", "verification_uri": "https://l", "expires_in": 0.5, "interval": 0.01}


@pytest.mark.parametrize(
    "use",
    [
        lambda: a_machine().get_token(),
        lambda: a_machine().user_login(),
        lambda: a_user(_exp=1).get_token(),
        lambda: a_user().refresh(),
        lambda: a_user().revoke(),
        lambda: Auth.from_oauth_user_device_code("me", save_state_to_storage=False).device_user_login_complete(INFO),
        lambda: Auth.from_login("me@example.com", SECRET),
    ],
    ids=["m2m", "m2m login", "expired", "refresh", "revoke", "device", "password"],
)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_login_that_fails(broken, use):
    with pytest.raises((PlanetError, RuntimeError, KeyboardInterrupt)) as caught:
        use()
    assert not shown(caught.value)


@pytest.mark.parametrize(
    "use",
    [
        lambda: Auth.from_key(f"{SECRET} x"),
        lambda: Auth.from_dict({"key": f"{SECRET} x"}),
        lambda: Auth.from_oauth_m2m("svc", SECRET, profile_name="a/b"),
        lambda: Auth.from_oauth_m2m("", SECRET),
        lambda: Auth.from_env("BAD_KEY"),
        lambda: Auth.from_file(),
        lambda: Auth.from_user_default_session().value,
        lambda: Auth.from_key(SECRET).store("/proc/none/key.json"),
        lambda: Auth.from_profile("broken"),
    ],
)
def test_credentials_that_are_invalid(use, monkeypatch):
    monkeypatch.setenv("BAD_KEY", f"{SECRET} x")
    constants.SECRET_FILE_PATH.write_text('{"key": "' + SECRET)
    profile = constants.home() / ".planet" / "broken" / "auth_client.json"
    profile.parent.mkdir(parents=True)
    profile.write_text(json.dumps({"client_type": "oidc_device_code", "client_secret": SECRET}))
    with pytest.raises(PlanetError) as caught:
        use()
    assert not shown(caught.value)


@pytest.mark.parametrize("auth", [lambda: Auth.from_key(SECRET), a_user])
def test_a_request_that_fails(auth):
    pl = Planet(auth=auth(), transport=Broken(), limits=Limits(rate=0), retry=RetryPolicy(max_retries=0))
    with pytest.raises(RuntimeError) as caught:
        pl.orders.aggregated_order_stats()
    assert not shown(caught.value)


def test_a_request_whose_token_cannot_be_loaded():
    auth = Auth.from_oauth_user_device_code("me")
    token = constants.home() / ".planet" / "me" / "token.json"
    token.write_text('{"access_token": "' + SECRET)
    pl = Planet(auth=auth, transport=Broken(), limits=Limits(rate=0))
    with pytest.raises(PlanetError, match="not a JSON object") as caught:
        pl.orders.aggregated_order_stats()
    assert not shown(caught.value)


def test_rich_tracebacks():
    rich = pytest.importorskip("rich.traceback")
    from rich.console import Console

    try:
        a_user().device_user_login_complete({**INFO, "interval": SECRET})
    except PlanetError as error:
        frames = rich.Traceback.extract(type(error), error, error.__traceback__.tb_next, show_locals=True)
    file = io.StringIO()
    Console(file=file, width=200).print(rich.Traceback(frames, show_locals=True))
    assert SECRET not in file.getvalue() and "device_user_login_complete" in file.getvalue()


def test_the_locals_of_the_caller_are_kept():
    def fail():
        mine = "kept"
        raise KeyError(mine)

    try:
        fail()
    except KeyError:
        with pytest.raises(PlanetError) as caught:
            Auth.from_key("")
    frames = traceback.TracebackException.from_exception(caught.value.__context__, capture_locals=True).stack
    assert frames[-1].locals == {"mine": "'kept'"}


def test_copies_of_errors_where_tblib_is_installed():
    """Dask installs it; it copies tracebacks, and what is in their variables."""
    try:
        try:
            json.loads(SECRET)
        except ValueError as problem:
            raise PlanetError("a") from problem
    except PlanetError as error:
        copied = copy_error(error)
        assert copied.__traceback__ is copied.__cause__ is copied.__context__ is None
        assert error.__cause__ is not None and str(copied) == str(error)

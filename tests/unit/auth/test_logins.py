"""Tokens, profiles and storage, and which credentials count."""

import base64
import io
import json
import os
import pickle
import stat
import sys
import threading
import time
from pathlib import Path

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet import constants
from planet.auth import APIKeyAuth, APIKeyAuthException, Auth, ProfileError, ProfileNotFound
from planet.auth._config import MACHINE, ClientConfig
from planet.auth._files import write_private
from planet.auth._flow import BlockingCall, LoginResponse
from planet.auth._login import login
from planet.auth._resolve import candidates
from planet.auth._storage import FileStorage, KeyringStorage
from planet.auth._token import Token, claims_of
from planet.auth_builtins import PlanetOAuthScopes
from planet.exceptions import AuthError, ClientError, InvalidAnswer
from tests.helpers import PATIENCE

NOW = 1_000_000.0


def a_jwt(**claims):
    return jwt.encode(claims, "k" * 32, algorithm="HS256")


# -- tokens --------------------------------------------------------------------------------------------------


def test_a_token_says_how_long_it_is_good_for():
    token = Token.from_response({"access_token": a_jwt(iat=NOW, exp=NOW + 100), "expires_in": 5}, None, NOW)
    assert (token["_iat"], token["_exp"]) == (NOW, NOW + 100), "the token knows best"
    assert [token.is_due(NOW + at) for at in (0, 74, 76, 200)] == [False, False, True, True]
    assert [token.is_expired(NOW + at) for at in (0, 99, 101)] == [False, False, True]
    opaque = Token.from_response({"access_token": "opaque", "expires_in": 100}, None, NOW)
    assert opaque.is_due(NOW + 76) and not opaque.is_expired(NOW + 76) and opaque.is_expired(NOW + 100)
    assert opaque.expires_at.timestamp() == NOW + 100
    endless = Token.from_response({"access_token": "opaque"}, None, NOW)
    assert endless.expires_at is None and not endless.is_due(NOW * 9)
    assert Token().is_due(NOW) and Token().is_expired(NOW)


def test_a_renewal_keeps_what_it_does_not_renew():
    before = Token(access_token="a", refresh_token="r", scope="planet", id_token="i")
    after = Token.from_response({"access_token": "b", "expires_in": 9}, before, NOW)
    assert (after.refresh_token, after.scopes, after.access_token) == ("r", ["planet"], "b")
    assert "id_token" not in after
    assert Token.from_response({"access_token": "b", "refresh_token": "n"}, before, NOW).refresh_token == "n"


def test_a_token_shows_nothing():
    token = Token(access_token="secret-a", refresh_token="secret-r")
    assert "secret" not in f"{token!r} {token} {token:}"
    assert json.loads(json.dumps(token))["access_token"] == "secret-a"
    assert pickle.loads(pickle.dumps(token)) == token


@given(st.text(max_size=60))
def test_what_is_no_jwt_claims_nothing(text):
    assert isinstance(claims_of(text), dict)
    assert claims_of(f"{text}.{text}.{text}") == {}


@given(st.dictionaries(st.sampled_from(["access_token", "refresh_token", "scope", "_iat", "_exp"]),
                       st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3)))))  # fmt: skip
def test_whatever_a_file_holds(content):
    token = Token(content)
    assert token.is_due(NOW) in (True, False) and token.is_expired(NOW) in (True, False)
    assert isinstance(token.scopes, list) and isinstance(token.access_token, str) and repr(token)


# -- profiles and storage ------------------------------------------------------------------------------------


def planet_folder():
    return Path.home() / ".planet"


def keep(name, config=None, token=None):
    """A profile as another program has left it."""
    folder = planet_folder() / name
    folder.mkdir(parents=True)
    if config is not None:
        (folder / "auth_client.json").write_text(json.dumps(config))
    if token is not None:
        (folder / "token.json").write_text(json.dumps(token))


DEVICE = {
    "client_type": "oidc_device_code", "auth_server": "https://login.planet.com/", "client_id": "abc",
    "scopes": ["planet", "offline_access"], "audiences": ["https://api.planet.com/"], "token_endpoint": "https://t/",
}  # fmt: skip


def test_what_another_program_has_kept_is_found():
    token = {"access_token": a_jwt(iat=time.time(), exp=time.time() + 999), "refresh_token": "r", "_iat": 1, "_exp": 2}
    keep("theirs", DEVICE, token)
    auth = Auth.from_profile("Theirs")
    assert auth.is_initialized() and auth.value == token["access_token"]
    request = httpx.Request("GET", "https://h")
    next(auth.sync_auth_flow(request))
    assert request.headers["authorization"] == f"Bearer {auth.value}"
    assert auth.profile.config.overrides == {"token_endpoint": "https://t/"}


def test_what_is_kept_another_program_finds():
    Auth.from_oauth_user_device_code("MyProgram", [PlanetOAuthScopes.PLANET])
    folder = planet_folder() / "myprogram"
    text = (folder / "auth_client.json").read_text()
    content = json.loads(text)
    assert text == json.dumps(content, indent=2, sort_keys=True) + "\n"
    assert content == {
        "audiences": ["https://api.planet.com/"], "auth_server": "https://login.planet.com/", "client_id": "MyProgram",
        "client_type": "oidc_device_code", "scopes": ["planet"],
    }  # fmt: skip


def test_secrets_of_service_accounts_are_kept_only_if_that_is_asked_for():
    Auth.from_oauth_m2m("a", "hidden")
    Auth.from_oauth_m2m("b", "hidden", save_secret=True)
    Auth.from_oauth_m2m("c", "hidden", save_state_to_storage=False)
    for name in "abc":
        Auth.from_oauth_m2m(name, "hidden", save_state_to_storage=name != "c").profile.save_token({"access_token": "t"})
    kept = {path.parent.name: "hidden" in path.read_text() for path in planet_folder().rglob("auth_client.json")}
    assert kept == {"a": False, "b": True}
    assert Auth.from_profile("b").is_initialized(), "a secret that was kept stays"
    keep("d", {"client_type": MACHINE, "client_id": "d", "client_secret": "hidden", "extra": 1})
    Auth.from_oauth_m2m("d", "hidden").profile.save_token({"access_token": "t"})
    assert json.loads((planet_folder() / "d" / "auth_client.json").read_text())["extra"] == 1
    assert Auth.from_profile("d").is_initialized(), "also one that another tool has kept"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_private_whatever_the_umask(umask):
    before = os.umask(umask)
    try:
        Auth.from_oauth_user_device_code("p").profile.save_token({"access_token": "a"})
        with Auth.from_profile("p").profile.exclusive():
            assert (planet_folder() / "p" / ".lock").exists()
    finally:
        os.umask(before)
    for path in (planet_folder(), *planet_folder().rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("name", ["", "  ", None, 3, "a/b", "..", ".", "a\\b", "a\0b"])
def test_names_that_are_none(name):
    with pytest.raises((APIKeyAuthException, ProfileError)):
        Auth.from_profile(name)


def test_profiles_that_are_not_there_or_broken():
    with pytest.raises(ProfileNotFound, match="no profile 'nobody'.*planet auth profile list") as caught:
        Auth.from_profile("nobody")
    assert isinstance(caught.value, (AuthError, FileNotFoundError)) and isinstance(caught.value, FileNotFoundError)
    assert issubclass(ProfileError, ValueError)
    keep("odd", {"client_type": "oidc_resource_owner", "client_id": "x"})
    keep("empty", {"client_type": "oidc_device_code"})
    keep("list", {**DEVICE, "scopes": 3})
    keep("text", {**DEVICE, "client_id": 3})
    for name, said in (
        ("odd", "oidc_resource_owner"),
        ("empty", "client_id"),
        ("list", "scopes"),
        ("text", "client_id"),
    ):
        with pytest.raises(ProfileError, match=said):
            Auth.from_profile(name)
    (planet_folder() / "odd" / "auth_client.json").write_text("{ broken")
    with pytest.raises(ProfileError, match="not a JSON object"):
        Auth.from_profile("odd")
    keep("torn", DEVICE)
    (planet_folder() / "torn" / "token.json").write_text('{"access_token": "half')
    assert not Auth.from_profile("torn").is_initialized()
    for use in (lambda auth: auth.value, lambda auth: auth.ensure_initialized(), lambda auth: auth.store()):
        with pytest.raises(AuthError, match="not a JSON object"):
            use(Auth.from_profile("torn"))
    keep("numbered", {**DEVICE, "token_endpoint": 5})
    with pytest.raises(ProfileError, match="token_endpoint must be a string"):
        Auth.from_profile("numbered")


def test_profiles_with_keys():
    keep("key", {"client_type": "static_apikey"}, {"api_key": "PLAK1", "bearer_token_prefix": "api-key"})
    keep("old", {"client_type": "planet_legacy"}, {"key": "PLAK2", "jwt": "x"})
    keep("free", {"client_type": "none"})
    assert (Auth.from_profile("key").value, Auth.from_profile("old").value) == ("PLAK1", "PLAK2")
    assert Auth.from_profile("free").is_initialized()
    keep("lost", {"client_type": "static_apikey"})
    with pytest.raises(AuthError, match="no API key"):
        Auth.from_profile("lost")


def test_files_that_sops_has_encrypted(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "sops"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdout.write(open(sys.argv[2]).read()[::-1])\n")
    program.chmod(0o755)
    keep("secret")
    (planet_folder() / "secret" / "auth_client.sops.json").write_text(json.dumps(DEVICE)[::-1])
    (planet_folder() / "secret" / "token.sops.json").write_text("{}"[::-1])
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    auth = Auth.from_profile("secret")
    auth.profile.save_token({"access_token": "hidden", "__not": "kept"})
    assert auth.profile.load_token() == {"access_token": "hidden"}
    files = {path.name: path.read_text() for path in (planet_folder() / "secret").iterdir()}
    assert set(files) == {"auth_client.sops.json", "token.sops.json"} and "hidden" not in files["token.sops.json"]
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(AuthError, match="running sops failed"):
        Auth.from_profile("secret")


def test_the_keyring(monkeypatch):
    kept = {}
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr("keyring.set_password", lambda service, name, text: kept.update({(service, name): text}))
    monkeypatch.setattr("keyring.delete_password", lambda service, name: kept.pop((service, name)))
    monkeypatch.setenv("PL_AUTH_STORAGE", "keyring")
    Auth.from_oauth_m2m("svc", "hidden").profile.save_token({"access_token": "t"})
    assert not planet_folder().exists()
    auth = Auth.from_profile("svc")
    assert auth.profile.config.client_secret == "hidden", "a keyring may know it"
    assert auth.value == "t"
    storage = KeyringStorage()
    assert storage.mtime(Path(".planet/svc/token.json")) > 0
    storage.obj_rename(Path(".planet/svc/token.json"), Path(".planet/old/token.json"))
    assert not storage.obj_exists(Path(".planet/svc/token.json")) and storage.obj_exists(Path(".planet/old/token.json"))
    with pytest.raises(FileNotFoundError):
        storage.load_obj(Path("nothing"))
    monkeypatch.setenv("PL_AUTH_STORAGE", "cloud")
    with pytest.raises(ClientError, match="PL_AUTH_STORAGE"):
        Auth.from_oauth_m2m("svc", "hidden")


def test_a_file_is_replaced_at_once_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "token.json"
    write_private(path, "old")
    monkeypatch.setattr("os.replace", lambda *names: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(OSError):
        write_private(path, "new")
    assert path.read_text() == "old\n" and list(tmp_path.iterdir()) == [path]


def test_many_writers_and_readers(tmp_path):
    storage = FileStorage(tmp_path)
    key = Path(".planet/p/token.json")
    storage.save_obj(key, {"n": 0})

    def write(sign):
        for number in range(20):
            storage.save_obj(key, {"n": sign * number, "x": "y" * 5000})

    threads = [threading.Thread(target=write, args=(sign,)) for sign in (1, -1)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert "n" in storage.load_obj(key)
    assert [path.name for path in (tmp_path / ".planet" / "p").iterdir()] == ["token.json"]


# -- which ones count ----------------------------------------------------------------------------------------


def default():
    return Auth.from_user_default_session()


def preferences(**content):
    constants.SECRET_FILE_PATH.write_text(json.dumps(content))


def test_the_order(monkeypatch):
    assert [entry.kind for entry in candidates()] == ["login"]
    preferences(key="old-key")
    assert default().value == "old-key"
    preferences(key="old-key", PL_API_KEY="file-key")
    assert default().value == "file-key"
    monkeypatch.setenv("PL_AUTH_API_KEY", "documented")
    assert default().value == "documented"
    monkeypatch.setenv("PL_API_KEY", "variable")
    assert default().value == "variable"
    preferences(key="old-key", PL_AUTH_CLIENT_ID="file-id", PL_AUTH_CLIENT_SECRET="file-secret")
    assert default().profile.name == "planet-m2m-file-id"
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "id")
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "secret")
    assert default().profile.name == "planet-m2m-id"
    keep("one", DEVICE)
    keep("two", DEVICE)
    preferences(PL_AUTH_PROFILE="one")
    assert default().profile.name == "one"
    monkeypatch.setenv("PL_AUTH_PROFILE", "two")
    assert default().profile.name == "two"
    assert [entry.kind for entry in candidates()] == ["profile"] * 2 + ["service account"] + ["API key"] * 2 + ["login"]
    assert "secret" not in repr(candidates()).replace("PL_AUTH_CLIENT_SECRET", "")


def test_the_choice_of_credentials_is_logged(monkeypatch, caplog):
    caplog.set_level("DEBUG", logger="planet.auth")
    preferences(key="old-key")
    monkeypatch.setenv("PL_API_KEY", "hidden-key")
    default()
    path = constants.SECRET_FILE_PATH
    assert caplog.messages == [
        "Using the API key from the variable PL_API_KEY, the first source that is set; "
        f"ignored: key in {path}, planet auth login"
    ]
    assert {record.name for record in caplog.records} == {"planet.auth"}
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "hidden-secret")
    monkeypatch.delenv("PL_API_KEY")
    preferences()
    default()
    assert "There are no usable credentials: " in caplog.messages[-1]
    assert not [text for text in ("old-key", "hidden-key", "hidden-secret") if text in caplog.text]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"PL_AUTH_PROFILE": "mispelt", "PL_API_KEY": "good"},
            "profile from the variable PL_AUTH_PROFILE cannot be used: There is no profile 'mispelt'",
        ),
        ({"PL_AUTH_CLIENT_ID": "x"}, "PL_AUTH_CLIENT_SECRET is not set"),
        ({"PL_AUTH_CLIENT_SECRET": "x"}, "PL_AUTH_CLIENT_ID is not set"),
        ({"PL_API_KEY": "a b"}, "characters that a key cannot have"),
        ({}, "Nobody is logged in.*planet auth login"),
    ],
)
def test_never_another_identity_in_silence(monkeypatch, variables, said):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    auth = default()
    assert not auth.is_initialized()
    for use in (auth.ensure_initialized, lambda: auth.value):
        with pytest.raises(AuthError, match=said):
            use()


def test_half_of_a_service_account_beside_a_key(monkeypatch, caplog):
    monkeypatch.setattr("planet.auth._resolve._warned", set())
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "x")
    preferences(key="good")
    for _ in range(3):
        assert default().value == "good"
    said = "PL_AUTH_CLIENT_ID is ignored, because PL_AUTH_CLIENT_SECRET is not set. Set both, or unset it."
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [said]
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "y")
    assert default().profile.name == "planet-m2m-x"


def test_nobody_is_asked_without_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert not Auth.from_user_default_session(interactive=True).is_initialized()


def test_keys_need_no_login():
    key = Auth.from_key("PLAK")
    for call in (key.user_login, key.device_user_login_initiate, lambda: key.device_user_login_complete({})):
        with pytest.raises(AuthError):
            call()
    assert Auth.from_dict(key.to_dict()).value == "PLAK"
    with pytest.raises(AuthError):
        Auth.none().to_dict()
    with pytest.raises(APIKeyAuthException):
        Auth.from_dict({})
    assert isinstance(Auth.from_dict({"key": "x"}), APIKeyAuth)


def test_who_has_a_key_loads_nothing_of_logins():
    import subprocess

    code = (
        "import sys; from planet import Planet, Auth; pl = Planet(auth=Auth.from_key('x')); pl.orders\n"
        "print([n for n in ('oauthlib', 'jwt', 'filelock', 'cryptography', 'keyring') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"


# -- discovery -----------------------------------------------------------------------------------------------


def endpoint_of(server, document, name="token_endpoint", **details):
    """The endpoint that is used of a login service with that discovery document."""
    from planet.auth import _grants

    flow = _grants._endpoint(ClientConfig("oidc_device_code", "me", auth_server=server, **details), name)
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(LoginResponse(200, json.dumps(document).encode()))
    return end.value.value


@pytest.mark.parametrize(
    ("server", "issuer"),
    [
        ("https://l.test", "https://l.test"),
        ("https://l.test/", "https://l.test"),
        ("https://l.test/realm", "https://l.test/realm/"),
    ],
)
def test_an_issuer_that_is_the_login_service(server, issuer):
    document = {"issuer": issuer, "token_endpoint": "https://tokens.test/t", "userinfo_endpoint": "http://l.test/u"}
    assert endpoint_of(server, document) == "https://tokens.test/t", "on another host, as the one of Google is"


@pytest.mark.parametrize(
    "issuer",
    [None, "", 3, "https://l.test//", "https://L.test", "https://l.test:443", "http://l.test", "https://l.test/x"],
)
def test_an_issuer_that_is_not_the_login_service(issuer):
    with pytest.raises(AuthError, match="its discovery document is invalid: it names (another|no) issuer"):
        endpoint_of("https://l.test/", {"issuer": issuer, "token_endpoint": "https://l.test/t"})


@pytest.mark.parametrize("url", ["http://l.test/t", "http://127.0.0.1:8080/t", "ftp://l.test/t", "file:///t", "/t"])
def test_secrets_go_to_https_only(url):
    with pytest.raises(ClientError, match="must be an https URL"):
        endpoint_of("https://l.test", {"issuer": "https://l.test", "token_endpoint": url})


def test_an_endpoint_in_the_profile_needs_no_discovery():
    from planet.auth import _grants

    config = ClientConfig(
        "oidc_device_code", "me", auth_server="https://l.test", other={"token_endpoint": "https://t.test/"}
    )
    with pytest.raises(StopIteration) as end:
        next(_grants._endpoint(config, "token_endpoint"))
    assert end.value.value == "https://t.test/"


# -- what a login service writes -----------------------------------------------------------------------------

CONTROLS = "\x1b]0;title\x07 \x1b[2J \x9b31m \r \x08 \x7f \u202egnp.exe \u2066 \u200f"
PAGE = {"device_code": "d", "user_code": "ABC", "verification_uri": "https://l.test/device", "expires_in": 60}


def harmless(text):
    return not [character for character in text.replace("\n", "") if not character.isprintable()]


def test_control_characters_are_escaped():
    from planet._redact import printable

    assert harmless(printable(CONTROLS)) and printable("\x1b[2J\x85\u202e") == "\\x1b[2J\\x85\\u202e"
    assert printable("a\tb\nc\rd") == "a\\tb\\nc\\rd"
    assert printable("a\tb\nc\rd", keep_lines=True) == "a\tb\nc\\rd"
    assert printable("Grüße, 世界 🛰") == "Grüße, 世界 🛰"


def started(**answer):
    """What a program gets of the answer to a device login."""
    from planet.auth._grants import start_device

    config = ClientConfig("oidc_device_code", "me", auth_server="https://l.test")
    config.endpoints = {"device_authorization_endpoint": "https://l.test/d", "token_endpoint": "https://l.test/t"}
    flow = start_device(config)
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(LoginResponse(200, json.dumps({**PAGE, **answer}).encode()))
    return end.value.value


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "x-app://go", "/device", "https://", "https://l\x1b[2J", 3]
)
@pytest.mark.parametrize("name", ["verification_uri", "verification_uri_complete"])
def test_a_login_opens_web_pages_only(name, address, monkeypatch):
    import webbrowser

    from planet.auth import _login

    with pytest.raises(InvalidAnswer, match=f"its {name} must be an http or https URL"):
        started(**{name: address})
    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail("it was opened"))
    with pytest.raises(AuthError, match="must be an http or https URL"):
        _login._open(address)


def test_no_control_character_of_a_login_service_reaches_the_terminal(capsys):
    from planet.auth._grants import by_refresh
    from planet.auth._login import show_device_code

    info = started(user_code=CONTROLS)
    assert harmless(info["user_code"]), "for programs that print it themselves"
    show_device_code(info)
    show_device_code({**PAGE, "user_code": CONTROLS, "verification_uri_complete": f"https://l.test/{CONTROLS}"})
    assert "ABC" not in (said := capsys.readouterr().err) and harmless(said)
    config = ClientConfig("oidc_device_code", "me", auth_server="https://l.test")
    config.endpoints = {"token_endpoint": "https://l.test/t"}
    flow = by_refresh(config, Token(refresh_token="r"))
    next(flow)
    with pytest.raises(AuthError) as caught:
        flow.send(LoginResponse(400, json.dumps({"error": CONTROLS, "error_description": CONTROLS}).encode()))
    assert harmless(str(caught.value)) and harmless(caught.value.code)
    page = ClientConfig("oidc_auth_code", "me", redirect_uri="http://localhost:1/", auth_server="https://l/")
    page.endpoints = {"token_endpoint": "https://l/token", "authorization_endpoint": "https://l/authorize"}
    steps = login(page, False, True)
    next(steps)
    with pytest.raises(AuthError) as caught:
        steps.send({"error": CONTROLS, "error_description": CONTROLS})
    assert harmless(str(caught.value)) and harmless(caught.value.code)


# -- a code that the user pastes -----------------------------------------------------------------------------


@pytest.mark.parametrize("pasted", ["http://localhost/x?code=THE-CODE&state={state}", "THE-CODE"])
def test_a_code_that_is_pasted(monkeypatch, capsys, pasted):
    config = ClientConfig("oidc_auth_code", "me", redirect_uri="http://localhost:1/", auth_server="https://l/")
    config.endpoints = {"token_endpoint": "https://l/token", "authorization_endpoint": "https://l/authorize"}
    steps = login(config, False, True)
    work = next(steps)
    url = httpx.URL(work.args[0])
    assert isinstance(work, BlockingCall) and url.params["code_challenge_method"] == "S256"
    monkeypatch.setattr("sys.stdin", io.StringIO(pasted.format(state=url.params["state"]) + "\n"))
    request = steps.send(work.function(*work.args))
    assert "Open this page" in capsys.readouterr().err
    form = dict(httpx.QueryParams(request.content.decode()))
    assert (form["code"], form["grant_type"], form["redirect_uri"]) == (
        "THE-CODE",
        "authorization_code",
        "http://localhost:1/",
    )
    import hashlib

    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == url.params["code_challenge"]
    with pytest.raises(StopIteration) as end:
        steps.send(LoginResponse(200, b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3}'))
    assert end.value.value.access_token == "t"


def test_a_code_of_another_login(monkeypatch):
    config = ClientConfig("oidc_auth_code", "me", redirect_uri="http://localhost:1/", auth_server="https://l/")
    config.endpoints = {"token_endpoint": "https://l/token", "authorization_endpoint": "https://l/authorize"}
    for answer, said in (({"code": "c", "state": "other"}, "does not belong"), ({"error": "access_denied"}, "refused")):
        steps = login(config, False, True)
        next(steps)
        with pytest.raises(AuthError, match=said):
            steps.send(answer)


@pytest.mark.parametrize("callback", ["https://example.com/cb", "http://example.com:80/", "localhost:3000", ""])
def test_callbacks_that_do_not_lead_here(callback, monkeypatch):
    from planet.auth._login import _wait_for_callback

    with pytest.raises(AuthError, match="callback_url must be of the form"):
        _wait_for_callback(callback, "https://l/", "state")


def test_a_port_that_is_taken(free_port):
    import socket

    from planet.auth._login import _wait_for_callback

    with socket.create_server(("127.0.0.1", free_port)):
        with pytest.raises(AuthError, match="Cannot listen on the port"):
            _wait_for_callback(f"http://localhost:{free_port}/", "https://l/", "state")


def test_connections_that_stay_silent_and_answers_of_others(free_port, monkeypatch):
    import socket
    import threading
    import urllib.error
    import urllib.request

    from planet.auth import _login

    silent = []

    def visit(url):
        def browse():
            silent.append(socket.create_connection(("127.0.0.1", free_port)))  # as browsers do, to be faster
            for query in ("code=stolen", "error=access_denied", "code=stolen&state=guess"):
                with pytest.raises(urllib.error.HTTPError):
                    urllib.request.urlopen(f"http://127.0.0.1:{free_port}/done?{query}", timeout=PATIENCE)
            urllib.request.urlopen(f"http://127.0.0.1:{free_port}/done?code=mine&state=right", timeout=PATIENCE).read()

        threading.Thread(target=browse).start()
        return True

    monkeypatch.setattr(_login, "_open", visit)
    monkeypatch.setattr(_login._Handler, "timeout", 2 * PATIENCE)
    started = time.monotonic()
    assert _login._wait_for_callback(f"http://localhost:{free_port}/done", "https://l/", "right")["code"] == "mine"
    assert time.monotonic() - started < PATIENCE
    silent[0].close()


def test_a_home_that_is_not_there(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    for home in ("/proc", tmp_path / "file" / "home"):
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setattr(constants, "SECRET_FILE_PATH", Path(home) / ".planet.json")
        assert not Auth.from_user_default_session().is_initialized()
        monkeypatch.setenv("PL_AUTH_CLIENT_ID", "svc")
        monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "hidden")
        assert Auth.from_user_default_session().is_initialized()
        monkeypatch.delenv("PL_AUTH_CLIENT_ID")
        monkeypatch.delenv("PL_AUTH_CLIENT_SECRET")
        with pytest.raises(AuthError, match="cannot be written"):
            Auth.from_key("x").store()


@pytest.mark.parametrize("value", [None, "", ".", "relative/home"])
def test_no_home_at_all(monkeypatch, tmp_path, value):
    """As in containers whose user has no entry in the system."""
    import pwd

    from planet import order_request
    from planet._builders import catalog

    def unknown(*_):
        raise KeyError("uid not found")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "XDG_CACHE_HOME", "PL_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    if value is not None:
        monkeypatch.setenv("HOME", value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".planet.json").write_text('{"key": "of somebody else"}')
    assert not constants.has_home()
    monkeypatch.setattr(constants, "SECRET_FILE_PATH", constants.home() / ".planet.json")
    assert not default().is_initialized(), "the working directory is not the home folder"
    monkeypatch.setenv("PL_API_KEY", "key")
    assert default().value == "key"
    assert order_request.product(["20220304_093300_37_2430"], "analytic_udm2", "PSScene")
    catalog.use_spec({"bundles": {"b": {"assets": {"PSScene": ["a"]}}}})
    assert Auth.from_oauth_m2m("svc", "hidden").is_initialized()
    Auth.from_oauth_user_device_code("me")
    with pytest.raises(AuthError, match="HOME-is-not-set"):
        Auth.from_key("x").store()
    with pytest.raises(APIKeyAuthException, match="does not exist"):
        Auth.from_file("~/key.json")
    assert [path.name for path in tmp_path.iterdir()] == [".planet.json"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_files_that_windows_tools_have_written(tmp_path, encoding):
    path = tmp_path / "key.json"
    path.write_bytes('{"key": "good"}'.encode(encoding))
    assert Auth.from_file(path).value == "good"
    folder = planet_folder() / "work"
    folder.mkdir(parents=True)
    (folder / "auth_client.json").write_bytes(json.dumps(DEVICE).encode(encoding))
    (folder / "token.json").write_bytes('{"access_token": "token"}'.encode(encoding))
    assert Auth.from_profile("work").value == "token"


def test_a_storage_that_derives_from_planet_auth():
    import planet_auth

    class Storage(planet_auth.ObjectStorageProvider):
        def load_obj(self, key: planet_auth.ObjectStorageProvider_KeyType):
            return {"access_token": "token"}

        def save_obj(self, key, data):
            pass

        def obj_exists(self, key):
            return True

        def mtime(self, key):
            return 0.0

        def obj_rename(self, src, dst):
            pass

    assert Auth.from_oauth_user_device_code("me", storage_provider=Storage()).value == "token"


def test_the_path_of_the_key_file():
    from planet.auth import SECRET_FILE_PATH

    assert SECRET_FILE_PATH.name == ".planet.json"


def test_the_key_of_the_variable_and_nothing_else(monkeypatch):
    """What a sandbox asks for, whatever else this user has."""
    preferences(PL_AUTH_PROFILE="work", PL_API_KEY="file-key")
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "svc")
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "hidden")
    monkeypatch.setenv("PL_API_KEY", "sandbox")
    monkeypatch.setenv("PL_AUTH_PROFILE", "_PL_API_KEY")
    assert Auth.from_user_default_session().value == "sandbox"


def test_tokens_stay_with_the_login_service_that_they_are_from(monkeypatch):
    keep("work", DEVICE, {"access_token": "real", "refresh_token": "real-too"})
    monkeypatch.setenv("PL_AUTH_ISSUER", "http://127.0.0.1:1/idp")
    elsewhere = Auth.from_profile("work")
    assert not elsewhere.is_initialized() and elsewhere.profile.config.auth_server == "http://127.0.0.1:1/idp"
    with pytest.raises(AuthError, match="at http://127.0.0.1:1/idp, which is set by PL_AUTH_ISSUER"):
        elsewhere.value  # noqa: B018
    elsewhere.profile.save_token(Token({"access_token": "toy"}))
    assert Auth.from_profile("work").value == "toy"
    monkeypatch.delenv("PL_AUTH_ISSUER")
    assert Auth.from_profile("work").value == "real"
    assert "127.0.0.1" not in (planet_folder() / "work" / "auth_client.json").read_text()


def test_numbers_that_services_and_files_may_hold():
    for life, lifetime in ((float("inf"), 0.0), ("3600", 3600.0), ("soon", 0.0), (True, 0.0), (10**400, 0.0)):
        token = Token.from_response({"access_token": "a", "expires_in": life}, None, 1000.0)
        assert token.lifetime == lifetime and token.get("_exp") == (4600 if lifetime else None)
    assert repr(Token({"access_token": "a", "_exp": 10**400})) == "<Token>"
    secret = Token({"access_token": "hidden"})
    assert "hidden" not in f"{secret.copy()} {secret | {'scope': 'x'}}"


@pytest.mark.parametrize(
    "info", [{}, None, {"device_code": "x", "expires_in": "abc"}, {"device_code": 3, "expires_in": 3}]
)
def test_a_device_login_that_has_not_begun(info):
    from planet.auth._config import ClientConfig
    from planet.auth._grants import by_device

    config = ClientConfig(
        "oidc_device_code", "x", auth_server="https://l/", endpoints={"token_endpoint": "https://l/t"}
    )
    with pytest.raises(InvalidAnswer, match="device_user_login_initiate"):
        next(by_device(config, info))


@pytest.mark.parametrize("client_id, secret", [("", "s"), (None, None), ("m", ""), ("m", None)])
def test_service_accounts_without_an_id_or_a_secret(client_id, secret):
    with pytest.raises(ProfileError, match="is empty"):
        Auth.from_oauth_m2m(client_id, secret)


def test_a_link_to_the_key_file_stays_one(tmp_path):
    target = tmp_path / "elsewhere.json"
    target.write_text('{"other": 1}')
    link = tmp_path / "link.json"
    link.symlink_to(target)
    Auth.from_key("PLAK").store(link)
    assert link.is_symlink() and json.loads(target.read_text()) == {"other": 1, "key": "PLAK"}

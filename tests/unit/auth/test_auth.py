"""Credentials: found, kept, and never shown."""

import json
import os
import stat
import traceback

import httpx
import pytest

from planet import constants
from planet.auth import APIKeyAuthException, Auth
from planet.exceptions import AuthError, PlanetError

KEY = "PLAK0123456789abcdef"


def sent(auth):
    request = httpx.Request("GET", "https://h")
    next(auth.auth_flow(request))
    return request.headers.get("authorization")


def test_a_key():
    auth = Auth.from_key(f"  {KEY}\n")
    assert auth.value == KEY
    assert sent(auth) == f"api-key {KEY}"
    assert auth.is_initialized()
    auth.ensure_initialized()
    assert KEY not in repr(auth) + str(auth)


@pytest.mark.parametrize("key", ["", "  ", None, "a b", "schlüssel", "a\x00", "a\nb", 7])
def test_what_cannot_be_a_key(key):
    with pytest.raises(APIKeyAuthException) as caught:
        Auth.from_key(key)
    assert isinstance(caught.value, (AuthError, PlanetError))
    assert "schlüssel" not in str(caught.value)


def test_from_the_environment(monkeypatch):
    with pytest.raises(APIKeyAuthException, match="PL_API_KEY is not set"):
        Auth.from_env()
    monkeypatch.setenv("OTHER", KEY)
    assert Auth.from_env("OTHER").value == KEY


def test_to_and_from_a_file(tmp_path):
    path = tmp_path / "new" / "key.json"
    before = os.umask(0)
    try:
        Auth.from_key(KEY).store(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Auth.from_file(path).value == KEY
    assert Auth.from_file(str(path)).value == KEY
    path.write_text(json.dumps({"key": "old", "PL_AUTH_PROFILE": "kept"}))
    Auth.from_key(KEY).write(path)
    assert json.loads(path.read_text()) == {"key": KEY, "PL_AUTH_PROFILE": "kept"}
    assert [entry.name for entry in path.parent.iterdir()] == ["key.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"key": ""}', b'{"key": 7}', b"\xff", b"PLAKsecret"])
def test_a_file_that_is_none(tmp_path, content):
    path = tmp_path / "key.json"
    path.write_bytes(content)
    with pytest.raises(APIKeyAuthException) as caught:
        Auth.from_file(path)
    assert "PLAKsecret" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(APIKeyAuthException, match="does not exist"):
        Auth.from_file(tmp_path / "nothing")


def test_a_broken_file_is_not_overwritten(tmp_path):
    path = tmp_path / "key.json"
    path.write_text("precious")
    with pytest.raises(APIKeyAuthException):
        Auth.from_key(KEY).store(path)
    assert path.read_text() == "precious"


def test_the_order_of_the_defaults(monkeypatch):
    nothing = Auth.from_user_default_session()
    assert not nothing.is_initialized()
    for use in (nothing.ensure_initialized, nothing.store, lambda: nothing.value, lambda: sent(nothing)):
        with pytest.raises(AuthError, match="Nobody is logged in.*planet auth login.*PL_API_KEY"):
            use()
    Auth.from_key("from-file").store()
    assert Auth.from_user_default_session().value == "from-file"
    monkeypatch.setenv("PL_API_KEY", "from-variable")
    assert Auth.from_user_default_session().value == "from-variable"
    monkeypatch.delenv("PL_API_KEY")
    constants.SECRET_FILE_PATH.write_text("broken")
    broken = Auth.from_user_default_session()
    assert not broken.is_initialized()
    with pytest.raises(AuthError, match="not valid JSON"):
        broken.ensure_initialized()


def test_none_is_none():
    auth = Auth.none()
    assert sent(auth) is None
    assert auth.is_initialized()
    auth.ensure_initialized()
    for use in (auth.store, lambda: auth.value):
        with pytest.raises(AuthError):
            use()

"""Pickles of credentials, and of what holds them, contain no secret."""

import copy
import json
import pickle

import pytest

from planet import constants
from planet.auth import APIKeyAuth, Auth
from planet.auth._token import Token
from planet.exceptions import ClientError

SECRET = "hidden-0123456789"


def pickled(value):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps(value, protocol)
        assert SECRET.encode() not in content
    return pickle.loads(content)


def test_credentials_that_another_process_can_find(monkeypatch, tmp_path):
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"key": SECRET}))
    constants.SECRET_FILE_PATH.write_text(json.dumps({"key": SECRET}))
    monkeypatch.setenv("OTHER", SECRET)
    monkeypatch.chdir(tmp_path)
    for auth in (
        Auth.from_env("OTHER"), Auth.from_file(file), Auth.from_file("key.json"), Auth.from_file(),
        Auth.from_user_default_session(),
    ):  # fmt: skip
        again = pickled(auth)
        assert isinstance(again, APIKeyAuth) and again.value == SECRET
    monkeypatch.setenv("OTHER", "another")
    assert pickled(Auth.from_env("OTHER")).value == "another"
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "svc")
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", SECRET)
    assert pickled(Auth.from_user_default_session()).profile.config.client_secret == SECRET
    for auth in (Auth.from_oauth_user_device_code("me"), Auth.from_profile("me")):
        auth._cache.store(Token(access_token=SECRET))
        assert pickled(auth).value == SECRET
    assert pickled(Auth.from_oauth_m2m("svc", SECRET, save_secret=True)).profile.config.client_secret == SECRET
    assert pickled(Auth.none()).is_initialized()


def test_credentials_that_are_missing_can_be_found_by_another_process(monkeypatch):
    nobody = Auth.from_user_default_session()
    assert not pickled(nobody).is_initialized()
    content = pickle.dumps(nobody)
    monkeypatch.setenv("PL_API_KEY", SECRET)
    assert pickle.loads(content).value == SECRET


@pytest.mark.parametrize(
    "make",
    [
        lambda: Auth.from_key(SECRET),
        lambda: Auth.from_dict({"key": SECRET}),
        lambda: Auth.from_oauth_m2m("svc", SECRET),
        lambda: Auth.from_oauth_user_device_code("me", save_state_to_storage=False),
    ],
)
def test_credentials_that_no_other_process_can_find(make):
    auth = make()
    for error in (TypeError, ClientError):
        with pytest.raises(error, match=r"cannot be pickled: .*Create the credentials in the other process"):
            pickle.dumps(auth)
    assert copy.copy(auth) is copy.deepcopy(auth) is auth
    assert copy.deepcopy({"auth": auth})["auth"].is_initialized() == auth.is_initialized()

"""`planet auth` and `planet doctor`, against the login service of the sandbox."""

import json
import os
import re
import sys
import threading
from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner

from planet import constants
from planet.cli.cli import main
from tests.helpers import wait_until


def planet(*args, code=0, **more):
    result = CliRunner().invoke(main, args, prog_name="planet", **more)
    assert code in (None, result.exit_code), result.output
    return result


def a_machine(*more):
    return planet("auth", "login", "--auth-client-id", "svc", "--auth-client-secret", "hidden", *more)


@pytest.fixture
def approving(guarded, monkeypatch):
    """A user who allows every login on another device."""
    opened = []

    def visit(url):
        opened.append(url)
        threading.Timer(0.05, guarded.identity.approve, [re.search(r"user_code=([A-Z-]+)", url)[1]]).start()
        return True

    monkeypatch.setattr("webbrowser.open", visit)
    return opened


def test_a_user_logs_in_once_for_all_programs(guarded, approving):
    result = planet("auth", "login")
    assert "Logging in with authentication profile planet-user..." in result.stderr
    assert "enter the code" in result.stderr and "Login succeeded." in result.stderr
    assert result.stdout == "" and approving
    assert planet("orders", "list").stdout == ""
    status = json.loads(planet("auth", "status").stdout)
    assert (status["profile"], status["ready"], status["renewable"]) == ("planet-user", True, True)
    assert status["scopes"] == ["planet", "offline_access"] and status["account"] == "user"
    token = planet("auth", "print-access-token").stdout.strip()
    assert token.count(".") == 2 and token not in json.dumps(status)
    planet("auth", "refresh")
    assert planet("auth", "print-access-token", "--no-refresh").stdout.strip() != token
    assert json.loads(constants.SECRET_FILE_PATH.read_text()) == {"PL_AUTH_PROFILE": "planet-user"}


def test_an_expired_token_is_renewed_before_it_is_printed(guarded, approving):
    guarded.identity.lifetime = -1.0  # over when it comes
    planet("auth", "login", "--scope", "planet", "--scope", "offline_access")
    guarded.identity.lifetime = 3600.0
    old = planet("auth", "print-access-token", "--no-refresh").stdout
    assert planet("auth", "print-access-token").stdout != old
    planet("auth", "refresh", "--scope", "planet")


def test_a_qr_code(guarded, approving, monkeypatch):
    shown = []
    start = guarded.identity.start_device
    monkeypatch.setattr(guarded.identity, "start_device", lambda *args: shown.append(start(*args)) or shown[-1])

    def approve():
        guarded.identity.approve(wait_until(lambda: shown)[-1][1])

    threading.Thread(target=approve).start()
    assert "█" in planet("auth", "login", "--show-qr-code", "--no-open-browser").stderr


def test_a_service_account(guarded):
    result = a_machine()
    assert "The secret was not stored: this login expires" in result.stderr
    planet("orders", "list")
    assert "hidden" not in "".join(path.read_text() for path in Path.home().rglob("*.json"))
    a_machine("--save-secret")
    assert json.loads(planet("auth", "status").stdout)["renewable"]
    planet("--auth-client-id", "other", "--auth-client-secret", "hidden", "orders", "list")
    wrong = planet("--auth-client-id", "x", "--auth-client-secret", "wrong", "orders", "list", code=5)
    assert "invalid_client" in wrong.stderr
    assert planet("--auth-client-id", "x", "orders", "list", code=2)


def test_an_api_key(guarded, monkeypatch):
    monkeypatch.setattr(guarded._world, "requires_token", False)
    planet("auth", "login", "--auth-api-key", "PLAK1")
    assert planet("auth", "print-api-key").stdout == "PLAK1\n"
    assert planet("--auth-api-key", "PLAK2", "auth", "print-api-key").stdout == "PLAK2\n"
    planet("orders", "list")
    assert "is not a login" in planet("auth", "print-access-token", code=5).stderr
    status = json.loads(planet("auth", "status").stdout)
    assert (status["kind"], status["ready"]) == ("API key", True) and "PLAK1" not in json.dumps(status)


def test_what_hides_what(guarded, approving, monkeypatch):
    planet("auth", "login")
    result = a_machine("--no")
    assert "planet-user" in json.loads(planet("auth", "status").stdout)["profile"]
    assert "takes precedence" not in result.stderr
    monkeypatch.setenv("PL_AUTH_PROFILE", "planet-user")
    monkeypatch.setenv("PL_API_KEY", "hidden-key")
    status = json.loads(planet("auth", "status", "--pretty").stdout)
    assert status["source"] == "the variable PL_AUTH_PROFILE"
    assert "the variable PL_API_KEY" in status["hides"] and "hidden-key" not in json.dumps(status)
    assert "takes precedence" in planet("auth", "login", "--auth-api-key", "k", "-y").stderr
    monkeypatch.setenv("PL_AUTH_PROFILE", "nobody")
    assert "no profile 'nobody'" in json.loads(planet("auth", "status").stdout)["problem"]
    assert "no profile 'nobody'" in planet("orders", "list", code=5).stderr
    assert planet("--auth-profile", "planet-user", "orders", "list")


def test_which_login_is_the_default(guarded, approving):
    planet("auth", "login")
    asked = a_machine("--save-secret", "--no")
    assert "default" not in asked.stderr.replace("the default.", "")
    result = planet(
        "auth", "login", "--auth-client-id", "svc", "--auth-client-secret", "hidden", "--save-secret", input="y\n"
    )
    assert "The default is planet-user. Make planet-m2m-svc the default?" in result.stderr
    shown = planet("auth", "profile", "show").stdout.splitlines()
    assert shown == ["Current: planet-m2m-svc", "User Default: planet-m2m-svc", "Global Built-in Default: planet-user"]
    assert json.loads(planet("auth", "profile", "list").stdout) == ["planet-m2m-svc", "planet-user"]
    described = json.loads(planet("auth", "profile", "list", "--long").stdout)
    assert described["planet-m2m-svc"]["client_secret"] == "…"
    planet("auth", "profile", "copy", "planet-m2m-svc", "Mine")
    planet("auth", "profile", "set", "mine")
    planet("orders", "list")
    planet("auth", "profile", "set", input="planet-user\n")
    assert planet("auth", "profile", "show").stdout.startswith("Current: planet-user")
    assert "no profile 'nobody'" in planet("auth", "profile", "set", "nobody", code=5).stderr
    assert "no profile 'nobody'" in planet("auth", "profile", "copy", "nobody", "x", code=5).stderr


def test_tokens_that_have_expired_are_not_printed(guarded):
    a_machine("--yes", "--save-secret")
    path = next((Path.home() / ".planet" / "planet-m2m-svc").glob("token*.json"))
    stale = jwt.encode({"iat": 1, "exp": 100}, "k" * 32, algorithm="HS256")
    path.write_text(json.dumps({"access_token": stale, "_iat": 1, "_exp": 100}))
    assert planet("auth", "print-access-token", "--no-refresh").stdout.strip() == stale
    assert stale not in planet("auth", "print-access-token").stdout


def test_empty_and_contradictory_credentials(guarded):
    for words in (("--auth-api-key", ""), ("--auth-client-id", "x", "--auth-client-secret", " ")):
        assert "must not be empty" in planet(*words, "orders", "list", code=2).stderr
        assert "must not be empty" in planet("auth", "login", *words, code=2).stderr
    both = planet("--auth-profile", "planet-user", "--auth-api-key", "k", "orders", "list", code=2)
    assert "mutually exclusive" in both.stderr


def test_another_login_of_the_same_user(guarded, approving):
    planet("auth", "login", "--auth-profile", "Second", "--yes")
    assert json.loads(planet("auth", "status").stdout)["profile"] == "second"
    assert "exists" not in planet("orders", "list").stderr
    assert (
        "profile 'second' already exists" in planet("auth", "profile", "copy", "planet-user", "second", code=5).stderr
    )


def test_a_renewal_that_cannot_be_kept_is_not_begun(guarded, approving, monkeypatch):
    planet("auth", "login")
    token = json.loads(planet("auth", "status").stdout)

    def full(path, text):
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("planet.auth._storage.write_private", full)
        assert "Read-only" in planet("auth", "refresh", code=5).stderr
    assert planet("auth", "refresh") and token["renewable"], "the refresh token was not used up"


def test_what_is_wrong_with_a_login_is_said(guarded, approving):
    assert "Nobody is logged in" in json.loads(planet("auth", "status").stdout)["problem"]
    said = planet("doctor", code=1).stdout
    assert "!!  credentials   Nobody is logged in" in said and "ok  request" not in said and "!!  request" not in said
    planet("auth", "login")
    path = next((Path.home() / ".planet" / "planet-user").glob("token*.json"))
    path.write_text('{"access')
    status = json.loads(planet("auth", "status").stdout)
    assert not status["ready"] and "not a JSON object" in status["problem"]


def test_the_doctor_asks_whether_the_secret_is_right(guarded, monkeypatch):
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "svc")
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "hidden")
    monkeypatch.setenv("ALL_PROXY", "me:hunter2@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "*")
    said = planet("doctor").stdout
    assert "the credentials are valid" in said and "hunter2" not in said
    monkeypatch.setenv("PL_AUTH_CLIENT_SECRET", "wrong")
    assert "invalid_client" in planet("doctor", code=1).stdout
    monkeypatch.setenv("PL_AUTH_ISSUER", "https://[::1")
    assert "not a valid URL" in planet("doctor", code=1).stdout


def test_files_that_sops_keeps(guarded, approving, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "sops"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdout.write(open(sys.argv[2]).read().rstrip()[::-1])\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    planet("auth", "login", "--sops")
    names = {path.name for path in (Path.home() / ".planet" / "planet-user").iterdir() if path.suffix == ".json"}
    assert len(names) == 2 and all(name.endswith(".sops.json") for name in names)
    planet("orders", "list")
    planet("auth", "profile", "copy", "--sops", "planet-user", "other")
    assert (Path.home() / ".planet" / "other" / "auth_client.sops.json").exists()


def test_reset(guarded, approving):
    planet("auth", "login")
    renamed = planet("auth", "reset").stdout.split()  # nobody is there to be asked
    assert len(renamed) == 2 and all(Path(path).exists() for path in renamed)
    assert not (Path.home() / ".planet").exists() and not constants.SECRET_FILE_PATH.exists()
    assert "nothing to reset" in planet("auth", "reset", "--yes").stderr
    assert "Nobody is logged in" in planet("orders", "list", code=5).stderr


def test_a_login_that_fails(guarded, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    guarded.inject("status", path="/idp/token", status=403, body='{"error": "access_denied"}')
    assert "access_denied" in planet("auth", "login", code=5).stderr
    assert "no API key" in planet("auth", "login", "--auth-profile", "legacy", code=5).stderr
    assert "needs both --auth-client-id" in planet("auth", "login", "--auth-client-secret", "x", code=2).stderr


def test_doctor(guarded, approving, monkeypatch):
    sick = planet("doctor", code=1)
    assert re.search(r"!!\s+credentials", sick.stdout) and "1 check failed" in sick.stderr
    planet("auth", "login")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@127.0.0.1:9")
    well = planet("doctor")
    for line in ("credentials", "proxy", "certificates", "limits", "API", "clock", "login", "request"):
        assert re.search(rf"^(ok|--)\s+{line}", well.stdout, re.MULTILINE), line
    assert "hidden" not in well.stdout and "127.0.0.1" in well.stdout
    assert "cannot be reached" in planet("doctor", "--base-url", "http://127.0.0.1:9", code=1).stdout


def test_doctor_on_what_is_ignored_and_on_a_missing_home(guarded, monkeypatch):
    monkeypatch.setenv("PL_API_KEY", guarded.api_key)
    monkeypatch.setenv("PL_AUTH_CLIENT_ID", "svc")
    monkeypatch.setenv("HOME", "")
    said = planet("doctor", code=None).stdout
    assert "--  credentials   PL_AUTH_CLIENT_ID is ignored, because PL_AUTH_CLIENT_SECRET is not set" in said
    assert "--  home          no home folder" in said


def test_doctor_logs_a_request_once(guarded, approving, caplog):
    planet("auth", "login")
    caplog.clear()
    caplog.set_level("INFO")
    planet("doctor")
    assert not [record for record in caplog.records if record.name == "httpx"]

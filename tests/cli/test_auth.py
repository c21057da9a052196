"""`planet auth` and `planet doctor`, against the login service of the sandbox."""

import json
import re
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from planet import constants
from planet.cli.cli import main


@pytest.fixture
def guarded(sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "requires_token", True)
    monkeypatch.delenv("PL_API_KEY")
    sandbox.identity.interval = 0.02
    return sandbox


def planet(*args, code=0, **more):
    result = CliRunner().invoke(main, args, prog_name="planet", **more)
    assert result.exit_code == code, result.output
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
    assert "type in the code" in result.stderr and "Login succeeded." in result.stderr
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
    guarded.identity.lifetime = 0.1
    planet("auth", "login")
    old = planet("auth", "print-access-token", "--no-refresh").stdout
    assert planet("auth", "print-access-token").stdout != old


def test_a_qr_code(guarded, approving, monkeypatch):
    shown = []
    start = guarded.identity.start_device
    monkeypatch.setattr(guarded.identity, "start_device", lambda *args: shown.append(start(*args)) or shown[-1])
    threading.Timer(0.4, lambda: guarded.identity.approve(shown[-1][1])).start()
    assert "█" in planet("auth", "login", "--show-qr-code", "--no-open-browser").stderr


def test_a_service_account(guarded):
    result = a_machine()
    assert "The secret is not kept: this login ends" in result.stderr
    planet("orders", "list")
    assert "hidden" not in "".join(path.read_text() for path in Path.home().rglob("*.json"))
    a_machine("--save-secret")
    assert json.loads(planet("auth", "status").stdout)["renewable"]
    planet("--auth-client-id", "other", "--auth-client-secret", "hidden", "orders", "list")
    wrong = planet("--auth-client-id", "x", "--auth-client-secret", "wrong", "orders", "list", code=1)
    assert "invalid_client" in wrong.stderr
    assert planet("--auth-client-id", "x", "orders", "list", code=2)


def test_an_api_key(guarded, monkeypatch):
    monkeypatch.setattr(guarded._world, "requires_token", False)
    planet("auth", "login", "--auth-api-key", "PLAK1")
    assert planet("auth", "print-api-key").stdout == "PLAK1\n"
    assert planet("--auth-api-key", "PLAK2", "auth", "print-api-key").stdout == "PLAK2\n"
    planet("orders", "list")
    assert "is no login" in planet("auth", "print-access-token", code=1).stderr
    status = json.loads(planet("auth", "status").stdout)
    assert (status["kind"], status["ready"]) == ("API key", True) and "PLAK1" not in json.dumps(status)


def test_what_hides_what(guarded, approving, monkeypatch):
    planet("auth", "login")
    result = a_machine("--no")
    assert "planet-user" in json.loads(planet("auth", "status").stdout)["profile"]
    assert "comes first" not in result.stderr
    monkeypatch.setenv("PL_AUTH_PROFILE", "planet-user")
    monkeypatch.setenv("PL_API_KEY", "hidden-key")
    status = json.loads(planet("auth", "status", "--pretty").stdout)
    assert status["source"] == "the variable PL_AUTH_PROFILE"
    assert "the variable PL_API_KEY" in status["hides"] and "hidden-key" not in json.dumps(status)
    assert "comes first" in planet("auth", "login", "--auth-api-key", "k", "-y").stderr
    monkeypatch.setenv("PL_AUTH_PROFILE", "nobody")
    assert "no profile 'nobody'" in json.loads(planet("auth", "status").stdout)["problem"]
    assert "no profile 'nobody'" in planet("orders", "list", code=1).stderr
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
    assert "no profile 'nobody'" in planet("auth", "profile", "set", "nobody", code=1).stderr
    assert "no profile 'nobody'" in planet("auth", "profile", "copy", "nobody", "x", code=1).stderr


def test_reset(guarded, approving):
    planet("auth", "login")
    planet("auth", "reset", input="n\n", code=1)
    assert (Path.home() / ".planet").exists()
    renamed = planet("auth", "reset", "--yes").stdout.split()
    assert len(renamed) == 2 and all(Path(path).exists() for path in renamed)
    assert not (Path.home() / ".planet").exists() and not constants.SECRET_FILE_PATH.exists()
    assert "nothing to forget" in planet("auth", "reset", "--yes").stderr
    assert "Nobody is logged in" in planet("orders", "list", code=1).stderr


def test_a_login_that_fails(guarded, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    guarded.inject("status", path="/idp/token", status=403, body='{"error": "access_denied"}')
    assert "access_denied" in planet("auth", "login", code=1).stderr
    assert "no API key" in planet("auth", "login", "--auth-profile", "legacy", code=1).stderr
    assert "takes --auth-client-id" in planet("auth", "login", "--auth-client-secret", "x", code=2).stderr


def test_doctor(guarded, approving, monkeypatch):
    sick = planet("doctor", code=1)
    assert re.search(r"!!\s+credentials", sick.stdout) and "1 thing is wrong" in sick.stderr
    planet("auth", "login")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@127.0.0.1:9")
    well = planet("doctor")
    for line in ("credentials", "proxy", "certificates", "limits", "API", "clock", "login", "request"):
        assert re.search(rf"^(ok|--)\s+{line}", well.stdout, re.MULTILINE), line
    assert "hidden" not in well.stdout and "127.0.0.1" in well.stdout
    assert "cannot be reached" in planet("doctor", "--base-url", "http://127.0.0.1:9", code=1).stdout

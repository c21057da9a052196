"""Responses of login services that are slow, huge, or ask to wait."""

import contextlib
import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib

import httpx
import jwt
import pytest

from planet.auth import Auth
from planet.auth._client import LoginClient
from planet.auth._token import Token
from planet.exceptions import InvalidAnswer, NetworkError, TooManyRequests
from tests.helpers import Parrot


def ask(url):
    """Send one request, as flows do."""

    def flow():
        return (yield httpx.Request("GET", f"{url}/token"))

    return LoginClient().run(flow())


def response(body, *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


TOKEN = json.dumps({"access_token": "a", "token_type": "Bearer", "expires_in": 60}).encode()


@pytest.mark.parametrize(
    ("encoding", "compress"), [("", bytes), ("identity", bytes), ("gzip", gzip.compress), ("Deflate", zlib.compress)]
)
def test_compressed_responses(encoding, compress):
    with Parrot(response(compress(TOKEN), f"Content-Encoding: {encoding}")) as server:
        assert ask(server.url).body == TOKEN
    assert b"accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("encoding", "make", "said"),
    [
        ("gzip", lambda: gzip.compress(bytes(200_000_000), 1), "longer than 1048576 bytes"),
        ("deflate", lambda: zlib.compress(bytes(200_000_000), 1), "longer than 1048576 bytes"),
        ("gzip, gzip", lambda: gzip.compress(gzip.compress(bytes(1_000_000))), "content encoding 'gzip, gzip'"),
        ("br", lambda: b"x", "content encoding 'br' was not requested"),
        ("gzip", lambda: b"not at all", "cannot be decompressed"),
        ("", lambda: bytes(2_000_000), "longer than 1048576 bytes"),
    ],
    ids=["gzip", "deflate", "twice", "br", "invalid", "plain"],
)
def test_a_response_that_is_too_long_is_never_held_in_memory(encoding, make, said):
    with Parrot(response(make(), f"Content-Encoding: {encoding}")) as server:
        tracemalloc.start()
        try:
            with pytest.raises(InvalidAnswer, match=said):
                ask(server.url)
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()


@contextlib.contextmanager
def trickling(content):
    """A server that sends a byte now and then, and never ends."""
    ended = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(content)
            while not ended.wait(0.02):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    ],
    ids=["status", "head", "body without a length", "body"],
)  # fmt: skip
def test_a_slow_response_has_an_end(content, monkeypatch):
    monkeypatch.setattr("planet.auth._client._TOTAL_TIMEOUT", 0.3)
    with trickling(content) as url:
        started = time.monotonic()
        with pytest.raises(NetworkError, match=r"has not sent a complete response after 0\.3 seconds"):
            ask(url)
        assert time.monotonic() - started < 5


# -- Retry-After ---------------------------------------------------------------------------------------------


@pytest.fixture
def pauses(monkeypatch):
    """How long the login waits."""
    found = []
    for module in ("_client", "_oauth"):
        monkeypatch.setattr(f"planet.auth.{module}.sleep", lambda seconds: found.append(seconds))
    return found


def login_with(server, monkeypatch, kind="machine"):
    monkeypatch.setenv("PL_AUTH_ISSUER", server.url)
    if kind == "machine":
        auth = Auth.from_oauth_m2m("svc", "hidden", save_state_to_storage=False)
    else:
        auth = Auth.from_oauth_user_device_code("me", save_state_to_storage=False)
        auth._cache.token = Token(access_token="old", refresh_token="r")
    names = ("token", "device_authorization", "revocation")
    auth.profile.config.endpoints = {f"{name}_endpoint": f"{server.url}/{name}" for name in names}
    return auth


def later(seconds, status="429 Too Many Requests"):
    return response(b"{}", f"Retry-After: {seconds}", status=status)


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        ("machine", lambda auth: auth.user_login()),
        ("user", lambda auth: auth.revoke()),
    ],
)
def test_a_login_waits_if_the_login_service_asks_for_it(kind, use, monkeypatch, pauses):
    with Parrot(later(20), later(0, "503 Unavailable"), response(TOKEN)) as server:
        use(login_with(server, monkeypatch, kind))
    assert pauses == [20.0, 1.0] and len(server.requests) == 3
    for answers in ((later(300),), (later(40), later(40))):
        pauses.clear()
        with Parrot(*answers) as server:
            with pytest.raises(NetworkError, match=r"asks to wait \d+ seconds.*Try again after that") as caught:
                use(login_with(server, monkeypatch, kind))
        assert caught.value.retry_after in (40, 300) and sum(pauses) in (0, 40)


def test_a_refresh_waits_without_the_lock(monkeypatch):
    with Parrot(later(1), response(TOKEN)) as server:
        auth = login_with(server, monkeypatch, "user")
        locked = []
        sleep = time.sleep
        monkeypatch.setattr("planet.auth._oauth.sleep", lambda s: (locked.append((s, lock_is_held(auth))), sleep(s)))
        assert auth.refresh().access_token == "a"
    assert len(locked) == 1 and 0.5 < locked[0][0] <= 1.0 and not locked[0][1]


def lock_is_held(auth):
    from planet.auth._profiles import ProcessLock

    return ProcessLock.of(auth.profile._lock_key()).locked()


def test_a_login_service_that_asks_to_wait_is_not_asked_by_others(monkeypatch):
    with Parrot(later(300)) as server:
        auth = login_with(server, monkeypatch)
        for _ in range(3):
            with pytest.raises(NetworkError, match="asks to wait 300 seconds"):
                auth.get_token()
    assert len(server.requests) == 1


def test_polls_of_a_device_login_wait_too(monkeypatch):
    from planet.auth._flow import LoginResponse, Sleep
    from planet.auth._grants import by_device

    with Parrot() as server:
        config = login_with(server, monkeypatch, "user").profile.config
    flow = by_device(config, {"device_code": "d", "expires_in": 100, "interval": 2}, clock=lambda: 0.0)
    assert next(flow) == Sleep(2.0)
    next(flow)
    assert flow.send(LoginResponse(429, b"{}", 30.0)) == Sleep(30.0)
    next(flow)
    assert flow.send(LoginResponse(503, b"{}", 3000.0)) == Sleep(101.0), "no longer than the code is valid"
    next(flow)
    assert flow.send(LoginResponse(503, b"{}")) == Sleep(2.0)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_login_by_password_waits_too(pauses):
    token = jwt.encode({"api_key": "PLAK"}, "k" * 32, algorithm="HS256")
    with Parrot(later(2), response(json.dumps({"token": token}).encode())) as server:
        assert Auth.from_login("me@example.com", "hidden", server.url).value == "PLAK"
    assert pauses == [2.0]
    with Parrot(later(300)) as server, pytest.raises(TooManyRequests) as caught:
        Auth.from_login("me@example.com", "hidden", server.url)
    assert caught.value.retry_after == 300 and pauses == [2.0]

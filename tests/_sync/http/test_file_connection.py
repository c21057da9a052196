# Generated from tests/_async/http/test_file_connection.py by tools/unasync.py. Edit that file and run the tool again.

"""The wire that files come over: plain answers, odd ones, broken ones, TLS."""

import ssl

import httpx
import pytest
import trustme

from planet._files.names import name_of
from planet._http.settings import Settings
from planet._http.urls import origin
from planet._sync.session import SyncSession
from planet.auth import Auth
from planet.exceptions import ArgumentError, CertificateError, NetworkError, PlanetError
from planet.http import RetryPolicy
from tests.helpers import Parrot

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
IDENTITY = {"Accept-Encoding": "identity"}


def body(session, url):
    """The status and body of a download."""
    with session.download(url, IDENTITY) as answer:
        pieces = [piece for piece in answer.iter_raw()]
        return answer.status_code, b"".join(pieces)


def test_one_connection_serves_one_request_after_the_other(session):
    with Parrot(PLAIN, PLAIN, PLAIN) as server:
        for _ in range(3):
            assert body(session, f"{server.url}/a b?sig=ü#x") == (200, b"hello")
    assert server.connections == 1
    first, *lines = server.requests[0].decode().split("\r\n")
    assert first == "GET /a%20b?sig=%C3%BC HTTP/1.1"
    assert f"Host: {server.url.removeprefix('http://')}" in lines
    assert any(line.startswith("User-Agent: planet-client-python/") for line in lines)
    assert not any(line.lower().startswith("authorization") for line in lines)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN,
        b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        b"HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello",
        PLAIN + b"and more that belongs to nothing",
    ],
    ids=["chunked", "no length", "1.0", "1xx", "folded", "close", "terse", "too much"],
)
def test_odd_answers_are_read(session, answer):
    with Parrot(answer, PLAIN, hang_up=True) as server:
        assert body(session, server.url + "/x") == (200, b"hello")
        assert body(session, server.url + "/x") == (200, b"hello")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b" " * 60_000 + b"\x00\r\n\r\n",
        b"HTTP/1.1 200 OK",
    ],
    ids=["nothing", "nonsense", "two lengths", "negative", "name", "short", "chunks", "long", "spaces", "half a head"],
)
def test_broken_answers_are_errors(session, answer):
    with Parrot(*[answer] * 20, hang_up=True) as server:
        with pytest.raises(NetworkError, match="localhost"):
            body(session, server.url + "/x?token=secret")


def test_a_connection_that_the_server_has_given_up_is_not_a_failure(session):
    with Parrot(PLAIN, None, PLAIN) as server:
        assert body(session, server.url + "/x") == (200, b"hello")
        assert body(session, server.url + "/x") == (200, b"hello")
    assert server.connections == 2
    assert session.outcomes.total() == 2


def test_leaving_early_closes_the_connection(session):
    with Parrot(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello", PLAIN) as server:
        with session.download(server.url + "/x", IDENTITY):
            pass
        assert body(session, server.url + "/x") == (200, b"hello")
    assert server.connections == 2


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def server_context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def test_tls(sandbox, unlimited, authority, server_context, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + bytes(1_000_000)
    with sandbox.planet(limits=unlimited, verify=str(tmp_path / "ca.pem")) as pl:
        with Parrot(PLAIN, large, PLAIN, context=server_context) as server:
            assert body(pl._session, server.url + "/x") == (200, b"hello")
            assert body(pl._session, server.url + "/x") == (200, bytes(1_000_000))
            assert body(pl._session, server.url + "/x") == (200, b"hello")
        assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(session, server_context):
    with Parrot(PLAIN, context=server_context) as server:
        with pytest.raises(CertificateError, match="localhost"):
            body(session, server.url + "/x")
    assert server.connections == 1
    assert server.requests == []


def test_behind_a_proxy_files_come_through_it(sandbox, unlimited):
    with Parrot(PLAIN) as proxy:
        with sandbox.planet(limits=unlimited, proxy=proxy.url) as pl:
            assert body(pl._session, "http://storage.test/x?sig=1") == (200, b"hello")
    assert proxy.requests[0].startswith(b"GET http://storage.test/x?sig=1 HTTP/1.1")


def test_a_proxy_of_the_environment_counts_too(sandbox, unlimited, monkeypatch):
    with Parrot(PLAIN) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "localhost")
        with sandbox.planet(limits=unlimited) as pl:
            assert body(pl._session, "http://storage.test/x?sig=1") == (200, b"hello")
            with Parrot(PLAIN) as server:
                assert body(pl._session, server.url + "/x") == (200, b"hello")
    assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://1.2.3.999999999999/x",
        "http://xn--/x",
        "http://a..b/x",
        f"http://{'a' * 70}.test/x",
        "http://a\ud800b/x",
        "http:///x",
    ],
    ids=range(6),
)
def test_addresses_that_are_none_are_our_errors(session, url):
    with pytest.raises(PlanetError):
        body(session, url)


def test_names_in_headers_are_utf8(session):
    disposition = 'Content-Disposition: attachment; filename="À.tif"\r\n'.encode()
    with Parrot(PLAIN.replace(b"Content-Length", disposition + b"Content-Length")) as server:
        with session.download(server.url + "/x", IDENTITY) as answer:
            assert name_of(answer.headers, "/x") == "À.tif"


def test_an_address_in_brackets():
    assert origin("http://[::1]:8080/x") == "http://[::1]:8080"


# -- credentials ---------------------------------------------------------------------------------------------


def test_credentials_are_sent_to_the_api_and_nowhere_else(unlimited):
    with Parrot(PLAIN) as storage:
        found = f"HTTP/1.1 302 Found\r\nLocation: {storage.url}/file\r\nContent-Length: 5\r\n\r\nfound".encode()
        with Parrot(found, PLAIN) as api:
            with SyncSession(auth=Auth.from_key("PLAKsecret"), base_url=api.url, limits=unlimited) as session:
                assert body(session, api.url + "/link") == (200, b"hello")
                assert body(session, api.url + "/link") == (200, b"hello")
    assert [b"api-key PLAKsecret" in request for request in api.requests] == [True, True]
    assert b"PLAKsecret" not in storage.requests[0]
    assert api.connections == 1  # the redirect has kept it


def test_a_refused_token_is_renewed_for_a_file_too(unlimited):
    class Renewed(httpx.Auth):
        advice = None

        def connect_with(self, settings):
            self.seen = []

        def auth_flow(self, request):
            request.headers["Authorization"] = "Bearer old"
            response = yield request
            self.seen.append(response.status_code)
            request.headers["Authorization"] = "Bearer new"
            yield request

    auth = Renewed()
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with Parrot(refused, PLAIN) as api:
        settings = Settings(auth=auth, base_url=api.url, limits=unlimited)
        with SyncSession.from_settings(settings) as session:
            assert body(session, api.url + "/link") == (200, b"hello")
    assert auth.seen == [401]
    assert [b"Bearer old" in request for request in api.requests] == [True, False]
    assert b"Bearer new" in api.requests[1]


def test_credentials_with_a_line_end_are_refused_and_not_shown(unlimited):
    class Broken(httpx.Auth):
        advice = None

        def connect_with(self, settings):
            pass

        def auth_flow(self, request):
            request.headers["Authorization"] = "secret\r\nX-Evil: 1"
            yield request

    with Parrot(PLAIN) as api:
        settings = Settings(auth=Broken(), base_url=api.url, limits=unlimited, retry=RetryPolicy(max_retries=0))
        with SyncSession.from_settings(settings) as session:
            with pytest.raises(PlanetError) as caught:
                body(session, api.url + "/link")
    assert "secret" not in str(caught.value)
    assert api.requests == []


def test_files_can_go_through_httpx(unlimited):
    with Parrot(PLAIN) as api:
        with SyncSession(auth=Auth.from_key("k"), base_url=api.url, limits=unlimited, http_client="httpx") as session:
            assert body(session, api.url + "/link") == (200, b"hello")
    assert b"Connection: keep-alive" in api.requests[0]
    with pytest.raises(ArgumentError, match="http_client must be 'httpx' or None"):
        SyncSession(auth=Auth.from_key("k"), http_client="requests")


# -- proxies and TLS -----------------------------------------------------------------------------------------


class Tunnel(Parrot):
    """A proxy that opens a tunnel to a server of its own."""

    def _serve(self, connection):
        self.requests.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        super()._serve(connection)


def test_a_tunnel_through_a_proxy_with_a_password(unlimited, authority, server_context, tmp_path, caplog):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    caplog.set_level("DEBUG", "planet.connections")
    with Tunnel(PLAIN, PLAIN, context=server_context) as proxy:
        through = proxy.url.replace("https://", "http://user:hunter2@")
        with SyncSession(
            auth=Auth.from_key("k"), limits=unlimited, proxy=through, verify=str(tmp_path / "ca.pem")
        ) as session:
            for _ in range(2):
                assert body(session, "https://localhost/x") == (200, b"hello")
    assert proxy.connections == 1
    assert proxy.requests[0].startswith(b"CONNECT localhost:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjpodW50ZXIy" in proxy.requests[0]
    assert all(b"Proxy-Authorization" not in request for request in proxy.requests[1:])
    assert "Connected to https://localhost:443 through http://" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "407"),
        (b"HTTP/1.1 502 Bad \x1b[31mGateway\r\n\r\n", "502|illegal"),
        (b"nonsense\r\n\r\n", "illegal"),
        (b"HTTP/1.1 200 OK\r\n\r\nmore", "sent more"),
        (None, "closed"),
    ],
)
def test_a_proxy_that_opens_no_tunnel(unlimited, answer, problem):
    with Parrot(*[answer] * 3) as proxy:
        with SyncSession(
            auth=Auth.from_key("k"), limits=unlimited, proxy=proxy.url, retry=RetryPolicy(max_retries=0)
        ) as session:
            with pytest.raises(NetworkError, match=problem) as caught:
                body(session, "https://storage.test/x")
    assert "\x1b" not in str(caught.value)


def test_tls_to_the_proxy_as_well(unlimited, authority, server_context, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    verify = str(tmp_path / "ca.pem")
    with Parrot(PLAIN, context=server_context) as proxy:
        with SyncSession(auth=Auth.from_key("k"), limits=unlimited, proxy=proxy.url, verify=verify) as session:
            assert body(session, "http://storage.test/x") == (200, b"hello")
    assert proxy.requests[0].startswith(b"GET http://storage.test/x HTTP/1.1")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_tls_session_is_resumed(unlimited, authority, server_context, tmp_path, caplog, version):
    server_context.maximum_version = server_context.minimum_version = version
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    caplog.set_level("DEBUG", "planet.connections")
    with Parrot(PLAIN, PLAIN, context=server_context, hang_up=True) as server:
        with SyncSession(auth=Auth.from_key("k"), limits=unlimited, verify=str(tmp_path / "ca.pem")) as session:
            for _ in range(2):
                assert body(session, server.url + "/x") == (200, b"hello")
    first, second = (record.getMessage() for record in caplog.records)
    assert "resumed" not in first
    assert second.endswith("resumed")

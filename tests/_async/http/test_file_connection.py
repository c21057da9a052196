"""The wire that files come over: plain answers, odd ones, broken ones, TLS."""

import ssl

import pytest
import trustme

from planet._files.names import name_of
from planet._http.urls import origin
from planet.exceptions import CertificateError, NetworkError, PlanetError
from tests.helpers import Parrot

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
IDENTITY = {"Accept-Encoding": "identity"}


async def body(session, url):
    """The status and body of a download."""
    async with session.download(url, IDENTITY) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
        return answer.status_code, b"".join(pieces)


async def test_one_connection_serves_one_request_after_the_other(session):
    with Parrot(PLAIN, PLAIN, PLAIN) as server:
        for _ in range(3):
            assert await body(session, f"{server.url}/a b?sig=ü#x") == (200, b"hello")
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
async def test_odd_answers_are_read(session, answer):
    with Parrot(answer, PLAIN, hang_up=True) as server:
        assert await body(session, server.url + "/x") == (200, b"hello")
        assert await body(session, server.url + "/x") == (200, b"hello")


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
async def test_broken_answers_are_errors(session, answer):
    with Parrot(*[answer] * 20, hang_up=True) as server:
        with pytest.raises(NetworkError, match="localhost"):
            await body(session, server.url + "/x?token=secret")


async def test_a_connection_that_the_server_has_given_up_is_not_a_failure(session):
    with Parrot(PLAIN, None, PLAIN) as server:
        assert await body(session, server.url + "/x") == (200, b"hello")
        assert await body(session, server.url + "/x") == (200, b"hello")
    assert server.connections == 2
    assert session.outcomes.total() == 2


async def test_leaving_early_closes_the_connection(session):
    with Parrot(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello", PLAIN) as server:
        async with session.download(server.url + "/x", IDENTITY):
            pass
        assert await body(session, server.url + "/x") == (200, b"hello")
    assert server.connections == 2


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def server_context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


async def test_tls(sandbox, unlimited, authority, server_context, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + bytes(1_000_000)
    async with sandbox.async_planet(limits=unlimited, verify=str(tmp_path / "ca.pem")) as pl:
        with Parrot(PLAIN, large, PLAIN, context=server_context) as server:
            assert await body(pl._session, server.url + "/x") == (200, b"hello")
            assert await body(pl._session, server.url + "/x") == (200, bytes(1_000_000))
            assert await body(pl._session, server.url + "/x") == (200, b"hello")
        assert server.connections == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(session, server_context):
    with Parrot(PLAIN, context=server_context) as server:
        with pytest.raises(CertificateError, match="localhost"):
            await body(session, server.url + "/x")
    assert server.connections == 1
    assert server.requests == []


async def test_behind_a_proxy_files_come_through_it(sandbox, unlimited):
    with Parrot(PLAIN) as proxy:
        async with sandbox.async_planet(limits=unlimited, proxy=proxy.url) as pl:
            assert await body(pl._session, "http://storage.test/x?sig=1") == (200, b"hello")
    assert proxy.requests[0].startswith(b"GET http://storage.test/x?sig=1 HTTP/1.1")


async def test_a_proxy_of_the_environment_counts_too(sandbox, unlimited, monkeypatch):
    with Parrot(PLAIN) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "localhost")
        async with sandbox.async_planet(limits=unlimited) as pl:
            assert await body(pl._session, "http://storage.test/x?sig=1") == (200, b"hello")
            with Parrot(PLAIN) as server:
                assert await body(pl._session, server.url + "/x") == (200, b"hello")
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
async def test_addresses_that_are_none_are_our_errors(session, url):
    with pytest.raises(PlanetError):
        await body(session, url)


async def test_names_in_headers_are_utf8(session):
    disposition = 'Content-Disposition: attachment; filename="À.tif"\r\n'.encode()
    with Parrot(PLAIN.replace(b"Content-Length", disposition + b"Content-Length")) as server:
        async with session.download(server.url + "/x", IDENTITY) as answer:
            assert name_of(answer.headers, "/x") == "À.tif"


async def test_an_address_in_brackets():
    assert origin("http://[::1]:8080/x") == "http://[::1]:8080"

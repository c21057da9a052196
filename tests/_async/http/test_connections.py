"""Connections to the API and to servers of files: what ends them, how long they are waited for, how much is read."""

import gzip
import json
import socket
import ssl
import threading
import zlib
from time import monotonic
from time import sleep as pause

import httpcore
import pytest
import trustme

from planet._async.http import tls
from planet._async.session import Session
from planet._http import response as limits_of_answers
from planet.auth import Auth
from planet.exceptions import APIError, InvalidAnswer, NetworkError, PlanetError
from planet.http import Limits, RetryPolicy, Timeouts
from tests.helpers import Parrot

ONCE = RetryPolicy(max_retries=0)
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 1}'
EVIL = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 6}'


def a_session(**settings):
    return Session(**{"auth": Auth.none(), "limits": Limits(rate=0), "retry": ONCE, **settings})


async def api(session, url):
    return (await session.request("GET", url)).content


async def file(session, url):
    async with session.download(url, {"Accept-Encoding": "identity"}) as answer:
        return b"".join([piece async for piece in answer.aiter_raw()])


WAYS = pytest.mark.parametrize("way", [api, file], ids=["api", "file"])


def chunked(body):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(params=["http", "https"])
def secured(request, authority, tmp_path):
    """The settings of the server and of the session, without and with TLS."""
    if request.param == "http":
        return {}, {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return {"context": context}, {"verify": str(tmp_path / "ca.pem")}


@WAYS
@pytest.mark.parametrize(
    "first",
    [
        OK + EVIL,
        chunked(b'{"a": 1}') + EVIL,
        b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n" + EVIL,
        b"HTTP/1.1 204 No Content\r\n\r\n" + EVIL,
        OK + b"\r\n",
        OK + b"x",
    ],
    ids=["two answers", "chunks", "204 with a length", "204", "blank line", "one byte"],
)
async def test_bytes_after_an_answer_are_not_the_next_one(way, first, secured):
    server_settings, settings = secured
    with Parrot(first, OK, **server_settings) as server:
        async with a_session(**settings) as session:
            assert await way(session, server.url + "/x") in (b'{"a": 1}', b"")
            assert await way(session, server.url + "/x") == b'{"a": 1}'
    assert server.connections == 2


@WAYS
async def test_bytes_that_come_between_two_requests_are_not_the_next_answer(way, secured):
    server_settings, settings = secured

    class Late(Parrot):
        def _accept(self):
            connection, _ = self._listener.accept()
            self.connections += 1
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                connection.recv(65536)
                connection.sendall(OK)
                pause(0.05)
                connection.sendall(EVIL)
                super()._accept()

    with Late(OK, **server_settings) as server:
        async with a_session(**settings) as session:
            assert await way(session, server.url + "/x") == b'{"a": 1}'
            pause(0.3)  # nor does the event loop notice anything
            assert await way(session, server.url + "/x") == b'{"a": 1}'
    assert server.connections == 2


@WAYS
async def test_connections_are_reused(way, secured):
    server_settings, settings = secured
    with Parrot(OK, chunked(b"[]"), OK, OK, **server_settings) as server:
        async with a_session(**settings) as session:
            for _ in range(4):
                await way(session, server.url + "/x")
    assert len(server.requests) == 4
    assert server.connections == 1


class Cutting(Parrot):
    """It ends its TLS connections properly, or cuts them without a close_notify."""

    def __init__(self, *answers, properly, **settings):
        super().__init__(*answers, **settings)
        self.properly = properly

    def _serve(self, connection):
        secured = self.context.wrap_socket(connection, server_side=True)
        self.requests.append(secured.recv(65536))
        secured.sendall(self.answers[0])
        if self.properly:
            secured.settimeout(1)
            try:
                secured.unwrap().close()
            except OSError:
                secured.close()
        else:
            socket.socket(fileno=secured.detach()).close()


@WAYS
@pytest.mark.parametrize("properly", [True, False], ids=["close_notify", "cut"])
@pytest.mark.parametrize("secured", ["https"], indirect=True)
async def test_a_body_without_a_length_is_complete_only_if_tls_ends(way, properly, secured):
    server_settings, settings = secured
    with Cutting(b"HTTP/1.1 200 OK\r\n\r\n[1]", properly=properly, **server_settings) as server:
        async with a_session(**settings) as session:
            if properly:
                assert await way(session, server.url + "/x") == b"[1]"
            else:
                with pytest.raises(NetworkError, match="localhost"):
                    await way(session, server.url + "/x")


@WAYS
async def test_a_body_that_is_cut_before_its_end_is_an_error(way, secured):
    server_settings, settings = secured
    for answer in (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[1]",
    ):
        with Parrot(answer, hang_up=True, **server_settings) as server:
            async with a_session(**settings) as session:
                with pytest.raises(NetworkError, match="localhost"):
                    await way(session, server.url + "/x")


# -- how much ------------------------------------------------------------------------------------------------


def bomb(megabytes):
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join([*(pack.compress(b" " * 2**20) for _ in range(megabytes)), pack.flush()])
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def test_a_bomb_is_refused_once_and_nothing_of_it_is_kept(monkeypatch):
    def held(error):
        seen, frame = 0, error.__traceback__
        while frame is not None:
            for value in frame.tb_frame.f_locals.values():
                if isinstance(value, (bytes, bytearray)):
                    seen += len(value)
                elif isinstance(value, list):
                    seen += sum(len(entry) for entry in value if isinstance(entry, (bytes, bytearray)))
            frame = frame.tb_next
        return seen

    with Parrot(*[bomb(200)] * 6) as server:
        async with a_session(retry=RetryPolicy(base=0.01, window=0)) as session:
            with pytest.raises(InvalidAnswer, match=f"longer than {limits_of_answers.MAX_BODY} bytes") as caught:
                await session.request("GET", server.url + "/x", response_type=dict)
            assert held(caught.value) < 1_000_000
    assert len(server.requests) == 1


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
async def test_an_encoding_that_was_not_asked_for_is_a_clear_error(encoding):
    answer = b'HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 8\r\n\r\n{"a": 1}' % encoding.encode()
    with Parrot(*[answer] * 6) as server:
        async with a_session(retry=RetryPolicy(base=0.01, window=0)) as session:
            with pytest.raises(InvalidAnswer, match="cannot be decompressed: it") as caught:
                await session.request("GET", server.url + "/x")
    assert encoding.split(",")[0] in str(caught.value)
    assert len(server.requests) == 1
    assert b"accept-encoding: gzip, deflate\r\n" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b'{"a": 1}', mtime=0)),
        ("x-gzip", gzip.compress(b'{"a": 1}', mtime=0)),
        ("GZIP", gzip.compress(b'{"a"', mtime=0) + gzip.compress(b": 1}", mtime=0)),
        ("deflate", zlib.compress(b'{"a": 1}')),
        ("deflate", zlib.compress(b'{"a": 1}')[2:-4]),
        ("identity", b'{"a": 1}'),
    ],
)
async def test_compressed_answers_are_read(encoding, body):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with Parrot(head + body) as server:
        async with a_session() as session:
            assert (await session.request("GET", server.url + "/x")).json() == {"a": 1}


@pytest.mark.parametrize(
    "body", [gzip.compress(b"[1]" * 1000, mtime=0)[:-10], b"not gzip", gzip.compress(b"[1]", mtime=0)[:-1] + b"x"]
)
async def test_a_compressed_body_that_is_broken_is_an_error(body):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with Parrot(head + body) as server:
        async with a_session() as session:
            with pytest.raises(InvalidAnswer, match="decompressed"):
                await session.request("GET", server.url + "/x")


# -- how long ------------------------------------------------------------------------------------------------


class Dribble(Parrot):
    """It sends its answer byte by byte, one every 20 ms."""

    def _serve(self, connection):
        with connection:
            connection.recv(65536)
            try:
                for answer in self.answers:
                    for byte in answer:
                        connection.sendall(bytes([byte]))
                        if self.stopped.wait(0.02):
                            return
            except OSError:
                return

    def __enter__(self):
        self.stopped = threading.Event()
        return super().__enter__()

    def __exit__(self, *details):
        self.stopped.set()
        super().__exit__(*details)


@WAYS
async def test_a_head_that_comes_byte_by_byte_is_not_waited_for_long(way):
    with Dribble(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000) as server:
        async with a_session(timeouts=Timeouts(head=0.3)) as session:
            start = monotonic()
            with pytest.raises(
                NetworkError, match="the head of the answer was not complete in time|not complete in time"
            ):
                await way(session, server.url + "/x")
            assert monotonic() - start < 5


@pytest.mark.parametrize("status", [200, 503])
async def test_a_body_of_the_api_that_comes_byte_by_byte_is_not_waited_for_long(status):
    head = f"HTTP/1.1 {status} -\r\nContent-Length: 100000\r\n\r\n".encode()

    class HeadFirst(Dribble):
        def _serve(self, connection):
            connection.sendall(head)
            super()._serve(connection)

    with HeadFirst(b" " * 100_000) as server:
        async with a_session(timeouts=Timeouts(body=0.3)) as session:
            start = monotonic()
            with pytest.raises(NetworkError if status == 200 else APIError):
                await session.request("GET", server.url + "/x")
            assert monotonic() - start < 5


async def test_a_file_may_take_as_long_as_it_comes():
    with Dribble(OK) as server:
        async with a_session(timeouts=Timeouts(head=5, body=0.01)) as session:
            assert await file(session, server.url + "/x") == b'{"a": 1}'


# -- proxies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_wants_a_password_is_asked_once(scheme):
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with Parrot(*[refusal] * 6) as proxy:
        async with a_session(proxy=proxy.url, retry=RetryPolicy(base=0.01, window=0)) as session:
            with pytest.raises(PlanetError, match="407"):
                await session.request("GET", f"{scheme}://api.test/x")
    assert len(proxy.requests) == 1


@WAYS
async def test_a_tunnel_through_a_proxy(way, authority, tmp_path, monkeypatch):
    """Through an HTTP proxy, TLS reaches to the server, and a connection that is cut there is an error, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.test").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    class Tunnel(Parrot):
        def _serve(self, connection):
            self.requests.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            super()._serve(connection)

    with Tunnel(OK, OK + EVIL, OK, b"HTTP/1.1 200 OK\r\n\r\n[1]", context=context, hang_up=False) as proxy:
        async with a_session(proxy=proxy.url.replace("https", "http"), verify=str(tmp_path / "ca.pem")) as session:
            for _ in range(3):
                assert await way(session, "https://api.test/x") == b'{"a": 1}'
            assert json.loads(OK[-8:]) == {"a": 1}
    assert proxy.connections == 2
    assert proxy.requests[0].startswith(b"CONNECT api.test:443 HTTP/1.1")


async def test_the_keys_of_tls_are_logged_where_the_variable_says(authority, tmp_path, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with Parrot(OK, OK, context=context) as server:
        async with a_session() as session:
            await api(session, server.url + "/x")
            await file(session, server.url + "/x")
    assert (tmp_path / "keys").read_text().count("CLIENT_TRAFFIC_SECRET_0") == 2


class Trickle:
    """A connection on which the record of a handshake comes byte by byte, and never ends."""

    def __init__(self):
        self.record = iter(b"\x16\x03\x01\x40\x00" + bytes(16_000))

    async def read(self, max_bytes, timeout=None):
        return bytes([next(self.record)])

    async def write(self, buffer, timeout=None):
        return None


async def test_a_record_that_trickles_in_does_not_restart_the_clock(monkeypatch):
    ticks = iter(range(100_000))
    monkeypatch.setattr(tls, "monotonic", lambda: next(ticks) / 10)
    stream = tls.TlsStream(Trickle(), ssl.create_default_context(), "localhost")
    with pytest.raises(httpcore.ReadTimeout):
        await stream.read(1000, timeout=1.0)
    assert next(ticks) < 50

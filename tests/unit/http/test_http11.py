"""Heads of answers: what is taken as plain is what h11 takes too, and means the same."""

import time

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._http.http11 import build_request, parse_head, split_url

names = st.sampled_from(
    [b"Content-Length", b"content-length", b"X-A", b"ETag", b"Connection", b"Transfer-Encoding", b"b d"]
)
values = st.one_of(
    st.sampled_from(
        [b"0", b"5", b"005", b"-1", b"+1", b"1, 1", b"close", b"keep-alive", b"chunked", b"", b" x ", b"a\tb"]
    ),
    st.binary(max_size=6),
)
firsts = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 206",
        b"HTTP/1.1 304 x",
        b"HTTP/1.1 100 y",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 2000",
        b"x",
    ]
)


@given(firsts, st.lists(st.tuples(names, values), max_size=5))
def test_what_is_plain_is_what_h11_reads(first, fields):
    raw = b"\r\n".join([first, *(name + b": " + value for name, value in fields)]) + b"\r\n\r\n"
    if raw.count(b"\r\n\r\n") != 1:
        return
    head = parse_head(raw)
    if head is None:
        return
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    reader.send(h11.EndOfMessage())
    reader.receive_data(raw)
    event = reader.next_event()
    assert isinstance(event, h11.Response)
    assert event.status_code == head.status
    lengths = {int(value) for name, value in event.headers if name == b"content-length"}
    assert lengths == {head.length}
    assert [(name.lower(), value) for name, value in head.headers] == list(event.headers)
    if head.keep_alive:
        reader.receive_data(bytes(head.length))
        while not isinstance(reader.next_event(), h11.EndOfMessage):
            continue
        assert reader.our_state is not h11.MUST_CLOSE


@given(st.binary(max_size=200))
def test_any_bytes_are_a_head_or_none(raw):
    parse_head(raw + b"\r\n\r\n")


def test_long_heads_take_no_time():
    start = time.thread_time()  # of the processor: how busy the machine is does not count
    for filler in (b" " * 60_000, b"\t " * 30_000, b":" * 60_000, b"a" * 60_000):
        parse_head(b"HTTP/1.1 200 OK\r\nX:" + filler + b"\x00\r\n\r\n")
        parse_head(b"HTTP/1.1 200 " + filler + b"\x00\r\n\r\n")
    assert time.thread_time() - start < 5


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/x", ("a.test", b"/x")),
        ("https://a.test", ("a.test", b"/")),
        ("https://a.test:8443/x?a=b%20c&d", ("a.test:8443", b"/x?a=b%20c&d")),
        ("https://A.test/x y", ("a.test", b"/x%20y")),
        ("https://u:p@a.test/x", ("a.test", b"/x")),
        ("https://a.test/ü?ü", ("a.test", b"/%C3%BC?%C3%BC")),
        ("https://[::1]:80/x", ("[::1]:80", b"/x")),
    ],
)
def test_addresses(url, expected):
    assert split_url(url) == expected


def test_a_request():
    assert build_request(b"/x", {"Host": "a"}) == b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

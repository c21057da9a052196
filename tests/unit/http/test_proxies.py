"""Which proxy is used, and which hosts NO_PROXY exempts."""

import pytest

from planet._http.proxies import bypasses, parse_proxy, proxy_for
from planet.exceptions import ClientError

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("*", "a.test", 443),
        ("a.test", "a.test", 443),
        ("a.test", "A.TEST", 443),
        ("A.Test", "a.test", 443),
        ("a.test", "b.a.test", 443),
        (".a.test", "b.a.test", 443),
        ("*.a.test", "b.a.test", 443),
        (".a.test", "a.test", 443),
        ("x, a.test", "a.test", 443),
        ("x a.test", "a.test", 443),
        ("a.test:8080", "a.test", 8080),
        ("https://a.test", "a.test", 443),
        ("a.test.", "a.test", 443),
        ("a.test", "a.test.", 443),
        ("10.0.0.0/8", "10.1.2.3", 443),
        ("10.1.2.3", "10.1.2.3", 443),
        ("10.1.2.3/8", "10.9.9.9", 443),
        ("10.1.2.3:80", "10.1.2.3", 80),
        ("[::1]", "::1", 443),
        ("::1", "::1", 443),
        ("[::1]:8080", "::1", 8080),
        ("0:0::1", "::1", 443),
        ("fd07:b51a:cc66:f0::/64", "fd07:b51a:cc66:f0::7", 443),
        ("[fd07:b51a::]/32", "fd07:b51a:1::7", 443),
        ("localhost,127.0.0.1,::1,[::1]", "localhost", 443),
        ("bücher.test", "xn--bcher-kva.test", 443),
        ("xn--bcher-kva.test", "bücher.test", 443),
        ("bücher.test", "www.bücher.test", 443),
    ],
)
def test_hosts_that_no_proxy_names(no_proxy, host, port):
    assert bypasses(no_proxy, host, port)


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("", "a.test", 443),
        (",", "a.test", 443),
        (" , ", "a.test", 443),
        (".", "a.test", 443),
        ("a.test", "ba.test", 443),
        ("b.a.test", "a.test", 443),
        ("a.test:8080", "a.test", 443),
        ("10.0.0.0/8", "11.0.0.1", 443),
        ("10.0.0.0/8", "10.test", 443),
        ("10.0.0.0/99", "10.0.0.1", 443),
        ("[::1", "::2", 443),
        ("[::1]:8080", "::1", 443),
        ("fd07::/64", "::1", 443),
        ("::1", "localhost", 443),
        ("a.test:" + "9" * 5000, "a.test", 443),
        ("a.test:٣", "a.test", 3),
        ("\u00fc" * 100 + ".test", "a.test", 443),
    ],
)
def test_hosts_that_it_does_not_name(no_proxy, host, port):
    assert not bypasses(no_proxy, host, port)


@pytest.mark.parametrize("case", [str.lower, str.upper], ids=["lower", "upper"])
def test_the_variables(monkeypatch, case):
    assert proxy_for("https://a.test/x", None, trust_env=True) is None
    monkeypatch.setenv(case("all_proxy"), "all.test:1")
    assert proxy_for("https://a.test/x", None, trust_env=True) == "http://all.test:1"
    monkeypatch.setenv(case("https_proxy"), "http://secure.test:2")
    monkeypatch.setenv(case("http_proxy"), "http://plain.test:3")
    assert proxy_for("https://a.test/x", None, trust_env=True) == "http://secure.test:2"
    assert proxy_for("http://a.test/x", None, trust_env=True) == "http://plain.test:3"
    assert proxy_for("http://a.test/x", "http://mine.test", trust_env=True) == "http://mine.test"
    assert proxy_for("http://a.test/x", None, trust_env=False) is None
    monkeypatch.setenv(case("no_proxy"), "a.test,[::1]")
    assert proxy_for("https://a.test/x", None, trust_env=True) is None
    assert proxy_for("https://[::1]:8443/x", None, trust_env=True) is None
    assert proxy_for("https://b.test/x", None, trust_env=True) == "http://secure.test:2"
    assert proxy_for("https://a.test/x", "http://mine.test", trust_env=True) == "http://mine.test"


def test_a_proxy_that_cannot_be_used_is_named_with_its_source(monkeypatch):
    def problem(proxy, *, is_argument=False):
        with pytest.raises(ClientError) as caught:
            parse_proxy(proxy, is_argument=is_argument)
        assert "hunter2" not in str(caught.value)
        return str(caught.value)

    assert "of the system's settings" in problem("ftp://user:hunter2@a.test:1")
    monkeypatch.setenv("ALL_PROXY", "ftp://a.test:1")
    assert "of ALL_PROXY" in problem("ftp://a.test:1")
    monkeypatch.setenv("https_proxy", "ftp://a.test:1")
    assert "of https_proxy" in problem("ftp://a.test:1")
    assert "of proxy=" in problem("ftp://a.test:1", is_argument=True)
    assert parse_proxy("http://user:p%40ss@a.test:1", is_argument=True).password == "p@ss"

"""Errors of the network: ours, and those of httpx that scripts catch."""

import copy
import json
import pickle
import subprocess
import sys

import httpx
import pytest

from planet._http.errors import error_from_httpx, error_from_status, public_type
from planet.exceptions import APIError, CertificateError, InvalidAnswer, NetworkError, OverQuota, TooManyRequests

URL = "https://a.test/x?token=hunter2"


@pytest.mark.parametrize(
    "kind",
    [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout, httpx.ReadError,
     httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError, httpx.ProxyError, httpx.DecodingError],
)  # fmt: skip
def test_an_error_of_the_network_is_also_that_of_httpx(kind):
    cause = kind("boom", request=httpx.Request("GET", URL, headers={"Authorization": "hunter2"}))
    error = error_from_httpx(cause, "GET", URL)
    assert isinstance(error, NetworkError)
    assert isinstance(error, kind)
    assert isinstance(error, httpx.RequestError)
    assert public_type(error) in (NetworkError, InvalidAnswer)
    assert (type(error).__name__, type(error).__module__) == (public_type(error).__name__, "planet.exceptions")
    assert str(error).startswith(("a.test ", "The connection to a.test", "The proxy refused", "The answer of a.test"))
    assert "(GET https://a.test/x)" in str(error)
    with pytest.raises(RuntimeError):
        _ = error.request
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert (str(other), other.url, other.method) == (str(error), error.url, error.method)
        assert other.is_transient == error.is_transient
    assert "hunter2" not in repr(vars(error)) + repr(error) + str(error)


def test_a_certificate_that_is_refused():
    error = error_from_httpx(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), "GET", URL)
    assert isinstance(error, CertificateError)
    assert isinstance(error, httpx.ConnectError)
    assert not error.is_transient


def test_a_proxy_that_refuses_is_asked_once():
    for text, transient in (("407 Proxy Authentication Required", False), ("403 Forbidden", False), ("502 -", True)):
        assert error_from_httpx(httpx.ProxyError(text), "GET", URL).is_transient == transient
    assert "name and password" in str(error_from_httpx(httpx.ProxyError("407 x"), "GET", URL))


def test_the_errors_are_there_without_httpx():
    code = "import sys, planet.exceptions; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_body_of_an_answer_is_its_json():
    body = {
        "general": [{"message": "No access to assets"}],
        "field": {},
        "items": list(range(2000)),
        "token": "hunter2",
    }
    error = error_from_status(400, {}, json.dumps(body).encode(), "GET", URL)
    assert isinstance(error, APIError)
    assert json.loads(error.body)["items"] == body["items"]
    assert "No access to assets" in str(error)
    assert "hunter2" not in error.body


def test_a_rate_limit_that_speaks_of_a_quota_is_no_used_up_quota():
    said = b'{"message": "Request quota per second exceeded"}'
    assert type(error_from_status(429, {"retry-after": "1"}, said, "GET", "https://h/p")) is TooManyRequests
    assert type(error_from_status(429, {}, said, "GET", "https://h/p")) is OverQuota

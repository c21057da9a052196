# Generated from tests/_async/http/test_mocks.py by tools/unasync.py. Edit that file and run the tool again.

"""Test tools that replace the transports of httpx or httpcore see every request, and nothing leaves for the network."""

import json

import httpcore
import httpx
import pytest

from planet._sync.planet import Planet
from planet.auth import Auth
from planet.http import Limits
from tests.helpers import replace_httpcore, replace_httpx

BASE = "https://api.planet.test"
FILE = b"the bytes of a file"
STATS = {"organization": {"queued_orders": 0, "running_orders": 0}, "user": {"queued_orders": 0, "running_orders": 0}}


def answer_to(url):
    """The body that a mock answers with."""
    return FILE if "storage" in url else json.dumps(STATS).encode()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a request leaves for the network")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", refuse)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", refuse)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pl():
    """A client; the fixtures of mocks may come after it."""
    return Planet(auth=Auth.from_key("PLAKkey"), base_url=BASE, limits=Limits(rate=0))


def use(pl, folder):
    """Send a request to the API, and download a file."""
    with pl:
        stats = pl.orders.aggregated_order_stats()
        path = pl.orders.download_asset("https://storage.test/a.tif?sig=1", "a.tif", folder, progress_bar=False)
    assert json.loads(json.dumps(stats)) == STATS
    assert path.read_bytes() == FILE


def test_httpx_is_replaced_as_pytest_httpx_does_it(pl, tmp_path, monkeypatch):
    """On the class of the transport, after the client was made."""
    seen = replace_httpx(monkeypatch, answer_to)
    use(pl, tmp_path)
    assert [url.split("/")[2] for url in seen] == ["api.planet.test", "storage.test"]


def test_httpcore_is_replaced_as_respx_does_it(pl, tmp_path, monkeypatch):
    """On the classes of httpcore's pools."""
    seen = replace_httpcore(monkeypatch, answer_to)
    use(pl, tmp_path)
    assert [url.split("/")[2] for url in seen] == ["api.planet.test", "storage.test"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_transport_of_the_session_gets_everything(tmp_path, streamed):
    seen = []

    def handler(request):
        seen.append(request.url.host)
        body = answer_to(str(request.url))
        return httpx.Response(200, stream=httpx.ByteStream(body)) if streamed else httpx.Response(200, content=body)

    transport = httpx.MockTransport(handler)
    use(Planet(auth=Auth.none(), base_url=BASE, limits=Limits(rate=0), transport=transport), tmp_path)
    assert seen == ["api.planet.test", "storage.test"]

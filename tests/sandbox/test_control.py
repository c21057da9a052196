"""The sandbox as programs in other languages control it: over HTTP. And its page for people."""

import httpx
import pytest

from planet.exceptions import CertificateError, ClientError, MissingResource, ServerError
from planet.http import RetryPolicy
from planet.sandbox import Fault, Sandbox, Timing
from tests.helpers import PATIENCE, an_order


@pytest.fixture
def web(sandbox):
    """A plain HTTP client, without credentials."""
    with httpx.Client(base_url=sandbox.base_url, trust_env=False, timeout=PATIENCE) as client:
        yield client


def test_faults_are_injected(sandbox, web):
    made = web.post("/_sandbox/faults", json={"kind": "status", "path": "/orders/v2", "status": 500, "body": {"a": 1}})
    assert (made.status_code, made.json()["status"], made.json()["body"]) == (201, 500, '{"a": 1}')
    listed = web.get("/_sandbox/faults").json()
    assert [fault["kind"] for fault in listed["faults"]] == ["status"]
    assert "cut" in listed["kinds"]
    with sandbox.planet(retry=RetryPolicy(max_retries=0)) as pl, pytest.raises(ServerError):
        list(pl.orders.list_orders())
    web.post("/_sandbox/faults", json={"kind": "blank"})
    assert web.delete("/_sandbox/faults").status_code == 204
    assert web.get("/_sandbox/faults").json()["faults"] == []
    for wrong in ({"kind": "nope"}, {"kind": "cut", "colour": 1}, [], {"kind": "cut", "path": "("}):
        assert web.post("/_sandbox/faults", json=wrong).status_code == 400
    assert Fault("status", body={"a": 1}).body == '{"a": 1}'


def test_requests_are_seen_without_credentials(sandbox, web):
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order("seen"))
    (seen,) = web.get("/_sandbox/requests", params={"method": "POST", "path": "/compute/ops/orders/v2"}).json()[
        "requests"
    ]
    assert (seen["origin"], seen["status"], seen["body"]["name"]) == ("api", 202, "seen")
    assert "authorization" not in seen["headers"]
    assert sandbox.api_key not in web.get("/_sandbox/requests").text
    assert web.get("/_sandbox/requests", params={"limit": 0}).json() == {"requests": []}
    assert web.get("/_sandbox/requests", params={"limit": "x"}).status_code == 400
    assert web.delete("/_sandbox/requests").status_code == 204
    assert sandbox.requests == []  # those of the control itself are not recorded


def test_the_clock_links_and_reset(sandbox, web):
    before = web.get("/_sandbox/clock").json()
    later = web.post("/_sandbox/clock", json={"advance": 86400, "stop": True}).json()
    assert later["is_stopped"]
    assert later["now"] > before["now"]
    assert web.post("/_sandbox/clock", json={"start": True}).json()["is_stopped"] is False
    for wrong in ({}, {"advance": "x"}, {"colour": 1}):
        assert web.post("/_sandbox/clock", json=wrong).status_code == 400
    assert web.post("/_sandbox/expire-links").status_code == 204
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order())
    assert web.get("/_sandbox").json()["records"]["orders"] == 1
    assert web.post("/_sandbox/reset").status_code == 204
    assert web.get("/_sandbox").json()["records"]["orders"] == 0
    variables, signature = sandbox.environment(), "PLANETARYCOMPUTER_SAS_TOKEN"  # which is another one each time
    assert web.get("/_sandbox/environment").json() | {signature: ""} == variables | {signature: ""}
    assert web.get("/_sandbox/nothing").status_code == 404


def test_the_page_shows_orders_and_requests(sandbox, web):
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order("<b>bold</b>"))
        pl.orders.wait(order.id, delay=0.02)
    assert not web.get("/").headers["content-type"].startswith("text/html")  # a client with a wrong address
    page = web.get("/", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.text
    assert "<b>bold" not in page.text
    assert f"/_sandbox/orders/{order.id}/preview.png" in page.text
    picture = web.get(f"/_sandbox/orders/{order.id}/preview.png")
    assert picture.content.startswith(b"\x89PNG")
    assert web.get("/_sandbox/orders/nothing/preview.png").status_code == 404


def test_pages_of_other_origins_may_use_it_on_request(sandbox, web):
    assert "access-control-allow-origin" not in web.get("/_sandbox").headers
    with Sandbox(cors=True) as other, httpx.Client(base_url=other.base_url, trust_env=False) as client:
        asked = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
        allowed = client.options("/data/v1/quick-search", headers=asked)
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == "*"
        assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
        answer = client.get("/data/v1/item-types", headers={"authorization": f"api-key {other.api_key}"})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


def test_ids_that_no_search_finds_may_be_unknown():
    with Sandbox(strict_ids=True) as strict, strict.planet() as pl:
        found = pl.data.search(["PSScene"], limit=1).first()
        assert pl.data.get_item("PSScene", found.id).id == found.id
        assert pl.data.get_item("PSScene", "20220304_093300_37_2430").id  # one that the docs name
        with pytest.raises(MissingResource):
            pl.data.get_item("PSScene", "20210101_101010_10_2222")


def test_it_serves_https_with_an_authority_of_its_own(tmp_path):
    with Sandbox(tls=True, timing=Timing(queued=0.05, running=0.05), scene_pixels=64) as secure:
        assert secure.base_url.startswith("https://")
        assert secure.environment()["SSL_CERT_FILE"] == str(secure.authority_file)
        with secure.planet() as pl:
            order = pl.orders.create_order(an_order())
            pl.orders.wait(order.id, delay=0.02)
            paths = pl.orders.download_order(order.id, tmp_path)
            pl.orders.validate_checksum(tmp_path / order.id, "sha256")
        assert len(paths) > 1
        with secure.geocatalog() as gc:
            assert list(gc.stac.list_collections()) == []
        with secure.planet(verify=True, retry=RetryPolicy(max_retries=0)) as stranger, pytest.raises(CertificateError):
            list(stranger.orders.list_orders())


def test_https_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "trustme", None)
    with pytest.raises(ClientError, match=r"pip install 'planet\[sandbox-tls\]'"):
        Sandbox(tls=True).start()

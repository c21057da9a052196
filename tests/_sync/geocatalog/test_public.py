# Generated from tests/_async/geocatalog/test_public.py by tools/unasync.py. Edit that file and run the tool again.

"""The public Planetary Computer, and other STAC APIs."""

import json

import httpx
import pytest

from planet._sync.geocatalog.public import PlanetaryComputer
from planet.exceptions import InvalidAPIKey
from planet.geocatalog import StacItem
from planet.http import Limits, RetryPolicy
from tests.geocatalog_data import an_item

BLOB = "https://account.blob.core.windows.net/container/a.tif"


class Service(httpx.MockTransport):
    """The STAC API and the signing service of the Planetary Computer, in small."""

    def __init__(self):
        super().__init__(self.answer)
        self.requests = []

    def answer(self, request):
        self.requests.append(request)
        path = request.url.path
        if path == "/api/stac/v1/search":
            body = json.loads(request.content)
            if body.get("token"):
                return httpx.Response(200, json={"features": [an_item("b")], "links": []})
            link = {"rel": "next", "method": "POST", "href": str(request.url), "merge": True, "body": {"token": "2"}}
            return httpx.Response(200, json={"features": [an_item("a", BLOB)], "links": [link]})
        if path == "/api/sas/v1/token/account/container":
            return httpx.Response(200, json={"msft:expiry": "2999-01-01T00:00:00Z", "token": "sv=1&sig=secret"})
        if path.endswith("/items") and request.method == "POST":
            return httpx.Response(201, json=an_item("a"))
        return httpx.Response(401, json={"detail": "no"})


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("PL_API_KEY", "PLAKsecret")
    return Service()


def client(service, **settings):
    settings = {"limits": Limits(rate=0), "retry": RetryPolicy(max_retries=0), **settings}
    return PlanetaryComputer(transport=service, **settings)


def test_a_search_needs_no_account(service):
    with client(service) as pc:
        found = [item.id for item in pc.stac.search(collections=["x"], datetime="2024", page_size=7)]
    assert found == ["a", "b"]
    first, second = (json.loads(request.content) for request in service.requests)
    assert second == {**first, "token": "2"}  # merge: the rest of the first body
    for request in service.requests:
        assert "authorization" not in request.headers
        assert request.url.query == b""


def test_files_are_signed_by_container(service):
    with client(service, subscription_key="a-key") as pc:
        item = StacItem(an_item("a", BLOB))
        assert (pc.sas.sign_item(item)).assets["image"]["href"] == f"{BLOB}?sv=1&sig=secret"
        link = pc.sas.sign(f"{BLOB}?snapshot=1")
        assert link.href == f"{BLOB}?snapshot=1&sv=1&sig=secret"
        for left_alone in (
            "https://ai4edatasetspublicassets.blob.core.windows.net/c/a.tif",
            "https://account.dfs.core.windows.net/c/a.tif",
            "https://example.com/a.tif",
            "http://account.blob.core.windows.net/c/a.tif",
            f"{BLOB}?se=1&sig=other",
        ):
            assert (pc.sas.sign(left_alone)).href == left_alone
        assert pc.sas.signer()("https://example.com/x") == "https://example.com/x"
    assert len(service.requests) == 1
    assert service.requests[0].headers["ocp-apim-subscription-key"] == "a-key"


def test_the_key_goes_to_the_signing_service_only(service, monkeypatch):
    monkeypatch.setenv("PC_SDK_SUBSCRIPTION_KEY", "secret-key")
    monkeypatch.setenv("PC_SDK_SAS_URL", "https://other.example/api/sas/v1/token")
    with client(service) as pc:
        assert pc.sas_url == "https://other.example/api/sas/v1"
        pc.stac.search().first()
        assert "ocp-apim-subscription-key" not in service.requests[0].headers
        pc.sas.sign(BLOB)
        assert str(service.requests[-1].url).startswith("https://other.example/api/sas/v1/token/account/container")
        with pytest.raises(InvalidAPIKey, match="PC_SDK_SUBSCRIPTION_KEY") as caught:
            pc.sas.sign("https://b.blob.core.windows.net/c/a.tif")
    assert "secret-key" not in f"{caught.value!r} {pc!r} {pc.sas!r} {pc._signing_session.settings.auth!r}"


def test_writes_to_other_stac_apis_return_the_object(service):
    with client(service) as pc:
        made = pc.stac.create_item("x", an_item("a"))
    assert isinstance(made, StacItem)
    assert made.id == "a"

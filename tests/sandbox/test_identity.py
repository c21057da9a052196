"""The login service of the sandbox as programs in any language use it: discovery, id tokens, older logins."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.helpers import PATIENCE

CLIENT, TARGET, VERIFIER = "program", "http://127.0.0.1:9/callback", "v" * 50


@pytest.fixture
def web(sandbox):
    with httpx.Client(base_url=sandbox.base_url, timeout=PATIENCE) as client:
        yield client


def log_in(web, scope, **more):
    """The tokens of a user who logs in with a browser."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": TARGET, "scope": scope, "state": "s",
        "code_challenge": challenge, "code_challenge_method": "S256", **more,
    }  # fmt: skip
    answer = web.post("/idp/authorize", params=query, data={"decision": "allow"})
    (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": TARGET, "code_verifier": VERIFIER,
        "client_id": CLIENT,
    }  # fmt: skip
    return web.post("/idp/token", data=form).json()


def verified(web, token, **options):
    """The claims of a token that the published keys verify, as any OpenID client checks it."""
    found = web.get("/idp/.well-known/openid-configuration").json()
    (key,) = jwt.PyJWKSet.from_dict(web.get(found["jwks_uri"]).json()).keys
    return jwt.decode(token, key.key, algorithms=["RS256"], issuer=found["issuer"], leeway=60, **options)


def test_discovery_has_what_the_standard_requires(web):
    found = web.get("/idp/.well-known/openid-configuration").json()
    required = {
        "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
        "subject_types_supported", "id_token_signing_alg_values_supported",
    }  # fmt: skip
    assert required <= set(found)


def test_an_id_token_names_user_program_and_nonce(web):
    tokens = log_in(web, "planet openid email offline_access", nonce="n-1")
    claims = verified(web, tokens["id_token"], audience=CLIENT)
    assert (claims["sub"], claims["nonce"], claims["email"]) == ("user", "n-1", "user@example.com")
    access = verified(web, tokens["access_token"], audience="https://api.planet.com/")
    assert access["sub"] == "user"
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": CLIENT}
    again = web.post("/idp/token", data=form).json()
    assert verified(web, again["id_token"], audience=CLIENT)["sub"] == "user"


def test_there_is_no_id_token_for_who_does_not_ask(web):
    assert "id_token" not in log_in(web, "planet")
    form = {"grant_type": "client_credentials", "client_id": "c", "client_secret": "s", "scope": "planet openid"}
    assert "id_token" not in web.post("/idp/token", data=form).json(), "a service account is no user"


@pytest.mark.parametrize("path", ["/v0/auth/login", "/auth/v1/experimental/public/users/authenticate"])
def test_logins_of_older_programs(web, path):
    answer = web.post(path, json={"email": "a@example.com", "password": "p"}).json()
    claims = jwt.decode(answer["token"], options={"verify_signature": False})
    assert answer["user_id"] == claims["user_id"] > 0
    plans = web.get("/auth/v1/experimental/public/my/subscriptions", auth=(claims["api_key"], "")).json()
    assert plans[0]["quota_sqkm"] > plans[0]["quota_used"] == 0 and plans[0]["organization"]["id"] == 1
    assert web.post(path, json={"email": "a@example.com", "password": "wrong"}).status_code == 401

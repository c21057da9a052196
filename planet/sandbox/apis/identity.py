"""The login service of the sandbox: discovery, keys, grants, and the pages where a user approves a login."""

import base64
import html
import zlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..state.identity import OAuthError, email_of
from ..state.world import World
from .responses import error_response, json_body, server_url

__all__ = ["PUBLIC_PATHS", "routes"]


_AUTHENTICATE = "/auth/v1/experimental/public/users/authenticate"
PUBLIC_PATHS = ("/idp", "/v0/auth/login", _AUTHENTICATE)  # paths that need no credentials

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>planet sandbox</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1rem;color:#123}}
h1{{font-size:1.3rem}}input,button{{font:inherit;padding:.5rem .9rem;border:1px solid #9ab;border-radius:.4rem}}
button[value=allow]{{background:#009688;border-color:#009688;color:#fff}}code{{font-size:1.2rem}}</style>
<h1>Sandbox login</h1>{body}</html>"""


def routes(world: World) -> list[Route]:
    """Return the routes below `/idp`, and the legacy login."""
    api = _Login(world)
    return [
        Route("/idp/.well-known/openid-configuration", api.discovery, methods=["GET"]),
        Route("/idp/jwks", api.keys, methods=["GET"]),
        Route("/idp/token", api.token, methods=["POST"]),
        Route("/idp/device_authorization", api.start_device, methods=["POST"]),
        Route("/idp/device", api.device_page, methods=["GET", "POST"]),
        Route("/idp/authorize", api.authorize_page, methods=["GET", "POST"]),
        Route("/idp/revoke", api.revoke, methods=["POST"]),
        Route("/idp/userinfo", api.userinfo, methods=["GET"]),
        Route("/v0/auth/login", api.legacy, methods=["POST"]),
        Route(_AUTHENTICATE, api.legacy, methods=["POST"]),
    ]


class _Login:
    def __init__(self, world: World) -> None:
        self.world = world

    async def discovery(self, request: Request) -> Response:
        root = f"{server_url(request)}/idp"
        return JSONResponse(
            {
                "issuer": root,
                "token_endpoint": f"{root}/token",
                "device_authorization_endpoint": f"{root}/device_authorization",
                "authorization_endpoint": f"{root}/authorize",
                "revocation_endpoint": f"{root}/revoke",
                "userinfo_endpoint": f"{root}/userinfo",
                "jwks_uri": f"{root}/jwks",
                "response_types_supported": ["code"],
                "grant_types_supported": [
                    "authorization_code",
                    "client_credentials",
                    "refresh_token",
                    "urn:ietf:params:oauth:grant-type:device_code",
                ],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
                "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "email"],
                "scopes_supported": ["planet", "offline_access", "openid", "profile", "email"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(await self.world.run_in_thread(self.world.identity.keys))

    async def token(self, request: Request) -> Response:
        form = await _form(request)
        identity, kind = self.world.identity, form.get("grant_type")
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        issuer = f"{server_url(request)}/idp"
        if not client_id:
            client_id, secret = _basic(request)
        try:
            if kind == "client_credentials":
                tokens = identity.tokens_for_client(client_id, secret, form.get("scope", ""), issuer)
            elif kind == "refresh_token":
                tokens = identity.tokens_for_refresh_token(form.get("refresh_token", ""), client_id, issuer)
            elif kind == "authorization_code":
                names = ("code", "redirect_uri", "code_verifier")
                code, target, verifier = (form.get(name, "") for name in names)
                tokens = identity.tokens_for_code(code, target, verifier, issuer)
            elif kind == "urn:ietf:params:oauth:grant-type:device_code":
                tokens = identity.tokens_for_device(form.get("device_code", ""), issuer)
            else:
                raise OAuthError("unsupported_grant_type", f"grant_type is not supported: {kind}")
        except OAuthError as error:
            return _oauth_error(error)
        return JSONResponse(tokens, headers={"Cache-Control": "no-store"})

    async def start_device(self, request: Request) -> Response:
        form = await _form(request)
        identity = self.world.identity
        try:
            device_code, user_code = identity.start_device(form.get("client_id", ""), form.get("scope", ""))
        except OAuthError as error:
            return _oauth_error(error)
        page = f"{server_url(request)}/idp/device"
        return JSONResponse(
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_uri": page,
                "verification_uri_complete": f"{page}?{urlencode({'user_code': user_code})}",
                "expires_in": 600,
                "interval": identity.interval,
            }
        )

    async def device_page(self, request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else dict(request.query_params)
        code = form.get("user_code", "")
        if request.method == "POST":
            try:
                self.world.identity.device(code).status = "approved" if form.get("decision") == "allow" else "denied"
            except OAuthError as error:
                return _page(f"<p>{html.escape(error.text)}</p>", 404)
            return _page("<p>Done. This page can be closed.</p>")
        return _page(
            f'<form method="post"><p>Does your device show this code?</p><p><input name="user_code" size="12" '
            f'value="{html.escape(code, quote=True)}" autofocus></p>{_BUTTONS}</form>'
        )

    async def authorize_page(self, request: Request) -> Response:
        query = dict(request.query_params)
        target = query.get("redirect_uri", "")
        if not urlsplit(target).hostname or query.get("response_type") != "code" or not query.get("client_id"):
            return _page("<p>The authorization request is not valid.</p>", 400)
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            return _page("<p>This login is not protected by a code challenge.</p>", 400)
        if request.method == "GET":
            program = html.escape(query["client_id"])
            asked = html.escape(query.get("scope", ""))
            return _page(f'<form method="post"><p>May <b>{program}</b> do this: {asked}?</p>{_BUTTONS}</form>')
        parameters = {"state": query.get("state", "")}
        if (await _form(request)).get("decision") == "allow":
            scope, challenge = query.get("scope", ""), query["code_challenge"]
            nonce = query.get("nonce", "")
            parameters["code"] = self.world.identity.issue_code(query["client_id"], scope, target, challenge, nonce)
        else:
            parameters |= {"error": "access_denied", "error_description": "The user has refused."}
        return RedirectResponse(f"{target}{'&' if urlsplit(target).query else '?'}{urlencode(parameters)}", 303)

    async def revoke(self, request: Request) -> Response:
        self.world.identity.revoke((await _form(request)).get("token", ""))
        return Response(status_code=200)

    async def userinfo(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").partition(" ")[2]
        subject = self.world.identity.subject_of(token)
        if subject is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse({"sub": subject, "email": email_of(subject)})

    async def legacy(self, request: Request) -> Response:
        import jwt

        body = await json_body(request) or {}
        if not body.get("email") or body.get("password") in (None, "", "wrong"):
            return error_response(401, "Invalid email or password")
        key = self.world.api_key or f"PLAK-{body['email'].partition('@')[0]}"
        user = {"user_id": zlib.crc32(body["email"].encode()), "email": body["email"], "organization_id": 1}
        return JSONResponse({"token": jwt.encode({**user, "api_key": key}, "x" * 32, "HS256"), **user})


_BUTTONS = (
    '<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Refuse</button></p>'
)


def _page(body: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(body=body), status, {"Cache-Control": "no-store"})


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":") if scheme.lower() == "basic" else ("", "", "")
    except ValueError:
        return "", ""
    return name, secret


def _oauth_error(error: OAuthError) -> Response:
    body: dict[str, Any] = {"error": error.code, "error_description": error.text}
    return JSONResponse(body, error.status, headers={"Cache-Control": "no-store"})

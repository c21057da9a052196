"""How tokens are asked for: the grants of OAuth, as steps. Nothing here does any I/O."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from .._redact import redact, redact_url
from ..exceptions import AuthError, ClientError, InvalidAnswer, NetworkError
from ._config import ClientConfig
from ._errors import LoginRefused
from ._flow import Flow, LoginResponse, Sleep
from ._token import Token

__all__ = [
    "authorization_url",
    "by_client_credentials",
    "by_code",
    "by_device",
    "by_refresh",
    "discover",
    "discovery_url",
    "revoke",
    "start_device",
]


_INTERVAL, _SLOWER = 5.0, 5.0  # seconds between two looks whether a device was allowed, and more if that is too fast
_TRANSIENT = (408, 429, 500, 502, 503, 504)


def discover(config: ClientConfig) -> Flow:
    """Where the endpoints of the login service are."""
    if config.endpoints:
        return config.endpoints
    server = _checked(config.auth_server, config.auth_server)
    answer = yield _request("GET", discovery_url(server))
    if answer.status != 200:
        raise _trouble(answer, server)
    found = _json(answer, server)
    config.endpoints = {
        name: _checked(str(value), server) for name, value in found.items() if name.endswith("_endpoint") and value
    }
    return config.endpoints


def discovery_url(server: str) -> str:
    """Where a login service says what its endpoints are."""
    return f"{server.rstrip('/')}/.well-known/openid-configuration"


def _endpoint(config: ClientConfig, name: str) -> Flow:
    endpoints = yield from discover(config)
    url = config.overrides.get(name) or endpoints.get(name)
    if not url:
        raise AuthError(f"The login service {config.auth_server} has no {name}.", hint="Is the address right?")
    return _checked(url, config.auth_server)


def _checked(url: str, server: str) -> str:
    """An address that secrets may be sent to: https, or this machine."""
    try:
        httpx.URL(url)
        parts = urlsplit(url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    except (ValueError, httpx.InvalidURL):
        parts, local = urlsplit(""), False
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ClientError(
            f"{redact_url(url)} of the login service {redact_url(server)} is no address of the form https://….",
            hint="Check the profile's auth_server, or PL_AUTH_ISSUER; http:// is for this machine only.",
        )
    return url


# -- grants --------------------------------------------------------------------------------------------------


def by_client_credentials(config: ClientConfig) -> Flow:
    """A token for a service account."""
    if not config.client_secret:
        raise LoginRefused(
            f"The token of the service account {config.client_id} cannot be renewed: its secret is not kept.",
            code="expired",
            hint="Set PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET; planet auth login --save-secret keeps it.",
        )
    from oauthlib.oauth2 import BackendApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    body = BackendApplicationClient(config.client_id).prepare_request_body(
        include_client_id=True, client_secret=config.client_secret, **_wanted(config)
    )
    return (yield from _token(config, url, body, None))


def by_refresh(config: ClientConfig, before: Token, scopes: Sequence[str] = ()) -> Flow:
    """A new token for an old one; with *scopes*, one that allows only those."""
    from oauthlib.oauth2 import WebApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    more = {"client_secret": config.client_secret} if config.client_secret else {}
    if scopes:
        more["scope"] = " ".join(scopes)
    body = WebApplicationClient(config.client_id).prepare_refresh_body(
        refresh_token=before.refresh_token, client_id=config.client_id, **more
    )
    return (yield from _token(config, url, body, before))


def authorization_url(config: ClientConfig, verifier: str, state: str) -> Flow:
    """The page on which a user allows it."""
    from oauthlib.common import add_params_to_uri
    from oauthlib.oauth2 import WebApplicationClient

    url = yield from _endpoint(config, "authorization_endpoint")
    return add_params_to_uri(
        url,
        {
            "response_type": "code",
            "client_id": config.client_id,
            "redirect_uri": config.redirect_uri or "",
            "state": state,
            "code_challenge": WebApplicationClient(config.client_id).create_code_challenge(verifier, "S256"),
            "code_challenge_method": "S256",
            **_wanted(config),
        },
    )


def by_code(config: ClientConfig, code: str, verifier: str) -> Flow:
    """A token for the code that the page has handed out."""
    from oauthlib.oauth2 import WebApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    body = WebApplicationClient(config.client_id).prepare_request_body(
        code=code, redirect_uri=config.redirect_uri, code_verifier=verifier
    )
    return (yield from _token(config, url, body, None))


def start_device(config: ClientConfig) -> Flow:
    """The code that a user types in on another device, as RFC 8628 has it."""
    url = yield from _endpoint(config, "device_authorization_endpoint")
    answer = yield _request("POST", url, {"client_id": config.client_id, **_wanted(config)})
    if answer.status != 200:
        raise _trouble(answer, config.auth_server)
    info = _json(answer, config.auth_server)
    lacking = [name for name in ("device_code", "user_code", "verification_uri", "expires_in") if name not in info]
    if lacking:
        raise InvalidAnswer(f"The login service's answer lacks {', '.join(lacking)}.")
    _device(info)
    return info


def by_device(config: ClientConfig, info: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> Flow:
    """A token, as soon as the user has typed in the code.

    Raises:
        LoginRefused: the user has refused, or has taken too long.
    """
    from oauthlib.oauth2 import DeviceClient

    url = yield from _endpoint(config, "token_endpoint")
    code, pause, life = _device(info)
    body = DeviceClient(config.client_id).prepare_request_body(code, include_client_id=True)
    end = clock() + life
    while clock() < end:
        yield Sleep(pause)
        try:
            return (yield from _token(config, url, body, None))
        except LoginRefused as refusal:
            if refusal.code == "slow_down":
                pause += _SLOWER
            elif refusal.code != "authorization_pending":
                raise
        except NetworkError:
            continue  # it is asked again anyway
    raise LoginRefused("The code was not typed in in time.", code="expired_token", hint="Log in again.")


def _device(info: Any) -> tuple[str, float, float]:
    """(code, seconds between two looks, seconds until it is too late) of a login by device."""
    try:
        times = float(info.get("interval") or _INTERVAL), float(info["expires_in"])
        code = info["device_code"]
    except (KeyError, TypeError, ValueError, AttributeError):
        code = None
    if not isinstance(code, str) or not all(0 <= seconds < _LONGEST_CODE for seconds in times):
        raise InvalidAnswer(
            "That is no login by device code that has begun.", hint="Pass what device_user_login_initiate returned."
        )
    return code, *times


_LONGEST_CODE = 1e6  # seconds that a code may be good for


def revoke(config: ClientConfig, token: str) -> Flow:
    """End a token before its time."""
    url = yield from _endpoint(config, "revocation_endpoint")
    answer = yield _request("POST", url, {"token": token, "client_id": config.client_id})
    if answer.status != 200:
        raise _trouble(answer, config.auth_server)
    return None


def _wanted(config: ClientConfig) -> dict[str, str]:
    """Whom the token is for, and what it allows."""
    wanted = {"audience": " ".join(config.audiences), "scope": " ".join(config.scopes)}
    return {name: value for name, value in wanted.items() if value}


# -- requests and answers ------------------------------------------------------------------------------------


def _request(method: str, url: str, form: Any = None) -> httpx.Request:
    data = {"content": form} if isinstance(form, str) else {"data": form}
    headers = {"Accept": "application/json"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return httpx.Request(method, url, headers=headers, **data)


def _token(config: ClientConfig, url: str, body: str, before: Token | None) -> Flow:
    """The token that a request is answered with."""
    from oauthlib.oauth2 import Client, OAuth2Error

    answer = yield _request("POST", url, body)
    if answer.status in _TRANSIENT:
        raise _trouble(answer, config.auth_server)
    content = _json(answer, config.auth_server)
    try:
        Client(config.client_id).parse_request_body_response(json.dumps(content))
    except (OAuth2Error, ValueError, AttributeError, TypeError, Warning) as error:
        raise _refusal(config, error, content, body) from None
    if answer.status >= 400:
        raise _trouble(answer, config.auth_server)
    access = content.get("access_token")
    if not isinstance(access, str) or not all("!" <= character <= "~" for character in access):
        raise InvalidAnswer(f"The answer of the login service {config.auth_server} makes no sense: it holds no token.")
    if str(content.get("token_type", "bearer")).lower() != "bearer":
        raise InvalidAnswer(f"The login service {config.auth_server} hands out tokens of an unknown type.")
    return Token.of_answer(content, before, time.time())


def _refusal(config: ClientConfig, error: Exception, content: Mapping[str, Any], body: str) -> AuthError:
    code = str(content.get("error") or getattr(error, "error", None) or type(error).__name__)[:100]
    said = redact(str(content.get("error_description") or ""))
    for name, value in parse_qsl(body):
        if name in _SECRETS and len(value) > 2:
            code, said = code.replace(value, "…"), said.replace(value, "…")
    said = said[:300]
    return LoginRefused(
        f"The login service {config.auth_server} refuses: {code}{f': {said}' if said else ''}.",
        code=code,
        hint=_HINTS.get(code, "Log in again: planet auth login."),
    )


_SECRETS = ("client_secret", "refresh_token", "code", "code_verifier", "device_code")  # of what is sent

_HINTS = {
    "invalid_client": "Check the client id and its secret.",
    "unauthorized_client": "Check the client id: it may not do that.",
    "access_denied": "The login was refused. Log in again, and allow it.",
    "invalid_scope": "Check the scopes that are asked for.",
}


def _json(answer: LoginResponse, server: str) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InvalidAnswer(
            f"The answer of the login service {server} makes no sense.", status_code=answer.status, hint=_ADDRESS
        )
    return content


_ADDRESS = "Is its address right? Something on the way may also rewrite its answers."


def _trouble(answer: LoginResponse, server: str) -> Exception:
    """The error for an answer that holds no token, and not because of what was sent."""
    if answer.status in _TRANSIENT:
        error = NetworkError(
            f"The login service {server} is in trouble: it answers {answer.status}.", hint="Try again in a while."
        )
        error._retry.not_sent = True  # what it was for was not sent
        return error
    return LoginRefused(f"The login service {server} answers {answer.status}.", hint=_ADDRESS)

"""The grants of OAuth, as flows: discovery, token requests, device codes, revocation. They perform no I/O."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from .._redact import printable, redact, redact_url
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
    "is_page",
    "revoke",
    "start_device",
]


_DEVICE_INTERVAL = 5.0  # seconds between two polls for a device login, unless the login service says otherwise
_SLOW_DOWN_STEP = 5.0  # seconds that the interval grows by when the login service answers slow_down
_TRANSIENT = (408, 429, 500, 502, 503, 504)


def discover(config: ClientConfig) -> Flow:
    """Discover the endpoints of the login service, once.

    Raises:
        AuthError: the discovery document belongs to another login service (RFC 8414, section 3.3).
    """
    if config.endpoints:
        return config.endpoints
    server = _checked_url(config.auth_server, config.auth_server)
    response = yield _request("GET", discovery_url(server))
    if response.status != 200:
        raise _status_error(response, server)
    found = _parse_json(response, server)
    issuer = found.get("issuer")
    if not isinstance(issuer, str) or issuer.removesuffix("/") != server.removesuffix("/"):
        named = f"it names another issuer, {redact_url(issuer)!r}" if issuer else "it names no issuer"
        raise AuthError(
            f"The login service {redact_url(server)} cannot be used: its discovery document is invalid: {named}.",
            hint=_CHECK_URL,
        )
    # The endpoints may be on other hosts, as those of Google are. Each is checked when it is used.
    config.endpoints = {
        name: value for name, value in found.items() if name.endswith("_endpoint") and isinstance(value, str) and value
    }
    return config.endpoints


def discovery_url(server: str) -> str:
    """Return the URL of the discovery document of a login service."""
    return f"{server.rstrip('/')}/.well-known/openid-configuration"


def _endpoint(config: ClientConfig, name: str) -> Flow:
    """Return the URL of an endpoint: from the profile, or else from the discovery document."""
    url = config.overrides.get(name)
    if url:
        return _checked_url(url, config.auth_server)
    endpoints = yield from discover(config)
    url = endpoints.get(name)
    if not url:
        raise AuthError(f"The login service {redact_url(config.auth_server)} has no {name}.", hint=_CHECK_URL)
    # A service on the network must not direct secrets to a program on this machine.
    return _checked_url(url, config.auth_server, local=_is_local(config.auth_server))


def _checked_url(url: str, server: str, *, local: bool = True) -> str:
    """Check that secrets may be sent to a URL: https; with *local*, also http to this machine."""
    try:
        httpx.URL(url)
        parts = urlsplit(url)
        valid = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))
    except (ValueError, httpx.InvalidURL):
        valid = False
    if not valid or (parts.scheme == "http" and not _is_local(url)):
        raise ClientError(
            f"The login service {redact_url(server)} is invalid: it must be an https URL, got {redact_url(url)!r}.",
            hint="Check the profile's auth_server, or PL_AUTH_ISSUER. http is allowed for localhost only.",
        )
    return url


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


# -- grants --------------------------------------------------------------------------------------------------


def by_client_credentials(config: ClientConfig) -> Flow:
    """Request a token for a service account."""
    if not config.client_secret:
        raise LoginRefused(
            f"The token of the service account {config.client_id} cannot be refreshed: its secret is not saved.",
            code="expired",
            hint="Set PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET, or save it with planet auth login --save-secret.",
        )
    from oauthlib.oauth2 import BackendApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    body = BackendApplicationClient(config.client_id).prepare_request_body(
        include_client_id=True, client_secret=config.client_secret, **_scope_params(config)
    )
    return (yield from _fetch_token(config, url, body, None))


def by_refresh(config: ClientConfig, before: Token, scopes: Sequence[str] = ()) -> Flow:
    """Request a new token with a refresh token; with *scopes*, one that has only those."""
    from oauthlib.oauth2 import WebApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    extra = {"client_secret": config.client_secret} if config.client_secret else {}
    if scopes:
        extra["scope"] = " ".join(scopes)
    body = WebApplicationClient(config.client_id).prepare_refresh_body(
        refresh_token=before.refresh_token, client_id=config.client_id, **extra
    )
    return (yield from _fetch_token(config, url, body, before))


def authorization_url(config: ClientConfig, verifier: str, state: str) -> Flow:
    """Return the URL of the page on which the user logs in."""
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
            **_scope_params(config),
        },
    )


def by_code(config: ClientConfig, code: str, verifier: str) -> Flow:
    """Exchange an authorization code for a token."""
    from oauthlib.oauth2 import WebApplicationClient

    url = yield from _endpoint(config, "token_endpoint")
    body = WebApplicationClient(config.client_id).prepare_request_body(
        code=code, redirect_uri=config.redirect_uri, code_verifier=verifier
    )
    return (yield from _fetch_token(config, url, body, None))


def start_device(config: ClientConfig) -> Flow:
    """Request a code that the user enters on another device (RFC 8628)."""
    url = yield from _endpoint(config, "device_authorization_endpoint")
    response = yield _request("POST", url, {"client_id": config.client_id, **_scope_params(config)})
    if response.status != 200:
        raise _status_error(response, config.auth_server)
    info = _parse_json(response, config.auth_server)
    missing = [name for name in ("device_code", "user_code", "verification_uri", "expires_in") if name not in info]
    if missing:
        raise _invalid_response(config.auth_server, f"{', '.join(missing)} is missing")
    _parse_device(info)
    for name in ("verification_uri", "verification_uri_complete"):
        if info.get(name) is not None and not is_page(info[name]):
            raise _invalid_response(config.auth_server, f"its {name} must be an http or https URL")
    return {name: printable(value) if isinstance(value, str) else value for name, value in info.items()}


def is_page(url: Any) -> bool:
    """Whether a URL can be opened in a browser: http or https, without control characters."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and printable(url) == url


def by_device(config: ClientConfig, info: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> Flow:
    """Poll for a token until the user has entered the code.

    Raises:
        LoginRefused: the user has refused, or the code has expired.
    """
    from oauthlib.oauth2 import DeviceClient

    url = yield from _endpoint(config, "token_endpoint")
    code, pause, lifetime = _parse_device(info)
    body = DeviceClient(config.client_id).prepare_request_body(code, include_client_id=True)
    end, asked = clock() + lifetime, 0.0
    while clock() < end:
        yield Sleep(min(max(pause, asked), end - clock() + 1.0))
        asked = 0.0
        try:
            return (yield from _fetch_token(config, url, body, None))
        except LoginRefused as refusal:
            if refusal.code == "slow_down":
                pause += _SLOW_DOWN_STEP
            elif refusal.code != "authorization_pending":
                raise
        except NetworkError as error:
            asked = error.retry_after or 0.0  # the next poll retries
    raise LoginRefused(
        "The login failed: the code was not entered in time.", code="expired_token", hint="Log in again."
    )


def _parse_device(info: Any) -> tuple[str, float, float]:
    """Return (device code, polling interval, lifetime) of a device login; times in seconds."""
    try:
        times = float(info.get("interval") or _DEVICE_INTERVAL), float(info["expires_in"])
        code = info["device_code"]
    except (KeyError, TypeError, ValueError, AttributeError):
        code = None
    if not isinstance(code, str) or not all(0 <= seconds < _MAX_DEVICE_TIME for seconds in times):
        raise InvalidAnswer(
            "The login information is invalid: it has no device_code, or no valid interval and expires_in.",
            hint="Pass the result of device_user_login_initiate.",
        )
    return code, *times


_MAX_DEVICE_TIME = 1e6  # seconds; more is not a valid response


def revoke(config: ClientConfig, token: str) -> Flow:
    """Revoke a token."""
    url = yield from _endpoint(config, "revocation_endpoint")
    response = yield _request("POST", url, {"token": token, "client_id": config.client_id})
    if response.status != 200:
        raise _status_error(response, config.auth_server)
    return None


def _scope_params(config: ClientConfig) -> dict[str, str]:
    params = {"audience": " ".join(config.audiences), "scope": " ".join(config.scopes)}
    return {name: value for name, value in params.items() if value}


# -- requests and responses ----------------------------------------------------------------------------------


def _request(method: str, url: str, form: Any = None) -> httpx.Request:
    data = {"content": form} if isinstance(form, str) else {"data": form}
    headers = {"Accept": "application/json"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return httpx.Request(method, url, headers=headers, **data)


def _fetch_token(config: ClientConfig, url: str, body: str, before: Token | None) -> Flow:
    """Send a token request, and return its token."""
    from oauthlib.oauth2 import Client, OAuth2Error

    response = yield _request("POST", url, body)
    if response.status in _TRANSIENT:
        raise _status_error(response, config.auth_server)
    content = _parse_json(response, config.auth_server)
    try:
        Client(config.client_id).parse_request_body_response(json.dumps(content))
    except (OAuth2Error, ValueError, AttributeError, TypeError, Warning) as error:
        raise _refusal(config, error, content, body) from None
    if response.status >= 400:
        raise _status_error(response, config.auth_server)
    access = content.get("access_token")
    if not isinstance(access, str) or not all("!" <= character <= "~" for character in access):
        raise _invalid_response(config.auth_server, "it has no valid access_token")
    if str(content.get("token_type", "bearer")).lower() != "bearer":
        raise _invalid_response(config.auth_server, "its token_type must be Bearer")
    return Token.from_response(content, before, time.time())


def _refusal(config: ClientConfig, error: Exception, content: Mapping[str, Any], body: str) -> AuthError:
    code = printable(str(content.get("error") or getattr(error, "error", None) or type(error).__name__)[:100])
    reason = printable(redact(str(content.get("error_description") or "")))
    for name, value in parse_qsl(body):
        if name in _SECRET_PARAMS and len(value) > 2:
            code, reason = code.replace(value, "…"), reason.replace(value, "…")
    reason = f"{code}: {reason[:300]}" if reason else code
    return LoginRefused(
        f"The login service {redact_url(config.auth_server)} refused the request: {reason}.",
        code=code,
        hint=_HINTS.get(code, "Log in again: planet auth login."),
    )


_SECRET_PARAMS = ("client_secret", "refresh_token", "code", "code_verifier", "device_code")

_HINTS = {
    "invalid_client": "Check the client id and its secret.",
    "unauthorized_client": "Check the client id: this client may not use this kind of login.",
    "access_denied": "Log in again, and allow the access.",
    "invalid_scope": "Check the requested scopes.",
}


def _parse_json(response: LoginResponse, server: str) -> dict[str, Any]:
    try:
        content = json.loads(response.body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise _invalid_response(server, "it is not a JSON object", status_code=response.status, hint=_CHECK_URL)
    return content


def _invalid_response(server: str, reason: str, **facts: Any) -> InvalidAnswer:
    return InvalidAnswer(f"Invalid response of the login service {redact_url(server)}: {reason}.", **facts)


_CHECK_URL = "Check its URL: the profile's auth_server, or PL_AUTH_ISSUER. A proxy may also rewrite its responses."


def _status_error(response: LoginResponse, server: str) -> Exception:
    """The error for a response whose status says that it has no token."""
    if response.status in _TRANSIENT:
        pause = response.retry_after
        asks = "" if pause is None else f", and asks to wait {pause:.0f} seconds"
        error = NetworkError(
            f"The login service {redact_url(server)} is unavailable: it returned status {response.status}{asks}.",
            hint="Try again later." if pause is None else "Try again after that.",
            retry_after=pause,
        )
        error._retry.not_sent = True  # the request that needs the token was not sent
        return error
    return LoginRefused(f"The login service {redact_url(server)} returned status {response.status}.", hint=_CHECK_URL)

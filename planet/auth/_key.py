"""`APIKeyAuth`, and the credentials of those who have none: `MissingAuth` and `NoAuth`."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx

from .. import constants
from .._http.errors import error_from_status
from .._http.response import parse_json
from .._http.settings import resolve_base_url
from .._redact import printable
from .._utils.tracebacks import copy_error, hides_locals
from ..exceptions import AuthError, InvalidAnswer
from ._base import APIKeyAuthException, Auth
from ._errors import KeyFileNotFound
from ._files import write_private
from ._flow import Flow
from ._token import claims_of

__all__ = ["APIKeyAuth", "MissingAuth", "NoAuth", "from_env", "from_file", "from_login", "read_file"]


_VARIABLE = "PL_API_KEY"
_NONE_HINT = "Use other credentials: Auth.from_user_default_session()."


class APIKeyAuth(Auth):
    """An API key, sent as `Authorization: api-key …`."""

    __module__ = "planet.auth"

    @hides_locals
    def __init__(self, key: str | None, source: str) -> None:
        if key is not None and not isinstance(key, str):
            raise APIKeyAuthException(
                f"The API key from {source} is invalid: it must be a str, got {type(key).__name__}."
            )
        key = (key or "").strip()
        if not key:
            raise APIKeyAuthException(f"The API key from {source} is invalid: it is empty.")
        if not all("!" <= character <= "~" for character in key):
            raise APIKeyAuthException(
                f"The API key from {source} is invalid: it contains characters that a key cannot have."
            )
        self._key = key
        self._source = source

    def __repr__(self) -> str:
        return f"<Auth: API key from {self._source}>"

    @property
    def value(self) -> str:
        return self._key

    def is_initialized(self) -> bool:
        return True

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        return None

    @hides_locals
    def store(self, filename: str | Path | None = None) -> None:
        path = _path(filename)
        try:
            content = read_file(path)
        except KeyFileNotFound:
            content = {}
        try:
            write_private(path, json.dumps(content | {"key": self._key}, indent=2, sort_keys=True))
        except OSError as error:
            raise AuthError(
                f"The key file {path} cannot be written: {error.strerror or type(error).__name__}.",
                hint="Choose another file: store(filename).",
            ) from None

    def to_dict(self) -> dict[str, Any]:
        return {"key": self._key}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"api-key {self._key}"
        yield request


class MissingAuth(Auth):
    """No usable credentials were found. Every use raises the reason, before anything is sent."""

    __module__ = "planet.auth"

    def __init__(self, reason: AuthError) -> None:
        self._reason = reason

    def __repr__(self) -> str:
        return "<Auth: none found>"

    def _error(self) -> AuthError:
        return copy_error(self._reason)

    @property
    def value(self) -> str:
        raise self._error()

    def is_initialized(self) -> bool:
        return False

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        raise self._error()

    def store(self, filename: str | Path | None = None) -> None:
        raise self._error()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise self._error()


class NoAuth(Auth):
    """Requests are sent without credentials, on purpose."""

    __module__ = "planet.auth"

    _recipe = (Auth.none, ())

    def __repr__(self) -> str:
        return "<Auth: none>"

    @property
    def advice(self) -> str | None:
        return "No credentials were sent, because the session uses Auth.none(). Pass others as auth=."

    @property
    def value(self) -> str:
        raise AuthError("Auth.none() has no API key or token.", hint=_NONE_HINT)

    def is_initialized(self) -> bool:
        return True

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        return None

    def store(self, filename: str | Path | None = None) -> None:
        raise AuthError("Auth.none() has no API key or token to store.", hint=_NONE_HINT)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield request


def from_env(variable_name: str | None) -> Auth:
    """Use the key in an environment variable."""
    name = variable_name or _VARIABLE
    if name not in os.environ:
        raise APIKeyAuthException(f"The variable {name} is not set.", hint=f"Set {name} to your API key.")
    auth = APIKeyAuth(os.environ[name], f"the variable {name}")
    auth._recipe = (Auth.from_env, (name,))
    return auth


def from_file(filename: str | Path | None) -> Auth:
    """Use the key in a key file."""
    path = _path(filename)
    content = read_file(path)
    key = content.get("key") or content.get(_VARIABLE)
    if not key:
        raise APIKeyAuthException(f"The key file {path} has no entry 'key'.")
    auth = APIKeyAuth(key, f"the key file {path}")
    auth._recipe = (Auth.from_file, (None if filename is None else os.path.abspath(path),))
    return auth


def _path(filename: str | Path | None) -> Path:
    return constants.SECRET_FILE_PATH if filename is None else Path(os.path.expanduser(filename))


def from_login(email: str, password: str, base_url: str | None) -> Auth:
    """Get the key of a user by email and password."""
    from ._client import MAX_RETRY_AFTER, LoginClient

    flow = _login(f"{resolve_base_url(base_url)}/v0/auth/login", email, password)
    key: str = LoginClient().run(flow, max_wait=MAX_RETRY_AFTER)
    return APIKeyAuth(key, "the login by email and password")


def _login(url: str, email: str, password: str) -> Flow:
    response = yield httpx.Request("POST", url, json={"email": email, "password": password})
    if response.status >= 400:
        error = error_from_status(response.status, {}, response.body, "POST", url)
        error.message, error.retry_after = printable(error.message), response.retry_after
        if response.status != 401:
            raise error
        raise APIKeyAuthException(
            f"The login failed: {error.message}.",
            hint="Check the email and the password. Accounts with single sign-on use planet auth login.",
        )
    content = parse_json(response.body, dict, method="POST", url=url, status=response.status)
    key = claims_of(str(content.get("token"))).get("api_key")
    if not isinstance(key, str):
        raise InvalidAnswer("Invalid response to the login: it has no API key.", method="POST", url=url)
    return key


_FIX_HINT = "Fix it or remove it. It contains API keys, and the name of the default profile."


def read_file(path: Path) -> dict[str, Any]:
    """Read the JSON object in a key file.

    Raises:
        KeyFileNotFound: the file does not exist.
        APIKeyAuthException: the file cannot be read, or is not a JSON object.
    """
    # The original exceptions are dropped: their text may contain a part of the file, and so of the key.
    try:
        content = json.loads(path.read_bytes())  # UTF-8, -16 or -32, with or without a byte order mark
    except (FileNotFoundError, NotADirectoryError):
        raise KeyFileNotFound(f"The key file {path} does not exist.") from None
    except OSError as error:
        raise APIKeyAuthException(f"The key file {path} cannot be read: {error.strerror}.", hint=_FIX_HINT) from None
    except (ValueError, RecursionError):
        raise APIKeyAuthException(f"The key file {path} is not valid JSON.", hint=_FIX_HINT) from None
    if not isinstance(content, dict):
        raise APIKeyAuthException(f"The key file {path} is not a JSON object.", hint=_FIX_HINT)
    return content

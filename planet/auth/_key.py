"""API keys, and the two ways of having none."""

import copy
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
from ..exceptions import AuthError, InvalidAnswer
from ._base import APIKeyAuthException, Auth
from ._errors import KeyFileNotFound
from ._files import write_private
from ._flow import Flow
from ._token import claims_of

__all__ = ["APIKeyAuth", "MissingAuth", "NoAuth", "from_env", "from_file", "from_login", "read_file"]


_VARIABLE = "PL_API_KEY"


class APIKeyAuth(Auth):
    """An API key, sent as `Authorization: api-key …`."""

    __module__ = "planet.auth"

    def __init__(self, key: str | None, source: str) -> None:
        if key is not None and not isinstance(key, str):
            raise APIKeyAuthException(f"An API key is text; {source} is {type(key).__name__}.")
        key = (key or "").strip()
        if not key:
            raise APIKeyAuthException(f"The API key from {source} is empty.")
        if not all("!" <= character <= "~" for character in key):
            raise APIKeyAuthException(f"The API key from {source} holds characters that no key has.")
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
                hint="Choose a file that can: store(filename).",
            ) from None

    def to_dict(self) -> dict[str, Any]:
        return {"key": self._key}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"api-key {self._key}"
        yield request


class MissingAuth(Auth):
    """No credentials were found: every use of them says so, before anything is sent."""

    __module__ = "planet.auth"

    def __init__(self, why: AuthError) -> None:
        self._why = why

    def __repr__(self) -> str:
        return "<Auth: none found>"

    def _error(self) -> AuthError:
        return copy.copy(self._why)

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
    """Requests go out without credentials, on purpose."""

    __module__ = "planet.auth"

    def __repr__(self) -> str:
        return "<Auth: none wanted>"

    @property
    def advice(self) -> str | None:
        return "No credentials were sent: Auth.none() was asked for."

    @property
    def value(self) -> str:
        raise AuthError("There are no credentials here: Auth.none() was asked for.")

    def is_initialized(self) -> bool:
        return True

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        return None

    def store(self, filename: str | Path | None = None) -> None:
        raise AuthError("There are no credentials to store: Auth.none() was asked for.")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield request


def from_env(variable_name: str | None) -> Auth:
    """The key in an environment variable."""
    name = variable_name or _VARIABLE
    if name not in os.environ:
        raise APIKeyAuthException(f"The variable {name} is not set.", hint=f"Set {name} to your API key.")
    return APIKeyAuth(os.environ[name], f"the variable {name}")


def from_file(filename: str | Path | None) -> Auth:
    """The key in a key file."""
    path = _path(filename)
    content = read_file(path)
    key = content.get("key") or content.get(_VARIABLE)
    if not key:
        raise APIKeyAuthException(f"The key file {path} has no entry 'key'.")
    return APIKeyAuth(key, f"the key file {path}")


def _path(filename: str | Path | None) -> Path:
    return constants.SECRET_FILE_PATH if filename is None else Path(filename).expanduser()


def from_login(email: str, password: str, base_url: str | None) -> Auth:
    """The key of a user, for email and password."""
    from ._client import LoginClient

    key: str = LoginClient().run(_login(f"{resolve_base_url(base_url)}/v0/auth/login", email, password))
    return APIKeyAuth(key, "the login of a user")


def _login(url: str, email: str, password: str) -> Flow:
    answer = yield httpx.Request("POST", url, json={"email": email, "password": password})
    if answer.status >= 400:
        error = error_from_status(answer.status, {}, answer.body, "POST", url)
        if answer.status != 401:
            raise error
        raise APIKeyAuthException(
            f"The service does not know that email and password: {error.message}.",
            hint="Check them; accounts with another way of logging in use planet auth login.",
        )
    content = parse_json(answer.body, dict, method="POST", url=url, status=answer.status)
    key = claims_of(str(content.get("token"))).get("api_key")
    if not isinstance(key, str):
        raise InvalidAnswer("The service's answer to the login holds no API key.")
    return key


_MEND = "Mend it or remove it; it holds keys, and which profile is the default."


def read_file(path: Path) -> dict[str, Any]:
    """The JSON object that a file holds.

    Raises:
        APIKeyAuthException: there is no such file, or none in it.
    """
    # The text of a decoding error may hold a piece of the file, and so of the key: it is not passed on.
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise KeyFileNotFound(f"There is no key file {path}.") from None
    except OSError as error:
        raise APIKeyAuthException(f"The key file {path} cannot be read: {error.strerror}.", hint=_MEND) from None
    except (ValueError, RecursionError):
        raise APIKeyAuthException(f"The key file {path} is not JSON.", hint=_MEND) from None
    if not isinstance(content, dict):
        raise APIKeyAuthException(f"The key file {path} does not hold a JSON object.", hint=_MEND)
    return content

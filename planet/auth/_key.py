"""API keys, and the two ways of having none."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx

from .. import constants
from ..exceptions import AuthError
from ._base import APIKeyAuthException, Auth
from ._files import write_private

__all__ = ["APIKeyAuth", "MissingAuth", "NoAuth", "default", "from_env", "from_file"]

_VARIABLE = "PL_API_KEY"
_NOTHING = "There are no credentials: neither the variable PL_API_KEY nor a key file {path} is there."


class APIKeyAuth(Auth):
    """An API key, sent as `Authorization: api-key …`."""

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
        content = _read(path) if path.exists() else {}
        write_private(path, json.dumps(content | {"key": self._key}, indent=2, sort_keys=True))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"api-key {self._key}"
        yield request


class MissingAuth(Auth):
    """No credentials were found: every use of them says so, before anything is sent."""

    def __init__(self, why: str) -> None:
        self._why = why

    def __repr__(self) -> str:
        return "<Auth: none found>"

    def _error(self) -> AuthError:
        return APIKeyAuthException(self._why)

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

    def __repr__(self) -> str:
        return "<Auth: none wanted>"

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


def default() -> Auth:
    """What a Session uses when it is not told otherwise."""
    if os.environ.get(_VARIABLE, "").strip():
        return from_env(None)
    path = _path(None)
    if not path.exists():
        return MissingAuth(_NOTHING.format(path=path))
    try:
        return from_file(None)
    except APIKeyAuthException as error:
        # Not another identity in silence: the file is there, so it is what the user meant.
        return MissingAuth(error.message)


def from_env(variable_name: str | None) -> Auth:
    """The key in an environment variable."""
    name = variable_name or _VARIABLE
    if name not in os.environ:
        raise APIKeyAuthException(f"The variable {name} is not set.")
    return APIKeyAuth(os.environ[name], f"the variable {name}")


def from_file(filename: str | Path | None) -> Auth:
    """The key in a key file."""
    path = _path(filename)
    content = _read(path)
    key = content.get("key") or content.get(_VARIABLE)
    if not key:
        raise APIKeyAuthException(f"The key file {path} has no entry 'key'.")
    return APIKeyAuth(key, f"the key file {path}")


def _path(filename: str | Path | None) -> Path:
    return constants.SECRET_FILE_PATH if filename is None else Path(filename).expanduser()


def _read(path: Path) -> dict[str, Any]:
    # The text of a decoding error may hold a piece of the file, and so of the key: it is not passed on.
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise APIKeyAuthException(f"There is no key file {path}.") from None
    except OSError as error:
        raise APIKeyAuthException(f"The key file {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise APIKeyAuthException(f"The key file {path} is not JSON.") from None
    if not isinstance(content, dict):
        raise APIKeyAuthException(f"The key file {path} does not hold a JSON object.")
    return content

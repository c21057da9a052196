"""`Auth`: what every kind of credential can do, and the ways to make one."""

import abc
from collections.abc import Generator
from pathlib import Path

import httpx

from ..exceptions import AuthError

__all__ = ["APIKeyAuthException", "Auth", "AuthType"]


class APIKeyAuthException(AuthError):
    """There is no API key, or it cannot be one."""

    hint = "Find your key under 'My Settings' on your Planet account page, and set the variable PL_API_KEY to it."


class Auth(httpx.Auth, abc.ABC):
    """Credentials for Planet's services. Make one with a `from_…` method; its text never shows the secret."""

    @staticmethod
    def from_user_default_session() -> "Auth":
        """The credentials of this user: the variable `PL_API_KEY`, else the key file `~/.planet.json`.

        The environment and the file are read now. Where neither holds a key, `is_initialized()` is False and the
        first request raises `AuthError`.

        Example:
            ```python
            from planet import Auth

            auth = Auth.from_user_default_session()
            if not auth.is_initialized():
                print("Set PL_API_KEY first.")
            ```
        """
        from . import _key

        return _key.default()

    @staticmethod
    def from_key(key: str | None) -> "Auth":
        """An API key that the program already has. White space around it is dropped.

        Raises:
            APIKeyAuthException: it is empty, or holds characters that no key has.
        """
        from . import _key

        return _key.APIKeyAuth(key, "the key given")

    @staticmethod
    def from_env(variable_name: str | None = None) -> "Auth":
        """An API key from an environment variable, by default `PL_API_KEY`.

        Raises:
            APIKeyAuthException: the variable is not set, or what it holds cannot be a key.
        """
        from . import _key

        return _key.from_env(variable_name)

    @staticmethod
    def from_file(filename: str | Path | None = None) -> "Auth":
        """An API key from a key file, by default `~/.planet.json`: a JSON object with the entry `key`.

        Raises:
            APIKeyAuthException: there is no such file, or no key in it.
        """
        from . import _key

        return _key.from_file(filename)

    @staticmethod
    def none() -> "Auth":
        """No credentials: requests go out without any. For public endpoints and for tests."""
        from . import _key

        return _key.NoAuth()

    @property
    @abc.abstractmethod
    def value(self) -> str:
        """The secret itself, for programs that hand it on. Take care where it goes."""

    @abc.abstractmethod
    def is_initialized(self) -> bool:
        """Whether a request could be sent with these credentials. Needs no network."""

    @abc.abstractmethod
    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        """Make sure that a request could be sent.

        Raises:
            AuthError: it could not; the text says what to do.
        """

    @abc.abstractmethod
    def store(self, filename: str | Path | None = None) -> None:
        """Write the credentials to a key file, by default `~/.planet.json`, readable by this user alone.

        What else the file holds is kept; it is replaced at once or not at all.
        """

    def write(self, filename: str | Path | None = None) -> None:
        """The same as `store`, under its older name."""
        self.store(filename)

    @abc.abstractmethod
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the credentials onto a request. httpx drives this in both colours."""


AuthType = Auth

"""Errors of credentials. Some are built-in exceptions too, such as `FileNotFoundError`, as older scripts expect."""

from typing import Any

from ..exceptions import AuthError

__all__ = ["APIKeyAuthException", "KeyFileNotFound", "LoginRefused", "ProfileError", "ProfileNotFound"]


class APIKeyAuthException(AuthError):
    """The API key is missing or invalid."""

    __module__ = "planet.auth"

    hint = "Copy your key from 'My Settings' on your Planet account page, and set PL_API_KEY to it."


class KeyFileNotFound(APIKeyAuthException, FileNotFoundError):
    """The key file does not exist."""

    __module__ = "planet.auth"


class LoginRefused(AuthError):
    """The login service refused to issue a token.

    Attributes:
        code: the error code of OAuth: `invalid_grant`, `access_denied`, …
    """

    __module__ = "planet.auth"

    def __init__(self, message: str = "", *, code: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.code = code


class ProfileError(AuthError, ValueError):
    """A profile is invalid."""

    __module__ = "planet.auth"

    hint = "Fix its file below ~/.planet, or remove it and log in again."


class ProfileNotFound(AuthError, FileNotFoundError):
    """The profile does not exist."""

    __module__ = "planet.auth"

    hint = "List the profiles with planet auth profile list; create one with planet auth login --auth-profile NAME."

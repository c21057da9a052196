"""Errors of credentials. Those that scripts know by another name are that as well."""

from typing import Any

from ..exceptions import AuthError

__all__ = ["APIKeyAuthException", "KeyFileNotFound", "LoginRefused", "ProfileError", "ProfileNotFound"]


class APIKeyAuthException(AuthError):
    """There is no API key, or it cannot be one."""

    __module__ = "planet.auth"

    hint = "Find your key under 'My Settings' on your Planet account page, and set the variable PL_API_KEY to it."


class KeyFileNotFound(APIKeyAuthException, FileNotFoundError):
    """There is no such key file."""

    __module__ = "planet.auth"


class LoginRefused(AuthError):
    """The login service does not hand out a token.

    Attributes:
        code: why, in OAuth's words: `invalid_grant`, `access_denied`, …
    """

    __module__ = "planet.auth"

    def __init__(self, message: str = "", *, code: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.code = code


class ProfileError(AuthError, ValueError):
    """A profile makes no sense."""

    __module__ = "planet.auth"

    hint = "Mend its file below ~/.planet, or remove it and log in again."


class ProfileNotFound(AuthError, FileNotFoundError):
    """There is no such profile."""

    __module__ = "planet.auth"

    hint = "planet auth profile list shows those that there are; planet auth login --auth-profile NAME makes one."

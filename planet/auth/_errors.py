"""Errors of credentials. Those that scripts know by another name are that as well."""

from ..exceptions import AuthError

__all__ = ["APIKeyAuthException", "ProfileError", "ProfileNotFound"]


class APIKeyAuthException(AuthError):
    """There is no API key, or it cannot be one."""

    hint = "Find your key under 'My Settings' on your Planet account page, and set the variable PL_API_KEY to it."


class ProfileError(AuthError, ValueError):
    """A profile makes no sense."""

    hint = "Mend its file, or make it anew with planet auth login --auth-profile NAME."


class ProfileNotFound(AuthError, FileNotFoundError):
    """There is no such profile."""

    hint = "planet auth profile list shows those that there are; planet auth login makes one."

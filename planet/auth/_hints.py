"""What to do about a login that is missing, has ended, or is refused."""

import os

from ..auth_builtins import DEFAULT_PROFILE
from ..exceptions import AuthError
from ._config import MACHINE
from ._profiles import Profile

__all__ = ["not_logged_in", "refused_hint"]


_VARIABLES = ("PL_API_KEY", "PL_AUTH_API_KEY", "PL_AUTH_CLIENT_ID", "PL_AUTH_CLIENT_SECRET")


def refused_hint(profile: Profile) -> str:
    """What to do when the service or the login service refuses the credentials."""
    if profile.config.client_type == MACHINE:
        return "Check the client id and secret of the service account, and its permissions."
    return f"Log in again: {_login_command(profile)}."


def not_logged_in(profile: Profile) -> AuthError:
    """The error for a profile that has no token."""
    config = profile.config
    where = f" at {config.auth_server}, which is set by PL_AUTH_ISSUER" if config.is_elsewhere else ""
    if config.client_type == MACHINE:
        return AuthError(f"The service account {config.client_id} has no token{where}.", hint=refused_hint(profile))
    hint = f"Log in: {_login_command(profile)}."
    if profile.name == DEFAULT_PROFILE and not any(map(os.environ.get, _VARIABLES)):
        hint += " Or set PL_API_KEY, or PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET."
    return AuthError(f"Nobody is logged in with the profile {profile.name!r}{where}.", hint=hint)


def _login_command(profile: Profile) -> str:
    name = profile.name
    return "planet auth login" if name == DEFAULT_PROFILE else f"planet auth login --auth-profile {name}"

"""Planet's login services: scopes, and the built-in profiles."""

import enum
import os
from typing import Any

__all__ = ["DEFAULT_PROFILE", "PROFILES", "PlanetOAuthScopes", "auth_server", "other_server"]


_USER_LOGIN = "https://login.planet.com/"
_SERVICE_ACCOUNT_LOGIN = "https://services.sentinel-hub.com/auth/realms/main"
_AUDIENCES = ["https://api.planet.com/"]

DEFAULT_PROFILE = "planet-user"


class PlanetOAuthScopes(str, enum.Enum):
    """The scopes that a program can request from a user.

    Example:
        ```python
        from planet import Auth, PlanetOAuthScopes

        auth = Auth.from_oauth_user_device_code(
            client_id="my-program",
            requested_scopes=[PlanetOAuthScopes.PLANET, PlanetOAuthScopes.OFFLINE_ACCESS],
            save_state_to_storage=False,
        )
        ```
    """

    PLANET = "planet"
    OFFLINE_ACCESS = "offline_access"
    OPENID = "openid"
    PROFILE = "profile"
    EMAIL = "email"

    def __str__(self) -> str:
        return self.value


def auth_server(client_type: str) -> str:
    """Return the URL of the login service for a type of client."""
    return _SERVICE_ACCOUNT_LOGIN if client_type.startswith("oidc_client_credentials") else _USER_LOGIN


def other_server() -> str | None:
    """Return the login service in the variable `PL_AUTH_ISSUER`, which replaces all others; None if it is not set."""
    return os.environ.get("PL_AUTH_ISSUER", "").strip() or None


# Profiles that exist without a file. planet-m2m and legacy need more entries, from a file or from variables.
PROFILES: dict[str, dict[str, Any]] = {
    "planet-user": {
        "client_type": "oidc_device_code",
        "client_id": "49lHVBYlXCdfIYqE1B9zeXt0iFHSXees",
        "audiences": _AUDIENCES,
        "scopes": ["planet", "offline_access"],
    },
    "planet-m2m": {"client_type": "oidc_client_credentials_secret", "audiences": _AUDIENCES, "scopes": []},
    "legacy": {"client_type": "planet_legacy", "legacy_auth_endpoint": "https://api.planet.com/v0/auth/login"},
}

"""What this package knows of Planet's login service: scopes, and the profiles that need no file."""

import enum
import os
from typing import Any

__all__ = ["DEFAULT_PROFILE", "PROFILES", "PlanetOAuthScopes", "auth_server", "other_server"]


_LOGIN = "https://login.planet.com/"
_MACHINES = "https://services.sentinel-hub.com/auth/realms/main"
_AUDIENCES = ["https://api.planet.com/"]

DEFAULT_PROFILE = "planet-user"


class PlanetOAuthScopes(str, enum.Enum):
    """What a program may ask a user for.

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
    """The login service that clients of that type belong to."""
    return _MACHINES if client_type.startswith("oidc_client_credentials") else _LOGIN


def other_server() -> str | None:
    """The login service that takes the place of all others: the variable `PL_AUTH_ISSUER` names it."""
    return os.environ.get("PL_AUTH_ISSUER", "").strip() or None


# Profiles that are there without a file. Those that are hidden lack something that a file or a variable has to add.
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

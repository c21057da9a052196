"""The credentials from the command line."""

from typing import Any

import click

from ..auth import Auth

__all__ = ["auth_of"]


def auth_of(ctx: click.Context) -> Auth:
    """Return the credentials from the command line, else the user's default ones.

    Raises:
        AuthError: they are missing or invalid.
    """
    given: dict[str, Any] = ctx.obj.get("AUTH", {})
    kinds = [bool(given.get(name)) for name in ("profile", "client_id", "api_key")]
    if sum(kinds) > 1:
        raise click.UsageError("--auth-profile, --auth-client-id and --auth-api-key are mutually exclusive.")
    if given.get("profile"):
        return Auth.from_profile(given["profile"])
    client_id, secret = given.get("client_id"), given.get("client_secret")
    if client_id and secret:
        return Auth.from_oauth_m2m(client_id, secret, profile_name=f"planet-m2m-{client_id}")
    if client_id or secret:
        raise click.UsageError("A service account needs both --auth-client-id and --auth-client-secret.")
    if given.get("api_key"):
        return Auth.from_key(given["api_key"])
    return Auth.from_user_default_session()

"""The client of the commands, with the credentials from the command line."""

from typing import Any
from urllib.parse import urlsplit

import click

from .._http.settings import resolve_base_url
from .._sync.planet import Planet
from ..auth import Auth
from ..exceptions import ClientError

__all__ = ["auth_of", "connect", "connect_to"]


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


def connect(ctx: click.Context, base_url: str | None) -> Planet:
    """Return a client that is closed at the end of the command."""
    check_url(base_url)
    client: Planet = ctx.with_resource(Planet(base_url=base_url, auth=auth_of(ctx), app="python-cli"))
    return client


def connect_to(ctx: click.Context, name: str, base_url: str | None) -> Any:
    """Return the client of one API; *base_url* is the URL of that API."""
    check_url(base_url)
    session = connect(ctx, None)._session
    if base_url and not urlsplit(base_url).path.strip("/"):
        example = base_url.rstrip("/") + urlsplit(session.client(name)._base_url).path
        ctx.obj["NOT_FOUND_HINT"] = f"--base-url is the URL of one API, for example {example}."
    return session.client(name, base_url)


def check_url(base_url: str | None) -> None:
    """Refuse a --base-url that is not a URL, as a usage error."""
    if base_url:
        try:
            resolve_base_url(base_url)
        except ClientError as error:
            raise click.BadParameter(str(error), param_hint="--base-url") from None

"""The client of the commands, with the credentials from the command line."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from .._http.settings import resolve_base_url
from .._sync.planet import Planet
from ..exceptions import ClientError
from .credentials import auth_of

if TYPE_CHECKING:
    from .async_session import CliSession


__all__ = ["CliSession", "auth_of", "check_url", "connect", "connect_to"]


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


def __getattr__(name: str) -> Any:
    if name == "CliSession":  # loaded on first use, because it is async
        from .async_session import CliSession

        return CliSession
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

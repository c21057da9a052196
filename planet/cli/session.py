"""The client of the commands, with the credentials from the command line."""

from typing import TYPE_CHECKING, Any

import click

from .._sync.planet import Planet
from .credentials import auth_of

if TYPE_CHECKING:
    from .async_session import CliSession

__all__ = ["CliSession", "auth_of", "connect"]


def connect(ctx: click.Context, base_url: str | None) -> Planet:
    """Return a client that is closed at the end of the command."""
    client: Planet = ctx.with_resource(Planet(base_url=base_url, auth=auth_of(ctx), app="python-cli"))
    return client


def __getattr__(name: str) -> Any:
    if name == "CliSession":  # loaded on first use, because it is async
        from .async_session import CliSession

        return CliSession
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""`CliSession`: an async session with the credentials from the command line."""

from typing import Any

import click

from .._async.session import Session
from ..auth import Auth
from .credentials import auth_of

__all__ = ["CliSession"]


class CliSession(Session):
    """An async session for commands of other programs. The commands of this package use `connect`.

    Args:
        click_ctx: the context of the command, whose credentials are used.
        plsdk_auth: the credentials, instead of those of the context. Without either, those of the user are used.
    """

    __module__ = "planet.cli.session"

    def __init__(self, click_ctx: click.Context | None = None, plsdk_auth: Auth | None = None) -> None:
        auth: Any = plsdk_auth
        if auth is None and click_ctx is not None:
            given = click_ctx.find_object(dict) or {}
            auth = given.get("PLSDK_AUTH") or (auth_of(click_ctx) if "AUTH" in given else None)
        super().__init__(auth, app="python-cli")

"""The command's root: its groups, which load when they are used, and the one place where errors become messages."""

import importlib
import logging
import sys
from typing import Any

import click

from .._version import __version__

__all__ = ["main"]

# group: (module, what it is for)
_GROUPS = {
    "auth": ("auth", "Log in, and look at who is."),
    "doctor": ("doctor", "Find out why nothing works."),
    "orders": ("orders", "Order imagery, wait for it, download it."),
    "sandbox": ("sandbox", "A local Planet to try things on, with no account."),
}
_LEVELS = ["warning", "info", "debug"]


class _Root(click.Group):
    """Loads a group only when it is used, and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_GROUPS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _GROUPS:
            return None
        command: click.Command = getattr(importlib.import_module(f".{_GROUPS[name][0]}", __package__), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_GROUPS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        from ..exceptions import PlanetError

        try:
            return super().invoke(ctx)
        except PlanetError as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise click.ClickException(what) from None
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(130)


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planet")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.option(
    "-v", "--verbosity", type=click.Choice(_LEVELS, case_sensitive=False), default="warning", show_default=True,
    help="How much to log to stderr.",
)  # fmt: skip
@click.option("--auth-profile", help="The login to use; planet auth profile list shows all.")
@click.option("--auth-client-id", help="The id of a service account.")
@click.option("--auth-client-secret", help="Its secret.")
@click.option("--auth-api-key", help="The API key to use.")
@click.pass_context
def main(ctx: click.Context, /, quiet: bool, verbosity: str, **credentials: str | None) -> None:
    """Search, order and download Planet's satellite imagery.

    Log in with planet auth login, or set PL_API_KEY; planet auth status shows which credentials count.
    """
    logging.basicConfig(
        stream=sys.stderr, level=verbosity.upper(), format="%(asctime)s - %(name)s - %(levelname)s - %(message)s"
    )
    named = {name.removeprefix("auth_"): value for name, value in credentials.items() if value}
    ctx.obj = {"QUIET": quiet, "AUTH": named}

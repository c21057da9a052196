"""The command's root: its groups, which load when they are used, and the one place where errors become messages.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 only a part was done; 4 not done in time; 5 credentials; 6 quota; 130
interrupted.
"""

import importlib
import os
import sys
from typing import Any

import click

from .._version import __version__

__all__ = ["GROUPS", "main"]


# command: (module, what it is for)
GROUPS = {
    "auth": ("auth", "Log in, and look at who is."),
    "collect": ("collect", "Collect lines of JSON as one value."),
    "completion": ("completion", "Make the shell complete this command."),
    "data": ("data", "Search the catalogue, and get single assets."),
    "destinations": ("destinations", "Places that imagery is delivered to."),
    "doctor": ("doctor", "Find out why nothing works."),
    "features": ("features", "Keep areas of interest at Planet."),
    "mosaics": ("mosaics", "Basemaps: mosaics, series, quads."),
    "order": ("quick_order", "Search, order, wait and download, in one go."),
    "orders": ("orders", "Order imagery, wait for it, download it."),
    "quota": ("quota", "What the account may have, and reservations."),
    "sandbox": ("sandbox", "A local Planet to try things on, with no account."),
    "subscriptions": ("subscriptions", "Have what is new delivered as it comes in."),
}
_LEVELS = ["warning", "info", "debug"]
PARTIAL, LATE, AUTH, QUOTA, INTERRUPTED = 3, 4, 5, 6, 130


def _code_of(error: BaseException) -> int:
    from .. import exceptions as e

    if isinstance(error, e.DownloadError) and error.report.outcomes and error.failures:
        return PARTIAL if len(error.failures) < len(error.report.outcomes) else 1
    if isinstance(error, e.WaitTimeout):
        return LATE
    if isinstance(error, (e.AuthError, e.InvalidAPIKey, e.NoPermission)):
        return AUTH
    return QUOTA if isinstance(error, e.OverQuota) else 1


def _text_of(error: BaseException) -> str:
    """What is said of an error; that a check can be skipped in Python is no help in a shell."""
    from .._builders.catalog import _STALE

    return str(error).replace(f" {_STALE}", "")


def _failure(message: str, code: int) -> click.ClickException:
    """An error as it is shown: on a line or two, and with an exit code that says of which kind it is."""
    return type("Failure", (click.ClickException,), {"exit_code": code})(message)  # type: ignore[no-any-return]  # it is one


class _Root(click.Group):
    """Loads a group only when it is used, and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        # The module `quick_order` holds the command `order`: its name would be that of the group otherwise.
        command: click.Command = getattr(importlib.import_module(f".{GROUPS[name][0]}", __package__), name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in GROUPS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], GROUPS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(GROUPS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        from ..exceptions import PlanetError

        try:
            return super().invoke(ctx)
        except PlanetError as error:
            _explain(ctx, error)
            raise _failure(_text_of(error), _code_of(error)) from None
        except BrokenPipeError:
            # Whoever reads has had enough, as head does: nothing went wrong. What is left in the buffer goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            _explain(ctx, error)
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise click.ClickException(what) from None
        except KeyboardInterrupt:
            click.echo(f"Interrupted. {ctx.obj.get('AGAIN', 'Files that are whole are kept.')}", err=True)
            sys.exit(INTERRUPTED)


def _explain(ctx: click.Context, error: BaseException) -> None:
    """With -v, how it came to an error; its own traceback would show what nobody asked for."""
    if not ctx.params.get("verbose"):
        return
    chain: BaseException | None = error
    while chain is not None:
        click.echo(f"{type(chain).__name__}: {chain}", err=True)
        for name, failure in getattr(chain, "failures", {}).items():
            click.echo(f"  {name}: {type(failure).__name__}: {failure}", err=True)
        chain = chain.__cause__


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planet")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.option("-v", "--verbose", count=True, help="Say more on stderr: -v what happens, -vv every request.")
@click.option(
    "--verbosity", type=click.Choice(_LEVELS, case_sensitive=False), default="warning", show_default=True,
    help="The same by its name.",
)  # fmt: skip
@click.option("--auth-profile", help="The login to use; planet auth profile list shows all.")
@click.option("--auth-client-id", help="The id of a service account.")
@click.option("--auth-client-secret", help="Its secret.")
@click.option("--auth-api-key", help="The API key to use.")
@click.pass_context
def main(ctx: click.Context, /, quiet: bool, verbose: int, verbosity: str, **credentials: str | None) -> None:
    """Search, order and download Planet's satellite imagery.

    Log in with planet auth login, or set PL_API_KEY; planet auth status shows which credentials count.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 only a part was done, 4 not done in time, 5 credentials, 6 quota.
    """
    # Imported here, so that planet --help loads next to nothing.
    import logging

    from .options import check_credentials

    check_credentials(credentials)
    level = _LEVELS[max(min(verbose, 2), _LEVELS.index(verbosity.lower()))]
    # The root logger stays at WARNING: httpx and httpcore would log every request and byte again.
    logging.basicConfig(
        stream=sys.stderr, level="WARNING", format="%(asctime)s - %(name)s - %(levelname)s - %(message)s"
    )
    if level != "warning":
        logging.getLogger("planet").setLevel(level.upper())
    named = {name.removeprefix("auth_"): value for name, value in credentials.items() if value}
    ctx.obj = {"QUIET": quiet, "AUTH": named}

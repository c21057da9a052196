"""The root of the command: it loads groups when they are used, and turns errors into messages and exit codes.

Exit codes: 0 success; 1 failure; 2 usage error; 3 partial result; 4 timeout; 5 credentials; 6 quota; 130 Ctrl-C; 143
SIGTERM.
"""

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import click

from .._redact import printable
from .._version import __version__

__all__ = ["GROUPS", "main"]


# {command: (module, help)}
GROUPS = {
    "auth": ("auth", "Log in and manage credentials."),
    "bulk": ("bulk", "Order more scenes than fit into one order."),
    "collect": ("collect", "Collect lines of JSON into one value."),
    "completion": ("completion", "Print the shell completion script."),
    "data": ("data", "Search the catalogue and download assets."),
    "destinations": ("destinations", "Manage destinations for deliveries."),
    "doctor": ("doctor", "Check credentials, network and clock."),
    "features": ("features", "Manage collections of AOIs."),
    "geocatalog": ("geocatalog", "Search, fill and draw a GeoCatalog."),
    "mosaics": ("mosaics", "List and download basemaps."),
    "order": ("quick_order", "Search, order and download in one step."),
    "orders": ("orders", "Create, wait for and download orders."),
    "quota": ("quota", "Show quota and manage reservations."),
    "sandbox": ("sandbox", "Run a local Planet server for tests."),
    "subscriptions": ("subscriptions", "Manage subscriptions to new imagery."),
}
_LEVELS = ["warning", "info", "debug"]
USAGE, PARTIAL, TIMEOUT, AUTH, QUOTA, INTERRUPTED, TERMINATED = 2, 3, 4, 5, 6, 130, 143


def _code_of(error: BaseException) -> int:
    from .. import exceptions as e

    if isinstance(error, e.DownloadError) and error.report.outcomes and error.failures:
        return PARTIAL if len(error.failures) < len(error.report.outcomes) else 1
    if isinstance(error, e.BulkError):
        return QUOTA if error.report.status.held else PARTIAL
    if isinstance(error, e.WaitTimeout):
        return TIMEOUT
    if isinstance(error, (e.AuthError, e.InvalidAPIKey, e.NoPermission, e.OtherAccount)):
        return AUTH
    if isinstance(error, _wrong_values()):
        return USAGE
    return QUOTA if isinstance(error, e.OverQuota) else 1


def _wrong_values() -> tuple[type[Exception], ...]:
    """Return the errors of values that the user has mistyped."""
    from .. import exceptions as e

    return (
        e.ArgumentError, e.ArgumentTypeError, e.FeatureError, e.GeoJSONError, e.NoMatchException,
        e.SpecificationException,
    )  # fmt: skip


def _text_of(ctx: click.Context, error: BaseException) -> str:
    """Return the message of an error in one line, without the hint that only helps in Python."""
    from .._builders.catalog import _STALE
    from ..exceptions import MissingResource
    from .output import one_line

    if isinstance(error, MissingResource):
        error.hint = ctx.obj.get("NOT_FOUND_HINT", error.hint)
    text = str(error).replace(f" {_STALE}", "").replace(" To send it without this check, pass validate=False.", "")
    return one_line(text.replace("overwrite=True", "--overwrite"))


class _Failure(click.ClickException):
    """Makes click print a message and exit with a code."""

    def show(self, file: Any = None) -> None:
        from .output import note

        note(f"Error: {self.message}")


def _failure(message: str, code: int = 1) -> click.ClickException:
    return type("Failure", (_Failure,), {"exit_code": code})(message)  # type: ignore[no-any-return]  # a subclass


class _Terminated(KeyboardInterrupt):
    """The program has received SIGTERM: everything is cleaned up as after Ctrl-C."""


@contextlib.contextmanager
def _handle_sigterm() -> Iterator[None]:
    """Raise an exception at the first SIGTERM; the second one ends the program at once."""

    def terminate(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise _Terminated

    handled = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    try:
        if handled:
            signal.signal(signal.SIGTERM, terminate)
    except ValueError:  # only the main thread can have handlers
        handled = False
    try:
        yield
    finally:
        if handled:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextlib.contextmanager
def _escaped() -> Iterator[None]:
    """Escape control characters in the messages of click, which quote what was passed to the command."""
    try:
        yield
    except click.ClickException as error:
        error.message = printable(error.message, keep_lines=True)  # type: ignore[misc]  # final in the newest click
        raise


def _accept_everywhere(command: click.Command) -> None:
    """Let a command and those in it accept -q and -v, too, as `planet orders wait ID -q`."""
    taken = {flag for option in command.params for flag in option.opts}
    if not taken & {"-q", "-v"}:
        command.params += [
            click.Option(["-q", "--quiet"], is_flag=True, hidden=True, expose_value=False, callback=_set_quiet),
            click.Option(["-v", "--verbose"], count=True, hidden=True, expose_value=False, callback=_set_verbose),
        ]
    if isinstance(command, click.Group) and "-o" not in taken:
        command.params.append(click.Option(["-o", "--output"], hidden=True, expose_value=False, callback=_set_output))
    for member in getattr(command, "commands", {}).values():
        _accept_everywhere(member)


def _set_output(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """Set the output format of the commands that follow."""
    from .output import FORMATS

    if value is None:
        return
    if value not in FORMATS:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(FORMATS)}.", param_hint="-o")
    ctx.ensure_object(dict)["OUTPUT"] = value


def _set_quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.obj["QUIET"] = True


def _set_verbose(ctx: click.Context, param: click.Parameter, value: int) -> None:
    if value:
        ctx.obj["VERBOSE"] = True
        _set_level(_LEVELS[min(value, 2)])


def _set_level(level: str) -> None:
    import logging

    if level != "warning":
        logging.getLogger("planet").setLevel(level.upper())


class _Root(click.Group):
    """Loads a group when it is used, and turns errors into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*GROUPS, *super().list_commands(ctx)})  # plugins add commands of their own

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return super().get_command(ctx, name)
        # The names differ for `order`, which is in the module `quick_order`.
        command: click.Command = getattr(importlib.import_module(f".{GROUPS[name][0]}", __package__), name)
        _accept_everywhere(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            plugins = {name: command.get_short_help_str() for name, command in self.commands.items()}
            formatter.write_dl(sorted((plugins | {name: text for name, (_, text) in GROUPS.items()}).items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _escaped():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        from ..exceptions import PlanetError
        from .output import note

        try:
            with _handle_sigterm(), _escaped():
                return super().invoke(ctx)
        except PlanetError as error:
            _explain(ctx, error)
            raise _failure(_text_of(ctx, error), _code_of(error)) from None
        except BrokenPipeError:
            # The reader has closed the pipe, as head does: this is not an error. Discard what is left in the buffer.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            _explain(ctx, error)
            what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
            raise _failure(what) from None
        except KeyboardInterrupt as error:
            how, code = ("Terminated", TERMINATED) if isinstance(error, _Terminated) else ("Interrupted", INTERRUPTED)
            note(f"{how}. {ctx.obj.get('RESUME_HINT', 'Completed files are kept.')}")
            sys.exit(code)


def _explain(ctx: click.Context, error: BaseException) -> None:
    """With -v, print the chain of causes and the failures of a batch, instead of a traceback."""
    from .output import note, one_line

    if not ctx.obj.get("VERBOSE"):
        return
    chain: BaseException | None = error
    while chain is not None:
        note(one_line(f"{type(chain).__name__}: {chain}"))
        for name, failure in getattr(chain, "failures", {}).items():
            note("  " + one_line(f"{name}: {type(failure).__name__}: {failure}"))
        chain = chain.__cause__


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-o", "--output", hidden=True, expose_value=False, callback=_set_output)  # as after the command
@click.version_option(__version__, prog_name="planet")
@click.option("-q", "--quiet", is_flag=True, help="Do not show progress.")
@click.option("-v", "--verbose", count=True, help="Log to stderr: -v downloads and retries, -vv every request.")
@click.option(
    "--verbosity", type=click.Choice(_LEVELS, case_sensitive=False), default="warning", show_default=True,
    help="Log level, instead of -v and -vv.",
)  # fmt: skip
@click.option("--auth-profile", help="Login profile; planet auth profile list shows them.")
@click.option("--auth-client-id", help="Client ID of a service account.")
@click.option("--auth-client-secret", help="Client secret of the service account.")
@click.option("--auth-api-key", help="API key.")
@click.pass_context
def main(ctx: click.Context, /, quiet: bool, verbose: int, verbosity: str, **credentials: str | None) -> None:
    """Search, order and download Planet's satellite imagery.

    Log in with planet auth login, or set PL_API_KEY; planet auth status shows which credentials are in use.

    Exit codes: 0 success, 1 failure, 2 usage error, 3 partial result, 4 timeout, 5 credentials, 6 quota.
    """
    # Imported here, so that planet --help loads next to nothing.
    import logging
    import warnings

    from .logs import LogFormatter
    from .options import check_credentials
    from .output import note, one_line

    check_credentials(credentials)
    level = _LEVELS[max(min(verbose, 2), _LEVELS.index(verbosity.lower()))]
    # The root logger stays at WARNING: httpx and httpcore would log every request and byte again.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
    logging.basicConfig(handlers=[handler], level="WARNING")
    _set_level(level)
    named = {name.removeprefix("auth_"): value for name, value in credentials.items() if value}
    ctx.obj = {**(ctx.obj or {}), "QUIET": quiet, "VERBOSE": bool(verbose), "AUTH": named}
    # The warnings of the library are for the user, without the file and line of this package.
    ctx.with_resource(warnings.catch_warnings())
    warnings.showwarning = lambda message, *_, **__: note(f"Warning: {one_line(str(message))}")

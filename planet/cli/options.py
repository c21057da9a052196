"""Options that several commands share, and the groups of the APIs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from .output import formats
from .types import AOI, JSON, WHEN

__all__ = [
    "aoi",
    "api_group",
    "base_url",
    "check_credentials",
    "cloud_cover",
    "compact",
    "formats",
    "hosting_options",
    "limit",
    "only_with",
    "pretty",
    "request_body",
    "since",
    "together",
    "until",
    "yes",
]


limit = click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Maximum number of results; 0: all."
)
pretty = click.option("--pretty", is_flag=True, help="Indent the JSON.")
compact = click.option("--compact", is_flag=True, help="Only the most important fields.")
yes = click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
base_url = click.option("-u", "--base-url", help="Base URL of all APIs. Default: PL_API_BASE_URL, else Planet's.")
request_body = click.argument("request_body", metavar="REQUEST", type=JSON)

cloud_cover = click.option("--cloud-cover", type=click.FloatRange(0, 1), help="Maximum cloud cover, from 0 to 1.")

F = TypeVar("F", bound=Callable[..., Any])


def aoi(
    name: str = "geom",
    help: str = "The AOI: GeoJSON, a file, -, box, WKT or feature reference.",
    required: bool = False,
) -> Callable[[F], F]:
    """Add the option for the AOI, the same in all commands; *name* is that of the parameter."""
    return click.option("--aoi", "--geom", "--geometry", name, type=AOI, required=required, help=help)


def since(
    name: str = "since",
    help: str = "Only scenes acquired since this time: 2024-06-01, or 7d for a week ago.",
    required: bool = False,
    more: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Add the option for the start of a time range, the same in all commands; *more* are other names of it."""
    return click.option("--since", "--from", *more, name, type=WHEN, required=required, help=help)


def until(
    name: str = "until",
    help: str = "Only scenes acquired before this time.",
    required: bool = False,
    more: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Add the option for the end of a time range; see `since`."""
    return click.option("--until", "--to", *more, name, type=WHEN, required=required, help=help)


def check_credentials(given: Mapping[str, str | None]) -> None:
    """Refuse empty credentials: most often, a variable in a script is not set."""
    for name, value in given.items():
        if value is not None and not value.strip():
            raise click.UsageError(f"--auth-{name.removeprefix('auth_').replace('_', '-')} must not be empty.")


def together(options: list[Any]) -> Callable[[F], F]:
    """Add several options to a command, in this order."""

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def only_with(name: str) -> Callable[..., Any]:
    """Return a callback that refuses an option without the eager option *name*, which it depends on."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value and not ctx.params.get(name):
            raise click.UsageError(f"{param.opts[0]} requires --{name.replace('_', '-')}.")
        return value

    return check


_hosted = only_with("hosting")
hosting_options = together(
    [
        click.option(
            "--hosting", type=click.Choice(["sentinel_hub"]), is_eager=True, help="Host the results on the platform."
        ),
        click.option("--collection-id", callback=_hosted, help="Hosting collection. Default: a new one."),
        click.option(
            "--create-configuration", is_flag=True, callback=_hosted,
            help="Create a layer configuration for the new collection.",
        ),
    ]
)  # fmt: skip


def api_group(name: str, help: str) -> click.Group:
    """Create the group of an API; its commands use the client `ctx.obj["CLIENT"]`."""

    @click.group(name, help=help)
    @click.option("-u", "--base-url", help="URL of this API. Default: its path below PL_API_BASE_URL, else Planet's.")
    @click.pass_context
    def group(ctx: click.Context, /, base_url: str | None) -> None:
        from .session import connect_to

        ctx.obj["CLIENT"] = connect_to(ctx, name, base_url)

    return group

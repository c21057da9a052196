"""Options that many commands have, and how a group gets its client."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from .output import formats
from .types import JSON

__all__ = [
    "api_group",
    "base_url",
    "check_credentials",
    "compact",
    "formats",
    "hosting_options",
    "limit",
    "only_with",
    "pretty",
    "request_body",
    "together",
    "yes",
]


limit = click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="The most results; 0 is all."
)
pretty = click.option("--pretty", is_flag=True, help="Indent the JSON for reading.")
compact = click.option("--compact", is_flag=True, help="Only the most important fields.")
yes = click.option("-y", "--yes", is_flag=True, help="Do not ask.")
base_url = click.option("-u", "--base-url", help="Where the services are; by default PL_API_BASE_URL, else Planet's.")
request_body = click.argument("request_body", metavar="REQUEST", type=JSON)

F = TypeVar("F", bound=Callable[..., Any])


def check_credentials(given: Mapping[str, str | None]) -> None:
    """Refuse credentials that are there and empty: most often a variable that is not set in a script."""
    for name, value in given.items():
        if value is not None and not value.strip():
            raise click.UsageError(f"--auth-{name.removeprefix('auth_').replace('_', '-')} is empty.")


def together(options: list[Any]) -> Callable[[F], F]:
    """Several options at once, in this order."""

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def only_with(name: str) -> Callable[..., Any]:
    """The callback of an option about another one, which is eager: nothing is dropped in silence."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value and not ctx.params.get(name):
            raise click.UsageError(f"{param.opts[0]} is about --{name.replace('_', '-')}, which is not given.")
        return value

    return check


_hosted = only_with("hosting")
hosting_options = together(
    [
        click.option(
            "--hosting", type=click.Choice(["sentinel_hub"]), is_eager=True, help="Host the results on the platform."
        ),
        click.option("--collection-id", callback=_hosted, help="The hosting collection; left out: a new one."),
        click.option(
            "--create-configuration", is_flag=True, callback=_hosted,
            help="Make a configuration for the new collection.",
        ),
    ]
)  # fmt: skip


def api_group(name: str, help: str) -> click.Group:
    """The group of an API: its commands find the client as `ctx.obj["CLIENT"]`."""

    @click.group(name, help=help)
    @base_url
    @click.pass_context
    def group(ctx: click.Context, /, base_url: str | None) -> None:
        from .session import connect

        ctx.obj["CLIENT"] = getattr(connect(ctx, base_url), name)

    return group

"""`planet destinations`: storage destinations for deliveries."""

from typing import Any

import click

from .._builders.storage import STORAGE_PROVIDERS, Parameter, Provider
from ..exceptions import PlanetError
from .creation import creating
from .options import api_group, formats, yes
from .output import confirm, echo_json, show, show_all
from .types import ID

__all__ = ["destinations"]


destinations = api_group("destinations", "Manage destinations for deliveries.")

_id = click.argument("destination_id", metavar="ID", type=ID)
_name = click.option("--name", help="Name of the destination.")

_COMMANDS = {  # {command: provider}
    "s3": "amazon_s3",
    "s3-compatible": "s3_compatible",
    "ocs": "oracle_cloud_storage",
    "azure": "azure_blob_storage",
    "gcs": "google_cloud_storage",
}


def _option(parameter: Parameter) -> Any:
    """Return the option for a parameter; the command receives it under the parameter's own name."""
    flag = "--" + (parameter.option or parameter.name).replace("_", "-")
    kind: dict[str, Any] = {"is_flag": True} if parameter.is_flag else {"required": parameter.is_required}
    return click.option(flag, parameter.name, help=parameter.help, **kind)


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in (None, False)}


class _ErrorPrefix:
    """Prefixes the message of an error with the action that failed."""

    def __init__(self, verb: str) -> None:
        self._verb = verb

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, PlanetError) and error.message:
            error.message = f"Failed to {self._verb} destination: {error.message}"


@destinations.command("list")
@click.option("--archived", type=bool, help="Only archived (true) or active (false) ones.")
@click.option("--is-owner", type=bool, help="Only own (true) or other (false) ones.")
@click.option("--can-write", type=bool, help="Only writable (true) or read-only (false) ones.")
@click.option("--is-default", type=bool, help="Only the default (true) or the other (false) ones.")
@formats
@click.pass_context
def list_destinations(ctx: click.Context, /, output: str | None, pretty: bool, **filters: Any) -> None:
    """List destinations."""
    with _ErrorPrefix("list"):
        found = ctx.obj["CLIENT"].list_destinations(**filters)
    if output in (None, "json"):
        echo_json(found, pretty)
    else:
        show_all(found["destinations"], pretty, output, "destination")


@destinations.command()
@_id
@formats
@click.pass_context
def get(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool) -> None:
    """Show a destination."""
    with _ErrorPrefix("get"):
        show(ctx.obj["CLIENT"].get_destination(destination_id), pretty, output, "destination")


def _patch(name: str, help: str, change: dict[str, Any]) -> None:
    @destinations.command(name, help=help)
    @_id
    @formats
    @click.pass_context
    def command(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool) -> None:
        with _ErrorPrefix(name):
            show(ctx.obj["CLIENT"].patch_destination(destination_id, change), pretty, output, "destination")


_patch("archive", "Archive a destination.", {"archive": True})
_patch("unarchive", "Restore an archived destination.", {"archive": False})


@destinations.command()
@_id
@click.argument("name")
@formats
@click.pass_context
def rename(ctx: click.Context, /, destination_id: str, name: str, output: str | None, pretty: bool) -> None:
    """Rename a destination."""
    with _ErrorPrefix("rename"):
        show(ctx.obj["CLIENT"].patch_destination(destination_id, {"name": name}), pretty, output, "destination")


@destinations.group()
def default() -> None:
    """Manage the default destination of the organisation."""


@default.command("set")
@_id
@formats
@click.pass_context
def set_default(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool) -> None:
    """Set the default destination."""
    with _ErrorPrefix("set default"):
        show(ctx.obj["CLIENT"].set_default_destination(destination_id), pretty, output, "destination")


@default.command("get")
@formats
@click.pass_context
def get_default(ctx: click.Context, /, output: str | None, pretty: bool) -> None:
    """Show the default destination."""
    with _ErrorPrefix("get default"):
        show(ctx.obj["CLIENT"].get_default_destination(), pretty, output, "destination")


@default.command("unset")
@yes
@click.pass_context
def unset_default(ctx: click.Context, /, yes: bool) -> None:
    """Unset the default destination."""
    confirm("Unset the default destination?", yes)
    with _ErrorPrefix("unset default"):
        ctx.obj["CLIENT"].unset_default_destination()
    echo_json(None)


@destinations.group()
def create() -> None:
    """Create a destination."""


@destinations.group()
def update() -> None:
    """Change the credentials of a destination."""


def _add_commands(name: str, provider: Provider) -> None:
    """Add the commands that create and update destinations of one provider."""
    parameters = provider.parameters_for("destinations").values()

    def create_one(ctx: click.Context, /, name: str | None, output: str | None, pretty: bool, **given: Any) -> None:
        body = {"type": provider.type, "parameters": _parameters(given)} | ({"name": name} if name else {})
        with _ErrorPrefix("create"), creating(ctx, "The destination", "planet destinations list"):
            found = ctx.obj["CLIENT"].create_destination(body)
        show(found, pretty, output, "destination")

    def update_one(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool, **given: Any) -> None:
        body = {"parameters": _parameters(given)}
        with _ErrorPrefix("update"):
            show(ctx.obj["CLIENT"].patch_destination(destination_id, body), pretty, output, "destination")

    made = click.pass_context(create_one)
    for option in (formats, _name, *(_option(parameter) for parameter in reversed(parameters))):
        made = option(made)
    create.command(name, help=f"Create a destination for {provider.title}.")(made)
    changed = click.pass_context(update_one)
    changeable = [_option(parameter) for parameter in parameters if parameter.is_changeable]
    for option in (formats, *reversed(changeable), _id):
        changed = option(changed)
    update.command(name, help=f"Change the credentials of {provider.title}.")(changed)


for _command, _type in _COMMANDS.items():
    _add_commands(_command, STORAGE_PROVIDERS[_type])

"""`planet destinations`: places that imagery is delivered to."""

from typing import Any

import click

from ..exceptions import PlanetError
from .options import api_group, formats, yes
from .output import confirmed, echo_json, show, show_all

__all__ = ["destinations"]


destinations = api_group("destinations", "Places that imagery is delivered to.")

_id = click.argument("destination_id", metavar="ID")
_name = click.option("--name", help="What it is called.")


def _option(name: str, help: str) -> Any:
    return click.option(name, required=True, help=help)


_BUCKET = _option("--bucket", "The bucket.")
_REGION = _option("--region", "Its region.")
_KEY = [_option("--access-key-id", "The id of the access key."), _option("--secret-access-key", "The key itself.")]
_SSE = click.option("--explicit-sse", is_flag=True, help="Ask for encryption on the server.")
_PATH_STYLE = click.option("--use-path-style", is_flag=True, help="The bucket is in the path of addresses.")

# command: (type, what it is, options for a new one, options for new credentials)
_KINDS: dict[str, tuple[str, str, list[Any], list[Any]]] = {
    "s3": ("amazon_s3", "a bucket of Amazon S3", [_BUCKET, _REGION, *_KEY, _SSE], [*_KEY, _SSE]),
    "s3-compatible": (
        "s3_compatible", "a bucket that speaks S3",
        [_BUCKET, _option("--endpoint", "Its address."), _REGION, *_KEY, _PATH_STYLE], [*_KEY, _PATH_STYLE],
    ),
    "ocs": (
        "oracle_cloud_storage", "a bucket of Oracle Cloud Storage",
        [_BUCKET, *_KEY, _option("--namespace", "Its namespace."), _REGION], _KEY,
    ),
    "azure": (
        "azure_blob_storage", "a container of Azure Blob Storage",
        [
            _option("--container", "The container."), _option("--account", "The account."),
            _option("--sas-token", "The token, without a question mark."),
            click.option("--storage-endpoint-suffix", help="Where it is, if not at core.windows.net."),
        ],
        [_option("--sas-token", "The token, without a question mark.")],
    ),
    "gcs": (
        "google_cloud_storage", "a bucket of Google Cloud Storage",
        [_BUCKET, _option("--credentials", "The service account's JSON in base64.")],
        [_option("--credentials", "The service account's JSON in base64.")],
    ),
}  # fmt: skip
# What parameters are called, where that is not what the options are.
_PARAMETERS = {
    "amazon_s3": {
        "region": "aws_region", "access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key",
    },
    "oracle_cloud_storage": {"access_key_id": "customer_access_key_id", "secret_access_key": "customer_secret_key"},
}  # fmt: skip


def _parameters(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    names = _PARAMETERS.get(kind, {})
    return {names.get(name, name): value for name, value in given.items() if value not in (None, False)}


class _Speaking:
    """Says what could not be done."""

    def __init__(self, verb: str) -> None:
        self._verb = verb

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, PlanetError) and error.message:
            error.message = f"Failed to {self._verb} destination: {error.message}"


@destinations.command("list")
@click.option("--archived", type=bool, help="Only those that are (true) or are not (false).")
@click.option("--is-owner", type=bool, help="Only those that are (true) or are not one's own.")
@click.option("--can-write", type=bool, help="Only those that may (true) or may not be changed.")
@click.option("--is-default", type=bool, help="Only the default (true), or the others.")
@formats
@click.pass_context
def list_destinations(ctx: click.Context, /, output: str | None, pretty: bool, **filters: Any) -> None:
    """List destinations."""
    with _Speaking("list"):
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
    with _Speaking("get"):
        show(ctx.obj["CLIENT"].get_destination(destination_id), pretty, output, "destination")


def _patch(name: str, help: str, change: dict[str, Any]) -> None:
    @destinations.command(name, help=help)
    @_id
    @formats
    @click.pass_context
    def command(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool) -> None:
        with _Speaking(name):
            show(ctx.obj["CLIENT"].patch_destination(destination_id, change), pretty, output, "destination")


_patch("archive", "Archive a destination.", {"archive": True})
_patch("unarchive", "Bring a destination back.", {"archive": False})


@destinations.command()
@_id
@click.argument("name")
@formats
@click.pass_context
def rename(ctx: click.Context, /, destination_id: str, name: str, output: str | None, pretty: bool) -> None:
    """Give a destination another name."""
    with _Speaking("rename"):
        show(ctx.obj["CLIENT"].patch_destination(destination_id, {"name": name}), pretty, output, "destination")


@destinations.group()
def default() -> None:
    """The default destination of the account."""


@default.command("set")
@_id
@formats
@click.pass_context
def set_default(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool) -> None:
    """Make a destination the default."""
    with _Speaking("set default"):
        show(ctx.obj["CLIENT"].set_default_destination(destination_id), pretty, output, "destination")


@default.command("get")
@formats
@click.pass_context
def get_default(ctx: click.Context, /, output: str | None, pretty: bool) -> None:
    """Show the default."""
    with _Speaking("get default"):
        show(ctx.obj["CLIENT"].get_default_destination(), pretty, output, "destination")


@default.command("unset")
@yes
@click.pass_context
def unset_default(ctx: click.Context, /, yes: bool) -> None:
    """Have no default any more."""
    confirmed("Have no default destination any more?", yes)
    with _Speaking("unset default"):
        ctx.obj["CLIENT"].unset_default_destination()
    echo_json(None)


@destinations.group()
def create() -> None:
    """Keep a place at Planet."""


@destinations.group()
def update() -> None:
    """Give new credentials to a place."""


def _make(command_name: str) -> None:
    kind, what, options, secrets = _KINDS[command_name]

    def creating(ctx: click.Context, /, name: str | None, output: str | None, pretty: bool, **given: Any) -> None:
        body = {"type": kind, "parameters": _parameters(kind, given)} | ({"name": name} if name else {})
        with _Speaking("create"):
            show(ctx.obj["CLIENT"].create_destination(body), pretty, output, "destination")

    def updating(ctx: click.Context, /, destination_id: str, output: str | None, pretty: bool, **given: Any) -> None:
        body = {"parameters": _parameters(kind, given)}
        with _Speaking("update"):
            show(ctx.obj["CLIENT"].patch_destination(destination_id, body), pretty, output, "destination")

    made = click.pass_context(creating)
    for option in (formats, _name, *reversed(options)):
        made = option(made)
    create.command(command_name, help=f"Keep {what}.")(made)
    changed = click.pass_context(updating)
    for option in (formats, *reversed(secrets), _id):
        changed = option(changed)
    update.command(command_name, help=f"Give new credentials to {what}.")(changed)


for _command in _KINDS:
    _make(_command)

"""`planet orders`: create, list, wait for and download orders."""

from pathlib import Path
from typing import Any

import click

from .. import order_request, specs
from .._apis.orders import ORDER_STATE_SEQUENCE
from .._apis.quick_order import failed_order
from .._sync.apis.orders import OrdersAPI
from ..exceptions import DownloadError
from ..reporting import StateBar, StatesBar
from .creation import creating, listed_by_name
from .files import LocalPath, Target
from .options import api_group, formats, hosting_options, limit, only_with, pretty, request_body, yes
from .output import confirm, echo_json, note, print_complete_files, say, show, show_all, show_names, show_paths
from .types import AOI, IDS, INTERVAL, ITEM_TYPE, JSON, UUIDS, Completed

__all__ = ["orders"]


orders = api_group("orders", "Create, wait for and download orders.")
_packed = only_with("archive_type")
_ARCHIVE_NAME = "{{name}}-{{order_id}}.zip"


@orders.command("list")
@click.option(
    "--state", type=click.Choice(ORDER_STATE_SEQUENCE, case_sensitive=False), help="Only orders in this state."
)
@click.option(
    "--source-type", type=click.Choice(["scenes", "basemaps", "all"]), default="all", show_default=True,
    help="Type of the sources of the orders.",
)  # fmt: skip
@click.option("--name", help="Only orders with this name.")
@click.option("--name-contains", help="Only orders whose name contains this.")
@click.option("--created-on", type=INTERVAL, help="Time of creation, or an interval: a/b, a/.., ../b.")
@click.option("--last-modified", type=INTERVAL, help="Time of the last change, or an interval.")
@click.option("--hosting", type=bool, help="Only orders with (true) or without (false) hosting.")
@click.option("--sort-by", help="For example 'created_on DESC' or 'name, state DESC'.")
@click.option("--destination-ref", help="Only orders delivered to this destination.")
@click.option("--user-id", help="ID of another user of the organisation, or all.")
@limit
@formats
@click.pass_context
def list_orders(
    ctx: click.Context, /, name_contains: str | None, output: str | None, pretty: bool, **filters: Any
) -> None:
    """List the orders of the last three months."""
    show_all(ctx.obj["CLIENT"].list_orders(name__contains=name_contains, **filters), pretty, output, "order")


@orders.command()
@click.argument("order_id", type=click.UUID)
@formats
@click.pass_context
def get(ctx: click.Context, /, order_id: Any, output: str | None, pretty: bool) -> None:
    """Show an order."""
    show(ctx.obj["CLIENT"].get_order(str(order_id)), pretty, output, "order")


@orders.command()
@click.argument("order_id", type=click.UUID)
@yes
@formats
@click.pass_context
def cancel(ctx: click.Context, /, order_id: Any, yes: bool, output: str | None, pretty: bool) -> None:
    """Cancel an order that is still queued."""
    confirm(f"Cancel order {order_id}?", yes)
    show(ctx.obj["CLIENT"].cancel_order(str(order_id)), pretty, output, "order")


@orders.command()
@click.argument("order_ids", metavar="ORDER_ID...", type=UUIDS, nargs=-1, required=True)
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between polls.")
@click.option("--max-attempts", type=click.IntRange(min=0), default=0, help="Maximum number of polls; 0: unlimited.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Timeout in seconds.")
@click.option("--state", type=click.Choice(ORDER_STATE_SEQUENCE, case_sensitive=False), help="Wait for this state.")
@click.pass_context
def wait(ctx: click.Context, /, order_ids: tuple[Any, ...], **settings: Any) -> None:
    """Wait until orders are done, and print the state of one, or ID and state of each as soon as it is done.

    ORDER_ID may also be a file with IDs or orders, or - for stdin. Exits with 1 if one failed; says if one is partial.
    """
    client, quiet = ctx.obj["CLIENT"], ctx.obj["QUIET"]
    ids = list(dict.fromkeys(order_id for group in order_ids for order_id in group))
    if len(ids) == 1:
        with StateBar(order_id=ids[0], disable=quiet) as bar:
            states = {ids[0]: client.wait(ids[0], callback=bar.update_state, **settings)}
        say(states[ids[0]])
    else:
        states = _wait_for_each(client, ids, quiet, settings)
    if settings["state"] is None and "partial" in states.values():
        which = "The order is" if len(ids) == 1 else f"{list(states.values()).count('partial')} orders are"
        note(f"{which} partial: some items could not be processed. The others can be downloaded.")
    failed = [
        order_id
        for order_id, state in states.items()
        if state in ("failed", "cancelled") and state != settings["state"]
    ]
    if failed:
        for order_id in failed[1:]:
            note(failed_order(client.get_order(order_id), states[order_id]))
        raise failed_order(client.get_order(failed[0]), states[failed[0]])


def _wait_for_each(client: OrdersAPI, ids: list[str], quiet: bool, settings: dict[str, Any]) -> dict[str, str]:
    """Wait for several orders, and print each that is done; return their states."""
    states = {}
    with StatesBar(len(ids), disable=quiet) as bar:
        for order_id, state in client.wait_many(ids, callback=bar.update_state, **settings):
            bar.clear()
            say(f"{order_id} {state}")
            bar.finish(order_id)
            states[order_id] = state
    return states


@orders.command()
@click.argument("order_id", type=click.UUID)
@click.option(
    "--checksum", type=click.Choice(["MD5", "SHA256"], case_sensitive=False), help="Verify the files on disk again."
)
@click.option("--directory", type=Target(), default=".", help="Directory for the files, or s3://bucket/prefix.")
@click.option("--overwrite", is_flag=True, help="Download all files again, and overwrite existing ones.")
@click.option("--unzip", is_flag=True, help="Unpack the archives of the order.")
@click.option("--report", type=LocalPath(dir_okay=False), help="Write a report with the outcome of each file.")
@formats
@click.pass_context
def download(
    ctx: click.Context, /, order_id: Any, checksum: str | None, directory: Path, overwrite: bool, unzip: bool,
    report: Path | None, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Download an order, verify it against its manifest, and print the paths."""
    client = ctx.obj["CLIENT"]
    show_progress = not ctx.obj["QUIET"]
    if report is not None and not report.absolute().parent.is_dir():
        raise click.BadParameter(f"the directory {report.parent} does not exist.", param_hint="--report")
    try:
        with print_complete_files(pretty, output):
            files = client.download_order(
                str(order_id), directory, overwrite=overwrite, progress_bar=show_progress, unzip=unzip
            )
    except DownloadError as error:
        if report is not None:
            error.report.save(report)
        raise
    if report is not None:
        files.save(report)
    show_paths(files, pretty, output)
    if show_progress:
        note(files.summary())
    if checksum:
        client.validate_checksum(directory / str(order_id), checksum)


@orders.command()
@request_body
@hosting_options
@formats
@click.pass_context
def create(
    ctx: click.Context, /, request_body: dict[str, Any], hosting: str | None, collection_id: str | None,
    create_configuration: bool, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Create an order from REQUEST: JSON text, a file, or - for stdin. This spends quota."""
    if not isinstance(request_body, dict):
        raise click.BadParameter("must be a JSON object.", param_hint="REQUEST")
    if hosting:
        request_body["hosting"] = order_request.sentinel_hub(collection_id, create_configuration)
    with creating(ctx, "The order", listed_by_name("orders", request_body.get("name"))):
        order = ctx.obj["CLIENT"].create_order(request_body)
    show(order, pretty, output, "order")


@orders.command()
@click.argument("ids", metavar="IDS", type=IDS, nargs=-1, required=True)
@click.option("--item-type", type=ITEM_TYPE, required=True, help="Item type, for example PSScene.")
@click.option(
    "--bundle",
    type=Completed(specs.get_bundle_names),
    required=True,
    help="Product bundle, for example analytic_udm2.",
)
@click.option("--fallback-bundle", help="Bundles for items without that bundle, comma-separated.")
@click.option("--name", required=True, help="Name of the order.")
@click.option("--clip", type=AOI, help="Clip to this AOI: GeoJSON, a file, -, box, WKT or feature reference.")
@click.option("--tools", type=JSON, help="Tools as a JSON list.")
@click.option("--email", is_flag=True, help="Send an email when the order is done.")
@click.option("--archive-type", type=click.Choice(["zip"]), is_eager=True, help="Deliver the files in archives.")
@click.option("--archive-filename", callback=_packed, help=f"Name of the archive. Default: {_ARCHIVE_NAME}.")
@click.option("--single-archive", is_flag=True, callback=_packed, help="Deliver one archive for the whole order.")
@click.option("--delivery", "--cloudconfig", "cloud_config", type=JSON, help="Delivery as JSON.")
@click.option("--stac/--no-stac", default=True, show_default=True, help="Request STAC metadata.")
@hosting_options
@pretty
def request(ids: tuple[list[str], ...], item_type: str, bundle: str, pretty: bool, **options: Any) -> None:
    """Print an order request for the items with these IDS, for `planet orders create -`.

    IDS are separated by commas or spaces. A file with IDs can be passed instead, or - for stdin.
    """
    if options["clip"] and options["tools"]:
        raise click.UsageError("--clip and --tools are mutually exclusive.")
    tools = [order_request.clip_tool(options["clip"])] if options["clip"] else options["tools"]
    if tools is not None and not (isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)):
        raise click.BadParameter('must be a list of tools such as [{"clip": {"aoi": …}}].', param_hint="--tools")
    cloud_config = options["cloud_config"] or {}
    archive_name = options["archive_filename"] or (_ARCHIVE_NAME if options["archive_type"] else None)
    stac: dict[str, Any] | None = (
        {"stac": {}} if options["stac"] and "google_earth_engine" not in cloud_config else None
    )
    echo_json(
        order_request.build_request(
            options["name"],
            products=[
                order_request.product(
                    [each for group in ids for each in group], bundle, item_type, options["fallback_bundle"]
                )
            ],
            delivery=order_request.delivery(
                options["archive_type"], options["single_archive"], archive_name, cloud_config
            ),
            notifications=order_request.notifications(email=True) if options["email"] else None,
            tools=tools,
            stac=stac,
            hosting=options["hosting"],
            collection_id=options["collection_id"],
            create_configuration=options["create_configuration"],
        ),
        pretty,
    )


@orders.command("item-types")
def item_types() -> None:
    """List the item types that can be ordered."""
    show_names("Valid item types:", specs.get_item_types())


@orders.command()
def bundles() -> None:
    """List the product bundles."""
    show_names("Valid bundles:", specs.get_bundle_names())

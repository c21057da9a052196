"""`planet orders`: create orders, look at them, wait for them, download them."""

from pathlib import Path
from typing import Any

import click

from .. import order_request, specs
from .._apis.orders import ORDER_STATE_SEQUENCE
from .._sync.apis.orders import OrdersAPI
from ..exceptions import ClientError, DownloadError
from ..reporting import StateBar
from .cli import PARTIAL
from .options import api_group, formats, hosting_options, limit, only_with, pretty, request_body, yes
from .output import confirmed, echo_json, show, show_all, show_names, show_paths, showing_complete
from .types import AOI, INTERVAL, ITEM_TYPE, JSON, CommaSeparated, Completed

__all__ = ["ended", "orders"]


orders = api_group("orders", "Order imagery, wait for it, download it.")
_packed = only_with("archive_type")


@orders.command("list")
@click.option(
    "--state", type=click.Choice(ORDER_STATE_SEQUENCE, case_sensitive=False), help="Only orders in this state."
)
@click.option(
    "--source-type", type=click.Choice(["scenes", "basemaps", "all"]), default="all", show_default=True,
    help="What the orders are of.",
)  # fmt: skip
@click.option("--name", help="Only orders of this name.")
@click.option("--name-contains", help="Only orders whose name contains this.")
@click.option("--created-on", type=INTERVAL, help="A time, or an interval: a/b, a/.., ../b.")
@click.option("--last-modified", type=INTERVAL, help="A time, or an interval.")
@click.option("--hosting", type=bool, help="Only orders with (true) or without (false) hosting.")
@click.option("--sort-by", help="For example 'created_on DESC' or 'name, state DESC'.")
@click.option("--destination-ref", help="Only orders delivered to this destination.")
@click.option("--user-id", help="Another user of the organisation, or all.")
@limit
@formats
@click.pass_context
def list_orders(
    ctx: click.Context, /, name_contains: str | None, output: str | None, pretty: bool, **filters: Any
) -> None:
    """List orders of the last three months."""
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
    confirmed(f"Cancel order {order_id}?", yes)
    show(ctx.obj["CLIENT"].cancel_order(str(order_id)), pretty, output, "order")


@orders.command()
@click.argument("order_id", type=click.UUID)
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds from one look to the next.")
@click.option("--max-attempts", type=click.IntRange(min=0), default=0, help="How many looks at most; 0: any number.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Seconds after which to give up.")
@click.option("--state", type=click.Choice(ORDER_STATE_SEQUENCE, case_sensitive=False), help="Wait for this state.")
@click.pass_context
def wait(ctx: click.Context, /, order_id: Any, **settings: Any) -> None:
    """Wait until an order is done; prints its state. Exits with 1 if it has failed, and with 3 if a part is missing."""
    client = ctx.obj["CLIENT"]
    with StateBar(order_id=str(order_id), disable=ctx.obj["QUIET"]) as bar:
        state = client.wait(str(order_id), callback=bar.update_state, **settings)
    click.echo(state)
    if state in ("failed", "cancelled") and state != settings["state"]:
        raise ended(client, str(order_id), state)
    if state == "partial" and settings["state"] is None:
        click.echo("Some of it could not be made; the rest can be downloaded.", err=True)
        ctx.exit(PARTIAL)


def ended(client: OrdersAPI, order_id: str, state: str) -> ClientError:
    """The error for an order that brings nothing, with what the service says of why."""
    hints = "; ".join(map(str, client.get_order(order_id).get("error_hints") or ()))
    return ClientError(f"Order {order_id} has ended as {state}{f': {hints}' if hints else ''}.")


@orders.command()
@click.argument("order_id", type=click.UUID)
@click.option("--checksum", type=click.Choice(["MD5", "SHA256"], case_sensitive=False), help="Check once more on disk.")
@click.option("--directory", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where to put it.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already and differ.")
@click.option("--unzip", is_flag=True, help="Unpack the order's archives into the layout of an order without them.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of each file here.")
@formats
@click.pass_context
def download(
    ctx: click.Context, /, order_id: Any, checksum: str | None, directory: Path, overwrite: bool, unzip: bool,
    report: Path | None, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Download an order, checked against its manifest; prints the paths."""
    client = ctx.obj["CLIENT"]
    show_progress = not ctx.obj["QUIET"]
    if report is not None and not report.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {report.parent}.", param_hint="--report")
    try:
        with showing_complete(pretty, output):
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
        click.echo(files.summary(), err=True)
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
        raise click.BadParameter("it is no JSON object.", param_hint="REQUEST")
    if hosting:
        request_body["hosting"] = order_request.sentinel_hub(collection_id, create_configuration)
    show(ctx.obj["CLIENT"].create_order(request_body), pretty, output, "order")


@orders.command()
@click.argument("ids", metavar="IDS", type=CommaSeparated())
@click.option("--item-type", type=ITEM_TYPE, required=True, help="For example PSScene.")
@click.option(
    "--bundle",
    type=Completed(specs.get_bundle_names),
    required=True,
    help="The product bundle, for example analytic_udm2.",
)
@click.option("--fallback-bundle", help="What to deliver of items without that bundle; several with commas.")
@click.option("--name", required=True, help="What the order is called.")
@click.option("--clip", type=AOI, help="The area to clip to: GeoJSON, file, -, box, WKT or feature.")
@click.option("--tools", type=JSON, help="The tools as a JSON list.")
@click.option("--email", is_flag=True, help="Send a mail when it is done.")
@click.option("--archive-type", type=click.Choice(["zip"]), is_eager=True, help="Pack the files.")
@click.option("--archive-filename", callback=_packed, help="The archive's name; left out: {{name}}_{{order_id}}.zip.")
@click.option("--single-archive", is_flag=True, callback=_packed, help="One archive for the whole order.")
@click.option("--delivery", "--cloudconfig", "cloud_config", type=JSON, help="Where to deliver to, as JSON.")
@click.option("--stac/--no-stac", default=True, show_default=True, help="Ask for STAC metadata.")
@hosting_options
@pretty
def request(ids: list[str], item_type: str, bundle: str, pretty: bool, **options: Any) -> None:
    """Print a request for the items with these IDS (with commas between them), ready for `planet orders create -`."""
    if options["clip"] and options["tools"]:
        raise click.UsageError("Give --clip or --tools, not both.")
    tools = [order_request.clip_tool(options["clip"])] if options["clip"] else options["tools"]
    if tools is not None and not (isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)):
        raise click.BadParameter('it is no list of tools such as [{"clip": {"aoi": …}}].', param_hint="--tools")
    cloud_config = options["cloud_config"] or {}
    stac: dict[str, Any] | None = (
        {"stac": {}} if options["stac"] and "google_earth_engine" not in cloud_config else None
    )
    echo_json(
        order_request.build_request(
            options["name"],
            products=[order_request.product(ids, bundle, item_type, options["fallback_bundle"])],
            delivery=order_request.delivery(
                options["archive_type"], options["single_archive"], options["archive_filename"], cloud_config
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

"""`planet quota`: products with quota, and reservations of quota for AOIs."""

from typing import Any

import click

from ..reporting import StateBar
from .creation import creating
from .options import api_group, formats, limit, pretty, together, yes
from .output import confirm, echo_json, say, show, show_all
from .types import ID, JSON

__all__ = ["quota"]


quota = api_group("quota", "Show quota and manage reservations.")

_page_size = click.option(
    "--page-size", type=click.IntRange(min=1), default=500, show_default=True, help="Results per page."
)
_listing = [
    click.option("--fields", help="Only these fields, comma-separated."),
    click.option("--sort", help="Field to sort by; a leading - means descending."),
    click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="KEY=VALUE",
        help="Filter such as amount__gt=1000; may be repeated.",
    ),
    _page_size,
    limit,
    formats,
]
_areas = [
    click.option("--aoi-ref", "aoi_ref", multiple=True, help="Feature reference of an AOI; may be repeated."),
    click.option("--aoi-refs", "aoi_refs", type=JSON, help="Feature references as a JSON list."),
    click.option("--product-id", type=int, required=True, help="Product ID; planet quota products list shows them."),
    click.option("--collection-id", help="Collection that the reservations belong to."),
]


def _parsed(filters: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in filters]
    for name, sign, _ in pairs:
        if not name or not sign:
            raise click.BadParameter("must be KEY=VALUE.", param_hint="--filter")
    return {name: value for name, _, value in pairs}


@quota.group()
def products() -> None:
    """Products with quota."""


@products.command("list")
@click.option(
    "--supports-reservation",
    type=bool,
    help="Only products that support (true) or do not support (false) reservations.",
)
@click.option("--compact", is_flag=True, help="Only the most important fields.")
@_page_size
@limit
@formats
@click.pass_context
def list_products(
    ctx: click.Context, /, supports_reservation: bool | None, compact: bool, page_size: int, limit: int,
    output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """List products."""
    found = ctx.obj["CLIENT"].list_products(supports_reservation, limit, page_size)
    if compact:
        names = (
            "id", "name", "title", "supports_reservation", "quota_total", "quota_used", "unlimited_quota",
        )  # fmt: skip
        found = [{name: product.get(name) for name in names} for product in found]
    show_all(found, pretty, output, "product")


@quota.group()
def reservations() -> None:
    """Reservations of quota for AOIs."""


@reservations.command("list")
@together(_listing)
@click.pass_context
def list_reservations(
    ctx: click.Context, /, filters: tuple[str, ...], output: str | None, pretty: bool, **listing: Any
) -> None:
    """List reservations."""
    found = ctx.obj["CLIENT"].list_reservations(filters=_parsed(filters), **listing)
    show_all(found, pretty, output, "reservation")


@reservations.command("get")
@click.argument("reservation_id", type=int)
@formats
@click.pass_context
def get_reservation(ctx: click.Context, /, reservation_id: int, output: str | None, pretty: bool) -> None:
    """Show a reservation."""
    show(ctx.obj["CLIENT"].get_reservation(reservation_id), pretty, output, "reservation")


def _refs(aoi_ref: tuple[str, ...], aoi_refs: Any) -> list[str]:
    refs = [*aoi_ref, *(aoi_refs or [])] if isinstance(aoi_refs, (list, type(None))) else []
    if not refs or not all(isinstance(ref, str) for ref in refs):
        raise click.UsageError("--aoi-ref, or --aoi-refs as a JSON list of feature references, is required.")
    return refs


@reservations.command("create")
@together(_areas)
@yes
@pretty
@click.pass_context
def create_reservation(
    ctx: click.Context, /, aoi_ref: tuple[str, ...], aoi_refs: Any, product_id: int, collection_id: str | None,
    yes: bool, pretty: bool,
) -> None:  # fmt: skip
    """Reserve quota for AOIs. This spends quota."""
    refs = _refs(aoi_ref, aoi_refs)
    confirm(f"Spend quota of product {product_id} on {len(refs)} AOIs?", yes)
    with creating(ctx, "The reservation", "planet quota reservations list"):
        made = ctx.obj["CLIENT"].create_reservation(refs, product_id, collection_id)
    echo_json(made, pretty)


@reservations.command("bulk-reserve")
@together(_areas)
@yes
@pretty
@click.pass_context
def bulk_reserve(
    ctx: click.Context, /, aoi_ref: tuple[str, ...], aoi_refs: Any, product_id: int, collection_id: str | None,
    yes: bool, pretty: bool,
) -> None:  # fmt: skip
    """Reserve quota for many AOIs in the background, and print the job. This spends quota."""
    refs = _refs(aoi_ref, aoi_refs)
    confirm(f"Spend quota of product {product_id} on {len(refs)} AOIs?", yes)
    with creating(ctx, "The job", "planet quota jobs list"):
        made = ctx.obj["CLIENT"].bulk_create_reservations(refs, product_id, collection_id)
    echo_json(made, pretty)


@reservations.command("estimate")
@together(_areas)
@pretty
@click.pass_context
def estimate(
    ctx: click.Context, /, aoi_ref: tuple[str, ...], aoi_refs: Any, product_id: int, collection_id: str | None,
    pretty: bool,
) -> None:  # fmt: skip
    """Show the cost of a reservation."""
    echo_json(ctx.obj["CLIENT"].estimate_reservation(_refs(aoi_ref, aoi_refs), product_id, collection_id), pretty)


@quota.group()
def jobs() -> None:
    """Jobs that reserve quota for many AOIs."""


@jobs.command("list")
@together(_listing)
@click.pass_context
def list_jobs(
    ctx: click.Context, /, filters: tuple[str, ...], output: str | None, pretty: bool, **listing: Any
) -> None:
    """List jobs."""
    show_all(ctx.obj["CLIENT"].list_jobs(filters=_parsed(filters), **listing), pretty, output, "job")


@jobs.command("get")
@click.argument("job_id", type=ID)
@formats
@click.pass_context
def get_job(ctx: click.Context, /, job_id: str, output: str | None, pretty: bool) -> None:
    """Show a job."""
    show(ctx.obj["CLIENT"].get_job(job_id), pretty, output, "job")


@jobs.command("wait")
@click.argument("job_id", type=ID)
@click.option("--timeout", type=click.FloatRange(min=0), help="Timeout in seconds.")
@click.pass_context
def wait_job(ctx: click.Context, /, job_id: str, timeout: float | None) -> None:
    """Wait until a job is done, and print its status."""
    with StateBar(order_id=job_id, disable=ctx.obj["QUIET"], what="job") as bar:
        say(ctx.obj["CLIENT"].wait_job(job_id, callback=bar.update_state, timeout=timeout).status)

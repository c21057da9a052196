"""`planet order`: search, order, wait, download and verify in one command."""

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from .. import data_filter, order_request, specs
from .._apis.quick_order import failed_order, request_of
from .._models.items import Item
from .._models.quota import Product
from .._sync.planet import Planet
from .._sync.quick_order import find_or_create
from ..exceptions import APIError
from ..reporting import StateBar
from .creation import creating, listed_by_name
from .files import Target
from .options import aoi, base_url, cloud_cover, formats, since, until, yes
from .output import (
    ASSUME_YES,
    assumes_yes,
    confirm,
    echo_json,
    is_interactive,
    note,
    print_complete_files,
    say,
    show_all,
    show_paths,
)
from .session import connect
from .types import ITEM_TYPE, JSON, Completed

__all__ = ["order"]


_BUNDLE = Completed(specs.get_bundle_names)


@click.command()
@aoi("aoi", required=True)
@since(required=True)
@until()
@click.option("--item-type", type=ITEM_TYPE, default="PSScene", show_default=True, help="Item type.")
@click.option("--bundle", type=_BUNDLE, required=True, help="Product bundle, for example analytic_udm2.")
@cloud_cover
@click.option(
    "--filter", "search_filter", type=JSON, help="Additional filter as JSON, as printed by planet data filter."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 500),
    default=10,
    show_default=True,
    help="Maximum number of scenes, newest first.",
)
@click.option("--name", help="Name of the order. Default: item type, dates, and a code of the request.")
@click.option("--clip/--no-clip", default=True, show_default=True, help="Clip to the AOI.")
@click.option("--directory", type=Target(), default=".", help="Directory for the files, or s3://bucket/prefix.")
@click.option("--dry-run", is_flag=True, help="Print the order request, and do not create the order.")
@click.option("--no-wait", is_flag=True, help="Create the order and print its ID, for planet orders wait and download.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), help="Timeout of the wait in seconds; the order itself continues."
)
@yes
@base_url
@formats
@click.pass_context
def order(
    ctx: click.Context, /, aoi: Any, since: Any, until: Any, item_type: str, bundle: str, cloud_cover: float | None,
    search_filter: Any, limit: int, name: str | None, clip: bool, directory: Path, dry_run: bool, no_wait: bool,
    timeout: float | None, yes: bool, base_url: str | None, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Search, order, wait, download and verify in one step. This spends quota.

    The order is shown for confirmation first. If waiting or downloading is interrupted, resume with the order's ID:
    planet orders wait ID, planet orders download ID.
    """
    quiet = ctx.obj["QUIET"]
    if not (assumes_yes(yes) or dry_run or is_interactive()):
        raise click.UsageError(
            f"Cannot ask for confirmation without a terminal. Use --yes or {ASSUME_YES}=1 to order, or --dry-run to "
            "print the request."
        )
    if until is not None and until <= since:
        raise click.BadParameter(
            f"must be after --since, got {until:%Y-%m-%d} and {since:%Y-%m-%d}.", param_hint="--until"
        )
    pl = connect(ctx, base_url)
    wanted = data_filter.date_range_filter("acquired", gte=since, lt=until) & data_filter.permission_filter()
    if cloud_cover is not None:
        wanted &= data_filter.range_filter("cloud_cover", lte=cloud_cover)
    if search_filter is not None:
        wanted &= search_filter
    items = list(pl.data.search([item_type], wanted, geometry=aoi, limit=limit))
    request = request_of(items, bundle, aoi=aoi if clip else None, name=name)
    if dry_run:
        echo_json(request, pretty)
        return

    def agree() -> None:
        if not quiet:
            _describe(request, items, bundle, _products(pl))
        confirm("Create this order?", yes)

    with creating(ctx, "The order", listed_by_name("orders", request["name"])):
        order_id, is_new = find_or_create(pl.orders, request, agree)
    note(f"Order {order_id}" + ("" if is_new else ", which the same command has created before"))
    if no_wait:
        say(order_id)
        return
    try:
        _wait_and_download(pl, order_id, directory, timeout, quiet, pretty, output)
    except KeyboardInterrupt:
        ctx.obj["RESUME_HINT"] = (
            f"The order continues. Resume with: planet orders wait {order_id}, planet orders download {order_id}."
        )
        raise


def _wait_and_download(
    pl: Planet, order_id: str, directory: Path, timeout: float | None, quiet: bool, pretty: bool, output: str | None
) -> None:
    """Wait for an order, then download it."""
    with StateBar(order_id=order_id, disable=quiet) as bar:
        state = pl.orders.wait(order_id, callback=bar.update_state, timeout=timeout)
    if state not in ("success", "partial"):
        raise failed_order(pl.orders.get_order(order_id), state)
    with print_complete_files(pretty, output):
        report = pl.orders.download_order(order_id, directory, progress_bar=not quiet)
    show_paths(report, pretty, output)
    if not quiet:
        note(f"{report.summary()}; all files were verified against the manifest.")


def _products(pl: Planet) -> list[Product]:
    """Return the products of the account; none, if it may not see its quota."""
    try:
        return list(pl.quota.list_products())
    except APIError:
        return []  # the estimate is shown without the quota


def _describe(request: Mapping[str, Any], items: list[Item], bundle: str, quota: list[Product]) -> None:
    """Print what is about to be ordered to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        show_all(items, output="table", kind="item")
    expected = order_request.estimate(request, items, quota=quota)
    note(f"{request['name']}: {bundle}, {expected.amount}.")
    if expected.quota:
        note(f"Quota left: {'; '.join(expected.quota)}.")

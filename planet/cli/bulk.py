"""`planet bulk`: order more scenes than fit into one order."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import attrs
import click

from .. import bulk as _bulk
from .. import data_filter, order_request, specs
from .._bulk.selection import PERIODS
from .._utils.optional import require
from ..exceptions import ClientError
from .files import LocalPath, Target
from .options import aoi, base_url, cloud_cover, since, until, yes
from .output import confirm, echo_json, note, say
from .session import connect
from .types import ITEM_TYPE, JSON, Completed

__all__ = ["bulk"]


_journal = click.argument("journal", metavar="JOURNAL", type=LocalPath(dir_okay=False))


@click.group()
def bulk() -> None:
    """Order more scenes than fit into one order: plan, run, and go on after an interruption.

    JOURNAL is a file on a local disk that holds all that is known about the bulk order.
    """


@bulk.command()
@_journal
@aoi("aoi", required=True)
@since(required=True)
@until(required=True)
@click.option(
    "--item-type", "item_types", type=ITEM_TYPE, multiple=True, default=["PSScene"], show_default=True,
    help="Item type; may be repeated.",
)  # fmt: skip
@click.option("--bundle", type=Completed(specs.get_bundle_names), required=True, help="Product bundle.")
@cloud_cover
@click.option("--filter", "search_filter", type=JSON, help="Additional filter as JSON.")
@click.option("--best", type=click.Choice(list(PERIODS)), help="Only the clearest scenes of each period.")
@click.option(
    "--coverage", type=click.FloatRange(0, 1, min_open=True), default=0.98, show_default=True,
    help="With --best: the share of the AOI to cover.",
)  # fmt: skip
@click.option("--clip", is_flag=True, help="Clip to the AOI.")
@click.option("--archive", type=click.Choice(["item", "order"]), help="Pack the files for the download.")
@click.option("--target", type=Target(), help="Directory for the files, or s3://bucket/prefix.")
@click.option(
    "--destination", metavar="REF", help="Planet delivers there; --target is then where to read and verify it."
)
@click.option("--path-prefix", help="With --destination: before the path of every file.")
@click.option("--budget-scenes", type=click.IntRange(min=0), help="The most scenes to order.")
@click.option("--budget-km2", type=click.FloatRange(min=0), help="The most square kilometres to order.")
@click.option("--per-order", type=click.IntRange(1, 500), default=100, show_default=True, help="Scenes in an order.")
@click.option("--name", help="Beginning of the names of the orders. Default: the name of JOURNAL.")
@click.option("--key", help="The 8 digits in the names of the orders of a bulk order whose journal was lost.")
@base_url
@click.pass_context
def plan(
    ctx: click.Context, /, journal: Path, aoi: Any, since: Any, until: Any, cloud_cover: float | None,
    search_filter: Any, best: str | None, coverage: float, clip: bool, budget_scenes: int | None,
    budget_km2: float | None, base_url: str | None, item_types: tuple[str, ...], target: Any, destination: str | None,
    path_prefix: str | None, **details: Any,
) -> None:  # fmt: skip
    """Search, select, and split into orders. This spends nothing.

    The same command again goes on after an interruption. --budget-scenes and --budget-km2 may be others then.
    """
    if target is None and destination is None:
        raise click.UsageError("Pass --target or --destination.")
    if path_prefix is not None and destination is None:
        raise click.UsageError("--path-prefix goes with --destination.")
    wanted = [] if search_filter is None else [search_filter]
    if cloud_cover is not None:
        wanted.append(data_filter.range_filter("cloud_cover", lte=cloud_cover))
    quiet = ctx.obj["QUIET"]
    job = connect(ctx, base_url).bulk.plan(
        journal,
        item_types=list(item_types),
        geometry=aoi,
        acquired=(since, until),
        search_filter=data_filter.and_filter(wanted) if wanted else None,
        select=_bulk.best(best, coverage) if best else None,
        tools=[order_request.clip_tool(aoi)] if clip else None,
        budget=_bulk.Budget(budget_scenes, budget_km2),
        target=target,
        delivery=None if destination is None else order_request.destination(destination, path_prefix),
        callback=None if quiet else lambda done, count: note(f"Searched {done} of {count} spans of time"),
        **details,
    )
    say(job.summary())


@bulk.command()
@_journal
@click.option("--timeout", type=click.FloatRange(min=0), help="Timeout in seconds; run again to go on.")
@click.option(
    "--max-active", type=click.IntRange(min=1), default=1000, show_default=True, help="Orders to be processed at once."
)
@click.option(
    "--report", "report_file", type=LocalPath(dir_okay=False), help="Write a report to this file: CSV or JSON."
)
@click.option("--dask", metavar="ADDRESS", help="Download by a Dask cluster: its address, or local.")
@click.option("--workers", type=click.IntRange(min=1), help="With --dask local: the number of workers.")
@yes
@base_url
@click.pass_context
def run(
    ctx: click.Context, /, journal: Path, timeout: float | None, max_active: int, report_file: Path | None,
    dask: str | None, workers: int | None, yes: bool, base_url: str | None,
) -> None:  # fmt: skip
    """Create the orders, wait for them, and download them. This spends quota.

    Interrupted, the same command goes on. Exits with 3 if some scenes were not delivered, with 6 if the budget or the
    quota is used up.
    """
    if workers is not None and dask != "local":
        raise click.UsageError("--workers goes with --dask local.")
    job = connect(ctx, base_url).bulk.open(journal)
    note(job.summary())
    confirm("Run this bulk order?", yes)
    quiet = ctx.obj["QUIET"]
    with _cluster(dask, workers) as executor:
        report = job.run(timeout=timeout, max_active=max_active, callback=None if quiet else note, executor=executor)
    if report_file is not None:
        report.save(report_file)
    report.raise_for_failures()
    say(report)


@contextmanager
def _cluster(address: str | None, workers: int | None) -> Iterator[Any]:
    """A client of a Dask cluster, or None."""
    if address is None:
        yield None
        return
    require("dask", "--dask", "distributed")
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        try:
            place: Any = address
            if address == "local":
                place = stack.enter_context(LocalCluster(n_workers=workers, dashboard_address=":0"))
            client = stack.enter_context(Client(place))
        except (OSError, ValueError) as error:
            raise ClientError(
                f"The Dask cluster {address} cannot be reached: {error}.",
                hint="Write the address of its scheduler, such as tcp://10.0.0.1:8786, or local.",
            ) from None
        note(f"Workers: {len(client.nthreads())}, threads: {sum(client.nthreads().values())}")
        yield client


@bulk.command()
@_journal
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="Form of the output.")
@click.pass_context
def status(ctx: click.Context, /, journal: Path, output: str) -> None:
    """Show the numbers of scenes and orders by their state. This sends no request."""
    now = connect(ctx, None).bulk.open(journal).status()
    echo_json(attrs.asdict(now)) if output == "json" else say(now)


@bulk.command()
@_journal
@click.option("-o", "--output", type=click.Choice(["csv", "json"]), default="csv", help="Form of the output.")
@click.pass_context
def report(ctx: click.Context, /, journal: Path, output: str) -> None:
    """Print what became of each scene. This sends no request."""
    what = connect(ctx, None).bulk.open(journal).report()
    echo_json(what.to_dict()) if output == "json" else say(what.to_csv().rstrip("\n"))


@bulk.command()
@_journal
@click.pass_context
def retry(ctx: click.Context, /, journal: Path) -> None:
    """Plan new orders for scenes that were not delivered. Run it afterwards: they may be charged again."""
    job = connect(ctx, None).bulk.open(journal)
    say(f"{job.retry():,} scenes are planned again")
    say(job.summary())


@bulk.command()
@_journal
@since()
@until()
@base_url
@click.pass_context
def extend(ctx: click.Context, /, journal: Path, since: Any, until: Any, base_url: str | None) -> None:
    """Plan more scenes: of another span of time, or those published since. Run it afterwards.

    Scenes that were found before are not ordered again.
    """
    if (since is None) != (until is None):
        raise click.UsageError("Pass --from and --to, or neither.")
    job = connect(ctx, base_url).bulk.open(journal)
    say(f"{job.extend(None if since is None else (since, until)):,} more scenes were chosen")
    say(job.summary())


@bulk.command()
@_journal
@yes
@base_url
@click.pass_context
def cancel(ctx: click.Context, /, journal: Path, yes: bool, base_url: str | None) -> None:
    """Cancel the orders that are planned or queued."""
    job = connect(ctx, base_url).bulk.open(journal)
    confirm(f"Cancel the bulk order {job.name}?", yes)
    say(f"{job.cancel():,} orders were cancelled")

"""`planet mosaics`: basemaps: mosaics, series, quads."""

from pathlib import Path
from typing import Any

import click

from .options import api_group, formats, together
from .output import echo_json, show, show_all, show_paths, showing_complete
from .types import AOI, BBOX, WHEN

__all__ = ["mosaics"]


mosaics = api_group("mosaics", "Basemaps: mosaics, series, quads.")

_links = click.option("--links", is_flag=True, help="Show links too; they may hold the key.")
_mosaic = click.argument("name_or_id")
_times = [
    click.option("--acquired-gt", "--acquired_gt", type=WHEN, help="Only with images taken after this time."),
    click.option("--acquired-lt", "--acquired_lt", type=WHEN, help="Only with images taken before."),
]
_filters = [
    click.option("--name-contains", help="Only those whose name contains this."),
    click.option("--interval", help="Only those with this time from one to the next: '1 mon', '7 days', …"),
    *_times,
]
_area = [
    click.option("--bbox", type=BBOX, help="Quads that this box touches: west,south,east,north."),
    click.option("--geometry", type=AOI, help="Quads that this area touches: GeoJSON, file, -, WKT or feature."),
]


def _plain(thing: Any, links: bool) -> Any:
    return thing if links else {name: value for name, value in thing.items() if name != "_links"}


@mosaics.command("list")
@together(_filters)
@_links
@formats
@click.pass_context
def list_mosaics(ctx: click.Context, /, links: bool, output: str | None, pretty: bool, **filters: Any) -> None:
    """List mosaics."""
    found = (_plain(mosaic, links) for mosaic in ctx.obj["CLIENT"].list_mosaics(**filters))
    show_all(found, pretty, output, "mosaic", otherwise="json")


@mosaics.command()
@_mosaic
@_links
@formats
@click.pass_context
def info(ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool) -> None:
    """Show a mosaic."""
    show(_plain(ctx.obj["CLIENT"].get_mosaic(name_or_id), links), pretty, output, "mosaic")


@mosaics.group()
def series() -> None:
    """Series of mosaics."""


@series.command("list")
@together(_filters)
@_links
@formats
@click.pass_context
def list_series(ctx: click.Context, /, links: bool, output: str | None, pretty: bool, **filters: Any) -> None:
    """List series."""
    found = (_plain(entry, links) for entry in ctx.obj["CLIENT"].list_series(**filters))
    show_all(found, pretty, output, "series", otherwise="json")


@series.command("info")
@_mosaic
@_links
@formats
@click.pass_context
def series_info(ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool) -> None:
    """Show a series."""
    show(_plain(ctx.obj["CLIENT"].get_series(name_or_id), links), pretty, output, "series")


@series.command("list-mosaics")
@_mosaic
@click.option("--latest", is_flag=True, help="Only the newest one.")
@together(_times)
@_links
@formats
@click.pass_context
def list_series_mosaics(
    ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool, **filters: Any
) -> None:
    """List the mosaics of a series."""
    found = (_plain(mosaic, links) for mosaic in ctx.obj["CLIENT"].list_series_mosaics(name_or_id, **filters))
    show_all(found, pretty, output, "mosaic", otherwise="json")


@mosaics.command()
@_mosaic
@together(_area)
@click.option("--summary", is_flag=True, help="Only count them; without an area, all of the mosaic.")
@_links
@formats
@click.pass_context
def search(
    ctx: click.Context, /, name_or_id: str, bbox: Any, geometry: Any, summary: bool, links: bool, output: str | None,
    pretty: bool,
) -> None:  # fmt: skip
    """List the quads of an area."""
    client = ctx.obj["CLIENT"]
    if summary:
        echo_json(client.summarize_quads(name_or_id, bbox=bbox, geometry=geometry), pretty)
        return
    _check_area(bbox, geometry)
    found = (_plain(quad, links) for quad in client.list_quads(name_or_id, bbox=bbox, geometry=geometry))
    show_all(found, pretty, output, "quad", otherwise="json")


def _check_area(bbox: Any, geometry: Any) -> None:
    if (bbox is None) == (geometry is None):
        raise click.UsageError("Give one of --bbox and --geometry.")


@mosaics.command()
@_mosaic
@click.argument("quad_id", metavar="QUAD")
@formats
@click.pass_context
def contributions(ctx: click.Context, /, name_or_id: str, quad_id: str, output: str | None, pretty: bool) -> None:
    """List the scenes that a quad is made of."""
    client = ctx.obj["CLIENT"]
    found = client.get_quad_contributions(client.get_quad(name_or_id, quad_id))
    show_all(found, pretty, output, otherwise="json")


@mosaics.command()
@_mosaic
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put them; left out: a folder with the name of the mosaic.",
)
@together(_area)
@click.option("--overwrite", is_flag=True, help="Fetch again what is there already.")
@click.option("--concurrency", type=click.IntRange(min=1), default=4, show_default=True, help="How many at once.")
@formats
@click.pass_context
def download(
    ctx: click.Context, /, name_or_id: str, output_dir: Path | None, bbox: Any, geometry: Any, overwrite: bool,
    concurrency: int, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Download the quads of an area; prints their paths. Downloads may count against the quota."""
    _check_area(bbox, geometry)
    quiet = ctx.obj["QUIET"]
    with showing_complete(pretty, output):
        report = ctx.obj["CLIENT"].download_quads(
            name_or_id, directory=output_dir, overwrite=overwrite, bbox=bbox, geometry=geometry,
            progress_bar=not quiet, concurrency=concurrency,
        )  # fmt: skip
    show_paths(report, pretty, output)
    if not quiet:
        click.echo(report.summary(), err=True)

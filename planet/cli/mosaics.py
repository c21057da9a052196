"""`planet mosaics`: mosaics, series and quads of basemaps."""

from pathlib import Path
from typing import Any

import click

from .files import LocalPath
from .options import aoi, api_group, formats, together
from .output import echo_json, note, print_complete_files, show, show_all, show_paths
from .types import BBOX, WHEN

__all__ = ["mosaics"]


mosaics = api_group("mosaics", "List and download basemaps.")

_links = click.option("--links", is_flag=True, help="Show links as well; they may contain the API key.")
_mosaic = click.argument("name_or_id")
_times = [
    click.option(
        "--acquired-gt", "--acquired_gt", type=WHEN, help="Only mosaics with imagery acquired after this time."
    ),
    click.option(
        "--acquired-lt", "--acquired_lt", type=WHEN, help="Only mosaics with imagery acquired before this time."
    ),
]
_filters = [
    click.option("--name-contains", help="Only results whose name contains this."),
    click.option("--interval", help="Only results with this interval: '1 mon', '7 days', …"),
    *_times,
]
_area = [
    click.option("--bbox", type=BBOX, help="Quads that intersect this box: west,south,east,north."),
    aoi("geometry", "Quads that intersect this AOI: GeoJSON, a file, -, box, WKT or feature reference."),
]


def _without_links(entry: Any, links: bool) -> Any:
    return entry if links else {name: value for name, value in entry.items() if name != "_links"}


@mosaics.command("list")
@together(_filters)
@_links
@formats
@click.pass_context
def list_mosaics(ctx: click.Context, /, links: bool, output: str | None, pretty: bool, **filters: Any) -> None:
    """List mosaics."""
    found = (_without_links(mosaic, links) for mosaic in ctx.obj["CLIENT"].list_mosaics(**filters))
    show_all(found, pretty, output, "mosaic", default_output="json")


@mosaics.command()
@_mosaic
@_links
@formats
@click.pass_context
def info(ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool) -> None:
    """Show a mosaic."""
    show(_without_links(ctx.obj["CLIENT"].get_mosaic(name_or_id), links), pretty, output, "mosaic")


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
    found = (_without_links(entry, links) for entry in ctx.obj["CLIENT"].list_series(**filters))
    show_all(found, pretty, output, "series", default_output="json")


@series.command("info")
@_mosaic
@_links
@formats
@click.pass_context
def series_info(ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool) -> None:
    """Show a series."""
    show(_without_links(ctx.obj["CLIENT"].get_series(name_or_id), links), pretty, output, "series")


@series.command("list-mosaics")
@_mosaic
@click.option("--latest", is_flag=True, help="Only the latest mosaic.")
@together(_times)
@_links
@formats
@click.pass_context
def list_series_mosaics(
    ctx: click.Context, /, name_or_id: str, links: bool, output: str | None, pretty: bool, **filters: Any
) -> None:
    """List the mosaics of a series."""
    found = (_without_links(mosaic, links) for mosaic in ctx.obj["CLIENT"].list_series_mosaics(name_or_id, **filters))
    show_all(found, pretty, output, "mosaic", default_output="json")


@mosaics.command()
@_mosaic
@together(_area)
@click.option("--summary", is_flag=True, help="Only count the quads. Default area: the whole mosaic.")
@_links
@formats
@click.pass_context
def search(
    ctx: click.Context, /, name_or_id: str, bbox: Any, geometry: Any, summary: bool, links: bool, output: str | None,
    pretty: bool,
) -> None:  # fmt: skip
    """List the quads of an AOI."""
    client = ctx.obj["CLIENT"]
    if summary:
        echo_json(client.summarize_quads(name_or_id, bbox=bbox, geometry=geometry), pretty)
        return
    _check_area(bbox, geometry)
    found = (_without_links(quad, links) for quad in client.list_quads(name_or_id, bbox=bbox, geometry=geometry))
    show_all(found, pretty, output, "quad", default_output="json")


def _check_area(bbox: Any, geometry: Any) -> None:
    if (bbox is None) == (geometry is None):
        raise click.UsageError("Exactly one of --aoi and --bbox is required.")


@mosaics.command()
@_mosaic
@click.argument("quad_id", metavar="QUAD")
@formats
@click.pass_context
def contributions(ctx: click.Context, /, name_or_id: str, quad_id: str, output: str | None, pretty: bool) -> None:
    """List the scenes that contribute to a quad."""
    client = ctx.obj["CLIENT"]
    found = client.get_quad_contributions(client.get_quad(name_or_id, quad_id))
    show_all(found, pretty, output, default_output="json")


@mosaics.command()
@_mosaic
@click.option(
    "--output-dir",
    type=LocalPath(file_okay=False),
    help="Directory for the files. Default: one named after the mosaic.",
)
@together(_area)
@click.option("--overwrite", is_flag=True, help="Download all quads again, and overwrite existing files.")
@click.option(
    "--concurrency", type=click.IntRange(min=1), default=4, show_default=True, help="Number of parallel downloads."
)
@formats
@click.pass_context
def download(
    ctx: click.Context, /, name_or_id: str, output_dir: Path | None, bbox: Any, geometry: Any, overwrite: bool,
    concurrency: int, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Download the quads of an AOI, and print their paths. Downloads may spend quota."""
    _check_area(bbox, geometry)
    quiet = ctx.obj["QUIET"]
    with print_complete_files(pretty, output):
        report = ctx.obj["CLIENT"].download_quads(
            name_or_id, directory=output_dir, overwrite=overwrite, bbox=bbox, geometry=geometry,
            progress_bar=not quiet, concurrency=concurrency,
        )  # fmt: skip
    show_paths(report, pretty, output)
    if not quiet:
        note(report.summary())

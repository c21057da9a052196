"""`planet data`: search the catalogue, manage saved searches, download assets."""

from pathlib import Path
from typing import Any

import click

from .. import data_filter, specs
from .._apis.data import (
    LIST_SEARCH_TYPE,
    LIST_SORT_DEFAULT,
    LIST_SORT_ORDER,
    SEARCH_SORT,
    SEARCH_SORT_DEFAULT,
    STATS_INTERVAL,
)
from .._files.checksum import validate_file
from ..exceptions import ClientError
from ..reporting import AssetStatusBar
from .creation import creating
from .files import LocalPath
from .options import aoi, api_group, cloud_cover, formats, limit, pretty, since, together, until
from .output import echo_json, note, show, show_all, show_names, show_paths
from .types import ID, ITEM_TYPE, JSON, WHEN, CommaSeparated, Completed

__all__ = ["data"]


data = api_group("data", "Search the catalogue and download assets.")

_item_types = click.argument("item_types", type=CommaSeparated(complete=specs.get_data_item_types))
_item = [click.argument("item_type", type=ITEM_TYPE), click.argument("item_id", type=ID)]
_asset = [*_item, click.argument("asset_type", type=Completed(lambda: specs.get_supported_assets("PSScene")))]
_geom = aoi(help="Only items that intersect this AOI: GeoJSON, a file, -, box, WKT or feature reference.")
_filter = click.option("--filter", "search_filter", type=JSON, help="Filter as JSON, as printed by planet data filter.")
_needed_filter = click.option(
    "--filter", "search_filter", type=JSON, required=True, help="Filter as JSON, as printed by planet data filter."
)
_sort = click.option(
    "--sort", type=click.Choice(SEARCH_SORT), default=SEARCH_SORT_DEFAULT, show_default=True, help="Sort order."
)
_words = [
    since(),
    until(),
    cloud_cover,
    click.option("--downloadable", is_flag=True, help="Only items of which this account may download an asset."),
]
_COMPARISONS = ["lt", "lte", "gt", "gte"]


class _Comparison(click.Tuple):
    """FIELD COMPARISON VALUE."""

    def __init__(self, value: Any, comparisons: list[str]) -> None:
        super().__init__([str, click.Choice(comparisons), value])


@data.command("filter")
@click.option("--asset", type=CommaSeparated(), help="Items that have any of these asset types.")
@click.option(
    "--date-range",
    type=_Comparison(WHEN, _COMPARISONS),
    multiple=True,
    metavar="FIELD COMP TIME",
    help="Items by a time field; COMP is lt, lte, gt or gte.",
)
@aoi(help="Items by their footprint, relative to this AOI.")
@click.option(
    "--geom-relation",
    type=click.Choice(["intersects", "contains", "within", "disjoint"]),
    help="Relation of the footprint to the AOI of --geom. Default: intersects.",
)
@click.option(
    "--number-in",
    type=(str, CommaSeparated(float)),
    multiple=True,
    metavar="FIELD NUMBERS",
    help="Items whose number field is one of these.",
)
@click.option("--permission", is_flag=True, help="Items with assets that this account may download.")
@click.option(
    "--range",
    "number_range",
    type=_Comparison(float, _COMPARISONS),
    multiple=True,
    metavar="FIELD COMP NUMBER",
    help="Items by a number field.",
)
@click.option("--std-quality", is_flag=True, help="Items of standard quality.")
@click.option(
    "--string-in",
    type=(str, CommaSeparated()),
    multiple=True,
    metavar="FIELD TEXTS",
    help="Items whose string field is one of these.",
)
@click.option(
    "--update",
    type=_Comparison(WHEN, ["gt", "gte"]),
    multiple=True,
    metavar="FIELD COMP TIME",
    help="Items whose field has changed since.",
)
@pretty
def filter_(pretty: bool, **given: Any) -> None:
    """Print a filter that combines all options with AND, for the other commands."""
    filters: list[Any] = []
    if given["asset"]:
        filters.append(data_filter.asset_filter(given["asset"]))
    filters += [data_filter.date_range_filter(field, **{how: when}) for field, how, when in given["date_range"]]
    if given["geom"]:
        filters.append(data_filter.geometry_filter(given["geom"], relation=given["geom_relation"]))
    elif given["geom_relation"]:
        note("--geom-relation is ignored: it requires --geom.")
    filters += [data_filter.number_in_filter(field, numbers) for field, numbers in given["number_in"]]
    filters += [data_filter.range_filter(field, **{how: number}) for field, how, number in given["number_range"]]
    filters += [data_filter.string_in_filter(field, texts) for field, texts in given["string_in"]]
    filters += [data_filter.update_filter(field, **{how: when}) for field, how, when in given["update"]]
    if given["permission"]:
        filters.append(data_filter.permission_filter())
    if given["std_quality"]:
        filters.append(data_filter.std_quality_filter())
    echo_json(data_filter.and_filter(filters), pretty)


# -- searches ------------------------------------------------------------------------------------------------


@data.command()
@_item_types
@_geom
@_filter
@together(_words)
@limit
@click.option("--name", help="Name of the search.")
@_sort
@formats
@click.pass_context
def search(
    ctx: click.Context, /, item_types: list[str], geom: Any, search_filter: Any, since: Any, until: Any,
    cloud_cover: float | None, downloadable: bool, limit: int, name: str | None, sort: str, output: str | None,
    pretty: bool,
) -> None:  # fmt: skip
    """Search for items of these comma-separated item types."""
    found = ctx.obj["CLIENT"].search(
        item_types, _with_acquired(search_filter, since, until), name=name, sort=sort, limit=limit, geometry=geom,
        cloud_cover=cloud_cover, downloadable=downloadable,
    )  # fmt: skip
    show_all(found, pretty, output, "item")


def _with_acquired(search_filter: Any, since: Any, until: Any) -> Any:
    """Add the time range to a filter."""
    if since is None and until is None:
        return search_filter
    if since is not None and until is not None and until <= since:
        raise click.BadParameter(
            f"must be after --since, got {until:%Y-%m-%d} and {since:%Y-%m-%d}.", param_hint="--until"
        )
    acquired = data_filter.date_range_filter("acquired", gte=since, lt=until)
    return acquired if search_filter is None else acquired & search_filter


@data.command("search-create")
@_item_types
@_geom
@_needed_filter
@click.option("--name", required=True, help="Name of the search.")
@click.option("--daily-email", is_flag=True, help="Send a daily email about new items.")
@formats
@click.pass_context
def search_create(
    ctx: click.Context, /, item_types: list[str], geom: Any, search_filter: Any, name: str, daily_email: bool,
    output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Save a search."""
    with creating(ctx, "The search", "planet data search-list"):
        found = ctx.obj["CLIENT"].create_search(item_types, search_filter, name, daily_email, geom)
    show(found, pretty, output, "search")


@data.command("search-update")
@click.argument("search_id", type=ID)
@_item_types
@_needed_filter
@click.option("--name", required=True, help="Name of the search.")
@_geom
@click.option("--daily-email", is_flag=True, help="Send a daily email about new items.")
@formats
@click.pass_context
def search_update(
    ctx: click.Context, /, search_id: str, item_types: list[str], search_filter: Any, name: str, geom: Any,
    daily_email: bool, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Replace a saved search."""
    client = ctx.obj["CLIENT"]
    found = client.update_search(search_id, item_types, search_filter, name, daily_email, geom)
    show(found, pretty, output, "search")


@data.command("search-list")
@click.option(
    "--sort", type=click.Choice(LIST_SORT_ORDER), default=LIST_SORT_DEFAULT, show_default=True, help="Sort order."
)
@click.option(
    "--search-type",
    type=click.Choice(LIST_SEARCH_TYPE),
    default="any",
    show_default=True,
    help="Type of searches to list.",
)
@limit
@formats
@click.pass_context
def search_list(
    ctx: click.Context, /, sort: str, search_type: str, limit: int, output: str | None, pretty: bool
) -> None:
    """List saved and recent searches."""
    show_all(ctx.obj["CLIENT"].list_searches(sort, search_type, limit), pretty, output, "search")


@data.command("search-run")
@click.argument("search_id", type=click.UUID)
@_sort
@limit
@formats
@click.pass_context
def search_run(ctx: click.Context, /, search_id: Any, sort: str, limit: int, output: str | None, pretty: bool) -> None:
    """Run a saved search."""
    show_all(ctx.obj["CLIENT"].run_search(search_id.hex, sort, limit), pretty, output, "item")


@data.command("search-get")
@click.argument("search_id", type=ID)
@formats
@click.pass_context
def search_get(ctx: click.Context, /, search_id: str, output: str | None, pretty: bool) -> None:
    """Show a saved search."""
    show(ctx.obj["CLIENT"].get_search(search_id), pretty, output, "search")


@data.command("search-delete")
@click.argument("search_id", type=ID)
@click.pass_context
def search_delete(ctx: click.Context, /, search_id: str) -> None:
    """Delete a saved search."""
    ctx.obj["CLIENT"].delete_search(search_id)


@data.command()
@_item_types
@_geom
@_filter
@together(_words)
@click.option(
    "--interval",
    type=click.Choice(STATS_INTERVAL),
    default="day",
    show_default=True,
    help="Length of the time buckets.",
)
@pretty
@click.pass_context
def stats(
    ctx: click.Context, /, item_types: list[str], geom: Any, search_filter: Any, since: Any, until: Any,
    cloud_cover: float | None, downloadable: bool, interval: str, pretty: bool,
) -> None:  # fmt: skip
    """Show the number of items that match, by time."""
    found = ctx.obj["CLIENT"].get_stats(
        item_types, _with_acquired(search_filter, since, until), interval, geometry=geom, cloud_cover=cloud_cover,
        downloadable=downloadable,
    )  # fmt: skip
    echo_json(found, pretty)


# -- items and assets ----------------------------------------------------------------------------------------


@data.command("item-get")
@together(_item)
@formats
@click.pass_context
def item_get(ctx: click.Context, /, item_type: str, item_id: str, output: str | None, pretty: bool) -> None:
    """Show an item."""
    show(ctx.obj["CLIENT"].get_item(item_type, item_id), pretty, output, "item")


@data.command("item-coverage")
@together(_item)
@aoi(required=True)
@click.option("--mode", help="How to compute it: UDM2 or estimate.")
@click.option("--band", help="Band of the UDM2: clear, cloud, …")
@pretty
@click.pass_context
def item_coverage(
    ctx: click.Context, /, item_type: str, item_id: str, geom: Any, mode: str | None, band: str | None, pretty: bool
) -> None:
    """Show how much of an AOI is clear in an item."""
    echo_json(ctx.obj["CLIENT"].get_item_coverage(item_type, item_id, geom, mode=mode, band=band), pretty)


@data.command("asset-list")
@together(_item)
@formats
@click.pass_context
def asset_list(ctx: click.Context, /, item_type: str, item_id: str, output: str | None, pretty: bool) -> None:
    """List the assets of an item."""
    assets = ctx.obj["CLIENT"].list_item_assets(item_type, item_id)
    if output in (None, "json"):
        echo_json(assets, pretty)
    else:
        show_all(assets.values(), pretty, output, "asset")


@data.command("asset-get")
@together(_asset)
@formats
@click.pass_context
def asset_get(
    ctx: click.Context, /, item_type: str, item_id: str, asset_type: str, output: str | None, pretty: bool
) -> None:
    """Show an asset."""
    show(ctx.obj["CLIENT"].get_asset(item_type, item_id, asset_type), pretty, output, "asset")


@data.command("asset-activate")
@together(_asset)
@click.pass_context
def asset_activate(ctx: click.Context, /, item_type: str, item_id: str, asset_type: str) -> None:
    """Activate an asset."""
    client = ctx.obj["CLIENT"]
    client.activate_asset(client.get_asset(item_type, item_id, asset_type))


def _check_activated(asset: Any, lacking: bool) -> None:
    """Refuse an asset that must be activated first; the library's own message names Python methods."""
    if lacking:
        raise ClientError(
            f"Asset {asset.get('type')} is {asset.get('status')}",
            hint="Use planet data asset-activate and asset-wait, or planet data asset-download --wait.",
        )


@data.command("asset-wait")
@together(_asset)
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between polls.")
@click.option("--max-attempts", type=click.IntRange(min=0), default=0, help="Maximum number of polls; 0: unlimited.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Timeout in seconds.")
@formats
@click.pass_context
def asset_wait(
    ctx: click.Context, /, item_type: str, item_id: str, asset_type: str, output: str | None, pretty: bool,
    **settings: Any,
) -> None:  # fmt: skip
    """Wait until an asset is active, and print it."""
    client = ctx.obj["CLIENT"]
    with AssetStatusBar(item_type, item_id, asset_type, disable=ctx.obj["QUIET"]) as bar:
        asset = client.get_asset(item_type, item_id, asset_type)
        _check_activated(asset, asset.get("status") == "inactive")
        asset = client.wait_asset(asset, callback=bar.update, **settings)
    show(asset, pretty, output, "asset")


@data.command("asset-download")
@together(_asset)
@click.option("--directory", type=LocalPath(file_okay=False), default=".", help="Directory for the files.")
@click.option("--filename", help="File name. Default: that of the service.")
@click.option("--overwrite", is_flag=True, help="Overwrite an existing file.")
@click.option("--checksum", is_flag=True, help="Verify the checksum of the file on disk.")
@click.option("--wait", "activate", is_flag=True, help="Activate the asset and wait for it first.")
@formats
@click.pass_context
def asset_download(
    ctx: click.Context, /, item_type: str, item_id: str, asset_type: str, directory: Path, filename: str | None,
    overwrite: bool, checksum: bool, activate: bool, output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Download an active asset, and print its path."""
    client, quiet = ctx.obj["CLIENT"], ctx.obj["QUIET"]
    asset = client.get_asset(item_type, item_id, asset_type)
    if activate:
        client.activate_asset(asset)
        with AssetStatusBar(item_type, item_id, asset_type, disable=quiet) as bar:
            asset = client.wait_asset(asset, callback=bar.update)
    _check_activated(asset, not asset.get("location"))
    path = client.download_asset(asset, filename, directory, overwrite, progress_bar=not quiet)
    if checksum and asset.md5_digest:
        validate_file(path, asset.md5_digest)
    show_paths([path], pretty, output)


@data.command("item-types")
def item_types() -> None:
    """List the item types that can be searched."""
    show_names("Valid item types:", specs.get_data_item_types())

"""`planet geocatalog`: search, fill and draw a GeoCatalog of Microsoft Planetary Computer Pro."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from .creation import creating
from .credentials import auth_of
from .files import LocalPath
from .options import aoi, formats, limit, yes
from .output import confirm, echo_json, note, say, show, show_all
from .types import BBOX, ID, JSON, Completed

__all__ = ["geocatalog"]


_SAS = "PLANETARYCOMPUTER_SAS_TOKEN"


def _collection_ids() -> Iterable[str]:
    """The ids of collections, where a catalogue answers at once."""
    from .._sync.geocatalog.catalog import GeoCatalog
    from ..exceptions import PlanetError
    from ..http import RetryPolicy, Timeouts

    quick: dict[str, Any] = {"timeouts": Timeouts(connect=1, read=2), "retry": RetryPolicy(max_retries=0)}
    try:
        with GeoCatalog(**quick) as gc:
            return [collection.id for collection in gc.stac.list_collections(limit=200)]
    except PlanetError:
        return []


_collection = click.argument("collection_id", metavar="COLLECTION", type=Completed(_collection_ids))
_timeout = click.option("--timeout", type=click.FloatRange(min=0), help="Seconds to wait for an operation at most.")
_no_wait = click.option("--no-wait", is_flag=True, help="Print the operation instead of waiting for it.")


@click.group()
@click.option("--endpoint", help="Address of the catalogue. Default: PLANETARYCOMPUTER_ENDPOINT.")
@click.option("--token", help="Access token. Default: PLANETARYCOMPUTER_TOKEN, else the Azure login (planet[azure]).")
@click.pass_context
def geocatalog(ctx: click.Context, /, endpoint: str | None, token: str | None) -> None:
    """Search, fill and draw a GeoCatalog (Microsoft Planetary Computer Pro)."""
    ctx.obj["CATALOG"] = (endpoint, token)


def _client(ctx: click.Context) -> Any:
    """The client of the catalogue, which help texts do not need."""
    from .._sync.geocatalog.catalog import GeoCatalog

    return ctx.with_resource(GeoCatalog(*ctx.obj["CATALOG"], app="python-cli"))


@geocatalog.command()
@limit
@formats
@click.pass_context
def collections(ctx: click.Context, /, limit: int, output: str | None, pretty: bool) -> None:
    """List collections."""
    show_all(_client(ctx).stac.list_collections(limit), pretty, output, "stac_collection")


@geocatalog.command()
@_collection
@click.option("--bbox", type=BBOX, help="Only items in this box: west,south,east,north.")
@click.option("--datetime", metavar="TIME", help="Time or interval: 2024, 2024-06, 2024-06-01/.., …")
@limit
@formats
@click.pass_context
def items(
    ctx: click.Context, /, collection_id: str, limit: int, output: str | None, pretty: bool, **conditions: Any
) -> None:
    """List the items of COLLECTION."""
    show_all(_client(ctx).stac.list_items(collection_id, limit, **conditions), pretty, output, "stac_item")


@geocatalog.command()
@click.argument("collection_ids", metavar="[COLLECTION]...", nargs=-1, type=Completed(_collection_ids))
@aoi("intersects", "Only items in this AOI: GeoJSON, a file, -, box or WKT.")
@click.option("--bbox", type=BBOX, help="Only items in this box: west,south,east,north.")
@click.option("--datetime", metavar="TIME", help="Time or interval: 2024, 2024-06, 2024-06-01/.., …")
@click.option("--cloud-cover", type=float, metavar="PERCENT", help="Only items with at most so many per cent clouds.")
@click.option("--filter", "condition", help="Condition in CQL2, as text or JSON.")
@click.option("--id", "ids", multiple=True, type=ID, help="Only this item; may be repeated.")
@click.option("--sort", "sortby", help="For example -datetime, or eo:cloud_cover,-datetime.")
@click.option("--sign", is_flag=True, help="Sign the addresses of the files.")
@limit
@formats
@click.pass_context
def search(
    ctx: click.Context, /, collection_ids: tuple[str, ...], cloud_cover: float | None, condition: str | None,
    ids: tuple[str, ...], sign: bool, limit: int, output: str | None, pretty: bool, **conditions: Any,
) -> None:  # fmt: skip
    """Search items, in all collections or in some."""
    found = _client(ctx).stac.search(
        collections=list(collection_ids) or None,
        ids=list(ids) or None,
        filter=JSON.convert(condition, None, ctx) if condition and condition.lstrip().startswith("{") else condition,
        query=None if cloud_cover is None else {"eo:cloud_cover": {"lte": cloud_cover}},
        sign=True if sign else None,
        limit=limit,
        **conditions,
    )
    show_all(found, pretty, output, "stac_item")


@geocatalog.command()
@click.argument("document", metavar="JSON", type=JSON)
@_timeout
@_no_wait
@click.option("--collection", "collection_id", help="Collection of the items. Default: what each item says.")
@formats
@click.pass_context
def create(
    ctx: click.Context, /, document: Any, timeout: float | None, no_wait: bool, collection_id: str | None,
    output: str | None, pretty: bool,
) -> None:  # fmt: skip
    """Create a collection, or add items. JSON is a collection, an item or a FeatureCollection, or a file of one."""
    client = _client(ctx)
    kind = document.get("type") if isinstance(document, dict) else None
    with creating(ctx, "It", "planet geocatalog operations"):
        if kind == "Collection":
            operation = client.stac.create_collection(document)
        elif kind in ("Feature", "FeatureCollection"):
            features = document.get("features", [document])
            first = features[0] if isinstance(features, list) and features else None
            name = collection_id or (first.get("collection") if isinstance(first, dict) else None)
            if not name:
                raise click.UsageError("The items name no collection: pass --collection.")
            operation = client.stac.create_item(name, document)
        else:
            raise click.UsageError(f"JSON must be a Collection, a Feature or a FeatureCollection, not {kind!r}.")
    ctx.obj["RESUME_HINT"] = "The catalogue goes on. See: planet geocatalog operations"
    show(operation if no_wait else client.ingestion.wait(operation, timeout=timeout), pretty, output, "operation")


@geocatalog.command()
@click.argument("order_id", type=click.UUID)
@_collection
@click.option("--sas-token", envvar=_SAS, show_envvar=True, help="Signature for reading the container.")
@click.option("--identity", metavar="ID", help="Instead, the object ID of a managed identity of the catalogue.")
@click.option("--container-url", help="Address of the container. Default: that of the order's delivery.")
@click.option(
    "--folder", type=LocalPath(exists=True, file_okay=False), help="Downloaded copy of the order, to read its metadata."
)
@click.option("--batch", type=click.IntRange(min=1), default=100, show_default=True, help="Items to send at a time.")
@_timeout
@formats
@click.pass_context
def ingest(
    ctx: click.Context, /, order_id: Any, collection_id: str, output: str | None, pretty: bool, **settings: Any
) -> None:
    """Bring an order that was delivered to Azure into COLLECTION. What is there already is skipped."""
    from tqdm import tqdm

    from .._sync.planet import Planet

    with Planet(auth=auth_of(ctx), app="python-cli") as pl:
        order = pl.orders.get_order(str(order_id))
    ctx.obj["RESUME_HINT"] = "Run the command again: what has been ingested is skipped."
    with tqdm(total=0, unit=" items", disable=ctx.obj["QUIET"] or None, leave=False) as bar:

        def update(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = _client(ctx).ingest_order(order, collection_id, callback=update, **settings)
    note(str(report))
    failed = {name: str(error) for name, error in report.failed.items()}
    echo_json({"collection": collection_id, "items": report.items, "skipped": report.skipped, "failed": failed}, pretty)
    if failed:
        raise click.exceptions.Exit(3 if report.items or report.skipped else 1)


_render = [
    click.option("--asset", "assets", multiple=True, help="Asset to draw; may be repeated."),
    click.option("--bands", metavar="B,B,B", help="Bands of the asset, for example 3,2,1."),
    click.option("--rescale", metavar="MIN,MAX", multiple=True, help="Values that become black and white."),
    click.option("--expression", help="For example (image_b4-image_b3)/(image_b4+image_b3)."),
    click.option("--colormap", "colormap_name", help="For example viridis, for one band."),
    click.option("--render", help="All options as a query string, as render options have them."),
]


def _drawn(command: Any) -> Any:
    for option in reversed(_render):
        command = option(command)
    return command


def _options(render: str | None, assets: tuple[str, ...], bands: str | None, **others: Any) -> dict[str, Any]:
    """The options of a drawing from those of the command."""
    if bands and len(assets) != 1:
        raise click.UsageError("--bands requires one --asset.")
    chosen = {"assets": list(assets) or None, "asset_bidx": [f"{assets[0]}|{bands}"] if bands else None, **others}
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items() if value}
    return {"render": render, **given}


@geocatalog.command()
@_collection
@click.argument("item_id", metavar="[ITEM]", type=ID, required=False)
@click.option("--tile", "place", metavar="Z/X/Y", help="Draw this tile. Default: the whole item.")
@click.option("--bbox", type=BBOX, help="Draw this box: west,south,east,north.")
@click.option("--scale", type=click.IntRange(1, 4), help="Of a tile: 1 for 256 pixels, 2 for 512.")
@click.option("--max-size", type=click.IntRange(1), help="Of an item or a box: the longer side in pixels.")
@_drawn
@click.option(
    "-f", "--file", "target", type=LocalPath(dir_okay=False), required=True,
    help="File to write: PNG, JPEG or TIFF, by its suffix.",
)  # fmt: skip
@click.pass_context
def tile(
    ctx: click.Context, /, collection_id: str, item_id: str | None, place: str | None, bbox: Any, scale: int | None,
    max_size: int | None, target: Path, **drawing: Any,
) -> None:  # fmt: skip
    """Draw ITEM, or COLLECTION as one: a tile, a box, or all of an item.

    With nothing but --asset, in natural colours.
    """
    data = _client(ctx).data
    source = data.item(collection_id, item_id) if item_id else data.collection(collection_id)
    options = _options(**drawing)
    if len(drawing["assets"]) == 1 and set(options) == {"render", "assets"} and not drawing["render"]:
        options = {"render": source.natural_look(drawing["assets"][0])}
    format = {".jpg": "jpeg", ".tiff": "tif"}.get(target.suffix.lower(), target.suffix.lower().lstrip(".")) or "png"
    sizes = {} if max_size is None else {"max_size": max_size}
    if place:
        try:
            z, x, y = (int(part) for part in place.split("/"))
        except ValueError:
            raise click.BadParameter(f"{place!r} is not Z/X/Y.", param_hint="--tile") from None
        picture = source.tile(z, x, y, scale=scale, format=format, **options)
    elif bbox:
        picture = source.crop(bbox=bbox, format=format, **sizes, **options)
    elif item_id:
        picture = source.preview(format=format, **sizes, **options)
    else:
        raise click.UsageError("Of a collection, --tile or --bbox is required.")
    say(picture.save(target))


@geocatalog.command()
@click.argument("collection_ids", metavar="COLLECTION...", nargs=-1, required=True, type=Completed(_collection_ids))
@click.option("--datetime", metavar="TIME", help="Time or interval: 2024, 2024-06, 2024-06-01/.., …")
@click.option("--bbox", type=BBOX, help="Only items in this box.")
@click.option("--cloud-cover", type=float, metavar="PERCENT", help="Only items with at most so many per cent clouds.")
@click.option("--sort", "sortby", default="-datetime", show_default=True, help="Which items are on top.")
@_drawn
@click.option("--pretty", is_flag=True, help="Indent the JSON.")
@click.pass_context
def mosaic(
    ctx: click.Context, /, collection_ids: tuple[str, ...], datetime: str | None, bbox: Any, cloud_cover: float | None,
    sortby: str, pretty: bool, **drawing: Any,
) -> None:  # fmt: skip
    """Register a mosaic of items, and print its ID and its addresses for maps (TileJSON)."""
    data = _client(ctx).data
    options = _options(**drawing)
    query = None if cloud_cover is None else {"eo:cloud_cover": {"lte": cloud_cover}}
    source = data.register_mosaic(
        collections=list(collection_ids), datetime=datetime, bbox=bbox, query=query, sortby=sortby
    )
    echo_json({"search_id": source.search_id, **source.tilejson(**options)}, pretty)


@geocatalog.command()
@click.argument("href", type=ID)
@click.option("--minutes", type=click.IntRange(1), help="How long it is valid. Default: 24 hours.")
@click.pass_context
def sign(ctx: click.Context, /, href: str, minutes: int | None) -> None:
    """Print the address HREF of a file with a signature, which anybody can read it with."""
    say(_client(ctx).sas.sign(href, minutes).href)


@geocatalog.command()
@click.option("--collection", "collection_id", help="Only those of this collection.")
@click.option("--status", help="Only those with this status, such as Running or Failed.")
@click.option("--wait", "waited_for", metavar="ID", type=ID, help="Wait for this operation, and show it.")
@click.option("--cancel", "cancelled", metavar="ID", type=ID, help="Cancel this operation.")
@_timeout
@yes
@limit
@formats
@click.pass_context
def operations(
    ctx: click.Context, /, waited_for: str | None, cancelled: str | None, timeout: float | None, yes: bool, limit: int,
    output: str | None, pretty: bool, **conditions: Any,
) -> None:  # fmt: skip
    """List the operations of the catalogue, or wait for one, or cancel one."""
    ingestion = _client(ctx).ingestion
    if cancelled:
        confirm(f"Cancel operation {cancelled}?", yes)
        ingestion.cancel_operation(cancelled)
    elif waited_for:
        ctx.obj["RESUME_HINT"] = "The operation goes on. Wait for it again with the same command."
        show(ingestion.wait(waited_for, timeout=timeout), pretty, output, "operation")
    else:
        show_all(ingestion.list_operations(limit, **conditions), pretty, output, "operation")

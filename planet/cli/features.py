"""`planet features`: collections of AOIs stored at Planet."""

import shlex
from typing import Any

import click

from .._builders.geojson import split_ref
from .creation import creating
from .options import api_group, formats, yes
from .output import confirm, echo_json, show, show_all
from .types import GEOJSON, ID

__all__ = ["features"]


features = api_group("features", "Manage collections of AOIs.")
_all = click.option(
    "--limit", type=click.IntRange(min=0), default=0, show_default=True, help="Maximum number of results; 0: all."
)


@features.group()
def collections() -> None:
    """Collections of features."""


@collections.command("create")
@click.option("-t", "--title", required=True, help="Title of the collection.")
@click.option("-d", "--description", "--desc", help="Description of the collection.")
@formats
@click.pass_context
def create_collection(
    ctx: click.Context, /, title: str, description: str | None, output: str | None, pretty: bool
) -> None:
    """Create a collection, and print its ID."""
    with creating(ctx, "The collection", "planet features collections list"):
        collection_id = ctx.obj["CLIENT"].create_collection(title, description)
    echo_json(collection_id, pretty)


@collections.command("list")
@_all
@click.option("--compact", is_flag=True, help="Only ID, title and description.")
@formats
@click.pass_context
def list_collections(ctx: click.Context, /, limit: int, compact: bool, output: str | None, pretty: bool) -> None:
    """List collections."""
    found = ctx.obj["CLIENT"].list_collections(limit)
    if compact:
        found = [{name: entry.get(name) for name in ("id", "title", "description")} for entry in found]
    show_all(found, pretty, output, "collection", default_output="json")


@collections.command("get")
@click.argument("collection_id", type=ID)
@formats
@click.pass_context
def get_collection(ctx: click.Context, /, collection_id: str, output: str | None, pretty: bool) -> None:
    """Show a collection."""
    show(ctx.obj["CLIENT"].get_collection(collection_id), pretty, output, "collection")


@collections.command("delete")
@click.argument("collection_id", type=ID)
@yes
@click.pass_context
def delete_collection(ctx: click.Context, /, collection_id: str, yes: bool) -> None:
    """Delete a collection and all its features."""
    confirm(f"Delete collection {collection_id} and all its features?", yes)
    ctx.obj["CLIENT"].delete_collection(collection_id)


@features.group()
def items() -> None:
    """The features of a collection."""


def _feature_ids(collection_id: str, feature_id: str | None) -> tuple[str, str]:
    if feature_id:
        return collection_id, feature_id
    if collection_id.startswith("pl:features"):
        return split_ref(collection_id)
    raise click.ClickException("FEATURE_ID is required, unless COLLECTION_ID is a feature reference: pl:features/my/….")


_feature = [click.argument("collection_id", type=ID), click.argument("feature_id", type=ID, required=False)]


@items.command("list")
@click.argument("collection_id", type=ID)
@_all
@formats
@click.pass_context
def list_items(ctx: click.Context, /, collection_id: str, limit: int, output: str | None, pretty: bool) -> None:
    """List the features of a collection."""
    found = ctx.obj["CLIENT"].list_items(collection_id, limit)
    show_all(found, pretty, output, "feature", default_output="json")


@items.command("get")
@_feature[0]
@_feature[1]
@formats
@click.pass_context
def get_item(
    ctx: click.Context, /, collection_id: str, feature_id: str | None, output: str | None, pretty: bool
) -> None:
    """Show a feature, given its collection and ID or its reference."""
    show(ctx.obj["CLIENT"].get_item(*_feature_ids(collection_id, feature_id)), pretty, output, "feature")


@items.command("delete")
@_feature[0]
@_feature[1]
@yes
@click.pass_context
def delete_item(ctx: click.Context, /, collection_id: str, feature_id: str | None, yes: bool) -> None:
    """Delete a feature."""
    names = _feature_ids(collection_id, feature_id)
    confirm(f"Delete feature {names[1]}?", yes)
    ctx.obj["CLIENT"].delete_item(*names)


@items.command("add")
@click.argument("collection_id", type=ID)
@click.argument("geojson", metavar="FILE", type=GEOJSON)
@click.option("--property-id", help="Property to use as the feature ID.")
@formats
@click.pass_context
def add_items(
    ctx: click.Context, /, collection_id: str, geojson: Any, property_id: str | None, output: str | None, pretty: bool
) -> None:
    """Add the features of a GeoJSON FILE (- for stdin), and print their references."""
    with creating(ctx, "The features", f"planet features items list {shlex.quote(collection_id)}"):
        refs = ctx.obj["CLIENT"].add_items(collection_id, geojson, property_id)
    echo_json(refs, pretty)

"""`planet features`: areas that are kept at Planet."""

from typing import Any

import click

from .._builders.geojson import split_ref
from .options import api_group, formats, limit, yes
from .output import confirmed, echo_json, show, show_all
from .types import JSON

__all__ = ["features"]


features = api_group("features", "Keep areas of interest at Planet.")
_all = click.option("--limit", type=click.IntRange(min=0), default=0, show_default=True, help="The most; 0 is all.")
del limit


@features.group()
def collections() -> None:
    """Collections of areas."""


@collections.command("create")
@click.option("-t", "--title", required=True, help="What it is called.")
@click.option("-d", "--description", "--desc", help="What is in it.")
@formats
@click.pass_context
def create_collection(
    ctx: click.Context, /, title: str, description: str | None, output: str | None, pretty: bool
) -> None:
    """Make a collection; prints its id."""
    echo_json(ctx.obj["CLIENT"].create_collection(title, description), pretty)


@collections.command("list")
@_all
@click.option("--compact", is_flag=True, help="Only id, title and description.")
@formats
@click.pass_context
def list_collections(ctx: click.Context, /, limit: int, compact: bool, output: str | None, pretty: bool) -> None:
    """List collections."""
    found = ctx.obj["CLIENT"].list_collections(limit)
    if compact:
        found = [{name: entry.get(name) for name in ("id", "title", "description")} for entry in found]
    show_all(found, pretty, output, "collection", otherwise="json")


@collections.command("get")
@click.argument("collection_id")
@formats
@click.pass_context
def get_collection(ctx: click.Context, /, collection_id: str, output: str | None, pretty: bool) -> None:
    """Show a collection."""
    show(ctx.obj["CLIENT"].get_collection(collection_id), pretty, output, "collection")


@collections.command("delete")
@click.argument("collection_id")
@yes
@click.pass_context
def delete_collection(ctx: click.Context, /, collection_id: str, yes: bool) -> None:
    """Delete a collection, and every feature in it."""
    confirmed(f"Delete the collection {collection_id}, and every feature in it?", yes)
    ctx.obj["CLIENT"].delete_collection(collection_id)


@features.group()
def items() -> None:
    """The features of a collection."""


def _named(collection_id: str, feature_id: str | None) -> tuple[str, str]:
    if feature_id:
        return collection_id, feature_id
    if collection_id.startswith("pl:features"):
        return split_ref(collection_id)
    raise click.ClickException("Which feature? Give COLLECTION and FEATURE, or one reference: pl:features/my/….")


_feature = [click.argument("collection_id"), click.argument("feature_id", required=False)]


@items.command("list")
@click.argument("collection_id")
@_all
@formats
@click.pass_context
def list_items(ctx: click.Context, /, collection_id: str, limit: int, output: str | None, pretty: bool) -> None:
    """List the features of a collection."""
    found = ctx.obj["CLIENT"].list_items(collection_id, limit)
    show_all(found, pretty, output, "feature", otherwise="json")


@items.command("get")
@_feature[0]
@_feature[1]
@formats
@click.pass_context
def get_item(
    ctx: click.Context, /, collection_id: str, feature_id: str | None, output: str | None, pretty: bool
) -> None:
    """Show a feature, by its collection and id or by its reference."""
    show(ctx.obj["CLIENT"].get_item(*_named(collection_id, feature_id)), pretty, output, "feature")


@items.command("delete")
@_feature[0]
@_feature[1]
@yes
@click.pass_context
def delete_item(ctx: click.Context, /, collection_id: str, feature_id: str | None, yes: bool) -> None:
    """Delete a feature."""
    names = _named(collection_id, feature_id)
    confirmed(f"Delete the feature {names[1]}?", yes)
    ctx.obj["CLIENT"].delete_item(*names)


@items.command("add")
@click.argument("collection_id")
@click.argument("geojson", metavar="FILE", type=JSON)
@click.option("--property-id", help="The property that the ids are made of.")
@formats
@click.pass_context
def add_items(
    ctx: click.Context, /, collection_id: str, geojson: Any, property_id: str | None, output: str | None, pretty: bool
) -> None:
    """Add what a GeoJSON FILE holds (- is stdin); prints the references."""
    echo_json(ctx.obj["CLIENT"].add_items(collection_id, geojson, property_id), pretty)

"""Collections of items in any of the forms that people have."""

from collections.abc import Iterable, Mapping
from typing import Any

from .._redact import brief
from ..exceptions import ClientError

__all__ = ["at_hand", "each_item"]


def each_item(items: Any) -> Any:
    """Items one by one: of a FeatureCollection, of a single item, or as they are."""
    if isinstance(items, Mapping):
        features = items.get("features")
        return features if items.get("type") == "FeatureCollection" and isinstance(features, list) else [items]
    return items


def at_hand(things: Any) -> Iterable[Any]:
    """What is there without asking the service: results of a blocking client, of a FeatureCollection, of a list.

    Raises:
        ClientError: they are results of an asynchronous client, or none at all.
    """
    if hasattr(things, "__aiter__"):
        raise ClientError(
            "These are results of an asynchronous client.", hint="Collect them first: await collect(results)."
        )
    things = each_item(things)
    if isinstance(things, str) or not isinstance(things, Iterable):
        raise ClientError(f"{brief(things)} are no results.", hint="Give what a listing returns, or a list.")
    return things

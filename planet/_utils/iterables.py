"""Collections of items in the different forms that callers pass."""

from collections.abc import Iterable, Mapping
from typing import Any

from .._redact import brief
from ..exceptions import ArgumentTypeError

__all__ = ["at_hand", "each_item"]


def each_item(items: Any) -> Any:
    """Return the features of a FeatureCollection, a single item as a list, anything else as it is."""
    if isinstance(items, Mapping):
        features = items.get("features")
        return features if items.get("type") == "FeatureCollection" and isinstance(features, list) else [items]
    return items


def at_hand(things: Any) -> Iterable[Any]:
    """Return items that can be iterated synchronously: results of a sync client, a FeatureCollection, a list.

    Raises:
        ArgumentTypeError: they are results of an async client, or not iterable.
    """
    if hasattr(things, "__aiter__"):
        raise ArgumentTypeError(
            "Results of an async client cannot be iterated here.", hint="Collect them first: await collect(results)."
        )
    things = each_item(things)
    if isinstance(things, str) or not isinstance(things, Iterable):
        raise ArgumentTypeError(f"Results or a list are required, got {brief(things)}.")
    return things

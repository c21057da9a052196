"""Collections of items in the different forms that callers pass."""

from collections.abc import Iterable, Mapping
from typing import Any

from .._redact import brief
from ..exceptions import ArgumentTypeError

__all__ = ["at_hand", "each_item", "is_table", "with_id_column"]


def each_item(items: Any) -> Any:
    """Return the features of a FeatureCollection, the rows of a table, a single item as a list, others as they are."""
    if isinstance(items, Mapping):
        features = items.get("features")
        return features if items.get("type") == "FeatureCollection" and isinstance(features, list) else [items]
    if is_table(items):
        return _in_degrees(with_id_column(items)).to_dict("records")
    return [items] if _is_row(items) else items


def _in_degrees(table: Any) -> Any:
    """Return a table of footprints in longitude and latitude."""
    crs: Any = getattr(table, "crs", None)
    is_degrees = not callable(getattr(crs, "equals", None)) or crs.equals("EPSG:4326")
    return table if is_degrees else table.to_crs("EPSG:4326")


def with_id_column(table: Any) -> Any:
    """Return a table whose index has the ids with a column that has them."""
    return table.reset_index() if "id" not in table and table.index.name == "id" else table


def _is_row(value: Any) -> bool:
    """Whether a value is a row of a table of items: a Series of pandas with the names of columns."""
    return callable(getattr(type(value), "to_dict", None)) and "item_type" in getattr(value, "index", ())


def is_table(value: Any) -> bool:
    """Whether a value is a DataFrame of pandas, GeoPandas or another library with the same methods."""
    return callable(getattr(type(value), "iterrows", None))


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

"""Collect the results of listings, and convert times."""

from collections.abc import AsyncIterable, Awaitable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._utils.periods import as_interval
from ._utils.times import RFC3339_FORMAT, as_instant, str_to_datetime

__all__ = ["RFC3339_FORMAT", "as_instant", "as_interval", "collect", "str_to_datetime"]


if TYPE_CHECKING:
    from ._models.feature_collection import FeatureCollection
    from ._models.features import Feature
    from ._models.geocatalog.stac import StacItem
    from ._models.items import Item

T = TypeVar("T")


# mypy cannot know that nothing is both an item and something else.
@overload
def collect(  # type: ignore[overload-overlap]
    values: "AsyncIterable[Item] | AsyncIterable[Feature] | AsyncIterable[StacItem]",
) -> "Awaitable[FeatureCollection]": ...
@overload
def collect(values: AsyncIterable[T]) -> Awaitable[list[T]]: ...
@overload
def collect(  # type: ignore[overload-overlap]
    values: "Iterable[Item] | Iterable[Feature] | Iterable[StacItem]",
) -> "FeatureCollection": ...
@overload
def collect(values: Iterable[T]) -> list[T]: ...


def collect(values: Any) -> Any:
    """Collect all results of a listing: into a `FeatureCollection` if all are GeoJSON features, else into a list.

    Without results, the type of the listing decides: no orders are an empty list, no items an empty collection.

    Await the results of an async client: `await collect(client.list_orders())`. Those of a sync client, and other
    iterables, are collected directly: `collect(pl.orders.list_orders())`.

    Example:
        ```python
        from planet import collect

        orders = collect(pl.orders.list_orders(limit=10))
        ```
    """
    if hasattr(values, "__aiter__"):
        return _AsyncCollection(values)
    return _combined(list(values), values)


class _AsyncCollection:
    """An awaitable that collects async results."""

    def __init__(self, results: Any) -> None:
        self._results = results

    def __await__(self) -> Any:
        return self._collect().__await__()

    async def _collect(self) -> Any:
        return _combined([result async for result in self._results], self._results)


def _combined(results: list[Any], values: Any) -> Any:
    """The results as `combine_results` returns them; a collection knows whether there are more of them."""
    if not results and getattr(values, "are_features", None) is False:
        return results
    collected = combine_results(results)
    if collected is not results:
        collected.limit_reached = getattr(values, "limit_reached", False) is True
    return collected


def combine_results(results: list[Any]) -> Any:
    """The results as a FeatureCollection if all are features, else unchanged."""
    if all(map(_is_feature, results)):
        from ._models.feature_collection import FeatureCollection

        return FeatureCollection(results)
    return results


def _is_feature(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and isinstance(value.get("properties", False), (dict, type(None)))
        and isinstance(value.get("geometry", False), (dict, type(None)))
    )

"""Results of listings as one value, and times."""

from typing import Any

from ._utils.times import RFC3339_FORMAT, as_instant, as_interval, str_to_datetime

__all__ = ["RFC3339_FORMAT", "as_instant", "as_interval", "collect", "str_to_datetime"]


def collect(results: Any) -> Any:
    """All results of a listing as one JSON value: a FeatureCollection where every one is a feature, else a list.

    Results of an asynchronous client are awaited: `await collect(client.list_orders())`. Those of a blocking
    client, or any other iterable, are collected at once: `collect(pl.orders.list_orders())`. The FeatureCollection is a
    dictionary, too, which a notebook draws.

    Example:
        ```python
        from planet import collect

        orders = collect(pl.orders.list_orders(limit=10))
        ```
    """
    if hasattr(results, "__aiter__"):
        return _Collecting(results)
    return summarise(list(results))


class _Collecting:
    """The collected results once they are awaited; until then, nothing happens."""

    def __init__(self, results: Any) -> None:
        self._results = results

    def __await__(self) -> Any:
        return self._collect().__await__()

    async def _collect(self) -> Any:
        return summarise([result async for result in self._results])


def summarise(results: list[Any]) -> Any:
    """The results as a FeatureCollection if each of them is a feature, else as they are."""
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

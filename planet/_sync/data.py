# Generated from planet/_async/data.py by tools/unasync.py: change that one, and run the tool again.

"""The Data API: search the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import geojson, specs
from .._paging import PageKeys
from ..data_filter import empty_filter
from ..exceptions import ClientError
from ..models import Item
from .base import _BaseAPI
from .pager import Pager

__all__ = ["SEARCH_SORT", "SEARCH_SORT_DEFAULT", "DataAPI"]

SEARCH_SORT = ("published desc", "published asc", "acquired desc", "acquired asc")
SEARCH_SORT_DEFAULT = "published desc"

_PAGE_SIZE = 250  # the service's own, and its largest: a smaller one is asked for where fewer are wanted
_ITEMS = PageKeys.links("features", "_next")


class DataAPI(_BaseAPI):
    """Search Planet's catalogue.

    Example:
        ```python
        from planet import DataAPI, SyncSession

        with SyncSession() as session:
            data = DataAPI(session)
            items = [item for item in data.search(["PSScene"], geometry=aoi, limit=10)]
        ```
    """

    _path = "/data/v1"

    def search(
        self,
        item_types: Sequence[str],
        search_filter: Mapping[str, Any] | None = None,
        name: str | None = None,
        sort: str | None = None,
        limit: int = 100,
        geometry: Any = None,
        *,
        validate: bool = True,
    ) -> Pager[Item]:
        """The items that pass a filter.

        `POST /quick-search`. It spends no quota.

        Args:
            item_types: for example `["PSScene"]`.
            search_filter: made by `planet.data_filter`; left out: everything.
            name: a name for the search, which the service keeps for a while.
            sort: `published desc` (the default), `published asc`, `acquired desc` or `acquired asc`.
            limit: the most items to return; 0 is all.
            geometry: only items whose footprint it intersects, in any form that `planet.geojson` takes.
            validate: check the item types against the catalogue; False sends them as they are.

        Raises:
            SpecificationException: an item type is not in the catalogue.
            ClientError: the sort order is none that there is.
            GeoJSONError, FeatureError: the geometry is not valid.

        Example:
            ```python
            from datetime import datetime

            from planet import data_filter

            june = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))
            for item in pl.data.search(["PSScene"], june, geometry=aoi, limit=5):
                print(item.id, item.acquired, item.cloud_cover)
            ```
        """
        if isinstance(item_types, str) or not item_types:
            raise ClientError(f"item_types is {item_types!r}.", hint="It is a list, such as ['PSScene'].")
        body: dict[str, Any] = {
            "filter": search_filter or empty_filter(),
            "item_types": [specs.validate_data_item_type(t) for t in item_types] if validate else list(item_types),
        }
        if geometry is not None:
            body["geometry"] = geojson.as_geom_or_ref(geometry)
        if name is not None:
            body["name"] = name
        params = {
            "_sort": _sort(sort),
            "_page_size": limit if isinstance(limit, int) and 0 < limit < _PAGE_SIZE else None,
        }
        return self._list(self._url("/quick-search"), _ITEMS, Item, limit, params, method="POST", json=body)

    def get_item(self, item_type_id: str, item_id: str) -> Item:
        """One item of the catalogue.

        `GET /item-types/{type}/items/{id}`

        Raises:
            MissingResource: there is no such item.

        Example:
            ```python
            item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
            ```
        """
        return Item(self._get(self._url("/item-types/{}/items/{}", item_type_id, item_id)))


def _sort(sort: str | None) -> str | None:
    """The order of results as it is sent: nothing for the service's default."""
    if sort is None:
        return None
    if sort.lower() not in SEARCH_SORT:
        raise ClientError(f"sort is {sort!r}.", hint=f"It is one of {', '.join(map(repr, SEARCH_SORT))}.")
    return None if sort.lower() == SEARCH_SORT_DEFAULT else sort.lower()

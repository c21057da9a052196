"""The client of the Data API. Its methods for assets are in `assets`, those for thumbnails in `thumbnails`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._apis.answers import about, contains
from ..._apis.data import (
    LIST_SEARCH_TYPE,
    LIST_SEARCH_TYPE_DEFAULT,
    LIST_SORT_DEFAULT,
    LIST_SORT_ORDER,
    SEARCH_SORT,
    SEARCH_SORT_DEFAULT,
    STATS_INTERVAL,
    item_id_of,
    item_type_of,
    page_size,
    saved_search_body,
    search_body,
)
from ..._builders import geojson
from ..._builders.filters import empty_filter, geometry_filter
from ..._builders.search_words import area_of, combined_filter
from ..._http.paging import PageKeys
from ..._models.items import Item, Search
from ..._utils.arguments import check_id, check_uuid, omit_none, one_of
from ...exceptions import APIError
from ..http.pager import Pager
from .assets import AssetMethods
from .repeated import after_retry
from .thumbnails import ThumbnailMethods

__all__ = ["DataClient"]


_ITEMS = PageKeys.links("features", "_next")
_SEARCHES = PageKeys.links("searches", "_next")


class DataClient(AssetMethods, ThumbnailMethods):
    """Search Planet's catalogue, and download assets of the items.

    Only downloads use quota.

    Example:
        ```python
        from planet import DataClient, Session

        async with Session() as session:
            data = DataClient(session)
            items = [item async for item in data.search(["PSScene"], geometry=aoi, limit=10)]
        ```
    """

    __module__ = "planet"

    _path = "/data/v1"

    def search(
        self,
        item_types: str | Sequence[str],
        search_filter: Mapping[str, Any] | None = None,
        name: str | None = None,
        sort: str | None = None,
        limit: int = 100,
        geometry: Any = None,
        *,
        bbox: Any = None,
        datetime: Any = None,
        cloud_cover: Any = None,
        downloadable: bool = False,
        validate: bool = True,
    ) -> Pager[Item]:
        """Search for items.

        `POST /quick-search`. Everything that is passed must match: the filter, the area and the plain words.

        Args:
            item_types: one or more, for example `"PSScene"` or `["PSScene", "SkySatScene"]`.
            search_filter: a filter from `planet.data_filter`; by default none.
            name: a name for the search, which the service stores for some weeks.
            sort: `published desc` (the default), `published asc`, `acquired desc` or `acquired asc`.
            limit: the maximum number of items; 0: all.
            geometry: the AOI that the footprints must intersect, in any form that `planet.geojson` accepts.
            bbox: west, south, east, north, in place of a geometry.
            datetime: when the items were acquired: `"2024-06"` (a year, month or day means all of it), `"7d"` (the last
                seven days), `"2024-06-01/2024-06-15"`, a date, or a pair of times, of which one may be None.
            cloud_cover: the maximum cloud cover, from 0 to 1; or a pair, the minimum and the maximum.
            downloadable: only items of which the account may download an asset.
            validate: check item types and filter before sending them; False sends them unchecked.

        Raises:
            SpecificationException: an item type is not in the catalogue.
            ClientError: the filter or the sort order is invalid.
            GeoJSONError, FeatureError: the geometry is invalid.

        Example:
            ```python
            results = pl.data.search("PSScene", geometry=aoi, datetime="2022-06", cloud_cover=0.2, limit=5)
            async for item in results:
                print(item.id, item.acquired, item.cloud_cover)
            ```
        """
        wanted = combined_filter(search_filter, datetime=datetime, cloud_cover=cloud_cover, downloadable=downloadable)
        body = search_body(item_types, wanted, area_of(geometry, bbox), name=name, validate=validate)
        return self._items("POST", self._url("/quick-search"), sort, limit, body)

    def _items(self, method: str, url: str, sort: str | None, limit: int, body: Any = None) -> Pager[Item]:
        params = {"_sort": one_of("sort", sort, SEARCH_SORT, SEARCH_SORT_DEFAULT), "_page_size": page_size(limit)}
        return self._list(url, _ITEMS, Item, limit, params, method=method, json=body)

    async def create_search(
        self,
        item_types: str | Sequence[str],
        search_filter: Mapping[str, Any],
        name: str,
        enable_email: bool = False,
        geometry: Any = None,
        *,
        validate: bool = True,
    ) -> Search:
        """Save a search, so that it can be run again.

        `POST /searches`. The request is never sent twice: if its response is lost, check with `list_searches`.

        Args:
            item_types: one or more, for example `"PSScene"` or `["PSScene", "SkySatScene"]`.
            search_filter: a filter from `planet.data_filter`.
            name: the name of the search.
            enable_email: receive a daily e-mail about new items.
            geometry: the AOI that the footprints must intersect.
            validate: check item types and filter before sending them.

        Raises:
            OutcomeUnknown: the search may or may not have been saved.

        Example:
            ```python
            from planet import data_filter

            clear = data_filter.range_filter("cloud_cover", lt=0.1)
            search = await pl.data.create_search(["PSScene"], clear, "clear days", geometry=aoi)
            items = [item async for item in pl.data.run_search(search.id, limit=5)]
            ```
        """
        body = saved_search_body(item_types, search_filter, name, enable_email, geometry, validate=validate)
        search = Search(await self._send("POST", self._url("/searches"), body))
        self._log.info("Search %s was created: %r", search.get("id"), name)
        return search

    async def update_search(
        self,
        search_id: Any,
        item_types: str | Sequence[str],
        search_filter: Mapping[str, Any],
        name: str,
        enable_email: bool = False,
        geometry: Any = None,
        *,
        validate: bool = True,
    ) -> Search:
        """Replace a saved search, including everything that is not passed.

        `PUT /searches/{id}`; the arguments are those of `create_search`.

        Raises:
            MissingResource: the search does not exist.

        Example:
            ```python
            from planet import data_filter

            search = await pl.data.create_search(["PSScene"], data_filter.empty_filter(), "everything")
            clear = data_filter.range_filter("cloud_cover", lt=0.1)
            search = await pl.data.update_search(search.id, ["PSScene"], clear, "clear days")
            ```
        """
        body = saved_search_body(item_types, search_filter, name, enable_email, geometry, validate=validate)
        name = check_id("search_id", search_id)
        try:
            return self._search(await self._send("PUT", self._url("/searches/{}", name), body), name)
        except APIError as error:
            return await after_retry(error, lambda: self.get_search(name), lambda now: contains(now, body))

    @staticmethod
    def _search(answer: dict[str, Any], name: str) -> Search:
        return Search(about("search", answer, name))

    def list_searches(
        self, sort: str = LIST_SORT_DEFAULT, search_type: str = LIST_SEARCH_TYPE_DEFAULT, limit: int = 100
    ) -> Pager[Search]:
        """List the searches that the service stores.

        `GET /searches`

        Args:
            sort: `created desc` (the default) or `created asc`.
            search_type: `any` (the default), `saved` or `quick`: the service stores every search for some weeks.
            limit: the maximum number of searches; 0: all.

        Raises:
            ArgumentError: the sort order or the type is invalid.

        Example:
            ```python
            async for search in pl.data.list_searches(search_type="saved", limit=5):
                print(search.id, search.name)
            ```
        """
        params = {
            "_sort": one_of("sort", sort, LIST_SORT_ORDER, LIST_SORT_DEFAULT),
            "search_type": one_of("search_type", search_type, LIST_SEARCH_TYPE, LIST_SEARCH_TYPE_DEFAULT),
            "_page_size": page_size(limit),
        }
        return self._list(self._url("/searches"), _SEARCHES, Search, limit, params)

    async def get_search(self, search_id: Any) -> Search:
        """Get a search.

        `GET /searches/{id}`

        Raises:
            MissingResource: the search does not exist.

        Example:
            ```python
            found = await pl.data.list_searches(limit=1).first()
            search = await pl.data.get_search(found.id) if found else None
            ```
        """
        name = check_id("search_id", search_id)
        return self._search(await self._get(self._url("/searches/{}", name)), name)

    async def delete_search(self, search_id: Any) -> None:
        """Delete a search.

        `DELETE /searches/{id}`

        Raises:
            MissingResource: the search does not exist.

        Example:
            ```python
            async for search in pl.data.list_searches(search_type="saved"):
                if search.name == "clear days":
                    await pl.data.delete_search(search.id)
            ```
        """
        name = check_id("search_id", search_id)
        await self._delete(self._url("/searches/{}", name), f"Search {name} was deleted")

    def run_search(self, search_id: Any, sort: str | None = None, limit: int = 100) -> Pager[Item]:
        """Run a saved search, and return the items that match now.

        `GET /searches/{id}/results`

        Args:
            search_id: the search, or its id.
            sort: as in `search`.
            limit: the maximum number of items; 0: all.

        Raises:
            ArgumentError: the id is not a UUID, or the sort order is invalid.
            MissingResource: the search does not exist.

        Example:
            ```python
            search = await pl.data.list_searches(search_type="saved", limit=1).first()
            items = [item async for item in pl.data.run_search(search.id, limit=5)] if search else []
            ```
        """
        return self._items("GET", self._url("/searches/{}/results", check_uuid("search_id", search_id)), sort, limit)

    async def get_stats(
        self,
        item_types: str | Sequence[str],
        search_filter: Mapping[str, Any] | None = None,
        interval: str = "day",
        *,
        geometry: Any = None,
        bbox: Any = None,
        datetime: Any = None,
        cloud_cover: Any = None,
        downloadable: bool = False,
        validate: bool = True,
    ) -> dict[str, Any]:
        """Count the items that match a filter, by the time at which they were acquired.

        `POST /stats`

        Args:
            item_types: one or more, for example `"PSScene"` or `["PSScene", "SkySatScene"]`.
            search_filter: a filter from `planet.data_filter`.
            interval: `hour`, `day`, `week`, `month` or `year`.
            geometry: the area, in every form that `search` accepts.
            bbox: the area as `(west, south, east, north)` in degrees.
            datetime: the period, as in `search`.
            cloud_cover: the largest share of clouds, 0 to 1, or `(least, largest)`.
            downloadable: count only items that you may download.
            validate: check item types and filter before sending them.

        Returns:
            `{"interval": …, "utc_offset": …, "buckets": [{"start_time": …, "count": …}]}`

        Raises:
            ClientError: the interval or the filter is invalid.

        Example:
            ```python
            stats = await pl.data.get_stats("PSScene", interval="month", geometry=aoi, cloud_cover=0.1)
            print(sum(bucket["count"] for bucket in stats["buckets"]))
            ```
        """
        search_filter = combined_filter(
            search_filter, datetime=datetime, cloud_cover=cloud_cover, downloadable=downloadable
        )
        geometry = area_of(geometry, bbox)
        if geometry is not None:  # this endpoint accepts a geometry only as part of the filter
            search_filter = geometry_filter(geometry) & (search_filter or empty_filter())
        body = {
            "interval": one_of("interval", interval, STATS_INTERVAL),
            **search_body(item_types, search_filter, validate=validate),
        }
        return await self._send("POST", self._url("/stats"), body, idempotent=True)

    async def get_item(self, item_type_id: Any, item_id: Any) -> Item:
        """Get an item of the catalogue.

        `GET /item-types/{type}/items/{id}`

        Raises:
            MissingResource: the item does not exist.

        Example:
            ```python
            item = await pl.data.get_item("PSScene", "20220304_093300_37_2430")
            ```
        """
        item_type, name = item_type_of(item_type_id), item_id_of(item_id)
        answer = about("item", await self._get(self._url("/item-types/{}/items/{}", item_type, name)), name)
        properties = answer.get("properties")
        if isinstance(properties, dict) and "item_type" in properties:
            about("item type", properties, item_type, "item_type")
        return Item(answer)

    async def get_item_coverage(
        self, item_type_id: Any, item_id: Any, geometry: Any, mode: str | None = None, band: str | None = None
    ) -> dict[str, Any]:
        """Get the percentage of an AOI that is clear in an item, computed by the service from the item's mask.

        `POST /item-types/{type}/items/{id}/coverage`. `planet.coverage` computes without a request how much of the AOI
        the item covers.

        Args:
            item_type_id: for example `PSScene`.
            item_id: the item, or its id.
            geometry: the AOI, in any form that `planet.geojson` accepts.
            mode: `UDM2` or `estimate`.
            band: the band of the mask to count, for example `cloud`; by default `clear`.

        Returns:
            `{"clear_percent": 28, "status": "complete"}`

        Raises:
            MissingResource: the item does not exist.

        Example:
            ```python
            clear = await pl.data.get_item_coverage("PSScene", "20220304_093300_37_2430", geometry=aoi)
            print(clear["status"])
            ```
        """
        answer = await self._session.request(
            "POST",
            self._url("/item-types/{}/items/{}/coverage", item_type_of(item_type_id), item_id_of(item_id)),
            json={"geometry": geojson.as_geom_or_ref(geometry, max_vertices=None)},
            params=omit_none(mode=mode, band=band) or None,
            response_type=dict,
            idempotent=True,
        )
        return answer.json()  # type: ignore[no-any-return]  # response_type says so

"""The client of the STAC API of a catalogue: collections, items and searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._apis.answers import about
from ..._apis.geocatalog.answers import list_in
from ..._builders.geocatalog.objects import as_items, as_object
from ..._builders.geocatalog.search import as_bbox, as_search_interval, build_search
from ..._http.paging import PageKeys
from ..._models.geocatalog.ingestion import Operation
from ..._models.geocatalog.stac import StacCollection, StacItem
from ..._utils.arguments import check_int, omit_none
from ..http.pager import Pager
from .base import MERGE_PATCH, signing
from .configuration import _ConfigurationClient

__all__ = ["StacClient"]


_COLLECTIONS = PageKeys.stac("collections")
_ITEMS = PageKeys.stac("features")
_PAGE_SIZE = 250


class StacClient(_ConfigurationClient):
    """Search, read and write the collections and items of a GeoCatalog, or of another STAC API.

    A GeoCatalog accepts most writes as an `Operation`, which takes its time: wait for it with `ingestion.wait`. Another
    STAC API carries them out at once, and returns the item or the collection.

    Example:
        ```python
        async for item in gc.stac.search(collections=["naip"], datetime="2021", limit=3):
            print(item.id, item.acquired)
        ```
    """

    __module__ = "planet.geocatalog"

    _path = "/stac"
    _creates = ("The item or collection", "list_collections() or search()")

    async def get_landing_page(self) -> dict[str, Any]:
        """Get the landing page of the API: its title, its conformance classes and its links.

        `GET /stac`
        """
        return await self._get(self._base_url)

    async def get_conformance(self) -> list[str]:
        """List the conformance classes of the API.

        `GET /stac/conformance`
        """
        return list_in(await self._get(self._url("/conformance")), "conformsTo")

    # -- collections -----------------------------------------------------------------------------------------

    def list_collections(
        self, limit: int = 0, *, sign: bool | None = None, duration: int | None = None
    ) -> Pager[StacCollection]:
        """List the collections.

        `GET /stac/collections`

        Args:
            limit: the maximum number of collections; 0: all.
            sign: whether the addresses of assets are signed; None: as the catalogue does it.
            duration: for how many minutes they are signed; None: 24 hours.

        Example:
            ```python
            async for collection in gc.stac.list_collections():
                print(collection.id, collection.title)
            ```
        """
        return self._list(self._url("/collections"), _COLLECTIONS, StacCollection, limit, signing(sign, duration))

    async def get_collection(
        self, collection_id: str, *, sign: bool | None = None, duration: int | None = None
    ) -> StacCollection:
        """Get a collection.

        `GET /stac/collections/{id}`

        Args:
            collection_id: the id of the collection.
            sign: whether the addresses of its assets are signed; None: as the catalogue does it.
            duration: for how many minutes they are signed; None: 24 hours.

        Raises:
            MissingResource: the collection does not exist.
        """
        document = await self._get(self._url("/collections/{}", collection_id), signing(sign, duration) or None)
        return StacCollection(about("collection", document, collection_id))

    async def create_collection(self, collection: Any) -> Operation | Any:
        """Create a collection.

        `POST /stac/collections`. The request is never sent twice: if its answer is lost, look for the collection.

        Args:
            collection: the collection, as a dictionary or an object of pystac. Required are `id`, `description`,
                `license`, `extent` and `links`.

        Returns:
            The operation, to be waited for. Of other STAC APIs, the collection.

        Raises:
            Conflict: there is one with this id.
            OutcomeUnknown: the collection may or may not be created.

        Example:
            ```python
            extent = {
                "spatial": {"bbox": [[6.0, 45.0, 7.0, 46.0]]},
                "temporal": {"interval": [["2024-01-01T00:00:00Z", None]]},
            }
            collection = {
                "id": "my-fields", "type": "Collection", "stac_version": "1.0.0", "description": "What I grow",
                "license": "proprietary", "links": [], "extent": extent,
            }
            await gc.ingestion.wait(await gc.stac.create_collection(collection))
            ```
        """
        answer = await self._begin("POST", self._url("/collections"), as_object("collection", collection))
        return answer if isinstance(answer, Operation) else StacCollection(answer)

    async def replace_collection(self, collection_id: str, collection: Any) -> StacCollection:
        """Replace a collection; its items stay.

        `PUT /stac/collections/{id}`

        Args:
            collection_id: the id of the collection.
            collection: the new collection, as a dictionary or an object of pystac.

        Raises:
            MissingResource: the collection does not exist.
        """
        url = self._url("/collections/{}", collection_id)
        return StacCollection(await self._json("PUT", url, as_object("collection", collection)))

    async def delete_collection(self, collection_id: str) -> Operation | Any:
        """Delete a collection and all of its items.

        `DELETE /stac/collections/{id}`. The request is never sent twice.

        Returns:
            The operation, to be waited for.

        Raises:
            MissingResource: the collection does not exist.
        """
        return await self._begin("DELETE", self._url("/collections/{}", collection_id), idempotent=False)

    # -- items -----------------------------------------------------------------------------------------------

    def list_items(
        self,
        collection_id: str,
        limit: int = 0,
        *,
        bbox: Any = None,
        datetime: Any = None,
        page_size: int = _PAGE_SIZE,
        sign: bool | None = None,
        duration: int | None = None,
    ) -> Pager[StacItem]:
        """List the items of a collection; `search` has more conditions.

        `GET /stac/collections/{id}/items`

        Args:
            collection_id: the id of the collection.
            limit: the maximum number of items; 0: all.
            bbox: west, south, east, north in degrees.
            datetime: when the images were acquired, as for `search`.
            page_size: how many to request at a time, at most 10,000.
            sign: whether the addresses of assets are signed; None: as the catalogue does it.
            duration: for how many minutes they are signed; None: 24 hours.
        """
        params = omit_none(
            limit=_page_size(page_size, limit),
            bbox=None if bbox is None else ",".join(map(str, as_bbox(bbox))),
            datetime=as_search_interval(datetime),
        )
        url = self._url("/collections/{}/items", collection_id)
        return self._list(url, _ITEMS, StacItem, limit, {**params, **signing(sign, duration)})

    async def get_item(
        self, collection_id: str, item_id: str, *, sign: bool | None = None, duration: int | None = None
    ) -> StacItem:
        """Get an item.

        `GET /stac/collections/{id}/items/{id}`

        Args:
            collection_id: the id of the collection.
            item_id: the id of the item.
            sign: whether the addresses of its assets are signed; None: as the catalogue does it.
            duration: for how many minutes they are signed; None: 24 hours.

        Raises:
            MissingResource: the item does not exist.

        Example:
            ```python
            item = await gc.stac.get_item(collection_id="naip", item_id="ga_m_3308421_se_16_060_20211114")
            print(item.acquired, item.asset_keys)
            ```
        """
        url = self._url("/collections/{}/items/{}", collection_id, item_id)
        return StacItem(about("item", await self._get(url, signing(sign, duration) or None), item_id))

    async def create_item(self, collection_id: str, item: Any) -> Operation | Any:
        """Add an item, or several at once.

        `POST /stac/collections/{id}/items`. The request is never sent twice: if its answer is lost, look for the item.
        The catalogue copies the files of the items, which it must be able to read: see `ingestion.create_source`.

        Args:
            collection_id: the id of the collection.
            item: an Item, a FeatureCollection, or an iterable of Items: dictionaries or objects of pystac. The
                addresses of their assets must be absolute.

        Returns:
            The operation, to be waited for: an item that exists already makes it fail. Of other STAC APIs, the answer.

        Raises:
            ArgumentError: an item belongs to another collection.
            OutcomeUnknown: the items may or may not be added.
        """
        url = self._url("/collections/{}/items", collection_id)
        answer = await self._begin("POST", url, as_items(item, collection_id))
        return answer if isinstance(answer, Operation) else StacItem(answer)

    async def replace_item(self, collection_id: str, item_id: str, item: Any) -> Operation | Any:
        """Replace an item. The catalogue copies its files again, which it must be able to read.

        `PUT /stac/collections/{id}/items/{id}`

        Returns:
            The operation, to be waited for. Of other STAC APIs, the item.
        """
        url = self._url("/collections/{}/items/{}", collection_id, item_id)
        answer = await self._begin("PUT", url, as_items(item, collection_id))
        return answer if isinstance(answer, Operation) else StacItem(answer)

    async def update_item(self, collection_id: str, item_id: str, changes: Mapping[str, Any]) -> Operation | Any:
        """Change parts of an item. The catalogue copies its files again, which it must be able to read.

        `PATCH /stac/collections/{id}/items/{id}`

        Args:
            collection_id: the id of the collection.
            item_id: the id of the item.
            changes: what is to be changed, as a JSON merge patch (RFC 7396): None removes a member.

        Returns:
            The operation, to be waited for. Of other STAC APIs, the item.

        Example:
            ```python
            changes = {"properties": {"quality": "checked"}}
            operation = await gc.stac.update_item("naip", "ga_m_3308421_se_16_060_20211114", changes)
            ```
        """
        url = self._url("/collections/{}/items/{}", collection_id, item_id)
        patch = as_object("changes", changes)
        answer = await self._begin("PATCH", url, patch, headers=MERGE_PATCH, idempotent=True)
        return answer if isinstance(answer, Operation) else StacItem(answer)

    async def delete_item(self, collection_id: str, item_id: str) -> Operation | Any:
        """Delete an item and its files. An item that does not exist makes the operation fail.

        `DELETE /stac/collections/{id}/items/{id}`. The request is never sent twice.

        Returns:
            The operation, to be waited for.
        """
        url = self._url("/collections/{}/items/{}", collection_id, item_id)
        return await self._begin("DELETE", url, idempotent=False)

    def search(
        self,
        *,
        collections: Any = None,
        ids: Any = None,
        bbox: Any = None,
        intersects: Any = None,
        datetime: Any = None,
        query: Mapping[str, Any] | None = None,
        filter: Any = None,
        filter_lang: str | None = None,
        filter_crs: str | None = None,
        sortby: Any = None,
        fields: Any = None,
        limit: int = 0,
        page_size: int = _PAGE_SIZE,
        sign: bool | None = None,
        duration: int | None = None,
    ) -> Pager[StacItem]:
        """Search items.

        `POST /stac/search`

        Args:
            collections: the ids of collections; left out: all.
            ids: the ids of items.
            bbox: west, south, east, north in degrees.
            intersects: an area: GeoJSON, a shapely geometry, or whatever `planet.geojson` takes.
            datetime: when the images were acquired: `"2024"`, `"2024-06"`, `"2024-06-01"` or a `date` means all of it;
                `"2024-06-01/.."`, a `datetime` (UTC where it has no zone), or a pair of these.
            query: {property: {operator: value}}, such as `{"eo:cloud_cover": {"lt": 10}}`.
            filter: a condition in CQL2 JSON; as text where `planet[geocatalog]` is installed.
            filter_lang: the language of *filter*; left out: `cql2-json`.
            filter_crs: the CRS of geometries in *filter*; left out: degrees.
            sortby: `"-datetime"`, `"-datetime,+id"`, or a list of {field, direction}.
            fields: the members to return: `["id", "-links"]`, or {include, exclude}.
            limit: the maximum number of items; 0: all.
            page_size: how many to request at a time, at most 10,000.
            sign: whether the addresses of assets are signed; None: as the catalogue does it.
            duration: for how many minutes they are signed; None: 24 hours.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is invalid.
            BadQuery: the catalogue rejects the search; raised when the first item is read.

        Example:
            ```python
            cloudless = {"op": "<", "args": [{"property": "eo:cloud_cover"}, 10]}
            async for item in gc.stac.search(collections=["naip"], filter=cloudless, sortby="-datetime", limit=3):
                print(item.id)
            ```
        """
        body = build_search(
            collections=collections,
            ids=ids,
            bbox=bbox,
            intersects=intersects,
            datetime=datetime,
            query=query,
            filter=filter,
            filter_lang=filter_lang,
            filter_crs=filter_crs,
            sortby=sortby,
            fields=fields,
        )
        body["limit"] = _page_size(page_size, limit)
        return self._list(
            self._url("/search"), _ITEMS, StacItem, limit, signing(sign, duration), method="POST", json=body
        )


def _page_size(page_size: int, limit: int) -> int:
    """How many items to request at a time: never more than the limit."""
    check_int("page_size", page_size)
    return min(page_size, limit) if isinstance(limit, int) and limit > 0 else page_size

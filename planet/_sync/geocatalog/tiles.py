# Generated from planet/_async/geocatalog/tiles.py by tools/unasync.py. Edit that file and run the tool again.

"""The client for tiles: legends, and the sources that images are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._builders.geocatalog.objects import as_object
from ..._builders.geocatalog.search import build_search
from ..._models.geocatalog.picture import Picture
from ..._utils.arguments import omit_none
from ...exceptions import ArgumentTypeError, InvalidAnswer
from .base import _CatalogAPI
from .tile_source import TileSource

__all__ = ["TilesAPI"]


class TilesAPI(_CatalogAPI):
    """Draw the images of a GeoCatalog: tiles, crops, previews, values and statistics.

    Example:
        ```python
        source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
        picture = source.tile(14, 4322, 6463, assets="image", asset_bidx="image|1,2,3")
        picture.save("tile.png")
        ```
    """

    __module__ = "planet.geocatalog"

    _path = "/data"

    def item(self, collection_id: Any, item_id: str | None = None) -> TileSource:
        """The images of an item. Nothing is requested.

        Args:
            collection_id: the id of the collection; or the item itself, without *item_id*.
            item_id: the id of the item.

        Raises:
            ArgumentTypeError: neither an item nor two ids are given.
        """
        if item_id is None:
            found = as_object("item", collection_id)
            collection_id, item_id = found.get("collection"), found.get("id")
        if not isinstance(collection_id, str) or not isinstance(item_id, str):
            raise ArgumentTypeError("The ids of the collection and of the item are required.", hint="Or pass an item.")
        return TileSource(self, "item", self._url("/mosaic/collections/{}/items/{}", collection_id, item_id), item_id)

    def collection(
        self,
        collection_id: str,
        *,
        ids: Any = None,
        bbox: Any = None,
        query: Mapping[str, Any] | None = None,
        sortby: Any = None,
    ) -> TileSource:
        """The images of a collection as one. Nothing is requested.

        Args:
            collection_id: the id of the collection.
            ids: only these items.
            bbox: only items in it: west, south, east, north in degrees.
            query: only items with these properties: {property: {operator: value}}.
            sortby: which items are on top, such as `"-datetime"`.
        """
        chosen = omit_none(ids=ids, bbox=bbox, query=query, sortby=sortby)
        return TileSource(self, "collection", self._url("/mosaic/collections/{}", collection_id), collection_id, chosen)

    def mosaic(self, search_id: str) -> TileSource:
        """The images of a registered search as one. Nothing is requested.

        Args:
            search_id: the id that `register_mosaic` returned.
        """
        return TileSource(self, "mosaic", self._url("/mosaic/searches/{}", search_id), search_id)

    def register_mosaic(
        self,
        *,
        collections: Any = None,
        ids: Any = None,
        bbox: Any = None,
        intersects: Any = None,
        query: Mapping[str, Any] | None = None,
        filter: Any = None,
        filter_lang: str | None = None,
        datetime: Any = None,
        sortby: Any = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> TileSource:
        """Register a search whose images are drawn as one. The same search has the same id.

        `POST /data/mosaic/register`

        The arguments are those of `StacAPI.search`.

        Args:
            metadata: {type, name, bounds, minzoom, maxzoom, assets, defaults}, which TileJSON repeats.

        Returns:
            The source, whose `search_id` is to be kept.

        Example:
            ```python
            mosaic = gc.data.register_mosaic(collections=["naip"], datetime="2021", sortby="-datetime")
            print(mosaic.search_id, (mosaic.tilejson(assets="image")).tiles)
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
            sortby=sortby,
        )
        body |= omit_none(metadata=None if metadata is None else dict(metadata))
        answer = self._json("POST", self._url("/mosaic/register"), body, idempotent=True)
        search_id = answer.get("searchid") or answer.get("id")
        if not isinstance(search_id, str):
            raise InvalidAnswer("The answer is invalid: it has no searchid.")
        return self.mosaic(search_id)

    # -- of the whole catalogue ------------------------------------------------------------------------------

    def list_tile_matrix_sets(self) -> list[str]:
        """List the tile matrix sets, such as `WebMercatorQuad`.

        `GET /data/tile-matrix-sets`
        """
        return self._json_list("GET", self._url("/tile-matrix-sets"))

    def get_tile_matrix_set(self, tms: str) -> dict[str, Any]:
        """Get the definition of a tile matrix set.

        `GET /data/tile-matrix-sets/{id}`
        """
        return self._get(self._url("/tile-matrix-sets/{}", tms))

    def get_legend(
        self,
        name: str,
        *,
        width: int | None = None,
        height: int | None = None,
        trim_start: int | None = None,
        trim_end: int | None = None,
    ) -> Picture:
        """Get the picture of a colour map.

        `GET /data/legend/colormap/{name}`

        Args:
            name: the name of the colour map, such as `viridis`.
            width: in pixels.
            height: in pixels.
            trim_start: how many colours to leave out at its beginning.
            trim_end: how many colours to leave out at its end.
        """
        params = omit_none(width=width, height=height, trim_start=trim_start, trim_end=trim_end)
        url = self._url("/legend/colormap/{}", name)
        return self._picture("GET", url, params, headers={"Accept": "image/png"})

    def get_class_legend(
        self, name: str, *, trim_start: int | None = None, trim_end: int | None = None
    ) -> dict[str, Any]:
        """Get the colours of classes: {value: [red, green, blue, alpha]}.

        `GET /data/legend/classmap/{name}`
        """
        params = omit_none(trim_start=trim_start, trim_end=trim_end) or None
        return self._get(self._url("/legend/classmap/{}", name), params)

    def get_interval_legend(
        self, name: str, *, trim_start: int | None = None, trim_end: int | None = None
    ) -> list[Any]:
        """Get the colours of intervals: [[[low, high], [red, green, blue, alpha]], …].

        `GET /data/legend/interval/{name}`
        """
        params = omit_none(trim_start=trim_start, trim_end=trim_end)
        url = self._url("/legend/interval/{}", name)
        return self._json_list("GET", url, params=params)

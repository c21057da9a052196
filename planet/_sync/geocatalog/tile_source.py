# Generated from planet/_async/geocatalog/tile_source.py by tools/unasync.py. Edit that file and run the tool again.

"""`TileSource`: an item, a collection or a mosaic whose images are drawn."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._apis.geocatalog.answers import bounds_in
from ..._apis.geocatalog.tile_paths import crop_path, ending, feature_of, point_path, tile_path
from ..._builders.geocatalog.render import Render, encode_options
from ..._builders.geocatalog.search import as_bbox
from ..._http.urls import encode
from ..._models.geocatalog.picture import Picture
from ..._models.geocatalog.tiles import TileJson
from ..._runtime._sync import TAKES_OTHER_VARIANT
from ...exceptions import ArgumentError, ClientError, PlanetError
from .base import _CatalogAPI
from .stream_to_file import stream_to_file

__all__ = ["TileSource"]


_WEB_MERCATOR = "WebMercatorQuad"
_MATRIX = ("TileMatrixSetId",)


class TileSource:
    """An item, a collection or a mosaic whose images are drawn. `gc.data.item(…)` and the like make it.

    The options of its methods are those of `Render`, such as `assets`, `rescale`, `expression` or `colormap_name`; a
    method refuses options that it does not take. With *render*, a `Render` or its text, they are given once for all.

    Attributes:
        kind: `item`, `collection` or `mosaic`.
        url: its address.
        search_id: of a mosaic, the id of the registered search; otherwise None.

    Example:
        ```python
        source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
        print(source.bounds(), source.assets())
        ```
    """

    __module__ = "planet.geocatalog"

    def __init__(
        self, client: _CatalogAPI, kind: str, url: str, name: str, chosen: Mapping[str, Any] | None = None
    ) -> None:
        self._client = client
        self._chosen = dict(chosen or {})
        self._name = name
        self.kind = kind
        self.url = url
        self.search_id = name if kind == "mosaic" else None

    def __repr__(self) -> str:
        return f"<TileSource of {self.kind} {self._name}>"

    # -- tiles -----------------------------------------------------------------------------------------------

    def tile(
        self,
        z: int,
        x: int,
        y: int,
        *,
        tms: str | None = _WEB_MERCATOR,
        scale: int | None = None,
        format: str | None = None,
        render: Any = None,
        **options: Any,
    ) -> Picture:
        """Draw a tile.

        `GET …/tiles/{tms}/{z}/{x}/{y}@{scale}x.{format}`

        Args:
            z: the zoom level.
            x: the column, from the west.
            y: the row, from the north.
            tms: the tile matrix set.
            scale: 1 for 256 pixels, 2 for 512, …
            format: `png`, `jpeg`, `webp`, `tif`, …; left out: JPEG, or PNG where some of it has no data. A PNG takes
                at most three bands.
            render: a `Render`, or the text of one.
            options: how it is drawn, such as `assets="visual"`.

        Returns:
            The image; empty where a collection or a mosaic has nothing.

        Raises:
            MissingResource: the tile is outside of the item.

        Example:
            ```python
            source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
            (source.tile(14, 4322, 6463, assets="image", format="png")).save("tile.png")
            ```
        """
        path = tile_path(z, x, y, None if tms is None else encode(tms)) + ending(scale, format)
        return self._picture(path, self._query("tile", render, options, tms))

    def tilejson(self, *, tms: str | None = _WEB_MERCATOR, render: Any = None, **options: Any) -> TileJson:
        """Get where the tiles are, for a map: their addresses, zoom levels and bounds.

        `GET …/{tms}/tilejson.json`

        Args:
            tms: the tile matrix set.
            render: a `Render`, or the text of one.
            options: how tiles are drawn.
        """
        path = f"/{encode(tms)}/tilejson.json" if tms else "/tilejson.json"
        return TileJson(self._json(path, self._query("tilejson", render, options, tms)))

    def wmts(self, *, tms: str | None = _WEB_MERCATOR, render: Any = None, **options: Any) -> str:
        """Get the WMTS capabilities, which QGIS and ArcGIS read: an XML document.

        `GET …/{tms}/WMTSCapabilities.xml`

        Args:
            tms: the tile matrix set.
            render: a `Render`, or the text of one.
            options: how tiles are drawn.
        """
        path = f"/{encode(tms)}/WMTSCapabilities.xml" if tms else "/WMTSCapabilities.xml"
        document = self._picture(path, self._query("wmts", render, options, tms))
        return bytes(document).decode("utf-8", "replace")

    def tilesets(self, **options: Any) -> dict[str, Any]:
        """List the tile sets: {tilesets}.

        `GET …/tiles`
        """
        return self._json("/tiles", self._query("tilesets", None, options))

    def tileset(self, tms: str, **options: Any) -> dict[str, Any]:
        """Get the metadata of a tile set.

        `GET …/tiles/{tms}`
        """
        return self._json(f"/tiles/{encode(tms)}", self._query("tileset", None, options))

    def natural_look(self, asset: str | None = None) -> Render:
        """Choose how it is drawn: in natural colours, with its values stretched; an image of one band in grey.

        Args:
            asset: the key of the asset; left out: one whose name has `visual`, or the first one.

        Raises:
            ClientError: there are no images.

        Example:
            ```python
            source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
            render = source.natural_look()
            picture = source.preview(render=render)
            print(render)
            ```
        """
        from .mapping import look_of

        return look_of(self, asset)

    def to_map(self, *, zoom: int | None = None, render: Any = None, **options: Any) -> Any:
        """Draw it on a map that can be moved, for a notebook or a web page.

        The map has the images in it: whoever looks at it needs no token.

        Args:
            zoom: the zoom level of the tiles; left out: as fine as a dozen tiles allow.
            render: a `Render`, or the text of one.
            options: how it is drawn; without them and *render*, in natural colours.

        Returns:
            A `folium.Map`, which a notebook shows; its `save` writes a web page.

        Raises:
            ClientError: `planet[map]` is not installed, or there are no images.

        Example:
            ```python
            source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
            (source.to_map(assets="image")).save("map.html")
            ```
        """
        from .mapping import draw_map

        return draw_map(self, zoom, render, options)

    def sibling(self, collection_id: str, item_id: str) -> TileSource:
        """The images of one item of the same catalogue. Nothing is requested."""
        root = self.url.partition("/mosaic/")[0]
        url = f"{root}/mosaic/collections/{encode(collection_id)}/items/{encode(item_id)}"
        return TileSource(self._client, "item", url, item_id)

    def _repr_html_(self) -> str | None:
        """A map, where one can be drawn without waiting for the event loop."""
        if not TAKES_OTHER_VARIANT:
            return f"<p>{html.escape(repr(self))}: <code>await source.to_map()</code> draws it.</p>"
        try:
            shown: Any = self.to_map()
            return str(shown._repr_html_())
        except PlanetError as error:
            return f"<p>{html.escape(repr(self))}: {html.escape(error.message)}</p>"

    # -- parts of images -------------------------------------------------------------------------------------

    def crop(
        self,
        *,
        bbox: Any = None,
        feature: Any = None,
        width: int | None = None,
        height: int | None = None,
        format: str | None = "png",
        to: Path | str | None = None,
        render: Any = None,
        **options: Any,
    ) -> Picture | Path:
        """Draw a part.

        `GET …/bbox/{west},{south},{east},{north}/{width}x{height}.{format}` or, of a feature,
        `POST …/feature/{width}x{height}.{format}`

        Args:
            bbox: west, south, east, north in degrees, or in `coord_crs`.
            feature: in its place, an area: GeoJSON, or whatever `planet.geojson` takes.
            width: in pixels, with *height*; left out: as large as the image is.
            height: in pixels.
            format: `png`, `tif`, `npy`, …; None, only with *feature*: as the service does it.
            to: a file to write it to, for images that are too large for memory.
            render: a `Render`, or the text of one.
            options: how it is drawn.

        Returns:
            The image, or the path *to*.

        Raises:
            ArgumentError: not exactly one of *bbox* and *feature*, or one of *width* and *height* alone.
        """
        path = crop_path(bbox, feature, width, height, format)
        query = self._query("crop", render, options)
        method, body = ("GET", None) if feature is None else ("POST", feature_of(feature))
        if to is not None:
            return stream_to_file(self._client._session, method, self.url + path, query, body, Path(to))
        return self._client._picture(method, self.url + path, query, body)

    def point(self, lon: float, lat: float, *, render: Any = None, **options: Any) -> dict[str, Any]:
        """Get the values at a point: {coordinates, values, band_names}.

        `GET …/point/{lon},{lat}`

        Args:
            lon: the longitude in degrees, or x in `coord_crs`.
            lat: the latitude in degrees, or y in `coord_crs`.
            render: a `Render`, or the text of one.
            options: which bands, such as `assets` or `expression`.
        """
        return self._json(point_path(lon, lat), self._query("point", render, options))

    def assets_at(
        self,
        *,
        tile: tuple[int, int, int] | None = None,
        bbox: Any = None,
        point: tuple[float, float] | None = None,
        tms: str | None = _WEB_MERCATOR,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """List the items with their files at a place: {id, bbox, assets, collection}. Not of an item.

        `GET …/tiles/{tms}/{z}/{x}/{y}/assets`, `…/bbox/…/assets` or `…/point/…/assets`

        Args:
            tile: (z, x, y).
            bbox: in its place, west, south, east, north in degrees.
            point: in its place, (longitude, latitude).
            tms: the tile matrix set of *tile*.
            options: how far to look. Of a mosaic and a tile, `collection` is required.
        """
        if self.kind == "item":
            raise ClientError("assets_at() is not possible for an item.", hint="assets() lists the files of an item.")
        if sum(place is not None for place in (tile, bbox, point)) != 1:
            raise ArgumentError("Exactly one of tile, bbox and point is required.")
        if tile is not None:
            if (
                self.kind == "mosaic"
                and tms is not None
                and not options.get("collection", options.get("collection_id"))
            ):
                raise ArgumentError("collection is required for a tile of a mosaic.")
            path = tile_path(*tile, None if tms is None else encode(tms))
            query = self._query("assets_at_tile", None, options, tms)
            if tms is None:
                query.pop("collection", None)  # the service knows it only with a tile matrix set
        else:
            path = f"/bbox/{','.join(map(str, as_bbox(bbox)))}" if point is None else point_path(*point)
            query = self._query("assets_at", None, options)
        return self._client._json_list("GET", f"{self.url}{path}/assets", params=query)

    # -- of an item ------------------------------------------------------------------------------------------

    def info(self, **options: Any) -> dict[str, Any]:
        """Get what is known: of an item, {asset: raster information}; otherwise {search, links}.

        `GET …/info`
        """
        return self._json("/info", self._query("info", None, options))

    def info_geojson(self, **options: Any) -> dict[str, Any]:
        """Get the raster information of an item as a GeoJSON Feature.

        `GET …/info.geojson`
        """
        self._only_item("info_geojson")
        return self._json("/info.geojson", self._query("info_geojson", None, options))

    def preview(self, *, format: str | None = "png", render: Any = None, **options: Any) -> Picture:
        """Draw all of an item.

        `GET …/preview.{format}`

        Args:
            format: `png`, `jpeg`, …; None: as the service does it.
            render: a `Render`, or the text of one.
            options: how it is drawn; `max_size` is the longer side in pixels.
        """
        self._only_item("preview")
        return self._picture("/preview" + ending(None, format), self._query("preview", render, options))

    def statistics(self, *, feature: Any = None, render: Any = None, **options: Any) -> dict[str, Any]:
        """Get the statistics of the bands of an item: {band: {min, max, mean, std, histogram, …}}.

        `GET …/statistics` or, of an area, `POST …/statistics`

        Args:
            feature: an area: GeoJSON, or whatever `planet.geojson` takes.
            render: a `Render`, or the text of one.
            options: of which bands, and which statistics.

        Returns:
            The statistics by band; of an area, the Feature, whose `properties` have `statistics`.
        """
        self._only_item("statistics")
        if feature is None:
            return self._json("/statistics", self._query("statistics", render, options))
        query = self._query("feature_statistics", render, options)
        url = f"{self.url}/statistics"
        return self._client._json("POST", url, feature_of(feature), params=query, idempotent=True)

    def asset_statistics(self, **options: Any) -> dict[str, Any]:
        """Get the statistics of the bands of an item by asset: {asset: {band: {…}}}.

        `GET …/asset_statistics`
        """
        self._only_item("asset_statistics")
        return self._json("/asset_statistics", self._query("asset_statistics", None, options))

    def bounds(self, **options: Any) -> list[float]:
        """Get the bounds of an item: west, south, east, north in degrees.

        `GET …/bounds`
        """
        self._only_item("bounds")
        return bounds_in(self._json("/bounds", self._query("bounds", None, options)))

    def assets(self, **options: Any) -> list[str]:
        """List the keys of the assets of an item that can be drawn.

        `GET …/assets`
        """
        self._only_item("assets")
        query = self._query("assets", None, options)
        return self._client._json_list("GET", f"{self.url}/assets", params=query)

    # -- requests --------------------------------------------------------------------------------------------

    def _query(self, action: str, render: Any, options: Mapping[str, Any], tms: str | None = None) -> dict[str, Any]:
        without = () if tms is None else _MATRIX
        return encode_options(self.kind, action, render, options, fixed=self._chosen, without=without)

    def _only_item(self, method: str) -> None:
        if self.kind != "item":
            raise ClientError(f"{method}() is not possible for a {self.kind}.", hint="Use it with data.item(…).")

    def _json(self, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
        return self._client._json("GET", self.url + path, params=query)

    def _picture(self, path: str, query: Mapping[str, Any]) -> Picture:
        return self._client._picture("GET", self.url + path, query)

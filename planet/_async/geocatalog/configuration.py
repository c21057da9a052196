"""How a catalogue serves its collections: queryables, render options, mosaics, tile settings and thumbnails."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._builders.geocatalog.objects import as_object
from ..._builders.geocatalog.render import Render
from ..._models.geocatalog.picture import Picture
from ..._models.geocatalog.stac import StacCollection
from ..._models.geocatalog.tiles import RenderOption
from ..._runtime._async import run_blocking
from ..._utils.arguments import one_of
from ...exceptions import ArgumentTypeError
from .base import _CatalogClient

__all__ = ["_ConfigurationClient"]


_SCHEMES = ("none", "year", "month")


class _ConfigurationClient(_CatalogClient):
    """The methods of `StacClient` that only a GeoCatalog has."""

    # -- queryables ------------------------------------------------------------------------------------------

    async def get_queryables(self, collection_id: str | None = None) -> dict[str, Any]:
        """Get the properties that a search can use, as a JSON Schema.

        `GET /stac/queryables` or `GET /stac/collections/{id}/queryables`

        Args:
            collection_id: the collection; left out: what all collections have.
        """
        if collection_id is None:
            return await self._get(self._url("/queryables"))
        return await self._get(self._url("/collections/{}/queryables", collection_id))

    async def create_queryables(
        self, collection_id: str, queryables: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Add properties that a search can use.

        `POST /stac/collections/{id}/queryables`. The request is never sent twice.

        Args:
            collection_id: the id of the collection.
            queryables: for each, {name, definition} and perhaps {create_index, data_type}; *definition* is a JSON
                Schema, *data_type* `string`, `number`, `boolean`, `timestamp` or `date`.
        """
        if isinstance(queryables, Mapping) or not isinstance(queryables, Sequence):
            raise ArgumentTypeError("queryables must be a list of dictionaries.", hint="Pass [queryable].")
        body = [as_object("queryable", entry) for entry in queryables]
        url = self._url("/collections/{}/queryables", collection_id)
        return await self._json_list("POST", url, body)

    async def replace_queryable(self, collection_id: str, name: str, queryable: Mapping[str, Any]) -> dict[str, Any]:
        """Replace a property that a search can use.

        `PUT /stac/collections/{id}/queryables/{name}`
        """
        url = self._url("/collections/{}/queryables/{}", collection_id, name)
        return await self._json("PUT", url, as_object("queryable", queryable))

    async def delete_queryable(self, collection_id: str, name: str) -> None:
        """Remove a property that a search can use.

        `DELETE /stac/collections/{id}/queryables/{name}`
        """
        url = self._url("/collections/{}/queryables/{}", collection_id, name)
        await self._delete(url, f"Queryable {name} was deleted")

    # -- configuration ---------------------------------------------------------------------------------------

    async def get_configuration(self, collection_id: str) -> dict[str, Any]:
        """Get all settings of a collection: `tileSettings` and `mosaicInfo`.

        `GET /stac/collections/{id}/configurations`
        """
        return await self._get(self._url("/collections/{}/configurations", collection_id))

    async def list_render_options(self, collection_id: str) -> list[RenderOption]:
        """List the ways to draw a collection that the catalogue offers.

        `GET /stac/collections/{id}/configurations/render-options`
        """
        found = await self._json_list("GET", self._setting(collection_id, "render-options"))
        return [RenderOption(entry) for entry in found]

    async def get_render_option(self, collection_id: str, option_id: str) -> RenderOption:
        """Get a way to draw a collection.

        `GET /stac/collections/{id}/configurations/render-options/{id}`

        Raises:
            MissingResource: it does not exist.
        """
        return RenderOption(await self._get(self._setting(collection_id, "render-options", option_id)))

    async def create_render_option(self, collection_id: str, option: Mapping[str, Any]) -> RenderOption:
        """Add a way to draw a collection.

        `POST /stac/collections/{id}/configurations/render-options`. The request is never sent twice.

        Args:
            collection_id: the id of the collection.
            option: {id, name} and perhaps {description, type, options, minZoom, legend, …}; *options* may be a
                `Render`.

        Example:
            ```python
            from planet.geocatalog import Render

            natural = Render(assets="image", asset_bidx="image|1,2,3")
            option = {"id": "natural", "name": "Natural colours", "type": "raster-tile", "options": natural}
            gc.stac.create_render_option("naip", option)
            ```
        """
        url = self._setting(collection_id, "render-options")
        return RenderOption(await self._json("POST", url, _option(option)))

    async def replace_render_option(
        self, collection_id: str, option_id: str, option: Mapping[str, Any]
    ) -> RenderOption:
        """Replace a way to draw a collection.

        `PUT /stac/collections/{id}/configurations/render-options/{id}`
        """
        url = self._setting(collection_id, "render-options", option_id)
        return RenderOption(await self._json("PUT", url, _option(option)))

    async def delete_render_option(self, collection_id: str, option_id: str) -> None:
        """Remove a way to draw a collection.

        `DELETE /stac/collections/{id}/configurations/render-options/{id}`
        """
        url = self._setting(collection_id, "render-options", option_id)
        await self._delete(url, f"Render option {option_id} was deleted")

    async def list_mosaics(self, collection_id: str) -> list[dict[str, Any]]:
        """List the mosaics of a collection that the catalogue offers: {id, name, cql, description}.

        `GET /stac/collections/{id}/configurations/mosaics`
        """
        return await self._json_list("GET", self._setting(collection_id, "mosaics"))

    async def get_mosaic(self, collection_id: str, mosaic_id: str) -> dict[str, Any]:
        """Get a mosaic of a collection.

        `GET /stac/collections/{id}/configurations/mosaics/{id}`

        Raises:
            MissingResource: it does not exist.
        """
        return await self._get(self._setting(collection_id, "mosaics", mosaic_id))

    async def create_mosaic(self, collection_id: str, mosaic: Mapping[str, Any]) -> dict[str, Any]:
        """Add a mosaic to a collection.

        `POST /stac/collections/{id}/configurations/mosaics`. The request is never sent twice.

        Args:
            collection_id: the id of the collection.
            mosaic: {id, name, cql} and perhaps {description}; *cql* is a list of conditions in CQL2 JSON.
        """
        url = self._setting(collection_id, "mosaics")
        return await self._json("POST", url, as_object("mosaic", mosaic))

    async def replace_mosaic(self, collection_id: str, mosaic_id: str, mosaic: Mapping[str, Any]) -> dict[str, Any]:
        """Replace a mosaic of a collection.

        `PUT /stac/collections/{id}/configurations/mosaics/{id}`
        """
        url = self._setting(collection_id, "mosaics", mosaic_id)
        return await self._json("PUT", url, as_object("mosaic", mosaic))

    async def delete_mosaic(self, collection_id: str, mosaic_id: str) -> None:
        """Remove a mosaic of a collection.

        `DELETE /stac/collections/{id}/configurations/mosaics/{id}`
        """
        url = self._setting(collection_id, "mosaics", mosaic_id)
        await self._delete(url, f"Mosaic {mosaic_id} was deleted")

    async def get_tile_settings(self, collection_id: str) -> dict[str, Any]:
        """Get how tiles are made: {minZoom, maxItemsPerTile, defaultLocation}.

        `GET /stac/collections/{id}/configurations/tile-settings`

        `defaultLocation` has `coordinates` with the latitude first.
        """
        return await self._get(self._setting(collection_id, "tile-settings"))

    async def replace_tile_settings(self, collection_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Replace how tiles are made; see `get_tile_settings`.

        `PUT /stac/collections/{id}/configurations/tile-settings`
        """
        url = self._setting(collection_id, "tile-settings")
        return await self._json("PUT", url, as_object("settings", settings))

    async def get_partition_type(self, collection_id: str) -> str:
        """Get how the items of a collection are partitioned: `none`, `year` or `month`.

        `GET /stac/collections/{id}/configurations/partition-type`
        """
        return str((await self._get(self._setting(collection_id, "partition-type"))).get("scheme"))

    async def replace_partition_type(self, collection_id: str, scheme: str) -> None:
        """Set how the items of a collection are partitioned. Only before its first item.

        `PUT /stac/collections/{id}/configurations/partition-type`

        Args:
            collection_id: the id of the collection.
            scheme: `none`, `year` or `month`.
        """
        body = {"scheme": one_of("scheme", scheme, _SCHEMES)}
        await self._no_content("PUT", self._setting(collection_id, "partition-type"), body)

    def _setting(self, collection_id: str, name: str, *ids: str) -> str:
        path = f"/collections/{{}}/configurations/{name}" + "/{}" * len(ids)
        return self._url(path, collection_id, *ids)

    # -- assets of a collection ------------------------------------------------------------------------------

    async def create_asset(
        self,
        collection_id: str,
        key: str,
        file: bytes | Path | str,
        *,
        media_type: str,
        title: str = "",
        description: str = "",
        roles: Sequence[str] = (),
        filename: str | None = None,
    ) -> StacCollection:
        """Add a file to a collection, such as its thumbnail.

        `POST /stac/collections/{id}/assets`. The request is never sent twice.

        Args:
            collection_id: the id of the collection.
            key: the key of the asset, such as `thumbnail`.
            file: the content, or the path of a file.
            media_type: for example `image/png`.
            title: the title of the asset.
            description: what it is.
            roles: its roles, such as `["thumbnail"]`.
            filename: the name of the file; left out: that of *file*, or the key.
        """
        parts = await _form(key, file, media_type, title, description, roles, filename)
        url = self._url("/collections/{}/assets", collection_id)
        return StacCollection(await self._json("POST", url, files=parts))

    async def replace_asset(
        self,
        collection_id: str,
        key: str,
        file: bytes | Path | str,
        *,
        media_type: str,
        title: str = "",
        description: str = "",
        roles: Sequence[str] = (),
        filename: str | None = None,
    ) -> StacCollection:
        """Replace a file of a collection; the arguments are those of `create_asset`.

        `PUT /stac/collections/{id}/assets/{key}`
        """
        parts = await _form(key, file, media_type, title, description, roles, filename)
        url = self._url("/collections/{}/assets/{}", collection_id, key)
        return StacCollection(await self._json("PUT", url, files=parts))

    async def delete_asset(self, collection_id: str, key: str) -> StacCollection:
        """Remove a file of a collection.

        `DELETE /stac/collections/{id}/assets/{key}`

        Returns:
            The collection without it.
        """
        return StacCollection(await self._json("DELETE", self._url("/collections/{}/assets/{}", collection_id, key)))

    async def get_thumbnail(self, collection_id: str) -> Picture:
        """Get the thumbnail of a collection: its asset `thumbnail`.

        `GET /stac/collections/{id}/thumbnail`

        Raises:
            MissingResource: it has none.
        """
        return await self._picture("GET", self._url("/collections/{}/thumbnail", collection_id))


def _option(option: Any) -> dict[str, Any]:
    document = dict(option) if isinstance(option, Mapping) else option
    if isinstance(document, dict) and isinstance(document.get("options"), Render):
        document["options"] = str(document["options"])
    return as_object("option", document)


async def _form(
    key: str,
    file: bytes | Path | str,
    media_type: str,
    title: str,
    description: str,
    roles: Sequence[str],
    filename: str | None,
) -> dict[str, tuple[Any, ...]]:
    """The parts of the form with a file and its description."""
    if isinstance(file, (bytes, bytearray, memoryview)):
        content, name = bytes(file), key
    elif isinstance(file, (str, Path)):
        content, name = await run_blocking(Path(file).read_bytes), Path(file).name
    else:
        raise ArgumentTypeError(f"file must be bytes or a path, got {type(file).__name__}.")
    data = {"key": key, "type": media_type, "roles": list(roles), "title": title, "description": description}
    return {"file": (filename or name, content, media_type), "data": (None, json_text.dumps(data))}

"""Thumbnails of items. Part of the client of the Data API."""

from __future__ import annotations

from typing import Any

from ..._apis.data import thumbnail_url
from ..._models.feature_collection import FeatureCollection
from ..._models.items import Item, as_item, item_key
from ..._redact import brief
from ..._runtime._async import Items, collect_items, map_bounded
from ..._utils.arguments import as_number
from ..._utils.iterables import each_item
from ...exceptions import ArgumentError, InvalidAnswer, MissingResource
from .base import _BaseClient

__all__ = ["ThumbnailMethods"]


_AT_ONCE = 8
_PNG = b"\x89PNG\r\n\x1a\n"


class ThumbnailMethods(_BaseClient):
    """The methods of the Data API client for thumbnails."""

    async def get_thumbnail(self, item: Any, width: int = 256) -> bytes:
        """Get the thumbnail of an item: a small preview image, not for analysis. It does not use quota.

        `GET /data/v1/item-types/{type}/items/{id}/thumb`, from Planet's tile service unless another base URL is set.

        Args:
            item: an item, whose attribute `thumbnail` is set, so that notebooks show it; or a pair `("PSScene", id)`.
            width: the width in pixels, 1 to 1024.

        Returns:
            The image as PNG.

        Raises:
            ArgumentError, ArgumentTypeError: the item or the width is invalid.
            MissingResource: the item does not exist, or has no thumbnail.

        Example:
            ```python
            item = await pl.data.get_item("PSScene", "20220304_093300_37_2430")
            (folder / "scene.png").write_bytes(await pl.data.get_thumbnail(item))
            ```
        """
        number = as_number(width)
        if not isinstance(number, int) or not 1 <= number <= 1024:
            raise ArgumentError(f"width must be an int between 1 and 1024, got {brief(width)}.")
        url = thumbnail_url(self._base_url, *item_key(item))
        self._session.trust(url)  # built here, not taken from a response
        answer = await self._session.request("GET", url, params={"width": number})
        if not answer.content.startswith(_PNG):
            raise InvalidAnswer(
                "The thumbnail is not a PNG image.", method="GET", url=url, status_code=answer.status_code
            )
        if isinstance(item, Item):
            item.thumbnail = answer.content
        return answer.content

    async def add_thumbnails(self, items: Items[Any], width: int = 256) -> FeatureCollection:
        """Get the thumbnails of items, so that notebooks show them. It does not use quota.

        Args:
            items: the items: the results of a search, or a list.
            width: the width in pixels, 1 to 1024.

        Returns:
            The items; the attribute `thumbnail` of each is its image, or None if it has none.

        Example:
            ```python
            scenes = await pl.data.add_thumbnails(pl.data.search(["PSScene"], geometry=aoi, limit=3))
            print([len(scene.thumbnail) for scene in scenes.features])
            ```
        """
        found = [as_item(item) for item in await collect_items(each_item(items))]

        async def add(item: Item) -> None:
            try:
                await self.get_thumbnail(item, width)
            except MissingResource:
                item.thumbnail = None

        await map_bounded(add, found, limit=_AT_ONCE)
        return FeatureCollection(found)

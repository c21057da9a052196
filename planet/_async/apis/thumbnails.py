"""Small pictures of items. Part of the Data API's client."""

from __future__ import annotations

from typing import Any

from ..._apis.data import thumbnail_url
from ..._models.feature_collection import FeatureCollection
from ..._models.items import Item, as_item, item_key
from ..._runtime._async import Items, collect_items, map_bounded
from ..._utils.iterables import each_item
from ...exceptions import ClientError, InvalidAnswer, MissingResource
from .base import _BaseClient

__all__ = ["ThumbnailMethods"]


_AT_ONCE = 8
_PNG = b"\x89PNG\r\n\x1a\n"


class ThumbnailMethods(_BaseClient):
    """What the client of the Data API does with pictures of items."""

    async def get_thumbnail(self, item: Any, width: int = 256) -> bytes:
        """A small picture of an item, to look at: its pixels mean nothing. It spends no quota.

        `GET /data/v1/item-types/{type}/items/{id}/thumb`, at Planet's tile service where the API is Planet's own.

        Args:
            item: an item, which keeps the picture as `thumbnail`, for notebooks to show; or a pair `("PSScene", id)`.
            width: how many pixels it is wide, 1024 at most.

        Returns:
            The picture as a PNG.

        Raises:
            MissingResource: there is no such item, or no picture of it.

        Example:
            ```python
            item = await pl.data.get_item("PSScene", "20220304_093300_37_2430")
            (folder / "scene.png").write_bytes(await pl.data.get_thumbnail(item))
            ```
        """
        if isinstance(width, bool) or not isinstance(width, int) or not 1 <= width <= 1024:
            raise ClientError(f"width is {width!r}.", hint="It is a whole number of pixels, from 1 to 1024.")
        url = thumbnail_url(self._base_url, *item_key(item))
        self._session.trust(url)  # made here, of no link that somebody sent
        answer = await self._session.request("GET", url, params={"width": width})
        if not answer.content.startswith(_PNG):
            raise InvalidAnswer(
                "The picture of an item is no PNG.", method="GET", url=url, status_code=answer.status_code
            )
        if isinstance(item, Item):
            item.thumbnail = answer.content
        return answer.content

    async def add_thumbnails(self, items: Items[Any], width: int = 256) -> FeatureCollection:
        """Items with small pictures, for notebooks to show. It spends no quota.

        Args:
            items: the items: what a search returns, as it is or in a list.
            width: how many pixels each picture is wide, 1024 at most.

        Returns:
            The items, each with its picture as `thumbnail`; that of an item of which there is no picture stays None.

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

"""Collections and items of a STAC API."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..._utils.bbox import box_of, rectangle
from ..._utils.optional import require
from ..document import Document
from ..fields import DictField, Field, TextField, as_time

if TYPE_CHECKING:
    import pystac

__all__ = ["StacCollection", "StacItem"]


class StacCollection(Document):
    """A collection of a STAC API."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "title", "description", "license", "bbox", "interval")

    id = TextField("The id of the collection.", required=True)
    title = Field[str | None]("The title of the collection.")
    description = Field[str | None]("What the collection has.")
    license = Field[str | None]("The licence of its items.")
    extent = DictField("Its extent: `spatial` and `temporal`.")

    @property
    def bbox(self) -> list[float] | None:
        """West, south, east, north of all its items, in degrees; None if it is not known."""
        boxes = _member(self.extent, "spatial", "bbox")
        return box_of(boxes[0]) if isinstance(boxes, list) and boxes else None

    @property
    def interval(self) -> list[Any] | None:
        """When its items begin and end, as text; None if it is not known."""
        intervals = _member(self.extent, "temporal", "interval")
        return list(intervals[0]) if isinstance(intervals, list) and intervals else None

    def to_pystac(self) -> "pystac.Collection":
        """Convert it to a collection of pystac.

        Raises:
            ClientError: `planet[stac]` is not installed.
        """
        return _pystac().Collection.from_dict(dict(self))

    def _geometry(self) -> Any:
        return None if self.bbox is None else rectangle(*self.bbox)

    def _summary(self) -> str:
        return f"<StacCollection {self.get('id')}>"


class StacItem(Document):
    """An item of a STAC API: a scene with its assets.

    Example:
        ```python
        for item in gc.stac.search(collections=["naip"], limit=3):
            print(item.id, item.acquired, list(item.assets))
        ```
    """

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "collection_id", "acquired", "cloud_cover", "bbox", "asset_keys")

    id = TextField("The id of the item.", required=True)
    collection_id = Field[str | None]("The id of its collection.", key="collection")
    bbox = Field[list[float] | None]("West, south, east, north, in degrees; None if it has no footprint.")
    properties = DictField("Its metadata.")
    assets = DictField("Its files by key: `href`, `type`, `roles`, …")
    cloud_cover = Field[float | None](
        "The share of the scene under clouds, from 0 to 100.", key="eo:cloud_cover", within="properties"
    )

    @property
    def acquired(self) -> datetime.datetime | None:
        """When the image was acquired, in UTC: `datetime`, or the beginning of its interval."""
        return as_time(self.properties.get("datetime") or self.properties.get("start_datetime"))

    @property
    def asset_keys(self) -> list[str]:
        """The keys of its files."""
        return list(self.assets)

    @property
    def geometry(self) -> dict[str, Any]:
        """The footprint as GeoJSON, in degrees of longitude and latitude."""
        return dict(self.get("geometry") or {})

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    def to_pystac(self) -> "pystac.Item":
        """Convert it to an item of pystac.

        Raises:
            ClientError: `planet[stac]` is not installed.
        """
        return _pystac().Item.from_dict(dict(self))

    def _summary(self) -> str:
        return f"<StacItem {self.collection_id}/{self.get('id')}>"


def _member(document: Any, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _pystac() -> Any:
    require("stac", "STAC", "pystac")
    import pystac

    return pystac

"""Models of the Data API: items, assets, searches. Part of `planet.models`."""

import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .._redact import brief
from ..exceptions import ClientError
from .document import Document, as_time

if TYPE_CHECKING:
    import pystac

__all__ = ["Asset", "Item", "Search", "as_item", "bare_item", "item_key"]


class Item(Document):
    """A scene of the catalogue: a GeoJSON feature.

    What the service says of it is in `properties`; what most people need of that has an attribute here, None where
    the service does not say it.

    Example:
        ```python
        item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
        print(item.acquired, item.cloud_cover, item.properties["gsd"])
        ```
    """

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id",
        "item_type",
        "acquired",
        "cloud_cover",
        "clear_percent",
        "gsd",
        "instrument",
        "satellite_id",
        "strip_id",
        "quality_category",
        "sun_elevation",
        "view_angle",
        "assets",
    )
    thumbnail: bytes | None = None
    """A small picture of it as a PNG, where `data.get_thumbnail` or `data.add_thumbnails` has fetched one."""

    @property
    def id(self) -> str:
        """The id of the item."""
        return str(self["id"])

    @property
    def item_type(self) -> str | None:
        """For example `PSScene`."""
        value: str | None = self.properties.get("item_type")
        return value

    @property
    def properties(self) -> dict[str, Any]:
        """What the service says of the scene."""
        return self.get("properties") or {}

    @property
    def geometry(self) -> dict[str, Any]:
        """The footprint as GeoJSON, longitude and latitude in degrees."""
        return dict(self.get("geometry") or {})

    @property
    def acquired(self) -> datetime.datetime | None:
        """When the picture was taken, in UTC."""
        return as_time(self.properties.get("acquired"))

    @property
    def published(self) -> datetime.datetime | None:
        """When the item came into the catalogue, in UTC."""
        return as_time(self.properties.get("published"))

    @property
    def updated(self) -> datetime.datetime | None:
        """When something about it last changed, in UTC."""
        return as_time(self.properties.get("updated"))

    @property
    def cloud_cover(self) -> float | None:
        """The share of the scene under clouds, 0 to 1."""
        value: float | None = self.properties.get("cloud_cover")
        return value

    @property
    def clear_percent(self) -> float | None:
        """The share of the scene that is clear, 0 to 100."""
        value: float | None = self.properties.get("clear_percent")
        return value

    @property
    def gsd(self) -> float | None:
        """The ground sampling distance in metres."""
        value: float | None = self.properties.get("gsd")
        return value

    @property
    def instrument(self) -> str | None:
        """The instrument, for example `PSB.SD`."""
        value: str | None = self.properties.get("instrument")
        return value

    @property
    def satellite_id(self) -> str | None:
        """The satellite."""
        value: str | None = self.properties.get("satellite_id")
        return value

    @property
    def strip_id(self) -> str | None:
        """The strip of scenes that were taken in one go."""
        value: str | None = self.properties.get("strip_id")
        return value

    @property
    def quality_category(self) -> str | None:
        """`standard` or `test`."""
        value: str | None = self.properties.get("quality_category")
        return value

    @property
    def sun_elevation(self) -> float | None:
        """How high the sun stood, in degrees."""
        value: float | None = self.properties.get("sun_elevation")
        return value

    @property
    def view_angle(self) -> float | None:
        """How far from straight down the satellite looked, in degrees."""
        value: float | None = self.properties.get("view_angle")
        return value

    @property
    def assets(self) -> list[str]:
        """The types of the assets that the item has."""
        return list(self.get("assets") or [])

    @property
    def permissions(self) -> list[str]:
        """What this account may do with it: `assets.<asset type>:download` for each that it may download."""
        return list(self.get("_permissions") or [])

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    def to_stac(self) -> "pystac.Item":
        """The item as STAC; see `planet.stac.to_item`.

        Raises:
            ClientError: `planet[stac]` is not installed, or the item has no time.
        """
        from .to_stac import to_item

        return to_item(self)

    def _repr_images(self) -> list[str]:
        from .._html import picture

        return [picture(self.thumbnail, str(self.get("id"))), *super()._repr_images()]

    def __repr__(self) -> str:
        return f"<Item {self.item_type} {self.get('id')}>"


class Asset(Document):
    """One of the products of an item: an image, or what belongs to one. It has to be activated before it can be had."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("type", "status", "permissions", "expires_at", "md5_digest")

    @property
    def type(self) -> str | None:
        """For example `ortho_analytic_4b`."""
        return self.get("type")

    @property
    def status(self) -> str:
        """`inactive`, `activating` or `active`."""
        return str(self.get("status"))

    @property
    def is_active(self) -> bool:
        """Whether it can be downloaded now."""
        return self.status == "active"

    @property
    def permissions(self) -> list[str]:
        """`["download"]`, or nothing: it is listed, and this account may not have it."""
        return list(self.get("_permissions") or [])

    @property
    def location(self) -> str | None:
        """The link to download it by, good for an hour; None while it is not active."""
        return self.get("location")

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When `location` ends to work, in UTC; getting the asset again makes a new link."""
        return self._time("expires_at")

    @property
    def md5_digest(self) -> str | None:
        """The MD5 of the file, where the service says it."""
        digest = self.get("md5_digest")
        return digest if isinstance(digest, str) and re.fullmatch("(?i)[0-9a-f]{32}", digest) else None

    def __repr__(self) -> str:
        return f"<Asset {self.type} {self.status}>"  # never the location, which holds a token


class Search(Document):
    """A search that the service keeps: saved ones for good, quick ones for some weeks."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "item_types", "search_type", "created", "last_executed")

    @property
    def id(self) -> str:
        """The id of the search, 32 hexadecimal digits."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """The name that it was given."""
        return self.get("name")

    @property
    def item_types(self) -> list[str]:
        """What it looks for."""
        return list(self.get("item_types") or [])

    @property
    def search_type(self) -> str | None:
        """`saved` or `quick`."""
        return self.get("search_type")

    @property
    def created(self) -> datetime.datetime | None:
        """When it was created, in UTC."""
        return self._time("created")

    @property
    def updated(self) -> datetime.datetime | None:
        """When it was last changed, in UTC."""
        return self._time("updated")

    @property
    def last_executed(self) -> datetime.datetime | None:
        """When it was last run, in UTC."""
        return self._time("last_executed")

    def __repr__(self) -> str:
        return f"<Search {self.get('id')} {self.name!r}>"


def item_key(item: Any) -> tuple[str, str]:
    """The type and the id of an item: of what a search returns, or of the pair itself.

    Raises:
        ClientError: it is neither.
    """
    if isinstance(item, Mapping):
        properties = item.get("properties")
        item = (properties.get("item_type") if isinstance(properties, Mapping) else None, item.get("id"))
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(part, str) and part for part in item):
        return item[0], item[1]
    raise ClientError(
        f"{brief(item)} is no item.",
        hint="Give what a search returns, or a pair: ('PSScene', '20220304_093300_37_2430').",
    )


def as_item(item: Any) -> Item:
    """An item: itself, or of the pair of its type and id what that says.

    Raises:
        ClientError: it is neither.
    """
    if isinstance(item, Item):
        return item
    key = item_key(item)
    return Item(item) if isinstance(item, Mapping) else bare_item(*key)


def bare_item(item_type: str | None, item_id: str) -> Item:
    """An item of which nothing but this is known."""
    return Item(type="Feature", id=item_id, geometry=None, properties={"item_type": item_type})

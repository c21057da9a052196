"""Models of the Data API: items, assets, searches. Part of `planet.models`."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .._redact import brief
from .._utils.arguments import plain
from ..exceptions import ArgumentError
from .document import Document
from .fields import Field, ListField, TextField, TimeField

if TYPE_CHECKING:
    import pystac

__all__ = ["Asset", "Item", "Search", "as_document", "as_item", "bare_item", "item_key"]


class Item(Document):
    """A scene of the catalogue: a GeoJSON feature.

    `properties` has all its metadata. The attributes give the most common values, None if the service does not send
    them.

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
    """The thumbnail as a PNG; None unless `data.get_thumbnail` or `data.add_thumbnails` has downloaded it."""

    id = TextField("The id of the item.", required=True)
    item_type = Field[str | None]("The item type, for example `PSScene`.", within="properties")
    acquired = TimeField("When the image was acquired, in UTC.", within="properties")
    published = TimeField("When the item was added to the catalogue, in UTC.", within="properties")
    updated = TimeField("When the item last changed, in UTC.", within="properties")
    cloud_cover = Field[float | None]("The share of the scene under clouds, from 0 to 1.", within="properties")
    clear_percent = Field[float | None]("The share of the scene that is clear, from 0 to 100.", within="properties")
    gsd = Field[float | None]("The ground sampling distance in metres.", within="properties")
    instrument = Field[str | None]("The instrument, for example `PSB.SD`.", within="properties")
    satellite_id = Field[str | None]("The id of the satellite.", within="properties")
    strip_id = Field[str | None]("The id of the strip that the scene belongs to.", within="properties")
    quality_category = Field[str | None]("The quality category: `standard` or `test`.", within="properties")
    sun_elevation = Field[float | None]("The elevation of the sun, in degrees.", within="properties")
    view_angle = Field[float | None]("The off-nadir angle of the satellite's view, in degrees.", within="properties")
    assets = ListField[str]("The asset types that the item has.")
    permissions = ListField[str](
        "The permissions of this account: `assets.<asset type>:download` for each asset that it may download.",
        key="_permissions",
    )

    @property
    def properties(self) -> dict[str, Any]:
        """The metadata of the scene."""
        return self.get("properties") or {}

    @property
    def geometry(self) -> dict[str, Any]:
        """The footprint as GeoJSON, in degrees of longitude and latitude."""
        return dict(self.get("geometry") or {})

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    def to_stac(self) -> "pystac.Item":
        """Convert the item to a STAC Item; see `planet.stac.to_item`.

        Raises:
            ClientError: `planet[stac]` is not installed, or the item has no id or acquisition time.
        """
        from .to_stac import to_item

        return to_item(self)

    def _repr_images(self) -> list[str]:
        from .._html import image

        return [image(self.thumbnail, str(self.get("id"))), *super()._repr_images()]

    def _summary(self) -> str:
        return f"<Item {self.item_type} {self.get('id')}>"


class Asset(Document):
    """An asset of an item: an image or a file that belongs to it. It must be activated before it can be downloaded."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("type", "status", "permissions", "expires_at", "md5_digest")

    type = Field[str | None]("The asset type, for example `ortho_analytic_4b`.")
    status = TextField("`inactive`, `activating` or `active`.")
    permissions = ListField[str](
        '`["download"]` if this account may download the asset, otherwise empty.', key="_permissions"
    )
    location = Field[str | None]("The download link, valid for an hour; None if the asset is not active.")
    expires_at = TimeField("When `location` expires, in UTC. To renew it, get the asset again.")

    @property
    def is_active(self) -> bool:
        """Whether the asset can be downloaded now."""
        return self.status == "active"

    @property
    def md5_digest(self) -> str | None:
        """The MD5 digest of the file; None if the service does not send a valid one."""
        digest = self.get("md5_digest")
        return digest if isinstance(digest, str) and re.fullmatch("(?i)[0-9a-f]{32}", digest) else None

    def _summary(self) -> str:
        return f"<Asset {self.type} {self.status}>"


class Search(Document):
    """A stored search. The service keeps saved searches, and removes quick searches after some weeks."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "item_types", "search_type", "created", "last_executed")

    id = TextField("The id of the search, 32 hexadecimal digits.", required=True)
    name = Field[str | None]("The name of the search.")
    item_types = ListField[str]("The item types of the search.")
    search_type = Field[str | None]("`saved` or `quick`.")
    created = TimeField("When the search was created, in UTC.")
    updated = TimeField("When the search last changed, in UTC.")
    last_executed = TimeField("When the search was last executed, in UTC.")

    def _summary(self) -> str:
        return f"<Search {self.get('id')} {self.name!r}>"


def item_key(item: Any) -> tuple[str, str]:
    """Return the item type and the id of an item: a mapping, a row of a table, an Item of pystac, or such a pair.

    Raises:
        ArgumentError: it is neither.
    """
    document = as_document(item)
    if document is not None:
        properties = document.get("properties")
        item = (properties.get("item_type") if isinstance(properties, Mapping) else None, document.get("id"))
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(part, str) and part for part in item):
        return item[0], item[1]
    raise ArgumentError(
        f"item must be an item or a pair of item type and id, got {brief(item)}.",
        hint="Pass a result of a search, or a pair such as ('PSScene', '20220304_093300_37_2430').",
    )


def as_item(item: Any) -> Item:
    """Return an item as an `Item`; of a pair of item type and id, an item without metadata.

    Raises:
        ArgumentError: it is neither.
    """
    if isinstance(item, Item):
        return item
    key, document = item_key(item), as_document(item)
    return bare_item(*key) if document is None else Item(document)


def as_document(item: Any) -> Mapping[str, Any] | None:
    """Return an item as GeoJSON: a mapping, a row of a table as `to_geodataframe` makes it, or an Item of pystac.

    None, if it is none of these.
    """
    if not isinstance(item, Mapping):
        if not callable(getattr(type(item), "to_dict", None)):
            return None
        item = item.to_dict()
        if "stac_version" in item:
            properties = item["properties"]
            known = {"item_type": properties.get("pl:item_type"), "acquired": properties.get("datetime")}
            return {**item, "properties": {**properties, **known}}
    if "properties" in item or "item_type" not in item:
        return item  # type: ignore[no-any-return]  # a mapping
    shape = getattr(item.get("geometry"), "__geo_interface__", None)
    others = {name: value for name, value in item.items() if name not in ("id", "geometry")}
    known = {name: value for name, value in others.items() if value is not None and value == value}  # not NaN or NaT
    return {"type": "Feature", "id": item.get("id"), "geometry": shape, "properties": plain(known)}


def bare_item(item_type: str | None, item_id: str) -> Item:
    """Create an item that has only an item type and an id."""
    return Item(type="Feature", id=item_id, geometry=None, properties={"item_type": item_type})

"""What images are drawn with, and where their tiles and files are."""

from typing import Any, ClassVar

from ..._redact import redact_url
from ..._utils.bbox import box_of, rectangle
from ..document import Document
from ..fields import Field, ListField, TextField, TimeField

__all__ = ["RenderOption", "SasToken", "SignedLink", "TileJson"]


class RenderOption(Document):
    """A way to draw the items of a collection that the catalogue offers; `Render.parse(option.options)` reads it."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "description", "type", "options")

    id = TextField("The id of the render option.", required=True)
    name = Field[str | None]("Its name.")
    description = Field[str | None]("What it shows.")
    type = Field[str | None]("`raster-tile`, `vt-polygon` or `vt-line`.")
    options = Field[str | None]("The options as a query string, such as `assets=image&rescale=0,255`.")

    def _summary(self) -> str:
        return f"<RenderOption {self.get('id')}>"


class TileJson(Document):
    """Where the tiles of an image or a mosaic are, for a map."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("name", "tiles", "minzoom", "maxzoom", "bounds", "center")

    tiles = ListField[str]("The addresses of tiles, with `{z}`, `{x}` and `{y}`.")
    minzoom = Field[int | None]("The first zoom level that has tiles.")
    maxzoom = Field[int | None]("The last zoom level that has tiles.")
    bounds = Field[list[float] | None]("West, south, east, north, in degrees.")
    center = Field[list[float] | None]("Longitude, latitude and zoom level to begin with.")

    def _geometry(self) -> Any:
        box = box_of(self.get("bounds"))
        return None if box is None else rectangle(*box)

    def _summary(self) -> str:
        return f"<TileJson {self.get('name') or ''} zoom {self.minzoom}-{self.maxzoom}>"


class SasToken(Document):
    """A signature for reading the files of a collection. Its text does not show it."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("expires_at",)

    token = TextField("The signature, which is the query of an address. Do not log it.", required=True)
    expires_at = TimeField("When it expires, in UTC.", key="msft:expiry")

    def __repr__(self) -> str:
        return f"<SasToken valid until {self.get('msft:expiry')}>"

    __str__ = __repr__

    def _summary(self) -> str:
        return repr(self)


class SignedLink(Document):
    """An address with a signature. Its text does not show the signature."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("href", "expires_at")

    href = TextField("The address with its signature.", required=True)
    expires_at = TimeField("When the signature expires, in UTC; None if the address needs none.", key="msft:expiry")

    def _fields(self) -> dict[str, Any]:
        return {**super()._fields(), "href": redact_url(self.href)}

    def _summary(self) -> str:
        return f"<SignedLink {redact_url(self.href)}>"

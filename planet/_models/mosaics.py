"""Models of the Basemaps API. Part of `planet.models`."""

from typing import Any, ClassVar

from .._utils.bbox import rectangle
from .document import Document
from .fields import BboxField, Field, FlagField, TextField, TimeField

__all__ = ["Mosaic", "Quad", "Series"]


class _Basemap(Document):
    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "interval", "first_acquired", "last_acquired")

    id = TextField("The id, a UUID.", required=True)
    name = TextField("The name. Methods that take an id take the name as well.", required=True)
    interval = Field[str | None](
        "The time between two mosaics of the series, for example `1 mon` or `7 days`; None if there is no interval."
    )
    first_acquired = TimeField("When the first image was acquired, in UTC.")
    last_acquired = TimeField("When the last image was acquired, in UTC.")

    def _summary(self) -> str:
        return f"<{type(self).__name__} {self.get('name') or self.get('id')}>"


class Series(_Basemap):
    """A series of mosaics of the same kind, one for each time interval."""

    __module__ = "planet.models"


class Mosaic(_Basemap):
    """A mosaic: an image of a large area, divided into quads."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (*_Basemap._repr_fields, "datatype", "bbox", "quad_download")

    bbox = BboxField("The extent: west, south, east, north, in degrees of longitude and latitude.")
    datatype = Field[str | None]("The data type of the pixels: `byte` or `uint16`.")
    quad_download = FlagField("Whether this account may download the quads of the mosaic.")

    def _geometry(self) -> Any:
        return rectangle(*self.bbox) if self.bbox else None


class Quad(Document):
    """A quad: a square tile of a mosaic, which is one file."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "percent_covered", "is_downloadable", "bbox")

    id = TextField("The id of the quad: its column and its row, for example `1050-1374`.", required=True)
    bbox = BboxField("The extent: west, south, east, north, in degrees of longitude and latitude.")
    percent_covered = Field[float | None]("How much of the quad is covered by imagery, from 0 to 100.")

    @property
    def is_downloadable(self) -> bool:
        """Whether this account may download the quad."""
        links = self.get("_links")
        return isinstance(links, dict) and bool(links.get("download"))

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        geometry = self._geometry()
        if geometry is None:
            raise AttributeError(f"quad {self.get('id')} has no geometry: its bbox is missing")
        return geometry

    def _geometry(self) -> dict[str, Any] | None:
        return rectangle(*self.bbox) if self.bbox else None

    def _summary(self) -> str:
        return f"<Quad {self.get('id')}>"

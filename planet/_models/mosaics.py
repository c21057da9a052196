"""Models of the Basemaps API. Part of `planet.models`."""

import datetime
from typing import Any, ClassVar

from .._utils.bbox import box_of, rectangle
from .document import Document

__all__ = ["Mosaic", "Quad", "Series"]


class _Basemap(Document):
    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "name", "interval", "first_acquired", "last_acquired")

    @property
    def id(self) -> str:
        """The id, a UUID."""
        return str(self["id"])

    @property
    def name(self) -> str:
        """The name, which is as good as the id wherever one is asked for."""
        return str(self["name"])

    @property
    def interval(self) -> str | None:
        """The time from one mosaic of the series to the next, for example `1 mon` or `7 days`; None: there is none."""
        return self.get("interval")

    @property
    def first_acquired(self) -> datetime.datetime | None:
        """When the first image was taken, in UTC."""
        return self._time("first_acquired")

    @property
    def last_acquired(self) -> datetime.datetime | None:
        """When the last image was taken, in UTC."""
        return self._time("last_acquired")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.get('name') or self.get('id')}>"


class Series(_Basemap):
    """A series of mosaics of the same kind, one for each interval of time."""

    __module__ = "planet.models"


class Mosaic(_Basemap):
    """A mosaic: an image of a large area, cut into quads."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = (*_Basemap._repr_fields, "datatype", "bbox", "quad_download")

    def _geometry(self) -> Any:
        return rectangle(*self.bbox) if self.bbox else None

    @property
    def bbox(self) -> list[float] | None:
        """Its extent: west, south, east, north, in degrees of longitude and latitude."""
        return box_of(self.get("bbox"))

    @property
    def datatype(self) -> str | None:
        """`byte` or `uint16`: what a pixel is."""
        return self.get("datatype")

    @property
    def quad_download(self) -> bool:
        """Whether this account may download its quads."""
        return bool(self.get("quad_download"))


class Quad(Document):
    """A quad: one square of a mosaic, and one file."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "percent_covered", "is_downloadable", "bbox")

    @property
    def id(self) -> str:
        """The id of the quad: its column and its row, for example `1050-1374`."""
        return str(self["id"])

    @property
    def bbox(self) -> list[float] | None:
        """Its extent: west, south, east, north, in degrees of longitude and latitude."""
        return box_of(self.get("bbox"))

    @property
    def percent_covered(self) -> float | None:
        """How much of it is covered by imagery, 0 to 100."""
        return self.get("percent_covered")

    @property
    def is_downloadable(self) -> bool:
        """Whether this account may download it."""
        links = self.get("_links")
        return isinstance(links, dict) and bool(links.get("download"))

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        outline = self._geometry()
        if outline is None:
            raise AttributeError("this quad does not say where it lies")
        return outline

    def _geometry(self) -> dict[str, Any] | None:
        return rectangle(*self.bbox) if self.bbox else None

    def __repr__(self) -> str:
        return f"<Quad {self.get('id')}>"

"""Models of the Features API. Part of `planet.models`."""

from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from .document import Document

__all__ = ["Collection", "Feature", "GeoInterface", "GeojsonLike"]


class Collection(Document):
    """A collection of the Features API."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "title", "description", "feature_count", "ref")

    @property
    def id(self) -> str:
        """The id of the collection: its title and some letters."""
        return str(self["id"])

    @property
    def title(self) -> str | None:
        """What it is called."""
        return self.get("title")

    @property
    def description(self) -> str | None:
        """What is in it."""
        return self.get("description")

    @property
    def feature_count(self) -> int | None:
        """How many features it has."""
        return self.get("feature_count")

    @property
    def ref(self) -> str | None:
        """The reference to all of it: `pl:features/my/<collection>`."""
        return self.get("pl:ref")

    def __repr__(self) -> str:
        return f"<Collection {self.get('id')}>"


class Feature(Document):
    """A feature of a collection of the Features API."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "ref")

    @property
    def id(self) -> str:
        """The id of the feature."""
        return str(self["id"])

    @property
    def geometry(self) -> dict[str, Any]:
        """The shape as GeoJSON, longitude and latitude in degrees."""
        return dict(self.get("geometry") or {})

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    @property
    def ref(self) -> str:
        """Its reference, usable wherever a geometry is: `pl:features/my/<collection>/<feature>`.

        Raises:
            AttributeError: it has none.
        """
        ref = self._ref
        if ref is None:
            raise AttributeError("this feature has no reference: it is not stored in a collection")
        return str(ref)

    @property
    def _ref(self) -> Any:
        properties = self.get("properties")
        return properties.get("pl:ref") if isinstance(properties, dict) else None

    def __repr__(self) -> str:
        return f"<Feature {self._ref or self.get('id')}>"


@runtime_checkable
class GeoInterface(Protocol):
    """Anything that can say its geometry as GeoJSON: shapely geometries, rows of a GeoDataFrame, items."""

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The geometry or feature as a GeoJSON dictionary."""


GeoInterface.__module__ = "planet.models"  # in its body it would be a member of the protocol


GeojsonLike: TypeAlias = Feature | dict[str, Any] | str

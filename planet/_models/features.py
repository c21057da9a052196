"""Models of the Features API. Part of `planet.models`."""

from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from .document import Document
from .fields import Field, TextField

__all__ = ["Collection", "Feature", "GeoInterface", "GeojsonLike"]


class Collection(Document):
    """A collection of the Features API."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "title", "description", "feature_count", "ref")

    id = TextField("The id of the collection: its title and a random suffix.", required=True)
    title = Field[str | None]("The title of the collection.")
    description = Field[str | None]("The description of the collection.")
    feature_count = Field[int | None]("The number of features in the collection.")
    ref = Field[str | None]("The reference to the whole collection: `pl:features/my/<collection>`.", key="pl:ref")

    def _summary(self) -> str:
        return f"<Collection {self.get('id')}>"


class Feature(Document):
    """A feature of a collection of the Features API."""

    __module__ = "planet.models"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "ref")

    id = TextField("The id of the feature.", required=True)

    @property
    def geometry(self) -> dict[str, Any]:
        """The geometry as GeoJSON, in degrees of longitude and latitude."""
        return dict(self.get("geometry") or {})

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    @property
    def ref(self) -> str:
        """The reference to the feature, accepted wherever a geometry is: `pl:features/my/<collection>/<feature>`.

        Raises:
            AttributeError: the feature has no reference.
        """
        ref = self._ref
        if ref is None:
            raise AttributeError(f"feature {self.get('id')} has no reference: it is not stored in a collection")
        return str(ref)

    @property
    def _ref(self) -> Any:
        properties = self.get("properties")
        return properties.get("pl:ref") if isinstance(properties, dict) else None

    def _summary(self) -> str:
        return f"<Feature {self._ref or self.get('id')}>"


@runtime_checkable
class GeoInterface(Protocol):
    """An object with a `__geo_interface__`: a shapely geometry, an item, a feature."""

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The geometry or feature as a GeoJSON dictionary."""


GeoInterface.__module__ = "planet.models"  # set in the class body, it would be a member of the protocol


GeojsonLike: TypeAlias = Feature | dict[str, Any] | str

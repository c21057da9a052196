"""`FeatureCollection`, the result of `collect` for features. Part of `planet.models`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .json_object import JsonObject

if TYPE_CHECKING:
    import geopandas
    import pystac

__all__ = ["FeatureCollection"]


class FeatureCollection(JsonObject):
    """A GeoJSON FeatureCollection: a dictionary that `json.dumps`, GeoPandas and QGIS accept.

    It is created from features, or from a FeatureCollection that was parsed from JSON. A notebook shows a drawing of
    the footprints, the thumbnails that have been downloaded, and a table of the first features.

    Example:
        ```python
        from planet import collect

        scenes = collect(pl.data.search(["PSScene"], geometry=aoi, limit=20))
        print(len(scenes.features), scenes["type"])
        ```
    """

    __module__ = "planet.models"

    limit_reached = False
    """Whether it was collected from a listing that has more results than the limit."""

    def __init__(self, features: Iterable[Any] | Mapping[str, Any] = ()) -> None:
        if isinstance(features, Mapping):
            super().__init__(features)
        else:
            super().__init__(type="FeatureCollection", features=list(features))

    @property
    def features(self) -> list[Any]:
        """The features, in the order in which they were collected."""
        features: list[Any] = self.get("features") or []
        return features

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return dict(self)

    def to_geodataframe(self) -> "geopandas.GeoDataFrame":
        """Convert the features to a GeoDataFrame, one row each; see `planet.geo.to_geodataframe`.

        Raises:
            ClientError: `planet[geo]` is not installed.
        """
        from .to_geodataframe import to_geodataframe

        return to_geodataframe(self.features)

    def to_stac(self) -> "pystac.ItemCollection":
        """Convert the items to a STAC ItemCollection; see `planet.stac.to_item_collection`.

        Raises:
            ClientError: `planet[stac]` is not installed, or a feature is not an item.
        """
        from .to_stac import to_item_collection

        return to_item_collection(self.features)

    def __reduce__(self) -> Any:
        return type(self), (dict(self),), {"limit_reached": self.limit_reached}

    def _summary(self) -> str:
        return f"<FeatureCollection of {self._size()}>"

    def _size(self) -> str:
        return f"{len(self.features):,}" + (" (limit reached; limit=0 returns all)" if self.limit_reached else "")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self._summary())

    def _repr_html_(self) -> str:
        from .._html import features

        return features(f"{self._size()} features", self.features)

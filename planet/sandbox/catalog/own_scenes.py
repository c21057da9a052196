"""Scenes that a test adds to the catalogue: with the place, the time, the clouds and the assets that it needs."""

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from ..._redact import brief
from ...exceptions import ArgumentError
from .catalog import acquired_of
from .conditions import conditions_at
from .item_types import item_type
from .scene import Changes, Scene

__all__ = ["OwnScene"]


_TRIES = 400  # seeds that are tried for a cloud cover
_CLOSE = 2  # percent of clouds that are near enough


@attrs.frozen(kw_only=True)
class OwnScene:
    """A scene to add to the catalogue.

    Attributes:
        item_id: the id, such as `20240601_101500_00_0001`: it begins with the date and the time of the acquisition.
        lon: longitude of the centre in degrees.
        lat: latitude of the centre in degrees.
        item_type: for example `PSScene`.
        cloud_cover: about which share of it clouds cover, 0 to 1; None: what is likely at that place and time.
        downloadable: whether the account may download its assets.
        missing_assets: asset types that it does not have.
        properties: properties that replace those of the item.
    """

    item_id: str
    lon: float
    lat: float
    item_type: str = "PSScene"
    cloud_cover: float | None = None
    downloadable: bool = True
    missing_assets: Collection[str] = ()
    properties: Mapping[str, Any] = attrs.field(factory=dict)

    def scene(self) -> Scene:
        """Return the scene.

        Raises:
            ArgumentError: a field is not valid.
        """
        acquired = acquired_of(self.item_id) if isinstance(self.item_id, str) else None
        if acquired is None:
            raise ArgumentError(
                f"item_id must be an id such as '20240601_101500_00_0001', got {brief(self.item_id)}.",
                hint="It begins with the date and the time of the acquisition.",
            )
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ArgumentError(f"lon and lat must be degrees, got {brief((self.lon, self.lat))}.")
        if self.cloud_cover is not None and not 0 <= self.cloud_cover <= 1:
            raise ArgumentError(f"cloud_cover must be from 0 to 1, got {brief(self.cloud_cover)}.")
        changes = Changes(frozenset(self.missing_assets), self.downloadable, dict(self.properties))
        kind = item_type(self.item_type)
        made = Scene(kind, self.item_id, self.lon, self.lat, acquired, 0, strip=0, is_known=True, changes=changes)
        return attrs.evolve(made, seed=self._seed(made))

    def _seed(self, scene: Scene) -> int:
        """A seed whose scene has about the cloud cover: properties, pictures and masks follow from it, and agree."""
        first = sum(self.item_id.encode()) << 8
        if self.cloud_cover is None:
            return first
        wanted, best = self.cloud_cover * 100, (101.0, first)
        for seed in range(first, first + (_TRIES << 52), 1 << 52 | 0x9E3779B97F4A7):
            seen = conditions_at(scene.lon, scene.lat, scene.kind.half_size, scene.day, seed % 2**64)
            best = min(best, (abs(seen.cloud - wanted), seed % 2**64))
            if best[0] <= _CLOSE:
                break
        return best[1]

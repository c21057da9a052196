"""A scene of the sandbox's catalogue: footprint, acquisition time and properties."""

import datetime
import functools
import math
from typing import Any

import attrs

from ... import specs
from .clock import stamp
from .conditions import Conditions, conditions_at
from .item_types import ItemType
from .random_numbers import unit
from .sun import sun_position

__all__ = ["LEGACY_BUNDLES", "Changes", "Scene", "bundles_of"]


_COS, _SIN = math.cos(math.radians(8.0)), math.sin(math.radians(8.0))  # the tilt of the orbit

# Legacy item types: not in the current catalogue, but still used in the documentation of orders.
LEGACY_BUNDLES: dict[str, dict[str, list[str]]] = {
    "PSScene3Band": {"analytic": ["analytic", "analytic_xml", "udm"], "visual": ["visual", "visual_xml"]},
    "PSScene4Band": {
        "analytic": ["analytic", "analytic_xml", "udm"],
        "analytic_sr": ["analytic_sr", "analytic_xml", "udm"],
    },
}  # fmt: skip


def bundles_of(item_type: str) -> dict[str, list[str]]:
    """Return {bundle: [asset types]} of an item type; empty for an unknown type."""
    known = {
        bundle: specs.PRODUCT_BUNDLES["bundles"][bundle]["assets"][item_type]
        for bundle in specs.get_product_bundles(item_type)
    }
    return known or LEGACY_BUNDLES.get(item_type, {})


@functools.lru_cache(maxsize=64)
def _asset_types(item_type: str) -> list[str]:
    return sorted({asset for assets in bundles_of(item_type).values() for asset in assets})


@attrs.frozen
class Changes:
    """What differs in a scene that a test has added: assets that it lacks, permissions, properties."""

    missing: frozenset[str] = frozenset()
    downloadable: bool = True
    properties: dict[str, Any] = attrs.field(factory=dict, eq=False)


@attrs.frozen
class Scene:
    """A scene. All its properties are computed from its type, id, location and seed.

    Attributes:
        kind: the item type.
        id: the item id.
        lon: the longitude of the centre in degrees.
        lat: the latitude of the centre in degrees.
        acquired: the acquisition time.
        seed: the seed of its properties, the same in every sandbox.
        strip: a number that all scenes of a strip share.
        is_known: whether the id was not generated, but given by the documentation or by a client.
        changes: what differs, if a test has added it.
    """

    kind: ItemType
    id: str
    lon: float
    lat: float
    acquired: datetime.datetime
    seed: int
    strip: int
    is_known: bool = False
    changes: Changes = Changes()

    @property
    def item_type(self) -> str:
        """For example `PSScene`."""
        return self.kind.name

    @property
    def footprint(self) -> list[list[float]]:
        """The footprint as a closed ring of [longitude, latitude], cut off at the antimeridian."""
        size = self.kind.half_size
        widening = 1 / max(math.cos(math.radians(self.lat)), 0.2)
        ring = []
        for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
            x = self.lon + size * (u * _COS - v * _SIN) * widening
            y = self.lat + size * (u * _SIN + v * _COS)
            ring.append([round(max(min(x, 180.0), -180.0), 6), round(max(min(y, 90.0), -90.0), 6)])
        return ring

    @property
    def geometry(self) -> dict[str, Any]:
        """The footprint as GeoJSON."""
        return {"type": "Polygon", "coordinates": [self.footprint]}

    @property
    def day(self) -> int:
        """The day of the year."""
        return self.acquired.timetuple().tm_yday

    @property
    def conditions(self) -> Conditions:
        """The shares of clouds, haze, shadow and snow."""
        return conditions_at(self.lon, self.lat, self.kind.half_size, self.day, self.seed)

    @property
    def cloud_cover(self) -> float:
        """The cloud cover, 0 to 1."""
        return self.conditions.cloud / 100

    @property
    def sun(self) -> tuple[float, float]:
        """Elevation and azimuth of the sun in degrees."""
        elevation, azimuth = sun_position(self.lon, self.lat, self.acquired.timestamp())
        return round(float(elevation), 1), round(float(azimuth), 1)

    @property
    def published(self) -> datetime.datetime:
        """The publication time, some hours after the acquisition."""
        hours = datetime.timedelta(seconds=4 * 3600 + 5 * (self.seed >> 52))
        return self.acquired.replace(microsecond=0) + hours

    @property
    def eight_bands(self) -> bool:
        """Whether it has eight bands. Scenes of the first satellites, with short ids, have four."""
        return self.id.count("_") != 2

    @property
    def assets(self) -> list[str]:
        """The asset types."""
        types = [asset for asset in _asset_types(self.item_type) if asset not in self.changes.missing]
        return types if self.eight_bands else [asset for asset in types if "8b" not in asset]

    @property
    def permitted(self) -> list[str]:
        """The asset types that may be downloaded: some scenes lack the basic assets, a few have none."""
        if not self.changes.downloadable:
            return []
        noise = self.seed >> 16 & 0xFF
        if self.is_known or noise >= 36:
            return self.assets
        return [] if noise < 4 else [asset for asset in self.assets if not asset.startswith("basic_")]

    def properties(self) -> dict[str, Any]:
        """Return the properties of the item."""
        seed, kind = self.seed, self.kind
        seen, (sun_elevation, sun_azimuth) = self.conditions, self.sun
        properties = {
            "acquired": stamp(self.acquired, "microseconds"),
            "anomalous_pixels": 0,
            "clear_confidence_percent": 85 + int(unit(seed, 1) * 15),
            "clear_percent": seen.clear,
            "cloud_cover": self.cloud_cover,
            "cloud_percent": seen.cloud,
            "gsd": round(kind.gsd * (0.95 + 0.1 * unit(seed, 3)), 2),
            "heavy_haze_percent": seen.heavy_haze,
            "item_type": kind.name,
            "light_haze_percent": seen.light_haze,
            "provider": kind.provider,
            "published": stamp(self.published, "seconds"),
            "publishing_stage": "finalized",
            "quality_category": "standard" if unit(seed, 4) < 0.9 else "test",
            "satellite_azimuth": round(80 + 200 * unit(self.strip, 5) + 2 * unit(seed, 5), 1),
            "satellite_id": self._satellite,
            "shadow_percent": seen.shadow,
            "snow_ice_percent": seen.snow,
            "strip_id": str(4_000_000 + self.strip % 3_000_000),
            "sun_azimuth": sun_azimuth,
            "sun_elevation": sun_elevation,
            "updated": stamp(self.published + datetime.timedelta(hours=1), "seconds"),
            "view_angle": round(4.8 * unit(self.strip, 8) + 0.2 * unit(seed, 8), 1),
            "visible_confidence_percent": 60 + int(unit(seed, 9) * 35),
            "visible_percent": 100 - seen.cloud - seen.heavy_haze,
        }
        if kind.name == "SkySatCollect":
            properties["ground_control_ratio"] = round(unit(seed, 2), 2)
        else:
            properties["ground_control"] = unit(seed, 2) < 0.95
        if kind.name == "SkySatScene":
            properties["camera_id"] = f"d{1 + seed % 3}"
        if kind.instrument is not None:
            properties["instrument"] = kind.instrument if self.eight_bands else "PS2"
        if kind.pixel_resolution is not None:
            properties["pixel_resolution"] = kind.pixel_resolution
        if kind.tile:
            zone = int((self.lon + 180) // 6) % 60 + 1
            properties |= {
                "black_fill": round(unit(seed, 10) * 0.3, 2), "usable_data": round(1 - self.cloud_cover, 2),
                "columns": 5000, "rows": 5000,
                "epsg_code": (32600 if self.lat >= 0 else 32700) + zone, "grid_cell": self.id.split("_")[2],
                "origin_x": 24000 * int(20 * unit(seed, 11)) + 300500, "origin_y": 24000 * int(self.lat * 4) + 500,
            }  # fmt: skip
        return properties | self.changes.properties

    @property
    def _satellite(self) -> str:
        ending = self.id.split("_", 2)[2]
        return ending.split("_")[0] if ending.startswith("ssc") else ending.rsplit("_", 1)[-1]

    def item(self, base_url: str = "") -> dict[str, Any]:
        """Return the item as the Data API does."""
        me = f"{base_url}/data/v1/item-types/{self.item_type}/items/{self.id}"
        return {
            "type": "Feature",
            "id": self.id,
            "_links": {"_self": me, "assets": f"{me}/assets/", "thumbnail": f"{me}/thumb"},
            "_permissions": [f"assets.{asset}:download" for asset in self.permitted],
            "assets": self.assets,
            "geometry": self.geometry,
            "properties": self.properties(),
        }

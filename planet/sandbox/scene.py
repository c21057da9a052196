"""A scene of the sandbox's catalogue: where and when it was taken, and what is known about it."""

import datetime
import hashlib
import math
import random
from typing import Any

import attrs

from .. import specs
from .clock import stamp

__all__ = ["LEGACY_BUNDLES", "Scene", "bundles_of"]

HALF_SIZE = 0.16  # degrees from the centre to the side: a scene covers its cell of the catalogue's grid and more
TILT = math.radians(8.0)  # of the orbit

# Item types that the catalogue of today does not have, but that documents about orders still name.
LEGACY_BUNDLES: dict[str, dict[str, list[str]]] = {
    "PSScene3Band": {"analytic": ["analytic", "analytic_xml", "udm"], "visual": ["visual", "visual_xml"]},
    "PSScene4Band": {
        "analytic": ["analytic", "analytic_xml", "udm"],
        "analytic_sr": ["analytic_sr", "analytic_xml", "udm"],
    },
}  # fmt: skip


def bundles_of(item_type: str) -> dict[str, list[str]]:
    """{bundle: [asset types]} of an item type; empty if there is no such type."""
    known = {
        bundle: specs.PRODUCT_BUNDLES["bundles"][bundle]["assets"][item_type]
        for bundle in specs.get_product_bundles(item_type)
    }
    return known or LEGACY_BUNDLES.get(item_type, {})


@attrs.frozen
class Scene:
    """One scene. Everything about it follows from its type, its id and its place.

    Attributes:
        item_type: for example `PSScene`.
        id: the item id.
        lon: the longitude of its centre in degrees.
        lat: the latitude of its centre in degrees.
        acquired: when it was taken.
    """

    item_type: str
    id: str
    lon: float
    lat: float
    acquired: datetime.datetime

    @property
    def seed(self) -> int:
        """A number of its own, the same at every start."""
        return int.from_bytes(hashlib.sha256(f"{self.item_type}/{self.id}".encode()).digest()[:6], "big")

    @property
    def footprint(self) -> list[list[float]]:
        """The outline: a closed ring of [longitude, latitude]."""
        stretch = 1 / max(math.cos(math.radians(self.lat)), 0.2)
        ring = []
        for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
            x = HALF_SIZE * (u * math.cos(TILT) - v * math.sin(TILT)) * stretch
            y = HALF_SIZE * (u * math.sin(TILT) + v * math.cos(TILT))
            ring.append([round(self.lon + x, 6), round(self.lat + y, 6)])
        return ring

    @property
    def geometry(self) -> dict[str, Any]:
        """The outline as GeoJSON."""
        return {"type": "Polygon", "coordinates": [self.footprint]}

    @property
    def cloud_cover(self) -> float:
        """The share under clouds, 0 to 1; many scenes are clear, some are not."""
        return round(random.Random(self.seed).betavariate(0.35, 1.6), 2)

    @property
    def published(self) -> datetime.datetime:
        """When it came into the catalogue, some hours after it was taken."""
        return self.acquired + datetime.timedelta(seconds=4 * 3600 + self.seed % (6 * 3600))

    @property
    def eight_bands(self) -> bool:
        """Whether it has eight bands: the first generation of satellites, with the short ids, has four."""
        return self.id.count("_") != 2

    @property
    def assets(self) -> list[str]:
        """The types of its assets."""
        types = {asset for assets in bundles_of(self.item_type).values() for asset in assets}
        return sorted(asset for asset in types if self.eight_bands or "8b" not in asset)

    def properties(self) -> dict[str, Any]:
        """What the catalogue says of it."""
        chance = random.Random(self.seed + 1)
        cloud = self.cloud_cover
        clear = round(100 * (1 - cloud))
        return {
            "acquired": stamp(self.acquired, "microseconds"),
            "anomalous_pixels": 0,
            "clear_confidence_percent": chance.randint(85, 99),
            "clear_percent": clear,
            "cloud_cover": cloud,
            "cloud_percent": round(100 * cloud),
            "ground_control": chance.random() < 0.95,
            "gsd": round(chance.uniform(3.6, 4.1), 1),
            "heavy_haze_percent": 0,
            "instrument": "PSB.SD" if self.eight_bands else "PS2",
            "item_type": self.item_type,
            "light_haze_percent": 0,
            "pixel_resolution": 3,
            "provider": "planetscope" if self.item_type.startswith("PS") else "skysat",
            "published": stamp(self.published, "seconds"),
            "publishing_stage": "finalized",
            "quality_category": "standard" if chance.random() < 0.9 else "test",
            "satellite_azimuth": round(chance.uniform(80, 280), 1),
            "satellite_id": self.id.rsplit("_", 1)[-1],
            "shadow_percent": min(round(30 * cloud), 100 - round(100 * cloud)),
            "snow_ice_percent": 0,
            "strip_id": str(4_000_000 + self.seed % 3_000_000),
            "sun_azimuth": round(chance.uniform(100, 170), 1),
            "sun_elevation": round(max(60 - abs(self.lat) * 0.6 + chance.uniform(-5, 5), 8), 1),
            "updated": stamp(self.published + datetime.timedelta(hours=1), "seconds"),
            "view_angle": round(chance.uniform(0, 5), 1),
            "visible_confidence_percent": chance.randint(60, 95),
            "visible_percent": clear,
        }

    def item(self, base_url: str = "") -> dict[str, Any]:
        """The item as the Data API returns it."""
        me = f"{base_url}/data/v1/item-types/{self.item_type}/items/{self.id}"
        return {
            "type": "Feature",
            "id": self.id,
            "_links": {"_self": me, "assets": f"{me}/assets/", "thumbnail": f"{me}/thumb"},
            "_permissions": [f"assets.{asset}:download" for asset in self.assets],
            "assets": self.assets,
            "geometry": self.geometry,
            "properties": self.properties(),
        }

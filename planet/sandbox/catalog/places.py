"""Named areas of interest, and the locations of the scenes that the documentation mentions."""

from typing import Any

from ..._utils.bbox import rectangle

__all__ = ["AOIS", "KNOWN_ITEMS"]


# Areas of interest for tests and examples, as GeoJSON. The catalogue has more scenes of them than of other areas.
AOIS: dict[str, dict[str, Any]] = {
    "oregon": rectangle(-117.558734, 45.229745, -117.452447, 45.301865),
    "annecy": rectangle(6.29, 45.80, 6.46, 45.94),
    "central valley": rectangle(-120.45, 36.70, -120.25, 36.85),
    "rondonia": rectangle(-62.95, -9.95, -62.70, -9.75),
    "nile delta": rectangle(31.00, 30.75, 31.25, 30.95),
    "yokohama": rectangle(139.55, 35.35, 139.70, 35.50),
}

# Scenes that the documentation mentions: (longitude, latitude) of their centres, in degrees.
KNOWN_ITEMS: dict[tuple[str, str], tuple[float, float]] = {
    ("PSScene", "20200909_182525_1014"): (-117.505, 45.265),
    ("PSScene", "20200909_182524_1014"): (-117.505, 45.275),
    ("PSScene", "20220304_093300_37_2430"): (6.3355, 45.8222),
    ("PSScene", "20220305_093440_25_2429"): (6.3300, 45.8150),
    ("PSScene", "20220304_093257_90_2430"): (6.3355, 45.9000),
    ("PSScene", "20221003_002705_38_2461"): (143.2100, -36.5300),
}

"""From reflectance to the digital numbers of analytic assets, and back."""

import datetime
import math
from collections.abc import Sequence

from ..._models.bands import EIGHT as BANDS
from ..catalog.scene import Scene

__all__ = ["RADIANCE_SCALE", "reflectance_coefficients"]


RADIANCE_SCALE = 0.01  # digital numbers are hundredths of W/(m² sr µm)

# The irradiance of the sun above the atmosphere in each of the eight bands, in W/(m² µm).
_IRRADIANCE = (1758.2, 1974.2, 1856.4, 1820.0, 1749.9, 1559.5, 1342.7, 1069.7)
_PANCHROMATIC = 1749.9
_LOWEST_SUN = 3.0  # degrees


def reflectance_coefficients(scene: Scene, bands: Sequence[str]) -> tuple[float, ...]:
    """What digital numbers of analytic assets are multiplied by for reflectance: the higher the sun, the less.

    A coefficient is pi times the square of the distance of the sun, over its irradiance and the sine of its elevation.
    """
    light = math.sin(math.radians(max(scene.sun[0], _LOWEST_SUN)))
    factor = math.pi * _distance(scene.acquired) ** 2 * RADIANCE_SCALE / light
    return tuple(
        float(f"{factor / (_IRRADIANCE[BANDS.index(band)] if band in BANDS else _PANCHROMATIC):.12e}") for band in bands
    )


def _distance(moment: datetime.datetime) -> float:
    """The distance of the sun in astronomical units."""
    return 1 - 0.01672 * math.cos(2 * math.pi * (moment.timetuple().tm_yday - 4) / 365.256)

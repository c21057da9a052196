"""Where the sun stands."""

from typing import Any

import numpy as np

__all__ = ["sun_elevation", "sun_position"]


def sun_position(lon: Any, lat: Any, seconds: Any) -> tuple[Any, Any]:
    """Elevation and azimuth of the sun in degrees, to about half a degree.

    Args:
        lon: longitude in degrees.
        lat: latitude in degrees.
        seconds: the time, in seconds since 1970.
    """
    days = np.asarray(seconds) / 86400 - 10957.5  # since noon of 1 January 2000
    mean = np.radians(357.528 + 0.9856003 * days)
    ecliptic = np.radians(280.46 + 0.9856474 * days + 1.915 * np.sin(mean) + 0.02 * np.sin(2 * mean))
    tilt = np.radians(23.439)
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    ascension = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    sidereal = np.radians((280.46062 + 360.98564737 * days + lon) % 360)
    hour, phi = sidereal - ascension, np.radians(lat)
    height = np.arcsin(np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour))
    azimuth = np.arctan2(-np.sin(hour), np.tan(declination) * np.cos(phi) - np.sin(phi) * np.cos(hour))
    return np.degrees(height), np.degrees(azimuth) % 360


def sun_elevation(lon: Any, lat: Any, seconds: Any) -> Any:
    """The elevation of the sun in degrees; negative at night."""
    return sun_position(lon, lat, seconds)[0]

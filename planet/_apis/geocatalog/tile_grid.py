"""The tiles of Web Mercator that cover an area, and how an image is drawn where nothing is said."""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..._builders.geocatalog.render import Render
from ..._builders.geocatalog.search import as_bbox
from ..._utils.arguments import check_int
from ..._utils.optional import require
from ...exceptions import ArgumentError

__all__ = ["Tile", "build_map", "natural_look", "tile_at", "tiles_for"]


_MOST_TILES = 12
_LARGEST = 200  # tiles in one map
_FINEST = 24
_LIMIT = 85.0511  # degrees: Web Mercator ends there
# The bands for red, green and blue, by the number of bands of an image of Planet.
_NATURAL = {3: (1, 2, 3), 4: (3, 2, 1), 5: (3, 2, 1), 8: (6, 4, 2)}


class Tile(NamedTuple):
    """A tile of Web Mercator."""

    z: int
    x: int
    y: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return (
            _longitude(self.x, self.z),
            _latitude(self.y + 1, self.z),
            _longitude(self.x + 1, self.z),
            _latitude(self.y, self.z),
        )


def _longitude(x: int, z: int) -> float:
    return x / (1 << z) * 360 - 180


def _latitude(y: int, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << z)))))


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    """Return the tile of Web Mercator that has a place: (z, x, y).

    >>> tile_at(6.55, 45.85, 12)
    Tile(z=12, x=2122, y=1459)

    Args:
        lon: the longitude in degrees.
        lat: the latitude in degrees.
        zoom: the zoom level.

    Raises:
        ArgumentError, ArgumentTypeError: an argument is not a number, or out of range.
    """
    west, south, _, _ = as_bbox([lon, lat, lon, lat])
    if not -180 <= west <= 180 or not -90 <= south <= 90:
        raise ArgumentError(f"{lon!r}, {lat!r} is not a longitude and a latitude in degrees.")
    return Tile(zoom, *_position(west, south, check_int("zoom", zoom, 0)))


def tiles_for(bounds: Sequence[float], zoom: int | None = None, most: int = _MOST_TILES) -> list[Tile]:
    """The tiles that cover an area; without *zoom*, of the highest zoom level that needs no more than *most*.

    >>> tiles_for([6.5, 45.8, 6.6, 45.9], most=4)[0]
    Tile(z=11, x=1060, y=729)
    """
    if zoom is not None:
        check_int("zoom", zoom, 0)
        wanted = _tiles(bounds, zoom) if zoom <= _FINEST else []
        if not 0 < len(wanted) <= _LARGEST:
            raise ArgumentError(f"zoom {zoom} is too fine: a map takes at most {_LARGEST} tiles.", hint="Leave it out.")
        return wanted
    found = _tiles(bounds, 0)
    for level in range(1, 23):
        finer = _tiles(bounds, level)
        if len(finer) > most:
            break
        found = finer
    return found


def _tiles(bounds: Sequence[float], zoom: int) -> list[Tile]:
    west, south, east, north = bounds
    if west > east:  # across the antimeridian
        return _tiles((west, south, 180.0, north), zoom) + _tiles((-180.0, south, east, north), zoom)
    left, top = _position(west, north, zoom)
    right, bottom = _position(east, south, zoom)
    count = (right - left + 1) * (bottom - top + 1)
    if count > _LARGEST:
        return [Tile(zoom, left, top)] * (_LARGEST + 1)  # too many, whichever they are
    return [Tile(zoom, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)]


def _position(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    size = 1 << zoom
    lat = math.radians(min(max(lat, -_LIMIT), _LIMIT))
    x = (lon + 180) / 360 * size
    y = (1 - math.asinh(math.tan(lat)) / math.pi) / 2 * size
    return min(max(int(x), 0), size - 1), min(max(int(y), 0), size - 1)


def natural_look(asset: str, information: Mapping[str, Any], statistics: Mapping[str, Any]) -> Render:
    """How an asset is drawn in natural colours, or in grey, with its values stretched.

    Args:
        asset: its key.
        information: what `TileSource.info` says of it.
        statistics: what `TileSource.statistics` says of its bands.
    """
    count = int(information.get("count") or 1)
    bands = _NATURAL.get(count, (1, 2, 3) if count >= 3 else (1,))
    facts = [statistics.get(f"{asset}_b{band}") or {} for band in bands]
    low = min((fact["percentile_2"] for fact in facts if "percentile_2" in fact), default=None)
    high = max((fact["percentile_98"] for fact in facts if "percentile_98" in fact), default=None)
    rescale = None
    if information.get("dtype") == "uint8":
        rescale = (0, 255)
    elif low is not None and high is not None:
        rescale = (low, max(high, low + 1))  # the same for all bands, which keeps the colours
    return Render(assets=asset, asset_bidx=f"{asset}|{','.join(map(str, bands))}", rescale=rescale)


def build_map(bounds: Sequence[float], pictures: Mapping[Tile, bytes], title: str) -> Any:
    """A map of folium with tiles that have been drawn: the browser needs no token for them.

    Raises:
        ClientError: `planet[map]` is not installed.
    """
    require("map", "A map", "folium")
    import folium

    west, south, east, north = bounds
    shown = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles="OpenStreetMap")
    layer = folium.FeatureGroup(name=title)
    for tile, content in pictures.items():
        if content:
            left, bottom, right, top = tile.bounds
            address = f"data:image/png;base64,{base64.b64encode(content).decode()}"
            folium.raster_layers.ImageOverlay(address, [[bottom, left], [top, right]]).add_to(layer)
    layer.add_to(shown)
    folium.LayerControl().add_to(shown)
    shown.fit_bounds([[south, west], [north, east]])
    return shown

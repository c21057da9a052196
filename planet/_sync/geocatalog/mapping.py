# Generated from planet/_async/geocatalog/mapping.py by tools/unasync.py. Edit that file and run the tool again.

"""Draw a source on a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._apis.geocatalog.tile_grid import Tile, build_map, natural_look, tiles_for
from ..._builders.geocatalog.render import Render
from ..._runtime._sync import map_bounded
from ..._utils.optional import require
from ...exceptions import ClientError, MissingResource

__all__ = ["draw_map", "look_of"]


_TILES_AT_ONCE = 6
_SCALE = 2  # 512 pixels, for sharp screens


def draw_map(source: Any, zoom: int | None, render: Any, options: Mapping[str, Any]) -> Any:
    """Draw the tiles of a source, and put them on a map; see `TileSource.to_map`."""
    require("map", "A map", "folium")
    look = render if render or options else source.natural_look()
    if source.kind == "item":
        bounds = source.bounds()
    else:
        bounds = (source.tilejson(render=look, **options)).bounds or [-180.0, -85.0, 180.0, 85.0]
    tiles = tiles_for(bounds, zoom)

    def draw(tile: Tile) -> bytes:
        try:
            return bytes(source.tile(*tile, scale=_SCALE, format="png", render=look, **options))
        except MissingResource:  # outside of an item
            return b""

    pictures = map_bounded(draw, tiles, limit=_TILES_AT_ONCE)
    return build_map(bounds, dict(zip(tiles, pictures, strict=True)), repr(source)[1:-1])


def look_of(source: Any, asset: str | None) -> Render:
    """How a source is drawn in natural colours; see `TileSource.natural_look`."""
    item = source if source.kind == "item" else _first_item(source)
    if asset is None:
        keys = item.assets()
        ranked = sorted(keys, key=lambda key: ("visual" not in key, "udm" in key))
        if not ranked:
            raise ClientError(f"{source!r} has no images.")
        asset = ranked[0]
    information = (item.info(assets=asset))[asset]
    return natural_look(asset, information, item.statistics(assets=asset, max_size=256))


def _first_item(source: Any) -> Any:
    bounds = (source.tilejson()).bounds or [-180.0, -85.0, 180.0, 85.0]
    found = source.assets_at(bbox=bounds)
    if not found:
        raise ClientError(f"{source!r} has no items.")
    return source.sibling(found[0]["collection"], found[0]["id"])

"""Validation of parameters, as click callbacks."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from .. import geojson
from ..exceptions import GeoJSONError

__all__ = ["check_geom"]


def check_geom(
    ctx: click.Context | None, param: click.Parameter | None, geometry: Mapping[str, Any] | str | Iterable[Any] | None
) -> dict[str, Any] | None:
    """Return a geometry as requests take it: GeoJSON, or references to features.

    Args:
        ctx: not used; click passes it to callbacks.
        param: not used; click passes it to callbacks.
        geometry: GeoJSON, a reference, or several references; None or nothing for no geometry.

    Raises:
        GeoJSONError: the geometry is invalid, or there are several.
        FeatureError: a reference is invalid.
    """
    if not geometry:
        return None
    geometries = [geometry] if isinstance(geometry, (str, Mapping)) else list(geometry)
    if len(geometries) == 1:
        return geojson.as_geom_or_ref(geometries[0])
    if not all(isinstance(each, str) for each in geometries):
        raise GeoJSONError(
            f"geometry must be a single geometry or references to features, got {len(geometries)} geometries.",
            hint="Merge them into a MultiPolygon.",
        )
    return geojson.as_ref({"type": "ref", "content": geometries})

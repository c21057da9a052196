"""The tools that an order can apply to its files: part of `planet.order_request`."""

from collections.abc import Mapping
from typing import Any

from .._utils.arguments import Json, omit_none
from ..exceptions import ClientError
from . import catalog as specs
from . import geojson

__all__ = [
    "band_math_tool",
    "clip_tool",
    "composite_tool",
    "coregister_tool",
    "file_format_tool",
    "harmonize_tool",
    "merge_tool",
    "reproject_tool",
    "tile_tool",
    "toar_tool",
]


def clip_tool(aoi: Any = None) -> Json:
    """Clip to an area of interest.

    Args:
        aoi: a Polygon or MultiPolygon in any form that `planet.geojson` takes, or a reference. None is for
            basemaps ordered by geometry: they are clipped to that.

    Raises:
        GeoJSONError, FeatureError: it is not valid.
        ClientError: it is another type of geometry.
    """
    if aoi is None:
        return {"clip": {}}
    geometry = geojson.as_geom_or_ref(aoi)
    if geometry["type"] not in ("Polygon", "MultiPolygon", "ref"):
        raise ClientError(
            f"Clipping takes a Polygon or a MultiPolygon, not a {geometry['type']}.",
            hint="Give an area; around a point, shapely's buffer() makes one.",
        )
    return {"clip": {"aoi": geometry}}


def composite_tool(group_by: str | None = None) -> Json:
    """Join the scenes: all of them (`order`, the default), or strip by strip (`strip_id`)."""
    if group_by not in (None, "order", "strip_id"):
        raise ClientError(f"group_by is {group_by!r}.", hint="It is 'order' or 'strip_id'.")
    return {"composite": omit_none(group_by=group_by)}


def coregister_tool(anchor_item: str) -> Json:
    """Align the scenes with one of them, named by its item id."""
    return {"coregister": {"anchor_item": anchor_item}}


def file_format_tool(file_format: str) -> Json:
    """Deliver `COG` or `PL_NITF`."""
    return {"file_format": {"format": specs.validate_file_format(file_format)}}


def reproject_tool(projection: str, resolution: float | None = None, kernel: str | None = None) -> Json:
    """Reproject.

    Args:
        projection: for example `EPSG:32633` or `WGS84`.
        resolution: the pixel size in units of the projection.
        kernel: `near` (the service's default), `bilinear`, `cubic`, `cubicspline`, `lanczos`, `average`, `mode`.
    """
    return {"reproject": omit_none(projection=projection, resolution=resolution, kernel=kernel)}


def tile_tool(
    tile_size: int,
    origin_x: float | None = None,
    origin_y: float | None = None,
    pixel_size: float | None = None,
    name_template: str | None = None,
    conformal_x_scaling: bool | None = None,
) -> Json:
    """Cut into tiles.

    Args:
        tile_size: the side of a tile in pixels.
        origin_x: where the grid begins, in units of the projection.
        origin_y: the same northwards.
        pixel_size: in units of the projection; left out: that of the input.
        name_template: for example `{tilex:06d}_{tiley:06d}.tif`.
        conformal_x_scaling: keep the shape of pixels in geographic projections.
    """
    return {
        "tile": omit_none(
            tile_size=tile_size,
            origin_x=origin_x,
            origin_y=origin_y,
            pixel_size=pixel_size,
            name_template=name_template,
            conformal_x_scaling=conformal_x_scaling,
        )
    }


def toar_tool(scale_factor: int | None = None) -> Json:
    """Convert radiance to reflectance at the top of the atmosphere, times *scale_factor* (service default 10000)."""
    return {"toar": omit_none(scale_factor=scale_factor)}


def harmonize_tool(target_sensor: str) -> Json:
    """Make the colours those of another sensor: `Sentinel-2`."""
    matches = {name.lower(): name for name in specs.HARMONIZE_TOOL_TARGET_SENSORS}
    if str(target_sensor).lower() not in matches:
        raise ClientError(f"target_sensor is {target_sensor!r}.", hint=f"It is one of {', '.join(matches.values())}.")
    return {"harmonize": {"target_sensor": matches[target_sensor.lower()]}}


def merge_tool() -> Json:
    """Merge the quads of a basemap into one file."""
    return {"merge": {}}


def band_math_tool(
    b1: str,
    b2: str | None = None,
    b3: str | None = None,
    b4: str | None = None,
    b5: str | None = None,
    b6: str | None = None,
    b7: str | None = None,
    b8: str | None = None,
    b9: str | None = None,
    b10: str | None = None,
    b11: str | None = None,
    b12: str | None = None,
    b13: str | None = None,
    b14: str | None = None,
    b15: str | None = None,
    pixel_type: str = specs.BAND_MATH_PIXEL_TYPE_DEFAULT,
) -> Json:
    """Compute new bands.

    Args:
        b1: the expression of the first band, for example `(b4 - b3) / (b4 + b3)`.
        b2: and so on, without a gap, to b15.
        pixel_type: `Auto`, `8U`, `16U`, `16S` or `32R`.

    Raises:
        ClientError: there is a gap in the bands, or the pixel type is none that there is.
    """
    expressions = [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
    bands = {f"b{number}": text for number, text in enumerate(expressions, 1) if text is not None}
    if gap := next((number for number in range(1, len(bands) + 1) if f"b{number}" not in bands), None):
        raise ClientError(f"b{gap} is missing: the bands leave no gap.", hint=f"Give b{gap} as well.")
    types = {name.lower(): name for name in specs.BAND_MATH_PIXEL_TYPE}
    if str(pixel_type).lower() not in types:
        raise ClientError(f"pixel_type is {pixel_type!r}.", hint=f"It is one of {', '.join(types.values())}.")
    return {"bandmath": {**bands, "pixel_type": types[pixel_type.lower()]}}


def _tool(name: str, parameters: Mapping[str, Any]) -> Json:
    """A tool by its name, for parameters that no function here knows."""
    return {specs.validate_tool(name): parameters}

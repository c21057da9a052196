"""Builders of the tools of orders: part of `planet.order_request`."""

from collections.abc import Mapping
from typing import Any

from .._redact import brief
from .._utils.arguments import Json, check_id, omit_none
from ..exceptions import ArgumentError
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
        aoi: a Polygon or MultiPolygon in any form that `planet.geojson` accepts, or a feature reference. None clips
            basemaps ordered by geometry to that geometry.

    Raises:
        GeoJSONError, FeatureError: the AOI is not valid.
        ArgumentError: the AOI has another geometry type.
    """
    if aoi is None:
        return {"clip": {}}
    geometry = geojson.as_geom_or_ref(aoi)
    if geometry["type"] not in ("Polygon", "MultiPolygon", "ref"):
        raise ArgumentError(
            f"aoi must be a Polygon or MultiPolygon, got a {geometry['type']}",
            hint="shapely's buffer() returns the area around a point or line.",
        )
    return {"clip": {"aoi": geometry}}


def composite_tool(group_by: str | None = None) -> Json:
    """Composite the scenes: all of them (`order`, the service's default), or those of each strip (`strip_id`)."""
    if group_by not in (None, "order", "strip_id"):
        raise ArgumentError(f"group_by: {brief(group_by)} is not one of 'order', 'strip_id'")
    return {"composite": omit_none(group_by=group_by)}


def coregister_tool(anchor_item: str) -> Json:
    """Align the scenes with one of them, given by its item id."""
    return {"coregister": {"anchor_item": check_id("anchor_item", anchor_item)}}


def file_format_tool(file_format: str) -> Json:
    """Convert to another file format: `COG` or `PL_NITF`."""
    return {"file_format": {"format": specs.validate_file_format(file_format)}}


def reproject_tool(projection: str, resolution: float | None = None, kernel: str | None = None) -> Json:
    """Reproject the files.

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
    """Cut the files into tiles.

    Args:
        tile_size: the width and height of a tile in pixels.
        origin_x: the x coordinate of the grid's origin, in units of the projection.
        origin_y: the y coordinate of the grid's origin.
        pixel_size: in units of the projection; None: that of the input.
        name_template: for example `{tilex:06d}_{tiley:06d}.tif`.
        conformal_x_scaling: preserve the shape of pixels in geographic projections.
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
    """Convert radiance to top-of-atmosphere reflectance, times *scale_factor* (the service's default is 10000)."""
    return {"toar": omit_none(scale_factor=scale_factor)}


def harmonize_tool(target_sensor: str) -> Json:
    """Harmonize the pixel values with those of another sensor: `Sentinel-2`."""
    sensor = specs.get_match(target_sensor, specs.HARMONIZE_TOOL_TARGET_SENSORS, "target_sensor")
    return {"harmonize": {"target_sensor": sensor}}


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
    """Compute new bands from expressions.

    Args:
        b1: the expression of the first band, for example `(b4 - b3) / (b4 + b3)`.
        b2: the expression of the second band; and so on, without gaps, to b15.
        pixel_type: `Auto`, `8U`, `16U`, `16S` or `32R`.

    Raises:
        ArgumentError: there is a gap in the bands.
        SpecificationException: the pixel type is not one of those.
    """
    expressions = [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
    bands = {f"b{number}": text for number, text in enumerate(expressions, 1) if text is not None}
    if gap := next((number for number in range(1, len(bands) + 1) if f"b{number}" not in bands), None):
        raise ArgumentError(f"b{gap} is required: bands must have no gap")
    pixel_type = specs.get_match(pixel_type, specs.BAND_MATH_PIXEL_TYPE, "pixel_type")
    return {"bandmath": {**bands, "pixel_type": pixel_type}}


def _tool(name: str, parameters: Mapping[str, Any]) -> Json:
    """Return a tool by its name, for parameters that no function here supports."""
    return {specs.validate_tool(name): parameters}

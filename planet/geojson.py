"""Convert geometries to the form that the service accepts, and validate them.

Accepted are: a GeoJSON geometry, Feature or FeatureCollection with one feature as a dict; a feature reference
(`pl:features/my/<collection>/<feature>`) as a str or dict; a `Feature` of the Features API; and any object with
`__geo_interface__`, such as a shapely geometry or a row of a GeoDataFrame.
"""

from ._builders.geojson import (
    GEOJSON_TYPES,
    MAX_VERTICES,
    as_featurecollection,
    as_geom_or_ref,
    as_polygon,
    as_ref,
    box,
    convert_ref_to_dict,
    geom_from_geojson,
    split_ref,
    validate_geom_as_geojson,
    validate_ref,
)

__all__ = [
    "GEOJSON_TYPES",
    "MAX_VERTICES",
    "as_featurecollection",
    "as_geom_or_ref",
    "as_polygon",
    "as_ref",
    "box",
    "convert_ref_to_dict",
    "geom_from_geojson",
    "split_ref",
    "validate_geom_as_geojson",
    "validate_ref",
]

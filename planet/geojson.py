"""Geometries in the forms in which people have them, as the one form in which the service takes them.

What is taken: a GeoJSON geometry, Feature or FeatureCollection of one as a dictionary; a reference to a feature
(`pl:features/my/<collection>/<feature>`) as text or dictionary; a `Feature` of the Features API; and anything with
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

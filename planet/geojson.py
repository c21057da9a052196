"""Convert geometries to the form that the service accepts, and validate them.

An area may be:

- a GeoJSON geometry, Feature or FeatureCollection as a dict;
- a GeoDataFrame or GeoSeries in any CRS, a row of one, a shapely geometry, or any object with `__geo_interface__`;
- the path of a GeoJSON, GeoPackage, shapefile, KML, KMZ, FlatGeobuf or GeoParquet file, as a str or `Path`;
- four numbers: west, south, east, north;
- text: GeoJSON, WKT, or `"west,south,east,north"`;
- a feature reference (`pl:features/my/<collection>/<feature>`) as a str or dict, or a `Feature` of the Features API.

Several geometries are united. Tables, WKT, files other than GeoJSON, and unions need `pip install "planet[geo]"`.
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

"""Conversion and validation of geometries and feature references."""

import math
from typing import Any

from .._models.features import Feature
from .._redact import brief
from .._utils.bbox import rectangle
from ..exceptions import FeatureError, GeoJSONError

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


GEOJSON_TYPES = ["Feature"]
MAX_VERTICES = 1500

# {geometry type: how deeply its positions are nested}
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def as_geom_or_ref(data: Any) -> dict[str, Any]:
    """Convert *data* to the geometry or reference that requests contain.

    >>> as_geom_or_ref("pl:features/my/farms/north")
    {'type': 'ref', 'content': 'pl:features/my/farms/north'}

    Raises:
        GeoJSONError: *data* is not a valid geometry; the message says where.
        FeatureError: *data* is not a valid reference.
    """
    if isinstance(data, Feature):
        try:
            return convert_ref_to_dict(data.ref)
        except AttributeError:
            return geom_from_geojson(data)  # not stored yet: it has no reference
    if isinstance(data, str):
        return convert_ref_to_dict(data)
    if isinstance(data, dict) and data.get("type") == "ref":
        return as_ref(data)
    return geom_from_geojson(data)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a rectangle as a GeoJSON polygon, from its sides in degrees of longitude and latitude.

    >>> box(6.29, 45.8, 6.46, 45.94)["type"]
    'Polygon'

    Raises:
        GeoJSONError: the sides are swapped or out of range.
    """
    if not west < east or not south < north:
        raise GeoJSONError(
            f"box must have west < east and south < north, got [{west}, {south}, {east}, {north}]",
            hint="The order is west, south, east, north.",
        )
    return geom_from_geojson(rectangle(west, south, east, north))


def as_ref(data: dict[str, Any] | str) -> dict[str, Any]:
    """Convert a feature reference to the dictionary that requests contain.

    Raises:
        FeatureError: *data* is not a feature reference.
    """
    if isinstance(data, str):
        return convert_ref_to_dict(data)
    content = data.get("content")
    if data.get("type") != "ref" or not content:
        raise FeatureError(f"{brief(data)} is not a feature reference", hint=_REF_HINT)
    for ref in content if isinstance(content, list) else [content]:
        validate_ref(ref)
    return data


def convert_ref_to_dict(ref: str) -> dict[str, Any]:
    """Convert a feature reference from a str to a dictionary."""
    validate_ref(ref)
    return {"type": "ref", "content": ref}


_REF_HINT = "A reference looks like pl:features/my/<collection>/<feature>. Read a GeoJSON file with json.load, and WKT \
with shapely.from_wkt."


def validate_ref(ref: Any) -> bool:
    """Check a feature reference; return True if it is valid.

    Raises:
        FeatureError: it is not valid.
    """
    if not isinstance(ref, str) or not ref:
        raise FeatureError(f"A feature reference must be a non-empty str, got {brief(ref)}", hint=_REF_HINT)
    scheme, _, path = ref.partition("/")
    parts = path.split("/")
    if scheme != "pl:features" or not all(parts) or len(parts) < 2:
        raise FeatureError(f"{brief(ref)} is not a feature reference", hint=_REF_HINT)
    return True


def split_ref(ref: str) -> tuple[str, str]:
    """Return the ids of the collection and the feature that a reference names.

    >>> split_ref("pl:features/my/farms/north")
    ('farms', 'north')
    """
    validate_ref(ref)
    parts = ref.split("/")[1:]
    if not 2 <= len(parts) <= 4:
        raise FeatureError(f"{brief(ref)} does not name a feature in a collection", hint=_REF_HINT)
    return parts[-2], parts[-1]


def geom_from_geojson(data: Any) -> dict[str, Any]:
    """Return the geometry of a GeoJSON object or an object with `__geo_interface__`, validated.

    Raises:
        GeoJSONError: there is no geometry, more than one, or it is not valid.
    """
    if not isinstance(data, dict) or "type" not in data:  # a Quad is a dictionary
        # Not `isinstance(data, GeoInterface)`: from Python 3.12 on that is true for a property that raises
        # AttributeError, as it does for a quad without a bbox.
        shape = getattr(data, "__geo_interface__", None)
        if shape is None and not isinstance(data, dict):
            shape = getattr(getattr(data, "geometry", None), "__geo_interface__", None)  # a row of a GeoDataFrame
        if shape is not None:
            return geom_from_geojson(shape)
        if hasattr(type(data), "__geo_interface__"):
            raise GeoJSONError(f"{brief(data)} has no geometry", hint="Get it from the service, which adds it.")
    if not isinstance(data, dict):
        raise GeoJSONError(
            f"A geometry must be a GeoJSON dict, a feature reference or an object with __geo_interface__, got "
            f"{type(data).__name__}",
            hint="planet.geojson.box returns a rectangle, json.load reads a GeoJSON file.",
        )
    kind = data.get("type")
    if kind == "Feature":
        if data.get("geometry") is None:
            raise GeoJSONError("The Feature has no geometry")
        return geom_from_geojson(data["geometry"])
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else "no"
            raise GeoJSONError(
                f"The FeatureCollection has {count} features; exactly one is required",
                hint="Pass one of them, or join them into a MultiPolygon, for example with shapely.union_all.",
            )
        return geom_from_geojson(features[0])
    validate_geom_as_geojson(data)
    return data


def validate_geom_as_geojson(data: dict[str, Any]) -> None:
    """Check the type, positions, closed rings, coordinate ranges and number of vertices of a geometry.

    Raises:
        GeoJSONError: it is not valid; the message has the path, such as `coordinates.0.4`.
    """
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "GeometryCollection":
        raise GeoJSONError(
            "A GeometryCollection is not supported",
            hint="Pass one of its geometries, or join them into a MultiPolygon.",
        )
    if kind not in _DEPTHS:
        raise GeoJSONError(
            f"{brief(kind)} is not a geometry type" if kind else "The geometry has no type",
            hint=f"It must be one of {', '.join(_DEPTHS)}; case matters.",
        )
    if "coordinates" not in data:
        raise GeoJSONError(f"The {kind} has no coordinates")
    _check_positions(data["coordinates"], _DEPTHS[kind], "coordinates")
    if kind == "LineString" and len(data["coordinates"]) < 2:
        raise GeoJSONError("A LineString must have at least two positions")
    polygons = {"Polygon": [data["coordinates"]], "MultiPolygon": data["coordinates"]}.get(kind, [])
    for number, polygon in enumerate(polygons):
        where = "coordinates" if kind == "Polygon" else f"coordinates.{number}"
        if not polygon:
            raise GeoJSONError(f"{where}: the polygon has no ring")
        for index, ring in enumerate(polygon):
            _check_ring(ring, f"{where}.{index}")
    vertices = sum(len(ring) for polygon in polygons for ring in polygon)
    if vertices > MAX_VERTICES:
        raise GeoJSONError(
            f"The {kind} has {vertices} vertices; the service accepts at most {MAX_VERTICES}",
            hint="Simplify it, for example with shapely's geometry.simplify(0.0001), or pass its convex hull.",
        )


def _check_ring(ring: list[Any], where: str) -> None:
    if len(ring) < 4:
        raise GeoJSONError(f"{where}: a ring must have at least four positions, got {len(ring)}")
    if list(ring[0]) != list(ring[-1]):
        raise GeoJSONError(
            f"{where}: the ring is not closed: it starts at {list(ring[0])} and ends at {list(ring[-1])}",
            hint="Repeat the first position at the end.",
        )


def _check_positions(value: Any, depth: int, where: str) -> None:
    if not isinstance(value, (list, tuple)):
        raise GeoJSONError(f"{where}: must be a list, got {brief(value)}")
    if depth:
        for index, part in enumerate(value):
            _check_positions(part, depth - 1, f"{where}.{index}")
        return
    if not 2 <= len(value) <= 4:
        raise GeoJSONError(f"{where}: a position must be [longitude, latitude], got {brief(value)}")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise GeoJSONError(f"{where}: a coordinate must be a finite number, got {brief(number)}")
    longitude, latitude = value[:2]
    if abs(latitude) > 90 or abs(longitude) > 180:
        if abs(longitude) <= 90 and abs(latitude) <= 180:
            hint = "Longitude and latitude look swapped: in GeoJSON, longitude comes first."
        else:
            hint = "Coordinates must be longitude and latitude in degrees (WGS 84), not projected."
        raise GeoJSONError(f"{where}: [{longitude}, {latitude}] is out of range", hint=hint)


def as_polygon(data: Any) -> dict[str, Any]:
    """Return the geometry of *data*, which must be a Polygon."""
    geometry = geom_from_geojson(data)
    if geometry["type"] != "Polygon":
        raise GeoJSONError(f"The geometry must be a Polygon, got a {geometry['type']}")
    return geometry


def as_featurecollection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a FeatureCollection of a list of features.

    Raises:
        GeoJSONError: one of them is not a valid Feature.
    """
    for number, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise GeoJSONError(f"features.{number} is not a Feature")
        if feature.get("geometry") is not None:
            validate_geom_as_geojson(feature["geometry"])
    return {"type": "FeatureCollection", "features": features}

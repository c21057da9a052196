"""Geometries in the forms in which people have them, as the one form in which the service takes them.

What is taken: a GeoJSON geometry, Feature or FeatureCollection of one as a dictionary; a reference to a feature
(`pl:features/my/<collection>/<feature>`) as text or dictionary; a `Feature` of the Features API; and anything with
`__geo_interface__`, such as a shapely geometry or a row of a GeoDataFrame.
"""

import math
from typing import Any

from ._box import rectangle
from ._redact import brief
from .exceptions import FeatureError, GeoJSONError
from .models import Feature

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

# How deep the positions of each type of geometry lie.
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def as_geom_or_ref(data: Any) -> dict[str, Any]:
    """The geometry or reference of *data*, ready for a request.

    >>> as_geom_or_ref("pl:features/my/farms/north")
    {'type': 'ref', 'content': 'pl:features/my/farms/north'}

    Raises:
        GeoJSONError: it is no geometry, or not a valid one; the text says where it goes wrong.
        FeatureError: it is no valid reference.
    """
    if isinstance(data, Feature):
        try:
            return convert_ref_to_dict(data.ref)
        except AttributeError:
            return geom_from_geojson(data)  # not stored yet: its shape is what there is
    if isinstance(data, str):
        return convert_ref_to_dict(data)
    if isinstance(data, dict) and data.get("type") == "ref":
        return as_ref(data)
    return geom_from_geojson(data)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as GeoJSON, from its sides in degrees of longitude and latitude.

    >>> box(6.29, 45.8, 6.46, 45.94)["type"]
    'Polygon'

    Raises:
        GeoJSONError: it is no rectangle on the Earth.
    """
    if not west < east or not south < north:
        raise GeoJSONError(f"[{west}, {south}, {east}, {north}] is no box.", hint="West, south, east, north.")
    return geom_from_geojson(rectangle(west, south, east, north))


def as_ref(data: dict[str, Any] | str) -> dict[str, Any]:
    """A reference as the dictionary that requests hold.

    Raises:
        FeatureError: it is none.
    """
    if isinstance(data, str):
        return convert_ref_to_dict(data)
    content = data.get("content")
    if data.get("type") != "ref" or not content:
        raise FeatureError(f"This is no reference to a feature: {data!r}.", hint=_REF_HINT)
    for ref in content if isinstance(content, list) else [content]:
        validate_ref(ref)
    return data


def convert_ref_to_dict(ref: str) -> dict[str, Any]:
    """A reference given as text, as a dictionary."""
    validate_ref(ref)
    return {"type": "ref", "content": ref}


_REF_HINT = "It must look like pl:features/my/<collection>/<feature>; of a file, pass what json.load reads, and of WKT \
what shapely.from_wkt makes of it."


def validate_ref(ref: Any) -> bool:
    """Check the text of a reference; True if it is one.

    Raises:
        FeatureError: it is not.
    """
    if not isinstance(ref, str) or not ref:
        raise FeatureError(f"A reference to a feature is text, not {ref!r}.", hint=_REF_HINT)
    scheme, _, path = ref.partition("/")
    parts = path.split("/")
    if scheme != "pl:features" or not all(parts) or len(parts) < 2:
        raise FeatureError(f"{ref!r} is no reference to a feature.", hint=_REF_HINT)
    return True


def split_ref(ref: str) -> tuple[str, str]:
    """The collection and the feature that a reference names.

    >>> split_ref("pl:features/my/farms/north")
    ('farms', 'north')
    """
    validate_ref(ref)
    parts = ref.split("/")[1:]
    if not 2 <= len(parts) <= 4:
        raise FeatureError(f"{ref!r} does not name a feature in a collection.", hint=_REF_HINT)
    return parts[-2], parts[-1]


def geom_from_geojson(data: Any) -> dict[str, Any]:
    """The one geometry of a GeoJSON object or of anything with `__geo_interface__`, checked.

    Raises:
        GeoJSONError: there is none, more than one, or it is not valid.
    """
    if not isinstance(data, dict) or "type" not in data:  # a Quad is a dictionary
        # Asked for, and not `isinstance(data, GeoInterface)`: from Python 3.12 on that says yes to a property that
        # raises AttributeError, as it does for a quad that does not say where it lies.
        shape = getattr(data, "__geo_interface__", None)
        if shape is None and not isinstance(data, dict):
            shape = getattr(getattr(data, "geometry", None), "__geo_interface__", None)  # a row of a GeoDataFrame
        if shape is not None:
            return geom_from_geojson(shape)
        if hasattr(type(data), "__geo_interface__"):
            raise GeoJSONError(f"{brief(data)} does not say where it lies.", hint="Ask the service for it.")
    if not isinstance(data, dict):
        raise GeoJSONError(
            f"A geometry is expected, not {type(data).__name__}.",
            hint="Give GeoJSON as a dictionary (planet.geojson.box makes a rectangle, json.load reads a file), a "
            "reference to a feature, or an object with __geo_interface__.",
        )
    kind = data.get("type")
    if kind == "Feature":
        if data.get("geometry") is None:
            raise GeoJSONError("The feature has no geometry.")
        return geom_from_geojson(data["geometry"])
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else "no"
            raise GeoJSONError(
                f"The FeatureCollection has {count} features; exactly one geometry is needed.",
                hint="Take one of them, or join them into a MultiPolygon (shapely.union_all does).",
            )
        return geom_from_geojson(features[0])
    validate_geom_as_geojson(data)
    return data


def validate_geom_as_geojson(data: dict[str, Any]) -> None:
    """Check a geometry: type, positions, closed rings, the range of the coordinates.

    Raises:
        GeoJSONError: the text names the place, as in `coordinates.0.4`.
    """
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "GeometryCollection":
        raise GeoJSONError(
            "A GeometryCollection is not taken.", hint="Take one of its geometries, or join them into a MultiPolygon."
        )
    if kind not in _DEPTHS:
        raise GeoJSONError(
            f"{kind!r} is no type of geometry." if kind else "The geometry has no type.",
            hint=f"It is one of {', '.join(_DEPTHS)}; upper and lower case count.",
        )
    if "coordinates" not in data:
        raise GeoJSONError(f"The {kind} has no coordinates.")
    _check_positions(data["coordinates"], _DEPTHS[kind], "coordinates")
    if kind == "LineString" and len(data["coordinates"]) < 2:
        raise GeoJSONError("A LineString has at least two positions.")
    polygons = {"Polygon": [data["coordinates"]], "MultiPolygon": data["coordinates"]}.get(kind, [])
    for number, polygon in enumerate(polygons):
        where = "coordinates" if kind == "Polygon" else f"coordinates.{number}"
        if not polygon:
            raise GeoJSONError(f"{where}: the polygon has no ring.")
        for index, ring in enumerate(polygon):
            _check_ring(ring, f"{where}.{index}")
    vertices = sum(len(ring) for polygon in polygons for ring in polygon)
    if vertices > MAX_VERTICES:
        raise GeoJSONError(
            f"The {kind} has {vertices} vertices; the service takes {MAX_VERTICES}.",
            hint="Simplify it (shapely: geometry.simplify(0.0001)), or take its convex hull.",
        )


def _check_ring(ring: list[Any], where: str) -> None:
    if len(ring) < 4:
        raise GeoJSONError(f"{where}: a ring has at least four positions, this one has {len(ring)}.")
    if list(ring[0]) != list(ring[-1]):
        raise GeoJSONError(
            f"{where}: the ring is not closed: it begins at {list(ring[0])} and ends at {list(ring[-1])}.",
            hint="Repeat its first position at its end.",
        )


def _check_positions(value: Any, depth: int, where: str) -> None:
    if not isinstance(value, (list, tuple)):
        raise GeoJSONError(f"{where}: {value!r} stands where a list belongs.")
    if depth:
        for index, part in enumerate(value):
            _check_positions(part, depth - 1, f"{where}.{index}")
        return
    if not 2 <= len(value) <= 4:
        raise GeoJSONError(f"{where}: a position is [longitude, latitude], not {value!r}.")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise GeoJSONError(f"{where}: {number!r} is no coordinate.")
    longitude, latitude = value[:2]
    if abs(latitude) > 90 or abs(longitude) > 180:
        if abs(longitude) <= 90 and abs(latitude) <= 180:
            hint = "Longitude and latitude look swapped: GeoJSON has the longitude first."
        else:
            hint = "Coordinates are longitude and latitude in degrees (WGS 84), not in a projection."
        raise GeoJSONError(f"{where}: [{longitude}, {latitude}] does not lie on the Earth.", hint=hint)


def as_polygon(data: Any) -> dict[str, Any]:
    """The geometry of *data*, which must be a Polygon."""
    geometry = geom_from_geojson(data)
    if geometry["type"] != "Polygon":
        raise GeoJSONError(f"A Polygon is needed, not a {geometry['type']}.")
    return geometry


def as_featurecollection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """A list of features as a FeatureCollection.

    Raises:
        GeoJSONError: one of them is no feature.
    """
    for number, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise GeoJSONError(f"features.{number} is no Feature.")
        if feature.get("geometry") is not None:
            validate_geom_as_geojson(feature["geometry"])
    return {"type": "FeatureCollection", "features": features}

"""Conversion and validation of geometries and feature references."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._models.features import Feature
from .._redact import brief
from .._utils.arguments import as_number
from .._utils.bbox import box_of, rectangle
from ..exceptions import FeatureError, GeoJSONError
from . import areas

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
    "is_geojson",
    "kind_of",
    "snapped",
    "split_ref",
    "validate_geom_as_geojson",
    "validate_ref",
]


GEOJSON_TYPES = ["Feature"]
MAX_VERTICES = 1500

# {geometry type: how deeply its positions are nested}
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def as_geom_or_ref(data: Any, *, max_vertices: int | None = MAX_VERTICES) -> dict[str, Any]:
    """Convert *data* to the geometry or reference that requests contain; see `geom_from_geojson`.

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
            return geom_from_geojson(data, max_vertices=max_vertices)  # not stored yet: it has no reference
    if isinstance(data, str):
        found = None if data.lstrip().startswith("pl:") else areas.from_text(data)
        if found is None:
            return convert_ref_to_dict(data)
        data = found
    if isinstance(data, dict) and data.get("type") == "ref":
        return as_ref(data)
    if isinstance(data, (list, tuple)) and data and all(isinstance(each, str) for each in data):
        return as_ref({"type": "ref", "content": list(data)})
    return geom_from_geojson(data, max_vertices=max_vertices)


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
            hint="The order is west, south, east, north. An area across the date line consists of two boxes.",
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


def convert_ref_to_dict(data: str) -> dict[str, Any]:
    """Convert a feature reference from a str to a dictionary."""
    ref = data.strip() if isinstance(data, str) else data
    validate_ref(ref)
    return {"type": "ref", "content": ref}


_REF_HINT = f"A reference looks like pl:features/my/<collection>/<feature>. An area as text is {areas.FORMS}."


def validate_ref(uri: Any) -> bool:
    """Check a feature reference; return True if it is valid.

    Raises:
        FeatureError: it is not valid.
    """
    if not isinstance(uri, str) or not uri:
        raise FeatureError(f"A feature reference must be a non-empty str, got {brief(uri)}", hint=_REF_HINT)
    scheme, _, path = uri.partition("/")
    parts = path.split("/")
    if scheme != "pl:features" or not all(parts) or len(parts) < 2:
        raise FeatureError(f"{brief(uri)} is not a feature reference", hint=_REF_HINT)
    return True


def split_ref(uri: str) -> tuple[str, str]:
    """Return the ids of the collection and the feature that a reference names.

    >>> split_ref("pl:features/my/farms/north")
    ('farms', 'north')
    """
    validate_ref(uri)
    parts = uri.split("/")[1:]
    if not 2 <= len(parts) <= 4:
        raise FeatureError(f"{brief(uri)} does not name a feature in a collection", hint=_REF_HINT)
    return parts[-2], parts[-1]


def geom_from_geojson(data: Any, *, max_vertices: int | None = MAX_VERTICES) -> dict[str, Any]:
    """Return the geometry of an area in any of the forms that the module describes, except references, validated.

    Several geometries are united, and a table or a file in another CRS is reprojected: both need `planet[geo]`. The
    result has two dimensions, as the service requires: altitudes are dropped. Coordinates that are numbers or arrays
    of other libraries become numbers and lists. A geometry that needs no such change is returned itself.

    Args:
        data: the object. A Feature or FeatureCollection may lack its type.
        max_vertices: the maximum number of vertices; None: unlimited.

    Raises:
        GeoJSONError: there is no geometry, or it is not valid.
        ClientError: `planet[geo]` is needed, and is not installed.
    """
    data = areas.from_other_form(data)
    is_sequence = isinstance(data, (list, tuple)) or hasattr(data, "dtype")  # not everything that can be iterated over
    if is_sequence and (numbers := box_of(data)) is not None:
        return box(*numbers)
    if _is_several(data):
        data = {"type": "FeatureCollection", "features": list(data)}
    if not isinstance(data, dict) or not kind_of(data):  # a Quad is a dictionary
        # Not `isinstance(data, GeoInterface)`: from Python 3.12 on that is true for a property that raises
        # AttributeError, as it does for a quad without a bbox.
        shape = getattr(data, "__geo_interface__", None)
        if shape is None and not isinstance(data, Mapping):
            shape = getattr(getattr(data, "geometry", None), "__geo_interface__", None)  # a row of a GeoDataFrame
        if shape is not None:
            return geom_from_geojson(shape, max_vertices=max_vertices)
        if hasattr(type(data), "__geo_interface__"):
            raise GeoJSONError(f"{brief(data)} has no geometry", hint="Get it from the service, which adds it.")
    if not isinstance(data, Mapping):
        raise GeoJSONError(
            f"An area must be a GeoJSON geometry, a feature reference, a table, a bounding box, or an object with "
            f"__geo_interface__, got {type(data).__name__}",
            hint=f"An area as text is {areas.FORMS}.",
        )
    kind = kind_of(data)
    if kind == "Feature":
        if data.get("geometry") is None:
            raise GeoJSONError("The Feature has no geometry")
        return geom_from_geojson(data["geometry"], max_vertices=max_vertices)
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, (list, tuple)) or not features:
            raise GeoJSONError(
                "The FeatureCollection has no features",
                hint="Check that the file or the query that it comes from is not empty.",
            )
        if len(features) == 1:
            return geom_from_geojson(features[0], max_vertices=max_vertices)
        return validate_geom_as_geojson(areas.union(_each_geometry(features)), max_vertices=max_vertices)
    return validate_geom_as_geojson(data, max_vertices=max_vertices)


def _is_several(data: Any) -> bool:
    """Whether something is a list, an array, a Series or a generator of geometries: not one geometry, and not empty."""
    if isinstance(data, (str, bytes, Mapping)) or hasattr(data, "__geo_interface__"):
        return False
    if isinstance(data, (list, tuple)):
        return bool(data)
    # Not a row of a table, nor something that can be iterated over by chance.
    return isinstance(data, Iterable) and not hasattr(data, "geometry")


def _each_geometry(features: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the geometries of several features, each validated."""
    geometries = []
    for number, feature in enumerate(features):
        try:
            geometries.append(geom_from_geojson(feature, max_vertices=None))
        except GeoJSONError as error:
            raise GeoJSONError(f"features.{number}: {error.message}", hint=error.hint) from None
    return geometries


def is_geojson(data: Mapping[str, Any]) -> bool:
    """Whether a mapping is a GeoJSON object, valid or not, or a feature reference."""
    return kind_of(data) in (*_DEPTHS, "Feature", "FeatureCollection", "GeometryCollection", "ref")


def kind_of(data: Mapping[str, Any]) -> Any:
    """Return the type of a GeoJSON object; Features and FeatureCollections that lack theirs are recognized."""
    if "type" in data:
        return data["type"]
    return "Feature" if "geometry" in data else "FeatureCollection" if "features" in data else None


def validate_geom_as_geojson(data: Mapping[str, Any], *, max_vertices: int | None = MAX_VERTICES) -> dict[str, Any]:
    """Return a geometry, after a check of its type, positions, closed rings, coordinate ranges and number of vertices.

    Altitudes are dropped, as in `geom_from_geojson`.

    Raises:
        GeoJSONError: it is not valid; the message has the path, such as `coordinates.0.4`.
    """
    kind = data.get("type") if isinstance(data, Mapping) else None
    if kind == "GeometryCollection":
        if not data.get("geometries"):
            raise GeoJSONError("The GeometryCollection is empty", hint=_EMPTY)
        raise GeoJSONError(
            "A GeometryCollection is not supported",
            hint="Pass one of its geometries, or join them into a MultiPolygon.",
        )
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise GeoJSONError(
            f"{brief(kind)} is not a geometry type" if kind else "The geometry has no type",
            hint=f"It must be one of {', '.join(_DEPTHS)}; case matters.",
        )
    if "coordinates" not in data:
        raise GeoJSONError(f"The {kind} has no coordinates")
    given = _as_sequence(data["coordinates"])
    if _is_empty(given):
        raise GeoJSONError(f"The {kind} is empty", hint=_EMPTY)
    coordinates = _within_date_line(_positions(given, _DEPTHS[kind], "coordinates"), _DEPTHS[kind])
    if kind == "LineString" and len(coordinates) < 2:
        raise GeoJSONError("A LineString must have at least two positions")
    polygons: Any = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    for number, polygon in enumerate(polygons):
        where = "coordinates" if kind == "Polygon" else f"coordinates.{number}"
        if not polygon:
            raise GeoJSONError(f"{where}: the polygon has no ring")
        for index, ring in enumerate(polygon):
            _check_ring(ring, f"{where}.{index}")
    vertices = sum(len(ring) for polygon in polygons for ring in polygon)
    if max_vertices is not None and vertices > max_vertices:
        raise GeoJSONError(
            f"The {kind} has {vertices} vertices; the service accepts at most {max_vertices}",
            hint="features.suggest(geometry) returns simpler geometries; shapely's geometry.simplify(0.0001) makes one "
            "without a request.",
        )
    if coordinates is data["coordinates"] and isinstance(data, dict):
        return data
    # A bounding box of another geometry must not remain: it has altitudes or other longitudes.
    return {**{name: value for name, value in data.items() if name != "bbox"}, "coordinates": coordinates}


_EMPTY = "There is nothing in it: check the operation that it comes from, such as an intersection."


def _is_empty(coordinates: Any) -> bool:
    """Whether nested lists contain no position."""
    return isinstance(coordinates, (list, tuple)) and all(map(_is_empty, coordinates))


def _check_ring(ring: Sequence[Any], where: str) -> None:
    if len(ring) < 4:
        raise GeoJSONError(f"{where}: a ring must have at least four positions, got {len(ring)}")
    if list(ring[0]) != list(ring[-1]):
        raise GeoJSONError(
            f"{where}: the ring is not closed: it starts at {list(ring[0])} and ends at {list(ring[-1])}",
            hint="Repeat the first position at the end.",
        )


def _as_sequence(value: Any) -> Any:
    """Return an array or another iterable as a list."""
    if isinstance(value, (list, tuple, str, Mapping)):
        return value
    if callable(convert := getattr(value, "tolist", None)):
        return convert()
    return list(value) if isinstance(value, Iterable) else value


def _positions(value: Any, depth: int, where: str) -> Any:
    """Return coordinates with two numbers in every position; they are the same object if nothing has to change."""
    parts = _as_sequence(value)
    if not isinstance(parts, (list, tuple)):
        raise GeoJSONError(f"{where}: must be a list, got {brief(value)}")
    if not depth:
        return _position(parts, where)
    checked = [_positions(part, depth - 1, f"{where}.{index}") for index, part in enumerate(parts)]
    return parts if all(new is old for new, old in zip(checked, parts, strict=True)) else checked


def _position(value: Sequence[Any], where: str) -> Sequence[Any]:
    if not 2 <= len(value) <= 4:
        raise GeoJSONError(f"{where}: a position must be [longitude, latitude], got {brief(value)}")
    numbers: list[float] = []
    for number in value[:2]:  # further ones are altitudes
        plain = as_number(number)
        if plain is None or not math.isfinite(plain):
            raise GeoJSONError(f"{where}: a coordinate must be a finite number, got {brief(number)}")
        numbers.append(plain)
    longitude, latitude = snapped(numbers[0], 180), snapped(numbers[1], 90)
    if abs(latitude) > 90 or abs(longitude) > 360:
        if abs(longitude) <= 90 and abs(latitude) <= 180:
            hint = "Longitude and latitude look swapped: in GeoJSON, longitude comes first."
        else:
            hint = "Coordinates must be longitude and latitude in degrees (WGS 84), not projected."
        raise GeoJSONError(f"{where}: [{longitude}, {latitude}] is out of range", hint=hint)
    return value if len(value) == 2 and longitude is value[0] and latitude is value[1] else [longitude, latitude]


def snapped(number: float, limit: int) -> float:
    """Return a number that exceeds a limit only by rounding as the limit."""
    return math.copysign(limit, number) if limit < abs(number) < limit + 1e-9 else number


def _within_date_line(coordinates: Any, depth: int) -> Any:
    """Return coordinates with longitudes from -180 to 180; a geometry beyond the date line is moved by 360 degrees.

    Raises:
        GeoJSONError: the geometry crosses the date line.
    """
    positions = list(_each_position(coordinates, depth, "coordinates"))
    beyond = next(((where, position) for where, position in positions if abs(position[0]) > 180), None)
    if beyond is None:
        return coordinates
    for turn in (-360, 360):
        if all(abs(position[0] + turn) <= 180 for _, position in positions):
            return _moved(coordinates, depth, turn)
    where, position = beyond
    raise GeoJSONError(
        f"{where}: the geometry crosses the date line, longitude {position[0]} is not between -180 and 180",
        hint="Split it at 180 degrees into a MultiPolygon, whose eastern part begins at -180.",
    )


def _each_position(coordinates: Any, depth: int, where: str) -> Iterator[tuple[str, Sequence[float]]]:
    if not depth:
        yield where, coordinates
        return
    for index, part in enumerate(coordinates):
        yield from _each_position(part, depth - 1, f"{where}.{index}")


def _moved(coordinates: Any, depth: int, turn: int) -> Any:
    if not depth:
        return [coordinates[0] + turn, coordinates[1]]
    return [_moved(part, depth - 1, turn) for part in coordinates]


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
            validate_geom_as_geojson(feature["geometry"], max_vertices=None)
    return {"type": "FeatureCollection", "features": features}

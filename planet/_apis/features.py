"""Features: GeoJSON to send, and the references and alternatives in responses."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._builders.geojson import kind_of, validate_geom_as_geojson
from .._models.features import Feature
from .._redact import brief
from .._utils.arguments import check_id, plain
from .._utils.paths import as_path
from .._utils.text import to_text
from ..exceptions import BadQuery, GeoJSONError, InvalidAnswer

__all__ = ["as_features", "collection_id_of", "feature_id_of", "refs_of", "with_alternatives"]


_ACCEPTED = ("Polygon", "MultiPolygon")


def collection_id_of(collection: Any) -> str:
    """Return the id of a collection, given the id, the reference, or the collection itself.

    >>> collection_id_of("pl:features/my/farms")
    'farms'

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    name = check_id("collection_id", collection)
    return name.split("/")[2] if name.startswith("pl:features/") and name.count("/") >= 2 else name


def feature_id_of(feature: Any) -> str:
    """Return the id of a feature, given the id, the reference, or the feature itself.

    Raises:
        ArgumentError, ArgumentTypeError: it is none of these.
    """
    name = check_id("feature_id", feature)
    return name.rpartition("/")[2] if name.startswith("pl:features/") else name


def as_features(data: Any, *, check: bool = True) -> dict[str, Any]:
    """Return *data* as a GeoJSON Feature or FeatureCollection: a dictionary, a file, or a `__geo_interface__`.

    Raises:
        GeoJSONError: it is not GeoJSON, or a geometry in it is invalid.
    """
    if isinstance(data, (str, os.PathLike)):
        data = _read(as_path("feature", data))
    if not isinstance(data, Mapping):
        data = getattr(data, "__geo_interface__", data)
    kind = kind_of(data) if isinstance(data, Mapping) else None
    if not isinstance(kind, str):
        raise GeoJSONError(
            f"{brief(data)} is not valid GeoJSON.",
            hint="Pass a geometry, a Feature, a FeatureCollection, a file, or an object with __geo_interface__.",
        )
    if kind.lower() == "featurecollection":
        features = data.get("features")
        if not isinstance(features, (list, tuple)) or not features:
            raise GeoJSONError("The FeatureCollection has no features.", hint="Pass at least one.")
        converted = [_feature(feature, f"features.{number}: ", check) for number, feature in enumerate(features)]
        return {**data, "type": "FeatureCollection", "features": converted}
    return _feature(data, "", check)


def _read(path: Path) -> Any:
    try:
        return json.loads(to_text(path.read_bytes()))
    except OSError as error:
        raise GeoJSONError(
            f"{path} cannot be read: {error.strerror}.", hint="Pass the path of a GeoJSON file."
        ) from None
    except (ValueError, RecursionError):
        raise GeoJSONError(f"{path} is not valid JSON.", hint="Pass the path of a GeoJSON file.") from None


def _feature(data: Any, where: str, check: bool) -> dict[str, Any]:
    """Return a Feature, given that or a geometry; *where* is its position, for messages."""
    if not isinstance(data, Mapping):
        raise GeoJSONError(f"{where}{brief(data)} is not a valid feature.")
    if str(kind_of(data)).lower() == "feature":
        feature = {**data, "type": "Feature"}
    else:
        feature = {"type": "Feature", "geometry": dict(data)}
    if not check:
        return plain(feature)  # type: ignore[no-any-return]  # a dictionary stays one
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        geometry = getattr(geometry, "__geo_interface__", geometry)
    if not isinstance(geometry, Mapping):
        raise GeoJSONError(f"{where}The feature has no geometry.")
    if geometry.get("type") not in _ACCEPTED:
        raise GeoJSONError(
            f"{where}A {geometry.get('type')} is not accepted: the geometry must be a {' or a '.join(_ACCEPTED)}.",
            hint="Buffer points and lines first.",
        )
    try:
        feature["geometry"] = validate_geom_as_geojson(geometry)
    except GeoJSONError as error:
        raise GeoJSONError(f"{where}{error.message}", hint=error.hint) from None
    return plain(feature)  # type: ignore[no-any-return]  # a dictionary stays one


def refs_of(answer: list[Any]) -> list[str]:
    """Return the references in a response.

    Raises:
        InvalidAnswer: they are not strings.
    """
    if not all(isinstance(ref, str) for ref in answer):
        raise InvalidAnswer("The service returned an unexpected response: it is not a list of references.")
    return answer


def with_alternatives(error: BadQuery, alternatives: list[Feature]) -> BadQuery:
    """Return the error about a rejected geometry, with the alternatives that the service suggests."""
    error.alternatives = list(alternatives)
    if alternatives:
        names = ", ".join(str((shape.get("properties") or {}).get("technique")) for shape in alternatives)
        error.hint = f"The service suggests simpler geometries, see `alternatives` of this error: {names}."
    return error

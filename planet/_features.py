"""What there is to know about features without asking the service: what they are made from, and what comes back."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._redact import brief
from .exceptions import BadQuery, ClientError, GeoJSONError, InvalidAnswer
from .geojson import validate_geom_as_geojson
from .models import Feature

__all__ = ["as_features", "check_id", "refs_of", "with_alternatives"]

_TAKEN = ("Polygon", "MultiPolygon")


def check_id(name: str, value: Any) -> str:
    """An id, checked.

    Raises:
        ClientError: it is none.
    """
    if isinstance(value, uuid.UUID):
        return str(value)
    if not isinstance(value, str) or not value:
        raise ClientError(f"{name} is {brief(value)}.", hint="It is text, and not empty.")
    return value


def as_features(data: Any, *, check: bool = True) -> dict[str, Any]:
    """A Feature or a FeatureCollection of *data*: GeoJSON as a dictionary or in a file, or `__geo_interface__`.

    Raises:
        GeoJSONError: it is none, or a geometry in it is not valid.
    """
    if isinstance(data, (str, Path)):
        data = _read(Path(data))
    if not isinstance(data, Mapping):
        data = getattr(data, "__geo_interface__", data)
    kind = data.get("type") if isinstance(data, Mapping) else None
    if not isinstance(kind, str):
        raise GeoJSONError(
            f"{brief(data)} is no GeoJSON.",
            hint="Give a geometry, a Feature or a FeatureCollection, a file, or anything with __geo_interface__.",
        )
    if kind.lower() == "featurecollection":
        features = data.get("features")
        if not isinstance(features, (list, tuple)) or not features:
            raise GeoJSONError("The FeatureCollection has no features.", hint="Give at least one.")
        taken = [_feature(feature, f"features.{number}: ", check) for number, feature in enumerate(features)]
        return {**data, "type": "FeatureCollection", "features": taken}
    return _feature(data, "", check)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise GeoJSONError(f"{path} cannot be read: {error.strerror}.", hint="Name a GeoJSON file.") from None
    except (ValueError, RecursionError):
        raise GeoJSONError(f"{path} is no JSON.", hint="Name a GeoJSON file.") from None


def _feature(data: Any, where: str, check: bool) -> dict[str, Any]:
    """A feature of a feature or a geometry; *where* it stands goes before what is said of it."""
    if not isinstance(data, Mapping):
        raise GeoJSONError(f"{where}{brief(data)} is no feature.")
    if str(data.get("type")).lower() == "feature":
        feature = {**data, "type": "Feature"}
    else:
        feature = {"type": "Feature", "geometry": dict(data)}
    if not check:
        return feature
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        raise GeoJSONError(f"{where}The feature has no geometry.")
    if geometry.get("type") not in _TAKEN:
        raise GeoJSONError(
            f"{where}A {geometry.get('type')} is not taken.", hint=f"It is a {' or a '.join(_TAKEN)}; buffer it first."
        )
    try:
        validate_geom_as_geojson(dict(geometry))
    except GeoJSONError as error:
        raise GeoJSONError(f"{where}{error.message}", hint=error.hint) from None
    return feature


def refs_of(answer: list[Any]) -> list[str]:
    """The references that the service has answered with.

    Raises:
        InvalidAnswer: these are none.
    """
    if not all(isinstance(ref, str) for ref in answer):
        raise InvalidAnswer("The service's answer makes no sense: it is no list of references.")
    return answer


def with_alternatives(error: BadQuery, alternatives: list[Feature]) -> BadQuery:
    """The error about a shape that is not taken, with what the service suggests instead."""
    error.alternatives = list(alternatives)
    if alternatives:
        names = ", ".join(str((shape.get("properties") or {}).get("technique")) for shape in alternatives)
        error.hint = f"The service suggests simpler shapes, which this error has as `alternatives`: {names}."
    return error

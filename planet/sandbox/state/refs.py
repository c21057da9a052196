"""Resolve references to features in requests."""

import json
from collections.abc import Callable
from typing import Any

import shapely
import shapely.geometry

from ..catalog.filters import FilterError

__all__ = ["resolve_refs"]


_MAX_DEPTH = 300


def resolve_refs(value: Any, find: Callable[[str], list[Any]], path: str = "") -> Any:
    """Replace all references to features in a request by their geometries.

    Args:
        value: the request, or a part of it.
        find: returns the geometries of a reference; none if it does not exist.
        path: the dotted path of *value*.

    Raises:
        FilterError: there is no such feature.
    """
    if path.count(".") > _MAX_DEPTH:
        raise FilterError(path.split(".")[0], "is nested too deeply")
    if isinstance(value, list):
        return [resolve_refs(part, find, _join_path(path, number)) for number, part in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if value.get("type") != "ref" or "content" not in value:
        return {name: resolve_refs(part, find, _join_path(path, name)) for name, part in value.items()}
    content = value["content"]
    shapes = []
    for ref in content if isinstance(content, list) else [content]:
        found = find(str(ref))
        if not found:
            raise FilterError(path, f"feature {ref} does not exist")
        shapes += [shapely.geometry.shape(geometry) for geometry in found]
    return json.loads(shapely.to_geojson(shapely.union_all(shapes) if len(shapes) > 1 else shapes[0]))


def _join_path(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)

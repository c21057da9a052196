"""Areas in the forms that people have: tables, files, WKT, bounding boxes, several geometries at once."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._redact import brief
from .._utils.bbox import box_of
from .._utils.file_kind import is_json
from .._utils.optional import require
from .._utils.text import parse_json
from ..exceptions import GeoJSONError
from .area_files import SUFFIXES, read, reprojected, table_to_geojson

__all__ = ["FORMS", "from_other_form", "from_text", "union"]


FORMS = "GeoJSON, the name of a file, west,south,east,north, WKT, or pl:features/…"

_WKT = re.compile(r"\s*(SRID=\d+;\s*)?(MULTI)?(POLYGON|POINT|LINESTRING)\s*(Z|M|ZM)?\s*\(", re.IGNORECASE)
_BBOX = re.compile(r"([-+\d.eE\s]+(?:,[-+\d.eE\s]+){3})")


def from_other_form(data: Any) -> Any:
    """Return an area that is not GeoJSON as GeoJSON or as four numbers; what is GeoJSON, or unknown, as it is.

    Raises:
        GeoJSONError: a file or a text is not valid.
        ClientError: `planet[geo]` is needed, and is not installed.
    """
    if isinstance(data, str):
        found = from_text(data)
        if isinstance(found, Mapping):
            return reprojected(found)
        return data if found is None else found
    if isinstance(data, os.PathLike):
        return read(data)
    if isinstance(data, Mapping):
        return reprojected(data)
    if callable(getattr(type(data), "to_crs", None)):
        return _from_table(data)
    return data


def _from_table(table: Any) -> Any:
    """Return the geometries of a GeoDataFrame, a GeoSeries or an array of GeoPandas."""
    import geopandas

    try:
        geometries = table.geometry if hasattr(table, "geometry") else geopandas.GeoSeries(table)
    except (AttributeError, ValueError):
        raise GeoJSONError("The table has no active geometry column.", hint="Call set_geometry(name).") from None
    return table_to_geojson(geometries)


def from_text(text: str) -> Any:
    """Return the area that a text stands for: GeoJSON, WKT, west,south,east,north, or the name of a file.

    None, if it is none of these.

    Raises:
        GeoJSONError: the text, or the file, is not valid.
    """
    if is_json(text):
        try:
            return parse_json(text)
        except (ValueError, RecursionError) as error:
            raise GeoJSONError(f"The GeoJSON text is not JSON: {error}.") from None
    if _WKT.match(text):
        return _from_wkt(text)
    if match := _BBOX.fullmatch(text.strip()):
        numbers = box_of(match[1].split(","))
        if numbers is None:
            raise GeoJSONError(f"{brief(text)} is not west,south,east,north.")
        return numbers
    name = os.path.expanduser(text)
    if "\0" not in name and os.path.isfile(name):
        return read(name)
    if "://" not in name and name.lower().endswith(SUFFIXES):
        raise GeoJSONError(f"The file {brief(text)} does not exist.", hint=f"The directory is {brief(os.getcwd())}.")
    return None


def _from_wkt(text: str) -> Any:
    require("geo", "WKT", "shapely")
    import shapely

    srid, _, plain = text.strip().rpartition(";")
    if srid and srid.upper() != "SRID=4326":
        raise GeoJSONError(f"The WKT is in {brief(srid)}; it must be in longitude and latitude (EPSG:4326).")
    try:
        return shapely.from_wkt(plain).__geo_interface__
    except shapely.errors.GEOSException as error:
        raise GeoJSONError(f"Invalid WKT: {brief(str(error))}.") from None


def union(geometries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the union of several valid GeoJSON geometries of one dimension.

    Raises:
        GeoJSONError: one of them is invalid, or they are of several dimensions.
        ClientError: `planet[geo]` is not installed.
    """
    require("geo", f"An area of {len(geometries)} geometries", "shapely")
    import shapely
    from shapely.geometry import shape

    kinds = {str(geometry["type"]).removeprefix("Multi") for geometry in geometries}
    if len(kinds) > 1:
        raise GeoJSONError(
            f"The features have geometries of several types: {', '.join(sorted(kinds))}.",
            hint="Pass the polygons only.",
        )
    shapes = [shape(geometry) for geometry in geometries]
    for number, each in enumerate(shapes):
        if not each.is_valid:
            raise GeoJSONError(
                f"features.{number}: the geometry is invalid: {shapely.is_valid_reason(each)}.",
                hint="shapely.make_valid repairs it.",
            )
    joined: Mapping[str, Any] = shapely.union_all(shapes).__geo_interface__
    return joined

"""Read the geometries of a vector file: GeoJSON, GeoPackage, shapefile, KML, KMZ, FlatGeobuf, GeoParquet."""

import json
import os
import warnings
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._redact import brief
from .._utils.file_kind import file_kind
from .._utils.optional import require
from .._utils.text import parse_json, to_text
from ..exceptions import GeoJSONError

if TYPE_CHECKING:
    import geopandas

__all__ = ["SUFFIXES", "in_degrees", "is_in_degrees", "read", "reprojected", "table_to_geojson"]


SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".kml", ".kmz", ".fgb", ".parquet", ".geoparquet")

# An XML file may tell GDAL to read other files and addresses, if it is not KML or GPX.
_UNREADABLE = ("a TIFF image", "a PDF file", "an HTML page", "a gzip file", "an XML file")
_LARGEST_KML = 100_000_000  # bytes, unpacked
_CONVERT = "Convert it, for example with QGIS, or: ogr2ogr -t_srs EPSG:4326 aoi.geojson FILE"
_HALF_WORLD = 180.0  # degrees of longitude; no footprint is as wide
# The names of longitude and latitude on WGS 84 in the member `crs` of a GeoJSON object.
_DEGREES = ("crs84", "epsg::4326", "epsg:4326", "epsg/0/4326")


def read(path: str | os.PathLike[str]) -> Any:
    """Return the content of a file as a GeoJSON object in longitude and latitude.

    GeoJSON needs no other package; other formats, and GeoJSON in another CRS, need `planet[geo]`.

    Raises:
        GeoJSONError: the file cannot be read, or has several layers.
        ClientError: `planet[geo]` is not installed.
    """
    name = os.path.expanduser(os.fspath(path))
    shown = brief(os.path.basename(name) or name)
    if not os.path.isfile(name):
        problem = "is not a regular file" if os.path.exists(name) else "does not exist"
        raise GeoJSONError(f"The file {shown} {problem}.", hint=f"The directory is {brief(os.getcwd())}.")
    try:
        with open(name, "rb") as file:
            start = file.read(4096)
            kind = file_kind(start)
            text = to_text(start + file.read()) if kind is None else ""
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise GeoJSONError(f"The file {shown} cannot be read: {reason}.", hint=_CONVERT) from None
    if kind is not None:
        return _read_table(name, shown, kind)
    try:
        content = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise GeoJSONError(f"The file {shown} is not JSON: {error}.") from None
    if not content:
        raise GeoJSONError(f"The file {shown} is empty: {json.dumps(content)}.")
    return reprojected(content) if isinstance(content, Mapping) else content


def _read_table(name: str, shown: str, kind: str) -> dict[str, Any]:
    """Return the features of a file that GDAL reads."""
    plain = shown.strip("'\"")
    if kind in _UNREADABLE:
        raise GeoJSONError(f"{plain} is {kind}, not GeoJSON or another vector file.", hint=_CONVERT)
    require("geo", f"{plain} is {kind}. Reading it", "geopandas", "pyogrio")
    import geopandas

    try:
        if kind == "a Parquet file":
            return table_to_geojson(geopandas.read_parquet(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of GDAL, about fields and coordinates that do not matter for an area
            return table_to_geojson(_all_layers(_source(name, kind), shown, kind))
    except GeoJSONError:
        raise
    except ImportError:
        raise GeoJSONError(
            f"{plain} is {kind}. Reading it needs pyarrow.", hint=f"pip install pyarrow. Or c{_CONVERT[1:]}"
        ) from None
    except Exception as error:  # noqa: BLE001  # GDAL, PROJ and Arrow raise errors of many classes
        reason = brief(str(error).splitlines()[0] if str(error) else type(error).__name__)
        raise GeoJSONError(f"{plain} is {kind} that cannot be read: {reason}.", hint=_CONVERT) from None


def _source(name: str, kind: str) -> str:
    """Return the name under which GDAL reads a file; in an archive, the shapefile, GeoPackage or KML file in it.

    Raises:
        GeoJSONError: there is none in the archive, or it is not what it is called.
    """
    name = os.path.abspath(name)
    if kind != "a ZIP archive":
        return name
    with zipfile.ZipFile(name) as archive:
        for entry in archive.infolist():
            ending = os.path.splitext(entry.filename)[1].lower()
            if ending not in (".shp", ".gpkg", ".kml") or entry.filename.startswith("__MACOSX"):
                continue
            if ending == ".kml":
                with archive.open(entry) as file:
                    is_kml = file_kind(file.read(4096)) == "a KML file"
                if not is_kml or entry.file_size > _LARGEST_KML:
                    raise GeoJSONError(f"{brief(entry.filename)} in the archive is not KML, or too large.")
            return f"/vsizip/{{{name}}}/{entry.filename}"
    raise GeoJSONError(
        f"{brief(os.path.basename(name))} has no shapefile, GeoPackage or KML file in it.", hint=_CONVERT
    )


def _all_layers(source: str, shown: str, kind: str) -> "geopandas.GeoDataFrame":
    """Return the one layer of a file that has geometries; the folders of a KML file are one."""
    import geopandas
    import pandas
    import pyogrio

    layers = [str(name) for name, geometry in pyogrio.list_layers(source) if geometry is not None]
    if not layers:
        raise GeoJSONError(
            f"{shown[1:-1]} is {kind} that cannot be read: it has no layer with geometries.", hint=_CONVERT
        )
    if len(layers) > 1 and not source.lower().endswith(".kml"):
        names = ", ".join(map(brief, layers[:8]))
        raise GeoJSONError(
            f"The file {shown} has {len(layers)} layers: {names}.",
            hint="Read one of them, geopandas.read_file(path, layer=…), and pass the table.",
        )
    tables = [geopandas.read_file(source, layer=layer) for layer in layers]
    return tables[0] if len(tables) == 1 else geopandas.GeoDataFrame(pandas.concat(tables), crs=tables[0].crs)


def table_to_geojson(table: Any) -> dict[str, Any]:
    """Return a GeoDataFrame or GeoSeries as a FeatureCollection in longitude and latitude.

    Rows without a geometry are left out. A table without a CRS must be in longitude and latitude.
    """
    if hasattr(table, "columns"):  # a column may be named like a method
        table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    else:
        table = table[~(table.isna() | table.is_empty)]
    table = in_degrees(table)
    keep = {"drop_id": True, "na": "null"} if hasattr(table, "columns") else {}
    collection: dict[str, Any] = json.loads(table.to_json(show_bbox=False, default=str, **keep))
    collection.pop("crs", None)
    return collection


def in_degrees(table: Any) -> Any:
    """Return a GeoDataFrame or GeoSeries in longitude and latitude; one without a CRS is returned as it is.

    Raises:
        GeoJSONError: a geometry crosses the antimeridian or has a pole in it: its longitudes would lie on both sides.
    """
    if table.crs is None or table.crs.equals("EPSG:4326"):
        return table
    moved = table.to_crs("EPSG:4326")
    bounds = moved.geometry.bounds
    if not table.crs.is_geographic and bool((bounds.maxx - bounds.minx > _HALF_WORLD).any()):
        raise GeoJSONError(
            "An area crosses the antimeridian, or has a pole in it.",
            hint="Split it at 180 degrees, or convert it to longitude and latitude (EPSG:4326) yourself.",
        )
    return moved


def reprojected(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a GeoJSON object in longitude and latitude, if its member `crs` names another CRS.

    Raises:
        GeoJSONError: the CRS is not known.
        ClientError: `planet[geo]` is not installed.
    """
    if "crs" not in data:
        return data
    crs = data["crs"]
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    plain = {key: value for key, value in data.items() if key != "crs"}
    if crs is None or (isinstance(name, str) and is_in_degrees(name)):
        return plain
    require("geo", f"A geometry in the CRS {brief(name)}", "geopandas")
    import geopandas
    import pyproj

    try:
        known = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        raise GeoJSONError(
            f"The CRS {brief(name)} is not known.", hint="Convert the geometry to longitude and latitude (EPSG:4326)."
        ) from None
    features = plain.get("features") if "features" in plain else [plain]
    if "coordinates" in plain:
        features = [{"type": "Feature", "properties": {}, "geometry": plain}]
    try:
        return table_to_geojson(geopandas.GeoDataFrame.from_features(features, crs=known))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise GeoJSONError(f"The geometry in the CRS {brief(name)} is invalid: {error}.") from None


def is_in_degrees(crs: str) -> bool:
    """Whether the name of a CRS is one of longitude and latitude on WGS 84.

    >>> is_in_degrees("urn:ogc:def:crs:OGC:1.3:CRS84")
    True
    """
    return crs.lower().endswith(_DEGREES)
